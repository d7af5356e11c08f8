"""Slack and Teams at once: a conversation follows its person, and what is answered on one is closed on the other."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.answers import Called
from bot.clock import SetClock
from bot.delivery.service import Delivering
from bot.dispatcher import Dispatcher
from storage.accounts import Account
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.facts import Start
from storage.journal import Delivery, Outbox
from tests.delivering import by_hand
from tests.slack_workspace.company import Company, connected
from tests.surfaces.teams.world import BEN_OKAFOR, CHANNEL, LI, World, teams
from tests.team import ANN, BEN, LI_NA

CLEAR = "完成了客户A的对账，剩3笔差异"


@contextmanager
def both(dispatcher: Dispatcher, company: Company, world: World) -> Iterator[Delivering]:
    delivering = by_hand(dispatcher, company.surface.courier, world.surface.courier)
    yield delivering
    delivering.lease.let_go()


def ask(dispatcher: Dispatcher, person: int) -> None:
    with dispatcher.database.write() as db:
        dispatcher.start(db, dispatcher.repertoire.register.named("checkin"), Start(person, dispatcher.clock.now()))


def ends(database: Database) -> list[tuple[int, str | None, str | None]]:
    outbox = table(Outbox)
    with database.read() as db:
        rows = db.execute(select(outbox).order_by(outbox.c.id)).mappings()
        return [(row["status"], row["platform"], row["reason"]) for row in rows]


def test_what_is_answered_on_one_is_closed_on_the_other(speaker: Dispatcher, clock: SetClock, tmp_path: Path) -> None:
    async def scene() -> None:
        async with connected(speaker) as company, teams(speaker, clock, tmp_path) as world:
            with both(speaker, company, world) as delivering:
                await company.li.types("帮助")
                ask(speaker, LI_NA)
                await delivering.settle()
                assert "大约需要五分钟" in company.li.told[-1]
                clock.move(timedelta(minutes=20))
                await world.says(LI, "/checkin")  # the same conversation, in Teams by now
                form = world.card(LI)
                form.fill({"mood": "4", "highlights": CLEAR, "share": "private"})
                await world.presses(LI, form)
                await delivering.settle()
                assert "已于" in company.li.told[-1]

    asyncio.run(scene())
    with speaker.database.read() as db:
        assert db.execute(select(table(CheckIn).c.highlights)).scalars().all() == [CLEAR]


def test_a_message_goes_where_its_person_was_last(speaker: Dispatcher, clock: SetClock, tmp_path: Path) -> None:
    async def scene() -> None:
        async with connected(speaker) as company, teams(speaker, clock, tmp_path) as world:
            with both(speaker, company, world) as delivering:
                await company.ben.types("help")
                clock.move(timedelta(hours=1))
                await world.installs(BEN_OKAFOR)
                before = len(company.ben.told)
                speaker.handle(Called("one", ANN, "win", "@ben.okafor closed the Acme renewal"))
                await delivering.settle()
                assert len(company.ben.told) == before
                assert len(world.service.said_to(BEN_OKAFOR)) == 2
                clock.move(timedelta(hours=1))
                await company.ben.types("help")
                before = len(company.ben.told)
                speaker.handle(Called("two", ANN, "win", "@ben.okafor closed the Borealis renewal"))
                await delivering.settle()
                assert len(company.ben.told) == before + 1

    asyncio.run(scene())


def test_praise_is_public_on_both(speaker: Dispatcher, clock: SetClock, tmp_path: Path) -> None:
    async def scene() -> None:
        async with connected(speaker, channel="C1") as company, teams(speaker, clock, tmp_path) as world:
            with both(speaker, company, world) as delivering:
                speaker.handle(Called("praise", ANN, "praise", "@ben.okafor for the quick fix"))
                await delivering.settle()
                assert len(world.service.messages[CHANNEL]) == 1
                assert len(company.here.channels["C1"].messages) == 1

    asyncio.run(scene())
    public = [(status, platform) for status, platform, _ in ends(speaker.database) if status == Delivery.sent]
    assert {platform for _, platform in public} == {"slack", "teams"}


def test_one_person_may_have_an_account_on_each(speaker: Dispatcher, clock: SetClock, tmp_path: Path) -> None:
    async def scene() -> None:
        async with connected(speaker) as company, teams(speaker, clock, tmp_path) as world:
            await company.ben.types("help")
            await world.installs(BEN_OKAFOR)

    asyncio.run(scene())
    account = table(Account)
    with speaker.database.read() as db:
        rows = db.execute(select(account.c.platform, account.c.person_id).order_by(account.c.platform)).all()
    assert rows == [("slack", BEN), ("teams", BEN)]
