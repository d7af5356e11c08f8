"""A hundred thousand open conversations: what each takes on disk, that memory stays flat, and finding what is due."""

import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.company import THURSDAY, database_at, found, open_checkins
from benchmarks.figures import Figure, Stopwatch, median, milliseconds, resident_mb
from storage import ledger

COUNT = 100_000
AT_ONCE = 1_000
DUE_ALLOWED = 0.020
GROWTH_ALLOWED_MB = 20.0
"""Between the first tenth of the conversations and the last: what a leak of 220 bytes each would show."""


def size(file: Path) -> int:
    return sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*"))


def fill(file: Path) -> tuple[float, float]:
    """Opens all the conversations; the most memory held after a tenth of them, and after all."""
    database = database_at(file, "NORMAL")
    early = 0.0
    for first in range(1, COUNT + 1, AT_ONCE):
        open_checkins(database, first, first + AT_ONCE - 1)
        if first < COUNT // 10:
            early = resident_mb()
    database.close()
    return early, resident_mb()


def measure() -> Iterable[Figure]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "open.sqlite3"
        found(file, COUNT, with_goals=False)
        empty = size(file)
        out = subprocess.run(
            [sys.executable, "-m", "benchmarks.open_conversations", str(file)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        early, late, cpu = (float(word) for word in out.split())
        each = (size(file) - empty) / COUNT
        database = database_at(file, "NORMAL")
        nothing, something = due_times(file)
        database.close()
    yield Figure(f"{COUNT:,} open conversations, on disk", f"{each:,.0f} bytes each", "with their ask and prompt")
    yield Figure("… begun, CPU", milliseconds(cpu / COUNT), "each")
    grown = late - early
    yield Figure(
        "… memory grown from 10 % to all",
        f"{grown:.1f} MB",
        f"at most {GROWTH_ALLOWED_MB:.0f} MB",
        grown <= GROWTH_ALLOWED_MB,
    )
    yield Figure("… asking what is due when nothing is", milliseconds(nothing), "at most 20 ms", nothing <= DUE_ALLOWED)
    yield Figure(
        "… asking what is due when all are", milliseconds(something), "at most 20 ms", something <= DUE_ALLOWED
    )


def due_times(file: Path) -> tuple[float, float]:
    """Wall seconds of the due-work query before any deadline and after all of them, medians of 30."""
    database = database_at(file, "NORMAL")
    medians = []
    for now in (THURSDAY, THURSDAY + timedelta(days=30)):
        walls = []
        for _ in range(30):
            with database.read() as db, Stopwatch() as watch:
                ledger.due(db, now)
            walls.append(watch.wall)
        medians.append(median(walls))
    database.close()
    return medians[0], medians[1]


if __name__ == "__main__":
    with Stopwatch() as watch:
        first, last = fill(Path(sys.argv[1]))
    print(first, last, watch.cpu)
