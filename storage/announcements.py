"""Announcements: what HR tells an audience, and who has read and acknowledged it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, UniqueConstraint, bindparam, select
from sqlmodel import Field, SQLModel

from storage import broadcasts, wordings
from storage.columns import Json, UtcDateTime, table
from storage.effects import Effective
from storage.ledger import insert_or_skip
from storage.versions import Versioned, states_of


class Receipt(StrEnum):
    read = "read"
    acknowledged = "acknowledged"


class Announcement(Versioned, Effective, table=True):
    __tablename__ = "announcement"
    __table_args__ = (states_of("announcement"),)

    title: str
    body: str
    title_zh: str | None = None
    body_zh: str | None = None
    """Readers of Chinese see these where they are given, otherwise the ones above."""
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    """As `storage.audience.Audience` writes itself."""
    local_hour: int | None = None
    """Sent at this hour of each person's own day; empty: at once."""
    needs_acknowledgement: bool = False
    remind_after: int | None = None
    """Days after which whoever has not acknowledged it is reminded by itself."""

    def take_effect(self, db: Connection, at: datetime) -> None:
        """The first version goes out; whoever has it already is shown the next one in its place."""
        if self.version > 1:
            wordings.changed(db, at, self.series, wordings.REMINDER + self.series)
            return
        asks_again = self.needs_acknowledgement and self.remind_after
        broadcasts.begin(db, self.series, at + timedelta(days=self.remind_after or 0) if asks_again else None)


class AnnouncementReceipt(SQLModel, table=True):
    __tablename__ = "announcement_receipt"
    __table_args__ = (UniqueConstraint("announcement", "person_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    announcement: str = Field(index=True)
    """Series of the announcement."""
    person_id: int = Field(foreign_key="person.id")
    kind: str
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)


announcement = table(Announcement)
receipt = table(AnnouncementReceipt)

_CURRENT = select(announcement).where(announcement.c.series == bindparam("of_series"), announcement.c.current)
_ACKNOWLEDGED = select(receipt.c.id).where(
    receipt.c.announcement == bindparam("of_series"),
    receipt.c.person_id == bindparam("person"),
    receipt.c.kind == Receipt.acknowledged,
)


def current(db: Connection, series: str) -> RowMapping | None:
    """The newest version of an announcement."""
    return db.execute(_CURRENT, {"of_series": series}).mappings().first()


def acknowledged(db: Connection, series: str, person_id: int) -> bool:
    return db.execute(_ACKNOWLEDGED, {"of_series": series, "person": person_id}).first() is not None


def mark_read(db: Connection, series: str, person_id: int, now: datetime) -> bool:
    """Notes that somebody has seen an announcement; False if it was noted before, or there is no such one."""
    if current(db, series) is None:
        return False
    seen = {"announcement": series, "person_id": person_id, "kind": Receipt.read, "saved_at": now}
    return db.execute(insert_or_skip(AnnouncementReceipt, db.dialect.name), seen).rowcount == 1
