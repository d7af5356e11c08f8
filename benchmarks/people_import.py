"""How long it takes, and how much memory, to import 100,000 people into an empty company and to import them again.

Each import runs in a process of its own, because a process cannot measure its own peak twice.
`python -m benchmarks.people_import --against CHECKOUT` compares with another checkout that has its own `.venv`: both
import the same file in turn, and the ratio of their processor time is taken pair by pair.
"""

import csv
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure

PEOPLE = 100_000
DEPARTMENTS = 400
PER_MANAGER = 9
TODAY = date(2026, 11, 20)
PLACES = (
    ("Shanghai", "China"),
    ("深圳", "中国"),
    ("Berlin", "Germany"),
    ("Austin", "United States of America"),
    ("London", "United Kingdom"),
    ("Bengaluru", "India"),
)
HEADER = (
    "Employee ID",
    "Legal First Name",
    "Legal Last Name",
    "Email - Primary Work",
    "Business Title",
    "Supervisory Organization",
    "Manager ID",
    "Location",
    "Country",
    "Hire Date",
    "Termination Date",
    "Worker Status",
)

SECONDS_ALLOWED = 60
MEGABYTES_ALLOWED = 500


def roster(people: int = PEOPLE) -> bytes:
    """An organisation like a tree, in the order of a shuffled export, one in fifty of whom has left."""
    chance = random.Random(2026)  # the same company every time
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    numbers = list(range(people))
    chance.shuffle(numbers)
    for n in numbers:
        city, country = PLACES[n % len(PLACES)]
        joined = date(2012, 1, 2) + timedelta(days=chance.randrange(5000))
        left = n >= people // 2 and n % 50 == 0
        rows.writerow(
            (
                f"{n:06}",
                f"Given{n % 977}",
                f"Family{n % 1999}",
                f"person.{n:06}@harbour.example",
                f"Engineer {n % 40}",
                f"Department {n % DEPARTMENTS}",
                f"{(n - 1) // PER_MANAGER:06}" if n else "",
                city,
                country,
                joined.isoformat(),
                (joined + timedelta(days=200)).isoformat() if left else "",
                "Terminated" if left else "Active",
            )
        )
    return text.getvalue().encode()


def run(data: Path, store: Path) -> dict[str, float]:
    """One import, as the command does it, with what it took."""
    from storage.database import Database  # noqa: PLC0415 - the measured process starts with the imports
    from storage.migrations import upgrade  # noqa: PLC0415
    from storage.roster.importing import import_people, read_file  # noqa: PLC0415

    began = time.perf_counter()
    database = Database(f"sqlite:///{store}")
    upgrade(database)
    report = import_people(database, read_file(data.read_bytes(), TODAY), TODAY)
    database.close()
    assert report.plan, report.problems[:5]
    return {
        "seconds": time.perf_counter() - began,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "written": len(report.plan.planned),
    }


def measure(people: int = PEOPLE) -> Iterator[Figure]:
    allowed = f"under {SECONDS_ALLOWED} s and {MEGABYTES_ALLOWED} MB"
    with tempfile.TemporaryDirectory() as folder:
        data, store = Path(folder, "org.csv"), Path(folder, "company.sqlite3")
        data.write_bytes(roster(people))
        for what in (f"{people:,} people imported", "… and imported again, nothing changed"):
            command = [sys.executable, "-m", "benchmarks.people_import", str(data), str(store)]
            took = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            holds = took["seconds"] < SECONDS_ALLOWED and took["megabytes"] < MEGABYTES_ALLOWED
            yield Figure(what, f"{took['seconds']:.1f} s, {took['megabytes']:.0f} MB at the peak", allowed, holds)


def _processor_seconds(checkout: Path, data: Path, store: Path) -> float:
    """What one import costs, start included; the operating system counts it."""
    python = checkout / ".venv" / "bin" / "python"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [str(python), "-m", "benchmarks.people_import", str(data), str(store)]
    subprocess.run(command, check=True, capture_output=True, cwd=checkout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def against(other: Path, people: int = PEOPLE, pairs: int = 3) -> Iterator[Figure]:
    """How much processor time an import takes, as a part of what it takes in another checkout."""
    here = Path(__file__).parent.parent
    ratios: dict[str, list[float]] = {"first import": [], "the same file again": []}
    for _ in range(pairs):
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder, "org.csv")
            data.write_bytes(roster(people))
            for found in ratios.values():
                theirs = _processor_seconds(other, data, Path(folder, "theirs.sqlite3"))
                ours = _processor_seconds(here, data, Path(folder, "ours.sqlite3"))
                found.append(ours / theirs)
    for what, found in ratios.items():
        ratio = median(found)
        spread = f"{min(found):.2f} to {max(found):.2f}"
        yield Figure(f"{what}, {people:,} people", f"{ratio:.2f} ({spread})", "at most 1.05", ratio <= 1.05)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--against", other]:
            for figure in against(Path(other)):
                print(f"{figure.what}: {figure.measured} of the processor time there")
        case [data, store]:
            print(json.dumps(run(Path(data), Path(store))))
        case _:
            for figure in measure():
                print(f"{figure.what}: {figure.measured}")
