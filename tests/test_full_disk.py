"""The disk is full for a while: nobody is told that something was kept that was not, and everything goes on by itself.

In this process SQLite has no page left; in processes of their own a small disk is filled under them while a broadcast
goes out and people answer, and then has room again.
"""

import asyncio
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest
from sqlalchemy import event, select, update
from starlette.testclient import TestClient

from bot.app import TEXTS
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused
from bot.visit import Repertoire
from bot.web.site import playground
from flows.catalog import load
from flows.core import discover
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.journal import Delivery, Outbox
from storage.people import Person as Row
from tests.player import Player
from tests.postgres import Cluster, NoPostgres
from tests.slack_workspace.company import connected
from tests.slack_workspace.office import Office, office
from tests.slack_workspace.outbound import Outbound
from tests.slack_workspace.person import Person
from tests.slack_workspace.process import Program
from tests.slack_workspace.running import in_loop
from tests.small_disk import NoGrowth, NoSmallDisk, SmallDisk, small_disk
from tests.surfaces.teams.world import LI, teams
from tests.surfaces.window import ADDRESS, Window
from tests.team import ANN, LI_NA
from tests.test_delivery import move_into

TOLD = {"en": "I can’t save anything right now", "zh": "目前无法保存任何内容"}
WIN = "/win @ann.miller closed renewal "
MOST = 60
"""Answers within which a full disk is noticed: until then they fit into what was there."""
LONG = "with many words " * 30


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)


NO_PAGE_MORE, NOTHING_AT_ALL = "max_page_count=1", "query_only=ON"
"""What SQLite is told, so that it says what it says of a full disk, or of one that cannot be written any more."""


