"""Last days: a person whose last day is over where they are has left, whether or not HR sends another file."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import bindparam, update

from storage.columns import table
from storage.database import Database
from storage.last_days import leaving_now
from storage.people import Person, Status

AT_ONCE = 500

person = table(Person)

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
        over = [{"of_id": row["id"], "seen": row["left_on"]} for row in leaving_now(db, now)]
    for first in range(0, len(over), AT_ONCE):
        some = over[first : first + AT_ONCE]
        with database.write() as db:
            closed = sum(db.execute(_CLOSE, each).rowcount for each in some)
        yield closed
