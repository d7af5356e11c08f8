"""Announcements: what HR tells an audience, and who has read and acknowledged it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, UniqueConstraint, select
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime, table
from storage.ledger import insert_or_skip
from storage.versions import Versioned


class Receipt(StrEnum):
    read = "read"
    acknowledged = "acknowledged"


class Announcement(Versioned, table=True):
    __tablename__ = "announcement"

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


class AnnouncementReceipt(SQLModel, table=True):
    __tablename__ = "announcement_receipt"
    __table_args__ = (UniqueConstraint("announcement", "person_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    announcement: str = Field(index=True)
    """Series of the announcement."""
    person_id: int = Field(foreign_key="person.id")
    kind: str
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)


def mark_read(db: Connection, announcement: str, person_id: int, now: datetime) -> bool:
    """Notes that somebody has seen an announcement; False if it was noted before, or there is no such one."""
    rows = table(Announcement)
    if db.execute(select(rows.c.id).where(rows.c.series == announcement).limit(1)).scalar() is None:
        return False
    receipt = {"announcement": announcement, "person_id": person_id, "kind": Receipt.read, "saved_at": now}
    return db.execute(insert_or_skip(AnnouncementReceipt, db.dialect.name), receipt).rowcount == 1
