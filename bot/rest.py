"""The REST routes: what a company's HR system calls, with a bearer token, instead of a person at a terminal."""

import asyncio
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException as BadRequest
from starlette.formparsers import MultiPartException

from bot.clock import Clock, WallClock
from bot.rest_models import Held, PeopleImported, PeopleRefused, Refusal, held, imported, refused
from bot.roster_words import RosterWords
from storage.database import Database
from storage.roster.importing import Report, import_people, preview, read_file, read_records
from storage.roster.objects import objects
from storage.roster.options import NO_DEFAULTS, Defaults, Options
from storage.roster.problems import Unusable

LARGEST = 64 * 1024 * 1024
CSV_TYPES = frozenset({"", "text/csv", "text/plain", "application/csv", "application/octet-stream"})

Language = Literal["en", "zh"]
TEXTS = RosterWords("en")
"""OpenAPI is made once, and in one language."""

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "application/json": {
                "schema": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": {"type": ["string", "integer", "boolean", "null"]},
                        "examples": [{"Work Email": "ann@example.com", "Name": "Ann Lee", "Manager": None}],
                    },
                }
            },
        },
    }
}


def people_router(
    database: Database, token: str, clock: Clock | None = None, defaults: Defaults = NO_DEFAULTS
) -> APIRouter:
    """`PUT /api/v1/people`; without a token there is no such route."""
    router = APIRouter(prefix="/api/v1", tags=["people"])
    if not token:
        return router
    when = clock or WallClock()
    one_at_a_time = asyncio.Lock()

    @router.put(
        "/people",
        summary=TEXTS("api.summary"),
        description=TEXTS("api.description"),
        dependencies=[Depends(bearer(token))],
        responses={
            200: {"model": PeopleImported},
            401: {"model": Refusal},
            409: {"model": Held},
            413: {"model": Refusal},
            415: {"model": Refusal},
            422: {"model": PeopleRefused},
        },
        openapi_extra=BODY,
    )
    async def put_people(
        request: Request,
        dry_run: Annotated[bool, Query(description=TEXTS("api.dry_run"))] = False,
        close_missing: Annotated[bool, Query(description=TEXTS("api.close_missing"))] = False,
        closing: Annotated[int | None, Query(ge=0, description=TEXTS("api.closing"))] = None,
        skip_unread_rows: Annotated[bool, Query(description=TEXTS("api.skip_unread"))] = False,
        language: Annotated[Language, Query(description=TEXTS("api.language"))] = "en",
    ) -> Response:
        options = Options(close_missing, closing, skip_unread_rows, defaults)
        words = RosterWords(language)
        try:
            body = await body_of(request, words)
            # Two imports at once would only wait for each other in the database, with both in memory.
            async with one_at_a_time:
                report = await run_in_threadpool(_run, database, body, when, options, dry_run=dry_run)
        except Unusable as fault:
            return _answer(422, refused((fault.problem,), words))
        if report.problems:
            return _answer(422, refused(report.problems, words, report.reading))
        if report.held and not dry_run:
            return _answer(409, held(report, words))
        return _answer(200, imported(report, words, dry_run=dry_run))

    return router


def bearer(token: str) -> Callable[..., Awaitable[None]]:
    scheme = HTTPBearer(auto_error=False, description=TEXTS("api.token"))

    async def check(given: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)]) -> None:
        if not given or not compare_digest(given.credentials.encode(), token.encode()):
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, TEXTS("api.token_needed"), {"WWW-Authenticate": "Bearer"})

    return check


def _run(database: Database, body: bytes | list[Any], clock: Clock, options: Options, *, dry_run: bool) -> Report:
    today = clock.now().date()
    reading = read_file(body, today) if isinstance(body, bytes) else read_records(body, today)
    return (preview if dry_run else import_people)(database, reading, today, options)


async def body_of(request: Request, words: RosterWords) -> bytes | list[Any]:
    """A CSV file, or a list of records; the size is capped before anything is parsed."""
    raw = await _capped(request, words)
    match request.headers.get("content-type", "").partition(";")[0].strip().lower():
        case kind if kind in CSV_TYPES:
            return raw
        case "application/json":
            return objects(raw)
        case "multipart/form-data":
            return await _only_file(request, raw, words)
        case _:
            raise HTTPException(status.HTTP_415_UNSUPPORTED_MEDIA_TYPE, words("api.unsupported"))


async def _capped(request: Request, words: RosterWords) -> bytes:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST:
            limit = LARGEST // (1024 * 1024)
            raise HTTPException(status.HTTP_413_CONTENT_TOO_LARGE, words("api.too_large", limit=limit))
    return bytes(raw)


async def _only_file(request: Request, raw: bytes, words: RosterWords) -> bytes:
    """The one file of a form, parsed from the bytes that were counted."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw, "more_body": False}

    try:
        async with Request(request.scope, receive).form(max_files=1, max_fields=10) as form:
            for part in form.values():
                if isinstance(part, UploadFile):
                    return await part.read()
    except (MultiPartException, BadRequest) as fault:
        raise HTTPException(status.HTTP_415_UNSUPPORTED_MEDIA_TYPE, words("api.unsupported")) from fault
    raise HTTPException(status.HTTP_415_UNSUPPORTED_MEDIA_TYPE, words("api.unsupported"))


def _answer(code: int, content: PeopleImported | PeopleRefused | Held) -> JSONResponse:
    return JSONResponse(content.model_dump(mode="json"), code)
