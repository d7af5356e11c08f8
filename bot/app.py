"""The composition root: everything there is, put together once, as one ASGI application.

Nothing is built when this module is imported. `create_app` checks what must hold before anybody is let in (the
schema, every flow and its texts, the flows of the conversations that are open) and refuses with an error that
says what to do; then it joins the bot, its surfaces and its ticks.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import health
from bot.cadence import begin_weekly, forget_old_events, settle_due
from bot.clock import Clock, WallClock
from bot.delivery import Carrier, deliveries
from bot.digest import Digests
from bot.dispatcher import Dispatcher
from bot.request_log import RequestLog
from bot.secrets import session_secret
from bot.settings import Settings, has_slack, has_teams, platforms
from bot.soundness import require_sound_once
from bot.ticks import DELIVER, Tick, Ticks
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import Register, discover
from storage import ledger
from storage.database import Database
from storage.schema import require_newest

TEXTS = ("flows.texts", "bot.texts")


def create_app(settings: Settings, *, playground: bool = False, clock: Clock | None = None) -> Starlette:
    """The application. With `playground` it has one surface, where one is anybody; it is for trying out.

    Raises `SchemaBehind`, `Unsound`, `UnknownFlow` or `PlaygroundRefused` instead of starting half of it.
    """
    database = Database(settings.database, settings.synchronous)
    try:
        return _Bot(settings, database, clock or WallClock()).application(playground=playground)
    except BaseException:
        database.close()
        raise


class _Bot:
    """The parts of one process, and how they hang together."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        require_newest(database)
        register, texts = discover(), load(*TEXTS)
        require_sound_once(register, texts, settings.folder)
        require_known_flows(database, register)
        self.settings = settings
        self.database = database
        self.dispatcher = Dispatcher(database, Repertoire.of(register, texts, {}), clock)
        self.ticks = Ticks(database)
        self.leave: Callable[[], None] = lambda: None
        """Ends what would otherwise stay open for ever, when the process is about to."""
        self.surfaces: list[Callable[[], AbstractAsyncContextManager[object]]] = []
        """What has to be open while the process runs."""

    def application(self, *, playground: bool) -> Starlette:
        routes: list[BaseRoute] = [*health.routes(self.database, lambda: self.ticks.running), *self._rest()]
        self.ticks.add(*upkeep(self.dispatcher))
        if playground:
            from bot.web.carrier import WebCarrier

            routes.append(self._playground())
            self.ticks.add(delivering(self.dispatcher, WebCarrier()), *speaking(self.dispatcher, self.settings))
        elif has_teams(self.settings):
            routes = [*self._teams(), *routes]  # before the REST interface, which has the rest of `/api/`
            self.ticks.add(*speaking(self.dispatcher, self.settings))
        elif has_slack(self.settings):
            routes += self._slack()
            self.ticks.add(*speaking(self.dispatcher, self.settings))
        logged = Middleware(RequestLog, quiet=playground)
        app = Starlette(routes=routes, lifespan=self._lifespan, middleware=[logged])
        app.state.leave = self.leave
        return app

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as surfaces:
            for enter in self.surfaces:
                await surfaces.enter_async_context(enter())
            self.ticks.start()
            yield
            await self.ticks.stop()
        self.database.close()

    def _rest(self) -> list[BaseRoute]:
        """The REST routes, where a token is set; FastAPI is loaded only then, because it is a third of a start."""
        if not self.settings.rest_token:
            return []
        from fastapi import FastAPI

        from bot.rest import people_router

        rest = FastAPI(title="Evenhand", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
        token = self.settings.rest_token.get_secret_value()
        rest.include_router(people_router(self.database, token, self.dispatcher.clock))
        return [Beneath("/api/", rest)]

    def _slack(self) -> list[BaseRoute]:
        """Slack, whose library is loaded only where it is connected."""
        from bot.slack.surface import SlackSurface, connection_of

        surface = SlackSurface(self.dispatcher, connection_of(self.settings))
        self.surfaces.append(surface.open)
        return surface.routes()

    def _teams(self) -> list[BaseRoute]:
        """Teams, whose library is loaded only where it is connected."""
        from bot.teams.surface import TeamsSurface, connection_of

        surface = TeamsSurface(self.dispatcher, connection_of(self.settings))
        self.surfaces.append(surface.open)
        return surface.routes()

    def _playground(self) -> Mount:
        from bot.web.site import playground

        settings, secret = self.settings, session_secret(self.settings)
        connected = platforms(settings)
        site = playground(self.dispatcher, secret, host=settings.host, platforms=connected, kick=self.ticks.kick)
        self.leave = site.state.leave
        return Mount("/", site)


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
        Tick("deadlines", timedelta(seconds=5), lambda: settle_due(dispatcher)),
        Tick("clean-up", timedelta(days=1), lambda: forget_old_events(dispatcher.database, dispatcher.clock.now())),
    )


def delivering(dispatcher: Dispatcher, carrier: Carrier) -> Tick:
    """Delivery to where a transaction of ours reaches; a chat platform has a carrier of its own."""

    def deliver() -> Iterator[int]:
        return deliveries(dispatcher.database, carrier, dispatcher.clock.now())

    return Tick(DELIVER, timedelta(seconds=1), deliver)


def speaking(dispatcher: Dispatcher, settings: Settings) -> tuple[Tick, ...]:
    """What a process does by itself once there is a surface that carries what it says."""
    digests = Digests(dispatcher, settings.digest_hour)

    def begin() -> Iterator[int]:
        return begin_weekly(dispatcher, dispatcher.clock.now(), settings.checkin_weekday, settings.checkin_hour)

    return (
        Tick("cadence", timedelta(seconds=60), begin),
        Tick("digest", timedelta(seconds=60), lambda: digests.due(dispatcher.clock.now())),
    )
