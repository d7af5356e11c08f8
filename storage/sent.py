"""Sent: every message that stands in somebody's chat on a platform, and whether it still says what is so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, Index, RowMapping, and_, bindparam, delete, func, select, text, tuple_, update
from sqlmodel import Field, SQLModel

from storage import wordings
from storage.columns import UtcDateTime, table
from storage.journal import AskState, Delivery, OpenAsk, Outbox
from storage.ledger import insert_or_skip
from storage.wordings import Wording


class Shown(StrEnum):
    """What a message says at the moment; the states from `open` on are those of the question it asks."""

    sending = "sending"
    """It answers an event and was about to be sent, and nobody knows yet whether it arrived."""
    promised = "promised"
    """It answers an event, and the platform did not take it then: delivery brings it, as the outbox has it."""
    said = "said"
    """It says what it says, and will not change."""
    open = "open"
    answered = "answered"
    expired = "expired"
    withdrawn = "withdrawn"


class SentMessage(SQLModel, table=True):
    """A message in a chat: promised by the outbox, or the answer to an event. One of `outbox_id`, `event` is given.

    One that tells several others (`storage.bundles`) stands here once more for each of them that may be reworded.
    """

    __tablename__ = "sent_message"
    __table_args__ = (
        Index(
            "ix_sent_message_about",
            "about",
            "revision",
            sqlite_where=text("about IS NOT NULL"),
            postgresql_where=text("about IS NOT NULL"),
        ),
        Index(
            "ix_sent_message_chunk",
            "chunk",
            sqlite_where=text("chunk IS NOT NULL"),
            postgresql_where=text("chunk IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    place: str
    outbox_id: int | None = Field(default=None, unique=True)
    event: str | None = Field(default=None, unique=True)
    """The event it answers; the same event again is not answered twice."""
    person_id: int = Field(foreign_key="person.id", index=True)
    chat: str | None = None
    name: str | None = None
    """What the platform calls it, once it has arrived: Slack's `ts`, Teams' activity id."""
    service_url: str | None = None
    conversation_id: int | None = Field(default=None, index=True)
    key: str | None = None
    shown: str = Shown.sending
    about: str | None = None
    """As the outbox has it: what the message says changes with the revisions of that (`storage.wordings`)."""
    revision: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """Which of them it shows."""
    chunk: str | None = None
    """The job that brings it up to date together with others."""
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Not brought up to date before this, because the platform did not take that the last time."""
    at: datetime = Field(sa_type=UtcDateTime)


message = table(SentMessage)
open_ask = table(OpenAsk)
outbox = table(Outbox)
whole = outbox.alias("whole")
"""The message that tells a promised one: itself, or the bundle it is a line of."""
wording = table(Wording)

MOST = 50
_FOR_EVENT = select(message).where(message.c.event == bindparam("of_event"))
_ARRIVED = (
    update(message)
    .where(message.c.id == bindparam("of_id"))
    .values(chat=bindparam("to_chat"), name=bindparam("to_name"), shown=bindparam("to_shown"))
)
_SHOWS = update(message).where(message.c.id == bindparam("of_id")).values(shown=bindparam("to_shown"))
_STALE = (
    select(message, open_ask.c.state)
    .join(
        open_ask,
        and_(open_ask.c.conversation_id == message.c.conversation_id, open_ask.c.key == message.c.key),
    )
    .where(message.c.name.is_not(None), message.c.shown.in_([state.value for state in AskState]))
    .where(message.c.shown != open_ask.c.state, message.c.id > bindparam("after"))
    .order_by(message.c.id)
    .limit(MOST)
)
_STALE_OF = _STALE.where(message.c.person_id.in_(bindparam("people", expanding=True)))
_ASKING = (
    update(message)
    .where(message.c.platform == bindparam("on_platform"), message.c.person_id == bindparam("of_person"))
    .where(message.c.name == bindparam("called"), message.c.conversation_id.is_not(None))
)


