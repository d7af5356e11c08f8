"""Reminders: only to who has not answered, at their own hour and as often as they like it, and never in public."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.cadence import settle_due
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.reminders import Reminding, remind, snoozed
from bot.visit import Repertoire
from flows.catalog import Catalog, Text, load
from flows.core import Flow, Register, command, discover, flow
from flows.fields import ShortText
from flows.steps import Form, ask, days
from storage.attention import Rules
from storage.columns import table
from storage.database import Database
from storage.facts import Start
from storage.journal import Delivery, OpenAsk, Outbox, Urgency
from storage.records import remember
from storage.references import Who
from storage.rest import Preference, Reminders
from tests.courier import Courier
from tests.hard_flows.survey360 import PeerReviewRecord as Peer
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, LI_NA

pytestmark = on_both

HOUR = timedelta(hours=1)
OWN = ("errand", "favour", "whisper", "wish")
outbox = table(Outbox)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Word(Form):
    word: ShortText


@flow("errand", on=command("errand"), once="{me}")
async def errand(me: Who, manager: Who) -> None:
    """Ann's report has something to ask of her."""
    await ask(manager, Word, within=days(5))


@flow("favour", on=command("favour"), once="{me}")
async def favour(me: Who, manager: Who) -> None:
    await ask(manager, Word)


@flow("whisper", on=command("whisper"), once="{me}")
async def whisper(me: Who, manager: Who) -> None:
    """The same in confidence."""
    await ask(manager, Word, within=days(5), sealed=lambda said: Peer(survey=said.word, rating=1, strengths=""))


@flow("wish", on=command("wish"), once="{me}")
async def wish(me: Who, manager: Who) -> None:
    await ask(manager, Word, within=days(12))


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    register = Register.of(*discover().flows.values(), errand, favour, whisper, wish)
    texts = load("flows.texts", "bot.texts").texts
    own: dict[str, Text] = {f"{name}.{key}": name.title() for name in OWN for key in ("title", "waiting")}
    catalog = Catalog({language: {**known, **own} for language, known in texts.items()})
    return Dispatcher(database, Repertoire.of(register, catalog, {}), clock)


def start(dispatcher: Dispatcher, begun: Flow, person: int) -> None:
    with dispatcher.database.write() as db:
        dispatcher.start(db, begun, Start(person, dispatcher.clock.now()))


def live(
    dispatcher: Dispatcher, clock: SetClock, until: str, reminding: Reminding | None = None, rules: Rules | None = None
) -> Courier:
    """Hour by hour to a moment, with everything delivered."""
    courier = Courier(dispatcher.database, rules)
    while clock.at < utc(until):
        sum(settle_due(dispatcher))
        sum(remind(dispatcher, clock.at, reminding or Reminding()))
        sum(snoozed(dispatcher.database, clock.at))
        courier.deliver(clock.at)
        clock.move(HOUR)
    return courier


def times(courier: Courier, what: str = "remind:", person: int | None = None) -> list[str]:
    return [
        f"{now:%a %d %H:%M}"
        for now, row in courier.sent
        if row["dedupe"].startswith(what) and person in (None, row["person_id"])
    ]


def prefer(database: Database, person: int, **wishes: Any) -> None:
    with database.write() as db:
        remember(
            db, Preference(series=str(person), saved_by=person, person_id=person, **wishes), utc("2026-03-01 09:00")
        )


CHECKIN = "checkin"


def checkin(dispatcher: Dispatcher) -> Flow:
    return dispatcher.repertoire.register.named(CHECKIN)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("light", ["Wed 11 13:00"]),
        ("standard", ["Fri 06 13:00", "Wed 11 13:00"]),
        ("active", ["Fri 06 13:00", "Mon 09 13:00", "Tue 10 13:00", "Wed 11 13:00"]),
    ],
)
def test_who_has_not_answered_is_reminded_as_often_as_they_like(
    dispatcher: Dispatcher, database: Database, clock: SetClock, profile: str, expected: list[str]
) -> None:
    prefer(database, BEN, reminders=profile)
    clock.at = utc("2026-03-05 13:00")
    start(dispatcher, checkin(dispatcher), BEN)
    assert times(live(dispatcher, clock, "2026-03-20 00:00")) == expected


