"""Teams' side of what is kept: who is who there and where they are reached, what was sent, and how fast may be sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, UniqueConstraint, and_, bindparam, case, delete, select, update
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, table
from storage.journal import AskState, Delivery, OpenAsk, Outbox
from storage.ledger import Row, insert_or_skip
from storage.people import Person, Status


class TeamsIdentity(SQLModel, table=True):
    """A Teams user who was found to be a person, by their e-mail address and once; from then on by their object id."""

    __tablename__ = "teams_identity"
    __table_args__ = (UniqueConstraint("tenant", "object_id"), UniqueConstraint("person_id"))

    id: int | None = Field(default=None, primary_key=True)
    tenant: str
    object_id: str
    """Who they are in the tenant's directory; it never changes."""
    person_id: int = Field(foreign_key="person.id")
    user: str
    """The bot's own name for them."""
    chat: str | None = None
    """Their chat with the bot alone; empty once they have removed it."""
    service_url: str
    found_at: datetime = Field(sa_type=UtcDateTime)
    welcomed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Shown(StrEnum):
    """What a message says at the moment; the states from `open` on are those of the question it asks."""

    sending = "sending"
    """It was about to be sent, and nobody knows yet whether it arrived."""
    said = "said"
    open = "open"
    answered = "answered"
    expired = "expired"
    withdrawn = "withdrawn"


class TeamsMessage(SQLModel, table=True):
    """A message to somebody in Teams, from the intent to send it on. One of `outbox_id`, `event` is given."""

    __tablename__ = "teams_message"

    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int | None = Field(default=None, unique=True)
    event: str | None = Field(default=None, unique=True)
    """The event it answers; the same event again is not answered twice."""
    person_id: int = Field(foreign_key="person.id", index=True)
    activity: str | None = None
    """Teams' name for it, once it has arrived."""
    conversation_id: int | None = Field(default=None, index=True)
    key: str | None = None
    shown: str = Shown.sending
    at: datetime = Field(sa_type=UtcDateTime)


class TeamsPace(SQLModel, table=True):
    """When the next message may be sent to a tenant, for all processes together."""

    __tablename__ = "teams_pace"

    tenant: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcDateTime)


identity = table(TeamsIdentity)
message = table(TeamsMessage)
pace = table(TeamsPace)
outbox = table(Outbox)
person = table(Person)
open_ask = table(OpenAsk)

_BY_OBJECT = select(identity).where(
    identity.c.tenant == bindparam("tenant"), identity.c.object_id == bindparam("object_id")
)
_BY_USER = select(identity).where(identity.c.tenant == bindparam("tenant"), identity.c.user == bindparam("user"))
_BY_PERSON = select(identity).where(identity.c.person_id == bindparam("person"))
_BY_EMAIL = select(person.c.id).where(person.c.email == bindparam("email"), person.c.status != Status.left)
_MOVED = (
    update(identity)
    .where(identity.c.id == bindparam("of_id"))
    .values(user=bindparam("to_user"), chat=bindparam("to_chat"), service_url=bindparam("to_service"))
)
_DUE = (
    select(
        outbox,
        person.c.status.label("person_status"),
        identity.c.tenant,
        identity.c.chat,
        identity.c.service_url,
    )
    .join(person, person.c.id == outbox.c.person_id)
    .outerjoin(identity, identity.c.person_id == outbox.c.person_id)
    .where(outbox.c.status == Delivery.waiting, outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=outbox)
)
_MARK = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"))
    .values(
        status=bindparam("to_status"),
        reason=bindparam("to_reason"),
        due_at=bindparam("to_due"),
        done_at=bindparam("to_done"),
    )
)
_STALE = (
    select(message, open_ask.c.state, identity.c.chat, identity.c.service_url)
    .join(open_ask, and_(open_ask.c.conversation_id == message.c.conversation_id, open_ask.c.key == message.c.key))
    .join(identity, identity.c.person_id == message.c.person_id)
    .where(message.c.activity.is_not(None), message.c.shown.in_([state.value for state in AskState]))
    .where(message.c.shown != open_ask.c.state, identity.c.chat.is_not(None))
    .order_by(message.c.id)
    .limit(bindparam("most"))
)


def identity_of(db: Connection, tenant: str, object_id: str) -> RowMapping | None:
    return db.execute(_BY_OBJECT, {"tenant": tenant, "object_id": object_id}).mappings().first()


def identity_called(db: Connection, tenant: str, user: str) -> RowMapping | None:
    """Whom the bot's own name for a user means."""
    return db.execute(_BY_USER, {"tenant": tenant, "user": user}).mappings().first()


def identity_for(db: Connection, person_id: int) -> RowMapping | None:
    """How somebody is known in Teams."""
    return db.execute(_BY_PERSON, {"person": person_id}).mappings().first()


def person_by_email(db: Connection, email: str) -> int | None:
    found: int | None = db.execute(_BY_EMAIL, {"email": email.strip().casefold()}).scalar()
    return found


