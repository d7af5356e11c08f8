"""Moving between SQLite and PostgreSQL: everything arrives, in either direction, or nothing; never two companies."""

import random
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from typer.testing import CliRunner, Result

from bot.cli import root
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from bot.wording import Language, Wording
from flows.catalog import load
from flows.core import discover
from storage import outgoing
from storage.alone import InUse, alone
from storage.columns import table
from storage.database import Database
from storage.journal import Audit, Conversation
from storage.migrations import upgrade
from storage.moving import Differs, Moved, NotEmpty, NotTaken, SameDatabase, move
from storage.people import Department, Person
from storage.sample.company import fill
from storage.schema import SchemaBehind
from storage.tables import ALL, NAMES
from tests.player import Player
from tests.postgres import Cluster
from tests.team import ANN, BEN, move_in
from tests.test_delivery_in_process import promise

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parent.parent.parent
NewDatabase = Callable[[str], str]


@pytest.fixture
def empty(tmp_path: Path, cluster: Cluster) -> Iterator[NewDatabase]:
    """The URL of a database with nothing in it, not even tables, of the kind that is asked for."""
    made: list[str] = []

    def new(kind: str) -> str:
        made.append(cluster.database() if kind == "postgresql" else f"sqlite:///{tmp_path}/{len(made)}.sqlite3")
        return made[-1]

    yield new
    for url in made:
        if url.startswith("postgresql"):
            cluster.drop(url)


@pytest.fixture
def team(empty: NewDatabase) -> NewDatabase:
    """The same with the team of `tests.team`, of whom Ben is in the middle of a check-in."""

    def new(kind: str) -> str:
        database = Database(url := empty(kind))
        upgrade(database)
        move_in(database)
        Player(_bot(database), BEN).calls("checkin")
        database.close()
        return url

    return new


def _bot(database: Database) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load("flows.texts", "bot.texts"), {}), SetClock())


def _kept(url: str) -> dict[str, list[str]]:
    """Everything in a database, in words."""
    database = Database(url)
    with database.read() as db:
        found = {
            str(model.__tablename__): sorted(repr(dict(row)) for row in db.execute(select(table(model))).mappings())
            for model in ALL
        }
    database.close()
    return found


DIRECTIONS = pytest.mark.parametrize(("here", "there"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])


def test_the_sample_company_moves_to_postgresql_and_back_without_a_difference(empty: NewDatabase) -> None:
    first, second, third = empty("sqlite"), empty("postgresql"), empty("sqlite")
    database = Database(first, synchronous="NORMAL")
    upgrade(database)
    with database.write() as db:
        fill(db, date(2026, 3, 5))
    database.close()
    before = _kept(first)
    assert len(before["check_in"]) > 5000
    there = list(move(first, second))
    back = list(move(second, third))
    assert there == back
    assert {each.table: each.rows for each in there} == {name: len(rows) for name, rows in before.items()}
    assert _kept(first) == _kept(second) == _kept(third) == before


@DIRECTIONS
def test_a_conversation_goes_on_after_the_move(team: NewDatabase, empty: NewDatabase, here: str, there: str) -> None:
    source, target = team(here), empty(there)
    list(move(source, target))
    database = Database(target)
    ben = Player(_bot(database), BEN)
    ben.opens_what_waits()
    ben.sends(mood="4", highlights="Renewed Acme on Tuesday.", share="manager")
    assert ben.waiting() == ()
    ann = Player(ben.dispatcher, ANN)  # a new row in every table that counts, after those that were moved
    ann.calls("checkin")
    assert ann.page.questions
    with database.read() as db:
        assert len(db.execute(select(table(Conversation).c.id)).all()) == 2
    database.close()


@DIRECTIONS
def test_the_next_number_comes_after_the_highest(team: NewDatabase, empty: NewDatabase, here: str, there: str) -> None:
    source, target = team(here), empty(there)
    database = Database(source)
    with database.write() as db:
        db.execute(insert(table(Department)), {"id": 4711, "name": "Legal"})
    database.close()
    list(move(source, target))
    database = Database(target)
    with database.write() as db:
        new = insert(table(Department)).returning(table(Department).c.id)
        assert db.execute(new, {"name": "Finance"}).scalar_one() == 4712
    database.close()


@DIRECTIONS
def test_messages_that_were_in_a_job_wait_for_a_new_one(
    team: NewDatabase, empty: NewDatabase, here: str, there: str
) -> None:
    source, target = team(here), empty(there)
    now = SetClock().now()
    database = Database(source)
    promise(database, now, 3, chunk="b:1:0")
    database.close()
    list(move(source, target))
    database = Database(target)
    with database.read() as db:
        assert len(outgoing.loose(db, now, 10)) == 3
    database.close()


