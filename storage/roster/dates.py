"""Days as exports write them; where only the file as a whole tells the day from the month, it is asked."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache

from storage.roster.problems import BadCell, Reason, shown
from storage.roster.words import WORDS

EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 1, 1)
NEVER = re.compile(r"0+(?:[-/.]0+)*|9999[-/.]?12[-/.]?31|12[-/]31[-/]9999|31[-/.]12[-/.]9999")
"""How HR systems write that there is no such day: as nothing but zeros, or as the last day of all."""
BLANK = frozenset({"", "-", "--", "—", "/", "n/a", "null", "none", "无", "至今"})

YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
EITHER = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4}|(?<=/)\d{2})(?:[T ].*)?")
"""Nothing tells the year in 26-03-05; with slashes it stands at the end."""
TIME = re.compile(r"[T ].*")
DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?:[T ].*)?")
DAY_NAMED_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/ .]{1,2}([^\W\d_]{3,9})\.?,?[-/ ](\d{4}|\d{2})(?: .*)?")
NAMED_MONTH_DAY = re.compile(r"([^\W\d_]{3,9})\.?[- ](\d{1,2})(?:st|nd|rd|th)?(?:, ?|[- ])(\d{4})(?: .*)?")
WIDE = str.maketrans("０１２３４５６７８９／－．", "0123456789/-.")
DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\uff0d]")
"""What word processors make of a hyphen between two numbers."""
WEEKDAY = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? |\s*[(（]?(?:周|星期)[一二三四五六日天][)）]?", re.IGNORECASE
)
THIS_CENTURY = 69
"""Years of two digits below it are of this century, as POSIX has it (strptime, %y: 69 to 99 are 1969 to 1999)."""
MONTHS = {word: month for month, words in enumerate(WORDS["months"]["names"], start=1) for word in words}


class Order(StrEnum):
    month_first = "month_first"
    day_first = "day_first"


def order_of(cells: Iterable[str]) -> tuple[Order | None, bool]:
    """How dates like 03/04/2026 are meant in a file that has these, and whether any date proves it."""
    first_is_day = second_is_day = seen = 0
    for cell, times in Counter(cells).items():
        if found := EITHER.fullmatch(_plain(cell.strip())):
            seen += 1
            first_is_day += times * (int(found[1]) > 12)
            second_is_day += times * (int(found[3]) > 12)
    if not seen:
        return None, False
    order = Order.day_first if first_is_day > second_is_day else Order.month_first
    return order, bool(first_is_day or second_is_day)


@lru_cache(maxsize=50_000)
def day(cell: str, order: Order | None) -> date | None:
    cell = _plain(cell)
    if cell.casefold() in BLANK or NEVER.fullmatch(TIME.sub("", cell)):
        return None
    try:
        found = _numbers(cell, order)
        if found and EARLIEST <= (value := date(*found)) < LATEST:
            return value
    except (ValueError, KeyError):
        pass
    raise BadCell(Reason.impossible_date, value=shown(cell))


def is_ambiguous(cell: str) -> bool:
    """Whether the day and the month of a date can be swapped for another day that there is."""
    found = EITHER.fullmatch(_plain(cell.strip()))
    return found is not None and found[1] != found[3] and max(int(found[1]), int(found[3])) <= 12


def _plain(cell: str) -> str:
    """Without a weekday, and with the signs of a plain text."""
    if cell.isascii() and (not cell or cell[0].isdigit()):
        return cell
    return WEEKDAY.sub("", DASHES.sub("-", cell.translate(WIDE))).strip()


def _year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < THIS_CENTURY else 1900)


def _numbers(cell: str, order: Order | None) -> tuple[int, int, int] | None:
    """Year, month and day; whether there is such a day is for `date` to say."""
    if m := YEAR_FIRST.fullmatch(cell) or COMPACT.fullmatch(cell):
        return int(m[1]), int(m[2]), int(m[3])
    if m := DOTTED.fullmatch(cell):
        return _year(m[3]), int(m[2]), int(m[1])
    if m := EITHER.fullmatch(cell):
        if order is Order.day_first:
            return _year(m[4]), int(m[3]), int(m[1])
        return _year(m[4]), int(m[1]), int(m[3])
    if m := DAY_NAMED_MONTH.fullmatch(cell):
        return _year(m[3]), MONTHS[m[2].casefold()], int(m[1])
    if m := NAMED_MONTH_DAY.fullmatch(cell):
        return int(m[3]), MONTHS[m[1].casefold()], int(m[2])
    return None
