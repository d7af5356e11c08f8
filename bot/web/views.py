"""Views: everything the playground shows: the picker, a person's room, and the parts of it that change."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot import desk
from bot.helping import help_for
from bot.person_desk import person_desk, reach_of
from bot.visit import Visit
from bot.web import desk_view, layout, look_view, messages, picker
from bot.web.pages import at_of, number
from bot.web.person_number import PERSON_NUMBER
from bot.web.posting import in_words, language_of, person_of
from bot.web.room import Room
from bot.web.session import Sessions
from bot.web.stream import Pulse, events
from bot.web.voice import Voice, tag
from flows.page import Reader
from storage.chat import has_written, line_seen_by, newest_lines
from storage.received import LARGEST, is_text
from storage.refusals import NobodyCalled, NothingOpen, Unreadable
from storage.roll import called_like, roll

T = TypeVar("T")
LINES = 60
"""Lines of chat shown at once."""


@dataclass(frozen=True)
class Views:
    room: Room
    sessions: Sessions
    pulse: Pulse

    def routes(self) -> list[Route]:
        one = f"/as/{{person:{PERSON_NUMBER}}}"
        return [
            Route("/", in_words(self.room, self.picker)),
            Route(one, in_words(self.room, self.enter)),
            Route(f"{one}/stream", in_words(self.room, self.stream)),
            Route(f"{one}/desk", in_words(self.room, self.desk)),
            Route(f"{one}/person/{{whose:{PERSON_NUMBER}}}", in_words(self.room, self.person)),
            Route(f"{one}/announcement/{{series}}", in_words(self.room, self.announcement)),
            Route(f"{one}/card", in_words(self.room, self.card)),
            Route(f"{one}/told", in_words(self.room, self.told)),
            Route(f"{one}/earlier", in_words(self.room, self.earlier)),
            Route(f"{one}/people", in_words(self.room, self.people)),
        ]

    async def picker(self, request: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(self._picker, request))

    async def enter(self, request: Request) -> Response:
        """Somebody's room. Entering it is what begins a session."""
        session = self.sessions.begin(request)
        person = person_of(request)
        html = await asyncio.wrap_future(
            self.room.dispatcher.database.submit(self._enter, person, self.sessions.token(session))
        )
        response = HTMLResponse(html)
        self.sessions.keep(response, session)
        return response

    async def stream(self, request: Request) -> Response:
        self.sessions.required(request)
        last = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        body = events(self.room, person_of(request), number(last), self.pulse.pause)
        return StreamingResponse(body, media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    async def desk(self, request: Request) -> Response:
        self.sessions.required(request)
        person = person_of(request)
        html, language = await asyncio.wrap_future(self.room.dispatcher.database.submit(self._desk, person))
        return HTMLResponse(html, headers={"content-language": language})

    async def person(self, request: Request) -> Response:
        """What one may see of a person, for the window."""
        self.sessions.required(request)
        whose = int(request.path_params["whose"])
        if whose >= LARGEST:
            raise NobodyCalled(called=str(whose)[:20])

        again = "again" in request.query_params

        def look(visit: Visit, voice: Voice) -> str:
            return str(look_view.render_person(person_desk(visit, whose, again=again), voice))

        return await self._look(request, look)

    async def announcement(self, request: Request) -> Response:
        """Whom an announcement has reached, for the window."""
        self.sessions.required(request)
        series = request.path_params["series"]
        if not is_text(series):
            raise Unreadable

        def look(visit: Visit, voice: Voice) -> str:
            return str(look_view.render_reach(reach_of(visit, series), voice))

        return await self._look(request, look)

    async def _look(self, request: Request, look: Callable[[Visit, Voice], str]) -> Response:
        work = self.room.dispatcher.database.submit(self.room.look, person_of(request), look)
        return HTMLResponse(await asyncio.wrap_future(work))

    async def card(self, request: Request) -> Response:
        """The state of a page that stands in the chat."""
        self.sessions.required(request)
        return HTMLResponse(await run_in_threadpool(self._card, request))

    async def told(self, request: Request) -> Response:
        """What a message in the chat says by now."""
        self.sessions.required(request)
        return HTMLResponse(await run_in_threadpool(self._told, request))

    async def earlier(self, request: Request) -> Response:
        """The lines before one."""
        self.sessions.required(request)
        return HTMLResponse(await run_in_threadpool(self._earlier, request))

    async def people(self, request: Request) -> Response:
        """Colleagues whose name begins as typed."""
        self.sessions.required(request)
        return JSONResponse(await run_in_threadpool(self._people, request))

    def _picker(self, request: Request) -> str:
        texts = self.room.dispatcher.repertoire.texts
        with self.room.dispatcher.database.read() as db:
            everybody = roll(db)
        voice = Voice(texts, Reader(language_of(self.room, request), ZoneInfo("UTC")), 0)
        return str(picker.render(everybody, _words(request), voice))

    def _enter(self, person: int, token: str) -> str:
        with self.room.dispatcher.database.write() as db:
            visit = self.room.visit(db, person)
            voice = self.room.voice(visit)
            rows = newest_lines(db, person, LINES)
            known = visit.repertoire
            help_ = help_for(visit.commands(), known.names, known.texts, voice.language, (), everything=True)
            scene = layout.Scene(
                me=next(one for one in roll(db) if one.who.id == person),
                csrf=token,
                lines=self.room.lines(db, person, rows),
                has_written=has_written(db, person),
                more=len(rows) == LINES,
                desk=desk_view.render(desk.desk_of(visit), voice),
                commands=help_.commands,
            )
        return str(layout.room(scene, voice))

    def _desk(self, person: int) -> tuple[str, str]:
        """The desk, and the language it is in."""
        with self.room.dispatcher.database.write() as db:
            visit = self.room.visit(db, person)
            voice = self.room.voice(visit)
            return str(desk_view.render(desk.desk_of(visit), voice)), tag(voice.language)

    def _card(self, request: Request) -> str:
        at = at_of(request.query_params)
        with self.room.dispatcher.database.read() as db:
            visit = self.room.visit(db, person_of(request))
            card = self.room.card(visit, at.conversation, at.key)
            return str(messages.render_card(card, self.room.voice(visit), at.conversation, at.key))

    def _told(self, request: Request) -> str:
        person = person_of(request)
        with self.room.dispatcher.database.read() as db:
            row = line_seen_by(db, person, number(request.query_params.get("line", "")))
            if row is None or "flow" not in row["body"]:
                raise NothingOpen
            visit = self.room.visit(db, person)
            return str(messages.render_told(row, self.room.voice(visit), partial(self.room.told, db, visit)))

    def _earlier(self, request: Request) -> str:
        before = number(request.query_params.get("before", ""))
        person = person_of(request)
        with self.room.dispatcher.database.read() as db:
            rows = newest_lines(db, person, LINES, before)
            return str(Markup("").join(Markup(html) for _, html in self.room.lines(db, person, rows)))  # noqa: S704

    def _people(self, request: Request) -> list[dict[str, str]]:
        begun = _words(request).strip().lstrip("@")
        if not begun:
            return []
        with self.room.dispatcher.database.read() as db:
            visit = self.room.visit(db, person_of(request))
            voice = self.room.voice(visit)
            return [
                {
                    "value": f"@{one.handle}",
                    "name": one.who.name(voice.language),
                    "about": " · ".join(
                        each for each in (one.title, one.department and one.department.name(voice.language)) if each
                    ),
                }
                for one in called_like(db, begun, viewer=visit.person, now=visit.now)
            ]


def _words(request: Request) -> str:
    words = request.query_params.get("q", "")[:80]
    return words if is_text(words) else ""
