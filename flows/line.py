"""Reading a line: what it says of days, times, lengths and zones, what else it says, and what was not understood.

The promise: nothing that plainly speaks of a day, a time, a length or a zone stays in the words while something else
is assumed. Such a thing is `Open`, with the reason; its words stay where they were typed.
"""

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from flows.calendar_days import Both, Days, Month, Now, Two, Whole, apart
from flows.choices import choices
from flows.clock_times import Clock, Span, fits
from flows.cutting import without
from flows.expressions import expressions
from flows.interpreting import Found
from flows.neighbouring_days import neighbours
from flows.qualifiers import beside, with_subjects
from flows.tokens import Token
from flows.understood import AHEAD, Open, Part, Read, Wanted
from flows.zones import bracketed_place, converted, place_of_time
from storage.references import Phrase

__all__ = ["AHEAD", "Open", "Part", "Read", "Wanted", "read_line"]

_STRONG: dict[str, Part] = {
    **dict.fromkeys("DdMmjWreEsHJ", "day"), **dict.fromkeys("TcK", "time"), **dict.fromkeys("hiL", "length"),
    "z": "zone",
}  # fmt: skip
_WEAK = frozenset("oquvblSP<>?$")
"""Tokens that speak of a day only where none was said: "the 4th", "after lunch", "day"."""
_DECIMAL = re.compile(r"[^\d]*\d{1,2}\.\d{1,2}(?:[^\d]+\d{1,2}\.\d{1,2})?")

_TIME_ENDS = re.compile(r"(?:[0-9点时半整分]|[0-9 ][ap]\.?m\.?|noon|o'clock|uhr|hrs)\s*[(（]?$", re.IGNORECASE)
"""Where ET and PT are zones."""


def read_line(line: str, today: date, wanted: Wanted = AHEAD) -> Read:
    """What the line says, and what it leaves open."""
    found, left = expressions(line, wanted.dotted)
    left += [Token("P", each.start, each.end, each.value) for each in found if each.kind == "P"]
    if wanted.only_days:
        found = [each for each in found if each.kind == "A"]
        left = [each for each in left if _STRONG.get(each.kind, "day") == "day"]
    elif not wanted.several:
        found = with_subjects(line, found)
    reader = _Reader(line, today, wanted)
    asked = () if wanted.only_days else choices(line, found)
    for part, why, values in asked:
        reader.ask(part, why, **values)
    at, minutes = reader.read_time([each for each in found if each.kind in "BV"])
    day = reader.read_days([each for each in found if each.kind == "A"], at)
    length = reader.read_length([each for each in found if each.kind == "U"])
    minutes = reader.read_minutes([each for each in found if each.kind == "C"], minutes)
    day, at = reader.convert([each for each in found if each.kind == "z"], day, at)
    if not any(each.kind == "z" for each in found):
        reader.read_places([each for each in found if each.kind == "B"])
    reader.take(each for each in found if each.kind == "+")
    reader.read_left(left, day and day[0], at)
    if not wanted.only_days:
        reader.read_beside(found)
    first, last = day or (None, None)
    what, pieces = without(line, reader.taken)
    weak = any(each.kind in _WEAK for each in left) or _hours(left) is not None
    return Read(
        day=None if reader.is_open("day") else first,
        last=None if reader.is_open("day") else last,
        bound=reader.bound,
        back=reader.back,
        length=length,
        at=None if reader.is_open("time") or reader.is_open("zone") else at,
        minutes=None if reader.is_open("length") else minutes,
        what=what,
        is_plain_length=any(each.kind == "U" and not each.bound for each in found),
        is_cut=pieces > 1,
        open=tuple(reader.open),
        names_a_day=any(each.kind == "A" for each in found),
        may_be_today=not weak and not reader.says_before_time(found) and not any(each.kind in "AUV" for each in found),
    )