@DIRECTIONS
def test_the_references_are_enforced_afterwards(team: NewDatabase, empty: NewDatabase, here: str, there: str) -> None:
    source, target = team(here), empty(there)
    list(move(source, target))
    database = Database(target)
    orphan = update(table(Person)).where(table(Person).c.id == BEN).values(manager_id=999)
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), database.write() as db:
        db.execute(orphan)
    if there == "postgresql":
        fresh = Database(empty("postgresql"))
        upgrade(fresh)
        assert _constraints(database) == _constraints(fresh)
        fresh.close()
    database.close()


def _constraints(database: Database) -> set[tuple[Any, ...]]:
    query = "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint"
    with database.read() as db:
        return {tuple(row) for row in db.execute(text(query))}


@DIRECTIONS
def test_it_refuses_a_target_with_anything_in_it(team: NewDatabase, empty: NewDatabase, here: str, there: str) -> None:
    source, target = team(here), empty(there)
    database = Database(target)
    upgrade(database)
    when = SetClock().now()
    with database.write() as db:
        db.execute(insert(table(Audit)), {"at": when, "viewer_id": 1, "owner_id": 2, "what": "goal", "allowed": True})
    database.close()
    with pytest.raises(NotEmpty, match="audit"):
        list(move(source, target))
    assert sum(map(len, _kept(target).values())) == 1


@DIRECTIONS
def test_it_refuses_tables_of_somebody_else(team: NewDatabase, empty: NewDatabase, here: str, there: str) -> None:
    source, target = team(here), empty(there)
    database = Database(target)
    with database.write() as db:
        db.execute(text("CREATE TABLE person (name VARCHAR)"))
    database.close()
    with pytest.raises(NotEmpty, match="person"):
        list(move(source, target))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("end", ["source", "target"])
def test_it_refuses_while_a_bot_has_either_open(team: NewDatabase, empty: NewDatabase, kind: str, end: str) -> None:
    source, target = team(kind), empty(kind)
    upgrade(made := Database(target))
    made.close()
    running = Database(source if end == "source" else target)  # connected, and doing nothing at the moment
    with running.read() as db:
        db.execute(select(table(Person).c.id))
    with pytest.raises(InUse):
        list(move(source, target))
    running.close()
    assert sum(each.rows for each in move(source, target)) == sum(map(len, _kept(source).values()))


@pytest.mark.postgres
def test_a_bot_that_is_just_ending_is_waited_for(team: NewDatabase) -> None:
    url = team("postgresql")
    ending = Database(url)
    with ending.read() as db:
        db.execute(select(table(Person).c.id))
    leaving = threading.Timer(0.2, ending.close)
    leaving.start()
    with alone(url) as connection:
        assert connection.execute(select(table(Person).c.id)).first()
    leaving.join()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nobody_writes_while_it_moves(team: NewDatabase, kind: str) -> None:
    source = team(kind)
    impatient = {"timeout": 0.01} if kind == "sqlite" else {"options": "-c lock_timeout=10"}
    late = create_engine(source, connect_args=impatient)
    with alone(source) as held:
        assert held.execute(select(func.count()).select_from(table(Person))).scalar_one() == 7
        with pytest.raises(OperationalError, match=r"locked|lock timeout"), late.begin() as db:
            db.execute(update(table(Person)).values(title="Director"))
    late.dispose()


@DIRECTIONS
def test_both_need_todays_schema(team: NewDatabase, empty: NewDatabase, here: str, there: str) -> None:
    source, target = team(here), empty(there)
    upgrade(old := Database(target), "0001")
    old.close()
    with pytest.raises(SchemaBehind):
        list(move(source, target))
    with pytest.raises(SchemaBehind):
        list(move(empty(there), empty(here)))


def test_one_database_is_not_two(team: NewDatabase) -> None:
    url = team("sqlite")
    with pytest.raises(SameDatabase):
        list(move(url, url))


def test_what_the_target_cannot_keep_stops_it_and_leaves_it_empty(team: NewDatabase, empty: NewDatabase) -> None:
    source, target = team("sqlite"), empty("postgresql")
    database = Database(source)
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == BEN).values(title="a\0b"))
    database.close()
    with pytest.raises(NotTaken, match="person"):
        list(move(source, target))
    assert not any(_kept(target).values())


