"""Reach: what became of an announcement, for whom it was sent, failed or skipped, and who read and acknowledged it.

Everybody it was meant for is in exactly one of the four lists of delivery, so that these sum to the audience. The
numbers are counted in the database, and of a list only the first names are read: there may be a hundred thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, exists, func, select

from storage.access import View
from storage.announcements import Announcement, AnnouncementReceipt, Receipt, current
from storage.broadcasts import LISTS, WAITING, counts
from storage.columns import table
from storage.directory import person, who
from storage.journal import Delivery, Outbox
from storage.people import Role
from storage.reasons import Reason, reason_of
from storage.references import Who
from storage.refusals import NothingOpen

announcement = table(Announcement)
receipt = table(AnnouncementReceipt)
outbox = table(Outbox)
_confirmed = receipt.alias("confirmed")

NAMED = 200
"""Names read of one list."""
STATES = {
    "waiting": WAITING,
    "sent": (Delivery.sent,),
    "failed": (Delivery.failed,),
    "skipped": (Delivery.skipped,),
}
_MESSAGES = (
    select(person, outbox.c.reason, outbox.c.due_at, outbox.c.done_at)
    .join(person, person.c.id == outbox.c.person_id)
    .order_by(outbox.c.person_id)
)
_RECEIPTS = (
    select(person, receipt.c.kind, receipt.c.saved_at)
    .join(person, person.c.id == receipt.c.person_id)
    .order_by(receipt.c.id)
)


@dataclass(frozen=True)
class Recipient:
    who: Who
    at: datetime
    """When it was sent, read or acknowledged; while it waits, when it is to be sent."""
    reason: str = ""
    """The code with which it failed or was skipped (`storage.reasons`)."""


@dataclass(frozen=True)
class Reach:
    """The first names of every list, and how many there are in each."""

    waiting: tuple[Recipient, ...]
    sent: tuple[Recipient, ...]
    failed: tuple[Recipient, ...]
    skipped: tuple[Recipient, ...]
    read: tuple[Recipient, ...]
    """Seen where the platform tells, or acknowledged."""
    acknowledged: tuple[Recipient, ...]
    missing: tuple[Recipient, ...]
    """Who has it and has not read it yet, or not acknowledged it where that was asked for."""
    counts: Mapping[str, int]
    """By the names above."""
    reasons: Mapping[Reason, int]
    """How many failed or were skipped for what."""
    untold: int = field(default=0)
    """How many have it on a platform that does not tell who has opened a message."""

    @property
    def audience(self) -> int:
        return sum(self.counts[name] for name in LISTS)


def tally(db: Connection, row: RowMapping) -> dict[str, int]:
    """How many people are in each list of an announcement, given its newest version."""
    series = row["series"]
    seen = func.count(func.distinct(receipt.c.person_id))
    of = receipt.c.announcement == series
    read = db.execute(select(seen).where(of)).scalar_one()
    acknowledged = db.execute(select(seen).where(of, receipt.c.kind == Receipt.acknowledged)).scalar_one()
    missing = db.execute(select(func.count()).select_from(_missing(row, outbox.c.id).subquery())).scalar_one()
    return {**counts(db, series), "read": read, "acknowledged": acknowledged, "missing": missing}


def reach(db: Connection, row: RowMapping, most: int = NAMED) -> Reach:
    """What became of an announcement so far, given its newest version. It checks nothing: use `watched`."""
    series = row["series"]

    def delivered(name: str) -> tuple[Recipient, ...]:
        those = _MESSAGES.where(outbox.c.about == series, outbox.c.status.in_(STATES[name]))
        return _people(db, those, most)

    def confirmed(*kinds: Receipt) -> tuple[Recipient, ...]:
        those = _RECEIPTS.where(receipt.c.announcement == series, receipt.c.kind.in_(kinds))
        again = exists().where(
            _confirmed.c.announcement == series,
            _confirmed.c.person_id == receipt.c.person_id,
            _confirmed.c.kind == Receipt.acknowledged,
            receipt.c.kind == Receipt.read,
        )
        rows = db.execute(those.where(~again).limit(most)).mappings()
        return tuple(Recipient(who(each), each["saved_at"]) for each in rows)

    missing = _missing(row, person, outbox.c.reason, outbox.c.due_at, outbox.c.done_at)
    return Reach(
        **{name: delivered(name) for name in LISTS},
        read=confirmed(Receipt.acknowledged, Receipt.read),
        acknowledged=confirmed(Receipt.acknowledged),
        missing=_people(db, missing.order_by(outbox.c.person_id), most),
        counts=tally(db, row),
        reasons=_reasons(db, series),
        untold=_untold(db, series),
    )


def watched(db: Connection, series: str, viewer: int, now: datetime, most: int = NAMED) -> Reach:
    """The reach of an announcement, for its author and for HR; raises `NotYours`, or `NothingOpen` if there is none."""
    return reach(db, required(db, series, viewer, now), most)


def required(db: Connection, series: str, viewer: int, now: datetime, *, again: bool = False) -> RowMapping:
    """The newest version of an announcement, for those whose it is to look after: its author, and HR.

    Raises `NotYours`, or `NothingOpen` if there is none. `again` is said of a desk (`View.again`), which shows how many
    were reached and nobody by name.
    """
    row = current(db, series)
    if row is None:
        raise NothingOpen
    view = View(db, viewer, author_of(db, row), now, again)
    view.require(view.is_self or view.has_role(*Role), "reach")
    return row


def author_of(db: Connection, row: RowMapping) -> int:
    """Who wrote an announcement first, whoever has changed it since."""
    if row["version"] == 1:
        return int(row["saved_by"])
    first = select(announcement.c.saved_by).where(announcement.c.series == row["series"], announcement.c.version == 1)
    return int(db.execute(first).scalar_one())


def _missing(row: RowMapping, *columns: ColumnElement[Any] | Any) -> Select[Any]:
    done = exists().where(receipt.c.announcement == row["series"], receipt.c.person_id == outbox.c.person_id)
    if row["needs_acknowledgement"]:
        done = done.where(receipt.c.kind == Receipt.acknowledged)
    sent = (outbox.c.about == row["series"], outbox.c.status == Delivery.sent)
    return select(*columns).join_from(outbox, person, person.c.id == outbox.c.person_id).where(*sent, ~done)


def _people(db: Connection, rows: Select[Any], most: int) -> tuple[Recipient, ...]:
    return tuple(_recipient(row) for row in db.execute(rows.limit(most)).mappings())


def _reasons(db: Connection, series: str) -> dict[Reason, int]:
    ended = outbox.c.status.in_((Delivery.failed, Delivery.skipped))
    codes = select(outbox.c.reason, func.count()).where(outbox.c.about == series, ended).group_by(outbox.c.reason)
    found: dict[Reason, int] = {}
    for code, count in _pairs(db.execute(codes).all()):
        reason = reason_of(code or "")
        found[reason] = found.get(reason, 0) + count
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def _untold(db: Connection, series: str) -> int:
    there = select(func.count()).where(outbox.c.about == series, outbox.c.status == Delivery.sent)
    return int(db.execute(there.where(outbox.c.platform.is_not(None))).scalar_one())


def _pairs(rows: Sequence[Any]) -> Sequence[tuple[str | None, int]]:
    return [(row[0], row[1]) for row in rows]


def _recipient(row: RowMapping) -> Recipient:
    return Recipient(who(row), row["done_at"] or row["due_at"], row["reason"] or "")
