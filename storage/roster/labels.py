"""Rows below the header that are no people: a second header line, labels in another language, and totals."""

import re
from collections.abc import Sequence

from storage.roster.headers import field_of, normalised
from storage.roster.words import WORDS

TOTALS = re.compile(
    rf"(?:{'|'.join(map(re.escape, WORDS['totals']['words']))})\s*(?:[:：(（]?\s*[\d.,]*\s*[人名条行)）]*)",
    re.IGNORECASE,
)
LOOKED_AT = 5
"""Labels stand directly below the header."""


def is_label_row(cells: Sequence[str], email_at: int, headers: Sequence[str]) -> bool:
    """Whether at least half of what stands in a row are headers themselves, and no address is where one should be."""
    if email_at < len(cells) and "@" in cells[email_at]:
        return False
    filled = [cell.strip() for cell in cells if cell.strip()]
    own = {normalised(header) for header in headers}
    known = sum(field_of(cell) is not None or normalised(cell) in own for cell in filled)
    return bool(filled) and 2 * known >= len(filled)


def is_total(cells: Sequence[str], email_at: int) -> bool:
    """Whether a row adds up the others: it begins with such a word, and has no address."""
    if email_at >= len(cells) or "@" in cells[email_at]:
        return False
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return bool(TOTALS.fullmatch(first))
