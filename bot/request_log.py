"""The request log: who asked for what, how it was answered and how long it took; never what came with it."""

from time import perf_counter

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.logs import note, went_wrong

FAILED = 500


class RequestLog:
    """One line a request, with the path and without the query, where names and tokens can stand.

    A failure is logged and answered here. Higher up, the server would log its message, which may quote an answer.
    With `quiet` failures are all that is logged.
    """

    def __init__(self, app: ASGIApp, *, quiet: bool) -> None:
        self.app = app
        self.quiet = quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        status: int | None = None

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        what = {"method": scope["method"], "path": scope["path"]}
        try:
            await self.app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001  # whatever it is, its message must not reach the server's log
            went_wrong("a request failed", error, **what)
            if status is None:
                await PlainTextResponse("500", FAILED)(scope, receive, noted)
        if not self.quiet:
            note("request", **what, status=status, ms=round((perf_counter() - began) * 1000, 1))
