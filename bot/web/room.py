"""The room: one event of a person in the playground, and the lines of chat it leaves.

On Slack and Teams the platform shows what somebody typed and what the bot answered; here both are lines. They
are written around the event's own transaction: what was typed first, so that it is seen whatever happens, and
the answer after it is committed. Each line carries the event's id, so a repeat completes what a crash cut off
and adds nothing twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from bot import page_state as cards
from bot.answers import Answer, Called, Typed
from bot.composing import composed
from bot.dispatcher import Dispatcher
from bot.looking import looked
from bot.replies import (
    Give,
    Help,
    Kept,
    LookAt,
    NextQuestion,
    Proposal,
    Refused,
    Reply,
    Said,
    Say,
    ShowPage,
    Suggestion,
    is_in_chat,
)
from bot.told import told
from bot.visit import Visit, admitted
from bot.web import messages, pages
from bot.web.voice import Voice
from flows.message import Message
from flows.page import Page
from storage.chat import LineKind, add_line, has_card, spoken
from storage.directory import person_row, someone
from storage.references import Who
from storage.refusals import NobodyCalled


@dataclass(frozen=True)
class Room:
    """The playground for everybody who is in it."""

    dispatcher: Dispatcher

    def talk(self, answer: Answer, typed: str = "") -> Reply:
        """Handles an event, with what was typed and what is answered as lines of the person's chat."""
        now = self.dispatcher.clock.now()
        if typed:
            mine = spoken(answer.person, LineKind.typed, {"text": typed}, now, mine=True, event=answer.id)
            with self.dispatcher.database.write() as db:
                self._require_here(db, answer.person)
                add_line(db, mine)
        reply = self.dispatcher.handle(answer)
        at_once = isinstance(answer, Typed | Called)
        with self.dispatcher.database.write() as db:
            for line in _lines(reply, answer, now, at_once=at_once):
                if line["kind"] != LineKind.ask or not has_card(
                    db, answer.person, line["conversation_id"], line["key"]
                ):
                    add_line(db, line)
        return reply

    def post(self, person: int, event: str, text: str) -> None:
        """Something somebody says to everyone."""
        now = self.dispatcher.clock.now()
        with self.dispatcher.database.write() as db:
            self._require_here(db, person)
            add_line(db, spoken(person, LineKind.post, {"text": text}, now, mine=True, event=event))

    def voice(self, visit: Visit) -> Voice:
        return Voice(self.dispatcher.repertoire.texts, visit.reader, visit.person)

    def visit(self, db: Connection, person: int) -> Visit:
        """Somebody looking around; raises `NobodyCalled`, `NoLongerHere` or `OutsidePilot`."""
        return Visit.of(db, self.dispatcher.repertoire, "", self.dispatcher.clock.now(), person)

    def look(self, person: int, look: Callable[[Visit, Voice], str]) -> str:
        """What somebody looks at, as HTML; that it was refused is kept."""
        return looked(self.dispatcher, person, lambda visit: look(visit, self.voice(visit)))

    def lines(self, db: Connection, person: int, rows: Iterable[RowMapping]) -> list[tuple[int, str]]:
        """Lines as HTML, each with its number."""
        visit = self.visit(db, person)
        voice = self.voice(visit)
        people: dict[int, Who] = {}

        def called(number: int) -> Who:
            if number not in people:
                people[number] = someone(db, number)
            return people[number]

        def card(conversation: int, key: str) -> cards.Card | str:
            return self.card(visit, conversation, key)

        def told(row: RowMapping) -> Message:
            return self.told(db, visit, row)

        shortcuts = tuple(self.dispatcher.repertoire.register.by_shortcut())

        def line(row: RowMapping) -> str:
            return str(messages.render(row, voice, card, called, told, shortcuts))

        def shown(row: RowMapping) -> str:
            return composed(f"line {row['id']}", lambda: line(row)) or str(messages.unshown(row, voice))

        return [(row["id"], shown(row)) for row in rows]

    def card(self, visit: Visit, conversation: int, key: str) -> cards.Card | str:
        """The card of a page, or what it was called where it cannot be answered any more."""
        return cards.card_of(visit, conversation, key) or cards.title_of(visit, conversation)

    def told(self, db: Connection, visit: Visit, row: RowMapping) -> Message:
        """What a line of a flow says by now."""
        now = {"body": row["body"], "about": row["body"].get("about"), "person_id": visit.person}
        return told(db, self.dispatcher.repertoire.texts, visit.reader, now)

    def page(self, person: int, page: Page, csrf: str, notice: str = "") -> str:
        """A page as the form that goes into the window."""
        with self.dispatcher.database.read() as db:
            voice = self.voice(self.visit(db, person))

            def handle(value: str) -> str:
                return _handle(db, value)

            return str(pages.render(page, voice, csrf, handle, notice))

    def _require_here(self, db: Connection, person: int) -> None:
        admitted(db, person, self.dispatcher.clock.now())


