"""What people are spared holds where messages leave: nothing unasked by night or on leave, and not too much a week."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.answers import Called
from bot.bundling import fold_held
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from storage.attention import Rules
from storage.columns import table
from storage.journal import Delivery, Outbox
from storage.records import remember
from storage.rest import Leave
from tests.postgres import on_both
from tests.slack_workspace.company import Company, connected
from tests.slack_workspace.running import in_loop
from tests.team import ANN, BEN

pytestmark = on_both
MORNING = datetime(2026, 3, 6, 7, 0, tzinfo=UTC)
"""Eight o'clock on Friday in Berlin, where the quiet ends."""


def to_ben(dispatcher: Dispatcher) -> list[Any]:
    outbox = table(Outbox)
    with dispatcher.database.read() as db:
        return list(db.execute(select(outbox).where(outbox.c.person_id == BEN).order_by(outbox.c.id)).mappings())


def wins(dispatcher: Dispatcher, *names: str) -> None:
    """Ann logs wins of Ben's, of which he is told without having asked."""
    for name in names:
        dispatcher.handle(Called(name, ANN, "win", f"@ben.okafor closed the {name} renewal"))


def clock_of(dispatcher: Dispatcher) -> SetClock:
    assert isinstance(dispatcher.clock, SetClock)
    return dispatcher.clock


async def begun(company: Company, rules: Rules) -> None:
    company.delivering.carrying.rules = rules
    await company.ben.types("help")


@in_loop
async def test_what_nobody_asked_for_waits_for_the_morning_and_an_answer_does_not(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await begun(company, Rules())
        clock_of(dispatcher).at = datetime(2026, 3, 5, 21, 0, tzinfo=UTC)
        wins(dispatcher, "Acme")
        await company.settled()
        [row] = to_ben(dispatcher)
        assert (row["status"], row["due_at"]) == (Delivery.waiting, MORNING)
        before = len(company.ben.told)
        await company.ben.types("help")
        assert len(company.ben.told) == before + 1
        clock_of(dispatcher).at = MORNING
        await company.settled()
        assert [row["status"] for row in to_ben(dispatcher)] == [Delivery.sent]
        assert "Acme" in company.ben.told[-1]


@in_loop
async def test_whoever_is_away_is_told_when_they_are_back(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await begun(company, Rules())
        now = dispatcher.clock.now()
        with dispatcher.database.write() as db:
            days: dict[str, Any] = {
                "first_day": now.date(),
                "last_day": (now + timedelta(days=3)).date(),
            }  # Thursday to Sunday
            of: dict[str, Any] = {"series": "away", "version": 1, "current": True, "saved_by": BEN, "person_id": BEN}
            remember(db, Leave(**of, **days, told_by="person"), now)
        wins(dispatcher, "Acme")
        await company.settled()
        [row] = to_ben(dispatcher)
        assert (row["status"], row["due_at"]) == (Delivery.waiting, datetime(2026, 3, 9, 7, 0, tzinfo=UTC))


@in_loop
async def test_what_is_too_much_for_a_week_comes_as_one_message(dispatcher: Dispatcher) -> None:
    names = ("Acme", "Borealis", "Cobalt", "Dune")
    async with connected(dispatcher) as company:
        await begun(company, Rules(budget=3))
        wins(dispatcher, *names)
        await company.settled()
        states = [row["status"] for row in to_ben(dispatcher)]
        assert states.count(Delivery.sent) == 1
        assert sum(fold_held(dispatcher)) == len(names) - 1
        bundle = max(to_ben(dispatcher), key=lambda row: row["id"])
        clock_of(dispatcher).at = bundle["due_at"]
        await company.settled()
        assert {row["status"] for row in to_ben(dispatcher)} == {Delivery.sent}
        assert all(name in " ".join(company.ben.told) for name in names)
