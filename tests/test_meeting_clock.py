"""The clock of meetings: each reminder once, none that is out of date, and one question when it is over."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.app import TEXTS
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.meeting_ticks import remind_due
from bot.replies import Said
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.journal import Conversation, Outbox
from storage.meetings import Meeting, MeetingReminder
from storage.people import Person
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, LI_NA
from tests.together import at_once

pytestmark = on_both

FRIDAY_NINE = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
LINE = "@li.na 2026-03-09 10:00 Q4 goals"
STARTS = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(minutes=30)


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, ANN)


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


def tick(dispatcher: Dispatcher, clock: SetClock, at: datetime) -> int:
    clock.at = at
    return sum(remind_due(dispatcher))


def reminded(database: Database, person: int = LI_NA) -> list[str]:
    outbox = table(Outbox)
    query = select(outbox.c.body).where(outbox.c.person_id == person, outbox.c.dedupe.like("meeting:%"))
    with database.read() as db:
        return [body["text"] for body in db.execute(query.order_by(outbox.c.id)).scalars()]


def asked(database: Database) -> list[str]:
    rows = table(Conversation)
    query = select(rows.c.subject).where(rows.c.flow == "meeting_after").order_by(rows.c.id)
    with database.read() as db:
        return list(db.execute(query).scalars())


def left_over(database: Database) -> int:
    rows = table(MeetingReminder)
    with database.read() as db:
        return len(db.execute(select(rows.c.id).where(rows.c.done_at.is_(None))).all())


def test_both_are_reminded_the_day_before_and_shortly_before_in_their_own_time(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player, li: Player
) -> None:
    ann.calls("meet", LINE)
    assert tick(dispatcher, clock, STARTS - timedelta(days=1, seconds=1)) == 0
    assert tick(dispatcher, clock, STARTS - timedelta(days=1)) == 1
    assert (
        li.told()[-1].text
        == "会议提醒：“Q4 goals”，参会人：Ann Miller\n2026年3月9日（周一）17:00（按你所在时区），30 分钟。"
    )
    assert ann.told()[-1].text == "Coming up: “Q4 goals” with Na Li\nMon 9 Mar 2026, 10:00 your time, 30 minutes."
    assert [button.flow for button in li.told()[-1].buttons] == ["meeting_answer", "meeting_change", "meeting_cancel"]
    assert tick(dispatcher, clock, STARTS - timedelta(minutes=16)) == 0
    assert tick(dispatcher, clock, STARTS - timedelta(minutes=15)) == 1
    assert reminded(database) == reminded(database, ANN) == ["day", "soon"]


def test_a_meeting_of_tomorrow_is_not_announced_twice(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player
) -> None:
    ann.calls("meet", "@li.na tomorrow 9:00 Q4 goals")
    assert tick(dispatcher, clock, clock.at + timedelta(minutes=1)) == 0
    tick(dispatcher, clock, FRIDAY_NINE - timedelta(hours=1, minutes=10))
    assert reminded(database) == ["soon"]


def test_of_the_time_before_it_was_moved_nothing_is_left(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player
) -> None:
    ann.calls("meet", LINE)
    ann.taps("meeting_change")
    ann.sends(day="2026-03-11")
    assert tick(dispatcher, clock, STARTS + timedelta(hours=3)) == 0
    assert (reminded(database), asked(database)) == ([], [])
    assert tick(dispatcher, clock, STARTS + timedelta(days=1)) == 1
    assert reminded(database) == ["day"]


def test_moved_there_and_back_it_is_reminded_of_once(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player
) -> None:
    ann.calls("meet", LINE)
    for day in ("2026-03-11", "2026-03-09"):
        ann.taps("meeting_change")
        ann.sends(day=day)
    tick(dispatcher, clock, STARTS - timedelta(days=1))
    tick(dispatcher, clock, STARTS - timedelta(minutes=15))
    assert reminded(database) == ["day", "soon"]


def test_nothing_is_said_or_asked_of_one_that_was_called_off(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player
) -> None:
    ann.calls("meet", LINE)
    ann.taps("meeting_cancel")
    ann.sends()
    assert tick(dispatcher, clock, ENDS + timedelta(days=1)) == 0
    assert (reminded(database), asked(database), left_over(database)) == ([], [], 0)


def test_a_machine_that_slept_reminds_of_nothing_that_is_over_and_asks_once(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player
) -> None:
    ann.calls("meet", LINE)
    assert tick(dispatcher, clock, ENDS + timedelta(hours=20)) == 1
    assert tick(dispatcher, clock, ENDS + timedelta(hours=21)) == 0
    assert (reminded(database), len(asked(database))) == ([], 1)
    [waits] = [each for each in ann.waiting() if "Q4 goals" in each.title]
    assert waits.title == "Did “Q4 goals” happen?"


def test_one_that_woke_ten_minutes_before_says_it_once(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player
) -> None:
    ann.calls("meet", LINE)
    tick(dispatcher, clock, STARTS - timedelta(minutes=10))
    assert reminded(database) == ["soon"]


def test_what_is_long_over_is_not_asked_about(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player
) -> None:
    ann.calls("meet", LINE)
    tick(dispatcher, clock, ENDS + timedelta(days=15))
    assert asked(database) == []


def test_two_processes_at_once_say_everything_once(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player
) -> None:
    for topic in ("one", "two", "three"):
        ann.calls("meet", f"@li.na 2026-03-09 10:00 {topic}")
        if not isinstance(ann.last, Said):
            ann.sends(verdict="keep")
    clock.at = STARTS - timedelta(days=1)
    at_once([lambda: sum(remind_due(dispatcher))] * 4)
    assert reminded(database) == ["day"] * 3
    clock.at = ENDS
    at_once([lambda: sum(remind_due(dispatcher))] * 4)
    assert len(asked(database)) == len(set(asked(database))) == 3


def test_whoever_has_left_is_not_reminded_and_the_other_is_asked(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player, li: Player
) -> None:
    ann.calls("meet", LINE)
    with database.write() as db:
        person = table(Person)
        db.execute(update(person).where(person.c.id == ANN).values(status="left"))
    tick(dispatcher, clock, STARTS - timedelta(days=1))
    assert (reminded(database), reminded(database, ANN)) == (["day"], [])
    tick(dispatcher, clock, ENDS)
    assert any(each.title == "“Q4 goals”开了吗？" for each in li.waiting())


def answered(dispatcher: Dispatcher, clock: SetClock, ann: Player, **values: object) -> str:
    ann.calls("meet", LINE)
    tick(dispatcher, clock, ENDS)
    ann.opens_what_waits()
    reply = ann.sends(**values)  # type: ignore[arg-type]
    return reply.text if isinstance(reply, Said) else ""


def states(database: Database) -> list[tuple[int, str, str | None]]:
    rows = table(Meeting)
    with database.read() as db:
        found = select(rows.c.version, rows.c.state, rows.c.note).order_by(rows.c.version)
        return [(row[0], row[1], row[2]) for row in db.execute(found)]


def test_it_happened_and_the_note_is_told_to_the_other(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player, li: Player
) -> None:
    assert answered(dispatcher, clock, ann, outcome="happened", note="Two goals agreed") == "Noted: it took place."
    assert states(database)[-1] == (2, "happened", "Two goals agreed")
    assert li.told()[-1].text == "Ann Miller 记录了“Q4 goals”：“Two goals agreed”"
    assert tick(dispatcher, clock, ENDS + timedelta(days=1)) == 0


def test_the_note_may_be_kept_as_evidence_of_a_talk_with_somebody_one_leads(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player, li: Player
) -> None:
    answered(dispatcher, clock, ann, outcome="happened", note="Practised the pitch", evidence=(str(LI_NA),))
    rows = table(KeyEvent)
    query = select(rows.c.kind, rows.c.subject_id, rows.c.saved_by, rows.c.text, rows.c.happened_on)
    with database.read() as db:
        kept = db.execute(query).one()
    assert tuple(kept) == ("coaching", LI_NA, ANN, "Practised the pitch", STARTS.date())
    li.taps("respond")
    assert "Practised the pitch" in li.page.intro


def test_evidence_needs_a_note_and_is_offered_only_of_those_one_leads(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player
) -> None:
    answered(dispatcher, clock, ann, outcome="happened", evidence=(str(LI_NA),))
    assert set(ann.errors) == {"note"}
    ben = Player(dispatcher, BEN)
    ben.calls("meet", "@li.na 2026-03-10 10:00 Handover")
    tick(dispatcher, clock, ENDS + timedelta(days=1))
    ben.opens_what_waits()
    assert "evidence" not in ben.values


def test_moved_it_gets_a_new_time_new_reminders_and_is_asked_about_again(
    dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player, li: Player
) -> None:
    answered(dispatcher, clock, ann, outcome="moved")
    assert ann.page.title == "Edit the meeting"
    assert "Moved to Thu 12 Mar 2026, 10:00" in str(ann.sends(day="2026-03-12"))
    assert "调整了“Q4 goals”的时间" in li.told()[-1].text
    moved = STARTS + timedelta(days=3)
    assert tick(dispatcher, clock, moved - timedelta(days=1)) == 1
    assert tick(dispatcher, clock, moved - timedelta(minutes=15)) == 1
    assert tick(dispatcher, clock, moved + timedelta(minutes=30)) == 1
    assert (reminded(database), len(asked(database))) == (["day", "soon"], 2)


def test_it_did_not_take_place(dispatcher: Dispatcher, database: Database, clock: SetClock, ann: Player) -> None:
    assert "didn’t take place" in answered(dispatcher, clock, ann, outcome="missed")
    assert states(database)[-1] == (2, "missed", None)
    assert tick(dispatcher, clock, ENDS + timedelta(days=2)) == 0
