"""A visit: one event of one person inside one transaction, with all that answering it needs.

`Repertoire` is what the bot can say and do, the same for everybody; `Visit` adds who came, when, and the
transaction everything happens in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from bot.helping import help_for, waiting_for
from bot.links import NOWHERE, Links
from bot.notices import confirmations_for
from bot.promises import Enqueue
from bot.replies import Help, Reply, Said, ShowPage
from bot.turn import Drafter, Sent, Turn
from flows.catalog import Catalog
from flows.command_names import CommandNames
from flows.core import Ending, Flow, Register
from flows.meanings import Meanings
from flows.page import At, Composer, Page, Reader
from flows.questions import Values
from flows.reading import Reading
from flows.steps import Objection, Step
from storage import ledger
from storage.calendar import NIGHT, Quiet
from storage.columns import is_id
from storage.directory import as_option, find_person, person_row
from storage.facts import Start, resolve
from storage.ledger import Row
from storage.participation import visitor
from storage.people import Status
from storage.refusals import (
    AlreadyAnswered,
    NobodyCalled,
    NoLongerHere,
    NothingOpen,
    NotYours,
    OutsidePilot,
    Refusal,
    SeveralCalled,
    StageClosed,
    TimeOver,
    Unreadable,
)
from storage.roles import contacts

PREFERENCES = "preferences"
"""The fact of the flow in which a person chooses their language."""


@dataclass(frozen=True)
class Repertoire:
    """The flows, the texts, and the drafting tasks."""

    register: Register
    texts: Catalog
    composer: Composer
    drafters: Mapping[str, Drafter]
    commands: Mapping[str, Flow]
    names: CommandNames
    """What the commands are called."""
    written: Catalog
    """The texts as they are written, with every command under its English name and without a prefix."""
    enqueue: Enqueue | None = None
    """How what is told to many is handed to whichever process is free (`bot.promises`)."""
    links: Links = NOWHERE
    """What leads to us from outside of the chat."""
    quiet: Quiet = NIGHT
    """The hours that are quiet for whoever has set none of their own."""

    @classmethod
    def of(
        cls,
        register: Register,
        texts: Catalog,
        drafters: Mapping[str, Drafter],
        enqueue: Enqueue | None = None,
        links: Links = NOWHERE,
        quiet: Quiet = NIGHT,
        prefix: str = "",
    ) -> "Repertoire":
        """`prefix` is what every command begins with, such as `eh-`; the texts follow it."""
        commands = register.by_command()
        names = CommandNames.of(commands, texts, prefix)
        spelt = names.spelt(texts)
        return cls(register, spelt, Composer(spelt), drafters, commands, names, texts, enqueue, links, quiet)

    def in_english(self) -> "Repertoire":
        """The same with every command under its English name."""
        names = self.names.in_english()
        spelt = names.spelt(self.written)
        return replace(self, texts=spelt, composer=Composer(spelt), names=names)

    @cached_property
    def meanings(self) -> Meanings:
        """What a line may stand for that is no command."""
        return Meanings.of(self.commands, self.texts)

    def turn(self, db: Connection, row: RowMapping, flow: Flow, now: datetime, **more: Any) -> Turn:
        """A turn of a conversation, with all that every turn needs."""
        how = {**more, "links": self.links, "enqueue": self.enqueue, "quiet": self.quiet}
        return Turn(db, row, flow, self.composer, now, self.drafters, **how)


@dataclass(frozen=True)
class Visit:
    db: Connection
    repertoire: Repertoire
    event: str
    now: datetime
    person: int
    reader: Reader
    reading: Reading

    @classmethod
    def of(
        cls,
        db: Connection,
        repertoire: Repertoire,
        event: str,
        now: datetime,
        person_id: int,
        *,
        outside: bool = False,
    ) -> "Visit":
        """Whoever sent the event, with how pages are composed and answers read for them.

        Raises `NobodyCalled` for somebody unknown, `NoLongerHere` for somebody who has left, and `OutsidePilot` for a
        person who does not take part yet, unless what they do is for them as well (`outside`).
        """
        row = admitted(db, person_id, now, outside=outside)
        event = own_event(person_id, event)
        zone = ZoneInfo(row["time_zone"])

        def called(name: str) -> int | Objection:
            try:
                return find_person(db, name, person_id, now).id
            except (NobodyCalled, SeveralCalled) as refusal:
                return Objection("", type(refusal).__name__, refusal.values)

        none = repertoire.texts.words("chrome.skip_words")
        reading = Reading(
            now.astimezone(zone).date(), called, lambda number: as_option(db, person_row(db, number)), none
        )
        return cls(db, repertoire, event, now, person_id, Reader(row["locale"], zone), reading)

    def say(self, key: str, **values: Any) -> str:
        return self.repertoire.texts.say(self.reader.language, key, values, self.reader.zone)

    def turn(self, row: RowMapping, *, sent: Sent | None = None, asks: dict[str, Row] | None = None) -> Turn:
        flow = self.repertoire.register.running(row["flow"], row["flow_version"])
        typist = (self.reader, self.reading)
        more = {"sent": sent, "actor": self.person, "asks": asks or {}, "typist": typist}
        return self.repertoire.turn(self.db, row, flow, self.now, **more)

    def start(self, **how: Any) -> Start:
        """How a conversation of theirs begins, with the words or whatever else it is begun with."""
        return Start(self.person, self.now, quiet=self.repertoire.quiet, **how)

    def asks_at(self, at: At) -> tuple[RowMapping, dict[str, Row]]:
        """The conversation of a page and all its asks.

        Raises `NothingOpen` if the page's is not among them, and `NotYours` if it is somebody else's.
        """
        if not is_id(at.conversation):
            raise NothingOpen
        row = ledger.conversation_row(self.db, at.conversation)
        asks = ledger.asks(self.db, at.conversation)
        if row is None or at.key not in asks:
            raise NothingOpen
        if asks[at.key]["person_id"] != self.person:
            raise NotYours(self.person, asks[at.key]["person_id"], "page")
        return row, asks

    def page_to_edit(self, row: RowMapping, key: str) -> Page:
        """The page of an answer that was sent, to edit it; raises `TimeOver` or `AlreadyAnswered`."""
        turn = self.turn(row)
        self.require_editable(turn.flow, turn.entries[key], TimeOver)
        return turn.page_to_edit(key, self.reader)

    def require_editable(self, flow: Flow, entry: Row, over: type[Refusal] = StageClosed) -> None:
        if flow.editable is None or is_sealed(entry):
            raise AlreadyAnswered(at=entry["at"])
        if self.now > entry["at"] + flow.editable:
            raise over(due=entry["at"] + flow.editable)

    def answer(self, turn: Turn, waiting: Iterable[Step[Any]], at: At | None = None) -> Reply:
        """The next page of the conversation for this person, or that theirs is done."""
        for step in waiting:
            asked = turn.steps.get(step.key)
            if asked and self.is_asked(turn, step.key) and not asked.quiet:
                return ShowPage(turn.page(step.key, self.reader))
        editable = None
        if at and turn.flow.editable and at.key in turn.entries and not is_sealed(turn.entries[at.key]):
            editable = At(at.conversation, at.key, turn.entries[at.key]["edition"])
        changed = self._reader_now() if PREFERENCES in turn.flow.facts else None
        text = turn.done_text(changed or self.reader, at.key if at else None)
        if turn.untold:
            text += "\n" + self.say("chrome.not_told", people=list(dict.fromkeys(turn.untold)), count=len(turn.untold))
        ending = turn.ending.text if isinstance(turn.ending, Ending) else "done"
        in_message = ending in turn.flow.in_message and not turn.untold
        return Said(text, editable, changed, in_message)

    def _reader_now(self) -> Reader:
        """How the person reads after this turn."""
        row = person_row(self.db, self.person)
        return Reader(row["locale"], ZoneInfo(row["time_zone"]))

    def is_asked(self, turn: Turn, key: str) -> bool:
        """Whether a page is put to this person; who that is can change, so it is not in the flow (`bot.asking`)."""
        return key in turn.asks and bool(turn.asks[key]["person_id"] == self.person)

    def as_it_stands(self, at: At | None = None) -> Reply:
        """What to answer to an event that was dealt with before, `at` a page if it sent one."""
        conversation = ledger.claimed_by(self.db, self.event)
        row = ledger.conversation_row(self.db, conversation) if conversation else None
        if row is None:
            return self.help()
        turn = self.turn(row)
        return self.answer(turn, turn.peek().waiting, at if at and self.is_asked(turn, at.key) else None)

    def commands(self) -> Mapping[str, Flow]:
        """The commands that are for this person, by name, in the order of the menu."""
        start = self.start()
        known = self.repertoire.commands
        facts = tuple({flow.offered for flow in known.values() if flow.offered})
        holding = resolve(self.db, facts, start)
        return {name: flow for name, flow in known.items() if flow.offered is None or holding[flow.offered]}

    def help(self, *, everything: bool = False) -> Help:
        known, language = self.repertoire, self.reader.language
        waiting = waiting_for(self.db, known.register, known.composer, self.person, self.reader)
        confirm = confirmations_for(self.db, known.texts, self.person, language)
        return help_for(self.commands(), known.names, known.texts, language, waiting, confirm, everything=everything)


def admitted(db: Connection, person_id: int, now: datetime, *, outside: bool = False) -> RowMapping:
    """The row of a person who may come; raises `NobodyCalled`, `NoLongerHere` or `OutsidePilot` (see `Visit.of`)."""
    row = visitor(db, person_id)
    if row["status"] == Status.left:
        raise NoLongerHere
    if not (row["may_write"] or outside):
        raise OutsidePilot(whom=contacts(db, now))
    return row


def own_event(person: int, event: str) -> str:
    """An event's id as it is remembered: nobody can use up another's, and whatever it is made of, it fits."""
    plain = event.isascii() and event.isprintable() and len(event) <= 200
    return f"{person}:{event if plain else sha256(event.encode('utf-8', 'surrogatepass')).hexdigest()}"


def is_sealed(entry: Row) -> bool:
    """Whether the journal keeps only that an answer was given."""
    return entry["value"] is True


def require_raw(values: Mapping[str, Any]) -> None:
    """Raises `Unreadable` for values that no surface sends."""
    for raw in values.values():
        texts = (raw,) if isinstance(raw, str) else raw
        if not isinstance(texts, tuple | list) or not all(isinstance(each, str) for each in texts):
            raise Unreadable


def storable(values: Values) -> dict[str, Any]:
    """Raw answers as JSON; a lone surrogate, which UTF-8 cannot carry, is kept as its escape."""

    require_raw(values)
    return {
        _whole(key): _whole(raw) if isinstance(raw, str) else [_whole(each) for each in raw]
        for key, raw in values.items()
    }


def _whole(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
