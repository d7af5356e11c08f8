"""The service: everything a process does to deliver, from the moment it starts until it has handed back what it held.

What a turn has just promised is sent at once (`kick`), and an answer that was not taken as soon as its platform takes
it; all that is due otherwise is gathered into jobs, which any process takes. Every few seconds it is looked after
messages and jobs of processes that are gone.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import uuid4

from sqlalchemy import Connection

from bot.clock import Clock
from bot.delivery.carrying import Carrying, Until
from bot.delivery.courier import Courier
from bot.delivery.editing import Editing
from bot.delivery.jobs import LOOSE as LOOSE_JOB
from bot.delivery.jobs import Jobs
from bot.delivery.leases import Lease, LeaseLost
from bot.delivery.reconciling import Reconciling
from bot.delivery.rewording import Rewording, is_rewording
from bot.logs import went_wrong
from bot.promises import CHUNK
from storage import outgoing, sent
from storage.attention import Rules
from storage.database import Database
from storage.outgoing import Answers, Newer, OfJob

GATHER = 3 * CHUNK
"""Messages gathered in one transaction."""
AT_ONCE = 20
"""Messages of one turn that are sent without a job."""
TOGETHER = 0.05
"""Seconds in which the turns are gathered whose promises are kept together: nobody notices, and many cost as one."""
LOOSE, REAP, EDIT, TIDY = 1.0, 2.0, 15.0, 3600.0
"""Seconds between two looks for what is due, for what the dead left, for what is out of date, for old jobs."""
TROUBLED = 5.0
"""Seconds until the next look where one did not go well, so that the log stays readable."""
KEPT = timedelta(days=1)
GOODBYE = 5.0
"""Seconds that what is being sent is waited for at the end."""


def stay() -> None:
    """Leaves a process that delivers no more as it is, with whatever else it does."""


@dataclass
class Delivering:
    """Delivery in one process. Without `jobs` everything is carried by `settle`, as tests do."""

    database: Database
    clock: Clock
    couriers: Mapping[str, Courier]
    lease: Lease
    jobs: Jobs | None = None
    rules: Rules | None = None
    until: Until | None = None
    abandon: Callable[[], None] = stay
    """What is done once the lease is lost, and nothing more is sent: a process of its own ends at once."""
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _acted: set[int] = field(default_factory=set)
    _seen: int = 0

    def __post_init__(self) -> None:
        self.carrying = Carrying(self.database, self.clock, self.couriers, self.lease.name, self.rules, self.until)
        self.reconciling = Reconciling(self.carrying, self.lease)
        self.editing = Editing(self.carrying)
        self.rewording = Rewording(self.carrying)

    def kick(self, person: int | None = None) -> None:
        """Sends at once what was just promised; `person` is whoever has done something. From the event loop."""
        if person is not None:
            self._acted.add(person)
        self._wake.set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Delivering"]:
        """Delivers until the end of the block; then nothing new is begun and what is under way is waited for."""
        self._seen = await self.carrying.read(outgoing.newest)
        loop = asyncio.get_running_loop()
        if self.jobs:
            await asyncio.to_thread(self.jobs.start, lambda chunk: self._job(loop, chunk))
        tasks = [
            asyncio.create_task(each)
            for each in (
                self._promptly(),
                self._regularly(LOOSE, self.answer),
                self._regularly(LOOSE, self.gather),
                self._regularly(LOOSE, self.reword),
                self._regularly(REAP, self.reap),
                self._regularly(EDIT, self.editing.edit),
                self._regularly(TIDY, self.tidy),
            )
        ]
        try:
            yield self
        finally:
            self.carrying.stopping.set()
            self._wake.set()
            _, late = await asyncio.wait(tasks, timeout=GOODBYE)
            for task in late:
                task.cancel()
            if self.jobs:
                await asyncio.to_thread(self.jobs.stop)
            await asyncio.to_thread(self.lease.let_go)

    async def answer(self) -> int:
        """Brings people what a platform did not take when it was to be said; nothing announced is ahead of it."""
        if not await self.carrying.read(outgoing.is_answer_due, self.clock.now()):
            return 0
        return await self.carrying.carry(Answers())

    async def gather(self) -> int:
        """Puts what is due, and was not sent at once, into jobs; says how many messages that was."""
        gathered = 0
        while not self.carrying.stopping.is_set():
            count = await self.carrying.write(self._gather)
            gathered += count
            if count < GATHER:
                break
        return gathered

    async def reword(self) -> int:
        """Puts what was sent and says what is not so any more into jobs; says how many messages that was."""
        return await self.rewording.gather(self.jobs.enqueue if self.jobs else None)

    async def reap(self) -> int:
        """Takes over what processes that are gone were doing, and settles what they were sending."""
        try:
            await asyncio.to_thread(self._take_over_jobs)
            await self.reconciling.take_over()
            await self.free_failed()
        except LeaseLost as lost:
            went_wrong("others take this process for dead, so it sends nothing more", lost)
            self.carrying.stopping.set()
            self.abandon()
            return 0
        return await self.reconciling.look_up()

    async def free_failed(self) -> int:
        """Lets go of the messages of jobs that failed, for the next job; says how many jobs those were."""
        failed = await asyncio.to_thread(self.jobs.failed) if self.jobs else ()
        if self.jobs and failed:
            await self.carrying.write(_release, failed)
            await asyncio.to_thread(self.jobs.forget, failed)
        return len(failed)

    async def tidy(self) -> int:
        return await asyncio.to_thread(self.jobs.forget_finished, self.clock.now() - KEPT) if self.jobs else 0

    async def settle(self) -> int:
        """Everything that can be done now, in this process: sends, looks up, edits."""
        looked_at = await self.carrying.carry(Newer())
        await self.reap()
        looked_at += await self.carrying.carry(Newer())
        await self.editing.edit()
        await self.reword()
        return looked_at

    def _gather(self, db: Connection) -> int:
        numbers = outgoing.loose(db, self.clock.now(), GATHER)
        chunks = {
            f"{LOOSE_JOB}{uuid4().hex}": numbers[first : first + CHUNK] for first in range(0, len(numbers), CHUNK)
        }
        outgoing.gather(db, chunks)
        if self.jobs:
            for chunk in chunks:
                self.jobs.enqueue(db, chunk)
        return len(numbers)

    def _take_over_jobs(self) -> None:
        self.lease.require_held()
        if self.jobs:
            self.jobs.again(self.jobs.stranded())
            for owner, jobs in self.jobs.owners().items():
                if self.lease.is_over(owner):
                    self.jobs.again(jobs)

    def _job(self, loop: asyncio.AbstractEventLoop, chunk: str) -> None:
        """One job, on a thread of its own: the sending is done where everything else is that talks to platforms."""
        work = self._reword_chunk(chunk) if is_rewording(chunk) else self._carry_chunk(chunk)
        asyncio.run_coroutine_threadsafe(work, loop).result()

    async def _carry_chunk(self, chunk: str) -> None:
        carrying = self.carrying
        try:
            await carrying.patiently(partial(carrying.carry, OfJob(chunk)))
        finally:
            await carrying.patiently(partial(carrying.write, outgoing.release, chunk))

    async def _reword_chunk(self, chunk: str) -> None:
        await self.carrying.patiently(partial(self.rewording.carry, chunk))

    async def _promptly(self) -> None:
        while not self.carrying.stopping.is_set():
            await self._wake.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(TOGETHER):
                    await self.carrying.stopping.wait()
            self._wake.clear()
            acted, self._acted = self._acted, set()
            await self._safely(partial(self._follow, acted))

    async def _follow(self, acted: set[int]) -> int:
        """Sends what the last turns promised, but for broadcasts, which go by jobs; edits what they made untrue."""
        newest, is_stale = await self.carrying.read(_left_by, acted)
        after, self._seen = self._seen, newest
        if after < newest <= after + AT_ONCE:
            await self._safely(partial(self.carrying.carry, Newer(after)))
        if is_stale:
            await self._safely(partial(self.editing.edit, acted))
        return newest - after

    async def _regularly(self, seconds: float, work: Callable[[], Awaitable[int]]) -> None:
        while not self.carrying.stopping.is_set():
            went_well = await self._safely(work)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds if went_well else max(seconds, TROUBLED)):
                    await self.carrying.stopping.wait()

    async def _safely(self, work: Callable[[], Awaitable[int]]) -> bool:
        """Whether it went well."""
        try:
            await work()
        except Exception as error:  # noqa: BLE001  # whatever happens, the next look comes
            went_wrong("delivery stopped and will be tried again", error)
            return False
        return True


def _left_by(db: Connection, acted: set[int]) -> tuple[int, bool]:
    """What turns leave to be done: the last message promised, and whether anything those people were asked is over."""
    return outgoing.newest(db), bool(acted and sent.outdated(db, 0, acted))


def _release(db: Connection, jobs: Sequence[str]) -> None:
    for job in jobs:
        outgoing.release(db, job)
        sent.release(db, job)
