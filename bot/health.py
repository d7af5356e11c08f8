"""Health: whether this process lives, and whether it can do its work, for whatever watches over it."""

from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from storage.database import Database
from storage.schema import SchemaBehind, require_newest


def routes(database: Database, ticking: Callable[[], bool]) -> list[Route]:
    """`/healthz` answers as long as the process can; `/readyz` says 503 and what is missing."""

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> JSONResponse:
        parts = {"database": await run_in_threadpool(state_of, database), "ticks": "ok" if ticking() else "stopped"}
        ready = all(state == "ok" for state in parts.values())
        return JSONResponse({"status": "ok" if ready else "not ready", **parts}, 200 if ready else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def state_of(database: Database) -> str:
    """`ok`, `unreachable`, or `schema` when the database has another one than this program needs."""
    try:
        require_newest(database)
    except SchemaBehind:
        return "schema"
    except SQLAlchemyError:
        return "unreachable"
    return "ok"
