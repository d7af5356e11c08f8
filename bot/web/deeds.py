"""Deeds: one POST for each thing a person does in the playground.

What comes back is HTML for the window with the form (200, or 422 where something is wrong with it), a sentence
(4xx) that the script shows where the person is looking, or nothing (204) where the answer is a line of chat.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.answers import Answer, Called, Dropped, Opened, Pressed, Quoted, Typed
from bot.replies import Help, Kept, NextQuestion, Refused, Reply, Said, ShowPage, Suggestion, is_in_chat
from bot.web.messages import text_of
from bot.web.pages import at_of, event_of, number, parse
from bot.web.person_number import PERSON_NUMBER
from bot.web.posting import Posted, in_words, language_of, posted
from bot.web.room import Room
from bot.web.session import Sessions
from bot.web.stream import Pulse
from storage.announcements import mark_read
from storage.chat import PUBLIC, line_seen_by
from storage.refusals import NothingOpen, Unreadable

SAID = "x-said"
"""The header with an answer that stands in the chat as a message."""


@dataclass(frozen=True)
class Deeds:
    room: Room
    sessions: Sessions
    pulse: Pulse
    kick: Callable[[], None]

    def routes(self) -> list[Route]:
        deeds = (
            self.say,
            self.post,
            self.command,
            self.open,
            self.drop,
            self.submit,
            self.draft,
            self.press,
            self.keep,
            self.read,
        )
        return [
            Route(f"/as/{{person:{PERSON_NUMBER}}}/{deed.__name__}", in_words(self.room, deed), methods=["POST"])
            for deed in deeds
        ]

    async def say(self, request: Request) -> Response:
        sent = await posted(request, self.sessions)
        text = _lines_of(sent["text"])
        return await self._done(Typed(event_of(sent.hidden()), sent.person, text), sent, typed=text)

    async def post(self, request: Request) -> Response:
        """Says something to everyone, which is nothing the bot answers."""
        sent = await posted(request, self.sessions)
        text = _lines_of(sent["text"])
        if text.strip():
            work = self.room.dispatcher.database.submit(self.room.post, sent.person, event_of(sent.hidden()), text)
            await asyncio.wrap_future(work)
            self.pulse.beat()
        return Response(status_code=204)

    async def command(self, request: Request) -> Response:
        sent = await posted(request, self.sessions)
        name, line = sent["command"][:64], _lines_of(sent["line"])
        language = await run_in_threadpool(language_of, self.room, request)
        shown = self.room.dispatcher.repertoire.names.shown_in(language, name)
        typed = f"/{shown} {line}".rstrip()
        return await self._done(Called(event_of(sent.hidden()), sent.person, name, line), sent, typed=typed)

    async def open(self, request: Request) -> Response:
        sent = await posted(request, self.sessions)
        hidden = sent.hidden()
        return await self._done(Opened(event_of(hidden), sent.person, at_of(hidden)), sent)

    async def drop(self, request: Request) -> Response:
        """Discards what the person began and has not sent."""
        sent = await posted(request, self.sessions)
        hidden = sent.hidden()
        return await self._done(Dropped(event_of(hidden), sent.person, at_of(hidden)), sent)

    async def submit(self, request: Request) -> Response:
        sent = await posted(request, self.sessions)
        return await self._done(parse(sent.fields, sent.person), sent)

    async def draft(self, request: Request) -> Response:
        sent = await posted(request, self.sessions)
        return await self._done(parse(sent.fields, sent.person, draft=True), sent)

    async def press(self, request: Request) -> Response:
        sent = await posted(request, self.sessions)
        try:
            given = orjson.loads(sent["given"] or "{}")
        except orjson.JSONDecodeError:
            raise Unreadable from None
        if not isinstance(given, dict):
            raise Unreadable
        return await self._done(Pressed(event_of(sent.hidden()), sent.person, sent["flow"], given), sent)

    async def keep(self, request: Request) -> Response:
        """Keeps a chat message, by the flow its menu names."""
        sent = await posted(request, self.sessions)
        quoted = await run_in_threadpool(self._quoted, sent)
        return await self._done(Quoted(event_of(sent.hidden()), sent.person, sent["flow"], *quoted), sent)

    async def read(self, request: Request) -> Response:
        """Notes that an announcement was on the screen; the first time counts."""
        sent = await posted(request, self.sessions)
        if await asyncio.wrap_future(self.room.dispatcher.database.submit(self._read, sent)):
            self.pulse.beat()
        return Response(status_code=204)

    def _quoted(self, sent: Posted) -> tuple[str, int | None, int | None]:
        with self.room.dispatcher.database.read() as db:
            row = line_seen_by(db, sent.person, number(sent["line"]))
            if row is None:
                raise NothingOpen
            visit = self.room.visit(db, sent.person)
            author = row["person_id"] if row["mine"] or row["kind"] in PUBLIC else None
            words = text_of(row, self.room.voice(visit), partial(self.room.told, db, visit))
            return words, author, row["outbox_id"]

    def _read(self, sent: Posted) -> bool:
        with self.room.dispatcher.database.write() as db:
            row = line_seen_by(db, sent.person, number(sent["line"]))
            about = row["body"].get("about") if row is not None else None
            return about is not None and mark_read(db, str(about), sent.person, self.room.dispatcher.clock.now())

    async def _done(self, answer: Answer, sent: Posted, typed: str = "") -> Response:
        reply = await asyncio.wrap_future(self.room.dispatcher.database.submit(self.room.talk, answer, typed))
        self.pulse.beat()
        self.kick()
        return await self._response(reply, sent, in_chat=bool(typed))

    async def _response(self, reply: Reply, sent: Posted, *, in_chat: bool) -> Response:
        match reply:
            case ShowPage(page=page):
                token = self.sessions.token(sent.session)
                html = await run_in_threadpool(self.room.page, sent.person, page, token)
                return HTMLResponse(html, 422 if page.has_errors else 200)
            case Refused(text=text) if not in_chat:
                return PlainTextResponse(text, 409)
            case Kept(text=text):
                return PlainTextResponse(text)
            case Said(text=text) if is_in_chat(reply):  # who looks elsewhere hears of it there
                return Response(status_code=204, headers={SAID: quote(text)})
            case Said() | Refused() | Suggestion() | Help() | NextQuestion():
                return Response(status_code=204)


def _lines_of(text: str) -> str:
    return text.replace("\r\n", "\n")
