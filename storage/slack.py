"""Slack's side of what is kept: who is who there, which messages were sent, and how fast may be sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, UniqueConstraint, and_, bindparam, case, delete, or_, select, update
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, table
from storage.journal import AskState, OpenAsk
from storage.ledger import insert_or_skip
from storage.people import Person, Status


class SlackIdentity(SQLModel, table=True):
    """A Slack user who was found to be a person, by their e-mail address and once; from then on by these ids."""

    __tablename__ = "slack_identity"
    __table_args__ = (UniqueConstraint("team", "user"), UniqueConstraint("team", "person_id"))

    id: int | None = Field(default=None, primary_key=True)
    team: str
    """The workspace, or the organization where the app was installed for the whole of it."""
    user: str
    person_id: int = Field(foreign_key="person.id", index=True)
    channel: str | None = None
    """Their direct messages with the bot, once there were any."""
    checked_at: datetime = Field(sa_type=UtcDateTime)
    """When Slack was last asked whether they are still a full member."""


class Shown(StrEnum):
    """What a message says at the moment."""

    sending = "sending"
    """It was about to be sent, and nobody knows yet whether it arrived."""
    said = "said"
    """It says what it says, and will not change."""
    open = "open"
    """It asks for an answer; the other states are those of the question it asks."""
    answered = "answered"
    expired = "expired"
    withdrawn = "withdrawn"


class SlackMessage(SQLModel, table=True):
    """A message to somebody in Slack, from the intent to send it on. Exactly one of `outbox_id`, `event` is given."""

    __tablename__ = "slack_message"

    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int | None = Field(default=None, unique=True)
    event: str | None = Field(default=None, unique=True)
    """The event it answers; the same event again is not answered twice."""
    person_id: int = Field(foreign_key="person.id", index=True)
    team: str
    channel: str | None = None
    ts: str | None = None
    """Slack's name for it, once it has arrived."""
    conversation_id: int | None = Field(default=None, index=True)
    key: str | None = None
    shown: str = Shown.sending
    at: datetime = Field(sa_type=UtcDateTime)


class SlackPace(SQLModel, table=True):
    """When the next message may be sent to a workspace, for all processes together."""

    __tablename__ = "slack_pace"

    team: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcDateTime)


identity = table(SlackIdentity)
message = table(SlackMessage)
pace = table(SlackPace)
person = table(Person)
open_ask = table(OpenAsk)

_BY_USER = select(identity).where(identity.c.team == bindparam("team"), identity.c.user == bindparam("user"))
_BY_PERSON = select(identity).where(identity.c.team == bindparam("team"), identity.c.person_id == bindparam("person"))
_BY_EMAIL = select(person.c.id).where(person.c.email == bindparam("email"), person.c.status != Status.left)
_ARRIVED = (
    update(message)
    .where(message.c.id == bindparam("of_id"))
    .values(channel=bindparam("to_channel"), ts=bindparam("to_ts"), shown=bindparam("to_shown"))
)
_STALE = (
    select(message, open_ask.c.state)
    .join(
        open_ask,
        and_(open_ask.c.conversation_id == message.c.conversation_id, open_ask.c.key == message.c.key),
    )
    .where(message.c.ts.is_not(None), message.c.shown.in_([state.value for state in AskState]))
    .where(message.c.shown != open_ask.c.state, message.c.id > bindparam("after"))
    .order_by(message.c.id)
    .limit(50)
)


def identity_of(db: Connection, team: str, user: str) -> RowMapping | None:
    return db.execute(_BY_USER, {"team": team, "user": user}).mappings().first()


def identity_for(db: Connection, team: str, person_id: int) -> RowMapping | None:
    """How somebody is known in a workspace."""
    return db.execute(_BY_PERSON, {"team": team, "person": person_id}).mappings().first()


def person_by_email(db: Connection, email: str) -> int | None:
    found: int | None = db.execute(_BY_EMAIL, {"email": email.strip().casefold()}).scalar()
    return found


def remember_identity(db: Connection, team: str, user: str, person_id: int, now: datetime) -> None:
    """Notes who somebody is. An address has one user at a time: whoever had it before them is forgotten."""
    same = or_(identity.c.user == user, identity.c.person_id == person_id)
    db.execute(delete(identity).where(identity.c.team == team, same))
    row = {"team": team, "user": user, "person_id": person_id, "channel": None, "checked_at": now}
    db.execute(insert_or_skip(SlackIdentity, db.dialect.name), row)


