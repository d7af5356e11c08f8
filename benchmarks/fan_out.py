"""Fan-out: a hundred thousand people are told something in one transaction, and as many messages come due at once."""

import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import orjson
from apscheduler.executors.base import BaseExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import STATE_RUNNING
from sqlalchemy import event, func, select

from benchmarks.company import THURSDAY, database_at, found
from benchmarks.figures import Figure, Stopwatch, microseconds, milliseconds, resident_mb
from benchmarks.null_platform import NullCourier
from bot.clock import SetClock
from bot.delivery.jobs import Jobs, prepare
from bot.delivery.leases import new_lease
from bot.delivery.service import Delivering
from bot.links import NOWHERE
from bot.promises import keep, messages
from flows.steps import Tell
from storage.audience import Audience
from storage.columns import table
from storage.database import Database
from storage.journal import Outbox

COUNT = 100_000
TIMES, CHEAPER = 4, 10
GROWTH_MB, LONGEST = 20.0, 0.100

outbox = table(Outbox)


def fanned_out(file: Path) -> None:
    """In a process of its own: tells everybody, and prints CPU seconds and megabytes grown."""
    database = database_at(file, "NORMAL")
    jobs = Jobs(database, "benchmark")
    words = {"title": "Review", "body": "It begins " * 20}
    told = Tell(key="tell", to=Audience(), text="announcement", buttons=(), hour=None, about="b1", values=words)
    with database.write() as db:  # so that what grows later is the fan-out's alone
        keep(
            db, islice(messages(db, 2, 1, "announce", told, THURSDAY, NOWHERE), 2000), "b:first", THURSDAY, jobs.enqueue
        )
        db.rollback()
    before = resident_mb()
    with Stopwatch() as watch, database.write() as db:
        keep(db, messages(db, 1, 1, "announce", told, THURSDAY, NOWHERE), "b:1:tell", THURSDAY, jobs.enqueue)
    print(watch.cpu, resident_mb() - before)
    jobs.stop()
    database.close()


