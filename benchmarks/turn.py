"""A turn: from the bytes of a submitted check-in to the bytes of the reply, beside its own SQL in raw sqlite3.

The statements of our turns are written down while they run, with their values, and then run again by the
`sqlite3` module alone on an equal copy of the file, committing where ours did. What the ratio shows is
everything that is not the database: parsing, replay, checking, rendering and SQLAlchemy.
"""

import gc
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, event

from benchmarks.company import GOALS_EACH, database_at, dispatcher_on, found, open_checkins
from benchmarks.figures import Figure, median, microseconds, milliseconds, percentile
from bot.dispatcher import Dispatcher
from bot.replies import Said
from bot.web.forms import parse
from bot.web.replies import render_reply
from storage.database import Database, Synchronous

TURNS = 400
PASSES = 5
ALLOWED = 10.0
"""Times the CPU of raw sqlite3 at synchronous=NORMAL."""

Statement = tuple[str, Any]


@dataclass(frozen=True)
class Run:
    cpu: float
    """Seconds a turn."""
    walls: tuple[float, ...]


def body(person: int) -> bytes:
    """What a browser sends when a check-in is submitted."""
    progress = {f"progress:g{person}-{which}": "40" for which in range(GOALS_EACH)}
    fields = {
        "event": f"turn-{person}",
        "conversation": str(person),
        "key": "pulse",
        "edition": "0",
        "mood": "4",
        "highlights": "Closed the Brunner renewal, 3 seats more than last year",
        "blockers": "Waiting for legal on the data-processing annex",
        "share": "manager",
        **progress,
    }
    return urlencode(fields).encode()


def one_turn(dispatcher: Dispatcher, person: int) -> bytes:
    reply = dispatcher.handle(parse(person, body(person)))
    assert isinstance(reply, Said), reply
    return render_reply(reply).encode()


def ours(file: Path, synchronous: Synchronous) -> Run:
    database = database_at(file, synchronous)
    dispatcher = dispatcher_on(database)
    one_turn(dispatcher, TURNS + 1)  # warm: compiled statements, parsed texts
    walls = []
    gc.collect()
    began = process_time()
    for person in range(1, TURNS + 1):
        start = perf_counter()
        one_turn(dispatcher, person)
        walls.append(perf_counter() - start)
    cpu = (process_time() - began) / TURNS
    database.close()
    return Run(cpu, tuple(walls))


def written_down(file: Path) -> list[list[Statement]]:
    """The statements of every turn, between BEGIN and COMMIT."""
    database: Database = database_at(file, "NORMAL")
    dispatcher = dispatcher_on(database)
    turns: list[list[Statement]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_: Connection, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        if not statement.startswith("BEGIN"):
            turns[-1].extend((statement, each) for each in (parameters if many else [parameters]))

    for person in [TURNS + 1, *range(1, TURNS + 1)]:
        turns.append([])
        one_turn(dispatcher, person)
    database.close()
    return turns


def raw(file: Path, turns: Sequence[Sequence[Statement]], synchronous: Synchronous) -> Run:
    db = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON"):
        db.execute(f"PRAGMA {pragma}")
    play(db, turns[0])
    walls = []
    gc.collect()
    began = process_time()
    for turn in turns[1:]:
        start = perf_counter()
        play(db, turn)
        walls.append(perf_counter() - start)
    cpu = (process_time() - began) / TURNS
    db.close()
    return Run(cpu, tuple(walls))


def play(db: sqlite3.Connection, turn: Sequence[Statement]) -> None:
    db.execute("BEGIN IMMEDIATE")
    for statement, parameters in turn:
        db.execute(statement, parameters).fetchall()
    db.execute("COMMIT")


def measure() -> Iterable[Figure]:
    with TemporaryDirectory() as folder:
        origin = Path(folder) / "origin.sqlite3"
        found(origin, TURNS + 1)
        database = database_at(origin, "NORMAL")
        open_checkins(database, 1, TURNS + 1)
        database.close()

        def copy() -> Path:
            file = Path(folder) / "copy.sqlite3"
            for old in Path(folder).glob("copy.sqlite3*"):
                old.unlink()
            shutil.copy(origin, file)
            return file

        turns = written_down(copy())
        pairs = [(ours(copy(), "NORMAL"), raw(copy(), turns, "NORMAL")) for _ in range(PASSES)]
        safe = [ours(copy(), "FULL") for _ in range(2)]
    mine, theirs = median([own.cpu for own, _ in pairs]), median([base.cpu for _, base in pairs])
    ratio = median([own.cpu / base.cpu for own, base in pairs])
    walls = [wall for own, _ in pairs for wall in own.walls]
    safe_walls = [wall for run in safe for wall in run.walls]
    statements = len(turns[1])
    yield Figure(
        "CPU per turn of a check-in answer, bytes to reply", microseconds(mine), f"raw sqlite3 {microseconds(theirs)}"
    )
    yield Figure(
        f"… beside its own {statements} statements in raw sqlite3",
        f"{ratio:.1f} times",
        f"at most {ALLOWED:.0f} times",
        ratio <= ALLOWED,
    )
    yield Figure("… p99, synchronous=NORMAL", milliseconds(percentile(walls, 99)), "wall clock")
    yield Figure("… p99, synchronous=FULL", milliseconds(percentile(safe_walls, 99)), "wall clock, bound by the disk")
