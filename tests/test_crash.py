"""A crash anywhere around a commit loses nothing that was acknowledged and doubles nothing, on both databases."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from storage.columns import table
from storage.database import Database
from storage.journal import Inbox
from tests.crashing import RECORDS, Cuts, Processes, Script, appeal, bot_on, checkin, play, processes, remains
from tests.hard_flows.appeal import Appeal, Decision, PanelVote
from tests.hard_flows.stage import on_stage
from tests.postgres import Cluster, on_both
from tests.team import move_in

pytestmark = on_both

NewDatabase = Callable[[], str]


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


def crash() -> None:
    raise Crash


@pytest.fixture
def fresh(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes a database with the team and nothing else in it, always the same one, and gives its URL."""
    if backend == "sqlite":
        file = tmp_path / "evenhand.sqlite3"
        database = Database(f"sqlite:///{file}")
        shutil.copy(request.getfixturevalue("migrated"), file)
        move_in(database)
        database.close()
        team = file.read_bytes()

        def copied() -> str:
            for path in tmp_path.glob("evenhand.sqlite3-*"):
                path.unlink()
            file.write_bytes(team)
            return f"sqlite:///{file}"

        yield copied
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.database("team")
    database = Database(url)

    def emptied() -> str:
        with database.write() as db:
            names = set(inspect(db).get_table_names()) - {
                "person",
                "department",
                "role_grant",
                "participation",
                "alembic_version",
            }
            db.execute(text("SET LOCAL session_replication_role = replica"))  # in whatever order
            for name in names:
                db.execute(text(f"DELETE FROM {name}"))
            db.execute(text("ALTER SEQUENCE conversation_id_seq RESTART WITH 70000"))  # a number easily told
        return url

    yield emptied
    database.close()
    cluster.drop(url)


def survives_every_cut(
    fresh: NewDatabase, start: Callable[[Database], Dispatcher], script: Script, *records: type[SQLModel], sparing: bool
) -> int:
    """Plays the script, cut off at each place in turn, and again from its beginning; says how many places there are.

    With `sparing` some are left out: all commits, and every fourth statement.
    """
    database, cuts = Database(fresh(), "NORMAL"), Cuts(crash)
    cuts.watch(database)

    def run(at: int | None = None) -> dict[str, list[str]]:
        database.disconnect()  # a new process has no connections yet
        dispatcher = start(database)
        assert isinstance(dispatcher.clock, SetClock)
        with cuts.counted(at):
            for _ in play(dispatcher, dispatcher.clock, script):
                pass
        return remains(database, *records)

    def begin_anew() -> None:
        database.disconnect()
        fresh()

    run()  # the first time some statements are said once and never again
    begin_anew()
    whole = run()
    places = list(cuts.met)
    for at, where in enumerate(places):
        if sparing and at % 4 and "commit" not in where:
            continue
        begin_anew()
        with pytest.raises(Crash):
            run(at)
        assert run() == whole, f"cut {at}: {where}"
    database.close()
    return len(places)


@pytest.fixture(params=[pytest.param(True, id="some"), pytest.param(False, id="all", marks=pytest.mark.stress)])
def sparing(request: pytest.FixtureRequest, backend: str) -> bool:
    """SQLite is quick enough to try every place each time; on PostgreSQL that is for the long tests."""
    return bool(request.param) and backend != "sqlite"


def test_a_checkin_survives_a_crash_at_every_statement(fresh: NewDatabase, sparing: bool) -> None:
    assert survives_every_cut(fresh, bot_on, checkin, *RECORDS, sparing=sparing) > 40


def test_an_appeal_with_sealed_votes_survives_a_crash_at_every_statement(
    fresh: NewDatabase, sparing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Dispatcher] = []

    def start(database: Database) -> Dispatcher:
        if database.is_sqlite or not made:  # on PostgreSQL the tables stay
            made.append(on_stage(database, SetClock(), monkeypatch))
        return Dispatcher(database, made[0].repertoire, SetClock())

    assert survives_every_cut(fresh, start, appeal, Appeal, PanelVote, Decision, sparing=sparing) > 60


def test_a_cut_that_lost_something_would_be_noticed(fresh: NewDatabase) -> None:
    """The comparison sees a single row that is missing."""
    dispatcher = bot_on(Database(fresh()))
    assert isinstance(dispatcher.clock, SetClock)
    list(play(dispatcher, dispatcher.clock, checkin))
    whole = remains(dispatcher.database, *RECORDS)
    with dispatcher.database.write() as db:
        db.execute(table(Inbox).delete().where(table(Inbox).c.id == "3:edit"))
    assert remains(dispatcher.database, *RECORDS) != whole
    dispatcher.database.close()


@pytest.fixture
def killing() -> Iterator[Processes]:
    with processes() as forking:
        yield forking


def _survives_kills(fresh: NewDatabase, killing: Processes, kills: int, seed: int) -> None:
    dispatcher, cuts = bot_on(Database(url := fresh())), Cuts(crash)
    cuts.watch(dispatcher.database)
    assert isinstance(dispatcher.clock, SetClock)
    with cuts.counted(None):
        names = list(play(dispatcher, dispatcher.clock, checkin))
    whole = remains(dispatcher.database, *RECORDS)
    dispatcher.database.close()
    chosen = random.Random(seed)
    for _ in range(kills):
        at = chosen.randrange(len(cuts.met))
        fresh()
        acknowledged, ended = killing.play(url, at)
        assert (ended, acknowledged) == (-9, names[: len(acknowledged)])
        assert set(acknowledged) <= _remembered(url), f"killed at {at}, {cuts.met[at]}"
        assert killing.play(url, None) == (names, 0)
        database = Database(url)
        assert remains(database, *RECORDS) == whole, f"killed at {at}, {cuts.met[at]}"
        database.close()


def _remembered(url: str) -> set[str]:
    database = Database(url)
    with database.read() as db:
        found = set(db.execute(table(Inbox).select().with_only_columns(table(Inbox).c.id)).scalars())
    database.close()
    return found


def test_what_a_killed_process_had_acknowledged_is_there(fresh: NewDatabase, killing: Processes) -> None:
    _survives_kills(fresh, killing, kills=2, seed=20260305)


@pytest.mark.stress
def test_what_many_killed_processes_had_acknowledged_is_there(fresh: NewDatabase, killing: Processes) -> None:
    _survives_kills(fresh, killing, kills=25, seed=47)
