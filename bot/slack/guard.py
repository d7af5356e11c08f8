"""The guard: what stands between the network and everything that reads what Slack sends.

Method, content type, size, time and signature are checked over the raw bytes, in this order and before anything
is parsed. What is parsed then is from Slack; even so, an address in it that is to be answered to must be Slack's.
"""

import hmac
from binascii import a2b_qp
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.clock import Clock
from bot.logs import note
from bot.slack.payloads import Misshapen, require_shape

MOST_BYTES = 1024 * 1024
WINDOW = 300
"""Seconds by which a request may be older or newer than our clock."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PAYLOAD = b"payload="
ANSWERED_TO = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
Body = dict[str, Any]
Take = Callable[[Body, Mapping[str, str]], Awaitable[Response]]


class Turned(Exception):
    """The request is turned away, with this status and for this reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Guard:
    """The ASGI application that Slack posts to; `take` gets what was parsed."""

    secret: str
    clock: Clock
    take: Take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        try:
            kind = _allowed(scope, headers)
            raw = await _read(receive, headers)
            self._require_signature(raw, headers)
            body = parsed(raw, kind)
            require_answerable(body)
            require_shape(body)
        except Misshapen as wrong:  # sent again it would be the same
            note("something from Slack is not of the form that is known", part=str(wrong))
            await Response(status_code=200)(scope, receive, send)
            return
        except Turned as turned:
            note("a request to Slack's address was turned away", reason=turned.reason)
            close = {"connection": "close"} if turned.status == 413 else None
            await Response(status_code=turned.status, headers=close)(scope, receive, send)
            return
        if body.get("type") == "url_verification":
            response = Response(str(body.get("challenge", ""))[:1000], media_type="text/plain")
        else:
            response = await self.take(body, dict(headers))
        await response(scope, receive, send)

    def _require_signature(self, raw: bytes, headers: Headers) -> None:
        at, given = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not (at.isascii() and at.isdecimal() and len(at) < 16):
            raise Turned(401, "no time")
        if abs(self.clock.now().timestamp() - int(at)) > WINDOW:
            raise Turned(401, "too old or too new")
        if not hmac.compare_digest(signature(self.secret, at, raw).encode(), given.encode("utf-8", "replace")):
            raise Turned(401, "not signed by Slack")


def signature(secret: str, at: str, raw: bytes) -> str:
    """Slack's signature (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    return "v0=" + hmac.digest(secret.encode(), b"v0:" + at.encode() + b":" + raw, "sha256").hex()


def parsed(raw: bytes, kind: str) -> Body:
    """What a signed request carries; raises `Turned`."""
    try:
        if kind == JSON:
            body = orjson.loads(raw)
        elif raw.startswith(PAYLOAD) and b"&" not in raw:
            body = orjson.loads(decoded(raw.removeprefix(PAYLOAD)))
        else:
            form = dict(parse_qsl(raw.decode("utf-8"), keep_blank_values=True, max_num_fields=100))
            body = orjson.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        raise Turned(400, "unreadable") from None
    if not isinstance(body, dict):
        raise Turned(400, "unreadable")
    return body


def decoded(value: bytes) -> str:
    """A value of a form as text, as `parse_qsl` has it for whatever was encoded as a form has to be.

    Every third character of JSON is escaped here, and Python's own decoder takes as long as Bolt for them. Quoted
    printable is the same code with another sign, and its decoder is not written in Python.
    """
    if b"=" in value:  # in a form it is escaped, and in quoted printable it is the sign
        return unquote_to_bytes(value.replace(b"+", b" ")).decode("utf-8", "replace")
    return a2b_qp(value.replace(b"+", b" ").replace(b"%", b"=")).decode("utf-8", "replace")


def require_answerable(body: Body) -> None:
    """Raises `Turned` if an answer would go anywhere but to Slack."""
    several = body.get("response_urls")
    listed = (
        [each.get("response_url") for each in several if isinstance(each, dict)] if isinstance(several, list) else []
    )
    for url in (body.get("response_url"), *listed):
        if url and not _is_slacks(url):
            raise Turned(400, "an address that is not Slack's")


def _is_slacks(url: object) -> bool:
    try:
        parts = urlsplit(str(url))
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and parts.hostname in ANSWERED_TO and port in (None, 443)


def _allowed(scope: Scope, headers: Headers) -> str:
    """The content type of a request that may be read."""
    if scope["type"] != "http" or scope["method"] != "POST":
        raise Turned(405, "not a POST")
    kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind not in (JSON, FORM):
        raise Turned(415, "neither JSON nor a form")
    return kind


async def _read(receive: Receive, headers: Headers) -> bytes:
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:16]) > MOST_BYTES:
        raise Turned(413, "too large")
    raw = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Turned(400, "cut off")
        raw += message.get("body", b"")
        more = message.get("more_body", False)
        if len(raw) > MOST_BYTES:
            raise Turned(413, "too large")
    return bytes(raw)