def test_at_their_own_hour_and_never_after_the_answer(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    prefer(database, BEN, reminders="active", hour=10)
    start(dispatcher, checkin(dispatcher), BEN)
    courier = live(dispatcher, clock, "2026-03-09 12:00")
    ben = Player(dispatcher, BEN)
    ben.opens_what_waits()
    ben.sends(mood="4", highlights="Signed the contract with Acme for two more years.", share="private")
    assert times(courier) == ["Fri 06 09:00", "Mon 09 09:00"]
    assert times(live(dispatcher, clock, "2026-03-20 00:00")) == []


def test_a_machine_that_slept_reminds_once_and_not_for_every_day(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    prefer(database, BEN, reminders="active")
    start(dispatcher, checkin(dispatcher), BEN)
    live(dispatcher, clock, "2026-03-05 12:00")
    clock.at = utc("2026-03-10 15:00")
    assert times(live(dispatcher, clock, "2026-03-11 00:00")) == ["Tue 10 15:00"]


def test_nobody_is_reminded_of_what_has_not_reached_them(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    start(dispatcher, checkin(dispatcher), BEN)
    while clock.at < utc("2026-03-11 12:00"):
        assert sum(remind(dispatcher, clock.at, Reminding())) == 0
        clock.move(HOUR)


def test_a_question_without_a_deadline_is_recalled_once(dispatcher: Dispatcher, clock: SetClock) -> None:
    start(dispatcher, favour, BEN)
    assert times(live(dispatcher, clock, "2026-04-20 00:00")) == ["Tue 10 13:00"]


def test_what_somebody_opened_themself_is_theirs_and_they_are_not_reminded(
    dispatcher: Dispatcher, clock: SetClock
) -> None:
    Player(dispatcher, BEN).calls("goal")
    assert times(live(dispatcher, clock, "2026-04-01 00:00")) == []


def test_the_last_day_binds(dispatcher: Dispatcher, clock: SetClock) -> None:
    start(dispatcher, errand, BEN)
    courier = live(dispatcher, clock, "2026-03-12 00:00")
    found = [(f"{now:%a}", row["urgency"]) for now, row in courier.sent if row["dedupe"].startswith("remind:")]
    assert found == [("Fri", Urgency.ordinary), ("Mon", Urgency.binding)]  # it is due on Tuesday morning


def test_a_manager_is_told_only_where_the_company_wants_it_and_once(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    start(dispatcher, errand, BEN)
    assert times(live(dispatcher, clock, "2026-03-12 00:00"), "escalate:") == []
    clock.at = utc("2026-03-16 09:00")
    start(dispatcher, errand, LI_NA)
    courier = live(dispatcher, clock, "2026-03-24 00:00", Reminding(escalation=True))
    told = [row for _, row in courier.sent if row["dedupe"].startswith("escalate:")]
    assert [(row["person_id"], row["kind"]) for row in told] == [(6, "tell")]  # Dora, Ann's manager, and nobody else


def test_the_weekly_check_in_and_what_is_asked_in_confidence_are_never_escalated(
    dispatcher: Dispatcher, clock: SetClock
) -> None:
    start(dispatcher, checkin(dispatcher), BEN)
    start(dispatcher, whisper, LI_NA)
    courier = live(dispatcher, clock, "2026-03-13 00:00", Reminding(escalation=True))
    assert {row["person_id"] for _, row in courier.sent if row["dedupe"].startswith("remind:")} == {ANN, BEN}
    assert times(courier, "escalate:") == []


def test_reminders_that_have_to_wait_do_not_heap_up(dispatcher: Dispatcher, clock: SetClock) -> None:
    start(dispatcher, wish, BEN)
    active = Reminding(profile=Reminders.active)
    courier = live(dispatcher, clock, "2026-03-18 00:00", active, Rules(budget=2))
    assert times(courier) == ["Mon 09 07:00", "Wed 11 07:00", "Mon 16 07:00"]  # and none on the same days


def test_a_question_that_was_put_off_comes_back_at_that_moment_if_it_is_still_open(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    for person in (ANN, BEN):
        start(dispatcher, checkin(dispatcher), person)
        Player(dispatcher, person).calls("snooze", "tomorrow")
    ann = Player(dispatcher, ANN)
    ann.opens_what_waits()
    ann.sends(mood="4", highlights="Signed the contract with Acme for two more years.", share="private")
    courier = live(dispatcher, clock, "2026-03-06 14:00")
    assert times(courier, "snooze:") == ["Fri 06 08:00"]
    assert times(courier, "snooze:", BEN) == ["Fri 06 08:00"]
    assert times(courier, "remind:") == []  # it has just come


def test_a_reminder_that_waits_is_not_sent_once_it_was_answered(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    start(dispatcher, checkin(dispatcher), BEN)
    live(dispatcher, clock, "2026-03-06 13:00")
    sum(remind(dispatcher, clock.at, Reminding()))
    ben = Player(dispatcher, BEN)
    ben.opens_what_waits()
    ben.sends(mood="4", highlights="Signed the contract with Acme for two more years.", share="private")
    Courier(database).deliver(clock.at)
    with database.read() as db:
        row = db.execute(select(outbox).where(outbox.c.dedupe.startswith("remind:"))).mappings().one()
    assert (row["status"], row["reason"]) == (Delivery.skipped, "over")


def test_looking_at_nothing_writes_nothing(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    start(dispatcher, checkin(dispatcher), BEN)
    assert list(remind(dispatcher, clock.at, Reminding())) == []
    with database.write() as db:
        db.execute(update(table(OpenAsk)).values(remind_at=None))
    assert list(remind(dispatcher, clock.at + timedelta(days=3), Reminding())) == []
