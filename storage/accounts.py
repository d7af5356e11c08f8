"""Accounts: which person somebody is on a chat platform, and where they are reached there."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    RowMapping,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, table
from storage.ledger import insert_or_skip
from storage.people import Person, Status

SLACK, TEAMS = "slack", "teams"
LATELY = timedelta(minutes=10)
"""Within which it is not noted again that somebody was there."""


class Account(SQLModel, table=True):
    """A user of a platform who was found to be a person, by their e-mail address and once; from then on by these ids.

    In Teams a person has one account, whatever the tenant, and nobody ever takes another's place.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("platform", "place", "user"),
        UniqueConstraint("platform", "place", "person_id"),
        Index(
            "ix_account_teams_person",
            "person_id",
            unique=True,
            sqlite_where=text("platform = 'teams'"),
            postgresql_where=text("platform = 'teams'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    place: str
    """The Slack workspace, or its organization where the app is there for the whole of it; the Teams tenant."""
    user: str
    """Slack's id of the user; in Teams the object id in the tenant's directory. It never changes."""
    person_id: int = Field(foreign_key="person.id", index=True)
    handle: str | None = None
    """Teams: the bot's own name for them."""
    chat: str | None = None
    """Their chat with the bot alone, once there was any; in Teams empty again once they have removed it."""
    service_url: str | None = None
    """Teams: where it is reached."""
    checked_at: datetime = Field(sa_type=UtcDateTime)
    """When the platform was last asked whether they are still a full member."""
    used_at: datetime = Field(sa_type=UtcDateTime)
    """When they were last there: a conversation follows the person."""
    welcomed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


account = table(Account)
person = table(Person)

_OF = select(account).where(
    account.c.platform == bindparam("platform"),
    account.c.place == bindparam("place"),
    account.c.user == bindparam("of_user"),
)
_NAMED = select(account).where(
    account.c.platform == bindparam("platform"),
    account.c.place == bindparam("place"),
    account.c.handle == bindparam("of_handle"),
)
_FOR = (
    select(account)
    .where(account.c.platform == bindparam("platform"), account.c.person_id == bindparam("person"))
    .order_by(account.c.used_at.desc(), account.c.id)
)
_REACHED = (
    select(account)
    .where(account.c.person_id.in_(bindparam("people", expanding=True)))
    .order_by(account.c.used_at.desc(), account.c.id)
)
_BY_EMAIL = select(person.c.id).where(person.c.email == bindparam("email"), person.c.status != Status.left)


def account_of(db: Connection, platform: str, place: str, user: str) -> RowMapping | None:
    return db.execute(_OF, {"platform": platform, "place": place, "of_user": user}).mappings().first()


def account_named(db: Connection, platform: str, place: str, handle: str) -> RowMapping | None:
    """Whom the bot's own name for a user means."""
    return db.execute(_NAMED, {"platform": platform, "place": place, "of_handle": handle}).mappings().first()


def account_for(db: Connection, platform: str, person_id: int) -> RowMapping | None:
    """How somebody is known on a platform, where they were last there."""
    return db.execute(_FOR, {"platform": platform, "person": person_id}).mappings().first()


def reached(db: Connection, people: Iterable[int]) -> Mapping[int, Sequence[RowMapping]]:
    """The accounts of some people, each person's last used first."""
    found: dict[int, list[RowMapping]] = {}
    for row in db.execute(_REACHED, {"people": list(people)}).mappings():
        found.setdefault(row["person_id"], []).append(row)
    return found


def unmet(db: Connection, platform: str, known_in: Iterable[str]) -> Sequence[tuple[int, str]]:
    """Everybody who is here and has no account in any of these places: their id and e-mail address."""
    there = select(account.c.person_id).where(account.c.platform == platform, account.c.place.in_(list(known_in)))
    found = select(person.c.id, person.c.email).where(person.c.status == Status.active, person.c.id.not_in(there))
    return [(row[0], row[1]) for row in db.execute(found.order_by(person.c.id))]


def places(db: Connection, platform: str) -> frozenset[str]:
    """Where on a platform anybody is known."""
    return frozenset(db.execute(select(account.c.place).where(account.c.platform == platform).distinct()).scalars())


def person_by_email(db: Connection, email: str) -> int | None:
    """Who has an address. One with letters beyond ASCII is nobody's: what folds or looks alike is another address."""
    plain = email.strip()
    found: int | None = db.execute(_BY_EMAIL, {"email": plain.lower()}).scalar() if plain.isascii() else None
    return found


def remember(db: Connection, platform: str, place: str, user: str, person_id: int, now: datetime, **more: Any) -> bool:
    """Notes who somebody is; False if that user or person is known there as somebody else already."""
    row = {"platform": platform, "place": place, "user": user, "person_id": person_id, **_BLANK, **more}
    new = db.execute(insert_or_skip(Account, db.dialect.name), {**row, "checked_at": now, "used_at": now})
    if new.rowcount == 1:
        return True
    known = account_of(db, platform, place, user)
    return known is not None and known["person_id"] == person_id


def replace(db: Connection, platform: str, place: str, user: str, person_id: int, now: datetime) -> None:
    """Notes who somebody is where an address has one user at a time: whoever had it before is forgotten."""
    same = or_(account.c.user == user, account.c.person_id == person_id)
    db.execute(delete(account).where(_at(platform, place), same))
    remember(db, platform, place, user, person_id, now)


def note(db: Connection, account_id: int, **values: Any) -> None:
    """Notes where somebody is reached from now on, or when they were last there or asked about."""
    db.execute(update(account).where(account.c.id == account_id).values(**values))


def note_chat(db: Connection, platform: str, place: str, person_id: int, chat: str) -> None:
    """Notes somebody's chat with the bot, if none is known."""
    of = and_(_at(platform, place), account.c.person_id == person_id, account.c.chat.is_(None))
    db.execute(update(account).where(of).values(chat=chat))


def out_of_reach(db: Connection, platform: str, person_id: int) -> None:
    """Notes that somebody has removed the bot: nothing is sent to them there until they add it again."""
    of = and_(account.c.platform == platform, account.c.person_id == person_id)
    db.execute(update(account).where(of).values(chat=None, welcomed_at=None))


def welcome(db: Connection, account_id: int, now: datetime) -> bool:
    """Whether somebody is still to be welcomed; they are from now on taken to have been."""
    of = and_(account.c.id == account_id, account.c.welcomed_at.is_(None))
    return db.execute(update(account).where(of).values(welcomed_at=now)).rowcount == 1


def forget(db: Connection, platform: str, place: str, user: str | None = None) -> None:
    """Forgets a user of a place, or all of them."""
    of = _at(platform, place) if user is None else and_(_at(platform, place), account.c.user == user)
    db.execute(delete(account).where(of))


def forget_person(db: Connection, platform: str, person_id: int) -> None:
    """Forgets how somebody was reached: their account is gone, and another may take its place."""
    db.execute(delete(account).where(account.c.platform == platform, account.c.person_id == person_id))


def _at(platform: str, place: str) -> ColumnElement[bool]:
    return and_(account.c.platform == platform, account.c.place == place)


_BLANK: Mapping[str, Any] = {"handle": None, "chat": None, "service_url": None, "welcomed_at": None}
