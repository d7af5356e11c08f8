"""One cell at a time: what is allowed in it, and what an address, a status or a list of working days may look like."""

import re
from collections.abc import Sequence
from functools import lru_cache

from storage.people import Status
from storage.roster.problems import BadCell, Reason, is_control, shown
from storage.roster.words import WORDS

LONGEST = 200
LONGEST_EMAIL = 254
NOTHING = frozenset({"-", "--", "---", "—", "–", "/", "n/a", "#n/a", "null", "无", "無", "暂无"})
INVISIBLE = re.compile("[\ufeff\u200b\u200c\u200d\u2060]")
"""Byte order marks and joiners that copying and pasting leaves behind: dropped, they say nothing."""
SUSPECT = re.compile(r"[\x00-\x1f\x7f-\xa0\xad\u0600-\u061c\u1680-\u206f\u3000\ud800-\udfff\ufeff\ufff0-\uffff]")
QUOTED_NUMBER = re.compile(r'="([^"]*)"')
"""How exports keep the zeros of 00123 from a spreadsheet."""
FORMULA = re.compile(r"[=+@]|-.")
ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])?"
)


def clean(cell: str) -> str:
    """The text of a cell with its white space in order; control characters and endless texts are refused."""
    if SUSPECT.search(cell):
        cell = INVISIBLE.sub("", cell)
        cell = " ".join(cell.split())
        for sign in cell:
            if is_control(sign):
                raise BadCell(Reason.control_character, code=f"U+{ord(sign):04X}")
    else:
        cell = cell.strip()
    if len(cell) > LONGEST:
        raise BadCell(Reason.too_long, length=len(cell), limit=LONGEST)
    return cell


def clean_together(row: Sequence[str]) -> list[str] | None:
    """All cells of a row cleaned at once, as nearly every row can be; None where one of them needs a closer look."""
    together = "".join(row)
    if SUSPECT.search(together) or (len(together) > LONGEST and max(map(len, row)) > LONGEST):
        return None
    return [*map(str.strip, row)]


WIDE = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
"""The full-width letters, digits and signs of East Asian keyboards, which stand for those of ASCII."""


def text(cell: str) -> str | None:
    """What a person or a program will read again: a formula must not get into it."""
    if cell[:1].isalnum():
        return None if cell.casefold() in NOTHING else cell
    if quoted := QUOTED_NUMBER.fullmatch(cell):
        cell = quoted[1].strip()
    if not cell or cell.casefold() in NOTHING:
        return None
    if FORMULA.match(cell):
        raise BadCell(Reason.formula, value=shown(cell))
    return cell


ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
DECIMAL = re.compile(r"(\d+)[.,]0+")


def number(cell: str) -> str | None:
    """An employee number, also one that went through a spreadsheet: `1042.0` or `'01042`, or was typed as １０４２."""
    if not cell.isascii():
        cell = cell.translate(WIDE)
    if cell.isalnum():
        return text(cell)
    if cell.startswith("'") and cell[1:2].isalnum():
        cell = cell[1:]
    if ROUNDED.fullmatch(cell):
        raise BadCell(Reason.spreadsheet_number, value=shown(cell))
    if decimal := DECIMAL.fullmatch(cell):
        cell = decimal[1]
    return text(cell)


def bare(number: str) -> str:
    """A number without the zeros a spreadsheet takes from its beginning."""
    return number.lstrip("0") if number.isdecimal() else number


def name(cell: str) -> str | None:
    """A text in which words for nothing count: Null is a family name."""
    if cell[:1].isalnum():
        return cell
    if FORMULA.match(cell):
        if cell.casefold() in NOTHING:
            return None
        raise BadCell(Reason.formula, value=shown(cell))
    return cell or None


def email(cell: str) -> str:
    address = cell.lower() if cell.isascii() else cell.translate(WIDE).lower()
    if not address or address in NOTHING:
        raise BadCell(Reason.missing_email)
    if len(address) > LONGEST_EMAIL or not ADDRESS.fullmatch(address):
        raise BadCell(Reason.malformed_email, value=shown(cell))
    return address


def is_address(cell: str) -> bool:
    return bool(ADDRESS.fullmatch(cell))


STATUS_WORDS = {word: Status(status) for status, words in WORDS["status"].items() for word in words}


@lru_cache(maxsize=1000)
def status(cell: str) -> Status | None:
    word = " ".join(cell.translate(WIDE).replace("_", " ").casefold().split())
    if not word or word in NOTHING:
        return None
    if word not in STATUS_WORDS:
        raise BadCell(Reason.unknown_status, value=shown(cell))
    return STATUS_WORDS[word]


WEEKDAY = {word: day for day, words in enumerate(WORDS["weekdays"]["names"], start=1) for word in words}
RANGE = re.compile(r"\s*(?:-|–|—|~|to|至|到)\s*")
LIST = re.compile(r"[\s,;/、，]+")


@lru_cache(maxsize=1000)
def working_days(cell: str) -> str | None:
    """`12345`, `Mon-Fri`, `Sun to Thu`, `Mon, Wed, Fri` or `周一至周五` as ISO weekday digits."""
    words = cell.casefold()
    if not words or words in NOTHING:
        return None
    if words.isdecimal() and words.isascii():
        words = ",".join(words)
    days: set[int] = set()
    try:
        for part in LIST.split(RANGE.sub("-", words)):
            first, _, last = part.partition("-")
            start, end = WEEKDAY[first], WEEKDAY[last or first]
            days.update((start - 1 + ahead) % 7 + 1 for ahead in range((end - start) % 7 + 1))
    except KeyError:
        raise BadCell(Reason.unknown_working_days, value=shown(cell)) from None
    return "".join(map(str, sorted(days)))
