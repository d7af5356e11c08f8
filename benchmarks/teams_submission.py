"""A card sent in Teams, from the request to the reply sent and the answer kept, beside bots that keep nothing.

Processes answer the same payloads over the same HTTP server: ours as `evenhand serve` runs it, an echo on the bare
library with a pool of connections, the same with the library's own client, with HTTPS and without, and the least a bot
can be (`benchmarks.teams_servers`). Each card is answered once, with a token of its own, so that nobody gains by
remembering one; the reply takes the card's place by a call to Teams over HTTPS, which is played in this process. Only
the CPU of the bot's own process counts, with what it does afterwards; the people who answer and Teams are kept off the
core it has.

They take turns within a round, and the best round of each counts, since whatever else a machine does can only add; how
far single rounds were apart stands beside it. The core is kept awake: where the machine is a guest of another, one that
falls asleep between two answers wakes to cold caches, which can cost as much again as the answer, and costs those most
who wait for a disk. The bounds are held one at a time: with eight at once two threads of ours wait for one interpreter,
and that costs what the others, who have one, do not pay.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import clock_gettime, perf_counter
from typing import Any

import aiohttp
from sqlalchemy import update

from benchmarks.company import database_at, found
from benchmarks.figures import Figure, milliseconds
from benchmarks.slack_submission import FILLED as IN_SLACK
from storage.columns import table
from storage.people import Person, Status
from tests.surfaces.teams.crowd import Caller, Crowd, crowd, somebody
from tests.surfaces.teams.network import Certificate
from tests.surfaces.teams.service import jwk
from tests.surfaces.teams.serving import Bot, free_port, serving

EACH = {1: 200, 8: 200}
"""Answers in one round, by how many are under way at once."""
ROUNDS = 6
IN_TURN = 50
"""Answers to one bot before it is the next one's turn."""
PINNED = ("taskset", "--cpu-list", "0") if shutil.which("taskset") else ()
"""Each bot has one core, so that what it costs does not depend on which of them its threads meet, nor on its callers:
where these come between, each of its answers begins with cold caches."""
OVER_ECHO, UNDER_SHIPPED = 2.0, 5.0
AFTERWARDS = 1.0
"""Seconds in which a bot has done all that follows from the answers."""
IDLE = 4.0
"""Seconds in which nothing happens, to know what a bot takes then."""
FILLED = {name: text for name, text in IN_SLACK.items() if name != "help_wanted"}
"""The same as in Slack's figure, but for a call for help: telling the manager of it is another message."""
Requests = Sequence[tuple[dict[str, Any], str]]
"""Activities, each with its token."""
Round = dict[str, float]
"""CPU seconds an answer, of each kind of bot."""
Callers = dict[str, tuple[Bot, Caller]]
"""By kind: the bot, and who calls it."""

KINDS = ("ours", "least", "pooled", "shipped", "plain")
"""The last is the library as it comes, spared what HTTPS costs it for every turn."""


def cpu_of(pid: int) -> float:
    """CPU seconds a process has spent so far, to the nanosecond, by its clock as clock_getcpuclockid(3) names it."""
    return clock_gettime((~pid << 3) | 2)


@contextmanager
def beside(kind: str, teams: int, folder: Path) -> Iterator[Bot]:
    """A process of `benchmarks.teams_servers`, not started yet."""
    port, trusted = free_port(), str(folder / "teams.crt")
    environment = {
        **os.environ,
        "SSL_CERT_FILE": trusted,
        "REQUESTS_CA_BUNDLE": trusted,
        "KEY": json.dumps(jwk("one")),
    }
    command = (sys.executable, "-m", "benchmarks.teams_servers", kind, str(port), str(teams))
    bot = Bot(command, environment, port, folder / f"{kind}.log")
    try:
        yield bot
    finally:
        bot.stop()


