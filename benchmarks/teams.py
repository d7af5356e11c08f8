"""Teams: a card that somebody sent, from the request to the reply sent and the answer kept, beside bots that keep nothing.

Three processes answer the same payloads with the same kind of tokens over the same HTTP server: ours as `evenhand
serve` runs it, the least a bot can be on the same library, and the library as it comes (`benchmarks.teams_bots`).
Each card is answered once; the reply replaces it by a call to Teams, which is played in this process. Only the CPU of
the bot's own process counts, until it is quiet again. Every request has a token of its own, so that nobody gains by
remembering one. Ours and the least one call Teams over HTTPS; the library as it comes is spared it.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from sqlalchemy import update

from benchmarks.company import GOALS_EACH, database_at, found
from benchmarks.figures import Figure, median, milliseconds
from bot.serving import bound
from storage.columns import table
from storage.people import Person, Status
from tests.surfaces.teams.crowd import Caller, Crowd, crowd, somebody
from tests.surfaces.teams.network import Certificate
from tests.surfaces.teams.service import APP, TENANT, jwk
from tests.surfaces.teams.serving import Bot, serving
from tests.surfaces.teams.world import PASSWORD

PEOPLE = 250
"""Answers in one pass."""
PASSES = 3
WARM = 50
IN_FLIGHT = 16
OVER_ECHO, UNDER_SHIPPED = 2.0, 5.0
QUIET = 0.3
"""Seconds without any CPU of note after which a process has done its work."""
Requests = Sequence[tuple[dict[str, Any], str]]
"""Activities, each with its token."""


@dataclass(frozen=True)
class Pass:
    """CPU seconds an answer, of each bot, on the same answers."""

    ours: float
    pooled: float
    shipped: float


def cpu_of(pid: int) -> float:
    """CPU seconds a process has spent so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def beside(command: Sequence[str], port: int, folder: Path) -> Bot:
    """A process of `benchmarks.teams_bots`."""
    environment = {**os.environ, "SSL_CERT_FILE": str(folder / "teams.crt"), "KEY": json.dumps(jwk("one"))}
    return Bot((sys.executable, "-m", "benchmarks.teams_bots", *command), environment, port, folder / "beside.log")


def answers_of(number: int) -> dict[str, str]:
    progress = {f"progress:g{number}-{which}": "40" for which in range(GOALS_EACH)}
    return {
        "mood": "4",
        "highlights": "Closed the Brunner renewal, 3 seats more than last year",
        "blockers": "Waiting for legal on the data-processing annex",
        "share": "manager",
        **progress,
    }


async def asked(caller: Caller, teams: Crowd, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Lets people ask for their check-in, and gives what each sends once its card is filled in."""
    sent = []
    for number in numbers:
        who = somebody(number)
        status, _, _ = await caller.post(caller.activity(who, type="message", text="/checkin"))
        assert status == 200, status
        message, form = teams.form(who)
        sent.append(caller.submitted(who, message, form, answers_of(number)))
    return sent


def elsewhere(caller: Caller, bodies: Iterable[dict[str, Any]]) -> Requests:
    """The same activities, as a service at another address would send them."""
    return [({**body, "serviceUrl": caller.service_url}, caller.token()) for body in bodies]


async def spent(bot: Bot, caller: Caller, requests: Requests) -> float:
    """CPU seconds of the bot for each of the requests, with whatever it does after them."""
    await _quiet(bot)
    before, waiting = cpu_of(bot.pid), list(requests)

    async def work() -> None:
        while waiting:
            status, _, _ = await caller.post(*waiting.pop())
            assert status == 200, (status, bot.command, bot.log.read_text()[-2000:])

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    await _quiet(bot)
    return (cpu_of(bot.pid) - before) / len(requests)


async def _quiet(bot: Bot) -> None:
    last = -1.0
    while (now := cpu_of(bot.pid)) - last > 0.02:
        last = now
        await asyncio.sleep(QUIET)


def settings(file: Path) -> dict[str, str]:
    return {
        "DATABASE": f"sqlite:///{file}",
        "SYNCHRONOUS": "FULL",
        "TEAMS_APP_ID": APP,
        "TEAMS_APP_PASSWORD": PASSWORD,
        "TEAMS_TENANTS": TENANT,
    }


async def passes(folder: Path) -> list[Pass]:
    certificate = Certificate.made(folder)
    file = folder / "teams.sqlite3"
    _found(file, WARM + PASSES * PEOPLE)
    ports = [_free() for _ in range(3)]
    done = []
    async with crowd(certificate) as teams, aiohttp.ClientSession() as session:
        https, http = teams.ports
        with serving(https, certificate, folder, ports[0], settings(file)) as ours:
            bots = (ours, beside(("pooled", str(ports[1]), str(https)), ports[1], folder))
            bots = (*bots, beside(("shipped", str(ports[2]), str(https)), ports[2], folder))
            try:
                for bot in bots:
                    await asyncio.to_thread(bot.start)
                    os.sched_setaffinity(bot.pid, {0})
                callers = [Caller(session, bot.address) for bot in bots[:2]]
                callers.append(Caller(session, bots[2].address, f"http://127.0.0.1:{http}/emea/"))
                first = 1
                for count in (WARM, *[PEOPLE] * PASSES):
                    bodies = await asked(callers[0], teams, range(first, first + count))
                    first += count
                    found_ = [await spent(bot, by, elsewhere(by, bodies)) for bot, by in zip(bots, callers, strict=True)]
                    done.append(Pass(*found_))
            finally:
                for bot in bots:
                    bot.stop()
    return done[1:]


def _found(file: Path, count: int) -> None:
    """The company, in which nobody is asked by the hour: everybody is on leave."""
    found(file, count)
    database = database_at(file, "NORMAL")
    with database.write() as db:
        db.execute(update(table(Person)).values(status=Status.leave))
    database.close()


def _free() -> int:
    with bound("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
        return port


def measure() -> Iterable[Figure]:
    with TemporaryDirectory() as folder:
        done = asyncio.run(passes(Path(folder)))
    ours, pooled, shipped = (median([getattr(each, kind) for each in done]) for kind in ("ours", "pooled", "shipped"))
    over, under = median([each.ours / each.pooled for each in done]), median([each.shipped / each.ours for each in done])
    yield Figure(
        "CPU per card sent in Teams, request to reply, SQLite synchronous=FULL",
        milliseconds(ours),
        f"a bare pooled echo {milliseconds(pooled)}, botbuilder as shipped {milliseconds(shipped)}",
    )
    yield Figure("… beside the bare pooled echo", f"{over:.1f} times", f"at most {OVER_ECHO:.0f} times", over <= OVER_ECHO)
    yield Figure(
        "… botbuilder's CloudAdapter and ConnectorClient beside it",
        f"{under:.1f} times",
        f"at least {UNDER_SHIPPED:.0f} times",
        under >= UNDER_SHIPPED,
    )
