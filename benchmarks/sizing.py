"""Sizing: what a machine for so many people needs, from the sample company and from a process that really serves it.

Growth is what the sample company's two years take on disk, and what a finished check-in leaves behind in the journal.
Turns are wins that are noted over HTTP, each acknowledged after its commit; moving is measured into a second file.
"""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import func, select

from benchmarks.company import database_at, dispatcher_on, found, open_checkins
from benchmarks.figures import Figure, Stopwatch, milliseconds
from benchmarks.open_conversations import size
from benchmarks.startup import resident_mb_of
from bot.answers import Submitted
from flows.page import At
from flows.questions import Raw
from storage.columns import table
from storage.journal import OpenAsk
from storage.migrations import upgrade
from storage.moving import move
from storage.people import Person
from storage.sample.company import fill
from tests.running import running
from tests.team import move_in

YEARS = 2
WEEKS = 46
"""Check-ins of a person in a year, less leave and holidays."""
PEOPLE = 1_000
TURNS = 2_000
ANSWERS: dict[str, Raw] = {
    "mood": "4",
    "highlights": "Renewed Acme on Tuesday, 120k for a year.",
    "blockers": "Their legal department is slow.",
    "share": "manager",
}
person, open_ask = table(Person), table(OpenAsk)


def measure() -> Iterable[Figure]:
    with TemporaryDirectory() as folder:
        yield from _growth(Path(folder))
    with TemporaryDirectory() as folder:
        yield from _serving(Path(folder))


def _growth(folder: Path) -> Iterable[Figure]:
    file = folder / "sample.sqlite3"
    database = database_at(file, "NORMAL")
    upgrade(database)
    before = size(file)
    with database.write() as db:
        fill(db, date(2026, 3, 5))
        people = db.execute(select(func.count()).select_from(person)).scalar_one()
    database.close()
    records = (size(file) - before) / people / YEARS
    yield Figure("records of the sample company", f"{records / 1e3:,.0f} kB a person and year", "SQLite file")
    finished = _finished_checkin(folder / "journal.sqlite3")
    yield Figure("a finished check-in, with its journal", f"{finished:,.0f} bytes", f"{WEEKS} of them a year")
    whole = records + WEEKS * finished
    yield Figure("growth", f"{whole / 1e3:,.0f} kB a person and year", "records and journal")
    with Stopwatch() as watch:
        rows = sum(each.rows for each in move(f"sqlite:///{file}", f"sqlite:///{folder}/moved.sqlite3"))
    yield Figure("moving to another database", f"{rows / watch.wall:,.0f} rows/s", f"{rows:,} rows, compared")


def _finished_checkin(file: Path) -> float:
    """Bytes that a check-in leaves behind, from its prompt to its answer."""
    found(file, PEOPLE)
    before = size(file)
    database = database_at(file, "NORMAL")
    open_checkins(database, 1, PEOPLE)
    dispatcher = dispatcher_on(database)
    with database.read() as db:
        asks = [(row.conversation_id, row.person_id) for row in db.execute(select(open_ask))]
    for conversation, who in asks:
        dispatcher.handle(Submitted(f"e{conversation}", who, At(conversation, "pulse"), ANSWERS))
    database.close()
    return (size(file) - before) / PEOPLE


def _serving(folder: Path) -> Iterable[Figure]:
    file = folder / "serving.sqlite3"
    database = database_at(file, "FULL")
    upgrade(database)
    move_in(database)
    database.close()
    with running(f"sqlite:///{file}", folder) as bot, bot.speaker() as speaker:
        idle = resident_mb_of(bot.process.pid)
        before = _cpu_of(bot.process.pid)
        for number in range(TURNS):
            assert speaker.says(f"/win @ann.miller closed renewal number {number}", f"e{number}")
        each = (_cpu_of(bot.process.pid) - before) / TURNS
        busy = resident_mb_of(bot.process.pid)
        began = perf_counter()
        bot.process.terminate()
        assert bot.ended() == 0
        goodbye = perf_counter() - began
    yield Figure(
        "`evenhand serve` with Teams, resident memory", f"{idle:.0f} MB", f"{busy:.0f} MB after {TURNS:,} turns"
    )
    yield Figure("a win noted over HTTP, with its answer sent, CPU", milliseconds(each), "of one core")
    yield Figure("… so many a second on one core", f"{1 / each:,.0f}")
    yield Figure("from SIGTERM to the end", f"{goodbye:.1f} s", "at most 3 s", goodbye < 3)


def _cpu_of(pid: int) -> float:
    """CPU seconds of a process so far, on Linux."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
