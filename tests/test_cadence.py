"""The cadence: who is asked for which week at which moment, once, whatever clocks and processes do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from bot.cadence import NotForEverybody, Weekly, begin_weekly, forget_old_events, settle_due
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.checkin import weekly_checkin
from flows.core import Register, flow, weekly
from storage.columns import table
from storage.database import Database
from storage.facts import Start
from storage.journal import AskState, Conversation, Inbox, OpenAsk, Outbox
from storage.people import Person
from storage.planning import Cadence
from storage.records import remember
from storage.references import Who
from storage.rest import AskingDay, Leave, Pause, Preference
from storage.weekly import WeeklyPrompt
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

pytestmark = on_both

THURSDAY, TWO = 4, 14
EVERYBODY = {ANN, LI_NA, BEN, HANNA, DORA, LI_WEI}
IN_CHINA, IN_GERMANY = {LI_NA, LI_WEI}, {ANN, BEN, HANNA, DORA}


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(Register.of(weekly_checkin), load("flows.texts"), {}), clock)


def tick(dispatcher: Dispatcher, now: datetime, weekday: int = THURSDAY, hour: int = TWO) -> int:
    return sum(begin_weekly(dispatcher, now, weekday, hour))


def asked(database: Database) -> dict[int, list[str]]:
    """The subjects of everybody's conversations."""
    conversation = table(Conversation)
    found: dict[int, list[str]] = {}
    with database.read() as db:
        query = select(conversation.c.starter_id, conversation.c.subject).order_by(conversation.c.id)
        for person, subject in db.execute(query):
            found.setdefault(person, []).append(subject)
    return found


def change(database: Database, person_id: int, **values: Any) -> None:
    person = table(Person)
    with database.write() as db:
        db.execute(update(person).where(person.c.id == person_id).values(**values))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_each_is_asked_when_it_is_the_hour_where_they_are(dispatcher: Dispatcher, database: Database) -> None:
    assert tick(dispatcher, utc("2026-03-05 05:59")) == 0
    assert tick(dispatcher, utc("2026-03-05 06:00")) == len(IN_CHINA)
    assert set(asked(database)) == IN_CHINA
    assert tick(dispatcher, utc("2026-03-05 12:59")) == 0
    assert tick(dispatcher, utc("2026-03-05 13:00")) == len(IN_GERMANY)
    assert set(asked(database)) == EVERYBODY


def test_what_is_asked_reaches_the_person_as_a_message_and_a_page(dispatcher: Dispatcher, database: Database) -> None:
    tick(dispatcher, utc("2026-03-05 13:00"))
    outbox = table(Outbox)
    with database.read() as db:
        rows = db.execute(select(outbox.c.person_id, outbox.c.kind)).all()
    assert {tuple(row) for row in rows} == {(person, "ask") for person in EVERYBODY}
    player = Player(dispatcher, LI_NA)
    player.opens_what_waits()
    assert player.page.title == "本周小结（3月2日至8日）"


def test_a_week_is_asked_for_once_by_two_processes_that_tick_at_once(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    now = utc("2026-03-05 13:00")
    elsewhere = Database(database.url.render_as_string(hide_password=False), "NORMAL")
    both = (dispatcher, Dispatcher(elsewhere, dispatcher.repertoire, clock))
    together = Barrier(2)

    def race(each: Dispatcher) -> int:
        together.wait()
        return tick(each, now)

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(race, both)) == len(EVERYBODY)
    assert [tick(each, now + timedelta(minutes=1)) for each in both] == [0, 0]
    assert all(len(subjects) == 1 for subjects in asked(database).values())
    elsewhere.close()


def test_whoever_began_by_themselves_is_not_asked_again(dispatcher: Dispatcher, database: Database) -> None:
    Player(dispatcher, BEN).calls("checkin")
    tick(dispatcher, utc("2026-03-05 13:00"))
    assert asked(database)[BEN] == [f"checkin:{BEN}:2026-W10"]


def test_nobody_on_leave_or_gone_is_asked(dispatcher: Dispatcher, database: Database) -> None:
    change(database, BEN, status="leave")
    tick(dispatcher, utc("2026-03-05 13:00"))
    assert set(asked(database)) == EVERYBODY - {BEN}


def test_who_comes_back_or_joins_within_the_week_is_asked_at_the_next_tick(
    dispatcher: Dispatcher, database: Database
) -> None:
    change(database, BEN, status="leave")
    tick(dispatcher, utc("2026-03-05 13:00"))
    change(database, BEN, status="active")
    assert tick(dispatcher, utc("2026-03-06 13:00")) == 1


