"""The composition root: everything there is, put together once, as one ASGI application.

Nothing is built when this module is imported. `create_app` checks what must hold before anybody is let in (the
schema, every flow and its texts, the flows of the conversations that are open) and refuses with an error that
says what to do; then it joins the bot, its surfaces and its ticks.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from socket import socket
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import announced, health, invitations
from bot.bundling import fold_held
from bot.cadence import Weekly, forget_old_events, settle_due
from bot.clock import Clock, clock_of
from bot.company import cadence_of, quiet_of, reminding_of
from bot.connected import has_slack, has_teams, platforms
from bot.delivery.in_process import Carrier, deliveries
from bot.digest import Digests
from bot.dispatcher import Dispatcher
from bot.health import Condition
from bot.links import NOWHERE, Links
from bot.meeting_ticks import remind_due
from bot.presence import Presence
from bot.reminders import remind, snoozed
from bot.request_log import RequestLog
from bot.role_ticks import end_roles
from bot.secrets import session_secret
from bot.settings import Settings
from bot.soundness import require_sound_once
from bot.ticks import DELIVER, Tick, Ticks
from bot.visit import Repertoire
from bot.watching import beside, watched
from flows.catalog import load
from flows.core import Register, discover
from storage import ledger
from storage.database import Database
from storage.leaving import close_leavers
from storage.schema import require_newest

if TYPE_CHECKING:
    from bot.exchange import Exchange

TEXTS = ("flows.texts", "bot.texts")


def create_app(
    settings: Settings,
    *,
    playground: bool = False,
    clock: Clock | None = None,
    watch: socket | None = None,
    abandon: Callable[[], None] | None = None,
) -> Starlette:
    """The application. With `playground` it has one surface, where one is anybody; it is for trying out.

    `watch` is listened to for health and metrics alone, beside whatever the application itself is served on. `abandon`
    ends the process once others take it for dead; without it, it only delivers no more.

    Raises `SchemaBehind`, `Unsound`, `UnknownFlow` or `PlaygroundRefused` instead of starting half of it.
    """
    with closed_if_it_fails(settings) as database:
        links = links_of(settings, playground=playground)
        return Bot(settings, database, clock, links, watch, abandon).application(playground=playground)


@contextmanager
def closed_if_it_fails(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database, settings.synchronous)
    try:
        yield database
    except BaseException:
        database.close()
        raise


class Bot:
    """The parts of one process, and how they hang together."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock | None = None,
        links: Links | None = None,
        watch: socket | None = None,
        abandon: Callable[[], None] | None = None,
    ) -> None:
        require_newest(database)
        register, texts = discover(), load(*TEXTS)
        require_sound_once(register, texts, settings.folder)
        require_known_flows(database, register)
        self.settings = settings
        self.database = database
        self.watch = watch
        self.exchange = _exchange(database, abandon) if has_slack(settings) | has_teams(settings) else None
        enqueue = self.exchange.enqueue if self.exchange else None
        outside = links or links_of(settings)
        repertoire = Repertoire.of(register, texts, {}, enqueue, outside, quiet_of(settings), settings.command_prefix)
        self.dispatcher = Dispatcher(database, repertoire, clock or clock_of(database))
        self.ticks = Ticks(database)
        self.leave: Callable[[], None] = lambda: None
        """Ends what would otherwise stay open for ever, when the process is about to."""
        self.condition = Condition(ticking=lambda: self.ticks.running)
        self.presence: Presence | None = None

    def application(self, *, playground: bool) -> Starlette:
        metrics = beside(self.settings, self.database, self.dispatcher.clock)
        routes: list[BaseRoute] = [*health.routes(self.database, self.condition), *metrics, *self._rest()]
        if self.dispatcher.repertoire.links.base is not None:
            routes += invitations.routes(self.dispatcher)
        if playground:
            from bot.web.carrier import WebCarrier

            routes.append(self._playground())
            self.ticks.add(delivering(self.dispatcher, WebCarrier()), *speaking(self.dispatcher, self.settings))
        elif self.exchange:
            self.connect()
            routes = [*self.exchange.routes(), *routes]  # before the REST interface, which has the rest of `/api/`
        logged = Middleware(RequestLog, quiet=playground)
        app = Starlette(routes=routes, lifespan=lambda _: self.running(), middleware=[logged])
        app.state.leave = self.leave
        app.state.condition = self.condition
        app.state.bot = self
        return app

    def enter(self, kind: str) -> None:
        """Notes in the database that this process runs, as what and with which settings; raises `OneProcessOnly`."""
        presence = Presence(kind, self.settings, self.database, self.dispatcher.clock)
        presence.enter()
        self.presence = presence

    @contextmanager
    def left_if_it_fails(self) -> Iterator[None]:
        """What still keeps the process from running, such as a port in use, takes back that it was noted."""
        try:
            yield
        except BaseException:
            if self.presence:
                self.presence.leave()
            raise

    def connect(self) -> None:
        """Puts together the platforms the settings connect; raises `WrongSetting`."""
        if self.exchange:
            self.exchange.connect(self.dispatcher, self.settings)

    @asynccontextmanager
    async def running(self, *, listens: bool = True) -> AsyncIterator[None]:
        """Ticks and delivers, and `listens` if it is to, until the end of the block."""
        self.ticks.add(*upkeep(self.dispatcher))
        if self.presence:
            self.ticks.add(Tick("presence", timedelta(minutes=1), self.presence.stay))
        if self.exchange:
            self.ticks.add(*speaking(self.dispatcher, self.settings))
        async with AsyncExitStack() as stack:
            if self.watch:  # first to be there and last to go
                watching = watched(self.watch, self.settings, self.database, self.dispatcher.clock, self.condition)
                await stack.enter_async_context(watching)
            if self.exchange:
                await stack.enter_async_context(self.exchange.open(listens=listens))
            self.ticks.start()
            yield
            await self.ticks.stop()
        if self.presence:
            self.presence.leave()
        self.database.close()

    def _rest(self) -> list[BaseRoute]:
        """The REST routes, where a token is set; FastAPI is loaded only then, because it is a third of a start."""
        if not self.settings.rest_token:
            return []
        from fastapi import FastAPI

        from bot.rest import people_router
        from bot.rest_leave import leave_router
        from storage.roster.options import Defaults

        rest = FastAPI(title="Evenhand", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
        token, settings = self.settings.rest_token.get_secret_value(), self.settings
        defaults = Defaults(
            settings.default_country or None, settings.default_language or None, settings.default_zone or None
        )
        rest.include_router(people_router(self.database, token, self.dispatcher.clock, defaults))
        rest.include_router(leave_router(self.database, token, self.dispatcher.clock))
        return [Beneath("/api/", rest)]

    def _playground(self) -> Mount:
        from bot.web.site import playground

        settings, secret = self.settings, session_secret(self.settings)
        connected = platforms(settings)
        site = playground(
            self.dispatcher.on("web"), secret, host=settings.host, platforms=connected, kick=self.ticks.kick
        )
        self.leave = site.state.leave
        return Mount("/", site)


def links_of(settings: Settings, *, playground: bool = False) -> Links:
    """How people reach us by a link: in the playground from where they are, elsewhere at the public address."""
    base = "" if playground else settings.public_address
    return Links(session_secret(settings), base.rstrip("/")) if base is not None else NOWHERE


def _exchange(database: Database, abandon: Callable[[], None] | None) -> "Exchange":
    """Loaded only where a platform is connected."""
    from bot.exchange import Exchange

    return Exchange(database, abandon) if abandon else Exchange(database)


class Beneath(BaseRoute):
    """Everything below a path, handed to an application that knows the whole path itself; `Mount` would cut it."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        self.path = path
        self.app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        is_below = scope["type"] == "http" and scope["path"].startswith(self.path)
        return (Match.FULL if is_below else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def require_known_flows(database: Database, register: Register) -> None:
    """Raises `UnknownFlow` if a conversation is open on a flow, or a version of one, that is gone."""
    with database.read() as db:
        for name, version in ledger.open_flows(db):
            register.running(name, version)


def upkeep(dispatcher: Dispatcher) -> tuple[Tick, ...]:
    """What a process does whether or not there is a surface to speak through."""
    return (
        Tick("last days", timedelta(seconds=60), lambda: close_leavers(dispatcher.database, dispatcher.clock.now())),
        Tick("deadlines", timedelta(seconds=5), lambda: settle_due(dispatcher)),
        Tick("roles", timedelta(hours=1), lambda: end_roles(dispatcher)),
        Tick("clean-up", timedelta(days=1), lambda: forget_old_events(dispatcher.database, dispatcher.clock.now())),
    )


def delivering(dispatcher: Dispatcher, carrier: Carrier) -> Tick:
    """Delivery to where a transaction of ours reaches; a chat platform has a carrier of its own."""

    def deliver() -> Iterator[int]:
        return deliveries(dispatcher.database, carrier, dispatcher.clock.now())

    return Tick(DELIVER, timedelta(seconds=1), deliver)


def speaking(dispatcher: Dispatcher, settings: Settings) -> tuple[Tick, ...]:
    """What a process does by itself once there is a surface that carries what it says."""
    digests = Digests(dispatcher, settings.digest_hour, quiet_of(settings))
    weekly = Weekly(dispatcher, cadence_of(settings))
    reminding = reminding_of(settings)
    now, minute = dispatcher.clock.now, timedelta(seconds=60)
    return (
        Tick("announcements", timedelta(seconds=2), lambda: announced.count_under_way(dispatcher)),
        Tick("unconfirmed", minute, lambda: announced.remind_due(dispatcher)),
        Tick("cadence", minute, lambda: weekly.tick(now())),
        Tick("meetings", timedelta(seconds=30), lambda: remind_due(dispatcher)),
        Tick("digest", minute, lambda: digests.due(now())),
        Tick("reminders", minute, lambda: remind(dispatcher, now(), reminding)),
        Tick("snoozed", minute, lambda: snoozed(dispatcher.database, now())),
        Tick("bundles", minute, lambda: fold_held(dispatcher)),
    )
