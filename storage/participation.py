"""Participation: who takes part, while a company begins with some of its people.

Everybody who was imported is in the directory: they can be named, and they can be managers. Only participants are
asked anything, get messages, and may write. A new installation begins with nobody, so that nobody is asked before the
company says so (`evenhand pilot`). A person is listed by themself or through their department, where newcomers then
take part at once; what is said of the person comes before what is said of the department.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
)
from sqlmodel import Field, SQLModel

from storage.announcements import Announcement
from storage.columns import UtcDateTime, table
from storage.journal import Urgency
from storage.languages import LANGUAGE
from storage.ledger import Row
from storage.people import Person, RoleGrant, Status
from storage.refusals import NobodyCalled
from storage.wordings import REMINDER

THE_ONE = 1


class Part(StrEnum):
    """Who takes part in all."""

    nobody = "nobody"
    listed = "listed"
    everybody = "everybody"


class Participation(SQLModel, table=True):
    """One row says who takes part; as long as there is none, nobody does."""

    __tablename__ = "participation"

    id: int | None = Field(default=None, primary_key=True)
    who: str
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Participant(SQLModel, table=True):
    """A person or a department that was added to those who take part, or taken from them."""

    __tablename__ = "participant"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", unique=True)
    department_id: int | None = Field(default=None, foreign_key="department.id", unique=True)
    takes_part: bool = True
    changed_at: datetime = Field(sa_type=UtcDateTime)


participation = table(Participation)
participant = table(Participant)
person = table(Person)
grant = table(RoleGrant)
announcement = table(Announcement)

_said = select(participation.c.who).where(participation.c.id == THE_ONE).scalar_subquery()
_ALL_SINCE: ColumnElement[Any] = (
    select(participation.c.changed_at).where(participation.c.id == THE_ONE).scalar_subquery()
)
_OWN = participant.c.person_id == person.c.id
_UNIT = participant.c.department_id == person.c.department_id


def _listed(column: ColumnElement[Any], otherwise: ColumnElement[Any]) -> ColumnElement[Any]:
    own = select(column).where(_OWN).correlate(person).scalar_subquery()
    unit = select(column).where(_UNIT).correlate(person).scalar_subquery()
    return func.coalesce(own, unit, otherwise)


takes_part: ColumnElement[bool] = func.coalesce(
    or_(_said == Part.everybody, and_(_said == Part.listed, _listed(participant.c.takes_part, false()))), false()
)
"""Whether the row of `person` in a statement is of a participant: they are asked, and get messages."""
may_write: ColumnElement[bool] = or_(takes_part, exists().where(grant.c.person_id == person.c.id).correlate(person))
"""The same, or that they hold a role: whoever prepares the beginning is let in before it."""
part_since: ColumnElement[Any] = _listed(participant.c.changed_at, _ALL_SINCE)
"""Since when somebody who takes part does."""

_VISITOR = select(
    *(each for each in person.c if each.name != "locale"), LANGUAGE.label("locale"), may_write.label("may_write")
).where(person.c.id == bindparam("person"))
_TAKES_PART = select(takes_part).where(person.c.id == bindparam("person"))


def who_takes_part(db: Connection) -> Part:
    said = db.execute(select(participation.c.who).where(participation.c.id == THE_ONE)).scalar()
    return Part(said) if said else Part.nobody


def say_who(db: Connection, part: Part, now: datetime) -> None:
    """Sets who takes part in all; the list stays as it is."""
    if part == who_takes_part(db):
        return
    db.execute(delete(participation).where(participation.c.id == THE_ONE))
    db.execute(insert(participation), {"id": THE_ONE, "who": part, "changed_at": now})


def add(db: Connection, people: Sequence[int], departments: Sequence[int], now: datetime) -> None:
    """Puts people and departments on the list; who is on it already stays as they are."""
    for column, numbers in ((participant.c.person_id, people), (participant.c.department_id, departments)):
        there = set(db.execute(select(column).where(column.in_(numbers), participant.c.takes_part)).scalars())
        if missing := [number for number in numbers if number not in there]:
            db.execute(delete(participant).where(column.in_(missing)))
            rows = [{column.name: number, "takes_part": True, "changed_at": now} for number in missing]
            db.execute(insert(participant), rows)


def remove(db: Connection, people: Sequence[int], departments: Sequence[int], now: datetime) -> None:
    """Takes people and departments from the list. A person of a listed department is noted as left out of it."""
    db.execute(delete(participant).where(participant.c.department_id.in_(departments)))
    db.execute(delete(participant).where(participant.c.person_id.in_(people)))
    units = select(person.c.id).join(participant, and_(_UNIT, participant.c.takes_part)).where(person.c.id.in_(people))
    if through := db.execute(units).scalars().all():
        db.execute(
            insert(participant), [{"person_id": each, "takes_part": False, "changed_at": now} for each in through]
        )


def participants(db: Connection) -> Sequence[RowMapping]:
    """The people who take part, by name."""
    found = select(person).where(takes_part, person.c.status != Status.left)
    return db.execute(found.order_by(person.c.family_name, person.c.given_name, person.c.id)).mappings().all()


def counted(db: Connection) -> tuple[int, int]:
    """How many people take part, of how many who are here."""
    here = (
        select(func.count(), func.count().filter(takes_part)).select_from(person).where(person.c.status != Status.left)
    )
    all_of_them, of_these = db.execute(here).one()
    return int(of_these), int(all_of_them)


def managers_outside(db: Connection) -> Sequence[RowMapping]:
    """The direct managers of participants who do not take part themselves: they are not told what is shared."""
    ids = {row["manager_id"] for row in participants(db) if row["manager_id"] is not None}
    found = select(person).where(person.c.id.in_(ids), ~takes_part, person.c.status != Status.left)
    return db.execute(found.order_by(person.c.family_name, person.c.id)).mappings().all()


def participates(db: Connection, person_id: int) -> bool:
    return bool(db.execute(_TAKES_PART, {"person": person_id}).scalar())


def visitor(db: Connection, person_id: int) -> RowMapping:
    """The row of a person, with whether they `may_write`; raises `NobodyCalled`."""
    row = db.execute(_VISITOR, {"person": person_id}).mappings().first()
    if row is None:
        raise NobodyCalled(called=str(person_id))
    return row


def goes_to_person(db: Connection, row: Row) -> bool:
    """Whether a message, given with its person's `may_write`, may go: also to whoever does not take part, if it is
    public, answers what they just did, or is of an announcement that HR has sent to them as well.
    """
    is_for_all = row["kind"] == "channel" or row["urgency"] == Urgency.answer
    return bool(row["may_write"] or is_for_all or _goes_beyond(db, row["about"]))


def _goes_beyond(db: Connection, about: str | None) -> bool:
    if not about:
        return False
    of = select(announcement.c.audience).where(
        announcement.c.series == about.removeprefix(REMINDER), announcement.c.current
    )
    audience = db.execute(of).scalar()
    return bool(audience and audience.get("beyond"))
