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
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, event

from benchmarks.company import GOALS_EACH, database_at, dispatcher_on, found, open_checkins
from benchmarks.figures import Figure, median, microseconds, milliseconds, percentile
from bot.replies import Said
from bot.web.pages import parse
from bot.web.room import Room
from storage.database import Database, Synchronous

TURNS = 400
PASSES = 5
ALLOWED = 10.0
"""Times the CPU of raw sqlite3 at synchronous=NORMAL."""

Statement = tuple[str, Any]
COMMIT: Statement = ("COMMIT", ())


@dataclass(frozen=True)
class Run:
    cpu: float
    """Seconds a turn."""
    walls: tuple[float, ...]


def body(person: int) -> bytes:
    """What a browser sends when a check-in is submitted."""
    progress = {f"q.progress:g{person}-{which}": "40" for which in range(GOALS_EACH)}
    fields = {
        "event": f"web:turn-{person}",
        "conversation": str(person),
        "key": "pulse",
        "edition": "0",
        "q.mood": "4",
        "q.highlights": "Closed the Brunner renewal, 3 seats more than last year",
        "q.blockers": "Waiting for legal on the data-processing annex",
        "q.share": "manager",
        **progress,
    }
    return urlencode(fields).encode()


def one_turn(room: Room, person: int, sent: bytes) -> bytes:
    """From the bytes of the form to the words of the reply, which are also a line of the person's chat."""
    reply = room.talk(parse(parse_qsl(sent.decode()), person))
    assert isinstance(reply, Said), reply
    return reply.text.encode()


def ours(file: Path, synchronous: Synchronous) -> Run:
    database = database_at(file, synchronous)
    room = Room(dispatcher_on(database))
    one_turn(room, TURNS + 1, body(TURNS + 1))  # warm: compiled statements, parsed texts
    bodies = [(person, body(person)) for person in range(1, TURNS + 1)]
    walls = []
    gc.collect()
    began = process_time()
    for person, sent in bodies:
        start = perf_counter()
        one_turn(room, person, sent)
        walls.append(perf_counter() - start)
    cpu = (process_time() - began) / TURNS
    database.close()
    return Run(cpu, tuple(walls))


def written_down(file: Path) -> list[list[Statement]]:
    """The statements of every turn, with a COMMIT wherever ours committed."""
    database: Database = database_at(file, "NORMAL")
    room = Room(dispatcher_on(database))
    turns: list[list[Statement]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_: Connection, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        turns[-1].extend((statement, each) for each in (parameters if many else [parameters]))

    @event.listens_for(database.engine, "commit")
    def committed(_: Connection) -> None:
        turns[-1].append(COMMIT)

    for person in [TURNS + 1, *range(1, TURNS + 1)]:
        turns.append([])
        one_turn(room, person, body(person))
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
    for statement, parameters in turn:
        if not db.in_transaction:
            db.execute("BEGIN IMMEDIATE")
        db.execute(statement, parameters).fetchall()


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
    assert statements > 10, turns[1]
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
