"""What Slack sends to an app, over HTTP or Socket Mode: signed, timed, sent again when it was not acknowledged."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
import orjson

from tests.slack_workspace.server import Server
from tests.slack_workspace.state import Workspace

SECRET = "a-signing-secret-for-tests"
RETRIES = (0.0, 60.0, 300.0)
"""Seconds after a failure at which an event is sent again."""


@dataclass(frozen=True)
class Ack:
    """How the app took something: `status` is 0 when it did not in time."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.status == 200


@dataclass
class Retry:
    at: float
    payload: dict[str, Any]
    number: int
    reason: str


class Outbound:
    """The way from Slack to one app."""

    def __init__(
        self, here: Workspace, server: Server, app_url: str = "", *, secret: str = SECRET, timeout: float = 3.0
    ) -> None:
        self.here = here
        self.server = server
        self.app_url = app_url
        self.secret = secret
        self.timeout = timeout
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self.retries: list[Retry] = []
        self.attempts: list[tuple[str, int]] = []
        """Every event sent, by its id and the number of the attempt."""

    async def close(self) -> None:
        await self.session.close()

    async def event(self, event: dict[str, Any], *, event_id: str = "", **wrapper: Any) -> Ack:
        return await self.send_event(self.wrapped(event, event_id, **wrapper), 0, "")

    def wrapped(self, event: dict[str, Any], event_id: str = "", **wrapper: Any) -> dict[str, Any]:
        """An event as it is sent, again and again if need be."""
        name = event_id or f"Ev{self.here.number()}"
        grant = {"team_id": self.here.team, "enterprise_id": self.here.enterprise, "user_id": self.here.bot_user}
        return {
            "type": "event_callback",
            "team_id": self.here.team,
            "api_app_id": self.here.app,
            "event_id": name,
            "event_time": int(self.here.now()),
            "is_ext_shared_channel": False,
            "authorizations": [{**grant, "is_bot": True, "is_enterprise_install": self.here.org_wide}],
            **({"enterprise_id": self.here.enterprise} if self.here.enterprise else {}),
            "event": {"event_ts": self.here.ts(), **event},
            **wrapper,
        }

    async def send_event(self, payload: dict[str, Any], number: int, reason: str) -> Ack:
        self.attempts.append((payload["event_id"], number))
        ack = await self._send("events_api", payload, orjson.dumps(payload), "application/json", number, reason)
        if not ack.ok and number < len(RETRIES) and ack.headers.get("X-Slack-No-Retry") != "1":
            why = "http_timeout" if ack.status == 0 else "http_error"
            self.retries.append(Retry(self.here.now() + RETRIES[number], payload, number + 1, why))
        return ack

    async def send_due(self) -> list[Ack]:
        """Sends again what is due by the workspace's clock."""
        due = [each for each in self.retries if each.at <= self.here.now()]
        self.retries = [each for each in self.retries if each not in due]
        return [await self.send_event(each.payload, each.number, each.reason) for each in due]

    async def interaction(self, payload: dict[str, Any]) -> Ack:
        raw = urlencode({"payload": orjson.dumps(payload).decode()}).encode()
        return await self._send("interactive", payload, raw, "application/x-www-form-urlencoded")

    async def command(self, form: dict[str, str]) -> Ack:
        raw = urlencode(form).encode()
        return await self._send("slash_commands", dict(form), raw, "application/x-www-form-urlencoded")

    async def _send(
        self, kind: str, payload: dict[str, Any], raw: bytes, content_type: str, number: int = 0, reason: str = ""
    ) -> Ack:
        if self.server.sockets and not self.app_url:
            return await self._over_socket(kind, payload, number, reason)
        headers = {"Content-Type": content_type, **signed(raw, self.here.now(), self.secret)}
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        return await self.post(raw, headers)

    async def post(self, raw: bytes, headers: dict[str, str], path: str = "/slack/events") -> Ack:
        wait = aiohttp.ClientTimeout(total=self.timeout)
        try:
            async with self.session.post(self.app_url + path, data=raw, headers=headers, timeout=wait) as answer:
                text = await answer.text()
                body = orjson.loads(text) if answer.content_type == "application/json" and text else text
                return Ack(answer.status, body, dict(answer.headers))
        except (TimeoutError, aiohttp.ClientError):
            return Ack(0)

    async def _over_socket(self, kind: str, payload: dict[str, Any], number: int, reason: str) -> Ack:
        envelope = uuid4().hex
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.server.acknowledged[envelope] = waiting
        message: dict[str, Any] = {"envelope_id": envelope, "type": kind, "payload": payload}
        message["accepts_response_payload"] = kind != "events_api"
        if number:
            message |= {"retry_attempt": number, "retry_reason": reason}
        await self.server.sockets[-1].send_json(message)
        try:
            acknowledgement = await asyncio.wait_for(waiting, self.timeout)
        except TimeoutError:
            return Ack(0)
        return Ack(200, acknowledgement.get("payload") or "")


def signed(raw: bytes, now: float, secret: str = SECRET) -> dict[str, str]:
    """The headers by which Slack shows that it was Slack."""
    at = str(int(now))
    digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}
