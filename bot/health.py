"""Health: whether this process lives, and whether it can do its work, for whatever watches over it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from storage.database import Database
from storage.schema import SchemaBehind, is_migrating, require_newest


@dataclass
class Condition:
    """What a process knows of itself, whatever the database says."""

    ticking: Callable[[], bool]
    draining: bool = False
    """It was told to end, and takes its leave."""

    @property
    def ticks(self) -> str:
        return "ok" if self.ticking() else "stopped"


def routes(database: Database, condition: Condition) -> list[Route]:
    """`/healthz` answers as long as the process can; `/readyz` says 503 and what is missing."""

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> JSONResponse:
        parts = {"database": await run_in_threadpool(state_of, database), "ticks": condition.ticks}
        ready = all(state == "ok" for state in parts.values()) and not condition.draining
        status = "draining" if condition.draining else "ok" if ready else "not ready"
        return JSONResponse({"status": status, **parts}, 200 if ready else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def state_of(database: Database) -> str:
    """`ok`, `unreachable`, `migrating`, or `schema` when the database has another one than this program needs."""
    try:
        require_newest(database)
        return "migrating" if is_migrating(database) else "ok"
    except SchemaBehind:
        return "schema"
    except SQLAlchemyError:
        return "unreachable"
