"""Health: whether this process lives, and whether it can do its work, for whatever watches over it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from storage.database import Database
from storage.schema import SchemaBehind, is_migrating, require_newest

UNWRITABLE = "not writable"


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
        ready = all(state in ("ok", UNWRITABLE) for state in parts.values()) and not condition.draining
        status = "draining" if condition.draining else "not ready" if not ready else _condition(parts)
        return JSONResponse({"status": status, **parts}, 200 if ready else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def _condition(parts: Mapping[str, str]) -> str:
    return "impaired" if UNWRITABLE in parts.values() else "ok"


def state_of(database: Database) -> str:
    """`ok`, `unreachable`, `migrating`, or `schema` when the database has another one than this program needs.

    One that is read and takes nothing, as when its disk is full, is `not writable`; whoever comes is told so in words,
    which they would not be if nobody were let in.
    """
    try:
        require_newest(database)
        return "migrating" if is_migrating(database) else "ok" if database.is_writable else UNWRITABLE
    except SchemaBehind:
        return "schema"
    except SQLAlchemyError:
        return "unreachable"
