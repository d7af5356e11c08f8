"""Days as they are said: a date, a weekday, "in three days", a week, and from one of these to another.

Each becomes the days it means once it is known which day today is, and whether only days ahead or behind can be meant.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

SLIP = timedelta(days=31)
"""A day that lies no further on the wrong side of today is taken as it stands, to be objected to."""
LONGEST_YEAR = timedelta(days=366)
Days = tuple[date, date]
"""The first day and the last."""


@dataclass(frozen=True, slots=True)
class Now:
    """What the meaning of a day depends on."""

    today: date
    ahead: bool | None = None
    """True: only days ahead can be meant. False: only days behind."""
    after: date | None = None
    """The first day of a stretch whose last day is looked for."""


class Said(Protocol):
    """A day as it was said."""

    @property
    def is_exact(self) -> bool:
        """Whether it leaves no choice which week is meant, so that a bare weekday beside it can only agree."""

    def days(self, now: Now) -> tuple[Days, ...]:
        """The days it can mean: one in all but ambiguous cases, none where there is no such day."""


@dataclass(frozen=True, slots=True)
class Date:
    """A day of a month; of the running one, or the next that has such a day, where no month was said."""

    day: int
    month: int | None = None
    year: int | None = None
    years_on: int | None = None
    """So many years after this one, as in 明年3月5日."""
    months_on: int | None = None
    order: str = ""
    """`dm` or `md` of a date in numbers that could only be read in this order."""
    is_exact = True

    def days(self, now: Now) -> tuple[Days, ...]:
        found = [each for each in self._candidates(now) if each]
        day = (
            closest(found, now) if self.year is None and self.years_on is None and self.months_on is None else found[:1]
        )
        if isinstance(day, date):
            near = abs(day - (now.after or now.today)) <= LONGEST_YEAR  # 29 Feb of a year that has none is no day
            return ((day, day),) if near or self.year else ()
        return tuple((each, each) for each in day or [])

    def _candidates(self, now: Now) -> Iterable[date | None]:
        today = now.today
        if self.month is None and self.months_on is not None:
            first = later_month(today, self.months_on)
            return [day_of(first.year, first.month, self.day)]
        if self.month is None:
            months = (later_month(today, shift) for shift in range(-2, 14))
            found = [day_of(first.year, first.month, self.day) for first in months]
            return [
                each for each in found if each and (now.ahead is None or (each >= today) == now.ahead or each == today)
            ]
        if self.year is not None or self.years_on is not None:
            return [day_of(self.year or today.year + (self.years_on or 0), self.month, self.day)]
        return [day_of(today.year + shift, self.month, self.day) for shift in (-1, 0, 1, 2)]


@dataclass(frozen=True, slots=True)
class Either:
    """Day and month that can be swapped: 3/12."""

    readings: tuple[Date, ...]
    is_exact = True

    def days(self, now: Now) -> tuple[Days, ...]:
        found = (days for reading in self.readings for days in reading.days(now))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Weekday:
    weekday: int
    weeks: int | None = None
    """So many calendar weeks after this one: 下周三, "Tuesday next week"."""
    which: str = ""
    """`next`, `last` or `coming`, where English says it right before the weekday."""

    @property
    def is_exact(self) -> bool:
        return self.weeks is not None or bool(self.which)

    def days(self, now: Now) -> tuple[Days, ...]:
        return tuple((day, day) for day in self._days(now))

    def _days(self, now: Now) -> tuple[date, ...]:
        """Two where "next Friday" is typed before this week's, or "Friday" on a Friday."""
        today, week = now.today, timedelta(days=7)
        if self.weeks is not None:
            return (monday(today) + timedelta(days=7 * self.weeks + self.weekday),)
        if now.after:
            return (now.after + timedelta(days=(self.weekday - now.after.weekday()) % 7),)
        this = monday(today) + timedelta(days=self.weekday)
        coming = today + timedelta(days=(self.weekday - today.weekday()) % 7)
        if self.which == "next":
            return (this, this + week) if this > today else (this + week,)
        if self.which == "last":
            return (this, this - week) if this < today else (this - week,)
        if now.ahead is False and not self.which:
            return (coming, coming - week) if coming == today else (coming - week,)
        return (coming, coming + week) if coming == today and not self.which else (coming,)


@dataclass(frozen=True, slots=True)
class Both:
    """A date and its weekday: the date decides, and the weekday must agree."""

    date: Said
    weekday: int
    is_exact = True

    def days(self, now: Now) -> tuple[Days, ...]:
        return tuple(each for each in self.date.days(now) if each[0].weekday() == self.weekday)


@dataclass(frozen=True, slots=True)
class Shifted:
    """So many days, weeks or months from today."""

    count: int
    unit: str = "day"
    is_exact = True

    def days(self, now: Now) -> tuple[Days, ...]:
        day = shifted(now.today, self.count, self.unit)
        return ((day, day),) if day else ()