@DIRECTIONS
def test_a_difference_is_noticed_and_nothing_kept(
    team: NewDatabase, empty: NewDatabase, here: str, there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = team(here), empty(there)
    upgrade(made := Database(target))
    with made.write() as db:
        if there == "sqlite":
            db.execute(
                text(
                    "CREATE TRIGGER spoil AFTER INSERT ON person WHEN new.id = 3 "
                    "BEGIN UPDATE person SET title = 'Director' WHERE id = 3; END"
                )
            )
        else:
            db.execute(
                text(
                    "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN IF new.id = 3 THEN new.title = 'Director'; END IF; RETURN new; END $$"
                )
            )
            db.execute(text("CREATE TRIGGER spoil BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION spoil()"))
    made.close()
    with pytest.raises(Differs, match="person"):
        list(move(source, target))
    assert not any(_kept(target).values())


@DIRECTIONS
def test_cut_off_at_any_table_it_leaves_both_as_they_were(
    team: NewDatabase, empty: NewDatabase, here: str, there: str
) -> None:
    source, target = team(here), empty(there)
    before = _kept(source)
    for tables in (1, random.Random(7).randrange(2, len(ALL)), len(ALL)):
        moving = move(source, target)
        for _ in range(tables):
            assert isinstance(next(moving), Moved)
        moving.close()
        assert not any(_kept(target).values())
    list(move(source, target))
    assert _kept(source) == _kept(target) == before


def test_its_memory_does_not_grow_with_what_it_moves(team: NewDatabase, empty: NewDatabase) -> None:
    def peak(rows: int) -> int:
        database = Database(source := team("sqlite"))
        one = {"viewer_id": 1, "owner_id": 2, "what": "goal" * 50, "allowed": True, "at": SetClock().now()}
        with database.write() as db:
            db.execute(insert(table(Audit)), [one] * rows)
        database.close()
        tracemalloc.start()
        list(move(source, empty("sqlite")))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(1)  # what is loaded once
    assert peak(20_000) < peak(2_000) + 2_000_000


@pytest.mark.stress
@DIRECTIONS
def test_a_process_that_moves_ten_times_as_much_needs_no_more_memory(
    team: NewDatabase, empty: NewDatabase, here: str, there: str
) -> None:
    code = (
        "import re, sys; from storage.moving import move; list(move(*sys.argv[1:]))\n"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1])"
    )
    one = {"viewer_id": 1, "owner_id": 2, "what": "goal" * 50, "allowed": True, "at": SetClock().now()}
    peaks = []
    for rows in (10_000, 100_000):
        database = Database(source := team(here))
        with database.write() as db:
            db.execute(insert(table(Audit)), [one] * rows)
        database.close()
        command = [sys.executable, "-c", code, source, empty(there)]
        peaks.append(int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))
    assert peaks[1] < peaks[0] + 8_000, peaks


def evenhand(*arguments: str, language: Language = Language.en) -> Result:
    return CliRunner().invoke(root(Wording(language)), list(arguments))


def said(result: Result) -> str:
    return " ".join(result.output.split())


def test_the_command_tells_each_table_and_what_to_do_next(
    team: NewDatabase, empty: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = team("sqlite"), empty("postgresql")
    monkeypatch.setenv("EVENHAND_DATABASE", target)
    shown = evenhand("move", source.removeprefix("sqlite:///"))
    assert shown.exit_code == 0, shown.output
    assert all(name in shown.output for name in NAMES)
    assert "Set EVENHAND_DATABASE to postgresql+psycopg://evenhand@/" in said(shown)
    again = evenhand("move", source, language=Language.zh)
    assert (again.exit_code, "中已有数据" in again.output) == (1, True)


@pytest.mark.parametrize("wrong", [["nowhere.sqlite3", "x.sqlite3"], ["mysql://me@here/db"], ["a.sqlite3", "://"]])
def test_the_command_refuses_what_is_no_database(wrong: list[str], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    shown = evenhand("move", *wrong)
    assert shown.exit_code == 1
    assert "isn’t" in shown.output or "doesn’t" in shown.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@DIRECTIONS
def test_a_process_that_is_ended_half_way_leaves_the_source_and_an_empty_target(
    team: NewDatabase, empty: NewDatabase, here: str, there: str, by: signal.Signals
) -> None:
    source, target = team(here), empty(there)
    database = Database(source)
    one = {"viewer_id": 1, "owner_id": 2, "what": "goal", "allowed": True, "at": SetClock().now()}
    with database.write() as db:
        db.execute(insert(table(Audit)), [one] * 30_000)  # the last of the tables with rows, and long enough to hit
    database.close()
    before = _kept(source)
    command = [sys.executable, "-u", "-c", "from bot.cli import app; app()", "--language", "en", "move", source, target]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_heeds,  # noqa: PLW1509  # it only sets a signal
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("chat_line"):
                process.send_signal(by)
                break
        rest = process.stdout.read()
        status = process.wait(60)
    if by == signal.SIGKILL:
        assert status == -9
    else:
        assert status == 1
        assert "is still empty. To move, run the same command again" in " ".join(rest.split())
    assert _kept(source) == before
    assert not any(_kept(target).values())
    list(move(source, target))
    assert _kept(target) == before


def _heeds() -> None:
    """A process that was begun in the background does not heed Ctrl-C, and neither do those that it begins."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
