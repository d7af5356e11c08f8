"""A company begins with some of its people: whoever is outside is asked nothing, told nothing, and answered in one
sentence; widening asks nobody twice, and narrowing loses nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from starlette.testclient import TestClient

from benchmarks.null_platform import NULL, PLACE, NullCourier
from bot.app import TEXTS
from bot.cadence import begin_weekly
from bot.clock import SetClock
from bot.delivery.claiming import Desk, Sought, claim
from bot.digest import Digests
from bot.dispatcher import Dispatcher
from bot.meeting_ticks import remind_due
from bot.reminders import Reminding, remind
from bot.replies import Refused, Said
from bot.visit import Repertoire
from bot.web.site import playground
from flows.catalog import load
from flows.core import discover
from storage import participation
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.journal import ChatLine, Conversation, Delivery, Entry, Inbox, OpenAsk, Outbox
from storage.outgoing import Newer
from storage.participation import Part
from storage.people import RoleGrant
from storage.weekly import WeeklyPrompt
from tests.player import Player
from tests.postgres import on_both
from tests.slack_workspace.company import connected
from tests.slack_workspace.running import in_loop
from tests.surfaces.teams.conftest import play, speaker  # noqa: F401  # fixtures
from tests.surfaces.teams.world import LI, World
from tests.surfaces.window import ADDRESS, Window
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI, LONG_AGO

PILOT = (ANN, LI_NA)
THURSDAY_AFTER_TWO = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
TYPED = (Conversation, Entry, OpenAsk, Inbox, KeyEvent)


def listed(database: Database, *people: int, now: datetime = LONG_AGO) -> None:
    with database.write() as db:
        db.execute(delete(table(participation.Participant)))
        participation.add(db, people, (), now)
        participation.say_who(db, Part.listed, now)


def count(database: Database, *models: Any) -> int:
    with database.read() as db:
        return sum(int(db.execute(select(func.count()).select_from(table(model))).scalar_one()) for model in models)


def asked(database: Database) -> list[int]:
    with database.read() as db:
        return sorted(db.execute(select(table(Conversation).c.starter_id)).scalars())


def put(database: Database) -> list[tuple[int, int, str | None]]:
    rows = table(Outbox)
    with database.read() as db:
        found = db.execute(select(rows.c.person_id, rows.c.status, rows.c.reason).order_by(rows.c.id)).all()
    return [(row[0], row[1], row[2]) for row in found]


def carried(database: Database, now: datetime) -> None:
    """Claims everything that is due, as delivery to a platform does."""
    desk = Desk({NULL: NullCourier(SetClock(now))}, {NULL: frozenset({PLACE})})
    with database.write() as db:
        claim(db, Newer(), desk, None, Sought(), "test", now)


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    listed(database, *PILOT)
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)


@on_both
def test_only_participants_are_asked(dispatcher: Dispatcher, database: Database) -> None:
    sum(begin_weekly(dispatcher, THURSDAY_AFTER_TWO, 4, 14))
    assert asked(database) == [ANN, LI_NA]
    assert {row[0] for row in put(database)} == {ANN, LI_NA}


@on_both
def test_nobody_is_asked_before_the_company_says_so(dispatcher: Dispatcher, database: Database) -> None:
    with database.write() as db:
        participation.say_who(db, Part.nobody, LONG_AGO)
    sum(begin_weekly(dispatcher, THURSDAY_AFTER_TWO, 4, 14))
    assert (asked(database), count(database, WeeklyPrompt)) == ([], 0)


@on_both
def test_widening_asks_nobody_twice_and_blames_nobody_for_weeks_before(
    dispatcher: Dispatcher, database: Database
) -> None:
    sum(begin_weekly(dispatcher, THURSDAY_AFTER_TWO, 4, 14))
    later = THURSDAY_AFTER_TWO + timedelta(weeks=5)
    with database.write() as db:
        participation.say_who(db, Part.everybody, later - timedelta(hours=6))
    sum(begin_weekly(dispatcher, later, 4, 14))
    sum(begin_weekly(dispatcher, later + timedelta(minutes=20), 4, 14))
    assert sorted(asked(database)) == sorted([ANN, LI_NA, ANN, LI_NA, BEN, HANNA, DORA, LI_WEI])
    prompt = table(WeeklyPrompt)
    with database.read() as db:
        missed = set(db.execute(select(prompt.c.person_id).where(prompt.c.state == "missed")).scalars())
    assert missed <= set(PILOT)


@on_both
def test_narrowing_loses_nothing(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    clock.at = THURSDAY_AFTER_TWO
    sum(begin_weekly(dispatcher, clock.now(), 4, 14))
    with database.write() as db:
        db.execute(update(table(Outbox)).values(status=Delivery.sent, done_at=clock.now()))
    li = Player(dispatcher, LI_NA)
    li.opens_what_waits()
    li.drafts(highlights="写了一半")
    listed(database, ANN)
    assert isinstance(li.types("帮助"), Refused)
    clock.at += timedelta(days=1, hours=1)
    assert sum(remind(dispatcher, clock.now(), Reminding())) == 1  # Ann alone
    listed(database, *PILOT)
    li.opens_what_waits()
    assert li.values["highlights"] == "写了一半"


@on_both
def test_what_was_planned_for_somebody_taken_out_is_excused_and_planned_anew(
    dispatcher: Dispatcher, database: Database
) -> None:
    sum(begin_weekly(dispatcher, THURSDAY_AFTER_TWO - timedelta(days=1), 4, 14))
    listed(database, ANN)
    sum(begin_weekly(dispatcher, THURSDAY_AFTER_TWO, 4, 14))
    assert asked(database) == [ANN]
    listed(database, *PILOT)
    sum(begin_weekly(dispatcher, THURSDAY_AFTER_TWO + timedelta(minutes=20), 4, 14))
    assert asked(database) == [ANN, LI_NA]


@on_both
def test_somebody_outside_gets_one_sentence_and_nothing_they_typed_is_kept(
    dispatcher: Dispatcher, database: Database
) -> None:
    with database.write() as db:
        db.execute(insert(table(RoleGrant)), {"person_id": DORA, "role": "admin", "department_id": None})
    ben, li_wei = Player(dispatcher, BEN), Player(dispatcher, LI_WEI)
    before = count(database, *TYPED, Outbox)
    replies = [
        ben.calls("win", "@ann.miller closed the renewal"),
        ben.types("my salary is too low"),
        ben.types("help"),
        ben.presses("goal", goal="g1"),
        ben.quotes("win", "quoted", ANN),
    ]
    texts = {reply.text for reply in replies if isinstance(reply, Refused)}
    assert len(texts) == 1
    (text,) = texts
    assert "Evenhand" in text
    assert "Dora Weiss" in text
    assert text.count(".") == 1
    refused = li_wei.types("你好")
    assert isinstance(refused, Refused)
    assert "目前先从一小部分同事开始" in refused.text
    assert refused.text.count("。") == 1
    assert count(database, *TYPED, Outbox) == before


@on_both
def test_whoever_holds_a_role_may_write_before_it_begins_and_is_asked_nothing(
    dispatcher: Dispatcher, database: Database
) -> None:
    assert not isinstance(Player(dispatcher, HANNA).types("help"), Refused)
    sum(begin_weekly(dispatcher, THURSDAY_AFTER_TWO, 4, 14))
    assert HANNA not in asked(database)


@on_both
def test_a_win_about_somebody_outside_is_kept_and_they_are_told_nothing(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    ann = Player(dispatcher, ANN)
    ann.calls("win", "@ben.okafor closed the Acme renewal")
    assert isinstance(ann.last, Said)
    assert "Ben Okafor isn’t using Evenhand yet" in ann.last.text
    carried(database, clock.now())
    assert (BEN, Delivery.skipped, "outside") in put(database)
    listed(database, *PILOT, BEN)
    with database.read() as db:
        assert db.execute(select(table(KeyEvent).c.subject_id)).scalars().all() == [BEN]
    ann.calls("win", "@ben.okafor closed another one")
    assert isinstance(ann.last, Said)
    assert "isn’t using" not in ann.last.text


@on_both
def test_delivery_tells_participants_and_nobody_else(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    Player(dispatcher, ANN).calls("praise", "@li.na saved the launch")
    Player(dispatcher, ANN).calls("praise", "@ben.okafor saved the launch")
    carried(database, clock.now())
    reasons = {person: reason for person, _, reason in put(database) if person in (LI_NA, BEN)}
    assert reasons == {LI_NA: None, BEN: "outside"}


def test_a_manager_outside_gets_no_digest(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    li = Player(dispatcher, LI_NA)
    li.calls("checkin")
    li.sends(mood="4", highlights="完成了客户A的对账，剩3笔差异", share="manager")
    listed(database, LI_NA)
    friday = clock.now() + timedelta(days=1)
    assert sum(Digests(dispatcher, 9).due(friday)) == 0
    listed(database, *PILOT)
    assert sum(Digests(dispatcher, 9).due(friday)) == 1


def test_nobody_outside_is_asked_whether_a_meeting_took_place(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    ann = Player(dispatcher, ANN)
    ann.calls("meet", "@ben.okafor tomorrow 15:00 Renewal")
    assert isinstance(ann.last, Said), ann.last
    assert "Ben Okafor isn’t using" in ann.last.text
    listed(database, LI_NA)
    clock.at += timedelta(days=1, hours=8)
    before = len(asked(database))
    sum(remind_due(dispatcher))
    assert len(asked(database)) == before


def announces(dispatcher: Dispatcher, verdict: str) -> Player:
    hanna = Player(dispatcher, HANNA)
    hanna.calls("announce", "Summer party")
    hanna.sends(body="On Friday", acknowledge="yes")
    assert "4 more people match" in hanna.page.intro
    hanna.sends(verdict=verdict)
    return hanna


@on_both
def test_an_announcement_goes_to_participants(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    announces(dispatcher, "send")
    assert {person for person, *_ in put(database)} == {*PILOT, HANNA}


@on_both
def test_hr_may_announce_to_everybody_who_then_can_confirm(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    hanna = announces(dispatcher, "beyond")
    assert isinstance(hanna.last, Said)
    assert "6 people" in hanna.last.text
    carried(database, clock.now())
    assert (BEN, Delivery.skipped, "outside") not in put(database)
    ben = Player(dispatcher, BEN)
    ben.taps("acknowledge")
    assert isinstance(ben.last, Said)
    assert isinstance(ben.types("help"), Refused)


@in_loop
async def test_outside_in_slack(dispatcher: Dispatcher) -> None:
    listed(dispatcher.database, ANN)
    async with connected(dispatcher) as company:
        await company.li.types("你好")
        await company.li.opens_home()
        assert len(company.li.told) == 1
        assert "目前先从一小部分同事开始" in company.li.told[0]
        assert "目前先从一小部分同事开始" in str(company.li.home)


def test_outside_in_teams(play: Callable[..., None], speaker: Dispatcher) -> None:  # noqa: F811
    listed(speaker.database, ANN)

    async def scene(world: World) -> None:
        await world.installs(LI)
        assert world.service.said_to(LI) == []
        await world.says(LI, "/win @ann.miller 帮了大忙")
        assert len(world.service.said_to(LI)) == 1
        assert "目前先从一小部分同事开始" in str(world.service.said_to(LI))

    play(scene)
    assert count(speaker.database, *TYPED) == 0


def test_outside_in_the_browser(speaker: Dispatcher) -> None:  # noqa: F811
    window = Window(TestClient(playground(speaker, "s" * 32, host="127.0.0.1"), base_url=ADDRESS), BEN).enter()
    listed(speaker.database, ANN)
    answer = window.says("my salary is too low")
    assert answer.status_code == 409
    assert "small group" in answer.text
    assert count(speaker.database, ChatLine, *TYPED) == 0
