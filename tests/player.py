"""A fake person: says, sends, presses and reads, so that a test of a flow reads as the conversation it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.answers import Called, Drafted, Dropped, Opened, Pressed, Quoted, Submitted, Typed
from bot.dispatcher import Dispatcher
from bot.helping import waiting_for
from bot.replies import Reply, Said, ShowPage, Waiting
from bot.visit import Visit
from flows.message import Message, message
from flows.page import At, Page, Reader
from flows.questions import Raw
from storage.columns import table
from storage.directory import person_row
from storage.journal import Outbox
from storage.json_values import read, written

_numbers = count(1)


@dataclass
class Player:
    """`player.calls("checkin")`, `player.sends(mood="2")`, `player.page.title`."""

    dispatcher: Dispatcher
    person: int
    last: Reply = field(default_factory=lambda: Said(""))

    def calls(self, command: str, text: str = "") -> Reply:
        return self._heard(self.dispatcher.handle(Called(_event(), self.person, command, text)))

    def types(self, text: str) -> Reply:
        return self._heard(self.dispatcher.handle(Typed(_event(), self.person, text)))

    def presses(self, flow: str, **given: Any) -> Reply:
        return self._heard(self.dispatcher.handle(Pressed(_event(), self.person, flow, written(given))))

    def quotes(self, flow: str, quote: str, author: int | None) -> Reply:
        return self._heard(self.dispatcher.handle(Quoted(_event(), self.person, flow, quote, author)))

    def taps(self, flow: str) -> Reply:
        """Presses the button that starts a flow, on the newest message that has one."""
        buttons = [button for message in self.told() for button in message.buttons if button.flow == flow]
        assert buttons, f"no message offers {flow!r}"
        return self.presses(flow, **buttons[-1].given)

    def told(self, kind: str = "tell") -> list[Message]:
        """The messages promised to the person so far, in their words, newest last."""
        texts, outbox = self.dispatcher.repertoire.texts, table(Outbox)
        promised = select(outbox).where(outbox.c.person_id == self.person, outbox.c.kind == kind).order_by(outbox.c.id)
        with self.dispatcher.database.read() as db:
            row = person_row(db, self.person)
            reader = Reader(row["locale"], ZoneInfo(row["time_zone"]))
            bodies = [each["body"] for each in db.execute(promised).mappings()]
        return [
            message(texts, reader, body["flow"], body["text"], read(body["values"]), read(body["buttons"]))
            for body in bodies
        ]

    def opens(self, at: At) -> Reply:
        return self._heard(self.dispatcher.handle(Opened(_event(), self.person, at)))

    def opens_what_waits(self, number: int = 0) -> Reply:
        return self.opens(self.waiting()[number].at)

    def sends(self, values: Mapping[str, Raw] | None = None, *, event: str | None = None, **more: Raw) -> Reply:
        """Sends the page shown last, with what it was filled with and these answers."""
        page = self.page
        filled = {question.key: question.value for question in page.questions}
        answer = Submitted(event or _event(), self.person, page.at, {**filled, **(values or {}), **more})
        return self._heard(self.dispatcher.handle(answer))

    def drafts(self, **values: Raw) -> Reply:
        return self.dispatcher.handle(Drafted(_event(), self.person, self.page.at, values))

    def drops(self, at: At) -> Reply:
        return self._heard(self.dispatcher.handle(Dropped(_event(), self.person, at)))

    @property
    def page(self) -> Page:
        assert isinstance(self.last, ShowPage), f"no page is shown, but {self.last!r}"
        return self.last.page

    @property
    def errors(self) -> dict[str, str]:
        """What is said to be wrong with the page shown last, by question."""
        return {question.key: question.error for question in self.page.questions if question.error}

    @property
    def values(self) -> dict[str, Raw]:
        """What the page shown last is filled with."""
        return {question.key: question.value for question in self.page.questions}

    def waiting(self) -> tuple[Waiting, ...]:
        known = self.dispatcher.repertoire
        with self.dispatcher.database.read() as db:
            visit = Visit.of(db, known, "", self.dispatcher.clock.now(), self.person)
            return waiting_for(db, known.register, known.composer, self.person, visit.reader)

    def _heard(self, reply: Reply) -> Reply:
        self.last = reply
        return reply


def _event() -> str:
    return f"event-{next(_numbers)}"
