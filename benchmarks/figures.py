"""A figure: what was measured, what came out, what it is held against, and whether it holds."""

import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from time import perf_counter, process_time
from typing import Self


@dataclass(frozen=True)
class Figure:
    what: str
    measured: str
    against: str = ""
    """The baseline or the bound it is held against, in words."""
    holds: bool | None = None


def measured(name: str) -> list[Figure]:
    """The figures of a module of benchmarks."""
    return list(import_module(f"benchmarks.{name}").measure())


@dataclass
class Stopwatch:
    """CPU and wall seconds of a block: `with Stopwatch() as watch: …`."""

    cpu: float = 0.0
    wall: float = 0.0

    def __enter__(self) -> Self:
        self._cpu, self._wall = process_time(), perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu, self.wall = process_time() - self._cpu, perf_counter() - self._wall


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which that share of the values lies, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(len(ordered) * percent / 100))]


def resident_mb() -> float:
    """The most memory this process has held, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 if sys.platform != "darwin" else most / 1024**2


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f} µs"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:,.1f} ms"
