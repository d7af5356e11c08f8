"""The exchange: the chat platforms a process is connected with, and delivery to all of them.

Each platform's library is loaded only where it is connected. A process that serves listens and delivers; a worker
only delivers, with the same connections.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Protocol

from sqlalchemy import Connection
from starlette.routing import BaseRoute

from bot.company import rules_of
from bot.connected import has_slack, has_teams
from bot.delivery.courier import Courier
from bot.delivery.jobs import Jobs
from bot.delivery.leases import new_lease
from bot.delivery.service import Delivering, stay
from bot.dispatcher import Dispatcher
from bot.settings import Settings
from storage.database import Database


class Surface(Protocol):
    @property
    def courier(self) -> Courier:
        """There is one while the surface is open."""

    def routes(self) -> list[BaseRoute]: ...

    def open(self, *, listens: bool = True) -> AbstractAsyncContextManager["Surface"]: ...


class Exchange:
    def __init__(self, database: Database, abandon: Callable[[], None] = stay) -> None:
        self.database = database
        self.abandon = abandon
        self.surfaces: list[Surface] = []
        self._jobs: Jobs | None = None
        self._delivering: Delivering | None = None

    def connect(self, dispatcher: Dispatcher, settings: Settings) -> None:
        """Puts together what the settings connect."""
        self.dispatcher = dispatcher
        self.rules = rules_of(settings)
        if has_slack(settings):
            from bot.slack.surface import SlackSurface
            from bot.slack.surface import connection_of as slack

            self.surfaces.append(SlackSurface(dispatcher.on("slack"), slack(settings), self.kick))
        if has_teams(settings):
            from bot.teams.surface import TeamsSurface
            from bot.teams.surface import connection_of as teams

            self.surfaces.append(TeamsSurface(dispatcher.on("teams"), teams(settings), self.kick))

    def routes(self) -> list[BaseRoute]:
        return [route for surface in self.surfaces for route in surface.routes()]

    def kick(self, person: int | None = None) -> None:
        """Delivers at once what somebody's turn has promised; from the event loop."""
        if self._delivering:
            self._delivering.kick(person)

    def enqueue(self, db: Connection, chunk: str) -> None:
        """Puts a part of a broadcast into its queue, in the transaction that promises it."""
        if self._jobs:
            self._jobs.enqueue(db, chunk)

    @asynccontextmanager
    async def open(self, *, listens: bool = True) -> AsyncIterator["Exchange"]:
        """Listens, if it is to, and delivers until the end of the block."""
        lease = new_lease(self.database)
        self._jobs = Jobs(self.database, lease.name)
        async with AsyncExitStack() as stack:
            for surface in self.surfaces:
                await stack.enter_async_context(surface.open(listens=listens))
            couriers = {each.courier.platform: each.courier for each in self.surfaces}
            delivering = Delivering(
                self.database,
                self.dispatcher.clock,
                couriers,
                lease,
                self._jobs,
                self.rules,
                abandon=self.abandon,
            )
            self._delivering = await stack.enter_async_context(delivering.open())
            yield self
        self._delivering = None
