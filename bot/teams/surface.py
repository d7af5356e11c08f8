"""The surface: everything of Teams put together for one process, from the route Teams posts to, to delivery."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiohttp
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.dispatcher import Dispatcher
from bot.logs import note, went_wrong
from bot.settings import Settings, listed
from bot.teams.carrier import Carrier, Channel
from bot.teams.codec import Verifier
from bot.teams.connector import CachedToken, Connector, Credentials, NoToken
from bot.teams.gate import HOSTS, Gate, Loopback, Trust
from bot.teams.host import PATH, Host
from bot.teams.keys import SigningKeys
from bot.teams.office import Office
from bot.teams.people import People
from bot.teams.reception import Reception

EVERY = 1.0
"""Seconds after which is looked for messages that are due, if nothing has asked for it before."""
GLOBAL_SERVICE = "https://smba.trafficmanager.net/teams/"
CONNECTIONS = 50


@dataclass(frozen=True)
class Connection:
    """What connects the bot with Teams; without credentials, only with a client on this machine."""

    credentials: Credentials | None = field(repr=False)
    tenants: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    channel: str | None = None
    every: float = EVERY


def connection_of(settings: Settings) -> Connection:
    """What the settings connect; `has_teams` says whether they do."""
    if settings.teams_app_id is None or settings.teams_app_password is None:
        return Connection(None, channel=settings.teams_channel)
    tenants = listed(settings.teams_tenants)
    return Connection(
        Credentials(settings.teams_app_id, settings.teams_app_password.get_secret_value(), tenants[0]),
        frozenset(tenants),
        frozenset(listed(settings.teams_hosts)),
        settings.teams_channel,
    )


class TeamsSurface:
    """Begins to listen and speak when it is entered (`async with surface.open()`), and not before."""

    def __init__(self, dispatcher: Dispatcher, connection: Connection, session: aiohttp.ClientSession | None = None):
        self.dispatcher = dispatcher
        self.connection = connection
        self.session = session
        self._host: Host | None = None
        self._wake, self._looking = asyncio.Event(), asyncio.Lock()

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self._take, methods=["POST"])]

    def kick(self) -> None:
        """Delivers now instead of at the next look; from the event loop."""
        self._wake.set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["TeamsSurface"]:
        session = self.session or aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS))
        async with session:
            self._build(session)
            tasks = [asyncio.create_task(self._run())]
            if self.keys:
                tasks.append(asyncio.create_task(self.keys.preload()))
            try:
                yield self
            finally:
                self._host = None
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def look_once(self) -> None:
        """Delivers, and edits what is out of date; whatever happens is logged, and the next look comes."""
        async with self._looking:
            try:
                await self.carrier.deliver()
                await self.carrier.bring_up_to_date()
            except Exception as error:  # noqa: BLE001  # the next look comes
                went_wrong("delivery to Teams stopped and will be tried again", error)

    def _build(self, session: aiohttp.ClientSession) -> None:
        known, clock = self.connection.credentials, self.dispatcher.clock
        self.keys: SigningKeys | None = None
        gate: Gate | Loopback
        if known is None:
            note("anybody on this machine may be anybody here: this is for trying out, not for Teams")
            gate = Loopback()
            connector = Connector(gate, NoToken(), lambda: session)
        else:
            trust = Trust(known.app_id, self.connection.tenants, HOSTS | self.connection.hosts)
            connector = Connector(trust, CachedToken(known, lambda: session, clock), lambda: session)
            self.keys = SigningKeys(connector.document, clock)
            gate = Gate(trust, Verifier(known.app_id, self.keys), clock)
        office = Office(self.dispatcher)
        people = People(self.dispatcher.database, connector, clock)
        self.carrier = Carrier(office, people, connector, self._channel())
        self._host = Host(gate, Reception(office, people, connector, clock))

    def _channel(self) -> Channel | None:
        """The channel for public messages; Teams finds it from anywhere."""
        channel = self.connection.channel
        tenant = next(iter(sorted(self.connection.tenants)), "")
        return Channel(channel, GLOBAL_SERVICE, tenant) if channel else None

    async def _take(self, request: Request) -> Response:
        if self._host is None:
            return Response(status_code=503)
        answer = await self._host.take(request)
        self.kick()
        return answer

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.connection.every):  # wait_for may swallow being cancelled
                    await self._wake.wait()
            self._wake.clear()
            await self.look_once()
