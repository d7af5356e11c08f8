"""Pacing: how evenly messages leave, from one process and from three, and that a platform's pause is kept by all."""

import asyncio
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.company import database_at, found
from benchmarks.delivering import is_left, rows
from benchmarks.figures import Figure
from benchmarks.null_platform import NullCourier, move_in
from bot.clock import WallClock
from bot.delivery.jobs import Jobs, prepare
from bot.delivery.leases import new_lease
from bot.delivery.service import Delivering
from bot.promises import keep

SECONDS = 20
PACES = (5, 20, 50)
OFF, OVER = 0.01, 2
"""How far the average may be off, and how many more than the pace may leave in any one second."""


async def working(file: Path, pace: float, refuse_after: int | None) -> None:
    """In a process of its own: delivers until nothing is left, and prints the moments and the refusal."""
    database, clock = database_at(file, "NORMAL"), WallClock()
    lease = new_lease(database)
    courier = NullCourier(clock, rate=pace, refuse_after=refuse_after)
    delivering = Delivering(database, clock, {"null": courier}, lease, Jobs(database, lease.name))
    async with delivering.open():
        while is_left(database):  # noqa: ASYNC110  # other threads do it
            await asyncio.sleep(0.2)
    print(*(each.timestamp() for each in courier.times))
    print(courier.refused_at.timestamp() if courier.refused_at else "")
    database.close()


def moments(folder: str, pace: int, workers: int, refuse_after: int | None = None) -> tuple[list[float], list[float]]:
    """When messages left, in order, and when the platform asked to be left alone."""
    file = Path(folder) / f"pace{pace}x{workers}{refuse_after or ''}.sqlite3"
    count = pace * SECONDS
    found(file, count, with_goals=False)
    database = database_at(file, "NORMAL")
    prepare(database)
    now = datetime.now(UTC) - timedelta(days=365)
    move_in(database, range(1, count + 1), now)
    jobs = Jobs(database, "benchmark")
    with database.write() as db:
        due = ({**row, "due_at": now} for row in rows(count))
        keep(db, due, "b:1", datetime.now(UTC), jobs.enqueue)
    jobs.stop()
    database.close()
    command = [sys.executable, "-m", "benchmarks.pacing", str(file), str(pace), str(refuse_after or "")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
    sent, refused = [], []
    for each in running:
        first, second, *_ = (each.communicate()[0] + "\n\n").splitlines()
        assert each.returncode == 0
        sent += [float(word) for word in first.split()]
        refused += [float(word) for word in second.split()]
    assert len(sent) == count
    return sorted(sent), refused


def most_in_a_second(times: Sequence[float]) -> int:
    first = most = 0
    for last, at in enumerate(times):
        while at - times[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def measure() -> Iterable[Figure]:
    with TemporaryDirectory() as folder:
        for pace in PACES:
            for workers in (1, 3):
                times, _ = moments(folder, pace, workers)
                average = (len(times) - 1) / (times[-1] - times[0])
                most = most_in_a_second(times)
                yield Figure(
                    f"pace of {pace} a second, {workers} process{'es' * (workers > 1)}",
                    f"{average:.2f} on average, at most {most} in any second",
                    f"within 1 %, and at most {pace + OVER}",
                    abs(average - pace) <= OFF * pace and most <= pace + OVER,
                )
        times, refused = moments(folder, 20, 3, refuse_after=30)
        pause = timedelta(seconds=NullCourier(WallClock()).pause).total_seconds()
        early = sum(1 for at in times for since in refused if since + 0.02 < at < since + pause)
        yield Figure(
            "… sent within a pause the platform asked for, 3 processes", f"{early} of {len(times)}", "none", early == 0
        )


if __name__ == "__main__":
    asyncio.run(working(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]) if sys.argv[3] else None))