def remember_identity(db: Connection, row: Mapping[str, Any]) -> bool:
    """Notes who somebody is; False if the person is somebody else in Teams already. Nobody is ever replaced."""
    blank = {"chat": None, "welcomed_at": None}
    if db.execute(insert_or_skip(TeamsIdentity, db.dialect.name), {**blank, **row}).rowcount == 1:
        return True
    known = identity_of(db, row["tenant"], row["object_id"])
    return known is not None and known["person_id"] == row["person_id"]


def moved(db: Connection, identity_id: int, user: str, chat: str | None, service_url: str) -> None:
    """Notes where somebody is reached from now on."""
    db.execute(_MOVED, {"of_id": identity_id, "to_user": user, "to_chat": chat, "to_service": service_url})


def out_of_reach(db: Connection, person_id: int) -> None:
    """Notes that somebody has removed the bot: nothing is sent to them until they add it again."""
    db.execute(update(identity).where(identity.c.person_id == person_id).values(chat=None, welcomed_at=None))


def welcome(db: Connection, identity_id: int, now: datetime) -> bool:
    """Whether somebody is still to be welcomed; they are from now on taken to have been."""
    of = and_(identity.c.id == identity_id, identity.c.welcomed_at.is_(None))
    return db.execute(update(identity).where(of).values(welcomed_at=now)).rowcount == 1


def due(db: Connection, now: datetime, most: int) -> Sequence[RowMapping]:
    """Promised messages whose time has come, each with where its person is reached."""
    return db.execute(_DUE, {"now": now, "most": most}).mappings().all()


def mark(db: Connection, row: Row, status: Delivery, now: datetime, reason: str | None = None) -> None:
    """Notes what became of a promised message. One that goes on waiting does so until `now`."""
    over = status not in (Delivery.waiting, Delivery.sending)
    values = {
        "of_id": row["id"],
        "to_status": status,
        "to_reason": reason,
        "to_due": now if status == Delivery.waiting else row["due_at"],
        "to_done": now if over else None,
    }
    db.execute(_MARK, values)


def intend(db: Connection, row: Mapping[str, Any]) -> int | None:
    """Notes that a message is about to be sent, and gives its number; None if it was noted before."""
    blank = {"outbox_id": None, "event": None, "activity": None, "conversation_id": None, "key": None}
    whole: dict[str, Any] = {**blank, "shown": Shown.sending, **row}
    if db.execute(insert_or_skip(TeamsMessage, db.dialect.name), whole).rowcount != 1:
        return None
    of = message.c.event == whole["event"] if whole["event"] else message.c.outbox_id == whole["outbox_id"]
    return int(db.execute(select(message.c.id).where(of)).scalar_one())


def arrived(db: Connection, message_id: int, activity: str, shown: str) -> None:
    db.execute(update(message).where(message.c.id == message_id).values(activity=activity, shown=shown))


def unsent(db: Connection, message_id: int) -> None:
    """Takes an intent back: the message is certain not to have arrived."""
    db.execute(delete(message).where(message.c.id == message_id))


def now_shows(db: Connection, message_id: int, shown: str) -> None:
    db.execute(update(message).where(message.c.id == message_id).values(shown=shown))


def outdated(db: Connection, most: int) -> Sequence[RowMapping]:
    """Messages that ask for what is answered or over by now, with the `state` of the question."""
    return db.execute(_STALE, {"most": most}).mappings().all()


def uncertain(db: Connection, before: datetime) -> Sequence[RowMapping]:
    """Promised messages of which nobody has noted whether they arrived."""
    lost = and_(message.c.shown == Shown.sending, message.c.outbox_id.is_not(None), message.c.at < before)
    found = select(message.c.id.label("message_id"), outbox).join(outbox, outbox.c.id == message.c.outbox_id)
    return db.execute(found.where(lost).order_by(message.c.id).limit(50)).mappings().all()


def take_slots(db: Connection, tenant: str, count: int, each: timedelta, now: datetime) -> datetime:
    """Reserves so many moments to send at, one after the other, and gives the first."""
    db.execute(insert_or_skip(TeamsPace, db.dialect.name), {"tenant": tenant, "free_at": now})
    free = db.execute(select(pace.c.free_at).where(pace.c.tenant == tenant).with_for_update()).scalar_one()
    first: datetime = max(free, now)
    db.execute(update(pace).where(pace.c.tenant == tenant).values(free_at=first + count * each))
    return first


def pause(db: Connection, tenant: str, until: datetime) -> None:
    """Nothing is sent to a tenant before this moment."""
    db.execute(insert_or_skip(TeamsPace, db.dialect.name), {"tenant": tenant, "free_at": until})
    later = case((pace.c.free_at < until, until), else_=pace.c.free_at)
    db.execute(update(pace).where(pace.c.tenant == tenant).values(free_at=later))
