"""Nobody is given up as out of reach who was not asked for: another process may have held what was looked at before."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from benchmarks.null_platform import NULL, PLACE, NullCourier
from bot.clock import SetClock
from bot.delivery.claiming import LATER, UNREACHABLE, Claimed, Desk, Sought, claim
from storage.columns import table
from storage.database import Database
from storage.journal import Delivery, Outbox, Urgency
from storage.ledger import promise
from storage.outgoing import Newer
from tests.team import ANN

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def claimed(database: Database, sought: Sought) -> Claimed:
    desk = Desk({NULL: NullCourier(SetClock(NOW))}, {NULL: frozenset({PLACE})})
    with database.write() as db:
        return claim(db, Newer(), desk, None, sought, "test", NOW)


@pytest.mark.parametrize(
    ("sought", "status", "reason", "due"),
    [
        (Sought(), Delivery.waiting, None, NOW),
        (Sought(frozenset({ANN})), Delivery.skipped, UNREACHABLE, NOW),
        (Sought(frozenset({ANN}), frozenset({ANN})), Delivery.waiting, None, NOW + LATER),
    ],
    ids=["not asked for", "not there", "nobody could say"],
)
def test_somebody_without_an_account(
    database: Database, sought: Sought, status: Delivery, reason: str | None, due: datetime
) -> None:
    row = {"dedupe": "one", "kind": "tell", "person_id": ANN, "body": {}, "urgency": Urgency.reply, "due_at": NOW}
    with database.write() as db:
        promise(db, [row])
    assert claimed(database, sought).parcels == ()
    with database.read() as db:
        kept = db.execute(select(table(Outbox))).mappings().one()
    assert (kept["status"], kept["reason"], kept["due_at"]) == (status, reason, due)


def test_everybody_is_asked_for_before_long(database: Database) -> None:
    row = {"dedupe": "one", "kind": "tell", "person_id": ANN, "body": {}, "urgency": Urgency.reply, "due_at": NOW}
    with database.write() as db:
        promise(db, [row])
    assert claimed(database, Sought()).looked_at == 1, "so it is claimed again, and whoever waits is asked for first"
    assert claimed(database, Sought(frozenset({ANN}))).looked_at == 1
    assert claimed(database, Sought()).looked_at == 0
