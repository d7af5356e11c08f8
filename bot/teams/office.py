"""The office: what one pressed button or typed line does, from what Teams sent to what goes back to the chat.

Everything here runs on a writer thread: the bot's turn is committed before its answer is composed, and the answer
before it is acknowledged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot import answers
from bot.answers import Answer, Dropped, Opened, Pressed, Quoted, Submitted, Typed
from bot.desk import desk_of
from bot.dispatcher import Dispatcher
from bot.looking import looked, subject_of
from bot.replies import Refused, Reply, Said, ShowPage
from bot.teams import cards, desk_card, digests, looks, messages
from bot.teams.elements import Element, Voice, button, card, minted, words
from bot.teams.inputs import Called
from bot.teams.kept_words import not_taken, typed_into, worth
from bot.teams.limits import MOST_FOUND
from bot.teams.messages import TOLD, Outgoing, press_buttons, replied, told_above, with_buttons
from bot.told import told as now_told
from bot.visit import Visit
from flows.catalog import MissingText, MissingValue
from flows.message import Message
from flows.page import Reader
from storage import sent as messages_sent
from storage.accounts import TEAMS
from storage.chats import promised_as
from storage.columns import is_id, table
from storage.directory import person_row, someone
from storage.journal import Outbox
from storage.received import is_text
from storage.refusals import NobodyCalled, Refusal, Unreadable
from storage.roll import Listed, called_like

LONGEST_NAME = 64
LONGEST_LINE = 12_000
LONGEST_QUERY = 80

outbox = table(Outbox)


@dataclass(frozen=True)
class CardIn:
    """The message that a pressed card stands in, and whether it is the bot that will put the reply in its place."""

    message: str
    by_us: bool


@dataclass(frozen=True)
class Office:
    dispatcher: Dispatcher

    def typed(self, person: int, event: str, text: str) -> Outgoing:
        """A message to the bot."""
        with self.dispatcher.database.read() as db:
            wants_desk = self._wants_desk(text, self.voice(db, person))
        return self.desk(person) if wants_desk else self._talk(Typed(event, person, text))

    def _wants_desk(self, text: str, voice: Voice) -> bool:
        prefix = self.dispatcher.repertoire.names.prefix
        return text.strip().casefold().replace(f"/{prefix}", "/", 1) in voice.say("desk_words").split()

    def pressed(self, person: int, sent: Mapping[str, Any], on: CardIn | None = None) -> Outgoing:
        """A button of a card, with whatever was filled in; what no card of ours sends is refused in words."""
        try:
            match sent.get("verb"):
                case messages.DESK:
                    return self.desk(person)
                case messages.LOOK:
                    return self._look(person, sent)
                case messages.BACK:
                    return self._back(person, sent.get(TOLD))
                case cards.DROP:
                    return self._drop(person, sent)
                case _:
                    return self._talk(answer_of(sent, person), sent.get(TOLD), on)
        except Unreadable as refusal:
            return self._refused(person, refusal, typed_into(sent))

    def commanded(self, person: int, event: str, command: str) -> Outgoing:
        """A command from the menu of the message box."""
        return (
            self.desk(person)
            if command == messages.DESK
            else self._talk(answers.Called(event, person, command[:LONGEST_NAME], ""))
        )

    def quoted(self, person: int, event: str, flow: str, quote: str, author: int | None, message: str = "") -> Outgoing:
        """A message somebody wants to keep, by the command in its menu; `message` is what Teams calls it."""
        with self.dispatcher.database.read() as db:
            number = promised_as(db, TEAMS, person, message) if message else None
        return self._talk(Quoted(event, person, flow[:LONGEST_NAME], quote, author, number))

    def desk(self, person: int, notice: str = "") -> Outgoing:
        """The desk; `notice` says what was just done with it."""

        def show(visit: Visit) -> Outgoing:
            return desk_card.render(desk_of(visit), self.voice(visit.db, person), notice)

        try:
            return looked(self.dispatcher, person, show)
        except Refusal as refusal:
            return self._refused(person, refusal)

    def found(self, person: int, begins: str) -> list[dict[str, str]]:
        """People who are called so, to choose from while somebody types."""
        if not begins.strip() or not is_text(begins):
            return []
        with self.dispatcher.database.read() as db:
            language = self.voice(db, person).reader.language
            found = called_like(db, begins[:LONGEST_QUERY], MOST_FOUND, person, self.dispatcher.clock.now())
        return [{"value": str(each.who.id), "title": _titled(each, language)} for each in found]

    def voice(self, db: Connection, person: int) -> Voice:
        """How things are said to a person, whether or not they are still here."""
        texts = self.dispatcher.repertoire.texts
        try:
            row = person_row(db, person)
        except NobodyCalled:
            return self.stranger("en")
        return Voice(texts, Reader(row["locale"], ZoneInfo(row["time_zone"])))

    def voice_of(self, person: int) -> Voice:
        with self.dispatcher.database.read() as db:
            return self.voice(db, person)

    def welcome(self, person: int) -> Outgoing:
        """What somebody reads first, and what they can do."""
        with self.dispatcher.database.read() as db:
            voice = self.voice(db, person)
            text = voice.say("welcome.person", person=someone(db, person))
        buttons = [
            button(voice.say("desk"), messages.DESK, {"event": minted()}),
            button(voice.say("commands"), messages.CALL, {"command": "help", "event": minted()}),
        ]
        return Outgoing(text, card(words(text), buttons, voice.reader.language, text))

    def caller(self, db: Connection, voice: Voice) -> Called:
        """How people are named in a card, within one transaction."""
        return lambda value: _called(db, value, voice.reader.language)

    def stranger(self, language: str) -> Voice:
        """How things are said to somebody who is on no list."""
        return Voice(self.dispatcher.repertoire.texts, Reader(language, ZoneInfo("UTC")))

    def _talk(self, answer: Answer, told: Any = None, on: CardIn | None = None) -> Outgoing:
        done = self.dispatcher.answered(answer, partial(_noted, answer.person, on) if on else None)
        voice = Voice(self.dispatcher.repertoire.texts, done.reader)
        if not is_id(told) and not isinstance(done.reply, ShowPage):
            return self._shown(done.reply, answer, [], voice)
        with self.dispatcher.database.read() as db:
            head = self._told(db, answer.person, told, voice)
            more = {TOLD: told} if head else {}
            shown = self._shown(done.reply, answer, head, voice, self.caller(db, voice), **more)
            said = None if isinstance(done.reply, ShowPage) else self._message(db, answer.person, told, voice)
            return with_buttons(shown, press_buttons(said.buttons, **more)) if said else shown

    def _shown(
        self, reply: Reply, answer: Answer, head: list[Element], voice: Voice, called: Called = str, **more: Any
    ) -> Outgoing:
        if isinstance(reply, Refused) and isinstance(answer, Submitted):
            return _refused(reply, answer, head, voice)
        return replied(reply, voice, called, head, **more)

    def _told(self, db: Connection, person: int, told: Any, voice: Voice) -> list[Element]:
        """The words of the message a button stood below, if it was this person's."""
        said = self._message(db, person, told, voice)
        if said is None:
            return []
        return digests.elements(said.digest, voice, told) if said.digest else told_above(said)

    def _message(self, db: Connection, person: int, told: Any, voice: Voice) -> Message | None:
        """A message by its number, as it reads now, if it was this person's."""
        if not is_id(told):
            return None
        row = db.execute(select(outbox).where(outbox.c.id == told)).mappings().first()
        if row is None or row["person_id"] != person or "flow" not in row["body"]:
            return None
        try:
            return now_told(db, voice.texts, voice.reader, row)
        except (MissingText, MissingValue):
            return None

    def _back(self, person: int, told: Any) -> Outgoing:
        """The message that a closer look was opened from, in its place."""
        with self.dispatcher.database.read() as db:
            voice = self.voice(db, person)
            said = self._message(db, person, told, voice)
            if said is None:
                raise Unreadable
            return (
                digests.digest(said.digest, voice, told) if said.digest else messages.told(said, voice, **{TOLD: told})
            )

    def _look(self, person: int, sent: Mapping[str, Any]) -> Outgoing:
        """A closer look, or why it is not theirs to take."""
        subject, page = subject_of(sent)

        def show(visit: Visit) -> Outgoing:
            return looks.render(subject, page, visit, self.voice(visit.db, person))

        try:
            out = looked(self.dispatcher, person, show)
        except Refusal as refusal:
            return self._refused(person, refusal)
        if not is_id(told := sent.get(TOLD)):
            return out
        label = self.voice_of(person).say("back")
        return with_buttons(out, [button(label, messages.BACK, {TOLD: told, "event": minted()})])

    def _drop(self, person: int, sent: Mapping[str, Any]) -> Outgoing:
        """Discards what was begun; the desk stays where it was pressed."""
        reply = self.dispatcher.handle(Dropped(cards.event_of(sent), person, cards.at_of(sent)))
        if isinstance(reply, Said | Refused):
            return self.desk(person, reply.text)
        with self.dispatcher.database.read() as db:
            return replied(reply, self.voice(db, person))

    def _refused(self, person: int, refusal: Refusal, typed: Sequence[str] = ()) -> Outgoing:
        with self.dispatcher.database.read() as db:
            voice = self.voice(db, person)
        text = voice.tell(f"refusals.{type(refusal).__name__}", refusal.values)
        if typed:
            return not_taken(text, typed, voice)
        return replied(Refused(text, type(refusal).__name__), voice)


