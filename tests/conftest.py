"""Fixtures for everyone: a migrated database file of one's own, a small team, and the bot on top of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage.columns import table
from storage.database import Database
from storage.migrations import upgrade
from storage.people import Department, Person, Role, RoleGrant
from tests.team import DEPARTMENTS, PEOPLE


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with today's schema, to be copied."""
    file = tmp_path_factory.mktemp("schema") / "empty.sqlite3"
    database = Database(f"sqlite:///{file}", synchronous="NORMAL")
    upgrade(database)
    database.close()
    return file


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """A database with the team of `tests.team` and nothing else."""
    file = tmp_path / "evenhand.sqlite3"
    shutil.copy(migrated, file)
    database = Database(f"sqlite:///{file}", synchronous="NORMAL")
    with database.write() as db:
        db.execute(insert(table(Department)), list(DEPARTMENTS))
        db.execute(insert(table(Person)), list(PEOPLE))
        db.execute(insert(table(RoleGrant)), [{"person_id": 5, "role": Role.hrbp, "department_id": None}])
    yield database
    database.close()


@pytest.fixture
def clock() -> SetClock:
    """Thursday 5 March 2026, 09:00 UTC: morning in Munich, afternoon in Shanghai."""
    return SetClock()


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load("flows.texts"), {}), clock)
