"""Workers are killed with -9 while they send, Slack and the database have bad days, and everybody gets it once.

The workers are real processes and Slack is the strict workspace, served from this one: what counts is what arrived
there. Nobody starts the killed ones again where others are left.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.commands.abandoning import LOST
from storage.database import Database
from storage.journal import Delivery
from storage.migrations import upgrade
from tests.postgres import Cluster, on_both
from tests.slack_workspace.office import Office, office
from tests.slack_workspace.process import Program
from tests.slack_workspace.running import in_loop
from tests.slack_workspace.server import Weather
from tests.team import move_in

SEND = "chat.postMessage"


def command_on(url: str) -> str:
    """On SQLite the process that serves delivers too; on PostgreSQL there are workers."""
    return "serve" if url.startswith("sqlite") else "worker"


async def killed_again_and_again(made: Office, kills: int, chance: random.Random) -> None:
    """A worker dies at a random moment of each of some broadcasts, and another one is there or comes."""
    alone = made.database.is_sqlite
    made.starts(1 if alone else 2)
    for number in range(kills):
        what = f"news {number}"
        await asyncio.to_thread(made.announces, what)
        moment = chance.randrange(1, len(made.people))
        await made.until_got(what, moment)
        victim = made.workers.pop(0)
        await asyncio.to_thread(victim.kill)
        if alone:
            await asyncio.to_thread(made.starts)
        await made.until_got(what, len(made.people))
        await made.until(lambda: set(made.states()) == {Delivery.sent})
        if not alone:
            await asyncio.to_thread(made.starts)
    made.assert_once(*(f"news {number}" for number in range(kills)))


@on_both
@in_loop
async def test_a_worker_is_killed_while_it_sends_and_everybody_gets_it_once(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path, 60, command=command_on(database_url)) as made:
        await killed_again_and_again(made, 1, random.Random(17))


@pytest.mark.stress
@on_both
@in_loop
async def test_workers_are_killed_twenty_times(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path, 90, command=command_on(database_url)) as made:
        await killed_again_and_again(made, 20, random.Random(20))


def striking(how: str, until: Callable[[], bool]) -> Weather:
    """A Slack that does one thing to every message, until it is over."""

    async def struck(request: web.Request, method: str) -> web.StreamResponse | None:
        if method != SEND or until():
            return None
        match how:
            case "reset":
                assert request.transport
                request.transport.abort()
                return web.Response()
            case "error":
                return web.Response(status=500, text="<html>Something went wrong</html>", content_type="text/html")
            case "page":
                return web.Response(text="<html>Maintenance</html>", content_type="text/html")
            case _:
                refusal = {"ok": False, "error": "ratelimited"}
                return web.json_response(refusal, status=429, headers={"Retry-After": "3"})

    return struck


@pytest.mark.parametrize(
    "how", ["reset", *(pytest.param(each, marks=pytest.mark.stress) for each in ("busy", "error", "page"))]
)
@in_loop
async def test_a_slack_that_takes_nothing_for_a_while(database_url: str, tmp_path: Path, how: str) -> None:
    async with office(database_url, tmp_path, 30) as made:
        calls = iter(range(10_000))
        made.server.weather = striking(how, lambda: next(calls) > 3)
        await asyncio.to_thread(made.announces, "news")
        await asyncio.to_thread(made.starts)
        await made.until(lambda: made.states()[Delivery.sent] == len(made.people), 120)
        made.assert_once("news")


@pytest.mark.stress
@on_both
@in_loop
async def test_a_slack_that_refuses_everything_for_a_minute(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path, 60) as made:
        over = datetime.now(UTC) + timedelta(minutes=1)
        made.server.weather = striking("busy", lambda: datetime.now(UTC) > over)
        await asyncio.to_thread(made.announces, "news")
        await asyncio.to_thread(made.starts, 1 if made.database.is_sqlite else 2)
        await made.until(lambda: made.states()[Delivery.sent] == len(made.people), 180)
        made.assert_once("news")
        assert len(made.here.calls(SEND)) == len(made.people)


@in_loop
async def test_answers_that_get_lost_on_the_way_back(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path, 30) as made:
        made.server.lose_answers[SEND] = 5
        await asyncio.to_thread(made.announces, "news")
        await asyncio.to_thread(made.starts)
        await made.until(lambda: made.states()[Delivery.sent] == len(made.people), 120)
        made.assert_once("news")


@pytest.mark.stress
@in_loop
async def test_a_slack_that_takes_messages_and_never_answers(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path, 30) as made:
        made.server.keep_answers[SEND] = 4
        await asyncio.to_thread(made.announces, "news")
        await asyncio.to_thread(made.starts)
        await made.until(lambda: made.states()[Delivery.sent] == len(made.people), 120)
        made.assert_once("news")


@pytest.mark.stress
@on_both
@in_loop
async def test_a_token_that_is_revoked_half_way_and_given_back(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path, 60, pace=20) as made:
        await asyncio.to_thread(made.announces, "news")
        await asyncio.to_thread(made.starts)
        await made.until_got("news", 20)
        made.here.tokens["xoxb-1"].revoked = True
        await asyncio.sleep(5)
        held = made.got("news").total()
        assert made.states()[Delivery.failed] == made.states()[Delivery.skipped] == 0
        made.here.tokens["xoxb-1"].revoked = False
        await made.until(lambda: made.states()[Delivery.sent] == len(made.people), 180)
        assert held < len(made.people)
        made.assert_once("news")


def move_into(url: str) -> None:
    database = Database(url)
    upgrade(database)
    move_in(database)
    database.close()


async def looked_after(workers: list[Program]) -> None:
    """What a service manager does: whoever ends is started again."""
    while True:
        for each in workers:
            if each.process and each.process.poll() is not None:
                assert each.process.returncode == LOST
                await asyncio.to_thread(each.start)
        await asyncio.sleep(0.2)


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@in_loop
async def test_two_workers_whose_clocks_are_ninety_seconds_apart(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path, 60, pace=20) as made:
        await asyncio.to_thread(made.announces, "news")
        wrong = made.worker()
        wrong.ahead = 90.0
        made.workers.append(wrong)
        await asyncio.gather(asyncio.to_thread(wrong.start), asyncio.to_thread(made.starts))
        await made.until(lambda: made.states()[Delivery.sent] == len(made.people), 60)
        made.assert_once("news")
        late = [row["done_at"] - datetime.now(UTC) for row in made.rows()]
        assert max(late) < timedelta(seconds=5)  # all of it happened by one clock


@pytest.mark.postgres
@in_loop
async def test_postgresql_is_restarted_in_the_middle(tmp_path: Path) -> None:
    own = await asyncio.to_thread(Cluster.started)
    try:
        url = own.database()
        await asyncio.to_thread(move_into, url)
        async with office(url, tmp_path, 60, pace=20) as made:
            await asyncio.to_thread(made.announces, "news")
            await asyncio.to_thread(made.starts, 2)
            await made.until_got("news", 15)
            await asyncio.to_thread(own.restart)
            looking = asyncio.create_task(looked_after(made.workers))
            await made.until(lambda: looking.done() or made.states()[Delivery.sent] == len(made.people), 120)
            if looking.done():
                looking.result()  # it never ends but by an error
            looking.cancel()
            made.assert_once("news")
    finally:
        own.stop()
