"""The ledger: every statement a turn of a conversation makes, as Core constants.

A turn is the hot path. Its statements are built once, because a Core statement that SQLAlchemy has compiled
before costs a fraction of one built anew (https://docs.sqlalchemy.org/en/21/core/connections.html#sql-caching).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, RowMapping, and_, bindparam, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from storage.columns import table
from storage.journal import AskState, Conversation, Delivery, Entry, Inbox, OpenAsk, Outbox, State, Urgency
from storage.people import Person, Status

conversation = table(Conversation)
entry = table(Entry)
open_ask = table(OpenAsk)
inbox = table(Inbox)
outbox = table(Outbox)
person = table(Person)

Row = Mapping[Any, Any]
"""A row that was read, or one just written as it will be read back."""

_CONVERSATION = select(conversation).where(conversation.c.id == bindparam("conversation")).with_for_update()
_BY_SUBJECT = select(conversation).where(conversation.c.subject == bindparam("of_subject"))
_ENTRIES = (
    select(entry.c.key, entry.c.edition, entry.c.step, entry.c.value, entry.c.at)
    .where(entry.c.conversation_id == bindparam("conversation"))
    .order_by(entry.c.edition)
)
_ASKS = select(open_ask).where(open_ask.c.conversation_id == bindparam("conversation")).order_by(open_ask.c.opened_at)
_OPEN_FOR = (
    select(open_ask, conversation.c.flow, conversation.c.flow_version, conversation.c.params)
    .join(conversation, conversation.c.id == open_ask.c.conversation_id)
    .where(open_ask.c.person_id == bindparam("person"), open_ask.c.state == AskState.open)
    .order_by(open_ask.c.shown_at.desc(), open_ask.c.opened_at.desc(), open_ask.c.conversation_id.desc())
)
_OTHERS = open_ask.alias()
_COME_OF_IT = select(entry.c.key).where(
    entry.c.conversation_id == conversation.c.id, entry.c.step.in_(("save", "tell"))
)
_OTHERS_ASKED = select(_OTHERS.c.key).where(
    _OTHERS.c.conversation_id == conversation.c.id, _OTHERS.c.person_id != bindparam("person")
)
_BEGUN_BY = _OPEN_FOR.where(
    conversation.c.starter_id == bindparam("person"), ~_COME_OF_IT.exists(), ~_OTHERS_ASKED.exists()
)
_DUE = (
    select(open_ask.c.conversation_id, open_ask.c.key, open_ask.c.due_at)
    .where(text("state = 'open'"), open_ask.c.due_at <= bindparam("now"))  # the very words of the index
    .order_by(open_ask.c.due_at)
    .limit(500)
)
_LEFT_OVER = (
    select(open_ask.c.conversation_id, open_ask.c.key, open_ask.c.due_at)
    .join(person, person.c.id == open_ask.c.person_id)
    .where(open_ask.c.state == AskState.open, person.c.status == Status.left)
    .limit(500)
)
_MOVE = (
    update(conversation)
    .where(conversation.c.id == bindparam("of_conversation"), conversation.c.revision == bindparam("seen"))
    .values(revision=conversation.c.revision + 1, touched_at=bindparam("now"), state=bindparam("to_state"))
)
_OF_ASK = and_(
    open_ask.c.conversation_id == bindparam("of_conversation"),
    open_ask.c.key == bindparam("of_key"),
)
_CLOSE = update(open_ask).where(_OF_ASK).values(state=bindparam("to_state"), draft=bindparam("to_draft"))
_KEEP = (
    update(open_ask)
    .where(_OF_ASK, open_ask.c.state == AskState.open)
    .values(draft=bindparam("to_draft"), shown_at=bindparam("now"))
)
_KEEP_EDIT = update(open_ask).where(_OF_ASK, open_ask.c.state == AskState.answered).values(draft=bindparam("to_draft"))
_AGAIN = (
    update(open_ask)
    .where(_OF_ASK)
    .values(
        person_id=bindparam("to_person"),
        state=AskState.open,
        draft=bindparam("to_draft"),
        opened_at=bindparam("now"),
        shown_at=bindparam("to_shown"),
        due_at=bindparam("to_due"),
        remind_at=bindparam("to_remind"),
    )
)
_SHOWN = update(open_ask).where(_OF_ASK).values(shown_at=bindparam("now"))
_ENTRY = insert(entry)
_OUTBOX = insert(outbox)
_CLAIMED = select(inbox.c.conversation_id).where(inbox.c.id == bindparam("event"))
_LINK = update(inbox).where(inbox.c.id == bindparam("event")).values(conversation_id=bindparam("of_conversation"))
_OPEN_FLOWS = (
    select(conversation.c.flow, conversation.c.flow_version, func.count())
    .where(conversation.c.state == State.open)
    .group_by(conversation.c.flow, conversation.c.flow_version)
)


@cache
def insert_or_skip(model: type[SQLModel], dialect: str) -> Insert:
    """An insert that does nothing where the row is already there; its rowcount tells."""
    new = sqlite.insert if dialect == "sqlite" else postgresql.insert
    skipping = new(table(model)).on_conflict_do_nothing()
    return skipping.execution_options(preserve_rowcount=True)  # on PostgreSQL an insert's is lost otherwise


def claim(db: Connection, event: str, now: datetime, conversation_id: int | None = None) -> bool:
    """Whether the event is new; it is taken by this transaction if so, for its conversation if that is known."""
    row = {"id": event, "at": now, "conversation_id": conversation_id}
    return db.execute(insert_or_skip(Inbox, db.dialect.name), row).rowcount == 1


def link(db: Connection, event: str, conversation_id: int) -> None:
    """Remembers which conversation an event belonged to, so that a repeat can be answered alike."""
    db.execute(_LINK, {"event": event, "of_conversation": conversation_id})


def claimed_by(db: Connection, event: str) -> int | None:
    """The conversation an event that came before belonged to."""
    return db.execute(_CLAIMED, {"event": event}).scalar()


def begin(db: Connection, row: Mapping[str, Any]) -> tuple[RowMapping, bool]:
    """The conversation on this row's subject, and whether it was begun just now."""
    new = db.execute(insert_or_skip(Conversation, db.dialect.name), row).rowcount == 1
    return db.execute(_BY_SUBJECT, {"of_subject": row["subject"]}).mappings().one(), new


