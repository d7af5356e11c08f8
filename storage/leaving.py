"""Last days: a person whose last day is over where they are has left, whether or not HR sends another file."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, text, update

from storage.columns import table
from storage.database import Database
from storage.habits import is_place
from storage.people import Person, Status

EARLIEST_MIDNIGHT = timedelta(hours=14)
"""So far ahead of UTC are the clocks that change the day first."""
AT_ONCE = 500

person = table(Person)

_OVER = (
    select(person.c.id, person.c.time_zone, person.c.left_on)
    .where(text("left_on IS NOT NULL AND status <> 'left'"))  # the very words of the index
    .where(person.c.left_on < bindparam("day"))
    .order_by(person.c.left_on, person.c.id)
)
_CLOSE = (
    update(person)
    .where(person.c.id == bindparam("of_id"), person.c.left_on == bindparam("seen"), person.c.status != Status.left)
    .values(status=Status.left)
)


def close_leavers(database: Database, now: datetime) -> Iterator[int]:
    """Marks as left everybody whose last day is over; yields how many people each transaction closed.

    It may run in any process and as often as one likes. A last day that HR has moved meanwhile closes nobody.
    """
    with database.read() as db:
        rows = db.execute(_OVER, {"day": (now + EARLIEST_MIDNIGHT).date()}).all()
    over = [{"of_id": id_, "seen": last} for id_, zone, last in rows if last < _today(now, zone)]
    for first in range(0, len(over), AT_ONCE):
        some = over[first : first + AT_ONCE]
        with database.write() as db:
            closed = sum(db.execute(_CLOSE, each).rowcount for each in some)
        yield closed


def _today(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone if is_place(zone) else "UTC")).date()
