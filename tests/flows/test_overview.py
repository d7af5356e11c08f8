"""Participation: counts for HR that reveal nobody, and names for a person's own manager alone."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from bot import participation
from bot.clock import SetClock
from bot.commands.overview import exported
from bot.dispatcher import Dispatcher
from bot.participation import participating
from bot.replies import Said
from bot.visit import Visit
from bot.wording import Language, Wording
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.overview import LEAST, Count, _grouped, silent, weeks_before
from storage.people import Person, RoleGrant
from storage.records import remember
from storage.weekly import WeeklyPrompt
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
WEEKS = weeks_before(NOW, 4)


def asked(database: Database, person: int, *weeks: str) -> None:
    rows = [{"person_id": person, "flow": "checkin", "week": week, "state": "asked", "due_at": NOW} for week in weeks]
    with database.write() as db:
        db.execute(insert(table(WeeklyPrompt)), rows)


def answered(database: Database, person: int, week: str) -> None:
    record = CheckIn(
        series=f"{person}:{week}", saved_by=person, person_id=person, week=week, mood=4, highlights="x", shared=False
    )
    with database.write() as db:
        remember(db, record, NOW - timedelta(days=2))


@pytest.fixture
def company(database: Database) -> Database:
    """Sales has six people: Ann's team and three more; Engineering has Li Wei alone."""
    person = table(Person)
    with database.write() as db:
        db.execute(update(person).where(person.c.id.in_((HANNA, DORA))).values(department_id=1))
    for each in (ANN, LI_NA, BEN, HANNA, DORA, LI_WEI):
        asked(database, each, *WEEKS)
    for each in (ANN, LI_NA, LI_WEI):
        for week in WEEKS:
            answered(database, each, week)
    answered(database, BEN, WEEKS[0])
    return database


def shown(dispatcher: Dispatcher, person: int) -> str:
    player = Player(dispatcher, person)
    player.calls("overview")
    assert isinstance(player.last, Said)
    return player.last.text


@on_both
def test_hr_sees_counts_and_no_name(company: Database, dispatcher: Dispatcher) -> None:
    text = shown(dispatcher, HANNA)
    assert "Smaller departments together: 4/6 · 3/6 · 3/6 · 3/6" in text  # Sales alone would tell of Li Wei
    assert "No check-in for three weeks: 3" in text
    assert "Sales" not in text
    for name in ("Ben", "Okafor", "Dora", "Li Wei"):
        assert name not in text


@on_both
def test_a_manager_sees_who_of_their_own_team_is_silent(company: Database, dispatcher: Dispatcher) -> None:
    text = shown(dispatcher, ANN)
    assert "Ben Okafor" in text
    assert "Na Li" not in text
    assert "/6" not in text
    assert "Hanna Vogel" in shown(dispatcher, DORA)
    assert "Ben" not in shown(dispatcher, DORA)


def test_no_silent_people_are_said_as_a_sentence(
    company: Database, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.facts.overview.silent", lambda *_: 0)
    with company.write() as db:
        db.execute(insert(table(RoleGrant)), {"person_id": BEN, "role": "hrbp", "department_id": 1})
    assert "No one has gone three weeks without a check-in." in shown(dispatcher, BEN)
    assert "none_silent" in on_the_desk(dispatcher, BEN)


def test_for_others_there_is_nothing(company: Database, dispatcher: Dispatcher) -> None:
    assert "nothing to show" in shown(dispatcher, BEN)
    help_of = Player(dispatcher, BEN).types("/help")
    assert "overview" not in str(help_of)


def test_hr_of_one_department_sees_that_one_alone(company: Database, dispatcher: Dispatcher, clock: SetClock) -> None:
    with company.write() as db:
        db.execute(insert(table(RoleGrant)), {"person_id": BEN, "role": "hrbp", "department_id": 1})
        db.execute(insert(table(RoleGrant)), {"person_id": LI_NA, "role": "hrbp", "department_id": 2})
    assert "Sales: 3/5" in shown(dispatcher, BEN)
    assert "提问的人太少" in shown(dispatcher, LI_NA)


def on_the_desk(dispatcher: Dispatcher, person: int) -> list[str]:
    with dispatcher.database.write() as db:
        visit = Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), person)
        return [line.key.removeprefix("desk.participation.") for line in participating(visit).lines]


def test_the_desk_says_the_same_to_hr_and_to_managers(
    company: Database, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert on_the_desk(dispatcher, HANNA) == ["weeks", "row", "silent"]
    assert on_the_desk(dispatcher, ANN) == ["team"]
    assert on_the_desk(dispatcher, BEN) == []
    monkeypatch.setattr(participation, "MOST_PEOPLE", 5)
    assert on_the_desk(dispatcher, HANNA) == ["command"]  # counting more people would make a desk wait
    with company.write() as db:
        db.execute(insert(table(RoleGrant)), {"person_id": LI_NA, "role": "hrbp", "department_id": 2})
    monkeypatch.setattr(participation, "MOST_PEOPLE", 5000)
    assert on_the_desk(dispatcher, LI_NA) == []  # too few to be counted


def test_who_was_not_asked_each_week_is_not_silent(company: Database) -> None:
    with company.read() as db:
        assert silent(db, weeks_before(NOW, 3)) == 3
        assert silent(db, weeks_before(NOW, 5)) == 0


def test_the_export_is_the_same_counts(company: Database) -> None:
    text = StringIO()
    csv.writer(text).writerows(exported(company, Wording(Language.en), 4, NOW))
    rows = list(csv.reader(StringIO(text.getvalue())))
    assert rows[0] == ["Department", "Week", "Asked", "Checked in"]
    assert [row[1:] for row in rows[1:]] == [[week, "6", "4" if week == WEEKS[0] else "3"] for week in WEEKS]


@given(st.dictionaries(st.one_of(st.none(), st.integers(1, 9)), st.lists(st.integers(0, 12), min_size=1, max_size=4)))
def test_no_line_counts_fewer_than_the_least_and_none_is_lost(sizes: dict[int | None, list[int]]) -> None:
    found = {
        number: {f"w{place}": Count(asked=size) for place, size in enumerate(weeks)} for number, weeks in sizes.items()
    }
    alone, together = _grouped(found)
    lines = [*alone.values(), *([together] if together else [])]
    for line in lines:
        smallest = min((count.asked for count in line.values() if count.asked), default=LEAST)
        assert smallest >= LEAST
    if lines:
        total = sum(count.asked for line in lines for count in line.values())
        assert total == sum(map(sum, sizes.values()))
