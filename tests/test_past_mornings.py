"""The demo's past mornings: a manager finds last week's digest, dated as it came, and gets none twice."""

from datetime import UTC, datetime

from sqlalchemy import select

from bot.clock import SetClock
from bot.commands.past_mornings import live_mornings
from bot.digest import Digests
from bot.dispatcher import Dispatcher
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.journal import ChatLine
from storage.records import remember
from tests.team import ANN, BEN

NINE = 9
NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)


def test_a_manager_finds_the_digest_of_last_week(database: Database, dispatcher: Dispatcher) -> None:
    shared = datetime(2026, 3, 5, 15, tzinfo=UTC)
    row = CheckIn(series=f"{BEN}:2026-W10", saved_by=BEN, person_id=BEN, week="2026-W10", mood=4,
                  highlights="Closed the books for February", shared=True)  # fmt: skip
    with database.write() as db:
        remember(db, row, shared)
    assert live_mornings(database, NINE, NOW) == 1
    line = table(ChatLine)
    with database.read() as db:
        arrived = db.execute(select(line.c.person_id, line.c.at, line.c.body)).one()
    assert arrived.person_id == ANN
    assert arrived.at == datetime(2026, 3, 6, 8, tzinfo=UTC)  # nine o'clock in Berlin
    assert "Closed the books for February" in str(arrived.body)
    assert isinstance(dispatcher.clock, SetClock)
    assert sum(Digests(dispatcher, NINE).due(NOW)) == 0
