"""Times of a day: read where one is asked for, and as instants of a place."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flows.line import Open, Wanted, read_line

_ANY_DAY = date(2000, 1, 1)


def read_time(typed: str) -> time | None:
    """The time that was meant, or None."""
    found = time_typed(typed)
    return found if isinstance(found, time) else None


def time_typed(typed: str) -> time | Open | None:
    """The time that was meant; what leaves it open; or None where no time is spoken of."""
    read = read_line(typed, _ANY_DAY, Wanted(ahead=None))
    if read.open:
        return read.open[0]
    alone = not read.what and read.day is None and read.minutes is None
    return read.at if alone else None


def instant(day: date, at: time, zone: str) -> datetime:
    """A time of a day in a place; of one that comes twice as the clocks go back, the first."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def is_skipped(day: date, at: time, zone: str) -> bool:
    """Whether the clocks are put forward over it, so that no clock there shows it."""
    there = instant(day, at, zone).astimezone(ZoneInfo(zone))
    return (there.date(), there.time()) != (day, at)
