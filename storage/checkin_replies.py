"""What is said about a check-in: replies, one reaction of each reader, and who has taken a call for help.

All of it belongs to the check-in. Those who may read the check-in read this, and nobody else (`storage.access`).
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select
from sqlmodel import Field, SQLModel

from storage import wordings
from storage.columns import UtcDateTime, table
from storage.effects import Effective
from storage.versions import Versioned, states_of


class Reaction(StrEnum):
    thanks = "thanks"
    great = "great"
    seen = "seen"


class CheckInReply(SQLModel, table=True):
    """One reply, by the manager or by the employee."""

    __tablename__ = "check_in_reply"

    id: int | None = Field(default=None, primary_key=True)
    check_in: str = Field(index=True)
    """Series of the check-in."""
    text: str
    saved_by: int = Field(foreign_key="person.id")
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)


class CheckInReaction(Versioned, table=True):
    """The series is `{check-in}:{person}`, so that each reader has one reaction."""

    __tablename__ = "check_in_reaction"
    __table_args__ = (states_of("check_in_reaction"),)

    check_in: str = Field(index=True)
    """Series of the check-in."""
    reaction: str | None
    """None once it was taken back."""


class HelpTaken(Versioned, Effective, table=True):
    """Who takes the call for help of a check-in. The series is the check-in's; the first version counts."""

    __tablename__ = "help_taken"
    __table_args__ = (states_of("help_taken"),)

    def take_effect(self, db: Connection, at: datetime) -> None:
        """The call for help is changed where it stands, so that every recipient sees who takes it."""
        wordings.changed(db, at, self.series)


def taken_by(db: Connection, series: str) -> int | None:
    """Who takes the call for help of a check-in; None while nobody does."""
    taken = table(HelpTaken)
    found = db.execute(select(taken.c.saved_by).where(taken.c.series == series, taken.c.version == 1)).scalar()
    return None if found is None else int(found)
