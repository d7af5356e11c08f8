"""Delivering: CPU and transactions of a message on a platform that takes everything, beside a job for each of them."""

import asyncio
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from dbos import DBOS
from sqlalchemy import Engine, event, func, select

from benchmarks.company import THURSDAY, database_at, found
from benchmarks.figures import Figure, Stopwatch, milliseconds
from benchmarks.null_platform import NullCourier, move_in
from bot.clock import SetClock
from bot.delivery.jobs import Jobs, prepare
from bot.delivery.leases import new_lease
from bot.delivery.service import Delivering
from bot.promises import keep
from storage.columns import table
from storage.database import Database
from storage.journal import Delivery, Outbox

COUNT = 10_000
COUNTED = 2_000
ONE_EACH = 500
"""Messages with a job each: they are slow."""
AT_MOST, CHEAPER, TRANSACTIONS = 0.001, 10, 0.5

outbox = table(Outbox)
clock = SetClock(THURSDAY + timedelta(minutes=1))


def rows(count: int) -> Iterable[dict[str, object]]:
    body = {"flow": "announce", "text": "announcement", "values": {"title": "Review", "body": "x"}, "buttons": []}
    for number in range(1, count + 1):
        of = {"person_id": number, "kind": "tell", "about": "b1", "conversation_id": None, "key": None}
        yield {"dedupe": f"tell:{number}", "body": body, "due_at": THURSDAY, **of}


class Commits:
    """How many transactions some engines have committed."""

    def __init__(self, *engines: Engine) -> None:
        self.count = 0
        for engine in engines:
            event.listen(engine, "commit", self._add)

    def _add(self, _: object) -> None:
        self.count += 1


async def delivered(file: Path, count: int, *, is_counted: bool) -> None:
    """In a process of its own: delivers everything by jobs; prints CPU seconds, or the transactions.

    Not both at once: an engine that counts asks about every statement whether somebody wants to know.
    """
    database = database_at(file, "NORMAL")
    lease = new_lease(database)
    jobs = Jobs(database, lease.name)
    own = (database.engine, database.reading, jobs._engine)  # noqa: SLF001  # the jobs' own transactions count too
    commits = Commits(*own) if is_counted else None
    delivering = Delivering(database, clock, {"null": NullCourier(clock)}, lease, jobs)
    with Stopwatch() as watch:
        async with delivering.open():
            while is_left(database):  # noqa: ASYNC110  # other threads do it
                await asyncio.sleep(0.2)
    assert sent(database) == count
    print(commits.count if commits else watch.cpu)
    database.close()


def is_left(database: Database) -> bool:
    """Whether anything has not gone; it finds one that has not, and counts none, so as to cost little itself."""
    unsent = select(outbox.c.id).where(outbox.c.status.in_((Delivery.waiting, Delivery.sending))).limit(1)
    with database.read() as db:
        return db.execute(unsent).first() is not None


def sent(database: Database) -> int:
    with database.read() as db:
        done = select(func.count()).select_from(outbox).where(outbox.c.status == Delivery.sent)
        return int(db.execute(done).scalar_one())


def filled(folder: str, count: int) -> Path:
    file = Path(folder) / f"deliver{count}.sqlite3"
    found(file, count, with_goals=False)
    database = database_at(file, "NORMAL")
    prepare(database)
    move_in(database, range(1, count + 1), THURSDAY)
    jobs = Jobs(database, "benchmark")
    with database.write() as db:
        keep(db, iter(rows(count)), "b:1", THURSDAY, jobs.enqueue)
    jobs.stop()
    database.close()
    return file


def one_each(file: Path) -> float:
    """CPU seconds a message takes that is a workflow with one step, as DBOS is shown in its guide."""

    @DBOS.step()
    def send(number: int) -> int:
        return number

    @DBOS.workflow()
    def notify(number: int) -> int:
        return send(number)

    DBOS(config={"name": "one", "system_database_url": f"sqlite:///{file}", "log_level": "ERROR"})
    DBOS.launch()
    DBOS.register_queue("each", worker_concurrency=50, polling_interval_sec=0.05, on_conflict="always_update")
    with Stopwatch() as watch:
        handles = [DBOS.enqueue_workflow("each", notify, number) for number in range(ONE_EACH)]
        for handle in handles:
            handle.get_result()
    DBOS.destroy()
    return watch.cpu / ONE_EACH


def run(*arguments: str) -> float:
    command = [sys.executable, "-m", "benchmarks.delivering", *arguments]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def measure() -> Iterable[Figure]:
    with TemporaryDirectory() as folder:
        cpu = run("all", str(filled(folder, COUNT)))
        idle = run("all", str(filled(folder, 1)))
        transactions = run("counted", str(filled(folder, COUNTED)))
        single = run("each", str(Path(folder) / "each.sqlite3"))
    each = (cpu - idle) / COUNT
    yield Figure(
        f"CPU per delivered message, {COUNT:,} on a platform that takes everything",
        milliseconds(each),
        f"at most 1 ms; a workflow for each message takes {milliseconds(single)}, {single / each:.0f} times as much; "
        f"at least {CHEAPER} times",
        each <= AT_MOST and single >= CHEAPER * each,
    )
    yield Figure(
        "… transactions per message, those that read and those of the jobs among them",
        f"{transactions / COUNTED:.2f}",
        f"at most {TRANSACTIONS}",
        transactions <= TRANSACTIONS * COUNTED,
    )


if __name__ == "__main__":
    match sys.argv[1]:
        case "each":
            print(one_each(Path(sys.argv[2])))
        case how:
            file = Path(sys.argv[2])
            asyncio.run(delivered(file, int(file.stem.removeprefix("deliver")), is_counted=how == "counted"))
