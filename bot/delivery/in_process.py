"""Delivery: carries what the outbox promises to where people read it, each message exactly once.

In process: a batch is picked, carried and marked in one write transaction, so a crash anywhere before the
commit leaves every message waiting, and one after it leaves none. A surface that is not in this database (a
platform behind a network) cannot be carried to like this; it needs intent and reconciliation.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Connection, RowMapping, bindparam, select, tuple_, update
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.logs import went_wrong
from storage.broadcasts import stopped
from storage.columns import table
from storage.database import Database
from storage.journal import Delivery, Outbox
from storage.participation import goes_to_person, may_write
from storage.people import Person, Status

BATCH = 200

outbox = table(Outbox)
person = table(Person)

_AFTER = (bindparam("after_due", type_=outbox.c.due_at.type), bindparam("after_id", type_=outbox.c.id.type))
_DUE = (
    select(outbox, person.c.status.label("person_status"), may_write.label("may_write"))
    .join(person, person.c.id == outbox.c.person_id)
    .where(outbox.c.status == Delivery.waiting, outbox.c.due_at <= bindparam("now"), ~stopped(outbox.c.about))
    .where(tuple_(outbox.c.due_at, outbox.c.id) > tuple_(*_AFTER))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True, of=outbox)
)
_MARK = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(status=bindparam("to_status"), reason=bindparam("to_reason"), done_at=bindparam("now"))
)
_FIRST = (datetime(1970, 1, 1, tzinfo=UTC), 0)


class Carrier(Protocol):
    def carry(self, db: Connection, rows: Sequence[RowMapping], now: datetime) -> None:
        """Puts messages where their people read them and marks them sent, in the transaction it is given."""


def deliver_due(database: Database, carrier: Carrier, now: datetime) -> int:
    """Delivers everything that is due, and says how many messages that was."""
    return sum(deliveries(database, carrier, now))


def deliveries(database: Database, carrier: Carrier, now: datetime) -> Iterator[int]:
    """One transaction at a time, until nothing more is due; a row the carrier leaves waiting is met once."""
    after = _FIRST
    while True:
        with database.write() as db:
            due = {"now": now, "after_due": after[0], "after_id": after[1]}
            rows = db.execute(_DUE, due).mappings().all()
            here = [row for row in rows if row["person_status"] != Status.left]
            outside = [row for row in here if not goes_to_person(db, row)]
            _mark(db, [row for row in rows if row["person_status"] == Status.left], Delivery.skipped, "left", now)
            _mark(db, outside, Delivery.skipped, "outside", now)
            _carry(db, carrier, [row for row in here if row not in outside], now)
        if not rows:
            return
        after = (rows[-1]["due_at"], rows[-1]["id"])
        yield len(rows)


def _carry(db: Connection, carrier: Carrier, rows: Sequence[RowMapping], now: datetime) -> None:
    """Carries a batch; one message that cannot be carried fails alone and does not keep the others waiting."""
    if not rows:
        return
    try:
        with db.begin_nested():
            carrier.carry(db, rows, now)
    except (OperationalError, InterfaceError):
        raise  # the database, not a message: everything stays waiting, for the next time
    except Exception as error:  # noqa: BLE001  # whatever is wrong with one message is wrong with that one alone
        if len(rows) > 1:
            for row in rows:
                _carry(db, carrier, [row], now)
            return
        _mark(db, rows, Delivery.failed, type(error).__name__, now)
        went_wrong("a message could not be delivered", error, outbox=rows[0]["id"])


def _mark(db: Connection, rows: Sequence[RowMapping], status: Delivery, reason: str, now: datetime) -> None:
    if rows:
        values = {"ids": [row["id"] for row in rows], "to_status": status, "to_reason": reason, "now": now}
        db.execute(_MARK, values)
