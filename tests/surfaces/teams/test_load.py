"""Many people answer a card at once, and Teams repeats itself: a real process keeps every answer once, killed or not.

Half of them press in a client that puts the answer in the card's place, half in one that waits for the bot to do so.
Activities come twice, come again because they were not acknowledged, and come again much later. In the middle the
process is killed with -9.
"""

import asyncio
import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.migrations import upgrade
from tests.postgres import Cluster, on_both
from tests.surfaces.teams.crowd import Caller, Crowd, crowd, hire, somebody
from tests.surfaces.teams.network import Certificate
from tests.surfaces.teams.serving import Bot, serving

pytestmark = on_both

TRIES = 8
AGAIN = 0.3
"""The share of activities that come twice at the same moment, and of those that come again at the end."""
SLOWEST = 1.0
"""Seconds within which 99 of 100 acknowledgements come; Teams waits for ten or fifteen."""
PATIENCE = 40.0
"""Seconds in which every card says that it was answered, also those that a killed process left behind."""


@pytest.fixture
def company(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with today's schema and nobody in it."""
    if backend == "sqlite":
        url = f"sqlite:///{tmp_path / 'company.sqlite3'}"
        _founded(url)
        yield url
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.database()
    _founded(url)
    yield url
    cluster.drop(url)


def _founded(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


@dataclass
class Rush:
    """Everybody at once, and what they met."""

    teams: Crowd
    bot: Bot
    caller: Caller
    chance: random.Random = field(default_factory=lambda: random.Random(20260305))
    walls: list[float] = field(default_factory=list)
    """Seconds of every acknowledgement."""
    late: list[Mapping[str, Any]] = field(default_factory=list)
    """What comes once more at the end."""
    unanswered: int = 0
    """Activities that were not acknowledged although the process was there."""
    lives: int = 0
    """How often the process was ended."""
    up: asyncio.Event = field(default_factory=asyncio.Event)

    def said(self, number: int) -> str:
        return f"Renewed contract {number} with 3 seats more than last year"

    async def asks(self, number: int) -> None:
        """Somebody who was never there before asks for their check-in."""
        who = somebody(number)
        status, _, _ = await self.caller.post(self.caller.activity(who, type="message", text="/checkin"))
        assert status == 200

    def filled(self, number: int) -> Mapping[str, Any]:
        """What is sent when somebody presses the button of their card."""
        who = somebody(number)
        message, form = self.teams.form(who)
        values = {"mood": "4", "highlights": self.said(number), "share": "private"}
        if number % 2:
            return {**self.caller.executed(who, form, values), "replyToId": message}
        return self.caller.submitted(who, message, form, values)

    async def delivered(self, body: Mapping[str, Any]) -> None:
        """Posted until it is acknowledged, by chance twice at once and again at the end."""
        if self.chance.random() < AGAIN:
            self.late.append(body)
        for _ in range(TRIES):
            twice = self.chance.random() < AGAIN
            if any(await asyncio.gather(*(self.posted(body) for _ in range(1 + twice)))):
                return
            await self.up.wait()
        raise AssertionError("it was never acknowledged")

    async def posted(self, body: Mapping[str, Any]) -> bool:
        life, was_up = self.lives, self.up.is_set()
        try:
            status, answer, seconds = await self.caller.post(body)
        except (aiohttp.ClientError, TimeoutError):
            status, answer, seconds = 0, None, 0.0
        if status == 200:
            assert answer is None or answer["statusCode"] == 200, answer
            self.walls.append(seconds)
        elif was_up and life == self.lives:
            self.unanswered += 1
        return status == 200

    async def kill_in_the_middle(self, after: int) -> None:
        """Kills the process once so many acknowledgements have come, and starts it again."""
        while len(self.walls) < after:  # noqa: ASYNC110  # they come from another process
            await asyncio.sleep(0.002)
        self.up.clear()
        self.lives += 1
        self.bot.kill()
        await asyncio.to_thread(self.bot.start)
        self.up.set()

    async def every_card_says_so(self, count: int) -> None:
        """Waits until no card can be filled any more."""
        async with asyncio.timeout(PATIENCE):
            while any(self.teams.asks(somebody(number)) for number in range(1, count + 1)):  # noqa: ASYNC110  # elsewhere
                await asyncio.sleep(0.2)

    def percentile(self, percent: int) -> float:
        ordered = sorted(self.walls)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


async def everybody_answers(url: str, folder: Path, count: int, *, to_the_end: bool) -> Rush:
    """All answer at once, the process is killed when half has been acknowledged, and what was sent comes again.

    `to_the_end` waits until every card says that it was answered, which a killed process leaves to the next look.
    """
    database = Database(url)
    hire(database, count)
    database.close()
    certificate = Certificate.made(folder)
    async with crowd(certificate) as teams, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        with serving(teams.ports[0], certificate, folder, url) as bot:
            await asyncio.to_thread(bot.start)
            rush = Rush(teams, bot, Caller(session, bot.address))
            for number in range(1, count + 1):
                await rush.asks(number)
            bodies = [rush.filled(number) for number in range(1, count + 1)]
            rush.up.set()
            killing = asyncio.create_task(rush.kill_in_the_middle(count // 2))
            await asyncio.gather(*(rush.delivered(body) for body in bodies))
            await killing
            assert all(await asyncio.gather(*(rush.posted(body) for body in rush.late)))
            if to_the_end:
                await rush.every_card_says_so(count)
            assert [len(teams.messages[somebody(number).chat]) for number in range(1, count + 1)] == [1] * count
    return rush


def assert_once(url: str, rush: Rush, count: int) -> None:
    """Every answer is there, once, as it was given."""
    checkin = table(CheckIn)
    database = Database(url)
    with database.read() as db:
        rows = db.execute(select(checkin).order_by(checkin.c.person_id)).mappings().all()
    database.close()
    expected = [(number, 1, rush.said(number), 4) for number in range(1, count + 1)]
    assert [(row["person_id"], row["version"], row["highlights"], row["mood"]) for row in rows] == expected


def test_thirty_answer_at_once_and_the_process_is_killed(company: str, tmp_path: Path) -> None:
    rush = asyncio.run(everybody_answers(company, tmp_path, 30, to_the_end=False))
    assert_once(company, rush, 30)
    assert rush.lives == 1


@pytest.mark.stress
def test_two_hundred_answer_at_once_and_the_process_is_killed(company: str, tmp_path: Path) -> None:
    busy = os.getloadavg()[0]
    rush = asyncio.run(everybody_answers(company, tmp_path, 200, to_the_end=True))
    assert_once(company, rush, 200)
    said = f"{len(rush.walls)} acknowledgements, p50 {rush.percentile(50):.3f} s, p99 {rush.percentile(99):.3f} s, "
    said += f"{rush.unanswered} not in time"
    if busy > (os.cpu_count() or 1):
        pytest.skip(f"every answer was kept once; the machine has other work, so its times say nothing: {said}")
    assert rush.unanswered == 0, said
    assert rush.percentile(99) < SLOWEST, said
