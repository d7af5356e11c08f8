"""Page state: a page that was put to somebody, as their chat shows it now: to answer, answered, or over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.composing import composed
from bot.putting_off import put_off_button
from bot.turn import Turn
from bot.visit import Visit
from flows.message import Labelled
from flows.page import At, Page
from storage import ledger
from storage.journal import AskState
from storage.json_values import read
from storage.refusals import AlreadyAnswered, NothingOpen, StageClosed


class CardState(StrEnum):
    open = "open"
    editable = "editable"
    """Answered, and the answer can still be changed."""
    answered = "answered"
    closed = "closed"


@dataclass(frozen=True)
class Card:
    at: At
    state: CardState
    title: str
    intro: str
    due_text: str
    started: bool = False
    """Some of it was typed already and is not sent."""
    answered_at: datetime | None = None
    left_empty: bool = False
    """It was sent with nothing in it, as a question may be that need not be answered."""
    put_off: Labelled | None = None
    """Has an open question put again on the next working day."""


def card_of(visit: Visit, conversation: int, key: str) -> Card | None:
    """The card of one of the person's own pages; None where there is none any more or it cannot be composed."""
    return composed(f"card {conversation}:{key}", lambda: _card_of(visit, conversation, key))


def title_of(visit: Visit, conversation: int) -> str:
    """What a conversation is called where its page cannot be composed; empty where even that is not known."""
    row = ledger.conversation_row(visit.db, conversation)
    asked = ledger.asks(visit.db, conversation).values()
    if row is None or visit.person not in {row["starter_id"], *(ask["person_id"] for ask in asked)}:
        return ""
    return composed(f"title {conversation}", lambda: visit.say(f"{row['flow']}.waiting", **read(row["params"]))) or ""


def _card_of(visit: Visit, conversation: int, key: str) -> Card | None:
    row = ledger.conversation_row(visit.db, conversation)
    ask = ledger.asks(visit.db, conversation).get(key) if row else None
    if row is None or ask is None or ask["person_id"] != visit.person:
        return None
    try:
        turn = visit.turn(row)
        if ask["state"] == AskState.open:
            turn.peek()
            page = turn.page(key, visit.reader)
        else:
            page = turn.page_to_edit(key, visit.reader)
    except NothingOpen:
        return None  # the flow asks this no more, as after an edit that answered it
    match ask["state"]:
        case AskState.open:
            if ask["due_at"] is not None and ask["due_at"] <= visit.now:
                return _card(page, CardState.closed)
            later = put_off_button(visit, turn.flow, page.at, ask["due_at"])
            return replace(_card(page, CardState.open, started=bool(ask["draft"])), put_off=later)
        case AskState.expired:
            return _card(page, CardState.closed)
        case _:
            entry = turn.entries[key]
            state = _answered(visit, turn, entry)
            started = state == CardState.editable and bool(ask["draft"])
            return replace(_card(page, state, started=started, at=entry["at"]), left_empty=_is_empty(entry["value"]))


def _is_empty(value: Any) -> bool:
    """Whether an answer that was sent says nothing."""
    return not (value if not isinstance(value, Mapping) else any(map(bool, value.values())))


def _answered(visit: Visit, turn: Turn, entry: Mapping[str, Any]) -> CardState:
    try:
        visit.require_editable(turn.flow, entry)
    except (AlreadyAnswered, StageClosed):
        return CardState.answered
    return CardState.editable


def _card(page: Page, state: CardState, *, started: bool = False, at: datetime | None = None) -> Card:
    return Card(page.at, state, page.title, page.intro, page.due_text, started, at)