async def asked(caller: Caller, teams: Crowd, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Lets people ask for their check-in, and gives what each sends once its card is filled in."""
    sent = []
    for number in numbers:
        who = somebody(number)
        status, _, _ = await caller.post(caller.activity(who, type="message", text="/checkin"))
        assert status == 200, status
        message, form = teams.form(who)
        sent.append(caller.submitted(who, message, form, FILLED))
    return sent


def again(caller: Caller, bodies: Iterable[dict[str, Any]]) -> Requests:
    """The same activities, as a service at another address would send them."""
    return [({**body, "serviceUrl": caller.service_url}, caller.token()) for body in bodies]


async def answered(bot: Bot, caller: Caller, requests: Requests, at_once: int) -> None:
    waiting = list(requests)

    async def work() -> None:
        while waiting:
            status, _, _ = await caller.post(*waiting.pop())
            assert status == 200, (status, bot.command, bot.log.read_text()[-2000:])

    await asyncio.gather(*(work() for _ in range(at_once)))


async def spent(callers: Callers, requests: Mapping[str, Requests], at_once: int) -> Round:
    """What each bot spends for one of its requests, and for whatever it does after them, beyond what it takes idle.

    They take turns, so that each meets the machine as it is for all of them.
    """
    clocks = {kind: partial(cpu_of, bot.pid) for kind, (bot, _) in callers.items()}
    times = [await _read(clocks, AFTERWARDS)]
    times.append(await _read(clocks, IDLE))
    for first in range(0, len(requests["ours"]), IN_TURN):
        for kind, (bot, caller) in callers.items():
            await answered(bot, caller, requests[kind][first : first + IN_TURN], at_once)
    times.append(await _read(clocks, AFTERWARDS))
    idly, busily = ({name: after[name] - before[name] for name in after} for before, after in pairwise(times))
    share = busily["wall"] / idly["wall"]
    return {kind: (busily[kind] - idly[kind] * share) / len(requests[kind]) for kind in callers}


async def _read(clocks: Mapping[str, Callable[[], float]], after: float) -> dict[str, float]:
    """What all clocks show after so many seconds, and the one on the wall."""
    await asyncio.sleep(after)
    return {kind: clock() for kind, clock in clocks.items()} | {"wall": perf_counter()}


@contextmanager
def awake() -> Iterator[None]:
    """Keeps the bots' core from falling asleep between answers, by a process that runs when no other wants to."""
    idly = ("chrt", "--idle", "0", *PINNED, "sh", "-c", "while :; do :; done")
    process = subprocess.Popen(idly) if PINNED and shutil.which("chrt") else None
    try:
        yield
    finally:
        if process is not None:
            process.kill()
            process.wait()


def keep_off() -> None:
    """Keeps this process off the bots' core, where there is another."""
    others = os.sched_getaffinity(0) - {0} if PINNED else set()
    if others:
        os.sched_setaffinity(0, others)


async def rounds(folder: Path) -> dict[int, list[Round]]:
    """Rounds by how many answers were under way at once; one more of each goes before to warm up."""
    certificate = Certificate.made(folder)
    file = folder / "teams.sqlite3"
    url = f"sqlite:///{file}"
    _found(file, (ROUNDS + 1) * sum(EACH.values()))
    done: dict[int, list[Round]] = {at_once: [] for at_once in EACH}
    first = 1
    # less than the server keeps a connection, which it might close as a card is sent
    connector = aiohttp.TCPConnector(keepalive_timeout=2)
    async with crowd(certificate) as teams, aiohttp.ClientSession(connector=connector) as session:
        https, http = teams.ports
        with serving(https, certificate, folder, url, SYNCHRONOUS="FULL") as ours, ExitStack() as others:
            bots = {"ours": ours}
            for kind in KINDS[1:]:
                bots[kind] = others.enter_context(beside(kind, https, folder))
            callers: Callers = {}
            for kind, bot in bots.items():
                bot.command = (*PINNED, *bot.command)
                await asyncio.to_thread(bot.start)
                directly = {
                    "shipped": (f"https://127.0.0.1:{https}/emea/",),
                    "plain": (f"http://127.0.0.1:{http}/emea/",),
                }
                callers[kind] = bot, Caller(session, bot.address, *directly.get(kind, ()))
            for at_once, count in [*EACH.items()] * (ROUNDS + 1):
                bodies = await asked(callers["ours"][1], teams, range(first, first + count))
                first += count
                requests = {kind: again(by, bodies) for kind, (_, by) in callers.items()}
                done[at_once].append(await spent(callers, requests, at_once))
    return {at_once: each[1:] for at_once, each in done.items()}


def _found(file: Path, count: int) -> None:
    """The company, in which nobody is asked by the hour: everybody is on leave."""
    found(file, count, with_goals=False)
    database = database_at(file, "NORMAL")
    with database.write() as db:
        db.execute(update(table(Person)).values(status=Status.leave))
    database.close()


def measure() -> Iterable[Figure]:
    keep_off()
    with TemporaryDirectory() as folder, awake():
        done = asyncio.run(rounds(Path(folder)))
    yield from _ratios("a check-in sent in Teams over HTTP with its reply, committed FULL", done[1], held=True)
    yield from _ratios("… eight at once, where threads wait for the interpreter", done[8], held=False)


def _ratios(what: str, done: Sequence[Round], *, held: bool) -> Iterable[Figure]:
    best = {kind: min(each[kind] for each in done) for kind in KINDS}
    cpu = {kind: milliseconds(spent) for kind, spent in best.items()}
    over, over_least = (best["ours"] / best[kind] for kind in ("pooled", "least"))
    under, plain = (best[kind] / best["ours"] for kind in ("shipped", "plain"))
    overs, unders = [each["ours"] / each["pooled"] for each in done], [each["shipped"] / each["ours"] for each in done]
    yield Figure(what, f"{cpu['ours']} CPU", f"echo on botbuilder, pooled {cpu['pooled']}, as shipped {cpu['shipped']}")
    yield Figure(
        "… beside the bare library's echo with a pooled connector",
        f"{over:.1f} times ({min(overs):.1f} to {max(overs):.1f})",
        f"at most {OVER_ECHO:.0f} times" if held else "not held to a bound",
        over <= OVER_ECHO if held else None,
    )
    yield Figure(
        "… botbuilder's CloudAdapter with its ConnectorClient as shipped, beside it",
        f"{under:.1f} times ({min(unders):.1f} to {max(unders):.1f})",
        f"at least {UNDER_SHIPPED:.0f} times" if held else "not held to a bound",
        under >= UNDER_SHIPPED if held else None,
    )
    yield Figure("… the same, calling Teams without HTTPS", f"{plain:.1f} times", cpu["plain"])
    yield Figure(
        "… beside the least a bot can be, without a turn of the library", f"{over_least:.1f} times", cpu["least"]
    )
