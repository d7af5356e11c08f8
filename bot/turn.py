"""A turn: one conversation taken forward inside one transaction, each new step performed as it is reached.

The turn loads the conversation, replays its flow against the journal, and performs what has no entry yet:
`save` inserts the record, `tell` promises messages, `ask` opens a page, `draft` words a text by its rules,
`look` reads a fact. Nothing leaves the process here: what is to be sent is a row in the outbox.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import randbits
from typing import Any

from sqlalchemy import Connection, RowMapping

from bot.asking import Asking
from bot.links import NOWHERE, Links
from bot.promises import Enqueue, keep, messages
from flows.core import Ending, Flow
from flows.given import Typed
from flows.page import At, Composer, Page, Reader, choice_keys
from flows.questions import Values, answer_as_typed
from flows.reading import Reading, read_form
from flows.replay import FlowError, Progress, Recorded, Waiting, advance
from flows.sent_before import sent_before
from flows.steps import Ask, Draft, Form, Look, Objection, Save, Step, Tell
from flows.unsettled import unsettled
from storage import ledger
from storage.calendar import NIGHT, Quiet
from storage.facts import Start, resolve
from storage.journal import AskState, State
from storage.json_values import read, written
from storage.ledger import Row
from storage.records import remember, seal
from storage.references import Who
from storage.refusals import NothingOpen
from storage.versions import Versioned, series_of

Drafter = Callable[[Mapping[str, Any]], str]


class UnknownTask(FlowError):
    def __init__(self, task: str) -> None:
        super().__init__(f"there is no drafting task {task!r} in prompts")


class Overtaken(Exception):
    """Another turn of the same conversation was committed first; try again from its state."""


@dataclass(frozen=True)
class Sent:
    """The answer that moves this turn: the page it is for, what was typed, and how to read it."""

    at: At
    values: Values
    reader: Reader
    reading: Reading
    person: int


@dataclass
class Turn:
    db: Connection
    row: RowMapping
    flow: Flow
    composer: Composer
    now: datetime
    drafters: Mapping[str, Drafter]
    links: Links = NOWHERE
    sent: Sent | None = None
    enqueue: Enqueue | None = None
    """What puts the jobs of a broadcast into their queue; without it everything is carried in this process."""
    quiet: Quiet = NIGHT
    """The quiet hours of whoever has set none of their own."""
    over: str | None = None
    """The key of the ask whose time is over, or whose person has left."""
    actor: int | None = None
    objections: tuple[Objection, ...] = ()
    asks: dict[str, Row] = field(default_factory=dict)
    """Every ask of the conversation, if they have been read already."""
    typist: tuple[Reader, Reading] | None = None
    """How to read what the actor typed along with a command."""
    doubts: dict[str, tuple[Objection, ...]] = field(default_factory=dict)
    """What is wrong with that, by the page it was typed for."""
    ending: Any = None
    """What the flow returned."""
    params: dict[str, Any] = field(init=False)
    entries: dict[str, Row] = field(init=False)
    asking: Asking = field(init=False)
    steps: dict[str, Ask[Any]] = field(default_factory=dict)
    new: list[dict[str, Any]] = field(default_factory=list)
    """Entries made in this turn, written together at its end."""
    untold: list[Who] = field(default_factory=list)  # those who would be told something if they took part

    def __post_init__(self) -> None:
        self.params = read(self.row["params"])
        self.entries = ledger.entries(self.db, self.id)
        self.asks = self.asks or ledger.asks(self.db, self.id)
        self.asking = Asking(self.db, self.row, self.asks, self.params.get("manager"), self.actor, self.now)

    @property
    def id(self) -> int:
        return int(self.row["id"])

    def take(self) -> Progress:
        """Takes the conversation as far as it goes and marks the turn; raises `Overtaken`.

        When the answer has objections and nothing else was to be done, nothing is marked. An answer to what the
        flow, as it is now, does not ask has not been taken: its page is not among `steps`.
        """
        journal = {key: Recorded(row["value"]) for key, row in self.entries.items()}
        if self.sent and self.sent.at.key in journal:
            journal = self._before_edit(journal, self.sent.at.key)
        progress = advance(self.flow.name, self.flow.body, self.params, journal, self.perform)
        self.ending = progress.result
        if self.asking.changed or not self.objections:
            self._mark(progress)
        return progress

    def _mark(self, progress: Progress) -> None:
        ledger.add_entries(self.db, self.new)
        stuck = self.asking.stuck
        self.asking.withdraw_all_but(() if stuck else {step.key for step in progress.waiting})
        state = State.stopped if stuck else State.done if progress.done else State.open
        if not ledger.move(self.db, self.id, self.row["revision"], state, self.now):
            raise Overtaken

    def peek(self) -> Progress:
        """Where the conversation stands, without performing anything."""
        journal = {key: Recorded(row["value"]) for key, row in self.entries.items()}
        progress = advance(self.flow.name, self.flow.body, self.params, journal, self._remember_step)
        self.ending = progress.result
        return progress

    def reach(self, key: str) -> Progress:
        """Goes as far as a page; what the flow does before it, if it was changed in flight, is done first."""
        progress = self.peek()
        return progress if key in self.steps else self.take()

    def perform(self, step: Step[Any]) -> Recorded | Waiting:
        match step:
            case Ask():
                return self._ask(step)
            case Tell():
                how = self.now, self.links, self.actor, self.untold
                rows = messages(self.db, self.id, self.row["starter_id"], self.flow.name, step, *how)
                keep(self.db, rows, f"b:{self.id}:{step.key}", self.now, self.enqueue)
                return self._record(step, "tell", None)
            case Save(record=record):
                return self._record(step, "save", self._saved(step.key, record))
            case Draft(task=task, facts=facts):
                if task not in self.drafters:
                    raise UnknownTask(task)
                return self._record(step, "draft", self.drafters[task](facts))
            case Look():
                return self._record(step, "look", self._seen(step))
            case _:
                raise FlowError(f"nobody knows how to perform {step!r}")

    def _ask(self, step: Ask[Any]) -> Recorded | Waiting:
        self.steps[step.key] = step
        if self.sent and step.key == self.sent.at.key:
            return self._answered(step, self.sent)
        if step.key not in self.asks and (taken := self._taken_as_typed(step)):
            return taken
        before = self.entries.get(step.key)
        answer = answer_as_typed(before["value"]) if before and before["value"] is not None else None
        if self.asking.put(step, answer, over=step.key == self.over):
            return Waiting()
        return self._record(step, "ask", None)

    def _answered(self, step: Ask[Any], sent: Sent) -> Recorded | Waiting:
        read_back = self._read(step, sent)
        if not isinstance(read_back, Form):
            self.objections = read_back
            return Waiting()
        self.asking.close(step.key, AskState.answered, {})
        return self._kept(step, read_back, sent.person)

    def _taken_as_typed(self, step: Ask[Any]) -> Recorded | None:
        """What was typed with the command, taken as the answer if it can stand; otherwise what is wrong is kept."""
        typed = step.given
        if not self.typist or step.who.id != self.actor or not (isinstance(typed, Typed) and any(typed.values())):
            return None
        read_back = self._read(step, Sent(At(self.id, step.key), typed, *self.typist, self.actor))
        if not isinstance(read_back, Form):
            self.doubts[step.key] = tuple(each for each in read_back if typed.get(each.question))
        elif not typed.unclear:
            self.asking.open(step, self.actor, AskState.answered)
            return self._kept(step, read_back, self.actor)
        return None

    def _kept(self, step: Ask[Any], form: Form, person: int) -> Recorded:
        if step.sealed:
            seal(self.db, step.sealed(form), self.row["started_at"], randbits(62))
            return self._record(step, "ask", True, who=person)
        return self._record(step, "ask", form.model_dump(mode="json"), who=person)

    def _read(self, step: Ask[Any], sent: Sent) -> Form | tuple[Objection, ...]:
        """The filled form, or what is wrong with it. The labels of choices are needed only for what was typed."""
        read_back = read_form(step, sent.values, sent.reading, choice_keys(step))
        if isinstance(read_back, Form):
            return read_back
        shown = self.composer.page(self.flow.name, step, sent.at, sent.reader)
        return read_form(step, sent.values, sent.reading, {each.key: each.choices for each in shown.questions})

    def _saved(self, key: str, record: Any) -> Any:
        if not isinstance(record, Versioned):
            return remember(self.db, record, self.now)
        record.series = record.series or series_of(self.id, key)
        remember(self.db, record, self.now)
        return record.series

    def _record(self, step: Step[Any], kind: str, value: Any, who: int | None = None) -> Recorded:
        before = self.entries.get(step.key)
        row = {
            "conversation_id": self.id,
            "key": step.key,
            "edition": before["edition"] + 1 if before else 1,
            "step": kind,
            "who": who,
            "value": value,
            "at": self.now,
        }
        self.new.append(row)
        self.entries[step.key] = row
        return Recorded(value)

    def _before_edit(self, journal: dict[str, Recorded], key: str) -> dict[str, Recorded]:
        """The journal without an answer that is now edited, and without what was saved because of it.

        What the flow saves, drafts or looks up after that answer is done again, what it saves as the next
        version; what it did before, and what was told, is not done twice.
        """
        without = {name: recorded for name, recorded in journal.items() if name != key}
        before = advance(self.flow.name, self.flow.body, self.params, without, self._remember_step).reached
        return {name: each for name, each in without.items() if name in before or not self._is_redone(name)}

    def _is_redone(self, key: str) -> bool:
        return self.entries[key]["step"] in ("save", "draft", "look")

    def _seen(self, step: Look) -> Any:
        start = Start(self.row["starter_id"], self.now, given=step.about, quiet=self.quiet)
        return written(resolve(self.db, (step.fact,), start)[step.fact])

    def _remember_step(self, step: Step[Any]) -> Recorded | Waiting:
        """A step on the way of a peek. A look that was added in flight changes nothing, so it does not stop there."""
        match step:
            case Ask():
                self.steps[step.key] = step
                return Waiting()
            case Look():
                return Recorded(self._seen(step))
            case _:
                return Waiting()

    def page(self, key: str, reader: Reader, typed: Values | None = None) -> Page:
        """The page of an ask this turn has met, with its draft or what was just typed; or `NothingOpen`."""
        if key not in self.steps or (asked := self.asks.get(key)) is None:
            raise NothingOpen
        edition = self.entries[key]["edition"] if key in self.entries else 0
        draft = {name: _frozen(value) for name, value in asked["draft"].items()}
        values = draft if typed is None else typed
        changed = bool(draft) or (typed is not None and bool(self.objections))
        answered = asked["state"] == AskState.answered
        return self.composer.page(
            self.flow.name,
            self.steps[key],
            At(self.id, key, edition),
            reader,
            typed=values,
            objections=self.objections or self.doubts.get(key) or unsettled(self.steps[key], values, self.typist),
            due=asked["due_at"],
            sent=sent_before(self.entries.get(key), self.flow.editable, is_answered=answered, has_changes=changed),
        )

    def page_to_edit(self, key: str, reader: Reader) -> Page:
        """The page of an ask that was answered, filled with the answer as it stands."""
        journal = {name: Recorded(row["value"]) for name, row in self.entries.items() if name != key}
        advance(self.flow.name, self.flow.body, self.params, journal, self._remember_step)
        changes = {name: _frozen(value) for name, value in self.asks[key]["draft"].items()} if key in self.asks else {}
        return self.page(key, reader, answer_as_typed(self.entries[key]["value"]) | changes)

    def done_text(self, reader: Reader, answered: str | None = None) -> str:
        """What is said when nothing more is asked: the text of the form just answered, or else of the flow."""
        if answered in self.steps and (own := self.composer.done_text(self.flow.name, self.steps[answered], reader)):
            return own
        match self.ending:
            case Ending(text=text, values=values):
                return self.composer.texts.say(reader.language, f"{self.flow.name}.ends.{text}", values, reader.zone)
            case _:
                return self.composer.texts.say(reader.language, f"{self.flow.name}.done", self.params, reader.zone)


def _frozen(value: Any) -> str | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else value