def test_a_machine_that_slept_catches_up_and_each_week_stands_for_itself(
    dispatcher: Dispatcher, database: Database
) -> None:
    assert tick(dispatcher, utc("2026-03-06 13:00")) == len(EVERYBODY)
    assert tick(dispatcher, utc("2026-03-12 05:00")) == 0
    assert tick(dispatcher, utc("2026-03-12 14:00")) == len(EVERYBODY)
    assert asked(database)[ANN] == [f"checkin:{ANN}:2026-W10", f"checkin:{ANN}:2026-W11"]


@pytest.mark.parametrize(
    ("days", "not_yet", "then"),
    [
        ("1235", "2026-03-06 12:59", "2026-03-06 13:00"),  # Friday instead of Thursday
        ("123", "2026-03-09 12:59", "2026-03-09 13:00"),  # Monday of the week after, still for this one
    ],
)
def test_who_does_not_work_that_day_is_asked_on_their_next_working_day(
    dispatcher: Dispatcher, database: Database, days: str, not_yet: str, then: str
) -> None:
    change(database, BEN, working_days=days)
    tick(dispatcher, utc(not_yet))
    assert BEN not in asked(database)
    tick(dispatcher, utc(then))
    assert asked(database)[BEN] == [f"checkin:{BEN}:2026-W10"]


def test_the_week_before_is_not_asked_for_long_after_it(dispatcher: Dispatcher, database: Database) -> None:
    tick(dispatcher, utc("2026-03-11 05:00"))
    assert asked(database) == {}


@pytest.mark.parametrize(("zone", "monday"), [("Europe/Berlin", "2026-10-19"), ("America/New_York", "2026-10-26")])
def test_the_night_the_clock_goes_back_asks_once(
    dispatcher: Dispatcher, database: Database, zone: str, monday: str
) -> None:
    change(database, BEN, time_zone=zone, working_days="7")
    start = utc(monday) + timedelta(days=5, hours=12)
    for minutes in range(0, 36 * 60, 10):
        tick(dispatcher, start + timedelta(minutes=minutes), weekday=7, hour=1 if "York" in zone else 2)
    weeks = [subject.rpartition(":")[2] for subject in asked(database)[BEN]]
    assert weeks == ["2026-W43" if "Berlin" in zone else "2026-W44"]


def test_one_persons_broken_data_keeps_nobody_else_from_being_asked(dispatcher: Dispatcher, database: Database) -> None:
    change(database, BEN, time_zone="Atlantis/Deep")
    tick(dispatcher, utc("2026-03-05 13:00"))
    assert set(asked(database)) == EVERYBODY - {BEN}


def test_one_conversation_that_cannot_start_keeps_nobody_else_from_being_asked(
    database: Database, clock: SetClock
) -> None:
    @flow("moody", on=weekly(), once="{me}:{week}")
    async def moody(me: Who, week: str) -> None:
        if me.id == BEN:
            raise LookupError(week)

    moodily = Dispatcher(database, Repertoire.of(Register.of(moody), load("flows.texts"), {}), clock)
    assert tick(moodily, utc("2026-03-05 13:00")) == len(EVERYBODY) - 1
    assert BEN not in asked(database)


def test_a_weekly_flow_is_about_a_person_and_a_week_and_says_so_when_it_is_not(
    database: Database, clock: SetClock
) -> None:
    @flow("odd", on=weekly(), once="{manager}:{week}")
    async def odd(manager: Who, week: str) -> None: ...

    oddly = Dispatcher(database, Repertoire.of(Register.of(odd), load("flows.texts"), {}), clock)
    with pytest.raises(NotForEverybody, match="me and week"):
        tick(oddly, utc("2026-03-05 13:00"))


def test_more_people_than_one_transaction_takes(dispatcher: Dispatcher, database: Database) -> None:
    person = table(Person)
    with database.write() as db:
        more = [
            {"id": 1000 + n, "email": f"p{n}@lumen.example", "given_name": "P", "family_name": str(n)}
            for n in range(450)
        ]
        same = {"locale": "en", "time_zone": "Europe/Berlin", "working_days": "12345", "status": "active"}
        db.execute(insert(person), [{**row, **same} for row in more])
    done = list(begin_weekly(dispatcher, utc("2026-03-05 13:00"), THURSDAY, TWO))
    assert sum(done) == 450 + len(EVERYBODY)
    assert max(done) <= 25
    assert tick(dispatcher, utc("2026-03-05 13:01")) == 0


