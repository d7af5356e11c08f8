"""Fixtures for everyone: a migrated database file of one's own, a small team, and the bot on top of it."""

import logging
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage.database import Database
from storage.migrations import upgrade
from tests.postgres import Cluster, NoPostgres, Snapshot
from tests.team import move_in

# How long an example takes says more of the machine than of us: no deadline. The same examples each time, so that what
# passed here passes elsewhere; `make stress` looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("fresh", deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with today's schema, to be copied."""
    file = tmp_path_factory.mktemp("schema") / "empty.sqlite3"
    database = Database(f"sqlite:///{file}", synchronous="NORMAL")
    upgrade(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def team_file(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the people of `tests.team`."""
    file = tmp_path_factory.mktemp("team") / "team.sqlite3"
    shutil.copy(migrated, file)
    database = Database(f"sqlite:///{file}", synchronous="NORMAL")
    move_in(database)
    database.close()
    return file


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """SQLite, unless the test is marked with `tests.postgres.on_both`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server with a database `team` to copy: today's schema and the people of `tests.team`."""
    try:
        cluster = Cluster.started()
    except NoPostgres as why:
        pytest.skip(str(why))
    database = Database(cluster.database(name="team"))
    upgrade(database)
    move_in(database)
    database.close()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def postgres_team(cluster: Cluster) -> Snapshot:
    """What the database `team` of the cluster holds."""
    with cluster.connected("team") as connection:
        return Snapshot.of(connection)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with the team of `tests.team` and nothing else."""
    if backend == "sqlite":
        file = tmp_path / "evenhand.sqlite3"
        shutil.copy(request.getfixturevalue("team_file"), file)
        yield f"sqlite:///{file}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    team: Snapshot = request.getfixturevalue("postgres_team")
    url = cluster.lend("team")
    yield url
    cluster.take_back(url, team)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the team of `tests.team` and nothing else."""
    database = Database(database_url, synchronous="NORMAL")
    yield database
    database.close()


@pytest.fixture
def clock() -> SetClock:
    """Thursday 5 March 2026, 09:00 UTC: morning in Munich, afternoon in Shanghai."""
    return SetClock()


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load("flows.texts"), {}), clock)


@pytest.fixture
def log_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets the test configure the log of this process; afterwards it is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    for name in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    logging.captureWarnings(False)
    root.handlers = handlers
    root.setLevel(level)
