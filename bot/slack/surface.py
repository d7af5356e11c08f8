"""The surface: everything of Slack put together for one process, from the route Slack posts to, to delivery."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from sqlalchemy import Connection as Transaction
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.arrivals import arrivals
from bot.delivery.courier import NotTaken
from bot.dispatcher import Dispatcher
from bot.logs import went_wrong
from bot.settings import Settings
from bot.slack import bolt, oauth
from bot.slack.courier import SlackCourier
from bot.slack.deeds import PATIENCE, Deeds
from bot.slack.filling import ANSWERED_WITHIN, Filling
from bot.slack.guard import Body, Guard
from bot.slack.installing import API, Clients, Installation, Installations, SingleInstallation, new_session
from bot.slack.office import Office
from bot.slack.people import People
from bot.slack.reception import NOTHING, Ack, Reception
from bot.slack.sending import Caller, Sender
from bot.slack.socket import listening
from bot.slack.stored import StoredInstallations
from bot.slack.vault import Keys, Vault
from storage import accounts, pacing, sent
from storage.accounts import SLACK

PATH = "/slack/events"
MOST_AT_HOME = 5000
MEET_EVERY = timedelta(days=1)
MEET_AGAIN = timedelta(minutes=10)
"""Where Slack did not say who is there."""
Kick = Callable[[int | None], None]


@dataclass(frozen=True)
class Several:
    """What it takes for workspaces to install the app by themselves."""

    client_id: str
    client_secret: SecretStr
    workspaces: tuple[str, ...]
    keys: SecretStr


@dataclass(frozen=True)
class Connection:
    """What connects the bot with Slack: a token or installations to speak with, and at least one way to listen."""

    bot_token: SecretStr | None = None
    several: Several | None = None
    signing_secret: SecretStr | None = None
    app_token: SecretStr | None = None
    channel: str | None = None
    base_url: str = API
    patience: float = PATIENCE
    answered_within: float = ANSWERED_WITHIN
    pace: float = 4.5


def connection_of(settings: Settings) -> Connection:
    several = None
    if settings.slack_client_id and settings.slack_client_secret and settings.slack_token_key:
        named = tuple(settings.slack_workspaces.replace(",", " ").split())
        secret, keys = settings.slack_client_secret, settings.slack_token_key
        several = Several(settings.slack_client_id, secret, named, keys)
    return Connection(
        several=several,
        bot_token=settings.slack_bot_token,
        signing_secret=settings.slack_signing_secret,
        app_token=settings.slack_app_token,
        channel=settings.slack_channel,
        pace=settings.slack_pace,
        base_url=settings.slack_api or API,
    )


class SlackSurface:
    """Begins to speak and listen when it is entered (`async with surface.open()`), and not before."""

    def __init__(self, dispatcher: Dispatcher, connection: Connection, kick: Kick = lambda _: None) -> None:
        self.dispatcher = dispatcher.in_english()
        self.connection = connection
        self.kick = kick
        """Told who has just done something, so that what follows from it is delivered."""
        self.installations: Installations
        self._installing: oauth.Installing | None = None
        self._app: AsyncApp | None = None
        self._wake = asyncio.Event()
        self._at_home: dict[tuple[str, str], Caller] = {}
        """Whoever has looked at their desk lately: theirs is shown anew once they have done something."""
        self._stale: dict[tuple[str, str], Caller] = {}

    def routes(self) -> list[BaseRoute]:
        """The address Slack posts to; none where everything comes over a socket."""
        routes: list[BaseRoute] = []
        if secret := self.connection.signing_secret:
            routes.append(Route(PATH, Guard(secret.get_secret_value(), self.dispatcher.clock, self._take)))
        if self.connection.several:
            routes.append(Route(oauth.INSTALL, self._install, methods=["GET"]))
            routes.append(Route(oauth.CALLBACK, self._installed, methods=["GET"]))
        return routes

    @asynccontextmanager
    async def open(self, *, listens: bool = True) -> AsyncIterator["SlackSurface"]:
        """Connects; without `listens` it only lends its courier, to a process that nobody talks to."""
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(new_session())
            clients = Clients(session, self.connection.base_url)
            self._build(clients)
            assert self._app is not None
            if not listens:
                yield self
                return
            for work in (self._run(), self._meet()):
                stack.push_async_callback(_ended, asyncio.create_task(work))
            if self.connection.app_token:
                token = self.connection.app_token.get_secret_value()
                await stack.enter_async_context(listening(self._app, token, self.connection.base_url))
            yield self

    def _build(self, clients: Clients) -> None:
        token = self.connection.bot_token.get_secret_value() if self.connection.bot_token else ""
        several = self.connection.several
        self.installations = self._stored(several, clients) if several else SingleInstallation(clients, token)
        office = Office(self.dispatcher)
        people = People(self.dispatcher.database, self.dispatcher.clock, clients)
        self.sender = Sender(office, clients, self.dispatcher.clock, arrivals(self.dispatcher.database))
        reception = Reception(office, people, self.sender, self._changed)
        self.deeds = Deeds(reception, Filling(reception, self.connection.answered_within), self.connection.patience)
        self.people = people
        channel, pace = self.connection.channel, self.connection.pace
        self.courier = SlackCourier(office, people, self.installations, clients, channel, pace)
        self._app = bolt.bolt_app(clients.of(token), self.installations, self._table())

    def _stored(self, several: Several, clients: Clients) -> Installations:
        """The workspaces that installed the app, and the way to install it."""
        keys = Keys(several.keys.get_secret_value().replace(",", " ").split())
        vault = Vault(several.client_id, self.dispatcher.database.engine, keys)
        stored = StoredInstallations(vault, clients, self.dispatcher.clock)
        self._installing = oauth.Installing(
            vault,
            clients.of(""),
            several.client_secret.get_secret_value(),
            several.workspaces,
            self.dispatcher.repertoire.texts,
            stored.ask_again,
        )
        return stored

    async def _install(self, request: Request) -> Response:
        return await self._installing.begin(request) if self._installing else Response(status_code=503)

    async def _installed(self, request: Request) -> Response:
        return await self._installing.finish(request) if self._installing else Response(status_code=503)

    def _table(self) -> Mapping[str, bolt.Do]:
        deeds = self.deeds
        return {
            bolt.ACTION: deeds.action,
            bolt.VIEW: deeds.filling.submission,
            bolt.COMMAND: deeds.command,
            bolt.SHORTCUT: deeds.shortcut,
            bolt.OPTIONS: deeds.suggestion,
            bolt.CLOSED: deeds.filling.closed,
            bolt.EVENT + "message": deeds.message,
            bolt.EVENT + "app_home_opened": self._home_opened,
            bolt.EVENT + "app_uninstalled": self._removed,
            bolt.EVENT + "tokens_revoked": self._removed,
        }

    async def _take(self, body: Body, headers: Mapping[str, str]) -> Response:
        if self._app is None:
            return Response(status_code=503)  # Slack sends it again
        answer = await bolt.dispatched(self._app, body, headers)
        return _response(answer)

    async def _home_opened(self, body: Body, installation: Installation) -> Ack:
        caller = await self.deeds.at_home(body, installation)
        if caller:
            if len(self._at_home) >= MOST_AT_HOME:
                self._at_home.clear()
            self._at_home[caller.installation.key, caller.user] = caller
            await self._publish(caller)
        return NOTHING

    async def _removed(self, body: Body, installation: Installation) -> Ack:
        """The app was removed, or the bot's token revoked: what was kept about that workspace goes with it."""
        revoked = body["event"].get("tokens")
        if isinstance(revoked, Mapping) and not revoked.get("bot"):
            return NOTHING
        await self.installations.remove(installation.team, installation.enterprise)
        await self.people.write(_forget, installation.key)
        return NOTHING

    def _changed(self, caller: Caller) -> None:
        key = (caller.installation.key, caller.user)
        if key in self._at_home:
            self._stale[key] = caller
            self._wake.set()
        self.kick(caller.person)

    async def _run(self) -> None:
        """Shows desks anew once their people have done something."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self.publish_again()

    async def _meet(self) -> None:
        """Meets a company before anything is told to it, and every day the people who have joined it since."""
        while True:
            try:
                is_done = await self.courier.meet_everybody()
            except Exception as error:  # noqa: BLE001  # they are looked for again as soon as they are told something
                went_wrong("people could not be met in Slack; that is done again", error)
                is_done = False
            await asyncio.sleep((MEET_EVERY if is_done else MEET_AGAIN).total_seconds())

    async def publish_again(self) -> None:
        left_alone = False
        while self._stale and not left_alone:
            _, caller = self._stale.popitem()
            try:
                left_alone = not await self._publish(caller)
            except Exception as error:  # noqa: BLE001  # whoever opens it sees it as it is
                went_wrong("a desk could not be shown anew", error)

    async def _publish(self, caller: Caller) -> bool:
        """Shows a desk, or leaves it until Slack takes it; says whether it can be gone on with others."""
        try:
            await self.deeds.publish(caller)
        except NotTaken as refused:
            went_wrong("a desk could not be shown yet", refused, slack=refused.reason)
            if refused.after is not None:
                self._stale.setdefault((caller.installation.key, caller.user), caller)
                asyncio.get_running_loop().call_later(refused.after, self._wake.set)
                return False
        return True


def _forget(db: Transaction, place: str) -> None:
    """Forgets everything about a workspace the app was removed from."""
    accounts.forget(db, SLACK, place)
    sent.forget_place(db, SLACK, place)
    pacing.forget_place(db, f"{SLACK}:{place}")


def _response(answer: BoltResponse) -> Response:
    headers = {name: ", ".join(values) for name, values in answer.headers.items()}
    return Response(answer.body or "", answer.status, headers=headers)


async def _ended(task: "asyncio.Task[Any]") -> None:
    """Lets what is under way come to its end for a moment, then cuts it off; it is looked up at the next start."""
    task.cancel()
    await asyncio.wait({task}, timeout=timedelta(seconds=2).total_seconds())
