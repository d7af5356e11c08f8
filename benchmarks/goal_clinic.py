"""The goal clinic on the longest texts that it reads: four times the text may be eight times the work, and no more."""

from collections.abc import Iterable

from benchmarks.figures import Figure, Stopwatch, milliseconds
from prompts.smart import clinic
from prompts.spans import LIMIT

SHORT, LONG = LIMIT // 4, LIMIT
"""Characters."""
ROUNDS = 5
ALLOWED = 8
"""Times as long for four times the text: a pattern that has gone quadratic takes sixteen."""
PIECES = (
    "a",
    "1",
    "1,",
    "一",
    "完成",
    "the ",
    "by the end of ",
    "A-1",
    "每月",
    "within 2 days ",
    "publish the report ",
    "get a ",
    "every the is ",
    "rows 1, ",
    "之前",
    "没有一",
    "换上",
    "(",
    '"',
    "-",
)
"""What is repeated until a text is long."""


def measure() -> Iterable[Figure]:
    worst, slowest, long = max(_growth(piece) for piece in PIECES)
    yield Figure(
        f"the goal clinic: {LONG:,} characters against {SHORT:,}",
        f"{worst:.1f} times as long at most, {milliseconds(long)}, for {slowest!r} again and again",
        f"{ALLOWED} times at most",
        worst <= ALLOWED,
    )


def _growth(piece: str) -> tuple[float, str, float]:
    short, long = (_seconds((piece * size)[:size]) for size in (SHORT, LONG))
    return long / short, piece, long


def _seconds(text: str) -> float:
    took = []
    for _ in range(ROUNDS):
        with Stopwatch() as watch:
            clinic(text)
        took.append(watch.cpu)
    return min(took)
