"""A check-in sent from Slack's window, over HTTP to its durable commit, beside Slack's own library with a bare `ack()`.

Both servers are processes of their own on the same server, and only their CPU counts; the strict workspace of the
tests is the Slack that the bot calls. Everything is there to be paid for: the signature, the library's dispatch, the
person looked up, the turn with its records, the commit, the window that follows, the look for what is due afterwards,
and the clock and the queue of the process, which take about a fiftieth of a core. Rounds alternate, and the median of
their ratios counts.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, time
from urllib.parse import urlencode

import aiohttp
import orjson

from benchmarks.company import THURSDAY, found
from benchmarks.figures import Figure, median, microseconds, milliseconds, percentile
from benchmarks.slack_servers import PATH, SECRET
from bot.clock import SetClock
from tests.slack_workspace.limiter import Patient
from tests.slack_workspace.outbound import Outbound, signed
from tests.slack_workspace.person import Person
from tests.slack_workspace.server import Server
from tests.slack_workspace.state import Workspace

ROUNDS = 5
EACH = {1: 60, 8: 120}
"""Submissions in a round, by how many are under way at once."""
ALLOWED = 3.0
TEXT = "Closed the Brunner renewal with 3 seats more than last year, and wrote down how it went for the others. "
FILLED = {
    "mood": "4",
    "highlights": (TEXT * 8)[:800],
    "blockers": (TEXT * 8)[:800],
    "share": "manager",
}
"""Four answers with 1,600 characters, as four texts of 400 would have, and no message that follows."""


@dataclass
class Child:
    """A server in a process of its own."""

    process: "subprocess.Popen[str]"
    url: str

    def cpu(self) -> float:
        """Seconds used so far."""
        assert self.process.stdin
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@contextmanager
def child(which: str, api: str, folder: Path) -> Iterator[Child]:
    command = [sys.executable, "-m", "benchmarks.slack_servers", which, api, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"the server {which} did not start")
        try:
            yield Child(process, url)
        finally:
            process.terminate()
            process.wait(timeout=20)


@dataclass(frozen=True)
class Round:
    cpu: float
    """Seconds of the server's CPU for each request."""
    walls: tuple[float, ...]


async def posted(session: aiohttp.ClientSession, to: Child, raws: Sequence[bytes], now: float, at_once: int) -> Round:
    """Posts them all, so many at a time; every one has to be acknowledged."""
    requests = [
        (raw, {"Content-Type": "application/x-www-form-urlencoded", **signed(raw, now, SECRET)}) for raw in raws
    ]
    walls: list[float] = []

    async def one_after_another() -> None:
        while requests:
            raw, headers = requests.pop()
            began = perf_counter()
            async with session.post(to.url + PATH, data=raw, headers=headers) as answer:
                said = await answer.read()
                assert answer.status == 200, (answer.status, said)
                assert b'"errors"' not in said, said
            walls.append(perf_counter() - began)

    before = to.cpu()
    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return Round((to.cpu() - before) / len(raws), tuple(walls))


@asynccontextmanager
async def workspace(count: int) -> AsyncIterator[Server]:
    """A Slack with so many people in it."""
    here = Workspace(SetClock(THURSDAY))
    for number in range(1, count + 1):
        here.user(f"U{number}", f"person{number}", f"person{number}@big.example")
    server = Server(here)
    server.limiter = Patient()
    async with server.running():
        yield server


async def filled(server: Server, bot: Child, count: int) -> list[bytes]:
    """Everybody opens their check-in and fills it; what each is about to send."""
    [here] = server.teams
    slack = Outbound(here, server, bot.url, secret=SECRET, timeout=30)
    waiting = list(range(1, count + 1))
    raws: list[bytes] = []

    async def some() -> None:
        while waiting:
            person = Person(here, slack, f"U{waiting.pop()}")
            await person.commands("/checkin")
            await person.fills(FILLED)
            raws.append(urlencode({"payload": orjson.dumps(person.submission(person.form)).decode()}).encode())

    await asyncio.gather(*(some() for _ in range(8)))
    await slack.close()
    return raws


async def measured(folder: Path) -> dict[int, list[tuple[Round, Round]]]:
    """Rounds of (the bot, bare Bolt), by how many were under way at once; one more of each goes before to warm up."""
    count = (ROUNDS + 1) * sum(EACH.values())
    found(folder / "bot.sqlite3", count, with_goals=False)
    rounds: dict[int, list[tuple[Round, Round]]] = {at_once: [] for at_once in EACH}
    async with workspace(count) as server, aiohttp.ClientSession() as session:
        with child("bot", server.api, folder) as bot, child("bolt", server.api, folder) as bolt:
            raws = await filled(server, bot, count)
            for _ in range(ROUNDS + 1):
                for at_once, each in EACH.items():
                    some, raws = raws[:each], raws[each:]
                    ours = await posted(session, bot, some, THURSDAY.timestamp(), at_once)
                    theirs = await posted(session, bolt, some, time(), at_once)
                    rounds[at_once].append((ours, theirs))
    return {at_once: pairs[1:] for at_once, pairs in rounds.items()}


def measure() -> Iterable[Figure]:
    with TemporaryDirectory() as folder:
        rounds = asyncio.run(measured(Path(folder)))
    yield from ratio(
        "a check-in sent in Slack over HTTP, committed FULL", rounds[1], f"at most {ALLOWED:.0f} times", ALLOWED
    )
    for whose, which in (("", 0), (" of bare Bolt, which looks for its ack every 10 ms", 1)):
        walls = [wall for pair in rounds[1] for wall in pair[which].walls]
        said = f"{milliseconds(median(walls))}, p99 {milliseconds(percentile(walls, 99))}"
        yield Figure(f"… latency{whose}", said, "wall clock, one at a time")
    yield from ratio("… eight at once, where threads wait for the interpreter", rounds[8], "not held to a bound")


def ratio(what: str, pairs: Sequence[tuple[Round, Round]], against: str, most: float | None = None) -> Iterable[Figure]:
    """The CPU of each, and the median of what the rounds say of one beside the other."""
    ours, theirs = median([own.cpu for own, _ in pairs]), median([base.cpu for _, base in pairs])
    times = median([own.cpu / base.cpu for own, base in pairs])
    yield Figure(what, f"{microseconds(ours)} CPU", f"bare Bolt, ack() alone: {microseconds(theirs)}")
    yield Figure("… beside it", f"{times:.1f} times", against, None if most is None else times <= most)
