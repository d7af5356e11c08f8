"""Watching: where a process tells Prometheus of itself, and an address of its own for that and for health.

Metrics are never open to the world: on the bot's own address they need a token, and else they have another address.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from hmac import compare_digest

import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot import health, metrics
from bot.clock import Clock
from bot.health import Condition
from bot.settings import Settings
from storage.database import Database
from storage.standing import Standing, standing


def metrics_routes(database: Database, clock: Clock, token: str | None) -> list[BaseRoute]:
    """`/metrics`, for whoever has the token, where there is one."""
    metrics.begin()

    def look() -> Standing | None:
        try:
            with database.read() as db:
                return standing(db, clock.now())
        except SQLAlchemyError:
            return None

    async def answer(request: Request) -> Response:
        if token and not compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
            return PlainTextResponse("401", 401, {"WWW-Authenticate": "Bearer"})
        body, kind = metrics.exposition(await run_in_threadpool(look), is_writable=database.is_writable)
        return Response(body, headers={"content-type": kind, "cache-control": "no-store"})

    return [Route("/metrics", answer)]


def beside(settings: Settings, database: Database, clock: Clock) -> list[BaseRoute]:
    """`/metrics` on the bot's own address: there only with a token, and only where it has no address of its own."""
    if settings.metrics_token is None or settings.metrics_port is not None:
        return []
    return metrics_routes(database, clock, settings.metrics_token.get_secret_value())


@asynccontextmanager
async def watched(
    listener: socket.socket, settings: Settings, database: Database, clock: Clock, condition: Condition
) -> AsyncIterator[None]:
    """Answers health and metrics on an address of its own while the block runs."""
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    routes = [*health.routes(database, condition), *metrics_routes(database, clock, token)]
    config = uvicorn.Config(
        Starlette(routes=routes),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = _Second(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        listener.close()


class _Second(uvicorn.Server):
    """A server beside another, or beside a worker: the signals of the process are not its to hear."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
