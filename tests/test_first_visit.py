"""The first visit: on every day of a week the suggested people find something, and their team's week has begun."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.app import TEXTS
from bot.cadence import begin_weekly
from bot.clock import SetClock
from bot.commands.past_mornings import live_mornings
from bot.commands.running_week import RunningWeek, this_week
from bot.desk import Desk, desk_of
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire, Visit
from flows.catalog import load
from flows.core import discover
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.facts import Start
from storage.facts.rest import minutes_asked
from storage.journal import AskState, OpenAsk, Outbox
from storage.people import Person
from storage.roll import Cast, Listed, cast, roll
from storage.sample.company import fill
from storage.sample.this_week import CheckedIn, Told

MONDAY = date(2026, 11, 23)
GOLDEN_WEEK = date(2026, 10, 5)
"""A Monday in a week in which nobody works in China."""
DIGEST_HOUR = 9
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def founded(migrated: Path, file: Path, today: date) -> Path:
    shutil.copy(migrated, file)
    database = Database(f"sqlite:///{file}", synchronous="NORMAL")
    with database.write() as db:
        fill(db, today)
    database.close()
    return file


@pytest.fixture(scope="module")
def monday_file(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company as it is before anything has happened in the week."""
    return founded(migrated, tmp_path_factory.mktemp("visit") / "monday.sqlite3", MONDAY)


@pytest.fixture
def open_company(monday_file: Path, tmp_path: Path) -> Iterator[Database]:
    file = tmp_path / "visit.sqlite3"
    shutil.copy(monday_file, file)
    database = Database(f"sqlite:///{file}", synchronous="NORMAL")
    yield database
    database.close()


def lived(database: Database, now: datetime, today: date = MONDAY, since: datetime = LONG_AGO) -> None:
    """What people have done in the week by `now`, and what the bot does when it starts then."""
    clock = SetClock(now)
    dispatcher = Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)
    with database.read() as db:
        week = this_week(db, now, today)
    RunningWeek(dispatcher, clock, (each for each in week if each.at > since)).live_until(now)
    clock.at = now
    sum(begin_weekly(dispatcher, now, 1, 0))


def visited(database: Database, now: datetime) -> Callable[[int], Desk]:
    repertoire = Repertoire.of(discover(), load(*TEXTS), {})

    def look(person: int) -> Desk:
        with database.write() as db:
            return desk_of(Visit.of(db, repertoire, "", now, person))

    return look


class Trio(NamedTuple):
    employee: Listed
    manager: Listed
    hr: Listed


def casts(database: Database) -> dict[str, Trio]:
    with database.read() as db:
        everybody = roll(db)
    return {language: trio(cast(everybody, language)) for language in ("en", "zh")}


def trio(suggested: Cast) -> Trio:
    assert suggested.employee
    assert suggested.manager
    assert suggested.hr
    return Trio(suggested.employee, suggested.manager, suggested.hr)


def newest_week(database: Database) -> set[tuple[object, ...]]:
    rows = table(CheckIn)
    with database.read() as db:
        week = select(func.max(rows.c.week)).scalar_subquery()
        found = db.execute(select(rows.c.series, rows.c.highlights, rows.c.saved_at).where(rows.c.week == week))
        return {tuple(row) for row in found}


def test_something_waits_on_every_day_of_the_week(open_company: Database) -> None:
    trios = casts(open_company)
    done: dict[str, list[int]] = {language: [] for language in trios}
    before = datetime(2026, 11, 22, tzinfo=UTC)
    for number, name in enumerate(DAYS):
        now = datetime(2026, 11, 23 + number, 9, 30, tzinfo=UTC)
        lived(open_company, now, since=before)
        before = now
        look = visited(open_company, now)
        for language, three in trios.items():
            for role, one in three._asdict().items():
                desk = look(one.who.id)
                assert any(each.title for each in desk.waiting), (name, language, role)
                assert len(desk.confirm) == 1, (name, language, role)
                assert desk.week.mood is None, "what is asked of the suggested people is theirs to answer"
                assert max(event.day for event in desk.events) >= MONDAY, (name, language, role)
            team = look(three.manager.who.id).team
            done[language].append(sum(mate.checked_in for mate in team))
            assert 0 < done[language][-1] < len(team), (name, language)
    assert all(counts[1] <= counts[3] <= counts[6] for counts in done.values())
    assert all(counts[1] < counts[6] for counts in done.values())


def test_early_on_monday_the_week_has_only_been_asked_for(open_company: Database) -> None:
    """It is 07:40 in China, before anybody has begun to work, and 00:40 in Munich."""
    now = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)
    lived(open_company, now)
    look = visited(open_company, now)
    for three in casts(open_company).values():
        for one in three:
            desk = look(one.who.id)
            assert desk.waiting or desk.confirm
    assert {str(row[0]).rpartition(":")[2] for row in newest_week(open_company)} == {"2026-W47"}