def _has_card(db: Connection, line: Mapping[str, Any]) -> bool:
    """Whether the page of this line stands in the chat already, as when the clock has asked before."""
    return has_card(db, line["person_id"], line["conversation_id"], line["key"])


def _handle(db: Connection, value: str) -> str:
    """Somebody given by their id, as one would mention them; anything else as it was typed."""
    if not value.isdecimal():
        return value
    try:
        row = person_row(db, int(value[:12]))
    except NobodyCalled:
        return value
    return "@" + str(row["email"]).partition("@")[0]


def _lines(reply: Reply, answer: Answer, now: datetime, *, at_once: bool) -> Iterator[Mapping[str, Any]]:
    """What an answer leaves in the chat. What is wrong with a form is said at the form, and leaves nothing."""

    def of(kind: LineKind, body: Mapping[str, Any], **more: Any) -> Mapping[str, Any]:
        return spoken(answer.person, kind, body, now, **{"event": f"{answer.id}/reply", **more})

    match reply:
        case ShowPage(page=page):
            if page.at.edition == 0:
                place = {"conversation_id": page.at.conversation, "key": page.at.key}
                yield of(LineKind.ask, {}, **place)
        case Said() if is_in_chat(reply):
            pass  # the message comes at once, and the desk shows it
        case Said(text=text, at=at):
            # what was sent as a form has a card in the chat, and the card can be edited
            edit = at if at and at_once else None
            place = {"conversation_id": edit.conversation, "key": edit.key} if edit else {}
            yield of(LineKind.said, {"text": text}, **place)
        case Refused(text=text):
            if at_once:
                yield of(LineKind.refused, {"text": text})
        case Help():
            yield of(LineKind.help, _help_body(reply))
        case Suggestion(text=text, proposals=proposals):
            yield of(LineKind.help, {"intro": text, "proposals": [_proposal(each) for each in proposals]})
        case NextQuestion(page=page, question=question, problem=problem):
            body = {
                "label": question.label,
                "help": question.help,
                "audience": question.audience,
                "problem": problem,
                "choices": [choice.label for choice in question.choices],
            }
            yield of(LineKind.question, body, conversation_id=page.at.conversation, key=page.at.key)
        case Kept():
            pass


def _proposal(proposal: Proposal) -> dict[str, Any]:
    """A button of a line, as it is kept."""
    match proposal.does:
        case Give(command=command, line=line):
            return {"label": proposal.label, "command": command, "line": line}
        case Say(text=text):
            return {"label": proposal.label, "text": text}
        case LookAt(person=person):
            return {"label": proposal.label, "person": person}


def _help_body(reply: Help) -> dict[str, Any]:
    return {
        "intro": reply.intro,
        "commands": [{"name": each.name, "usage": each.usage, "about": each.about} for each in reply.commands],
        "proposals": [_proposal(reply.more)] if reply.more else [],
        "open_title": reply.open_title,
        "confirm": [
            {"title": each.title, "label": each.button.label, "flow": each.button.flow, "given": each.button.given}
            for each in reply.confirm
        ],
        "open": [
            {"conversation": each.at.conversation, "key": each.at.key, "title": each.title, "due": each.due_text}
            for each in reply.open
        ],
    }