def recheck(db: Connection, team: str, user: str, now: datetime) -> None:
    db.execute(update(identity).where(identity.c.team == team, identity.c.user == user).values(checked_at=now))


def forget_identity(db: Connection, team: str, user: str | None = None) -> None:
    """Forgets a user of a workspace, or all of them."""
    which = identity.c.team == team if user is None else and_(identity.c.team == team, identity.c.user == user)
    db.execute(delete(identity).where(which))


def remember_channel(db: Connection, team: str, person_id: int, channel: str) -> None:
    of = and_(identity.c.team == team, identity.c.person_id == person_id, identity.c.channel.is_(None))
    db.execute(update(identity).where(of).values(channel=channel))


def intend(db: Connection, row: Mapping[str, Any]) -> int | None:
    """Notes that a message is about to be sent, and gives its number; None if it was noted before."""
    blank: dict[str, Any] = {"outbox_id": None, "event": None, "channel": None, "ts": None}
    whole = {**blank, "conversation_id": None, "key": None, "shown": Shown.sending, **row}
    if db.execute(insert_or_skip(SlackMessage, db.dialect.name), whole).rowcount != 1:
        return None
    of = message.c.event == whole["event"] if whole["event"] else message.c.outbox_id == whole["outbox_id"]
    return int(db.execute(select(message.c.id).where(of)).scalar_one())


def arrived(db: Connection, message_id: int, channel: str, ts: str, shown: Shown) -> None:
    db.execute(_ARRIVED, {"of_id": message_id, "to_channel": channel, "to_ts": ts, "to_shown": shown})


def unsent(db: Connection, message_id: int) -> None:
    """Takes an intent back: the message is certain not to have arrived."""
    db.execute(delete(message).where(message.c.id == message_id))


def now_shows(db: Connection, message_id: int, shown: str) -> None:
    db.execute(update(message).where(message.c.id == message_id).values(shown=shown))


def message_for_event(db: Connection, event: str) -> RowMapping | None:
    return db.execute(select(message).where(message.c.event == event)).mappings().first()


def outdated(db: Connection, after: int = 0) -> Sequence[RowMapping]:
    """Messages that ask for what is answered or over by now, with the `state` of the question."""
    return db.execute(_STALE, {"after": after}).mappings().all()


def uncertain(db: Connection, before: datetime) -> Sequence[RowMapping]:
    """Promised messages of which nobody has noted whether they arrived."""
    lost = and_(message.c.shown == Shown.sending, message.c.outbox_id.is_not(None), message.c.at < before)
    return db.execute(select(message).where(lost).order_by(message.c.id).limit(50)).mappings().all()


def take_slots(db: Connection, team: str, count: int, each: timedelta, now: datetime) -> datetime:
    """Reserves so many moments to send at, one after the other, and gives the first."""
    db.execute(insert_or_skip(SlackPace, db.dialect.name), {"team": team, "free_at": now})
    row = db.execute(select(pace.c.free_at).where(pace.c.team == team).with_for_update()).scalar_one()
    first: datetime = max(row, now)
    db.execute(update(pace).where(pace.c.team == team).values(free_at=first + count * each))
    return first


def pause(db: Connection, team: str, until: datetime) -> None:
    """Nothing is sent to a workspace before this moment."""
    db.execute(insert_or_skip(SlackPace, db.dialect.name), {"team": team, "free_at": until})
    later = case((pace.c.free_at < until, until), else_=pace.c.free_at)
    db.execute(update(pace).where(pace.c.team == team).values(free_at=later))


def forget_team(db: Connection, team: str) -> None:
    """Forgets everything about a workspace the app was removed from."""
    db.execute(delete(message).where(message.c.team == team))
    db.execute(delete(identity).where(identity.c.team == team))
    db.execute(delete(pace).where(pace.c.team == team))


def forget_person(db: Connection, person_id: int) -> None:
    """Forgets how somebody was reached: their account is gone, and another may take its place."""
    db.execute(delete(identity).where(identity.c.person_id == person_id))