def test_in_a_week_of_holidays_there_is_still_something_to_confirm(migrated: Path, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{founded(migrated, tmp_path / 'golden.sqlite3', GOLDEN_WEEK)}")
    now = datetime(2026, 10, 7, 9, tzinfo=UTC)
    lived(database, now, GOLDEN_WEEK)
    look = visited(database, now)
    for three in casts(database).values():
        for one in three:
            desk = look(one.who.id)
            assert len(desk.confirm) == 1
            assert bool(desk.waiting) == (one.location == "Munich")
    database.close()


def test_the_week_goes_on_the_same_however_often_it_is_lived_through(open_company: Database) -> None:
    tuesday, thursday = (datetime(2026, 11, day, 12, tzinfo=UTC) for day in (24, 26))
    with open_company.read() as db:
        early, late = (this_week(db, now, MONDAY) for now in (tuesday, thursday))
    assert early == [each for each in late if each.at <= tuesday]
    live_mornings(open_company, DIGEST_HOUR, tuesday, early)
    live_mornings(open_company, DIGEST_HOUR, thursday, late)
    counted = everything_kept(open_company)
    live_mornings(open_company, DIGEST_HOUR, thursday, late)
    assert everything_kept(open_company) == counted
    assert {kind: len([each for each in late if isinstance(each, kind)]) for kind in (CheckedIn, Told)} == {
        CheckedIn: len(newest_week(open_company)),
        Told: counted["key_event"] - everything_before(open_company, MONDAY),
    }


def everything_kept(database: Database) -> dict[str, int]:
    with database.read() as db:
        return {
            rows.name: int(db.execute(select(func.count()).select_from(rows)).scalar_one())
            for rows in (table(CheckIn), table(KeyEvent), table(Outbox))
        }


def everything_before(database: Database, day: date) -> int:
    rows = table(KeyEvent)
    at = datetime.combine(day, datetime.min.time(), UTC)
    with database.read() as db:
        return int(db.execute(select(func.count()).select_from(rows).where(rows.c.saved_at < at)).scalar_one())


def test_what_was_asked_in_the_weeks_before_counts_as_what_is_asked_in_this_one(open_company: Database) -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    lived(open_company, now)
    chief = casts(open_company)["en"].hr.who.id
    with open_company.read() as db:
        minutes = minutes_asked(db, Start(chief, now))
        asks = table(OpenAsk)
        asked = select(asks.c.person_id, asks.c.seconds).where(asks.c.key == "pulse")
        this_week = dict(db.execute(asked.where(asks.c.opened_at >= datetime(2026, 11, 22, tzinfo=UTC))).all())
        last_week = db.execute(asked.where(asks.c.state == AskState.answered, asks.c.opened_at < now)).all()
    assert minutes["before"] == minutes["each"] == 4
    assert minutes["people"] > 100
    differing = [person for person, seconds in last_week if this_week.get(person, seconds) != seconds]
    assert len(differing) < len(last_week) / 10, "a page takes as long as it took, but for goals set or closed since"


def test_what_has_happened_was_in_working_hours_and_in_ones_own_language(open_company: Database) -> None:
    with open_company.read() as db:
        week = this_week(db, datetime(2026, 11, 29, 22, tzinfo=UTC), MONDAY)
        people = {row["id"]: row for row in db.execute(select(table(Person))).mappings()}
    for each in week:
        person = people[each.person]
        local = each.at.astimezone(ZoneInfo(person["time_zone"]))
        assert 8 <= local.hour < 18
        assert str(local.isoweekday()) in person["working_days"]
    spoken = [each for each in week if isinstance(each, CheckedIn)]
    assert 80 < len(spoken) < 110
    han = {any("\u4e00" <= letter <= "\u9fff" for letter in each.values["highlights"]) for each in spoken}
    assert han == {True, False}
    assert all(
        any("\u4e00" <= letter <= "\u9fff" for letter in each.values["highlights"])
        == (people[each.person]["locale"] == "zh")
        for each in spoken
    )


def test_praise_for_a_reader_of_english_is_in_english_where_a_colleague_writes_it(open_company: Database) -> None:
    english = casts(open_company)["en"]
    with open_company.read() as db:
        week = this_week(db, datetime(2026, 11, 29, 22, tzinfo=UTC), MONDAY)
    about = [each for each in week if isinstance(each, Told) and each.subject == english.employee.who.id]
    assert len(about) >= 2
    assert all(each.text.isascii() for each in about)
