"""Conversations and what happened in them: the journal, the open asks, the inbox and the outbox."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime

NOT_SHOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everything that was shown: where a page stands that nobody has looked at yet."""


class State(StrEnum):
    open = "open"
    done = "done"
    stopped = "stopped"
    """Somebody has left whose answer it needed, and nobody can answer in their place; or who began it discarded it."""


class Conversation(SQLModel, table=True):
    """One run of a flow. `subject` makes starting it idempotent: the same subject is the same conversation."""

    __tablename__ = "conversation"

    id: int | None = Field(default=None, primary_key=True)
    flow: str
    flow_version: int
    subject: str = Field(unique=True)
    starter_id: int = Field(foreign_key="person.id", index=True)
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    """The facts the flow was started with, as they were then; a replay sees the same ones."""
    state: str = State.open
    revision: int = 0
    """Moves with every turn: two answers at once cannot both build on the same state."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    touched_at: datetime = Field(sa_type=UtcDateTime)


class Entry(SQLModel, table=True):
    """The recorded result of one step. An edited answer is a new edition; the older ones stay."""

    __tablename__ = "entry"

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    key: str = Field(primary_key=True)
    edition: int = Field(default=1, primary_key=True)
    step: str
    """`ask`, `tell`, `save`, `draft` or `look`."""
    who: int | None = None
    """Who answered: for access and erasure."""
    value: Any = Field(default=None, sa_type=Json, nullable=True)
    at: datetime = Field(sa_type=UtcDateTime)


class AskState(StrEnum):
    open = "open"
    answered = "answered"
    expired = "expired"
    withdrawn = "withdrawn"
    """Not asked any more: an edited answer took another turn, or the conversation stopped."""


class OpenAsk(SQLModel, table=True):
    """A form somebody was asked to fill, from the asking to the answer; typed parts wait in `draft`."""

    __tablename__ = "open_ask"
    __table_args__ = (
        Index(
            "ix_open_ask_due",
            "due_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_open_ask_person", "person_id", "state"),
        Index(
            "ix_open_ask_remind",
            "remind_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    key: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    state: str = AskState.open
    draft: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    """Raw values by question key, as typed."""
    opened_at: datetime = Field(sa_type=UtcDateTime)
    shown_at: datetime = Field(sa_type=UtcDateTime)
    """Free text goes to the ask shown last."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When to look whether a reminder is called for; empty when none will be."""
    seconds: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """About how long the page takes, as its form was when it was put."""


class Inbox(SQLModel, table=True):
    """Events already dealt with: the same one again changes nothing."""

    __tablename__ = "inbox"

    id: str = Field(primary_key=True)
    conversation_id: int | None = None
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Delivery(IntEnum):
    waiting = 0
    sending = 1
    sent = 2
    failed = 3
    skipped = 4
    folded = 5
    """Told as a line of another message, whose outcome becomes its own (`bundle_id`)."""
    held = 6
    """It waits until whoever paused its announcement lets it go on."""


class Urgency(IntEnum):
    """How a message stands to the peace of whoever gets it."""

    answer = -1
    """Said to the person when they did something, but a platform did not take it: it waits behind nothing."""
    reply = 0
    """What the person just did leads to it: never held back."""
    binding = 1
    """Unasked, and something depends on it: a deadline, or that it is acknowledged."""
    ordinary = 2
    """Unasked."""


_HELD = text("status = 0 AND reason = 'budget'")
_FOLDED = text("status = 5")


_LOOSE = "status = 0 AND chunk IS NULL"
_ANSWER = "status = 0 AND urgency = -1"
_CHUNKED = "status = 0 AND chunk IS NOT NULL"


class Outbox(SQLModel, table=True):
    """A message promised by a transaction, until and after it was sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "due_at", "id", sqlite_where=text(_LOOSE), postgresql_where=text(_LOOSE)),
        Index("ix_outbox_answer", "due_at", sqlite_where=text(_ANSWER), postgresql_where=text(_ANSWER)),
        Index("ix_outbox_chunk", "chunk", sqlite_where=text(_CHUNKED), postgresql_where=text(_CHUNKED)),
        Index("ix_outbox_about", "about", "person_id", "status"),
        Index("ix_outbox_run", "run", sqlite_where=text("status = 1"), postgresql_where=text("status = 1")),
        Index("ix_outbox_person", "person_id", "status", "done_at"),
        Index("ix_outbox_held", "person_id", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_outbox_bundle", "bundle_id", sqlite_where=_FOLDED, postgresql_where=_FOLDED),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id")
    kind: str
    """`ask` (a page to show) or `tell` (a text)."""
    about: str | None = None
    """What a report counts this message under, such as an announcement's series."""
    conversation_id: int | None = None
    key: str | None = None
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    urgency: int = Field(default=Urgency.ordinary, sa_column_kwargs={"server_default": text("2")})
    bundle_id: int | None = None
    """The message that tells this one as a line of its own."""
    due_at: datetime = Field(sa_type=UtcDateTime)
    due_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was first due, where it waits because a platform takes it no sooner; not where its person is spared."""
    status: int = Delivery.waiting
    reason: str | None = None
    """Why it failed, was skipped, or waits longer than it was meant to."""
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was taken to be sent, and then what it came to."""
    chunk: str | None = None
    """The job that carries it together with others, while it waits for one."""
    platform: str | None = None
    """Where it goes or went, once that is decided; a message for everybody may be for one platform from the start."""
    place: str | None = None
    run: str | None = None
    """The process that is sending it."""
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """How often a platform did not take it."""


class ChatLine(SQLModel, table=True):
    """One line of a person's chat in the web playground: theirs or the bot's."""

    __tablename__ = "chat_line"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    mine: bool = False
    kind: str
    """As `storage.chat.LineKind` lists them."""
    conversation_id: int | None = None
    key: str | None = None
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    outbox_id: int | None = Field(default=None, unique=True)
    event: str | None = Field(default=None, unique=True)
    """What the line was made by; a repeat of the same event adds no second line."""
    at: datetime = Field(sa_type=UtcDateTime)


class Audit(SQLModel, table=True):
    """Somebody looked at, or was refused, another person's data; what a look is stands in `storage.access`."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "viewer_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    viewer_id: int
    """0 where it was the operator, at the command line (`storage.roles.OPERATOR`)."""
    owner_id: int
    what: str
    allowed: bool
