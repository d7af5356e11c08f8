"""Reach: what became of an announcement, for whom it was sent, failed or skipped, and who read and acknowledged it.

Everybody it was meant for is in exactly one of the four lists of delivery, so that these sum to the audience.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from storage.access import View
from storage.announcements import Announcement, AnnouncementReceipt, Receipt
from storage.columns import table
from storage.directory import person, who
from storage.journal import Delivery, Outbox
from storage.people import Role
from storage.references import Who
from storage.refusals import NothingOpen

announcement = table(Announcement)
receipt = table(AnnouncementReceipt)
outbox = table(Outbox)

_MESSAGES = (
    select(person, outbox.c.status.label("delivery"), outbox.c.reason, outbox.c.due_at, outbox.c.done_at)
    .join(person, person.c.id == outbox.c.person_id)
    .order_by(outbox.c.id)
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
    """Why it failed or was skipped."""


@dataclass(frozen=True)
class Reach:
    waiting: tuple[Recipient, ...]
    sent: tuple[Recipient, ...]
    failed: tuple[Recipient, ...]
    skipped: tuple[Recipient, ...]
    read: tuple[Recipient, ...]
    """Seen where the platform tells, or acknowledged."""
    acknowledged: tuple[Recipient, ...]

    @property
    def audience(self) -> int:
        return len(self.waiting) + len(self.sent) + len(self.failed) + len(self.skipped)

    def missing(self, *, acknowledging: bool) -> tuple[Recipient, ...]:
        """Who has it and has not read it yet, or not acknowledged it where that was asked for."""
        done = {each.who for each in (self.acknowledged if acknowledging else self.read)}
        return tuple(each for each in self.sent if each.who not in done)


def reach(db: Connection, series: str) -> Reach:
    """What became of an announcement so far. It checks nothing: for a viewer use `watched`."""
    messages = db.execute(_MESSAGES.where(outbox.c.about == series)).mappings().all()
    receipts = db.execute(_RECEIPTS.where(receipt.c.announcement == series)).mappings().all()

    def delivered(*states: Delivery) -> tuple[Recipient, ...]:
        return tuple(_recipient(row) for row in messages if row["delivery"] in states)

    def confirmed(kind: Receipt) -> tuple[Recipient, ...]:
        return tuple(Recipient(who(row), row["saved_at"]) for row in receipts if row["kind"] == kind)

    return Reach(
        waiting=delivered(Delivery.waiting, Delivery.sending),
        sent=delivered(Delivery.sent),
        failed=delivered(Delivery.failed),
        skipped=delivered(Delivery.skipped),
        read=tuple({each.who: each for each in confirmed(Receipt.acknowledged) + confirmed(Receipt.read)}.values()),
        acknowledged=confirmed(Receipt.acknowledged),
    )


def watched(db: Connection, series: str, viewer: int, now: datetime, *, again: bool = False) -> Reach:
    """The reach of an announcement, for its author and for HR; raises `NotYours`, or `NothingOpen` if there is none.

    `again` is said of a desk (`View.again`), which shows how many were reached and nobody by name.
    """
    newest = select(announcement.c.saved_by).where(announcement.c.series == series, announcement.c.current)
    author = db.execute(newest).scalar()
    if author is None:
        raise NothingOpen
    view = View(db, viewer, author, now, again)
    view.require(view.is_self or view.has_role(*Role), "reach")
    return reach(db, series)


def _recipient(row: RowMapping) -> Recipient:
    return Recipient(who(row), row["done_at"] or row["due_at"], row["reason"] or "")
