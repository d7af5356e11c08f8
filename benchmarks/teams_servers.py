"""The bots that ours is held against in Teams, each in a process of its own, on the HTTP server that ours uses.

    KEY=… python -m benchmarks.teams_servers least|pooled|shipped|plain PORT TEAMS

`shipped` is the library as it comes: its CloudAdapter with its ConnectorClient. `pooled` is the same with one pool of
connections in the client's place and no client for user tokens: what the library itself costs. `least` does without
the library but for the activity read and the token verified: the least a bot can be. None keeps anything. The token
they send with is made up here, so that none asks for one.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import aiohttp
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticationConfiguration,
    BotFrameworkAuthenticationFactory,
    ChannelValidation,
    JwtTokenExtractor,
    PasswordServiceClientCredentialFactory,
    SimpleCredentialProvider,
)
from botframework.connector.auth.jwt_token_extractor import _OpenIdMetadata
from msrest.authentication import Authentication, BasicTokenAuthentication
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.health import Condition
from bot.serving import bound, serve
from bot.teams.verifier import METADATA_URL
from tests.surfaces.teams.network import Everywhere
from tests.surfaces.teams.service import APP
from tests.surfaces.teams.world import ISSUED

TOKEN = f"{ISSUED}made-up"
SENT_WITH = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
Take = Callable[[Request], Awaitable[Response]]
Sessions = Callable[[], aiohttp.ClientSession]


class _OwnToken(PasswordServiceClientCredentialFactory):  # type: ignore[misc]  # the library has no types
    """The library's credentials without the two calls to Microsoft's cloud that it makes for every turn."""

    async def create_credentials(self, *_: Any, **__: Any) -> Authentication:
        return BasicTokenAuthentication({"access_token": TOKEN})


def preload_keys(public: dict[str, Any]) -> None:
    """Gives the library the key that tokens are signed with here, where it would otherwise fetch it."""
    metadata = _OpenIdMetadata(METADATA_URL)
    metadata.keys, metadata.last_updated = [public], datetime.now()  # noqa: DTZ005  # as the library writes it
    JwtTokenExtractor.metadataCache[METADATA_URL] = metadata


def least(session: Sessions) -> Take:
    credentials, configuration = SimpleCredentialProvider(APP, ""), AuthenticationConfiguration()

    async def take(request: Request) -> Response:
        activity = Activity().deserialize(json.loads(await request.body()))
        await ChannelValidation.authenticate_channel_token_with_service_url(
            request.headers["authorization"], credentials, activity.service_url, activity.channel_id, configuration
        )
        said = {"type": "message", "text": f"Echo: {activity.value['event']}", "id": activity.reply_to_id}
        await put(session(), activity.service_url, activity.conversation.id, activity.reply_to_id, said)
        return Response(status_code=200)

    return take


async def put(session: aiohttp.ClientSession, service: str, chat: str, message: str, said: Any) -> None:
    address = f"{service}v3/conversations/{chat}/activities/{message}"
    async with session.put(address, data=json.dumps(said), headers=SENT_WITH) as answer:
        assert answer.status == 200
        await answer.read()


@dataclass(frozen=True)
class _Pooled:
    """Where the library looks for a client of Teams: one whose connections are kept."""

    session: Sessions
    service: str

    @property
    def conversations(self) -> Self:
        return self

    async def update_activity(self, chat: str, message: str, activity: Activity) -> None:
        await put(self.session(), self.service, chat, message, activity.serialize())


@dataclass(frozen=True)
class _PooledAuthentication:
    """The library's authentication, with such a client for every turn and none for the tokens of users."""

    shipped: Any
    session: Sessions

    async def authenticate_request(self, activity: Activity, header: str) -> Any:
        result = await self.shipped.authenticate_request(activity, header)
        result.connector_factory = self
        return result

    async def create(self, service: str, _: str) -> _Pooled:
        return _Pooled(self.session, service)

    async def create_user_token_client(self, _: Any) -> None:
        return None


class _Echo(TeamsActivityHandler):  # type: ignore[misc]  # the library has no types
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        value, message = turn_context.activity.value, turn_context.activity.reply_to_id
        await turn_context.update_activity(Activity(type="message", text=f"Echo: {value['event']}", id=message))


def by_library(session: Sessions | None) -> Take:
    """The library's own turn, with its own client or with the pool given."""
    authentication = BotFrameworkAuthenticationFactory.create(credential_factory=_OwnToken(APP, "secret"))
    adapter = CloudAdapterBase(_PooledAuthentication(authentication, session) if session else authentication)
    echo = _Echo()

    async def take(request: Request) -> Response:
        activity = Activity().deserialize(json.loads(await request.body()))
        await adapter.process_activity(request.headers["authorization"], activity, echo.on_turn)
        return Response(status_code=200)

    return take


def application(kind: str, teams: int) -> Starlette:
    session: list[aiohttp.ClientSession] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        session.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Everywhere(teams), limit=50)))
        yield
        await session.pop().close()
        await asyncio.sleep(0)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    match kind:
        case "least":
            take = least(lambda: session[0])
        case "pooled":
            take = by_library(lambda: session[0])
        case _:
            take = by_library(None)
    routes = [Route("/api/messages", take, methods=["POST"]), Route("/healthz", healthz)]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.leave = lambda: None
    app.state.condition = Condition(lambda: False)
    return app


def main(kind: str, port: str, teams: str) -> None:
    logging.basicConfig(level=logging.WARNING)
    preload_keys(json.loads(os.environ["KEY"]))
    serve(application(kind, int(teams)), bound("127.0.0.1", int(port)), lambda: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
