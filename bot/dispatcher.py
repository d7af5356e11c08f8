"""The dispatcher: one event, one transaction, one reply.

`handle(answer)` finds the page it is for, claims the event's id, loads the conversation, replays its flow, writes the
journal, the record, the next page and the messages to send, and commits; only then does it return, so that whatever a
surface acknowledges has been kept. A repeated event changes nothing and is answered from the state as it is.
Of two answers to one conversation at once the later one is tried again from the state the first has left.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot import metrics, paging, starting, unfinished
from bot.answers import Answer, Called, Drafted, Dropped, Opened, Pressed, Quoted, Submitted, Typed
from bot.clock import Clock
from bot.logs import went_wrong
from bot.replies import Answered, Refused, Reply, Said
from bot.turn import Overtaken
from bot.visit import Repertoire, Visit
from flows.core import Flow, UnknownFlow
from flows.page import At, Reader
from storage import ledger
from storage.access import record_refusal
from storage.columns import is_id
from storage.database import Database, keeps_nothing, met_another, noted_if_it_can_be
from storage.directory import is_here, person_row
from storage.facts import Start
from storage.journal import AskState
from storage.refusals import NobodyCalled, NothingKept, NothingOpen, NotYours, Refusal, TooBusy

TRIES = 3
Noting = Callable[[Connection, Reply], None]


class Dispatcher:
    def __init__(self, database: Database, repertoire: Repertoire, clock: Clock, surface: str = "none") -> None:
        self.database = database
        self.repertoire = repertoire
        self.clock = clock
        self.surface = surface
        """What its turns are counted under."""

    def on(self, surface: str) -> Self:
        """The same dispatcher, for what comes from one surface."""
        return type(self)(self.database, self.repertoire, self.clock, surface)

    def in_english(self) -> Self:
        """The same dispatcher, with every command under its English name whatever the reader's language."""
        return type(self)(self.database, self.repertoire.in_english(), self.clock, self.surface)

    def handle(self, answer: Answer) -> Reply:
        """What a person did, done; committed when this returns. A refusal is a `Refused` reply."""
        return self.answered(answer).reply

    def answered(self, answer: Answer, note: Noting | None = None) -> Answered:
        """The same, with how whoever did it reads. `note` writes down in the same transaction where a reply goes."""
        began, outcome = perf_counter(), "failed"
        try:
            answered = self._answered(answer, note)
            outcome = answered.reply.reason if isinstance(answered.reply, Refused) else "done"
            return answered
        finally:
            metrics.turned(self.surface, outcome, perf_counter() - began)

    def _answered(self, answer: Answer, note: Noting | None) -> Answered:
        try:
            for _ in range(TRIES):
                try:
                    with self.database.write() as db:
                        visit = Visit.of(
                            db,
                            self.repertoire,
                            answer.id,
                            self.clock.now(),
                            answer.person,
                            outside=self._is_open(answer),
                        )
                        reply = self._reply(visit, answer)
                        if note:
                            note(db, reply)
                        changed = reply.reader if isinstance(reply, Said) else None
                        return Answered(reply, changed or visit.reader)
                except Overtaken:
                    continue
                except OperationalError as error:
                    if keeps_nothing(error):
                        went_wrong("the database takes nothing, so somebody was told to try again", error)
                        raise NothingKept from error
                    if not met_another(error):
                        raise
            raise TooBusy
        except Refusal as refusal:
            return self._refused(answer.person, refusal)
        except UnknownFlow as error:
            went_wrong("what a person answered is asked by no flow any more", error)
            return self._refused(answer.person, NothingOpen())

    def _is_open(self, answer: Answer) -> bool:
        """Whether it is for people as well who do not take part yet, such as confirming what HR has sent to them."""
        return isinstance(answer, Pressed) and any(
            flow.name == answer.flow and flow.outside for flow in self.repertoire.register.newest()
        )

    def start(self, db: Connection, flow: Flow, start: Start) -> int | None:
        """Starts a flow for somebody, in the caller's transaction; None if its conversation was begun before."""
        row, new = starting.begin(db, flow, start)
        if not new:
            return None
        self.repertoire.turn(db, row, flow, start.now).take()
        return int(row["id"])

    def settle(self, conversation: int, key: str) -> None:
        """Takes a conversation on past an ask whose time is over or whose person has left (see `bot.asking`).

        Does nothing if it was answered in the meantime.
        """
        for _ in range(TRIES):
            try:
                with self.database.write() as db:
                    self._settle(db, conversation, key)
            except Overtaken:
                continue
            return

    def _settle(self, db: Connection, conversation: int, key: str) -> None:
        now = self.clock.now()
        row = ledger.conversation_row(db, conversation)
        ask = ledger.asks(db, conversation).get(key)
        if row is None or ask is None or ask["state"] != AskState.open:
            return
        if (ask["due_at"] is None or ask["due_at"] > now) and is_here(db, ask["person_id"], now):
            return
        flow = self.repertoire.register.running(row["flow"], row["flow_version"])
        self.repertoire.turn(db, row, flow, now, over=key).take()

    def _reply(self, visit: Visit, answer: Answer) -> Reply:
        if isinstance(answer, Opened):
            return paging.opened(visit, answer.at)
        if isinstance(answer, Drafted):
            return paging.drafted(visit, answer.at, answer.values)
        at = _page_of(visit, answer)
        if at and not is_id(at.conversation):
            raise NothingOpen
        if not ledger.claim(visit.db, visit.event, visit.now, at.conversation if at else None):
            return _again(visit, answer)
        match answer:
            case Submitted(at=at, values=values):
                return paging.submitted(visit, at, values)
            case Dropped(at=at):
                return unfinished.dropped(visit, at)
            case Typed(text=text) if given := starting.command_in(text, visit.repertoire.names):
                return starting.called(visit, *given)
            case Typed(text=text):
                return paging.typed(visit, text, at)
            case Called(command=command, text=text):
                return starting.called(visit, command, text)
            case Pressed(flow=name, given=given):
                return starting.pressed(visit, name, given)
            case Quoted(flow=name, quote=quote, author=author, message=number):
                return starting.quoted(visit, name, quote, author, number)

    def _refused(self, person: int, refusal: Refusal) -> Answered:
        if isinstance(refusal, NotYours):
            with noted_if_it_can_be(), self.database.write() as db:
                record_refusal(db, refusal, self.clock.now())
        with self.database.read() as db:
            reader = _reader(db, person)
        reason = type(refusal).__name__
        text = self.repertoire.texts.say(reader.language, f"refusals.{reason}", refusal.values, reader.zone)
        return Answered(Refused(text, reason), reader)


def _page_of(visit: Visit, answer: Answer) -> At | None:
    """The page that an answer is to, as far as that can be told before anything has been done about it."""
    match answer:
        case Submitted(at=at) | Dropped(at=at):
            return at
        case Typed(text=text) if starting.command_in(text, visit.repertoire.names) is None:
            return paging.answered_by(visit, text)
        case _:
            return None


def _again(visit: Visit, answer: Answer) -> Reply:
    """What is answered to an event that was dealt with before."""
    match answer:
        case Dropped(at=at):
            return unfinished.discarded(visit, at)
        case Submitted(at=at):
            return visit.as_it_stands(at)
        case _:
            return visit.as_it_stands()


def _reader(db: Connection, person: int) -> Reader:
    try:
        row = person_row(db, person)
    except NobodyCalled:
        return Reader("en", ZoneInfo("UTC"))
    return Reader(row["locale"], ZoneInfo(row["time_zone"]))