class _Reader:
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

    def read_time(self, found: list[Found]) -> tuple[time | None, int | None]:
        if not found:
            return None, None
        known = [self._at(each) for each in found]
        if None in known:
            unknown = found[known.index(None)]
            words = self.said(unknown)
            self.ask("time", "time_unread" if unknown.kind == "V" else "time_half", words=words.strip())
            self.take(each for each in found if each.kind == "B")
            return None, None
        if len(set(known)) > 1:
            self.ask("time", "times_differ", words=[self.said(each) for each in found])
            return None, None
        self.take(found)
        return known[0] or (None, None)

    def _at(self, found: Found) -> tuple[time, int | None] | None:
        match found.value:
            case Span() as span:
                return span.at()
            case Clock() as clock:
                at = clock.at()
                return (at, None) if at else None
            case _:
                return None

    def read_minutes(self, found: list[Found], known: int | None) -> int | None:
        said = {each.value for each in found} | ({known} if known else set())
        if len(said) > 1:
            self.ask("length", "length_unread", words=self.said(*found))
            return None
        self.take(found)
        return next(iter(said), None)

    def convert(self, found: list[Found], day: Days | None, at: time | None) -> tuple[Days | None, time | None]:
        """Day and time in the writer's own zone, where another one was said."""
        if not found:
            return day, at
        first, last = day or (self.today, self.today)
        said = self.said(found[0])
        beside = len(said) > 2 or _TIME_ENDS.search(self.line[: found[0].start])
        there = converted(said, first, at or time(12), self.wanted.zone) if self.wanted.zone and beside else None
        if there is None or len(found) > 1:
            self.ask("zone", "zone_unread", words=self.said(*found))
            return day, at
        if at is None:
            return day, at
        if day is None and there[0] != self.today:
            self.ask("zone", "zone_unread", words=self.said(*found))
            return day, at
        self.take(found)
        return ((there[0], last + (there[0] - first)) if day else None), there[1]

    def read_places(self, times: list[Found]) -> None:
        """Asks about 德国早上9点: a place right before a time says whose time it is, unless it is the writer's own."""
        said = (
            there for each in times if (there := place_of_time(self.line, each.start, self.today, self.wanted.zone))
        )
        for words in said:
            self.ask("zone", "zone_unread", words=words)

        if place := bracketed_place(self.line, self.today, self.wanted.zone) if times else None:
            start, end, is_own = place
            if is_own:
                self.taken.append((start, end))
            else:
                self.ask("zone", "zone_unread", words=self.line[start + 1 : end - 1].strip())

    def read_beside(self, found: list[Found]) -> None:
        """Asks for the day or time that a word beside it makes another one; drops what changes nothing."""
        for start, end, part in beside(self.line, found, is_strict=not self.wanted.several):
            if part is None:
                self.taken.append((start, end))
            else:
                self.ask(part, f"{part}_unread", words=self.line[start:end].strip())
                self.taken = [each for each in self.taken if not (start <= each[0] and each[1] <= end)]

    def says_before_time(self, found: list[Found]) -> bool:
        """Whether words stand before the time that are part of nothing: they may have said a day."""
        begins = min((each.start for each in found if each.kind == "B"), default=0)
        before, _ = without(self.line[:begins], [each for each in self.taken if each[1] <= begins])
        return any(letter.isalnum() for letter in before)

    def read_left(self, left: list[Token], day: date | None, at: time | None) -> None:
        """Whatever speaks of a day, a time, a length or a zone, has become part of nothing, and does not just agree."""
        for word in left:
            part = _STRONG.get(word.kind)
            if day and ((word.kind in "Mm" and word.value == day.month) or (word.kind == "e" and day.weekday() > 4)):
                continue
            if word.kind == "u" and word.value != "day":
                part = "day"
            if word.kind == "P" and (at is None or not fits(word.value, at)) and not self.wanted.only_days:
                part = "time"
            if part:
                self.ask(part, f"{part}_unread", words=self.line[word.start : word.end].strip())
        if self.wanted.only_days or not (hours := _hours(left)):
            return
        if day and at is None:
            self.ask("time", "time_half", words=self.line[slice(*hours)])
        elif at and not day:
            self.ask("day", "day_unread", words=self.line[slice(*hours)])


def _hours(left: list[Token]) -> tuple[int, int] | None:
    """Where two numbers stand that can be hours, from one to the other."""
    place = "".join(each.kind for each in left).find("n-n")
    return (left[place].start, left[place + 2].end) if place >= 0 else None


def _weekday(number: int) -> Phrase:
    return Phrase(f"weekdays.{number}")
