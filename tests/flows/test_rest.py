"""Days off, pauses, putting off, preferences and the day of a team, as a person says them in the chat."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Help, Refused, Said
from flows.days import read_span
from storage.audience import Audience
from storage.calendar import Quiet
from storage.columns import table
from storage.database import Database
from storage.directory import person_row
from storage.facts import Start, resolve
from storage.habits import habits_of
from storage.people import Person
from storage.records import remember
from storage.rest import AskingDay, Preference, Snooze
from storage.roll import roll
from storage.weekly import WeeklyPrompt
from tests.player import Player
from tests.team import ANN, BEN, DORA, HANNA, LI_NA

THURSDAY = date(2026, 3, 5)


def said(player: Player) -> str:
    assert isinstance(player.last, Said), player.last
    return player.last.text


def current(database: Database, model: Any) -> list[Any]:
    rows = table(model)
    with database.read() as db:
        return list(db.execute(select(rows).where(rows.c.current)).mappings())


def is_off(database: Database, person: int, day: str, now: datetime) -> str | None:
    with database.read() as db:
        return habits_of(db, [person], now)[person].off(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026-12-21..2027-01-03", "2026-12-21", "2027-01-03"),
        ("21 Dec to 3 Jan", "2026-12-21", "2027-01-03"),
        ("12月21日到1月3日", "2026-12-21", "2027-01-03"),
        ("9 Mar – 13 Mar", "2026-03-09", "2026-03-13"),
        ("2026-03-09 - 2026-03-13", "2026-03-09", "2026-03-13"),
        ("tomorrow until 2026-03-10", "2026-03-06", "2026-03-10"),
        ("明天至 3 月 10 日", "2026-03-06", "2026-03-10"),
        ("tomorrow", "2026-03-06", "2026-03-06"),
    ],
)
def test_a_span_is_read_as_people_write_it(typed: str, first: str, last: str) -> None:
    assert read_span(typed, THURSDAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("typed", ["", "soon", "Tokyo", "to", "from here to there", "2026-13-01..2026-14-01"])
def test_what_is_no_span_is_none(typed: str) -> None:
    assert read_span(typed, THURSDAY) is None


def test_days_off_in_one_line_and_back_again(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("away", "9 Mar to 13 Mar")
    assert "Mon 9 – Fri 13 Mar" in said(ben)
    assert is_off(database, BEN, "2026-03-13", clock.now()) == "on_leave"
    assert is_off(database, BEN, "2026-03-16", clock.now()) is None
    clock.at = datetime(2026, 3, 11, 9, tzinfo=UTC)
    ben.calls("away", "off")
    assert is_off(database, BEN, "2026-03-10", clock.now()) == "on_leave"  # those days were off
    assert is_off(database, BEN, "2026-03-11", clock.now()) is None


def test_days_off_that_are_to_come_are_called_off(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    li = Player(dispatcher, LI_NA)
    li.calls("away", "3月9日到3月13日")
    li.calls("away", "取消")
    assert said(li).startswith("已取消")
    assert is_off(database, LI_NA, "2026-03-10", clock.now()) is None


def test_days_that_run_backwards_are_shown_at_their_question(dispatcher: Dispatcher) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("away")
    ben.sends(first="2026-03-13", last="2026-03-09")
    assert "before the first day, 13 March 2026" in ben.errors["last"]
    ben.sends(first="2026-03-13", last="2028-03-13")
    assert "more than a year" in ben.errors["last"]


def test_a_pause_until_a_day_and_its_end(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("pause", "until 2026-03-12")
    assert "Thu 12 Mar" in said(ben)
    assert is_off(database, BEN, "2026-03-11", clock.now()) == "paused"
    assert is_off(database, BEN, "2026-03-12", clock.now()) is None
    ben.calls("pause", "off")
    assert is_off(database, BEN, "2026-03-11", clock.now()) is None


def test_a_pause_is_not_for_ever(dispatcher: Dispatcher) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("pause")
    ben.sends(until="2026-06-01")
    assert "5 April 2026" in ben.errors["until"]
    ben.sends(until="2026-03-05")
    assert "after today" in ben.errors["until"]


@pytest.mark.parametrize(
    ("typed", "until"),
    [("later today", "2026-03-05 12:00"), ("tomorrow", "2026-03-06 08:00"), ("next week", "2026-03-09 08:00")],
)
def test_what_is_open_is_put_off(
    dispatcher: Dispatcher, database: Database, clock: SetClock, typed: str, until: str
) -> None:
    ben = Player(dispatcher, BEN)
    with database.write() as db:
        dispatcher.start(db, dispatcher.repertoire.register.named("checkin"), Start(BEN, clock.now()))
    ben.calls("snooze", typed)
    with database.read() as db:
        row = db.execute(select(table(Snooze))).mappings().one()
    assert (row["person_id"], row["key"]) == (BEN, "pulse")
    assert row["until"] == datetime.fromisoformat(until).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("明天", "2026-03-06 08:00"), ("下周", "2026-03-09 08:00"), ("Monday", "2026-03-09 08:00"),
        ("Friday 15:00", "2026-03-06 14:00"), ("15:00", "2026-03-05 14:00"), ("周五下午3点", "2026-03-06 14:00"),
        ("in 3 days", "2026-03-08 08:00"),
    ],
)  # fmt: skip
def test_it_may_be_put_off_to_a_day_and_time_of_ones_own(
    dispatcher: Dispatcher, database: Database, clock: SetClock, typed: str, until: str
) -> None:
    ben = Player(dispatcher, BEN)
    with database.write() as db:
        dispatcher.start(db, dispatcher.repertoire.register.named("checkin"), Start(BEN, clock.now()))
    ben.calls("snooze", typed)
    with database.read() as db:
        found = db.execute(select(table(Snooze).c.until)).scalars().all()
    assert [f"{each:%Y-%m-%d %H:%M}" for each in found] == [until]


@pytest.mark.parametrize("typed", ["Friday at 3", "12/4", "春节后", "in 2 hours", "9:00", "every Friday"])
def test_what_is_not_sure_puts_nothing_off(
    dispatcher: Dispatcher, database: Database, clock: SetClock, typed: str
) -> None:
    ben = Player(dispatcher, BEN)
    with database.write() as db:
        dispatcher.start(db, dispatcher.repertoire.register.named("checkin"), Start(BEN, clock.now()))
    ben.calls("snooze", typed)
    assert ben.errors["when"]
    with database.read() as db:
        assert db.execute(select(table(Snooze))).all() == []


@pytest.mark.parametrize(
    ("own", "until"),
    [
        (None, ["2026-03-06 10:00", "2026-03-06 10:00", "2026-03-09 10:00"]),  # as the company has it, from 11 to 13
        ((12, 7), ["2026-03-06 06:00", "2026-03-06 08:00", "2026-03-09 08:00"]),
        ((6, 20), ["2026-03-05 19:00", "2026-03-06 19:00", "2026-03-09 19:00"]),
    ],
)
def test_what_is_put_off_comes_outside_of_quiet_hours(
    dispatcher: Dispatcher, database: Database, clock: SetClock, own: tuple[int, int] | None, until: list[str]
) -> None:
    company = replace(dispatcher.repertoire, quiet=Quiet(13, 11))
    ben = Player(Dispatcher(database, company, clock), BEN)
    with database.write() as db:
        dispatcher.start(db, dispatcher.repertoire.register.named("checkin"), Start(BEN, clock.now()))
        if own:
            quiet: dict[str, Any] = {"quiet_begins": own[0], "quiet_ends": own[1]}
            remember(db, Preference(series=str(BEN), saved_by=BEN, person_id=BEN, **quiet), clock.now())
    for typed in ("later today", "tomorrow", "next week"):
        ben.calls("snooze", typed)
    with database.read() as db:
        found = db.execute(select(table(Snooze).c.until).order_by(table(Snooze).c.id)).scalars().all()
    assert [f"{each:%Y-%m-%d %H:%M}" for each in found] == until


def test_nothing_open_is_nothing_to_put_off(dispatcher: Dispatcher) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("snooze", "tomorrow")
    assert said(ben).startswith("Nothing is waiting for you")


def test_a_button_puts_off_the_question_it_stands_at_and_no_other_persons(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    with database.write() as db:
        checkin = dispatcher.repertoire.register.named("checkin")
        mine = dispatcher.start(db, checkin, Start(BEN, clock.now()))
        other = dispatcher.start(db, checkin, Start(ANN, clock.now()))
    ben = Player(dispatcher, BEN)
    ben.presses("snooze", conversation=other, key="pulse")
    assert said(ben).startswith("Nothing is waiting for you")
    ben.presses("snooze", conversation=mine, key="pulse")
    ben.sends(when="tomorrow")
    with database.read() as db:
        assert db.execute(select(table(Snooze).c.conversation_id)).scalars().all() == [mine]


def test_preferences_are_kept_and_shown_again(dispatcher: Dispatcher, database: Database) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("preferences")
    ben.sends(hour="10", quiet_from="18", quiet_until="9", reminders="light")
    ben.calls("preferences")
    assert (ben.values["hour"], ben.values["quiet_from"], ben.values["reminders"]) == ("10", "18", "light")
    ben.sends(hour="", quiet_from="", quiet_until="", reminders="active")
    [row] = current(database, Preference)
    assert (row["version"], row["hour"], row["quiet_begins"], row["reminders"]) == (2, None, None, "active")


def test_a_language_of_ones_own_holds_at_once_and_over_the_import(dispatcher: Dispatcher, database: Database) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("preferences")
    assert ben.values["language"] == "company"
    saved = ben.sends(language="zh")
    assert isinstance(saved, Said)
    assert re.search("[\u4e00-\u9fff]", saved.text), "the answer itself is in the language just chosen"
    shown = ben.types("帮助")
    assert isinstance(shown, Help)
    assert shown.commands[0].shown == "周报"
    with database.write() as db:  # what the next import says changes nothing about it
        db.execute(update(table(Person)).where(table(Person).c.id == BEN).values(locale="en"))
    with database.read() as db:
        assert person_row(db, BEN)["locale"] == "zh"
        assert [one.language for one in roll(db) if one.who.id == BEN] == ["zh"]
    ben.calls("preferences")
    assert ben.values["language"] == "zh"
    assert isinstance(ben.sends(language="company"), Said)
    with database.read() as db:
        assert person_row(db, BEN)["locale"] == "en"


def test_an_announcement_counts_readers_by_the_language_they_have_chosen(
    dispatcher: Dispatcher, database: Database
) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("preferences")
    ben.sends(language="zh")
    with database.read() as db:
        start = Start(HANNA, dispatcher.clock.now(), given={"audience": Audience(people=(ANN, BEN))})
        assert resolve(db, ("audience_now",), start)["audience_now"]["chinese"] == 1


def test_quiet_hours_need_both_ends_and_leave_some_of_the_day(dispatcher: Dispatcher) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("preferences")
    ben.sends(quiet_from="18", quiet_until="")
    assert set(ben.errors) == {"quiet_until"}
    ben.sends(quiet_from="9", quiet_until="7")
    assert "fewer than 4 hours" in ben.errors["quiet_until"]


def test_a_manager_chooses_the_day_of_their_team_and_hr_of_a_department(
    dispatcher: Dispatcher, database: Database
) -> None:
    ann, hanna = Player(dispatcher, ANN), Player(dispatcher, HANNA)
    ann.calls("weekday")
    ann.sends(weekday="2")
    hanna.calls("weekday")
    hanna.sends(weekday="3")
    assert "choose a department" in hanna.errors["department"]
    hanna.sends(weekday="3", department="1")
    ann.calls("weekday")
    assert ann.values["weekday"] == "2"
    found = {row["series"]: row["weekday"] for row in current(database, AskingDay)}
    assert found == {f"team:{ANN}": 2, "department:1": 3}


def test_who_leads_nobody_has_no_day_to_choose(dispatcher: Dispatcher) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("weekday")
    assert said(ben).startswith("You have no direct reports")


def test_hr_sees_the_minutes_that_are_asked_and_nobody_else_does(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    hanna = Player(dispatcher, HANNA)
    hanna.calls("asked")
    assert said(hanna) == "No one has been asked for anything this week."
    with database.write() as db:
        for person in (BEN, LI_NA, DORA):
            dispatcher.start(db, dispatcher.repertoire.register.named("checkin"), Start(person, clock.now()))
        for person in (BEN, LI_NA):
            db.execute(
                table(WeeklyPrompt).insert(),
                {"person_id": person, "flow": "checkin", "week": "2026-W10", "state": "asked"},
            )
    clock.move(timedelta(hours=1))
    hanna.calls("asked")
    assert said(hanna).startswith("This week 2 people were asked for about 4 minutes each, and no one for more than 4.")
    assert "about 0 minutes a week" in said(hanna)
    assert isinstance(Player(dispatcher, BEN).calls("asked"), Refused)


@pytest.mark.parametrize("weeks", [1, 2, 4, 7])
def test_the_weeks_before_are_as_many_as_people_were_asked_in(
    dispatcher: Dispatcher, database: Database, clock: SetClock, weeks: int
) -> None:
    flow = dispatcher.repertoire.register.named("checkin")
    now = clock.now()
    with database.write() as db:
        for ago in range(weeks, 0, -1):
            clock.at = now - timedelta(weeks=ago)
            dispatcher.start(db, flow, Start(BEN, clock.now()))
        week = {"person_id": BEN, "flow": "checkin", "week": "2026-W10", "state": "asked"}
        db.execute(table(WeeklyPrompt).insert(), week)
    clock.at = now
    hanna = Player(dispatcher, HANNA)
    hanna.calls("asked")
    assert "No one" in said(hanna)
    with database.write() as db:
        dispatcher.start(db, flow, Start(BEN, clock.now()))
    clock.move(timedelta(hours=1))
    hanna.calls("asked")
    assert "about 4 minutes a week" in said(hanna)
