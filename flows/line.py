"""Reading a line: what it says of days, times, lengths and zones, what else it says, and what was not understood.

The promise: nothing that plainly speaks of a day, a time, a length or a zone stays in the words while something else
is assumed. Such a thing is `Open`, with the reason; its words stay where they were typed.
"""

import re
from datetime import date, time

from flows.calendar_days import Days
from flows.choices import choices
from flows.clock_times import Clock, Span, fits
from flows.cutting import without
from flows.expressions import expressions
from flows.interpreting import Found
from flows.line_days import DayReader
from flows.qualifiers import beside, with_subjects
from flows.tokens import Token
from flows.understood import AHEAD, Open, Part, Read, Wanted
from flows.zones import bracketed_place, converted, place_of_time

__all__ = ["AHEAD", "Open", "Part", "Read", "Wanted", "read_line"]

_STRONG: dict[str, Part] = {
    **dict.fromkeys("DdMmjWreEsHJ", "day"), **dict.fromkeys("TcK", "time"), **dict.fromkeys("hiL", "length"),
    "z": "zone",
}  # fmt: skip
_WEAK = frozenset("oquvblSP<>?$")
"""Tokens that speak of a day only where none was said: "the 4th", "after lunch", "day"."""

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


class _Reader(DayReader):
    """What has been understood of the days so far, and with it the times, zones and places."""

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
