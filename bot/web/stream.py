"""The stream: what is new for one person, as server-sent events read from the database.

`line` events are chat lines, each with its number as the event's id; a browser that was cut off says the last
one it has (`Last-Event-ID`) and gets the rest. A `desk` event says that something around the person has changed:
the desk, and the state of pages that stand in the chat; the browser then asks for what it shows. Nothing is
kept in memory between processes, so any worker can serve any window.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.web.room import Room
from storage import chat
from storage.refusals import Refusal

INTERVAL = 0.5
HEARTBEAT = 30
"""Polls without news before a comment is sent, so that nobody in between takes the connection for dead."""
RETRY_MS = 1500
_LINE_END = re.compile(r"\r\n|\r|\n")
Pause = Callable[[], Awaitable[bool]]
"""Waits for the next poll; False when there will be none."""


@dataclass(frozen=True)
class News:
    lines: list[tuple[int, str]]
    mark: tuple[Any, ...]


def news(room: Room, person: int, after: int, mark: tuple[Any, ...]) -> News:
    """What has come for a person after a line; raises a refusal when the person is not here any more."""
    with room.dispatcher.database.read() as db:
        now = chat.mark(db, person)
        return News(room.lines(db, person, chat.lines_after(db, person, after)) if now != mark else [], now)


async def events(room: Room, person: int, after: int, pause: Pause) -> AsyncIterator[str]:
    """The events of a stream, for as long as somebody listens."""
    mark: tuple[Any, ...] = ()
    quiet = 0
    yield f"retry: {RETRY_MS}\n\n"
    while True:
        try:
            new = await asyncio.to_thread(news, room, person, after, mark)
        except Refusal:
            return  # the person has left, or was never here: there is nothing more to say
        quiet = quiet + 1 if new.mark == mark else 0
        for number, html in new.lines:
            yield event("line", html, number)
            after = number
        if new.mark != mark:
            yield event("desk", "")
        elif quiet % HEARTBEAT == 0:
            yield ": still here\n\n"
        mark = new.mark
        if not await pause():
            return


def event(name: str, data: str, number: int | None = None) -> str:
    """One server-sent event; line ends inside the data cannot end it."""
    head = f"id: {number}\nevent: {name}\n" if number is not None else f"event: {name}\n"
    return head + "".join(f"data: {each}\n" for each in _LINE_END.split(data)) + "\n"


@dataclass
class Pulse:
    """Wakes the streams of this process as soon as something was done in it; others see it at their next poll."""

    waiting: set[asyncio.Event] = field(default_factory=set)
    ended: bool = False

    def beat(self) -> None:
        for each in self.waiting:
            each.set()

    def end(self) -> None:
        """Ends every stream; a browser that is still there comes back when there is something to come back to."""
        self.ended = True
        self.beat()

    async def pause(self) -> bool:
        mine = asyncio.Event()
        self.waiting.add(mine)
        try:
            async with asyncio.timeout(INTERVAL):  # wait_for may swallow being cancelled
                await mine.wait()
        except TimeoutError:
            pass
        finally:
            self.waiting.discard(mine)
        return not self.ended
