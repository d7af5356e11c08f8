"""Days listed one after the other, which for days off are one stretch: 明天、后天, 12月3号4号, "Thursday, Friday"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product

from flows.calendar_days import Date, Days, Now
from flows.interpreting import Found

_MOST = 7
"""Days listed: a longer list is given as a range."""
_BETWEEN = re.compile(r"\s*(?:[、,，&+/和跟与及]|and\b|und\b|以及|还有)?\s*(?:and\b|und\b)?\s*", re.IGNORECASE)


def neighbours(line: str, found: Sequence[Found], now: Now) -> Days | None:
    """The first and the last of days that follow one another; None where they do not, or more than one run does."""
    if not 2 <= len(found) <= _MOST or any(each.bound for each in found):
        return None
    if not all(_BETWEEN.fullmatch(line[one.end : other.start]) for one, other in pairwise(found)):
        return None
    meant, before = [], None
    for each in found:
        said = each.value
        if isinstance(said, Date) and said.month is None and isinstance(before, Date):
            said = replace(said, month=before.month, year=before.year)
        meant.append([first for first, last in said.days(now) if first == last])
        before = said
    runs = [run for run in product(*meant) if all(other - one == timedelta(1) for one, other in pairwise(run))]
    return (runs[0][0], runs[0][-1]) if len(runs) == 1 else None
