"""The company the benchmarks run in: as many people as wanted, each with an open check-in if wanted."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage.columns import table
from storage.database import Database, Synchronous
from storage.facts import Start
from storage.goals import Goal
from storage.migrations import upgrade
from storage.people import Department, Person

THURSDAY = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
GOALS_EACH = 3


def database_at(file: Path, synchronous: Synchronous) -> Database:
    return Database(f"sqlite:///{file}", synchronous)


def dispatcher_on(database: Database) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load("flows.texts"), {}), SetClock(THURSDAY))


def people(count: int) -> list[dict[str, object]]:
    return [
        {
            "id": number,
            "email": f"person{number}@big.example",
            "given_name": "Robin",
            "family_name": f"Number{number}",
            "department_id": 1,
            "manager_id": None if number == 1 else max(1, number // 8),
            "locale": "en" if number % 2 else "zh",
            "time_zone": "Europe/Berlin",
            "working_days": "12345",
            "status": "active",
        }
        for number in range(1, count + 1)
    ]


def goals(count: int) -> list[dict[str, object]]:
    return [
        {
            "series": f"g{number}-{which}",
            "version": 1,
            "current": True,
            "saved_by": number,
            "saved_at": THURSDAY,
            "person_id": number,
            "title": f"Close {which + 3} renewals by June",
            "weight": 30,
            "milestones": [],
            "state": "active",
        }
        for number in range(1, count + 1)
        for which in range(GOALS_EACH)
    ]


def found(file: Path, count: int, *, with_goals: bool = True) -> None:
    """Makes the database file with so many people."""
    database = database_at(file, "NORMAL")
    upgrade(database)
    with database.write() as db:
        db.execute(insert(table(Department)), [{"id": 1, "name": "Sales", "native_name": "销售部"}])
        db.execute(insert(table(Person)), people(count))
        if with_goals:
            db.execute(insert(table(Goal)), goals(count))
    database.close()


def open_checkins(database: Database, first: int, last: int) -> None:
    """Begins the check-in of the week for the people with these numbers."""
    dispatcher = dispatcher_on(database)
    flow = dispatcher.repertoire.register.named("checkin")
    with database.write() as db:
        for number in range(first, last + 1):
            dispatcher.start(db, flow, Start(number, THURSDAY))
