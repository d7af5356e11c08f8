"""Asking: a page opened for whoever has to answer it, closed, opened again, or withdrawn.

Nobody answers for somebody who has left. If the question has a deadline, its time is then over at once. Without
one, a question to the `manager` the flow was started with goes to whoever manages that person now; any other
leaves the conversation stuck, and it stops. So a flow that asks other people gives them a deadline.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from flows.effort import seconds_for
from flows.steps import Ask
from storage import ledger
from storage.directory import is_here, line_above
from storage.journal import NOT_SHOWN, AskState, Urgency
from storage.ledger import Row
from storage.references import Who

FIRST_LOOK = timedelta(hours=12)
"""So long after somebody was asked it is looked for the first time whether they are to be reminded."""


@dataclass
class Asking:
    """The asks of one conversation, in the turn that is being made of it."""

    db: Connection
    conversation: RowMapping
    asks: dict[str, Row]
    manager: Who | None
    """The manager the flow was started with, if it asked for one."""
    actor: int | None
    now: datetime
    changed: bool = False
    stuck: bool = False
    """Somebody has left without whose answer the conversation cannot go on."""

    def put(self, step: Ask[Any], answer: Mapping[str, Any] | None, *, over: bool) -> bool:
        """Sees to it that somebody has the page; False when nobody will answer it in time.

        `answer` is one given before that does not fit the form any more. `over`: the page is open, but its
        deadline has passed or its person has left.
        """
        known = self.asks.get(step.key)
        if known and known["state"] == AskState.open:
            if not over:
                return True
            if step.within and known["due_at"] <= self.now:
                return self._expired(step, known)
        person = self._answerer(step, known)
        if person is None and step.within:
            return self._expired(step, known)
        if person is None:
            self.stuck = True
            return True
        self._ask(step, person, known, answer)
        return True

    def close(self, key: str, state: AskState, draft: Mapping[str, Any]) -> None:
        ledger.close_one(self.db, int(self.conversation["id"]), key, state, draft)
        self.asks[key] = {**self.asks[key], "state": state, "draft": draft}
        self.changed = True

    def withdraw_all_but(self, keys: Collection[str]) -> None:
        """Takes back the pages that the flow, as it stands now, does not ask for any more."""
        for key, row in list(self.asks.items()):
            if row["state"] == AskState.open and key not in keys:
                self.close(key, AskState.withdrawn, row["draft"])

    def open(self, step: Ask[Any], person: int, state: AskState = AskState.open) -> None:
        """Puts a page to somebody for the first time."""
        shown = self.now if person == self.actor else NOT_SHOWN
        row = self._row(step, person, {}, shown, self._deadline(step))
        ledger.open_one(self.db, {**row, "state": state})
        self.asks[step.key] = {**row, "state": state}
        self.changed = True
        if state == AskState.open:
            self._prompt(step, person, "")

    def _ask(self, step: Ask[Any], person: int, known: Row | None, answer: Mapping[str, Any] | None) -> None:
        if known is None:
            return self.open(step, person)
        typed = known["draft"] if answer is None else answer
        due = known["due_at"]
        if not step.within or known["state"] == AskState.answered or due is None or due <= self.now:
            due = self._deadline(step)
        mine = person == known["person_id"]
        row = self._row(step, person, typed if mine else {}, known["shown_at"] if mine else NOT_SHOWN, due)
        ledger.ask_again(self.db, row)
        self.asks[step.key] = row
        self.changed = True
        if not mine or known["state"] != AskState.open:
            self._prompt(step, person, f":{self.conversation['revision']}")
        return None

    def _answerer(self, step: Ask[Any], known: Row | None) -> int | None:
        person: int = known["person_id"] if known else step.who.id
        if person == self.actor or is_here(self.db, person, self.now):
            return person
        if step.within or self.manager is None or step.who.id != self.manager.id:
            return None
        return next(iter(line_above(self.db, self.conversation["starter_id"], self.now)), None)

    def _expired(self, step: Ask[Any], known: Row | None) -> bool:
        if known:
            self.close(step.key, AskState.expired, {} if step.sealed else known["draft"])
        return False

    def _deadline(self, step: Ask[Any]) -> datetime | None:
        return self.now + step.within if step.within else None

    def _row(
        self, step: Ask[Any], person: int, draft: Mapping[str, Any], shown: datetime, due: datetime | None
    ) -> dict[str, Any]:
        return {
            "conversation_id": self.conversation["id"],
            "key": step.key,
            "person_id": person,
            "state": AskState.open,
            "draft": draft,
            "opened_at": self.now,
            "shown_at": shown,
            "due_at": due,
            "remind_at": None if self._is_looking(step, person) else self.now + FIRST_LOOK,
            "seconds": seconds_for(step),
        }

    def _is_looking(self, step: Ask[Any], person: int) -> bool:
        """Whether somebody has the page before them, or is to find it when they look for it."""
        return person == self.actor or step.quiet

    def _prompt(self, step: Ask[Any], person: int, again: str) -> None:
        """Promises the message that brings the page to somebody who is not looking at it already."""
        if self._is_looking(step, person):
            return
        row = {
            "dedupe": f"ask:{self.conversation['id']}:{step.key}{again}",
            "person_id": person,
            "kind": "ask",
            "conversation_id": self.conversation["id"],
            "key": step.key,
            "body": {},
            "urgency": Urgency.binding if step.within else Urgency.ordinary,
            "due_at": self.now,
        }
        ledger.promise(self.db, [row])