def bare(file: Path) -> float:
    """CPU seconds of the same rows inserted by sqlite3 alone, into the same table of another file."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    rows = connection.execute("SELECT * FROM outbox").fetchall()
    columns = [each[1] for each in connection.execute("PRAGMA table_info(outbox)")]
    connection.execute("DELETE FROM outbox")
    body = columns.index("body")
    loaded = [(*row[:body], orjson.loads(row[body]), *row[body + 1 :]) for row in rows]

    def written() -> Iterator[tuple[Any, ...]]:
        for row in loaded:
            yield (*row[:body], orjson.dumps(row[body]), *row[body + 1 :])

    statement = f"INSERT INTO outbox ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    with Stopwatch() as watch:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, written())
        connection.execute("COMMIT")
    connection.close()
    return watch.cpu


def measure() -> Iterable[Figure]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "fan.sqlite3"
        found(file, COUNT, with_goals=False)
        prepare(Database(f"sqlite:///{file}"))
        out = subprocess.run(
            [sys.executable, "-m", "benchmarks.fan_out", str(file)], capture_output=True, text=True, check=True
        ).stdout
        cpu, grown = (float(word) for word in out.split())
        raw = bare(file)
        yield Figure(
            f"{COUNT:,} people told, rows and jobs in one transaction, CPU",
            f"{cpu:.1f} s",
            f"{cpu / raw:.1f} times a bare insert of the same rows; at most {TIMES} times",
            cpu <= TIMES * raw,
        )
        yield Figure("… memory grown", f"{grown:.1f} MB", f"at most {GROWTH_MB:.0f} MB", grown <= GROWTH_MB)
        out = subprocess.run(
            [sys.executable, "-m", "benchmarks.fan_out", str(file), "due"], capture_output=True, text=True, check=True
        ).stdout
        each, longest, grown = (float(word) for word in out.split())
        store = file.with_name("store.sqlite3")
        theirs = float(
            subprocess.run(
                [sys.executable, "-m", "benchmarks.fan_out", str(store), "store"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
    yield Figure(
        f"{COUNT:,} messages due at once, put into jobs, CPU each",
        microseconds(each),
        f"{theirs / each:.0f} times cheaper than an APScheduler job store of as many; at least {CHEAPER} times",
        theirs >= CHEAPER * each,
    )
    yield Figure("… longest transaction", milliseconds(longest), "at most 100 ms", longest <= LONGEST)
    yield Figure("… memory grown", f"{grown:.1f} MB", f"at most {GROWTH_MB:.0f} MB", grown <= GROWTH_MB)


def due_at_once(file: Path) -> None:
    """In a process of its own: all of them come due and are put into jobs; prints CPU each, the longest, and MB."""
    database = database_at(file, "NORMAL")
    with database.write() as db:
        db.execute(outbox.update().values(chunk=None))
    clock, lease = SetClock(THURSDAY + timedelta(minutes=1)), new_lease(database)
    jobs = Jobs(database, lease.name)
    delivering = Delivering(database, clock, {"null": NullCourier(clock)}, lease, jobs)
    with database.write() as db:  # so that what grows later is the others' alone
        delivering._gather(db)  # noqa: SLF001
    longest, before = Longest(database), resident_mb()
    with Stopwatch() as watch:
        while True:
            with database.write() as db:
                if not delivering._gather(db):  # noqa: SLF001  # one transaction of the tick, without its thread
                    break
    grown = resident_mb() - before
    with database.read() as db:
        left = db.execute(select(func.count()).select_from(outbox).where(outbox.c.chunk.is_(None))).scalar_one()
    assert left == 0
    jobs.stop()
    lease.let_go()
    database.close()
    print(watch.cpu / COUNT, longest.seconds, grown)


class Longest:
    """The longest write transaction of a database from here on."""

    def __init__(self, database: Database) -> None:
        self.seconds = 0.0
        self._began = 0.0
        event.listen(database.engine, "begin", self._begin)
        event.listen(database.engine, "commit", self._commit)

    def _begin(self, _: object) -> None:
        self._began = perf_counter()

    def _commit(self, _: object) -> None:
        self.seconds = max(self.seconds, perf_counter() - self._began)


class Idle(BaseExecutor):  # type: ignore[misc]  # the library is not typed
    """Runs nothing: what the store itself costs is measured."""

    count = 0

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        self.count += len(run_times)
        self._run_job_success(job.id, [])


def job_store(file: Path) -> None:
    """In a process of its own: prints CPU seconds a schedule takes that is due, in a scheduler whose store is a file.

    A process counts as its own the memory that its parent had, so all that comes after would seem as large.
    """
    idle, store = Idle(), SQLAlchemyJobStore(url=f"sqlite:///{file}")
    scheduler = BackgroundScheduler(
        jobstores={"default": store},
        executors={"default": idle},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        timezone="UTC",
    )
    scheduler.start(paused=True)
    scheduler.add_job(nothing, "interval", weeks=1, id="0", next_run_time=THURSDAY)
    multiply(store, COUNT)
    scheduler.state = STATE_RUNNING
    with Stopwatch() as watch:
        scheduler._process_jobs()  # noqa: SLF001  # what its thread does when something is due
    assert idle.count == COUNT
    scheduler.shutdown()
    print(watch.cpu / COUNT)


def multiply(store: Any, count: int) -> None:
    """Makes so many schedules of the one in a store, in one transaction: by itself it would commit each."""
    with store.engine.begin() as db:
        first = db.execute(store.jobs_t.select()).mappings().one()
        state = pickle.loads(first["job_state"])  # it was written a moment ago
        rows = ({**first, "id": str(n), "job_state": pickle.dumps({**state, "id": str(n)})} for n in range(1, count))
        db.execute(store.jobs_t.insert(), list(rows))


def nothing() -> None:
    """What the schedules run."""


if __name__ == "__main__":
    match sys.argv[2:]:
        case ["store"]:
            job_store(Path(sys.argv[1]))
        case ["due"]:
            due_at_once(Path(sys.argv[1]))
        case _:
            fanned_out(Path(sys.argv[1]))
