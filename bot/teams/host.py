"""The host: the one route Teams posts to, from bytes that anybody may have sent to an answer that is kept.

In this order: size and kind of the request, a token, something that can be read, the right to send it, and only
then what it says. Whatever goes wrong after that is answered in words, because Teams shows nothing of an error.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.logs import note
from bot.teams.activities import read_event
from bot.teams.events import Event
from bot.teams.gate import NotAdmitted, service_address
from bot.teams.reception import Reception
from storage.refusals import Unreadable

PATH = "/api/messages"
MOST = 256 * 1024
"""Bytes of one activity: a card with several of the longest answers, and still nothing to fill a memory with."""


class TooMuch(Exception):
    """The request is larger than anything Teams sends."""


class Door(Protocol):
    def require_token(self, header: str | None) -> None:
        """Raises `NotAdmitted` for what cannot be a token."""

    def require_host(self, host: str) -> None:
        """Raises `NotAdmitted` for a request that asks for another host than this."""

    async def admit(self, header: str | None, event: Event, client: str | None = None) -> None:
        """Raises `NotAdmitted` unless the event may come in."""


@dataclass(frozen=True)
class Host:
    door: Door
    reception: Reception

    def route(self) -> Route:
        return Route(PATH, self.take, methods=["POST"])

    async def take(self, request: Request) -> Response:
        """Takes one activity."""
        header = request.headers.get("authorization")
        try:
            self.door.require_token(header)
            self.door.require_host(request.headers.get("host", ""))
            if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != "application/json":
                return Response(status_code=415)
            event = read_event(orjson.loads(await _read(request)))
            await self.door.admit(header, event, request.client.host if request.client else None)
            event = replace(event, service_url=service_address(event.service_url))
        except NotAdmitted as wrong:
            note("an activity was not taken", reason=str(wrong))
            return Response(status_code=401)
        except TooMuch:
            return Response(status_code=413, headers={"connection": "close"})
        except (orjson.JSONDecodeError, Unreadable, ClientDisconnect):
            return Response(status_code=400)
        return _response(await self.reception.take(event))


async def _read(request: Request) -> bytes:
    said = request.headers.get("content-length", "0")
    if said.isascii() and said.isdecimal() and int(said[:12]) > MOST:
        raise TooMuch
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            raise TooMuch
    return bytes(body)


def _response(answer: Any) -> Response:
    """What goes back: nothing for a message, the answer itself for an invoke."""
    if answer is None:
        return Response(status_code=200)
    return Response(orjson.dumps(answer), media_type="application/json")
