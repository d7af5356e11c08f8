"""The hours of a clock as they are said, which half of the day they are in, and how long it is from one to another.

Nothing is guessed: "3点" and "at 3" may be in the night or in the afternoon, so they are no time until somebody says.
"""

from dataclasses import dataclass, replace
from datetime import time


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour and a minute, on a clock of twelve or of twenty-four hours."""

    hour: int | None
    minute: int = 0
    part: str = ""
    """The part of the day it was said with: a or p, am, pm, noon, eve, night, dawn, midnight."""
    is_clock: bool = False
    """Written as 15:00, which says the hour of a day of twenty-four where nothing else stands beside it."""
    is_bare: bool = False
    """A number alone: "at 9" may be 9 or 21 o'clock, where 9点 is a time of the morning."""

    def at(self) -> time | None:
        """The time that is meant, or None where the words leave open which one, or mean none."""
        hour = self._hour()
        return time(hour, self.minute) if hour is not None and 0 <= hour < 24 and 0 <= self.minute < 60 else None

    def _hour(self) -> int | None:
        hour = self.hour
        if hour is None or not 0 <= hour <= 24:
            return None
        match self.part:
            case "midnight":
                return None  # the beginning of the day or its end: nobody knows
            case "a" | "p" if self.is_clock and hour > 12:
                return hour if self.part == "p" else None
            case "a" | "p":
                return hour % 12 + (12 if self.part == "p" else 0) if 1 <= hour <= 12 else None
            case "am":
                return hour if 4 <= hour <= 12 else None
            case "dawn":
                return hour if hour < 7 else None
            case "noon":
                return hour + 12 if hour in (1, 2) else hour if 11 <= hour <= 14 else None
            case "pm":
                return 12 if hour == 12 else hour + 12 if 1 <= hour < 12 else hour if 12 < hour < 24 else None
            case "eve":
                return hour + 12 if 4 <= hour < 12 else hour if 16 <= hour < 24 else None
            case "night":
                # 夜里两点 may be tonight or early tomorrow, and the day of a midnight is anybody's guess
                return hour + 12 if 7 <= hour < 12 else hour if hour >= 19 and hour < 24 else None
            case _:
                first_sure = 13 if self.is_bare else 7
                return hour if self.is_clock or hour >= first_sure or hour == 0 else None

    def with_part(self, part: str) -> "Clock":
        return replace(self, part=part)


@dataclass(frozen=True, slots=True)
class Span:
    """From one time to another; what one end says of the half of the day holds for the other where that makes sense."""

    first: Clock
    last: Clock

    def with_part(self, part: str) -> "Span":
        return replace(self, first=self.first if self.first.part else self.first.with_part(part))

    def at(self) -> tuple[time, int] | None:
        """Beginning, and minutes to the end; None where either is open."""
        first, last = self.first, self.last
        if last.part and not first.part and not first.is_clock:
            return _before(first, last)
        begins = first.at()
        if begins is None:
            return None
        if (not last.part and not last.is_clock) or (last.is_clock and first.part and (last.hour or 0) <= 12):
            return _after(begins, last, first.part)
        until = last.at()
        minutes = until and _between(begins, until)
        return (begins, minutes) if minutes else None


def _before(first: Clock, last: Clock) -> tuple[time, int] | None:
    """3-4pm, 11-1pm, 9-5pm: the same half of the day, or else the other one where only that comes before the end."""
    until = last.at()
    if until is None or first.hour is None:
        return None
    if first.hour > 12 or first.hour == 0:
        begins: time | None = first.with_part("").at()
        minutes = begins and _between(begins, until)
        return (begins, minutes) if begins and minutes else None
    for half in ("p", "a") if until.hour >= 12 else ("a",):
        begins = first.with_part(half).at()
        if begins and (minutes := _between(begins, until)):
            return begins, minutes
    return None


def _after(begins: time, last: Clock, part: str) -> tuple[time, int] | None:
    """下午2点到3点, 上午11点到1点, 10am-12: the next time after the beginning at which a clock shows that hour."""
    if last.hour is None or not 0 <= last.hour < 24:
        return None
    hours = (last.hour, last.hour + 12) if last.hour <= 12 else (last.hour,)
    if last.is_clock and not part:
        hours = (last.hour,)
    for hour in hours:
        if hour < 24 and (minutes := _between(begins, time(hour, last.minute))):
            return begins, minutes
    return None


def _between(first: time, last: time) -> int | None:
    minutes = (last.hour - first.hour) * 60 + last.minute - first.minute
    return minutes if minutes > 0 else None


def fits(part: str, at: time) -> bool:
    """Whether a time lies in a part of the day."""
    first, last = {
        "am": (4, 13), "noon": (11, 15), "pm": (12, 19), "eve": (16, 24), "night": (18, 30), "dawn": (0, 8),
    }[part]  # fmt: skip
    return first <= at.hour < last or at.hour < last - 24
