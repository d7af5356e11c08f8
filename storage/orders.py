"""Orders: what the author of an announcement or HR wanted done with it after it was sent; a row is who and when."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection
from sqlmodel import Field, SQLModel

from storage import broadcasts
from storage.announcements import current
from storage.columns import UtcDateTime
from storage.effects import Effective
from storage.timing import Timing


class Act(StrEnum):
    pause = "pause"
    resume = "resume"
    cancel = "cancel"
    retry = "retry"
    """What may work by now."""
    retry_all = "retry_all"
    extend = "extend"
    withdraw = "withdraw"
    reschedule = "reschedule"
    """Send it at the time its newest version says."""


class AnnouncementOrder(SQLModel, Effective, table=True):
    """Remembering it is doing it, in the same transaction. Where there is nothing to be done nothing happens."""

    __tablename__ = "announcement_order"

    id: int | None = Field(default=None, primary_key=True)
    announcement: str = Field(index=True)
    """Series of the announcement."""
    act: str
    saved_by: int = Field(foreign_key="person.id")
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)

    def take_effect(self, db: Connection, at: datetime) -> None:
        series, by = self.announcement, self.saved_by
        match Act(self.act):
            case Act.pause:
                broadcasts.pause(db, series, by, at)
            case Act.resume:
                broadcasts.resume(db, series, by, at)
            case Act.cancel:
                broadcasts.cancel(db, series, by, at)
            case Act.retry | Act.retry_all as act:
                broadcasts.retry(db, series, at, whatever=act == Act.retry_all)
            case Act.extend:
                broadcasts.joined(db, series, at)
            case Act.withdraw:
                broadcasts.withdraw(db, series, by, at)
            case Act.reschedule:
                if newest := current(db, series):
                    timing = Timing(newest["local_hour"], newest["send_on"], newest["send_at"])
                    broadcasts.reschedule(db, series, timing, at)
