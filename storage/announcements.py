"""Announcements: what HR tells an audience, in which version, and who has read and confirmed which of these."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, ScalarSelect, UniqueConstraint, bindparam, func, select, text
from sqlmodel import Field, SQLModel

from storage import broadcasts, outdated, wordings
from storage.broadcasts import Going
from storage.columns import Json, UtcDateTime, table
from storage.effects import Effective
from storage.ledger import insert_or_skip
from storage.versions import Versioned, states_of
from storage.wordings import REMINDER


class Receipt(StrEnum):
    read = "read"
    acknowledged = "acknowledged"


class Announcement(Versioned, Effective, table=True):
    __tablename__ = "announcement"
    __table_args__ = (states_of("announcement"),)

    title: str
    body: str
    language: str = Field(default="en", sa_column_kwargs={"server_default": text("'en'")})
    """The language of these two."""
    title_other: str | None = None
    body_other: str | None = None
    """The same for readers of the other language; where they are missing, everybody sees the ones above."""
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    """As `storage.audience.Audience` writes itself."""
    local_hour: int | None = None
    """Sent at this hour of each person's own day; empty: not by an hour of theirs."""
    send_on: date | None = None
    """The day of that hour; empty: the next time it comes."""
    send_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Sent to everybody at this moment; empty: at once, or by the hour above."""
    needs_acknowledgement: bool = False
    asks_again: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Who confirmed an earlier version is asked to confirm this one."""
    remind_after: int | None = None
    """Days after which people who have not confirmed it are reminded automatically."""

    def take_effect(self, db: Connection, at: datetime) -> None:
        """The first version is sent; a later one takes the place of what people have already."""
        reminds = (
            at + timedelta(days=self.remind_after or 0) if self.needs_acknowledgement and self.remind_after else None
        )
        if self.version == 1:
            broadcasts.begin(db, self.series, reminds)
            return
        wordings.changed(db, at, self.series, REMINDER + self.series)
        if self.asks_again and reminds:
            broadcasts.remind_at(db, self.series, reminds)


class AnnouncementReceipt(Effective, SQLModel, table=True):
    """That a person has read or confirmed one version of an announcement. Rows are added and never changed."""

    __tablename__ = "announcement_receipt"
    __table_args__ = (UniqueConstraint("announcement", "person_id", "kind", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    announcement: str = Field(index=True)
    """Series of the announcement."""
    person_id: int = Field(foreign_key="person.id")
    kind: str
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    """The version the person was shown."""
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)

    def take_effect(self, db: Connection, at: datetime) -> None:
        """The messages that asked this person to confirm say that they have."""
        if self.kind == Receipt.acknowledged:
            outdated.outdate(db, at, self.person_id, self.announcement, REMINDER + self.announcement)


announcement = table(Announcement)
receipt = table(AnnouncementReceipt)
_earlier = announcement.alias("earlier")

_CURRENT = select(announcement).where(announcement.c.series == bindparam("of_series"), announcement.c.current)


def current(db: Connection, series: str) -> RowMapping | None:
    """The newest version of an announcement."""
    return db.execute(_CURRENT, {"of_series": series}).mappings().first()


def asked_since(series: Any) -> ScalarSelect[int]:
    """The version from which on a confirmation counts: the last that asked everybody again, or the first."""
    again = select(func.max(_earlier.c.version)).where(_earlier.c.series == series, _earlier.c.asks_again)
    return select(func.coalesce(again.scalar_subquery(), 1)).scalar_subquery()


def mark_read(db: Connection, series: str, person_id: int, now: datetime) -> bool:
    """Notes that a person has seen the newest version of an announcement.

    False if that was noted before, if there is no such announcement, or if it was withdrawn: then they saw that.
    """
    newest, under_way = current(db, series), broadcasts.broadcast_row(db, series)
    if newest is None or (under_way and under_way["state"] == Going.withdrawn):
        return False
    seen = {
        "announcement": series,
        "person_id": person_id,
        "kind": Receipt.read,
        "version": newest["version"],
        "saved_at": now,
    }
    return db.execute(insert_or_skip(AnnouncementReceipt, db.dialect.name), seen).rowcount == 1
