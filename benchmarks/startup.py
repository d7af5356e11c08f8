"""Start-up: from the command to the first answered request, and the memory the process then holds."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.figures import Figure, median

SECONDS_ALLOWED = 2.0
MB_ALLOWED = 130.0
RUNS = 5
PORT = 18_321


def answered(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as response:
            return bool(response.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def one_run(database: Path) -> tuple[float, float]:
    """Seconds until the first answer, and megabytes then."""
    command = [str(Path(sys.executable).parent / "evenhand"), "demo", "--port", str(PORT), "--no-browser"]
    began = perf_counter()
    with subprocess.Popen(
        [*command, "--database", f"sqlite:///{database}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while not answered(PORT):
            if process.poll() is not None or perf_counter() - began > 60:
                raise RuntimeError("the demo did not start")
            sleep(0.02)
        seconds = perf_counter() - began
        memory = resident_mb_of(process.pid)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
    return seconds, memory


def resident_mb_of(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    return int(found[1]) / 1024 if found else float("nan")


def measure() -> Iterable[Figure]:
    with TemporaryDirectory() as folder:
        database = Path(folder) / "demo.sqlite3"
        one_run(database)  # makes the sample company
        runs = [one_run(database) for _ in range(RUNS)]
    seconds, memory = median([run[0] for run in runs]), median([run[1] for run in runs])
    yield Figure("start-up to the first answer", f"{seconds:.2f} s", "under 2 s", seconds < SECONDS_ALLOWED)
    yield Figure("… resident memory then", f"{memory:.0f} MB", "under 130 MB", memory < MB_ALLOWED)
