"""A Teams to talk with: a connector service over real HTTPS on loopback, and people who write, press and are told.

The bot under test is whole: its host, gate, connector and delivery, with tokens of the library's own kind. The
service is as strict as Teams is about tokens, addresses, cards and what it does not know.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
from aiohttp import web
from starlette.applications import Starlette

from bot.clock import SetClock
from bot.delivery.service import Delivering
from bot.dispatcher import Dispatcher
from bot.teams.connector import Credentials
from bot.teams.surface import Connection, TeamsSurface
from tests.delivering import by_hand
from tests.surfaces.teams.client import CardForm
from tests.surfaces.teams.network import Certificate, Everywhere
from tests.surfaces.teams.service import APP, SERVICE, TENANT, Metadata, activity, claims, token
from tests.team import ANN, BEN, LI_NA

PASSWORD = "a-secret-nobody-may-see"
CHANNEL = "19:praise@thread.tacv2"
ISSUED = "token-number-"


@dataclass(frozen=True)
class User:
    """Somebody in Teams."""

    id: str
    object_id: str
    email: str
    role: str = "user"

    @property
    def chat(self) -> str:
        return f"a:{self.id}"


def user(handle: str, number: int, **more: Any) -> User:
    return User(f"29:{handle}", f"00000000-0000-0000-0000-{number:012d}", f"{handle}@lumen.example", **more)


LI, BEN_OKAFOR, ANN_MILLER = user("li.na", LI_NA), user("ben.okafor", BEN), user("ann.miller", ANN)
NOBODY = user("no.body", 99)
GUEST = user("dora.weiss", 66, role="guest")
EVERYBODY = (LI, BEN_OKAFOR, ANN_MILLER, NOBODY, GUEST)


@dataclass
class Service:
    """The connector service, the login service and the metadata, on one port of this machine."""

    metadata: Metadata = field(default_factory=Metadata)
    messages: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """By chat and by id, as they stand now."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    refuse: list[tuple[int, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    """What the next requests are answered with instead."""
    homes: dict[str, str | None] = field(default_factory=dict)
    """The tenant of whoever is not from ours, by their id; None where Teams does not say."""
    asked_at_once: int = 0
    """The most members that were asked about at the same time."""
    asked_now: int = 0
    hang_up: int = 0
    """How many requests are taken, and never answered."""
    targeted: int = 0
    """How many messages were for one reader among several."""
    tokens: int = 0
    expires_in: int = 3600
    _numbers: Any = field(default_factory=lambda: count(1))

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self.login)
        app.router.add_get("/v1/.well-known/{name}", self.keys)
        app.router.add_post("/{region}/v3/conversations/{chat}/activities", self.send)
        app.router.add_put("/{region}/v3/conversations/{chat}/activities/{id}", self.update)
        app.router.add_get("/{region}/v3/conversations/{chat}/members/{user}", self.member)
        return app

    async def login(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.calls.append(("LOGIN", request.match_info["tenant"]))
        if form["client_secret"] != PASSWORD or form["client_id"] != APP:
            return web.json_response({"error": "invalid_client"}, status=401)
        self.tokens += 1
        return web.json_response({"access_token": f"{ISSUED}{self.tokens}", "expires_in": self.expires_in})

    async def keys(self, request: web.Request) -> web.Response:
        return web.json_response(await self.metadata(f"https://{request.host}{request.path}"))

    async def send(self, request: web.Request) -> web.Response:
        refused = await self._refused(request)
        if refused:
            return refused
        body = await request.json()
        self._require_sound(body)
        self.targeted += request.query.get("isTargetedActivity") == "true"
        number = str(next(self._numbers))
        self.messages.setdefault(request.match_info["chat"], {})[number] = body
        if self.hang_up:
            self.hang_up -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"id": number}, status=201)

    async def update(self, request: web.Request) -> web.Response:
        refused = await self._refused(request)
        if refused:
            return refused
        chat = self.messages.get(request.match_info["chat"], {})
        if request.match_info["id"] not in chat:
            return web.json_response({"error": {"code": "ActivityNotFoundInConversation"}}, status=404)
        body = await request.json()
        self._require_sound(body)
        chat[request.match_info["id"]] = body
        return web.json_response({"id": request.match_info["id"]})

    async def member(self, request: web.Request) -> web.Response:
        refused = await self._refused(request)
        if refused:
            return refused
        self.asked_now += 1
        self.asked_at_once = max(self.asked_at_once, self.asked_now)
        await asyncio.sleep(0.01)
        self.asked_now -= 1
        for each in EVERYBODY:
            if each.id == request.match_info["user"]:
                known = {"id": each.id, "aadObjectId": each.object_id, "userRole": each.role}
                if home := self.homes.get(each.id, TENANT):
                    known["tenantId"] = home
                return web.json_response({**known, "email": each.email.title(), "userPrincipalName": each.email})
        return web.json_response({"error": {"code": "MemberNotFoundInConversation"}}, status=404)

    async def _refused(self, request: web.Request) -> web.Response | None:
        self.calls.append((request.method, request.path))
        if not request.headers.get("Authorization", "").startswith(f"Bearer {ISSUED}"):
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        if self.refuse:
            status, body, headers = self.refuse.pop(0)
            return web.json_response(body, status=status, headers=headers)
        return None

    def _require_sound(self, body: Mapping[str, Any]) -> None:
        for attachment in body.get("attachments", ()):
            CardForm(attachment["content"])

    def said_to(self, who: User) -> list[dict[str, Any]]:
        return list(self.messages.get(who.chat, {}).values())


@dataclass
class World:
    """Teams, the bot, and everybody in it."""

    surface: TeamsSurface
    delivering: Delivering
    service: Service
    http: httpx2.AsyncClient
    clock: SetClock
    header: str
    _ids: Any = field(default_factory=lambda: count(1))

    async def settled(self) -> None:
        """Everything that was promised is sent and everything out of date is edited."""
        await self.delivering.settle()

    async def post(self, body: Any, header: str | None = None, **headers: str) -> httpx2.Response:
        headers = {"authorization": header or self.header, **headers}
        return await self.http.post("/api/messages", json=body, headers=headers)

    async def event(self, who: User, **more: Any) -> httpx2.Response:
        """An activity of somebody, in their own chat with the bot unless it says otherwise."""
        sender = {"id": who.id, "name": who.email, "aadObjectId": who.object_id}
        chat = {"id": who.chat, "conversationType": "personal", "tenantId": TENANT}
        body = activity(**{"id": f"e{next(self._ids)}", "from": sender, "conversation": chat, "text": None, **more})
        return await self.post({name: value for name, value in body.items() if value is not None})

    async def says(self, who: User, text: str, **more: Any) -> Any:
        """Somebody types; gives what stands in their chat last."""
        assert (await self.event(who, type="message", text=text, **more)).status_code == 200
        said = self.service.said_to(who)
        return said[-1] if said else None

    async def installs(self, who: User) -> None:
        assert (await self.event(who, type="installationUpdate", action="add")).status_code == 200

    async def presses(self, who: User, form: CardForm, title: str = "", **more: Any) -> CardForm:
        """Presses a button of a card; gives the card that takes its place."""
        data = form.press(title)
        value = {"action": {"type": "Action.Execute", "verb": data["verb"], "data": data}, "trigger": "manual"}
        answer = await self.event(who, type="invoke", name="adaptiveCard/action", value=value, **more)
        assert answer.status_code == 200
        body = answer.json()
        assert body["statusCode"] == 200, body
        assert body["type"] == "application/vnd.microsoft.card.adaptive"
        return CardForm(body["value"])

    async def answers_in_place(self, who: User, number: str, form: CardForm, *, execute: bool) -> None:
        """Sends the card of a message, by a client that puts the answer in its place or by one that cannot."""
        if not execute:
            value = form.press(execute=False)
            assert (await self.event(who, type="message", value=value, replyToId=number)).status_code == 200
            return
        answer = await self.presses(who, form, replyToId=number)
        self.service.messages[who.chat][number]["attachments"][0]["content"] = answer.card

    async def invokes(self, who: User, name: str, value: Any, **more: Any) -> Any:
        answer = await self.event(who, type="invoke", name=name, value=value, **more)
        assert answer.status_code == 200
        return answer.json()

    def card(self, who: User, number: int = -1) -> CardForm:
        """A card in somebody's chat, as it stands now."""
        return CardForm(self.service.said_to(who)[number]["attachments"][0]["content"])


