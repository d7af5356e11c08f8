"""The surface: everything of Teams put together for one process, from the route Teams posts to, to delivery."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.arrivals import arrivals
from bot.connected import listed
from bot.delivery.courier import Address
from bot.dispatcher import Dispatcher
from bot.logs import note
from bot.settings import Settings
from bot.teams.connector import CachedToken, Connector, Credentials, NoToken
from bot.teams.courier import TeamsCourier
from bot.teams.gate import HOSTS, Gate, Loopback, Trust
from bot.teams.host import PATH, Host
from bot.teams.keys import SigningKeys
from bot.teams.office import Office
from bot.teams.people import People
from bot.teams.reception import Reception
from bot.teams.verifier import Verifier

GLOBAL_SERVICE = "https://smba.trafficmanager.net/teams/"
CONNECTIONS = 50
Kick = Callable[[int | None], None]


@dataclass(frozen=True)
class Connection:
    """What connects the bot with Teams; without credentials, only with a client on this machine."""

    credentials: Credentials | None = field(repr=False)
    tenants: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    channel: str | None = None
    pace: float = 20


def connection_of(settings: Settings) -> Connection:
    """What the settings connect; `has_teams` says whether they do."""
    if settings.teams_app_id is None or settings.teams_app_password is None:
        return Connection(None, channel=settings.teams_channel, pace=settings.teams_pace)
    tenants = listed(settings.teams_tenants)
    return Connection(
        Credentials(settings.teams_app_id, settings.teams_app_password.get_secret_value(), tenants[0]),
        frozenset(tenants),
        frozenset(listed(settings.teams_hosts)),
        settings.teams_channel,
        settings.teams_pace,
    )


class TeamsSurface:
    """Begins to listen and speak when it is entered (`async with surface.open()`), and not before."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        connection: Connection,
        kick: Kick = lambda _: None,
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        self.dispatcher = dispatcher
        self.connection = connection
        self.kick = kick
        """Told when somebody may have done something, so that what follows from it is delivered."""
        self.session = session
        self._host: Host | None = None

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self._take, methods=["POST"])]

    @asynccontextmanager
    async def open(self, *, listens: bool = True) -> AsyncIterator["TeamsSurface"]:
        """Connects; without `listens` it only lends its courier, to a process that nobody talks to."""
        session = self.session or aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS))
        async with session:
            host = self._build(session)
            keys = asyncio.create_task(self.keys.preload()) if self.keys and listens else None
            self._host = host if listens else None
            try:
                yield self
            finally:
                self._host = None
                if keys:
                    keys.cancel()
                    await asyncio.gather(keys, return_exceptions=True)

    def _build(self, session: aiohttp.ClientSession) -> Host:
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
        people = People(self.dispatcher.database, connector, clock, asks_tenant=known is not None)
        tenants, pace = self.connection.tenants, self.connection.pace
        self.courier = TeamsCourier(office, people, connector, tenants, self._channel(), pace)
        arrived = arrivals(self.dispatcher.database)
        return Host(gate, Reception(office, people, connector, clock, arrived, self.kick))

    def _channel(self) -> Address | None:
        """The channel for public messages; Teams finds it from anywhere."""
        channel = self.connection.channel
        tenant = next(iter(sorted(self.connection.tenants)), "")
        return Address(tenant, "", channel, GLOBAL_SERVICE) if channel else None

    async def _take(self, request: Request) -> Response:
        if self._host is None:
            return Response(status_code=503)
        return await self._host.take(request)
