"""How much of its days a row of a table of leave takes: whole days are leave, mornings and afternoons are not."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from unicodedata import normalize

from storage.roster.words import WORDS

NO = frozenset(WORDS["yes_no"]["no"])
WHOLE_DAY_HOURS = 6
"""From so many hours on one day it is the whole day."""
MORNING = frozenset(WORDS["leave_status"]["morning"])
AFTERNOON = frozenset(WORDS["leave_status"]["afternoon"])
CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?::\d{2}(?:\.\d+)?)?\s*([ap])?\.?m?", re.IGNORECASE)
AMOUNT = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*([a-z\u4e00-\u9fff]*)\.?")
PART_WORD = re.compile(r"[^\W\d_]+")


class Column(StrEnum):
    email = "email"
    number = "number"
    anyone = "anyone"
    first = "first"
    last = "last"
    status = "status"
    called_off = "called_off"
    half = "half"
    days = "days"
    hours = "hours"


def date_alone(cell: str) -> str:
    """The day of a cell that holds a part of the day or an hour as well."""
    if CLOCK.search(cell) or _part(cell):
        date_part = CLOCK.split(cell)[0]
        words = [word for word in PART_WORD.findall(date_part) if word.casefold() in MORNING | AFTERNOON]
        for word in words:
            date_part = date_part.replace(word, "")
        return date_part.strip(" ,T")
    return cell


def whole_days(first: date, last: date, cells: Mapping[Column, str]) -> tuple[date, date] | None:
    """The days that are off from morning to evening; None if there is none."""
    begins, ends = _hour(cells[Column.first]), _hour(cells[Column.last])
    if first == last:
        half = cells.get(Column.half, "").casefold()
        is_half = bool(half) and half not in NO and half not in {"-", "--", "—", "/", "无", "none", "full day", "全天"}
        parts = _part(cells[Column.first]), _part(cells[Column.last])
        some = parts[0] == parts[1] and parts[0] is not None and begins is None
        if is_half or some or _is_less_than_a_day(cells):
            return None
        if begins is not None and ends is not None and begins < ends < begins + WHOLE_DAY_HOURS:
            return None
        return first, last
    if _part(cells[Column.first]) == "afternoon" or (begins is not None and begins >= 12):
        first += timedelta(days=1)
    if _part(cells[Column.last]) == "morning" or (ends is not None and 0 < ends <= 13):
        last -= timedelta(days=1)
    return (first, last) if first <= last else None


def _is_less_than_a_day(cells: Mapping[Column, str]) -> bool:
    for column in (Column.days, Column.hours):
        found = AMOUNT.fullmatch(normalize("NFKC", cells.get(column, "")).casefold())
        if not found:
            continue
        amount, unit = float(found[1].replace(",", ".")), found[2]
        is_hours = unit.startswith(("h", "小时", "std", "stunde", "时")) or (not unit and column is Column.hours)
        if amount < (WHOLE_DAY_HOURS if is_hours else 1):
            return True
    return False


def _part(cell: str) -> str | None:
    """`morning` or `afternoon`, where a word beside the day says so."""
    words = {word.casefold() for word in PART_WORD.findall(CLOCK.sub("", cell))}
    if words & MORNING:
        return "morning"
    return "afternoon" if words & AFTERNOON else None


def _hour(cell: str) -> float | None:
    """The hour that stands beside the day; midnight is how systems write that there is none."""
    found = CLOCK.search(cell)
    if not found:
        return None
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0) if found[3] else int(found[1])
    if not found[3] and _part(cell) == "afternoon" and hour < 12:
        hour += 12
    return hour + int(found[2]) / 60 or None
