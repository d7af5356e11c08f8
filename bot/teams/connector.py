"""The connector: sends, changes and looks up things in Teams, over one pool of connections with one cached token.

The token goes with every request, so the address is held against the list each time and a redirect is an error.
Nothing is retried here: whoever sends learns what happened, and the outbox decides when to try again.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
import orjson

from bot.clock import Clock
from bot.teams.gate import NotAdmitted

TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=4)
LARGEST = 1_000_000
"""Bytes of an answer; those we read are far smaller."""
EARLY = timedelta(minutes=5)
SCOPE = "https://api.botframework.com/.default"
LOGIN = "https://login.microsoftonline.com"
LONGEST_PAUSE = 3600.0
GONE = frozenset({403, 404})
"""Blocked, removed, or never there: nothing will arrive until the bot is added again."""
LATER = frozenset({412, 429, 502, 503, 504})
"""https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit"""
Session = Callable[[], aiohttp.ClientSession]


class NotSent(Exception):
    """Teams did not take it. Carries the status, Teams' own code, and when it may be tried again."""

    def __init__(self, status: int, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        self.code = code
        self.retry_after = retry_after

    @property
    def is_gone(self) -> bool:
        return self.status in GONE

    @property
    def may_be_tried_again(self) -> bool:
        return self.status in LATER or self.status == 0


class Uncertain(Exception):
    """The connection broke when it may have been sent already; nobody can say whether it was."""


class Services(Protocol):
    def require_service(self, url: str) -> None:
        """Raises `NotAdmitted` for an address nothing may be sent to."""


class Tokens(Protocol):
    async def header(self) -> Mapping[str, str]:
        """What a request carries to be let in."""


class NoToken:
    """For a client on this machine, which asks for none."""

    async def header(self) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True)
class Credentials:
    app_id: str
    password: str = field(repr=False)
    tenant: str
    """The home tenant of the bot's registration."""
    login: str = LOGIN


class CachedToken:
    """The token we send with, fetched once and a few minutes before it is over; everybody waits for the same one."""

    def __init__(self, credentials: Credentials, session: Session, clock: Clock) -> None:
        self.credentials = credentials
        self.session = session
        self.clock = clock
        self._token = ""
        self._until: datetime | None = None
        self._fetching = asyncio.Lock()

    async def header(self) -> Mapping[str, str]:
        async with self._fetching:
            if self._until is None or self.clock.now() >= self._until:
                self._token, lives = await self._fetched()
                self._until = self.clock.now() + max(timedelta(seconds=lives) - EARLY, timedelta(seconds=30))
        return {"Authorization": f"Bearer {self._token}"}

    async def _fetched(self) -> tuple[str, float]:
        known = self.credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": known.app_id,
            "client_secret": known.password,
            "scope": SCOPE,
        }
        address = f"{known.login}/{quote(known.tenant, safe='')}/oauth2/v2.0/token"
        status, answer, _ = await _asked(self.session(), "POST", address, data=form)
        match answer:
            case {"access_token": str(token), "expires_in": int() | float() as lives} if status == 200:
                return token, float(lives)
            case {"error": str(code)}:
                raise NotSent(status if status != 403 else 401, f"no token: {code}")
            case _:
                raise NotSent(status if status != 403 else 401, "no token")


class Connector:
    def __init__(self, services: Services, tokens: Tokens, session: Session) -> None:
        self.services = services
        self.tokens = tokens
        self.session = session

    async def send(self, service_url: str, chat: str, activity: Mapping[str, Any]) -> str:
        """Sends a message and gives Teams' name for it. Raises `NotSent` or `Uncertain`."""
        answer = await self._request("POST", service_url, f"v3/conversations/{_quoted(chat)}/activities", activity)
        return str(answer.get("id") or "")

    async def send_to_one(self, service_url: str, chat: str, user: str, activity: Mapping[str, Any]) -> None:
        """Sends what only one of those in a conversation can read. Raises `NotSent` or `Uncertain`."""
        path = f"v3/conversations/{_quoted(chat)}/activities?isTargetedActivity=true"
        await self._request("POST", service_url, path, {**activity, "recipient": {"id": user, "isTargeted": True}})

    async def update(self, service_url: str, chat: str, message: str, activity: Mapping[str, Any]) -> None:
        """Puts something else in a message's place. Raises `NotSent` or `Uncertain`."""
        path = f"v3/conversations/{_quoted(chat)}/activities/{_quoted(message)}"
        await self._request("PUT", service_url, path, {**activity, "id": message})

    async def member(self, service_url: str, chat: str, user: str) -> Mapping[str, Any]:
        """Somebody in a conversation, with their e-mail address. Raises `NotSent` or `Uncertain`."""
        return await self._request("GET", service_url, f"v3/conversations/{_quoted(chat)}/members/{_quoted(user)}")

    async def document(self, address: str) -> Any:
        """A public document, such as the keys tokens are signed with; no token goes there."""
        status, answer, _ = await _asked(self.session(), "GET", address)
        if status != 200:
            raise NotSent(status)
        return answer

    async def _request(
        self, method: str, service_url: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        try:
            self.services.require_service(service_url)
        except NotAdmitted as wrong:
            raise NotSent(403, str(wrong)) from None
        headers = {**await self.tokens.header(), "Content-Type": "application/json"}
        address = f"{service_url.rstrip('/')}/{path}"
        data = None if body is None else orjson.dumps(body)
        status, answer, retry_after = await _asked(self.session(), method, address, data=data, headers=headers)
        if 200 <= status < 300:
            return answer if isinstance(answer, Mapping) else {}
        raise NotSent(status, _code(answer), retry_after)


async def _asked(
    session: aiohttp.ClientSession, method: str, address: str, **more: Any
) -> tuple[int, Any, float | None]:
    """The status, the JSON and the pause that were answered. Raises `NotSent` with status 0, or `Uncertain`."""
    try:
        async with session.request(method, address, allow_redirects=False, timeout=TIMEOUT, **more) as response:
            content = await response.content.read(LARGEST)
            return response.status, _json(content), _seconds(response.headers.get("Retry-After"))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise NotSent(0, type(error).__name__) from None
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Uncertain(type(error).__name__) from None


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _code(answer: Any) -> str:
    match answer:
        case {"error": {"code": str(code)}}:
            return code[:80]
        case _:
            return ""


def _seconds(text: str | None) -> float | None:
    """A pause as it is asked for; a date instead of seconds is no pause we understand."""
    if text is None or not text.isascii() or not text.isdecimal():
        return None
    return min(float(text), LONGEST_PAUSE)


def _quoted(part: str) -> str:
    return quote(part, safe="")