def _noted(person: int, on: CardIn, db: Connection, reply: Reply) -> None:
    """Notes what stands in the place of a card, so that delivery leaves it alone."""
    if isinstance(reply, ShowPage):
        messages_sent.replaced(db, TEAMS, person, on.message, (reply.page.at.conversation, reply.page.at.key))
    elif on.by_us:
        messages_sent.replaced(db, TEAMS, person, on.message, None)


def answer_of(sent: Mapping[str, Any], person: int) -> Answer:
    """What a button of ours means; raises `Unreadable`."""
    match sent:
        case {"verb": cards.SEND}:
            return cards.parse(sent, person)
        case {"verb": cards.OPEN}:
            return Opened(cards.event_of(sent), person, cards.at_of(sent))
        case {"verb": messages.PRESS, "flow": str(flow), "given": Mapping() as given}:
            return Pressed(cards.event_of(sent), person, flow[:LONGEST_NAME], given)
        case {"verb": messages.CALL, "command": str(command)}:
            line = sent.get("line", "")
            return answers.Called(cards.event_of(sent), person, command[:LONGEST_NAME], str(line)[:LONGEST_LINE])
        case {"verb": messages.SAY, "text": str(text)}:
            return Typed(cards.event_of(sent), person, text)
        case _:
            raise Unreadable


def _refused(reply: Refused, answer: Submitted, head: list[Element], voice: Voice) -> Outgoing:
    """A page that was not taken; what was typed into it is shown, so that it can be kept elsewhere."""
    typed = [value for value in answer.values.values() if isinstance(value, str) and worth(value)]
    return not_taken(reply.text, typed, voice, head)


def _titled(one: Listed, language: str) -> str:
    """Somebody among those who are called so: name, title and department, as everybody may see them."""
    unit = one.department.name(language) if one.department else ""
    return " · ".join(filter(None, (one.who.name(language), one.title, unit)))


def _called(db: Connection, value: str, language: str) -> str:
    """Somebody given by their id, by name; anything else as it was typed."""
    if not (value.isascii() and value.isdecimal() and is_id(int(value[:12]))):
        return value
    try:
        return someone(db, int(value)).name(language)
    except NobodyCalled:
        return value