@asynccontextmanager
async def microsoft(folder: Path) -> AsyncIterator[tuple[Service, aiohttp.ClientSession]]:
    """Microsoft's side over real HTTPS on this machine, and connections that find it under all of its names."""
    service = Service()
    certificate = Certificate.made(folder)
    chain, trusted = certificate.chain(), certificate.trust()
    runner = web.AppRunner(service.app(), shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=chain)
    await site.start()
    port: int = runner.addresses[0][1]
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Everywhere(port), ssl=trusted))
    try:
        async with session:
            yield service, session
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)  # what was closed says so at the next turn of the loop


@asynccontextmanager
async def teams(dispatcher: Dispatcher, clock: SetClock, folder: Path, **more: Any) -> AsyncIterator[World]:
    """A bot connected to Teams, everything over real HTTPS on this machine."""
    connection = Connection(
        **{
            "credentials": Credentials(APP, PASSWORD, TENANT),
            "tenants": frozenset({TENANT}),
            "channel": CHANNEL,
            **more,
        }
    )
    async with microsoft(folder) as (service, session):
        surface = TeamsSurface(dispatcher, connection, session=session)
        app = Starlette(routes=surface.routes())
        header = "Bearer " + token(claims(SetClock(datetime.now(UTC))))
        async with (
            surface.open(),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://bot.lumen.example") as http,
        ):
            delivering = by_hand(dispatcher, surface.courier)
            yield World(surface, delivering, service, http, clock, header)
            delivering.lease.let_go()


__all__ = ["SERVICE", "World", "microsoft", "teams"]
