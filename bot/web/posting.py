"""Posting: what a browser sent, read up to a limit, and the sentence for what could not be taken."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.logs import went_wrong
from bot.web.problem_page import problem_response
from bot.web.room import Room
from bot.web.session import FIELD, NoSession, Sessions
from flows.catalog import LANGUAGES
from storage.database import keeps_nothing
from storage.directory import person_row
from storage.received import LARGEST
from storage.refusals import NobodyCalled, NoLongerHere, Refusal, Unreadable

MOST = 256 * 1024
"""Bytes of one request: several of the longest answers, and still nothing to fill a memory with."""
T = TypeVar("T")


class TooMuch(Exception):
    """The request is larger than anything a person would send."""


@dataclass(frozen=True)
class Posted:
    person: int
    session: str
    fields: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.fields if key == name), "")

    def hidden(self) -> dict[str, str]:
        return dict(self.fields)


async def posted(request: Request, sessions: Sessions) -> Posted:
    """What was sent, once it is certain that a page of this session sent it.

    Raises `NoSession`, `TooMuch`, or `Unreadable` for what is no form.
    """
    session = sessions.required(request)
    fields = await _fields(request)
    sessions.check(request, next((value for name, value in fields if name == FIELD), None))
    return Posted(person_of(request), session, fields)


def person_of(request: Request) -> int:
    """Who somebody is, by the address; raises `NobodyCalled` for a number nobody can have."""
    person = int(request.path_params["person"])
    if person >= LARGEST:
        raise NobodyCalled(called=str(person)[:20])
    return person


async def _fields(request: Request) -> tuple[tuple[str, str], ...]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if int(request.headers.get("content-length") or 0) > MOST:
        raise TooMuch
    match kind:
        case "multipart/form-data":
            parser: MultiPartParser | FormParser = MultiPartParser(request.headers, _capped(request), max_files=0)
        case "application/x-www-form-urlencoded":
            parser = FormParser(request.headers, _capped(request))
        case _:
            raise Unreadable
    try:
        form = await parser.parse()
    except (MultiPartException, ClientDisconnect, KeyError, UnicodeDecodeError):
        raise Unreadable from None
    return tuple((name, value) for name, value in form.multi_items() if isinstance(value, str))


async def _capped(request: Request) -> AsyncGenerator[bytes, None]:
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > MOST:
            raise TooMuch
        yield chunk


Handler = Callable[[Request], Awaitable[Response]]


def in_words(room: Room, handler: Handler) -> Handler:
    """A handler whose refusals are answered with a sentence, in the language of whoever it is for."""

    @wraps(handler)
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except (NoSession, TooMuch) as problem:
            key = f"web.problems.{type(problem).__name__}"
            status = 403 if isinstance(problem, NoSession) else 413
            values = {"most": MOST // 1024}
        except NobodyCalled as nobody:  # only an address names somebody here
            key, status, values = "web.problems.nobody_there", 404, nobody.values
        except Refusal as refusal:
            key, status, values = f"refusals.{type(refusal).__name__}", _status(refusal), refusal.values
        except OperationalError as trouble:
            if not keeps_nothing(trouble):
                raise
            went_wrong("the database takes nothing, so somebody was told to try again", trouble)
            key, status, values = "refusals.NothingKept", 503, {}
        language = await run_in_threadpool(language_of, room, request)
        response = await problem_response(room, request, language, key, status, values)
        if status == 413:
            response.headers["connection"] = "close"
        return response

    return answered


def _status(refusal: Refusal) -> int:
    match refusal:
        case NoLongerHere():
            return 410
        case Unreadable():
            return 400
        case _:
            return 409


def language_of(room: Room, request: Request) -> str:
    """The person's language; for nobody in particular, the one asked for or the browser's."""
    with room.dispatcher.database.read() as db:
        try:
            return str(person_row(db, person_of(request))["locale"])
        except (KeyError, NobodyCalled):
            pass
    asked = request.query_params.get("language", "")
    if asked in LANGUAGES:
        return asked
    first = request.headers.get("accept-language", "").strip().casefold()[:2]
    return first if first in LANGUAGES else LANGUAGES[0]
