"""What a line was asked for, what it says, and what it leaves open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal

Part = Literal["day", "time", "length", "zone"]


@dataclass(frozen=True, slots=True)
class Open:
    """Something that was spoken of and is not known: what, and why, as a text of `[problems]`."""

    part: Part
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What a line says. Whatever is among `open` has no value."""

    day: date | None = None
    last: date | None = None
    """The last day; of a single day the same."""
    bound: str = ""
    """`by`, `until` or `from`, where the line says so of the day."""
    back: date | None = None
    """The first day at work again, where the line says it of days off."""
    length: tuple[int, str] | None = None
    """So many days, weeks or months."""
    is_plain_length: bool = False
    """Whether the length stands without "for" or 起: "1 April, 5 days"."""
    at: time | None = None
    minutes: int | None = None
    what: str = ""
    is_cut: bool = False
    """Whether the day stood in mid-sentence."""
    open: tuple[Open, ...] = ()
    names_a_day: bool = False
    """Whether the line names one, be it one that is open."""
    may_be_today: bool = True
    """Whether no word of the line speaks of a day, however loosely."""

    def is_open(self, *parts: Part) -> bool:
        return any(each.part in parts for each in self.open)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader can do with: one day or several, days ahead or behind, and which bounds of a day."""

    ahead: bool | None = True
    several: bool = False
    bounds: Collection[str] = ()
    zone: str = ""
    """The zone of the writer; without one a zone in the line cannot be understood."""
    dotted: bool = True
    """Whether 12.4 may be a day; in what happened it is a number, as in "shipped 3.2"."""
    clock: time | None = None
    """The writer's time, by which a time on a weekday that is today may be over."""
    only_days: bool = False
    """Times and lengths are left in the words, as in a milestone "answer within 2 hours by 31 Dec"."""


AHEAD = Wanted()
