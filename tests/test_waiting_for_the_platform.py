"""What waits because a platform asked for a pause is late all the same, and the alert for late messages sees it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from benchmarks.null_platform import NULL, PLACE, NullCourier
from bot.clock import SetClock
from bot.delivery.claiming import LATER, Desk, Sought, claim
from storage import outgoing
from storage.attention import Rules
from storage.columns import table
from storage.database import Database
from storage.journal import Outbox, Urgency
from storage.ledger import promise
from storage.outgoing import Newer
from storage.standing import standing
from tests.postgres import on_both
from tests.team import ANN, BEN

pytestmark = on_both
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def promised(database: Database) -> Database:
    row = {"dedupe": "one", "kind": "tell", "person_id": ANN, "body": {}, "urgency": Urgency.reply, "due_at": NOON}
    with database.write() as db:
        promise(db, [row])
    return database


def late(database: Database, now: datetime) -> tuple[int, timedelta]:
    with database.read() as db:
        found = standing(db, now)
    return found.due, found.oldest_due


def claimed(database: Database, now: datetime, sought: Sought, rules: Rules | None = None) -> None:
    desk = Desk({NULL: NullCourier(SetClock(now))}, {NULL: frozenset({PLACE})})
    with database.write() as db:
        claim(db, Newer(), desk, rules, sought, "test", now)


def test_people_who_could_not_be_looked_for_are_late(promised: Database) -> None:
    now, unsure = NOON, Sought(frozenset({ANN}), frozenset({ANN}))
    for tries in range(4):
        now = NOON + tries * (LATER + timedelta(seconds=1))
        claimed(promised, now, unsure)
        assert late(promised, now) == (1, now - NOON)
    with promised.read() as db:
        assert db.execute(select(table(Outbox).c.due_at)).scalar_one() > now


def test_a_message_that_was_put_back_is_late_from_when_it_was_first_due(promised: Database) -> None:
    with promised.write() as db:
        number = db.execute(select(table(Outbox).c.id)).scalar_one()
        for tries in range(1, 4):
            outgoing.take(db, [(number, NULL, PLACE)], "run", NOON)
            outgoing.back(db, "run", number, NOON + timedelta(minutes=10 * tries), tries)
    assert late(promised, NOON + timedelta(minutes=20)) == (1, timedelta(minutes=20))


def test_a_place_that_is_paused_makes_its_messages_late(promised: Database) -> None:
    with promised.write() as db:
        outgoing.put_off(db, db.execute(select(table(Outbox).c.id)).scalar_one(), NOON + timedelta(hours=1))
    assert late(promised, NOON + timedelta(minutes=30)) == (1, timedelta(minutes=30))


def test_a_message_held_for_its_persons_night_is_not_late(database: Database) -> None:
    night = NOON.replace(hour=22)
    row = {"dedupe": "one", "kind": "tell", "person_id": BEN, "body": {}, "urgency": Urgency.ordinary, "due_at": night}
    with database.write() as db:
        promise(db, [row])
    claimed(database, night, Sought(frozenset({BEN})), Rules())
    assert late(database, night + timedelta(hours=3)) == (0, timedelta())
