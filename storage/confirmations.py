"""Confirmations: who has confirmed which version of an announcement, and who is still asked to.

A confirmation belongs to the version a person was shown. It counts as long as no later version asked everybody to
confirm again (`Announcement.asks_again`); after that it stays on record as one of an earlier text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, exists, select

from storage.announcements import Receipt, announcement, asked_since, receipt
from storage.broadcasts import Going, broadcast
from storage.columns import table
from storage.journal import Delivery, Outbox

outbox = table(Outbox)

_OF_PERSON = (
    select(receipt.c.version, receipt.c.saved_at)
    .where(receipt.c.announcement == bindparam("of_series"), receipt.c.person_id == bindparam("person"))
    .where(receipt.c.kind == Receipt.acknowledged)
    .order_by(receipt.c.version.desc())
    .limit(1)
)
_COUNTS = _OF_PERSON.where(receipt.c.version >= asked_since(bindparam("of_series")))
_OF_VERSION = _OF_PERSON.where(receipt.c.version == bindparam("of_version"))
_COUNTED = exists().where(
    receipt.c.announcement == announcement.c.series,
    receipt.c.person_id == bindparam("person"),
    receipt.c.kind == Receipt.acknowledged,
    receipt.c.version >= asked_since(announcement.c.series),
)
_TAKEN_BACK = exists().where(broadcast.c.series == announcement.c.series, broadcast.c.state == Going.withdrawn)
_HAS_IT = exists().where(
    outbox.c.about == announcement.c.series,
    outbox.c.person_id == bindparam("person"),
    outbox.c.status == Delivery.sent,
)
_TO_CONFIRM = (
    select(announcement)
    .where(announcement.c.current, announcement.c.needs_acknowledgement)
    .where(_HAS_IT, ~_COUNTED, ~_TAKEN_BACK)
    .order_by(announcement.c.id)
)
_GOT = (
    select(outbox.c.done_at)
    .where(outbox.c.about == bindparam("of_series"), outbox.c.person_id == bindparam("person"))
    .where(outbox.c.status == Delivery.sent)
    .limit(1)
)


@dataclass(frozen=True)
class Confirmation:
    version: int
    at: datetime


def confirmation(db: Connection, series: str, person_id: int) -> Confirmation | None:
    """The confirmation of a person that counts for the newest text."""
    return _first(db, _COUNTS, of_series=series, person=person_id)


def last_confirmation(db: Connection, series: str, person_id: int) -> Confirmation | None:
    """The last confirmation of a person, whether or not it still counts."""
    return _first(db, _OF_PERSON, of_series=series, person=person_id)


def has_confirmed(db: Connection, series: str, person_id: int, version: int) -> bool:
    """Whether a person has confirmed exactly this version."""
    return _first(db, _OF_VERSION, of_series=series, person=person_id, of_version=version) is not None


def to_confirm(db: Connection, person_id: int) -> Sequence[RowMapping]:
    """The newest versions of the announcements a person has and is asked to confirm, the first one first."""
    return db.execute(_TO_CONFIRM, {"person": person_id}).mappings().all()


def got_at(db: Connection, series: str, person_id: int) -> datetime | None:
    """When a person was sent an announcement; None while it is still to come."""
    return db.execute(_GOT, {"of_series": series, "person": person_id}).scalar()


def _first(db: Connection, query: Select[Any], **of: Any) -> Confirmation | None:
    row = db.execute(query, of).first()
    return Confirmation(row[0], row[1]) if row else None
