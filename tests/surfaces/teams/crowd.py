"""A crowd: a Teams with as many people as wanted, who write to a bot in a process of its own.

Its service takes what the bot sends as `tests.surfaces.teams.world` has it, but looks at no card closely: that takes
longer than the bot does, on the same two cores.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from time import perf_counter
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from sqlalchemy import insert

from bot.clock import SetClock
from flows.questions import Values
from storage.columns import table
from storage.database import Database
from storage.participation import Part, say_who
from storage.people import Person, Status
from tests.surfaces.teams.client import CardForm
from tests.surfaces.teams.network import Certificate
from tests.surfaces.teams.service import SERVICE, TENANT, activity, claims, token
from tests.surfaces.teams.world import Service, User
from tests.team import LONG_AGO, PEOPLE

DOMAIN = "big.example"


def somebody(number: int) -> User:
    return User(f"29:person{number}", f"00000000-0000-0000-0000-{number:012d}", f"person{number}@{DOMAIN}")


def hire(database: Database, count: int) -> None:
    """So many people into an empty company; all on leave, so that nobody is asked for anything by itself."""
    like = {**PEOPLE[0], "status": Status.leave}
    people = [
        {**like, "id": number, "email": somebody(number).email, "employee_no": f"L{number}"}
        for number in range(1, count + 1)
    ]
    with database.write() as db:
        db.execute(insert(table(Person)), people)
        say_who(db, Part.everybody, LONG_AGO)


@dataclass
class Crowd(Service):
    """The connector service of a tenant in which everybody is `somebody`."""

    ports: tuple[int, int] = (0, 0)
    """The one for https, and one without it."""

    async def member(self, request: web.Request) -> web.Response:
        who = somebody(int(request.match_info["user"].removeprefix("29:person")))
        known = {"id": who.id, "aadObjectId": who.object_id, "tenantId": TENANT, "userRole": "user"}
        return web.json_response({**known, "email": who.email})

    def _require_sound(self, body: Mapping[str, Any]) -> None:
        """Cards are looked at elsewhere."""

    def asks(self, who: User) -> bool:
        """Whether the last message in somebody's chat can still be filled in."""
        return b'"Input.' in orjson.dumps(list(self.messages[who.chat].values())[-1])

    def form(self, who: User) -> tuple[str, CardForm]:
        """The last message in somebody's chat by its id, and the card in it."""
        number, message = list(self.messages[who.chat].items())[-1]
        return number, CardForm(message["attachments"][0]["content"])


@asynccontextmanager
async def crowd(certificate: Certificate) -> AsyncIterator[Crowd]:
    """The service, on two ports of this machine."""
    service = Crowd()
    runner = web.AppRunner(service.app(), shutdown_timeout=0.05, access_log=None)
    await runner.setup()
    try:
        for context in (certificate.chain(), None):
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        service.ports = (runner.addresses[0][1], runner.addresses[1][1])
        yield service
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)


@dataclass
class Caller:
    """What posts to the bot as Teams does, with one token for everything unless it is given another."""

    session: aiohttp.ClientSession
    address: str
    service_url: str = SERVICE
    header: str = ""
    _ids: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.header = self.header or self.token()

    def token(self) -> str:
        """A token that was not used before."""
        now = SetClock(datetime.now(UTC))
        return "Bearer " + token(claims(now, serviceurl=self.service_url, jti=str(next(self._ids))))

    def activity(self, who: User, **more: Any) -> dict[str, Any]:
        """An activity of somebody in their own chat with the bot."""
        plain = {
            "id": f"e{next(self._ids)}",
            "from": {"id": who.id, "name": who.email, "aadObjectId": who.object_id},
            "conversation": {"id": who.chat, "conversationType": "personal", "tenantId": TENANT},
            "serviceUrl": self.service_url,
            "text": None,
            **more,
        }
        return {name: value for name, value in activity(**plain).items() if value is not None}

    def executed(self, who: User, form: CardForm, values: Values) -> dict[str, Any]:
        """A card that somebody has filled in and sent, by a client that replaces it with the answer."""
        form.fill(values)
        data = form.press()
        value = {"action": {"type": "Action.Execute", "verb": data["verb"], "data": data}, "trigger": "manual"}
        return self.activity(who, type="invoke", name="adaptiveCard/action", value=value)

    def submitted(self, who: User, message: str, form: CardForm, values: Values) -> dict[str, Any]:
        """The same, by a client that waits for the bot to replace the card."""
        form.fill(values)
        return self.activity(who, type="message", value=form.press(execute=False), replyToId=message)

    async def post(self, body: Mapping[str, Any], header: str = "") -> tuple[int, Any, float]:
        """The status, what was answered, and the seconds it took."""
        began = perf_counter()
        headers = {"authorization": header or self.header}
        async with self.session.post(f"{self.address}/api/messages", json=body, headers=headers) as response:
            content = await response.read()
            answer = orjson.loads(content) if response.status == 200 and content else None
        return response.status, answer, perf_counter() - began
