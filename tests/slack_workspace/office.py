"""A company in Slack with workers that deliver to it: real processes, on a Slack that is served from this one."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from bot.delivery.jobs import Jobs, prepare
from bot.promises import keep
from storage.columns import table
from storage.database import Database
from storage.journal import Delivery, Outbox, Urgency
from storage.people import Person as Row
from tests.slack_workspace.limiter import Patient
from tests.slack_workspace.process import Program, RealTime, program
from tests.slack_workspace.server import Server
from tests.slack_workspace.state import Workspace
from tests.team import PEOPLE

FIRST = 1001
PACE = 40
SOON = 40.0
"""Seconds within which everything has arrived, on a machine that has other work too."""
AT_ANY_TIME = {"QUIET_FROM": "0", "QUIET_UNTIL": "0", "ATTENTION_BUDGET": "50"}

outbox = table(Outbox)


def hire(database: Database, count: int, first: int = FIRST) -> list[int]:
    """So many people who report to Ann."""
    like = next(row for row in PEOPLE if row["id"] == 3)
    numbers = list(range(first, first + count))
    like = {**like, "working_days": "1234567", "country": None}  # these tests run on any day
    people = [{**like, "id": n, "email": f"p{n}@lumen.example", "employee_no": f"L{n}"} for n in numbers]
    with database.write() as db:
        db.execute(insert(table(Row)), people)
        if not database.is_sqlite:
            db.execute(text("SELECT setval('person_id_seq', (SELECT max(id) FROM person))"))
    return numbers


def tells(people: list[int], what: str) -> Iterator[dict[str, Any]]:
    for person in people:
        yield {
            "dedupe": f"tell:{what}:{person}",
            "person_id": person,
            "kind": "tell",
            "urgency": Urgency.binding,
            "about": what,
            "conversation_id": None,
            "key": None,
            "body": {
                "flow": "announce",
                "text": "announcement",
                "values": {"title": what, "body": f"{what} for {person}"},
                "buttons": [],
            },
            "due_at": datetime.now(UTC),
        }


@dataclass
class Office:
    """A company in Slack with workers that deliver to it."""

    database: Database
    here: Workspace
    server: Server
    people: list[int]
    worker: Callable[..., Program]
    workers: list[Program] = field(default_factory=list)

    def starts(self, count: int = 1) -> None:
        for _ in range(count):
            each = self.worker()
            each.start()
            self.workers.append(each)

    def announces(self, what: str) -> None:
        """Everybody is told something: rows and jobs in one transaction."""
        jobs = Jobs(self.database, "whoever announces")
        try:
            with self.database.write() as db:
                keep(db, tells(self.people, what), f"b:{what}", datetime.now(UTC), jobs.enqueue)
        finally:
            jobs.stop()

    def got(self, what: str) -> Counter[str]:
        """How often each user got it."""
        return Counter(
            user
            for channel in list(self.here.channels.values())  # there may be more of them by the next
            for user in channel.members
            if user != self.here.bot_user
            for message in channel.messages
            if f"{what} for" in str(message)
        )

    def rows(self) -> list[Mapping[Any, Any]]:
        with self.database.read() as db:
            return list(db.execute(select(outbox)).mappings())

    def states(self) -> Counter[Delivery]:
        with self.database.read() as db:
            return Counter(Delivery(status) for status in db.execute(select(outbox.c.status)).scalars())

    async def until(self, holds: Callable[[], bool], seconds: float = SOON) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not await asyncio.to_thread(holds):  # noqa: ASYNC110  # it happens in other processes
                    await asyncio.sleep(0.05)
        except TimeoutError:
            logs = [each.log.read_text()[-3000:] for each in self.workers if each.log.exists()]
            raise AssertionError(f"{self.states()}\n" + "\n".join(logs)) from None

    async def until_got(self, what: str, count: int) -> None:
        await self.until(lambda: self.got(what).total() >= count)

    def assert_once(self, *what: str) -> None:
        everybody = {f"U{number}": 1 for number in self.people}
        for each in what:
            assert self.got(each) == everybody
        assert self.states() == {Delivery.sent: len(what) * len(self.people)}


@asynccontextmanager
async def office(
    url: str, folder: Path, count: int, pace: float = PACE, command: str = "worker"
) -> AsyncIterator[Office]:
    database = Database(url)
    people = hire(database, count)
    prepare(database)
    here = Workspace(RealTime())
    server = Server(here)
    server.limiter = Patient()
    for number in people:
        here.user(f"U{number}", f"p{number}", f"p{number}@lumen.example", locale="en-US")
    numbers = iter(range(1000))
    async with server.running():

        def worker(**settings: str) -> Program:
            place = folder / f"worker{next(numbers)}"
            place.mkdir()
            return program(url, server.api, place, command, **{**AT_ANY_TIME, "SLACK_PACE": str(pace)}, **settings)

        made = Office(database, here, server, people, worker)
        try:
            yield made
        finally:
            for each in made.workers:
                if each.process:
                    each.kill()
            database.close()
