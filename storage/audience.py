"""Audiences: which people a message is for, by department, role, location or list."""

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from storage.announcements import AnnouncementReceipt, Receipt, asked_since
from storage.columns import table
from storage.journal import Delivery, Outbox
from storage.last_days import gone
from storage.participation import takes_part
from storage.people import Person, RoleGrant, Status

person = table(Person)
grant = table(RoleGrant)
report = person.alias("report")
outbox = table(Outbox)
receipt = table(AnnouncementReceipt)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Those who match every part that is given; an empty audience is everybody who has not left.

    `role` is `manager` (somebody reports to them), `employee` (nobody does) or a granted role.
    """

    departments: tuple[int, ...] = field(default=())
    role: str | None = None
    locations: tuple[str, ...] = field(default=())
    people: tuple[int, ...] = field(default=())
    unconfirmed: str | None = None
    """Only those who were sent this announcement and have not confirmed its newest text."""
    confirmed: str | None = None
    """Only those who were sent this announcement and have confirmed its newest text."""
    beyond: bool = False
    """Also those who do not take part while the company begins with some of its people."""

    def written(self) -> dict[str, Any]:
        """As it is kept in an announcement."""
        return asdict(self)

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Audience":
        return cls(
            departments=tuple(written.get("departments", ())),
            role=written.get("role"),
            locations=tuple(written.get("locations", ())),
            people=tuple(written.get("people", ())),
            unconfirmed=written.get("unconfirmed"),
            confirmed=written.get("confirmed"),
            beyond=bool(written.get("beyond")),
        )


def members(db: Connection, audience: Audience, now: datetime) -> Select[Any]:
    """The person rows of an audience, in the order of their ids; those whose last day is over are never among them."""
    over = gone(db, now)
    here = [person.c.status != Status.left, *([person.c.id.not_in(over)] if over else [])]
    chosen = select(person).where(and_(*here, *_parts(audience, over))).order_by(person.c.id)
    return chosen if audience.beyond or audience.unconfirmed else chosen.where(takes_part)


def not_told(people: Select[Any], about: str) -> Select[Any]:
    """Those of some people who were never promised a message about something."""
    return people.where(~exists().where(and_(outbox.c.about == about, outbox.c.person_id == person.c.id)))


def _parts(audience: Audience, over: Set[int]) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if audience.departments:
        parts.append(person.c.department_id.in_(audience.departments))
    if audience.locations:
        parts.append(person.c.location.in_(audience.locations))
    if audience.people:
        parts.append(person.c.id.in_(audience.people))
    if audience.unconfirmed:
        parts.append(_has_it(audience.unconfirmed) & ~_has_confirmed(audience.unconfirmed))
    if audience.confirmed:
        parts.append(_has_it(audience.confirmed) & _has_confirmed(audience.confirmed))
    has_reports = exists().where(
        report.c.manager_id == person.c.id, report.c.status != Status.left, report.c.id.not_in(over)
    )
    match audience.role:
        case None:
            pass
        case "manager":
            parts.append(has_reports)
        case "employee":
            parts.append(~has_reports)
        case granted:
            held = exists().where(and_(grant.c.person_id == person.c.id, grant.c.role == granted))
            parts.append(or_(held))
    return parts


def _has_it(series: str) -> ColumnElement[bool]:
    sent = and_(outbox.c.about == series, outbox.c.status == Delivery.sent)
    return exists().where(sent, outbox.c.person_id == person.c.id)


def _has_confirmed(series: str) -> ColumnElement[bool]:
    confirmed = and_(receipt.c.announcement == series, receipt.c.kind == Receipt.acknowledged)
    counts = receipt.c.version >= asked_since(series)
    return exists().where(confirmed, counts, receipt.c.person_id == person.c.id)
