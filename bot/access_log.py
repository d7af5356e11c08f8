"""The access log: who asked for what, how it was answered and how long it took; never what came with it."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.logs import note


class AccessLog:
    """One line a request, with the path and without the query, where names and tokens can stand."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            taken = round((perf_counter() - began) * 1000, 1)
            note("request", method=scope["method"], path=scope["path"], status=status, ms=taken)