@dataclass(frozen=True, slots=True)
class Whole:
    """A week, weekend or month as a whole."""

    unit: str
    shift: int = 0
    is_exact = True

    def days(self, now: Now) -> tuple[Days, ...]:
        first = monday(now.today) + timedelta(days=7 * self.shift)
        match self.unit:
            case "week":
                begins = max(first, now.today) if now.ahead and not self.shift else first  # what is left of this week
                return ((begins, first + timedelta(days=6)),)
            case "weekend":
                return ((first + timedelta(days=5), first + timedelta(days=6)),)
            case "month":
                begins = later_month(now.today, self.shift)
                return ((begins, later_month(begins, 1) - timedelta(days=1)),)
            case _:
                return ()


@dataclass(frozen=True, slots=True)
class Month:
    """All of a month, or what is left of it."""

    month: int
    year: int | None = None
    is_exact = True

    def days(self, now: Now) -> tuple[Days, ...]:
        years = (self.year,) if self.year else range(now.today.year - 1, now.today.year + 2)
        spans = [(begins := date(year, self.month, 1), later_month(begins, 1) - timedelta(days=1)) for year in years]
        if now.ahead:
            spans = [(max(first, now.today), last) for first, last in spans if last >= now.today]
        return (min(spans, key=lambda span: abs(span[0] - now.today)),) if spans else ()


@dataclass(frozen=True, slots=True)
class WeeksOn:
    """So many weeks after a day: "a week on Monday", "Friday week"."""

    day: Said
    weeks: int
    is_exact = True

    def days(self, now: Now) -> tuple[Days, ...]:
        on = timedelta(days=7 * self.weeks)
        return tuple((first + on, last + on) for first, last in self.day.days(now))


@dataclass(frozen=True, slots=True)
class Two:
    """Two days that are said together: days off where the second follows the first, and otherwise no one day."""

    first: Said
    second: Said
    is_exact = True

    def days(self, now: Now) -> tuple[Days, ...]:
        found = []
        for first, ends in self.first.days(now):
            for begins, last in self.second.days(Now(now.today, now.ahead, after=first)):
                if begins - ends == timedelta(days=1):
                    found.append((first, last))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one day to another.

    What is relative counts from today at both ends; a date takes its year from the first.
    """

    first: Said
    last: Said
    is_exact = True

    def days(self, now: Now) -> tuple[Days, ...]:
        if isinstance(self.first, Either) and isinstance(self.last, Either):  # both ends are written in one order
            pairs = zip(self.first.readings, self.last.readings, strict=False)
            return tuple(days for first, last in pairs for days in Stretch(first, last).days(now))
        begins, ends = _in_one_order(self.first, self.last), _in_one_order(self.last, self.first)
        found = []
        for first, _ in begins.days(now):
            for _, last in ends.days(Now(now.today, now.ahead, after=first)):
                if last >= first:
                    found.append((first, last))
        return tuple(dict.fromkeys(found))


def _in_one_order(day: Said, other: Said) -> Said:
    """3/1 as the day at the other end is written: in 21/12 - 3/1 the day comes first."""
    if isinstance(day, Either) and isinstance(other, Date) and other.order:
        return next((each for each in day.readings if each.order == other.order), day)
    return day


def closest(found: Iterable[date], now: Now) -> date | None:
    """Of the same day in several years or months the one that is meant: the nearest to today.

    When only days ahead (or behind) can be meant, it is the nearest of these, unless it has just gone by: then it is
    more likely a slip than next year's.
    """
    found = list(found)
    if now.after:
        return min((each for each in found if each >= now.after), default=None)
    if now.ahead is True:
        found = [each for each in found if each >= now.today - SLIP]
    if now.ahead is False:
        found = [each for each in found if each <= now.today + SLIP]
    return min(found, key=lambda each: abs(each - now.today), default=None)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def later_month(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def shifted(day: date, count: int, unit: str) -> date | None:
    """So many units later; of months and years the same day, or the last one of a shorter month."""
    try:
        match unit:
            case "day":
                return day + timedelta(days=count)
            case "week":
                return day + timedelta(weeks=count)
            case "fortnight":
                return day + timedelta(weeks=2 * count)
            case "month" | "quarter" | "year":
                first = later_month(day, count * {"month": 1, "quarter": 3, "year": 12}[unit])
                return min(first + timedelta(days=day.day - 1), later_month(first, 1) - timedelta(days=1))
            case _:
                return None
    except (ValueError, OverflowError):
        return None


def day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def apart(found: list[Days]) -> list[date]:
    """The days by which several readings differ: the first of each, or the last where they begin alike."""
    return sorted(
        {first for first, _ in found} if len({first for first, _ in found}) > 1 else {last for _, last in found}
    )
