"""Whose last day is over where they are, whether or not their row says already that they have left."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, bindparam, select, text

from storage.columns import table
from storage.people import Person, Status

EARLIEST_MIDNIGHT = timedelta(hours=14)
"""So far ahead of UTC are the clocks that change the day first."""

person = table(Person)

_ENDING = (
    select(person.c.id, person.c.time_zone, person.c.left_on)
    .where(text("left_on IS NOT NULL AND status <> 'left'"))  # the very words of the index
    .where(person.c.left_on < bindparam("day"))
    .order_by(person.c.left_on, person.c.id)
)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name, or UTC where there is none such."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def is_over(last_day: date | None, zone: str, now: datetime) -> bool:
    return last_day is not None and last_day < now.astimezone(zone_of(zone)).date()


def has_left(row: RowMapping, now: datetime) -> bool:
    """Whether a person, given their row, has left by now."""
    return row["status"] == Status.left or is_over(row["left_on"], row["time_zone"], now)


def leaving_now(db: Connection, now: datetime) -> Sequence[RowMapping]:
    """Id, zone and last day of everybody whose last day is over and whose row is still open; few, found by an index."""
    rows = db.execute(_ENDING, {"day": (now + EARLIEST_MIDNIGHT).date()}).mappings()
    return [row for row in rows if is_over(row["left_on"], row["time_zone"], now)]


def gone(db: Connection, now: datetime) -> frozenset[int]:
    """The ids of those people."""
    return frozenset(row["id"] for row in leaving_now(db, now))