def _state_of(conversation: Any, key: Any) -> Any:
    """How the question stands that a message asks; one that is not asked by anybody leaves the message as it is."""
    of = select(open_ask.c.state).where(open_ask.c.conversation_id == conversation, open_ask.c.key == key)
    return func.coalesce(of.scalar_subquery(), message.c.shown)


_REPLACED = _ASKING.values(
    conversation_id=bindparam("to_conversation"),
    key=bindparam("to_key"),
    shown=_state_of(bindparam("to_conversation"), bindparam("to_key")),
)
_TOLD = _ASKING.values(shown=_state_of(message.c.conversation_id, message.c.key))
_BEHIND = (message.c.about == wording.c.about) & (message.c.revision < wording.c.revision)
_OLDER = select(message.c.id).where(
    message.c.about == bindparam("of_about"), message.c.revision < bindparam("newest"), message.c.name.is_not(None)
)
_LOOSE = (
    _OLDER.where(message.c.chunk.is_(None))
    .where(message.c.retry_at.is_(None) | (message.c.retry_at <= bindparam("now", type_=UtcDateTime)))
    .where(tuple_(message.c.platform, message.c.place).in_(bindparam("places", expanding=True)))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_ON_ITS_WAY = (
    select(outbox.c.id)
    .join(whole, whole.c.id == func.coalesce(outbox.c.bundle_id, outbox.c.id))
    .where(outbox.c.about == bindparam("of_about"), outbox.c.status.in_((Delivery.sending, Delivery.folded)))
    .where(whole.c.status == Delivery.sending)
)
_GATHER = update(message).where(message.c.id == bindparam("of_id")).values(chunk=bindparam("to_chunk"))
_IN_CHUNK = (
    select(
        *(each for each in message.c if each.name != "outbox_id"),
        whole.c.id.label("outbox_id"),
        wording.c.revision.label("newest"),
        whole.c.body,
        whole.c.kind,
    )
    .join(wording, _BEHIND)
    .join(outbox, outbox.c.id == message.c.outbox_id)
    .join(whole, whole.c.id == func.coalesce(outbox.c.bundle_id, outbox.c.id))
    .where(message.c.chunk == bindparam("of_chunk"))
    .order_by(message.c.id)
    .limit(MOST)
)
_SAYS = update(message).where(message.c.id == bindparam("of_id")).values(revision=bindparam("to_revision"), chunk=None)
_LATER = update(message).where(message.c.id == bindparam("of_id")).values(retry_at=bindparam("to_retry"), chunk=None)
_BLANK: Mapping[str, Any] = {
    "outbox_id": None,
    "event": None,
    "chat": None,
    "name": None,
    "service_url": None,
    "conversation_id": None,
    "key": None,
    "about": None,
    "revision": 0,
    "chunk": None,
    "retry_at": None,
}


@cache
def _intent(dialect: str) -> Any:
    return insert_or_skip(SentMessage, dialect).returning(message.c.id)


def intend(db: Connection, row: Mapping[str, Any]) -> int | None:
    """Notes that an event is about to be answered, and gives the message's number; None if that was noted before."""
    whole = {**_BLANK, "shown": Shown.sending, **row}
    number: int | None = db.execute(_intent(db.dialect.name), whole).scalar()
    return number


@dataclass(frozen=True)
class Arrival:
    """An answer that has arrived: its number, and what the platform calls it."""

    number: int
    chat: str
    name: str
    shown: Shown


def arrived(db: Connection, arrivals: Sequence[Arrival]) -> None:
    rows = [{"of_id": a.number, "to_chat": a.chat, "to_name": a.name, "to_shown": a.shown} for a in arrivals]
    db.execute(_ARRIVED, rows)


def unsent(db: Connection, message_id: int) -> None:
    """Takes an intent back: the message is certain not to have arrived."""
    db.execute(delete(message).where(message.c.id == message_id))


def record(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Notes promised messages that have arrived."""
    if rows:
        db.execute(insert_or_skip(SentMessage, db.dialect.name), [{**_BLANK, **row} for row in rows])


def now_shows(db: Connection, message_id: int, shown: str) -> None:
    db.execute(_SHOWS, {"of_id": message_id, "to_shown": shown})


def replaced(db: Connection, platform: str, person: int, name: str, at: tuple[int, str] | None) -> None:
    """Notes that a message with a question says something else by now: another question, or what came of it."""
    of = {"on_platform": platform, "of_person": person, "called": name}
    if at:
        db.execute(_REPLACED, {**of, "to_conversation": at[0], "to_key": at[1]})
    else:
        db.execute(_TOLD, of)


def not_replaced(db: Connection, platform: str, person: int, name: str) -> None:
    """Notes that a message could not be given other words after all: it asks what it asked."""
    db.execute(_ASKING.values(shown=Shown.open), {"on_platform": platform, "of_person": person, "called": name})


def message_for_event(db: Connection, event: str) -> RowMapping | None:
    return db.execute(_FOR_EVENT, {"of_event": event}).mappings().first()


def outdated(db: Connection, after: int = 0, people: Collection[int] | None = None) -> Sequence[RowMapping]:
    """Messages, by number, that ask for what is answered or over by now, with the `state` of the question.

    `people` are those whose turn it was that may have put some out of date: whoever was asked in its conversation.
    """
    if people is None:
        return db.execute(_STALE, {"after": after}).mappings().all()
    return db.execute(_STALE_OF, {"after": after, "people": list(people)}).mappings().all()


def gather_outdated(db: Connection, places: Collection[tuple[str, str]], most: int, now: datetime) -> dict[int, str]:
    """Messages in these places that say what is not so any more, and are in no job yet: what each is about."""
    found: dict[int, str] = {}
    for row in wordings.spreading(db) if places else ():
        of = {"of_about": row["about"], "newest": row["revision"]}
        rest = {"places": list(places), "most": most - len(found), "now": now}
        loose = db.execute(_LOOSE, {**of, **rest}).scalars().all()
        found |= dict.fromkeys(loose, row["about"])
        if not loose and not _is_behind(db, of):
            wordings.is_spread(db, row, now)
    return found


def _is_behind(db: Connection, of: Mapping[str, Any]) -> bool:
    """Whether any message does not say the newest yet, or may turn out not to once it has arrived."""
    older = db.execute(_OLDER.limit(1), of).first()
    return older is not None or db.execute(_ON_ITS_WAY.limit(1), {"of_about": of["of_about"]}).first() is not None


def put_into_jobs(db: Connection, chunks: Mapping[str, Sequence[int]]) -> None:
    rows = [{"of_id": number, "to_chunk": chunk} for chunk, numbers in chunks.items() for number in numbers]
    if rows:
        db.execute(_GATHER, rows)


def outdated_in(db: Connection, chunk: str) -> Sequence[RowMapping]:
    """The next messages of a job to be brought up to date, each with the `newest` revision of what it is about.

    The `body` and `outbox_id` are those of what stands there: of the bundle, where it is a line of one.
    """
    return db.execute(_IN_CHUNK, {"of_chunk": chunk}).mappings().all()


def now_says(db: Connection, revisions: Mapping[int, int]) -> None:
    """Notes which revision messages show by now."""
    if revisions:
        db.execute(_SAYS, [{"of_id": number, "to_revision": revision} for number, revision in revisions.items()])


def later(db: Connection, message_id: int, at: datetime) -> None:
    """Has a message wait to be brought up to date."""
    db.execute(_LATER, {"of_id": message_id, "to_retry": at})


def release(db: Connection, chunk: str) -> None:
    """Takes what a job has not brought up to date out of it, for the next one."""
    db.execute(update(message).where(message.c.chunk == chunk).values(chunk=None))


def forget_place(db: Connection, platform: str, place: str) -> None:
    db.execute(delete(message).where(message.c.platform == platform, message.c.place == place))
