"""Replay alone: what it costs to run a flow from the top against journals of 5, 50 and 500 entries."""

from collections.abc import Iterable

from benchmarks.figures import Figure, Stopwatch, median, microseconds
from flows.fields import LongText, Scale
from flows.replay import Recorded, Waiting, advance
from flows.steps import Form, Step, ask
from storage.references import Who

ME = Who(1, "Ann", "Miller")
ROUNDS = 200


class Note(Form):
    mood: Scale
    text: LongText


async def diary(pages: int) -> None:
    for page in range(pages):
        await ask(ME, Note, key=f"note:{page}")


def nothing_new(step: Step[object]) -> Waiting:
    raise AssertionError(f"{step.key} has an entry and is not performed")


def measure() -> Iterable[Figure]:
    for entries in (5, 50, 500):
        journal = {f"note:{n}": Recorded({"mood": 4, "text": "closed two tickets"}) for n in range(entries)}
        seconds = []
        for _ in range(ROUNDS):
            with Stopwatch() as watch:
                progress = advance("diary", diary, {"pages": entries}, journal, nothing_new)
            assert progress.done
            seconds.append(watch.cpu)
        each = median(seconds)
        yield Figure(f"replay of {entries} entries", microseconds(each), f"{each / entries * 1e6:.1f} µs an entry")
