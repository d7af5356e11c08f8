"""A last day is over at midnight where the person is, also before anything has marked them as left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from bot.dispatcher import Dispatcher
from storage import directory
from storage.audience import Audience, members
from storage.columns import table
from storage.database import Database
from storage.facts import Start
from storage.facts.announcements import audience_now
from storage.last_days import gone
from storage.line_names import names_in
from storage.people import Person, Status
from storage.refusals import HasLeft
from storage.roll import called_like
from tests.postgres import on_both
from tests.team import ANN, BEN, LI_NA, LI_WEI

pytestmark = on_both

person = table(Person)
LAST = date(2026, 2, 27)
EVERYBODY = Audience()
MUNICH = datetime(2026, 2, 27, 23, tzinfo=UTC)
SHANGHAI = datetime(2026, 2, 27, 16, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MIDNIGHTS = pytest.mark.parametrize(
    ("who", "name", "midnight"),
    [(BEN, "ben okafor", MUNICH), (LI_NA, "李娜", SHANGHAI), (LI_NA, "@li.na", SHANGHAI)],
)


def leaves_on(database: Database, who: int, last: date = LAST) -> None:
    with database.write() as db:
        db.execute(update(person).where(person.c.id == who).values(left_on=last))


def reached(database: Database, now: datetime, audience: Audience = EVERYBODY) -> set[int]:
    with database.read() as db:
        return {row["id"] for row in db.execute(members(db, audience, now)).mappings()}


def named(db: Connection, line: str, now: datetime) -> set[int]:
    return {one.id for mention in names_in(db, LI_WEI, line, now).mentions for one in mention.people}


@MIDNIGHTS
def test_audiences(database: Database, who: int, name: str, midnight: datetime) -> None:
    leaves_on(database, who)
    before, after = reached(database, midnight - MINUTE), reached(database, midnight + MINUTE)
    assert before - after == {who}
    assert reached(database, midnight) == after
    with database.read() as db:
        everyone = {"audience": Audience(beyond=True)}
        counts = [
            audience_now(db, Start(ANN, at, given=everyone))["count"] for at in (midnight - MINUTE, midnight + MINUTE)
        ]
        assert directory.person_row(db, who)["status"] == Status.active
    assert counts[0] - counts[1] == 1


def test_who_leads_only_people_who_are_gone_is_no_manager(database: Database) -> None:
    with database.write() as db:
        db.execute(update(person).values(manager_id=None))
        db.execute(update(person).where(person.c.id == BEN).values(manager_id=LI_WEI, left_on=LAST))
    managers, employees = Audience(role="manager"), Audience(role="employee")
    assert reached(database, MUNICH - MINUTE, managers) == {LI_WEI}
    assert reached(database, MUNICH + MINUTE, managers) == set()
    assert LI_WEI in reached(database, MUNICH + MINUTE, employees)


@MIDNIGHTS
def test_pickers_and_names(database: Database, who: int, name: str, midnight: datetime) -> None:
    leaves_on(database, who)
    before, after = midnight - MINUTE, midnight + MINUTE
    with database.read() as db:
        assert directory.find_person(db, name, now=before).id == who
        with pytest.raises(HasLeft):
            directory.find_person(db, name, now=after)
        with pytest.raises(HasLeft):
            directory.find_person(db, str(who), ANN, now=after)
        typed = name[:3]
        assert who in [one.who.id for one in called_like(db, typed, viewer=ANN, now=before)]
        assert who not in [one.who.id for one in called_like(db, typed, viewer=ANN, now=after)]
        assert who in named(db, name, before)
        assert who not in named(db, name, after)


@MIDNIGHTS
def test_asking(database: Database, who: int, name: str, midnight: datetime) -> None:
    leaves_on(database, who)
    with database.write() as db:
        db.execute(update(person).where(person.c.id == LI_WEI).values(manager_id=who))
    with database.read() as db:
        assert directory.is_here(db, who, midnight - MINUTE)
        assert not directory.is_here(db, who, midnight + MINUTE)
        assert directory.line_above(db, LI_WEI, midnight - MINUTE)[0] == who
        assert who not in directory.line_above(db, LI_WEI, midnight + MINUTE)
        manager = directory.person_row(db, who)["manager_id"]
        if manager is not None:
            teams = [directory.reports_of(db, manager, at) for at in (midnight - MINUTE, midnight + MINUTE)]
            assert {row["id"] for row in teams[0]} - {row["id"] for row in teams[1]} == {who}


def test_one_midnight_is_not_the_other(database: Database) -> None:
    leaves_on(database, BEN)
    leaves_on(database, LI_NA)
    with database.read() as db:
        assert gone(db, SHANGHAI - MINUTE) == set()
        assert gone(db, SHANGHAI + MINUTE) == {LI_NA}
        assert gone(db, MUNICH - MINUTE) == {LI_NA}
        assert gone(db, MUNICH + MINUTE) == {BEN, LI_NA}


def test_a_last_day_ahead_and_one_that_was_closed_change_nothing(database: Database, dispatcher: Dispatcher) -> None:
    leaves_on(database, BEN, LAST + timedelta(days=30))
    with database.read() as db:
        assert gone(db, MUNICH) == set()
        assert directory.is_here(db, BEN, dispatcher.clock.now())
