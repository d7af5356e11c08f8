"""Weekly check-ins: what a person said about a week, each edit a version of its own."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import Field

from storage import wordings
from storage.columns import Json, table
from storage.effects import Effective
from storage.versions import Versioned, states_of


class CheckIn(Versioned, Effective, table=True):
    """The series is `{person}:{week}`, so a week has one check-in however often it is edited."""

    __tablename__ = "check_in"
    __table_args__ = (states_of("check_in"),)

    person_id: int = Field(foreign_key="person.id", index=True)
    week: str = Field(index=True)
    """ISO week, such as 2026-W47."""
    mood: int
    """1 (very bad) to 5 (very good)."""
    progress: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    """Percent done by goal series."""
    highlights: str
    more: str | None = None
    """The answer to the one follow-up question, if it was asked."""
    blockers: str | None = None
    help_wanted: str | None = None
    shared: bool = True
    """False: nobody but the person sees the words."""

    def take_effect(self, db: Connection, at: datetime) -> None:
        """Messages about a check-in that is made private, or shared again, are changed where they stand."""
        before = select(check_in.c.shared).where(
            check_in.c.series == self.series, check_in.c.version == self.version - 1
        )
        was_shared = db.execute(before).scalar()
        if was_shared is not None and was_shared != self.shared:
            wordings.changed(db, at, self.series)


check_in = table(CheckIn)


def private_owner(db: Connection, series: str) -> int | None:
    """Who keeps a check-in to themself; None where it is shared, or where this is no check-in."""
    query = select(check_in.c.shared, check_in.c.person_id).where(check_in.c.series == series, check_in.c.current)
    row = db.execute(query).first()
    return int(row.person_id) if row and not row.shared else None


def shared_of(db: Connection, series: Collection[str]) -> frozenset[str]:
    """Those of some check-ins that are shared with the manager by now."""
    query = select(check_in.c.series).where(check_in.c.series.in_(series), check_in.c.current, check_in.c.shared)
    return frozenset(db.execute(query).scalars())