@contextmanager
def without_room(database: Database, how: str = NOTHING_AT_ALL) -> Iterator[None]:
    """Until the end of the block SQLite takes no more."""

    def limit(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA {how}")

    event.listen(database.engine, "connect", limit)
    database.disconnect()
    yield
    event.remove(database.engine, "connect", limit)
    database.disconnect()


def became(database: Database, about: str) -> Counter[Delivery]:
    """What became of the messages about something."""
    outbox = table(Outbox)
    with database.read() as db:
        found = db.execute(select(outbox.c.status).where(outbox.c.about == about)).scalars()
        return Counter(Delivery(status) for status in found)


def noted(database: Database) -> set[str]:
    with database.read() as db:
        return {text.split()[-1] for text in db.execute(select(table(KeyEvent).c.text)).scalars()}


@pytest.mark.parametrize("how", [NO_PAGE_MORE, NOTHING_AT_ALL])
@pytest.mark.parametrize(("person", "language"), [(ANN, "en"), (LI_NA, "zh")])
def test_whoever_answers_is_told_in_their_language_and_what_they_were_thanked_for_is_there(
    dispatcher: Dispatcher, person: int, language: str, how: str
) -> None:
    thanked, last = set[str](), None
    player = Player(dispatcher, person)
    with without_room(dispatcher.database, how):
        for number in range(MOST):
            last = player.types(f"/win @ben.okafor closed renewal {LONG}{number}")
            if isinstance(last, Refused):
                break
            thanked.add(str(number))
    assert isinstance(last, Refused)
    assert last.reason == "NothingKept"
    assert last.text.startswith(TOLD[language])
    assert noted(dispatcher.database) == thanked
    assert not dispatcher.database.is_writable
    assert not isinstance(player.types("/win @ben.okafor closed renewal at-last"), Refused)
    assert noted(dispatcher.database) == thanked | {"at-last"}


@in_loop
async def test_in_slack_it_is_said_in_the_chat_below_a_command_and_under_what_was_typed(
    dispatcher: Dispatcher,
) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.commands("/checkin")
        with without_room(dispatcher.database):
            await until_told(li, set())
            assert (await li.types(f"{WIN}{LONG}")).ok
            assert li.told[-1].startswith(TOLD["zh"])
            await li.sends({"mood": "4", "highlights": "完成了客户A的对账" * 100, "share": "manager"})
            assert [each.startswith(TOLD["zh"]) for each in li.errors.values()] == [True]
        await li.sends({"mood": "4", "highlights": "完成了客户A的对账，剩3笔差异", "share": "manager"})
        assert li.errors == {}


@in_loop
async def test_in_teams_it_is_said_in_the_chat(dispatcher: Dispatcher, clock: SetClock, tmp_path: Path) -> None:
    async with teams(dispatcher, clock, tmp_path) as world:
        await world.says(LI, "帮助")
        with without_room(dispatcher.database):
            said = await world.says(LI, f"{WIN}{LONG}")
            assert said["text"].startswith(TOLD["zh"])
        await world.says(LI, f"{WIN}at-last")
    assert "at-last" in noted(dispatcher.database)


async def until_told(person: Person, thanked: set[str]) -> None:
    """Logs wins until it is said that nothing can be kept; adds those that were thanked for."""
    for number in range(MOST):
        await person.commands(f"{WIN}{LONG}{person.id}-{number}")
        if person.answers[-1]["text"].startswith(tuple(TOLD.values())):
            return
        thanked.add(f"{person.id}-{number}")
    raise AssertionError(f"everything was taken: {person.answers[-1]['text']}")


def test_in_the_playground_it_is_said_in_the_window_which_keeps_what_was_typed(dispatcher: Dispatcher) -> None:
    site = playground(dispatcher, "a secret of the tests, long enough", host="127.0.0.1")
    li = Window(TestClient(site, base_url=ADDRESS), LI_NA).enter()
    li.says("/checkin")
    good = {"mood": "4", "highlights": "完成了客户A的对账，剩3笔差异", "share": "manager"}
    with without_room(dispatcher.database):
        assert li.sends(**good).status_code == 503
        assert li.said.startswith(TOLD["zh"])
        assert li.says("/help").status_code == 503
    assert li.sends().status_code == 204


class Disk(Protocol):
    def fill(self) -> None: ...

    def make_room(self) -> None: ...


@dataclass
class House:
    """A company whose bot has its database on a disk that can be full."""

    made: Office
    bot: Program
    disk: Disk
    url: Callable[[], str]
    """Where the database can be read from here, once the bot has ended."""

    async def asked(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as http, http.get(self.bot.url + path) as answer:
            return answer.status, await answer.text()

    def person(self, number: int, slack: Outbound) -> Person:
        return Person(self.made.here, slack, f"U{self.made.people[number]}")


def announce(made: Office) -> None:
    """Everybody is told something, and the second of them reads Chinese."""
    people = table(Row)
    with made.database.write() as db:
        db.execute(update(people).where(people.c.id == made.people[1]).values(locale="zh"))
    made.announces("news")


@contextmanager
def a_small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    folder.mkdir(parents=True)
    try:
        with small_disk(folder, size) as disk:
            yield disk
    except NoSmallDisk as why:
        pytest.skip(str(why))


@asynccontextmanager
async def on_sqlite(url: str, folder: Path, people: int, *, mounted: bool) -> AsyncIterator[House]:
    """`evenhand serve` with its file on a small disk, or as a process whose files cannot grow for a while."""
    async with office(url, folder, people, command="serve") as made:
        await asyncio.to_thread(announce, made)
        if not mounted:
            made.starts()
            [bot] = made.workers
            assert bot.process
            yield House(made, bot, NoGrowth(bot.process.pid), lambda: url)
            return
        with a_small_disk(folder / "disk", "16m") as disk:
            name = "evenhand.sqlite3"
            with closing(sqlite3.connect(folder / name)) as whole:
                whole.execute("VACUUM INTO ?", [str(folder / "moved")])
            shutil.copy(folder / "moved", disk.seen_from_here(name))
            bot = made.worker(DATABASE=f"sqlite:///{disk.folder / name}")
            bot.entering = disk.entering
            made.workers.append(bot)
            await asyncio.to_thread(bot.start)

            def brought_back() -> str:
                (folder / "back").mkdir()
                for file in disk.seen_from_here().glob(f"{name}*"):
                    if file.is_file():
                        shutil.copy(file, folder / "back")
                return f"sqlite:///{folder / 'back' / name}"

            yield House(made, bot, disk, brought_back)


@asynccontextmanager
async def on_postgresql(folder: Path, people: int) -> AsyncIterator[House]:
    """`evenhand serve` on a PostgreSQL whose tables are on a small disk."""
    home = Path(tempfile.mkdtemp(prefix="evenhand-pg-"))
    with a_small_disk(home / "data", "128m") as disk:
        try:
            cluster = await asyncio.to_thread(Cluster.started, home, disk.entering)
        except NoPostgres as why:
            pytest.skip(str(why))
        try:
            url = cluster.database()
            await asyncio.to_thread(move_into, url)
            async with office(url, folder, people, command="serve") as made:
                await asyncio.to_thread(announce, made)
                made.starts()
                yield House(made, made.workers[0], disk, lambda: url)
        finally:
            cluster.stop()
    shutil.rmtree(home, ignore_errors=True)


async def lives_through_a_full_disk(house: House, seconds: float) -> None:
    made, bot = house.made, house.bot
    slack = Outbound(made.here, made.server, bot.url, timeout=10)
    ben, li = house.person(0, slack), house.person(1, slack)
    thanked = set[str]()
    try:
        await made.until_got("news", len(made.people) // 10)
        house.disk.fill()
        for person, language in ((ben, "en"), (li, "zh")):
            await until_told(person, thanked)
            assert person.answers[-1]["text"].startswith(TOLD[language])
        assert (await ben.types(f"{WIN}{LONG}")).ok
        assert ben.told[-1].startswith(TOLD["en"])
        status, said = await house.asked("/readyz")
        assert (status, '"database":"not writable"' in said, '"status":"impaired"' in said) == (200, True, True)
        await asyncio.sleep(seconds)
        assert made.got("news").total() < len(made.people), "it went on without being able to note it"
        house.disk.make_room()
        await made.until_got("news", len(made.people))
        for person in (ben, li):
            await person.commands(f"{WIN}{person.id}-at-last")
            assert not person.answers[-1]["text"].startswith(tuple(TOLD.values()))
            thanked.add(f"{person.id}-at-last")
        await asyncio.sleep(1)  # the last of them is noted
    finally:
        await slack.close()
    assert bot.process
    assert bot.process.poll() is None, "it has gone on by itself"
    assert await asyncio.to_thread(bot.end) == 0
    after = Database(house.url())
    assert made.got("news") == {f"U{number}": 1 for number in made.people}
    assert became(after, "news") == {Delivery.sent: len(made.people)}
    assert noted(after) == thanked
    after.close()


PEOPLE = 120
"""Some more than are on their way at any time."""
SHORT, LONGER = 2.0, 45.0


@pytest.mark.parametrize("mounted", [False, pytest.param(True, marks=pytest.mark.stress)])
@pytest.mark.parametrize("seconds", [SHORT, pytest.param(LONGER, marks=pytest.mark.stress)])
@in_loop
async def test_sqlite_on_a_full_disk(database_url: str, tmp_path: Path, mounted: bool, seconds: float) -> None:
    async with on_sqlite(database_url, tmp_path, PEOPLE, mounted=mounted) as house:
        await lives_through_a_full_disk(house, seconds)


@pytest.mark.postgres
@pytest.mark.parametrize("seconds", [SHORT, pytest.param(LONGER, marks=pytest.mark.stress)])
@in_loop
async def test_postgresql_on_a_full_disk(tmp_path: Path, seconds: float) -> None:
    async with on_postgresql(tmp_path, PEOPLE) as house:
        await lives_through_a_full_disk(house, seconds)
