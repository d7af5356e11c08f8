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
from storage.announcements import Announcement, AnnouncementReceipt, Receipt, asked_since, current
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
_LAST = func.max(receipt.c.version)


@dataclass(frozen=True)
class Recipient:
    who: Who
    at: datetime
    """When it was sent, read or acknowledged; while it waits, when it is to be sent."""
    reason: str = ""
    """The code with which it failed or was skipped (`storage.reasons`)."""
    version: int = 0
    """The version of the text that was read or confirmed last."""


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
    """Confirmed, in a version that counts for the newest text (`storage.confirmations`)."""
    earlier: tuple[Recipient, ...]
    """Confirmed an earlier text, before everybody was asked to confirm again."""
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
    numbers = {name: db.execute(_number(each)).scalar_one() for name, each in _receipts(series).items()}
    missing = db.execute(_number(_missing(row, outbox.c.id))).scalar_one()
    return {**counts(db, series), **numbers, "missing": missing}


def reach(db: Connection, row: RowMapping, most: int = NAMED) -> Reach:
    """What became of an announcement so far, given its newest version. It checks nothing: use `watched`."""
    series = row["series"]

    def delivered(name: str) -> tuple[Recipient, ...]:
        those = _MESSAGES.where(outbox.c.about == series, outbox.c.status.in_(STATES[name]))
        return _people(db, those, most)

    def noted(those: Select[Any]) -> tuple[Recipient, ...]:
        last = those.subquery()
        query = select(person, last).join(last, last.c.person_id == person.c.id).order_by(last.c.at, person.c.id)
        rows = db.execute(query.limit(most)).mappings()
        return tuple(Recipient(who(each), each["at"], version=each["version"]) for each in rows)

    missing = _missing(row, person, outbox.c.reason, outbox.c.due_at, outbox.c.done_at)
    return Reach(
        **{name: delivered(name) for name in LISTS},
        **{name: noted(each) for name, each in _receipts(series).items()},
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


def _receipts(series: str) -> dict[str, Select[Any]]:
    """Who has read an announcement, confirmed it, and confirmed an earlier text of it alone; a row for each person."""
    last = (receipt.c.person_id, _LAST.label("version"), func.max(receipt.c.saved_at).label("at"))
    read = select(*last).where(receipt.c.announcement == series).group_by(receipt.c.person_id)
    confirmed = read.where(receipt.c.kind == Receipt.acknowledged)
    since = asked_since(series)
    return {"read": read, "acknowledged": confirmed.having(since <= _LAST), "earlier": confirmed.having(since > _LAST)}


def _number(rows: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(rows.subquery())


def _missing(row: RowMapping, *columns: ColumnElement[Any] | Any) -> Select[Any]:
    done = exists().where(receipt.c.announcement == row["series"], receipt.c.person_id == outbox.c.person_id)
    if row["needs_acknowledgement"]:
        done = done.where(receipt.c.kind == Receipt.acknowledged, receipt.c.version >= asked_since(row["series"]))
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
