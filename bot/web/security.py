"""Security: the headers every page carries, which hosts are answered, and when there is no playground at all."""

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.loopback import asks_for_this_machine

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class PlaygroundRefused(Exception):
    """In the playground anybody is anybody, so there is none where that could do harm.

    `reason` is a key of `[cli.serve.refused]` in the texts, which say what to do instead.
    """

    def __init__(self, reason: str, **values: str) -> None:
        super().__init__(f"{reason}: {values}")
        self.reason = reason
        self.values = values


def require_playground_allowed(host: str, platforms: Sequence[str] = ()) -> None:
    """Raises `PlaygroundRefused` unless only this machine can reach it and no chat platform is connected."""
    if platforms:
        raise PlaygroundRefused("platform", platforms=", ".join(platforms))
    if host.strip("[]") not in LOOPBACK:
        raise PlaygroundRefused("host", host=host)


class Guarded:
    """Adds the headers, and answers only who asks for this machine by a loopback name."""

    def __init__(self, app: ASGIApp, elsewhere: str) -> None:
        """`elsewhere` is what is answered to a request that asks for another host."""
        self.app = app
        self.elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        if not asks_for_this_machine(Headers(scope=scope).get("host", "")):
            refused = PlainTextResponse(self.elsewhere, 421)
            await refused(scope, receive, send_guarded)
            return
        await self.app(scope, receive, send_guarded)
