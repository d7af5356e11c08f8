"""A fake person: says, sends, presses and reads, so that a test of a flow reads as the conversation it is."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.answers import Called, Drafted, Opened, Pressed, Submitted, Typed
from bot.dispatcher import Dispatcher
from bot.helping import waiting_for
from bot.replies import Reply, Said, ShowPage, Waiting
from bot.visit import Visit
from flows.page import At, Page, Raw
from storage.references import written

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

    def opens(self, at: At) -> Reply:
        return self._heard(self.dispatcher.handle(Opened(_event(), self.person, at)))

    def opens_what_waits(self, number: int = 0) -> Reply:
        return self.opens(self.waiting()[number].at)

    def sends(self, values: dict[str, Raw] | None = None, *, event: str | None = None, **more: Raw) -> Reply:
        """Sends the page shown last, with what it was filled with and these answers."""
        page = self.page
        filled = {question.key: question.value for question in page.questions}
        answer = Submitted(event or _event(), self.person, page.at, {**filled, **(values or {}), **more})
        return self._heard(self.dispatcher.handle(answer))

    def drafts(self, **values: Raw) -> Reply:
        return self.dispatcher.handle(Drafted(_event(), self.person, self.page.at, values))

    @property
    def page(self) -> Page:
        assert isinstance(self.last, ShowPage), f"no page is shown, but {self.last!r}"
        return self.last.page

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
