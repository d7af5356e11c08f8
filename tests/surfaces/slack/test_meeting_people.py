"""Meeting people: a company that nobody has been met of is met by one listing, and a pause is no fault."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.slack.surface import Connection, SlackSurface
from storage import accounts, ledger
from storage.accounts import Account
from storage.columns import table
from storage.journal import Delivery, Outbox
from storage.people import Person
from tests.slack_workspace.company import Company, connected, served, workspace
from tests.slack_workspace.office import FIRST, hire, tells
from tests.slack_workspace.outbound import SECRET, Outbound
from tests.slack_workspace.person import Person as Colleague
from tests.slack_workspace.running import in_loop
from tests.slack_workspace.server import Server
from tests.slack_workspace.state import Workspace

LIST, BY_EMAIL = "users.list", "users.lookupByEmail"


def company_of(company: Company, dispatcher: Dispatcher, count: int, absent: int = 0) -> list[int]:
    """So many more people, of whom some are not in Slack, who are all to be told something."""
    people = hire(dispatcher.database, count)
    for number in people[: count - absent]:
        company.here.user(f"U{number}", f"p{number}", f"P{number}@lumen.example")
    now = dispatcher.clock.now()
    with dispatcher.database.write() as db:
        ledger.promise(db, [{**row, "due_at": now} for row in tells(people, "news")])
    return people


def outcomes(dispatcher: Dispatcher) -> Counter[Any]:
    with dispatcher.database.read() as db:
        return Counter(db.execute(select(table(Outbox).c.status)).scalars())


@in_loop
async def test_three_hundred_people_are_met_by_one_listing_and_all_are_told(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher, pace=1000) as company:
        company_of(company, dispatcher, 300, absent=3)
        await company.settled()
        met = table(Account)
        with dispatcher.database.read() as db:
            assert len(db.execute(select(met).where(met.c.person_id >= FIRST)).all()) == 297
        assert company.here.calls(BY_EMAIL) == []
        assert len(company.here.calls(LIST)) <= 2 * 2  # pages of 200, of one listing or two


def there(dispatcher: Dispatcher, count: int) -> tuple[Workspace, list[int]]:
    """A workspace with so many more people, as it is before the bot starts."""
    people, clock = hire(dispatcher.database, count), dispatcher.clock
    assert isinstance(clock, SetClock)
    here = workspace(clock)
    for number in people:
        here.user(f"U{number}", f"p{number}", f"p{number}@lumen.example")
    return here, people


async def met(dispatcher: Dispatcher, least: int) -> int:
    """Waits until so many people have been met."""
    account = table(Account)
    async with asyncio.timeout(20):
        while True:
            with dispatcher.database.read() as db:
                found = len(db.execute(select(account).where(account.c.person_id >= FIRST)).all())
            if found >= least:
                return found
            await asyncio.sleep(0.01)


@in_loop
async def test_a_company_is_met_at_the_start_and_its_first_broadcast_goes_at_the_pace_of_the_platform(
    dispatcher: Dispatcher,
) -> None:
    here, people = there(dispatcher, 300)
    async with connected(dispatcher, here=here) as company:
        assert await met(dispatcher, 300) == 300
        listed = len(here.calls(LIST))
        assert listed == 2  # pages of 200
        began = company.clock.now()
        with dispatcher.database.write() as db:
            ledger.promise(db, [{**row, "due_at": began} for row in tells(people, "news")])
        await company.settled()
        assert outcomes(dispatcher) == {Delivery.sent: 300}
        assert (here.calls(BY_EMAIL), len(here.calls(LIST))) == ([], listed)
        took = company.clock.now() - began
        assert took <= timedelta(seconds=300 / 4.5 + 5)


@in_loop
async def test_the_first_answer_does_not_wait_until_everybody_has_been_met(dispatcher: Dispatcher) -> None:
    here, _ = there(dispatcher, 300)
    async with Server(here).running() as server:
        server.limiter.refuse_next(LIST, 600)
        connection = Connection(
            base_url=server.api, bot_token=SecretStr("xoxb-1"), signing_secret=SecretStr(SECRET), pace=1000
        )
        surface = SlackSurface(dispatcher, connection)
        async with served(surface) as url:
            slack = Outbound(here, server, url, timeout=3)
            try:
                ann = Colleague(here, slack, "UANN")
                assert (await ann.types("help")).ok
                assert len(ann.told) == 1
            finally:
                await slack.close()
    assert len(here.calls(LIST)) == 1


@in_loop
async def test_who_joins_later_is_met_by_the_listing_of_the_next_day(dispatcher: Dispatcher) -> None:
    here, _ = there(dispatcher, 30)
    async with connected(dispatcher, here=here) as company:
        await met(dispatcher, 30)
        assert await company.surface.courier.meet_everybody()
        assert len(here.calls(LIST)) == 1, "nobody is left to be met"
        newcomers = hire(dispatcher.database, 30, FIRST + 30)
        for number in newcomers:
            here.user(f"U{number}", f"p{number}", f"p{number}@lumen.example")
        assert await company.surface.courier.meet_everybody()
        assert await met(dispatcher, 60) == 60
        assert here.calls(BY_EMAIL) == []


@in_loop
async def test_a_few_are_looked_up_by_their_addresses(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company_of(company, dispatcher, 5)
        await company.settled()
        assert company.here.calls(LIST) == []
        assert outcomes(dispatcher)[Delivery.sent] == 5


@in_loop
async def test_a_pause_that_slack_asks_for_is_no_error(
    dispatcher: Dispatcher, capfd: pytest.CaptureFixture[str]
) -> None:
    async with connected(dispatcher) as company:
        company.server.limiter.refuse_next(BY_EMAIL, 30)
        company_of(company, dispatcher, 3)
        await company.settled()
        lines = [json.loads(line) for line in "".join(capfd.readouterr()).splitlines() if line.startswith("{")]
        pauses = [line for line in lines if "pause" in line["event"]]
        assert [(line["level"], line["slack"], line["seconds"]) for line in pauses] == [("info", "ratelimited", 30)]
        assert [line for line in lines if line["level"] == "error"] == []


@in_loop
async def test_an_address_that_only_folds_alike_is_another_persons(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company.here.user("USHARP", "sharp", "dora.wei\u00df@lumen.example")
        company.here.user("UKELVIN", "kelvin", "\u212aai@lumen.example")
        with dispatcher.database.write() as db:
            like = db.execute(select(table(Person)).where(table(Person).c.id == 3)).mappings().one()
            kai = {**like, "id": 90, "email": "kai@lumen.example", "employee_no": "E90"}
            db.execute(insert(table(Person)), [kai])
        for user in ("USHARP", "UKELVIN"):
            await company.person(user).types("help")
            assert "/checkin" not in "".join(company.person(user).told)
    with dispatcher.database.read() as db:
        assert accounts.person_by_email(db, "dora.wei\u00df@lumen.example") is None
        assert accounts.person_by_email(db, "\u212aai@lumen.example") is None
        assert accounts.person_by_email(db, " KAI@lumen.example ") == 90
