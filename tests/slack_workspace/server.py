"""Slack's servers, on loopback: the Web API over HTTP and Socket Mode over WebSocket, for one or more teams."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import orjson
from aiohttp import WSMsgType, web

from tests.slack_workspace.arguments import arguments_of
from tests.slack_workspace.limiter import Limiter
from tests.slack_workspace.methods import called
from tests.slack_workspace.state import Call, Refused, Workspace

Weather = Callable[[web.Request, str], Awaitable[web.StreamResponse | None]]
LONGER = 30.0
"""Seconds; nobody waits so long for an answer."""


class Server:
    def __init__(self, *teams: Workspace) -> None:
        self.teams = teams
        self.limiter = Limiter()
        self.url = ""
        self.sockets: list[web.WebSocketResponse] = []
        self.acknowledged: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.lose_answers: dict[str, int] = {}
        """How many answers of a method get lost on the way, after what they answer was done."""
        self.keep_answers: dict[str, int] = {}
        """How many answers of a method never come, after what they answer was done."""
        self.weather: Weather | None = None
        """What happens to a call instead of being answered, if anything."""
        self.says_scopes = True
        """Whether it says with every answer which scopes the token has, as Slack does."""
        self.response_urls_hit: list[bytes] = []
        self._tickets: set[str] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Server"]:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/response/{rest:.*}", self._response)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            for socket in self.sockets:
                await socket.close()
            await runner.cleanup()

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    async def linked(self) -> None:
        """Waits until an app listens over a socket."""
        while not self.sockets:  # noqa: ASYNC110  # it is opened by a request to this very server
            await asyncio.sleep(0.005)

    def team_of(self, token: str, given: dict[str, Any]) -> Workspace:
        for team in self.teams:
            if token in team.tokens or given.get("code") in team.codes:
                return team
        return self.teams[0]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        token, given = await arguments_of(request)
        here = self.team_of(token, given)
        if self.weather and (struck := await self.weather(request, name)):
            return struck
        channel = str(given.get("channel", ""))
        if seconds := self.limiter.wait(name, here.team, channel, here.now()):
            answer: dict[str, Any] = {"ok": False, "error": "ratelimited"}
            here.transcript.append(Call(name, given, answer, here.now()))
            return web.json_response(answer, status=429, headers={"Retry-After": str(seconds)})
        try:
            answer = self._socket(here, token) if name == "apps.connections.open" else called(here, name, token, given)
        except Refused as refused:
            answer = refused.body
        here.transcript.append(Call(name, given, answer, here.now()))
        if self.lose_answers.get(name, 0) > 0:
            self.lose_answers[name] -= 1
            assert request.transport is not None
            request.transport.abort()
        if self.keep_answers.get(name, 0) > 0:
            self.keep_answers[name] -= 1
            await asyncio.sleep(LONGER)
        held = here.tokens.get(token)
        scopes = {"X-OAuth-Scopes": held.scopes.replace(" ", ",")} if held and self.says_scopes else None
        return web.json_response(answer, headers=scopes)

    def _socket(self, here: Workspace, token: str) -> dict[str, Any]:
        held = here.tokens.get(token)
        if held is None:
            raise Refused("invalid_auth")
        if held.kind != "app":
            raise Refused("not_allowed_token_type")
        ticket = uuid4().hex
        self._tickets.add(ticket)
        return {"ok": True, "url": f"{self.url.replace('http', 'ws', 1)}/link?ticket={ticket}"}

    async def _link(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets), "connection_info": {}})
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                acknowledgement = orjson.loads(message.data)
                waiting = self.acknowledged.get(acknowledgement["envelope_id"])
                if waiting and not waiting.done():
                    waiting.set_result(acknowledgement)
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket

    async def _response(self, request: web.Request) -> web.StreamResponse:
        self.response_urls_hit.append(await request.read())
        return web.Response(text="ok")