def test_what_is_overdue_is_closed_and_the_rest_left_open(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    tick(dispatcher, clock.now() + timedelta(hours=5))
    clock.move(timedelta(days=7, hours=4))
    assert sum(settle_due(dispatcher)) == 0
    clock.move(timedelta(hours=2))
    assert sum(settle_due(dispatcher)) == len(EVERYBODY)
    assert sum(settle_due(dispatcher)) == 0
    open_ask = table(OpenAsk)
    with database.read() as db:
        assert set(db.execute(select(open_ask.c.state)).scalars()) == {AskState.expired}


def test_conversations_that_cannot_be_settled_do_not_keep_the_others_open(database: Database, clock: SetClock) -> None:
    dispatcher = Dispatcher(database, Repertoire.of(Register.of(weekly_checkin), load("flows.texts"), {}), clock)
    with database.write() as db:
        for person in sorted(EVERYBODY):
            dispatcher.start(db, weekly_checkin, Start(person, clock.now()))
        conversation = table(Conversation)
        db.execute(update(conversation).where(conversation.c.starter_id == BEN).values(flow="gone"))
    clock.move(timedelta(days=8))
    assert sum(settle_due(dispatcher)) == len(EVERYBODY)
    open_ask = table(OpenAsk)
    with database.read() as db:
        still = db.execute(select(open_ask.c.person_id).where(open_ask.c.state == AskState.open)).scalars().all()
    assert still == [BEN]


def test_events_are_forgotten_after_two_weeks(database: Database, clock: SetClock) -> None:
    inbox = table(Inbox)
    with database.write() as db:
        ages = {"old": timedelta(days=14, seconds=1), "new": timedelta(days=13)}
        rows = [{"id": name, "conversation_id": None, "at": clock.now() - age} for name, age in ages.items()]
        db.execute(insert(inbox), [*rows, *({**rows[0], "id": f"old-{n}"} for n in range(2500))])
    assert sum(forget_old_events(database, clock.now())) == 2501
    with database.read() as db:
        assert db.execute(select(inbox.c.id)).scalars().all() == ["new"]
        assert db.execute(select(func.count()).select_from(inbox)).scalar_one() == 1


def prompts(database: Database, person: int) -> dict[str, tuple[str, str | None]]:
    """What became of each of a person's weeks, and why."""
    prompt = table(WeeklyPrompt)
    with database.read() as db:
        query = select(prompt.c.week, prompt.c.state, prompt.c.reason).where(prompt.c.person_id == person)
        return {week: (state, reason) for week, state, reason in db.execute(query)}


def due(database: Database, person: int, week: str) -> datetime:
    prompt = table(WeeklyPrompt)
    with database.read() as db:
        query = select(prompt.c.due_at).where(prompt.c.person_id == person, prompt.c.week == week)
        found: datetime = db.execute(query).scalar_one()
    return found


def keep(database: Database, record: Any, at: str = "2026-03-01 09:00") -> None:
    with database.write() as db:
        remember(db, record, utc(at))


def away(person: int, first: str, last: str) -> Leave:
    first_day, last_day = date.fromisoformat(first), date.fromisoformat(last)
    return Leave(saved_by=person, person_id=person, first_day=first_day, last_day=last_day)


def planned(dispatcher: Dispatcher, now: str, weekday: int = THURSDAY) -> int:
    return sum(Weekly(dispatcher, Cadence(weekday, TWO)).plan(utc(now)))


def test_a_week_is_planned_ahead_for_everybody_and_planning_again_changes_nothing(
    dispatcher: Dispatcher, database: Database
) -> None:
    assert planned(dispatcher, "2026-03-02 00:00") == 2 * len(EVERYBODY)
    assert planned(dispatcher, "2026-03-02 00:10") == 0
    assert due(database, LI_NA, "2026-W10") == utc("2026-03-05 06:00")
    assert due(database, BEN, "2026-W10") == utc("2026-03-05 13:00")
    assert asked(database) == {}


def test_on_a_holiday_the_next_working_day_asks(dispatcher: Dispatcher, database: Database) -> None:
    planned(dispatcher, "2026-03-30 00:00", weekday=5)  # Good Friday in Munich, a Friday like others in Shanghai
    assert due(database, BEN, "2026-W14") == utc("2026-04-07 12:00")
    assert due(database, LI_WEI, "2026-W14") == utc("2026-04-03 06:00")


def test_a_whole_week_off_is_excused_and_one_that_was_called_off_is_planned_again(
    dispatcher: Dispatcher, database: Database
) -> None:
    keep(database, away(BEN, "2026-03-02", "2026-03-06"))
    planned(dispatcher, "2026-03-02 00:00")
    assert prompts(database, BEN)["2026-W10"] == ("excused", "on_leave")
    leave = table(Leave)
    with database.write() as db:
        db.execute(update(leave).values(cancelled=True))
    planned(dispatcher, "2026-03-03 09:00")
    assert prompts(database, BEN)["2026-W10"] == ("planned", None)


def test_leave_that_is_named_after_the_planning_moves_the_question(dispatcher: Dispatcher, database: Database) -> None:
    planned(dispatcher, "2026-03-02 00:00")
    keep(database, away(BEN, "2026-03-05", "2026-03-06"))
    assert sum(Weekly(dispatcher, Cadence()).ask(utc("2026-03-05 13:00"))) == len(EVERYBODY) - 1  # not planned anew
    assert due(database, BEN, "2026-W10") == utc("2026-03-09 07:00")
    assert tick(dispatcher, utc("2026-03-09 13:00")) == 1


def test_a_pause_excuses_and_is_over_when_it_is_ended(dispatcher: Dispatcher, database: Database) -> None:
    keep(database, Pause(series=str(BEN), saved_by=BEN, person_id=BEN, until=date(2026, 3, 30)))
    planned(dispatcher, "2026-03-02 00:00")
    assert prompts(database, BEN)["2026-W10"] == ("excused", "paused")
    keep(database, Pause(series=str(BEN), saved_by=BEN, person_id=BEN))
    planned(dispatcher, "2026-03-03 00:00")
    assert prompts(database, BEN)["2026-W10"] == ("planned", None)


def test_a_team_and_a_department_have_days_of_their_own_and_a_person_an_hour(
    dispatcher: Dispatcher, database: Database
) -> None:
    keep(database, AskingDay(series=f"team:{ANN}", saved_by=ANN, manager_id=ANN, weekday=2))
    keep(database, AskingDay(series="department:1", saved_by=HANNA, department_id=1, weekday=3))
    keep(database, Preference(series=str(BEN), saved_by=BEN, person_id=BEN, hour=10))
    planned(dispatcher, "2026-03-02 00:00")
    assert due(database, BEN, "2026-W10") == utc("2026-03-03 09:00")  # Ann's report
    assert due(database, LI_NA, "2026-W10") == utc("2026-03-03 06:00")
    assert due(database, ANN, "2026-W10") == utc("2026-03-04 13:00")  # in Sales herself
    assert due(database, LI_WEI, "2026-W10") == utc("2026-03-05 06:00")
    keep(database, AskingDay(series=f"team:{ANN}", saved_by=ANN, manager_id=ANN))
    planned(dispatcher, "2026-03-02 00:10")
    assert due(database, BEN, "2026-W10") == utc("2026-03-04 09:00")


@pytest.mark.parametrize(
    ("zone", "then"),
    [("Asia/Shanghai", "2026-03-05 06:00"), ("America/Los_Angeles", "2026-03-05 22:00")],
)
def test_who_moves_is_asked_once_at_the_hour_of_the_new_place(
    dispatcher: Dispatcher, database: Database, zone: str, then: str
) -> None:
    planned(dispatcher, "2026-03-02 00:00")
    change(database, BEN, time_zone=zone)
    tick(dispatcher, utc(then) - timedelta(minutes=1))
    assert BEN not in asked(database)
    tick(dispatcher, utc(then))
    change(database, BEN, time_zone="Pacific/Honolulu")
    tick(dispatcher, utc("2026-03-07 00:00"))
    assert asked(database)[BEN] == [f"checkin:{BEN}:2026-W10"]


def test_who_moves_east_past_the_hour_is_asked_at_once(dispatcher: Dispatcher, database: Database) -> None:
    planned(dispatcher, "2026-03-02 00:00")
    change(database, BEN, time_zone="Asia/Shanghai")
    tick(dispatcher, utc("2026-03-05 09:00"))
    assert BEN in asked(database)


def test_weeks_that_went_by_while_nothing_ran_are_recorded_as_missed(
    dispatcher: Dispatcher, database: Database
) -> None:
    tick(dispatcher, utc("2026-03-05 13:00"))
    tick(dispatcher, utc("2026-03-26 14:00"))
    assert prompts(database, BEN) == {
        "2026-W10": ("asked", None),
        "2026-W11": ("missed", "asleep"),
        "2026-W12": ("missed", "asleep"),
        "2026-W13": ("asked", None),
        "2026-W14": ("planned", None),
    }


def test_who_comes_before_the_tick_finds_the_question_and_is_asked_once(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    planned(dispatcher, "2026-03-02 00:00")
    player = Player(dispatcher, BEN)
    clock.at = utc("2026-03-05 12:59")
    player.calls("help")
    assert player.waiting() == ()
    clock.at = utc("2026-03-05 13:00")
    player.calls("help")
    assert len(player.waiting()) == 1
    assert tick(dispatcher, clock.at) == len(EVERYBODY) - 1
    assert len(player.waiting()) == 1


def test_a_person_with_an_early_answer_counts_as_asked(dispatcher: Dispatcher, database: Database) -> None:
    Player(dispatcher, BEN).calls("checkin")
    tick(dispatcher, utc("2026-03-05 13:00"))
    assert prompts(database, BEN)["2026-W10"] == ("asked", None)
