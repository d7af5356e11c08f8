"""The bots that ours is held against in Teams, each in a process of its own, on the HTTP server that ours uses.

    KEY=… python -m benchmarks.teams_servers pooled|shipped PORT TEAMS

`pooled` is the least a bot can be: the library reads the activity and verifies its token, and one pool of connections
sends a word back. `shipped` is the library as it comes: its CloudAdapter with its ConnectorClient. Neither keeps
anything. The token they send with is made up here, so that neither asks for one.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp
from botbuilder.core import CloudAdapterBase, TurnContext
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
from bot.teams.codec import METADATA_URL
from tests.surfaces.teams.network import Everywhere
from tests.surfaces.teams.service import APP
from tests.surfaces.teams.world import ISSUED

TOKEN = f"{ISSUED}made-up"
Take = Callable[[Request], Awaitable[Response]]


class _OwnToken(PasswordServiceClientCredentialFactory):  # type: ignore[misc]  # the library has no types
    """The library's credentials without the two calls to Microsoft's cloud that it makes for every turn."""

    async def create_credentials(self, *_: Any, **__: Any) -> Authentication:
        return BasicTokenAuthentication({"access_token": TOKEN})


def preload_keys(public: dict[str, Any]) -> None:
    """Gives the library the key that tokens are signed with here, where it would otherwise fetch it."""
    metadata = _OpenIdMetadata(METADATA_URL)
    metadata.keys, metadata.last_updated = [public], datetime.now()  # noqa: DTZ005  # as the library writes it
    JwtTokenExtractor.metadataCache[METADATA_URL] = metadata


def pooled(session: Callable[[], aiohttp.ClientSession]) -> Take:
    credentials, configuration = SimpleCredentialProvider(APP, ""), AuthenticationConfiguration()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    async def take(request: Request) -> Response:
        activity = Activity().deserialize(json.loads(await request.body()))
        await ChannelValidation.authenticate_channel_token_with_service_url(
            request.headers["authorization"], credentials, activity.service_url, activity.channel_id, configuration
        )
        said = json.dumps({"type": "message", "text": f"Echo: {activity.value['event']}", "id": activity.reply_to_id})
        chat = f"{activity.service_url}v3/conversations/{activity.conversation.id}/activities/{activity.reply_to_id}"
        async with session().put(chat, data=said, headers=headers) as answer:
            assert answer.status == 200
            await answer.read()
        return Response(status_code=200)

    return take


def shipped() -> Take:
    authentication = BotFrameworkAuthenticationFactory.create(credential_factory=_OwnToken(APP, "secret"))
    adapter = CloudAdapterBase(authentication)

    async def turn(context: TurnContext) -> None:
        value, message = context.activity.value, context.activity.reply_to_id
        await context.update_activity(Activity(type="message", text=f"Echo: {value['event']}", id=message))

    async def take(request: Request) -> Response:
        activity = Activity().deserialize(json.loads(await request.body()))
        await adapter.process_activity(request.headers["authorization"], activity, turn)
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

    take = pooled(lambda: session[0]) if kind == "pooled" else shipped()
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