def conversation_row(db: Connection, conversation_id: int) -> RowMapping | None:
    """A conversation, held for this transaction: on PostgreSQL whoever else wants it waits here for its end."""
    return db.execute(_CONVERSATION, {"conversation": conversation_id}).mappings().first()


def entries(db: Connection, conversation_id: int) -> dict[str, Row]:
    """The newest edition of every entry of a conversation, by key."""
    return {row["key"]: row for row in db.execute(_ENTRIES, {"conversation": conversation_id}).mappings()}


def asks(db: Connection, conversation_id: int) -> dict[str, Row]:
    """Every ask of a conversation, open or not, by key."""
    return {row["key"]: row for row in db.execute(_ASKS, {"conversation": conversation_id}).mappings()}


def open_for(db: Connection, person: int) -> Sequence[RowMapping]:
    """What waits for a person, last shown first, each with the flow, version and params of its conversation."""
    return db.execute(_OPEN_FOR, {"person": person}).mappings().all()


def begun_by(db: Connection, person: int) -> Sequence[RowMapping]:
    """The same of what the person began, as long as nothing of it was saved and nobody else told or asked."""
    return db.execute(_BEGUN_BY, {"person": person}).mappings().all()


def due(db: Connection, now: datetime) -> Sequence[RowMapping]:
    """Open asks nobody will answer: up to 500 whose time is over, longest over first, or whose person has left."""
    over = db.execute(_DUE, {"now": now}).mappings().all()
    return [*over, *db.execute(_LEFT_OVER).mappings()]


def move(db: Connection, conversation_id: int, seen: int, state: State, now: datetime) -> bool:
    """Marks that a turn was made; False if somebody else made one since this one was read."""
    values = {"of_conversation": conversation_id, "seen": seen, "now": now, "to_state": state}
    return db.execute(_MOVE, values).rowcount == 1


def open_one(db: Connection, row: Mapping[str, Any]) -> None:
    db.execute(insert_or_skip(OpenAsk, db.dialect.name), row)


def ask_again(db: Connection, row: Mapping[str, Any]) -> None:
    """Opens an ask once more, perhaps to somebody else."""
    values = {
        "of_conversation": row["conversation_id"],
        "of_key": row["key"],
        "to_person": row["person_id"],
        "to_draft": row["draft"],
        "now": row["opened_at"],
        "to_shown": row["shown_at"],
        "to_due": row["due_at"],
        "to_remind": row["remind_at"],
    }
    db.execute(_AGAIN, values)


def close_one(db: Connection, conversation_id: int, key: str, state: AskState, draft: Mapping[str, Any]) -> None:
    values = {"of_conversation": conversation_id, "of_key": key, "to_state": state, "to_draft": draft}
    db.execute(_CLOSE, values)


def keep_draft(db: Connection, conversation_id: int, key: str, draft: Mapping[str, Any], now: datetime) -> None:
    """Keeps what has been typed so far."""
    db.execute(_KEEP, {"of_conversation": conversation_id, "of_key": key, "to_draft": draft, "now": now})


def keep_edit(db: Connection, conversation_id: int, key: str, draft: Mapping[str, Any]) -> None:
    """Keeps the changes somebody is making to an answer that was sent; an empty draft discards them."""
    db.execute(_KEEP_EDIT, {"of_conversation": conversation_id, "of_key": key, "to_draft": draft})


def mark_shown(db: Connection, conversation_id: int, key: str, now: datetime) -> None:
    db.execute(_SHOWN, {"of_conversation": conversation_id, "of_key": key, "now": now})


def add_entries(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        db.execute(_ENTRY, rows)


def promise(db: Connection, rows: Iterable[Mapping[str, Any]], *, unless_there: bool = False) -> None:
    """Messages to be sent once this transaction has committed; `unless_there` leaves out what was promised before."""
    listed = [{"status": Delivery.waiting, "urgency": Urgency.ordinary, "chunk": None, **row} for row in rows]
    if listed:
        new = insert_or_skip(Outbox, db.dialect.name) if unless_there else _OUTBOX
        db.execute(new, [{"attempts": 0, **row} for row in listed] if unless_there else listed)


def promised_body(db: Connection, number: int) -> Mapping[str, Any]:
    """What a message of this number says, as it was promised; nothing where there is none."""
    found = db.execute(select(outbox.c.body).where(outbox.c.id == number)).scalar()
    return found or {}


def open_flows(db: Connection) -> dict[tuple[str, int], int]:
    """How many conversations are open, by flow and version."""
    return {(row[0], row[1]): row[2] for row in db.execute(_OPEN_FLOWS)}
