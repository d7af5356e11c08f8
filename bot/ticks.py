"""The ticks: a few intervals at which a process looks for what is due. It ticks, it never remembers.

APScheduler keeps these few jobs in memory and nothing else; what is due, and to whom, stands in the database.
A job is a series of small transactions (`Pieces`). Each runs by itself on a writer thread, so that an answer
never waits for more than one of them. Whatever goes wrong is logged, and the next tick comes.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from time import perf_counter
from typing import Any, TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import metrics
from bot.logs import went_wrong
from storage.database import Database

T = TypeVar("T")
Pieces = Callable[[], Iterator[int]]
"""The work of one tick: each step of the iterator is one transaction and says how much it did."""
DELIVER = "deliver"
"""The tick that carries messages."""


@dataclass(frozen=True)
class Tick:
    name: str
    every: timedelta
    work: Pieces


class Ticks:
    """Runs the ticks it is given between `start` and `stop`; `kick` runs the one for delivery at once."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ticks: dict[str, Tick] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._scheduler: AsyncIOScheduler | None = None
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def add(self, *ticks: Tick) -> None:
        self.ticks |= {tick.name: tick for tick in ticks}

    @property
    def running(self) -> bool:
        return self._scheduler is not None

    def start(self) -> None:
        """Begins to tick, on the event loop that is running; every tick comes once right away."""
        self._loop = asyncio.get_running_loop()
        once_each = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=once_each)
        for tick in self.ticks.values():
            self._scheduler.add_job(self._tick, "interval", args=[tick.name], seconds=tick.every.total_seconds())
            self._begin(tick.name)
        self._scheduler.start()

    async def stop(self) -> None:
        """Ticks no more. A transaction under way is finished by its writer thread, before the database closes."""
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
        self._scheduler, self._loop = None, None
        under_way = list(self._under_way.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def kick(self) -> None:
        """Delivers now instead of at the next tick; may be called from any thread, and as often as one likes."""
        if self._loop and DELIVER in self.ticks:
            self._loop.call_soon_threadsafe(self._begin, DELIVER)

    async def _tick(self, name: str) -> None:
        self._begin(name)

    def _begin(self, name: str) -> None:
        """Runs a tick's work, unless it is under way; then it is run once more afterwards."""
        if self._loop is None:
            return
        if name in self._under_way:
            self._again.add(name)
            return
        self._again.discard(name)
        task = self._loop.create_task(self._run(self.ticks[name]))
        self._under_way[name] = task
        task.add_done_callback(lambda _: self._finished(name))

    def _finished(self, name: str) -> None:
        del self._under_way[name]
        if name in self._again:
            self._begin(name)

    async def _run(self, tick: Tick) -> None:
        began = perf_counter()
        try:
            pieces = await self._on_writer(tick.work)
            while await self._on_writer(next, pieces, None) is not None:
                pass
        except Exception as error:  # noqa: BLE001  # whatever happens, the next tick comes
            went_wrong("a tick failed and will be tried again", error, tick=tick.name)
            metrics.ticked(tick.name, perf_counter() - began, failed=True)
        else:
            metrics.ticked(tick.name, perf_counter() - began)

    async def _on_writer(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.wrap_future(self.database.submit(work, *arguments))
