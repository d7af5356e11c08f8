"""Reading the days of a line: what all that it says of days agrees on, or why that is open."""

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from flows.calendar_days import Both, Days, Month, Now, Two, Whole, apart
from flows.interpreting import Found
from flows.neighbouring_days import neighbours
from flows.understood import Open, Part, Wanted
from storage.references import Phrase

_DECIMAL = re.compile(r"[^\d]*\d{1,2}\.\d{1,2}(?:[^\d]+\d{1,2}\.\d{1,2})?")


class DayReader:
    """What has been understood so far, what is open, and which pieces of the line are taken out of it."""

    def __init__(self, line: str, today: date, wanted: Wanted) -> None:
        self.line, self.today, self.wanted = line, today, wanted
        self.now = Now(today, wanted.ahead)
        self.open: list[Open] = []
        self.taken: list[tuple[int, int]] = []
        self.bound = ""
        self.back: date | None = None

    def is_open(self, part: Part) -> bool:
        return any(each.part == part for each in self.open)

    def ask(self, part: Part, text: str, **values: Any) -> None:
        if not self.is_open(part):
            self.open.append(Open(part, text, values))

    def said(self, *found: Found) -> str:
        return self.line[min(each.start for each in found) : max(each.end for each in found)]

    def take(self, found: Iterable[Found]) -> None:
        self.taken += ((each.start, each.end) for each in found)

    def read_days(self, found: list[Found], at: time | None) -> Days | None:
        """The days that all statements of the line agree on: a date decides, and weekdays must fit it."""
        found, backs = self._returns(self._not_owning(found))
        days = self._agreed(found, at) if found else None
        if backs and not self.open:
            meant = backs[0].value.days(Now(self.today, self.now.ahead, after=days and days[0]))
            if len(backs) > 1 or len(meant) != 1:
                self.ask("day", "day_unread", words=self.said(*backs))
            else:
                self.back = meant[0][0]
                self.take(backs)
        return days

    def _not_owning(self, found: list[Found]) -> list[Found]:
        """Without the day in "Friday's numbers", which says what the line is about where another day stands in it."""
        owning = [each for each in found if each.bound == "of"]
        if not owning or len(owning) < len(found):
            return [each for each in found if each not in owning]
        if self.wanted.ahead is not False:
            self.ask("day", "day_unread", words=self.said(*owning))
            return []
        return [each._replace(bound="") for each in found]

    def _returns(self, found: list[Found]) -> tuple[list[Found], list[Found]]:
        """The days on which the writer is back are of interest to days off alone; for others they are like any day."""
        if "back" in self.wanted.bounds:
            return [each for each in found if each.bound != "back"], [each for each in found if each.bound == "back"]
        return [each._replace(bound="") if each.bound == "back" else each for each in found], []

    def _agreed(self, found: list[Found], at: time | None) -> Days | None:
        if self.wanted.several and not self.wanted.only_days and (running := neighbours(self.line, found, self.now)):
            self.taken.append((found[0].start, found[-1].end))
            return running
        if self.wanted.only_days and (vague := [each for each in found if isinstance(each.value, Two | Month)]):
            self.ask("day", "day_unread", words=self.said(*vague))
            return None
        for each in found:
            if each.bound and each.bound not in self.wanted.bounds:
                self.ask("day", "day_unread", words=self.said(each))
                return None
        exact = [each for each in found if each.value.is_exact] or found[:1]
        if len(exact) > 1:  # beside a day "from 3.5 to 4" is about numbers
            found = [each for each in found if not _DECIMAL.fullmatch(self.said(each))] or found[:1]
            exact = [each for each in found if each.value.is_exact] or found[:1]
        if others := [each for each in exact if not isinstance(each.value, Whole)]:
            return self._single(found, others, [each for each in exact if isinstance(each.value, Whole)], at)
        return self._single(found, exact, [], at)

    def _single(self, found: list[Found], exact: list[Found], around: list[Found], at: time | None) -> Days | None:
        """The days of the exact statements, which lie within the weeks or months that are named `around` them."""
        loose = [each.value.weekday for each in found if not each.value.is_exact]
        meant = self._meant(exact[0])
        if meant is None:
            return None
        fitting = [days for days in meant if all(days[0].weekday() == weekday for weekday in loose)]
        if not fitting and loose:
            if exact[0].value.is_exact:
                self._disagrees(meant[0][0], loose[0])
            else:
                self.ask("day", "day_unread", words=self.said(found[0], found[-1]))
            return None
        for other in exact[1:]:
            others = self._meant(other)
            if others is None:
                return None
            fitting = [days for days in fitting if days in others]
            if not fitting:
                self.ask("day", "days_differ", first=meant[0][0], second=others[0][0])
                return None
        if len(fitting) > 1 and at and self.wanted.clock and at <= self.wanted.clock:
            fitting = [days for days in fitting if days[0] != self.today]  # "Friday 9:00" in the afternoon of a Friday
        if len(fitting) > 1:
            self.ask("day", "day_either", words=self.said(exact[0]), days=apart(fitting))
            return None
        first, last = fitting[0]
        for each in around:  # "this week's numbers" beside a day of this week is what it is about
            begins, ends = each.value.days(self.now)[0]
            if not begins <= first <= ends:
                self.ask("day", "days_differ", first=first, second=begins)
                return None
        found = [each for each in found if each not in around]
        if first != last and not self.wanted.several:
            self.ask("day", "day_unread", words=self.said(exact[0]))
            return None
        self.bound = next((each.bound for each in found if each.bound), "")
        self.take(found)
        return first, last

    def _meant(self, found: Found) -> tuple[Days, ...] | None:
        days: tuple[Days, ...] = found.value.days(self.now)
        if days:
            return days
        if isinstance(found.value, Both) and (dates := found.value.date.days(self.now)):
            self._disagrees(dates[0][0], found.value.weekday)
        else:
            self.ask("day", "day_unread", words=self.said(found))
        return None

    def _disagrees(self, day: date, said: int) -> None:
        self.ask("day", "day_disagrees", day=day, weekday=_weekday(day.weekday()), said=_weekday(said))

    def read_length(self, found: list[Found]) -> tuple[int, str] | None:
        if len(found) != 1 or not self.wanted.several:
            if found:
                self.ask("day", "day_unread", words=self.said(*found))
            return None
        self.take(found)
        value: tuple[int, str] = found[0].value
        return value


def _weekday(number: int) -> Phrase:
    return Phrase(f"weekdays.{number}")
