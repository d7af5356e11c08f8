"""Weekly check-ins: what a person said about a week, each edit a version of its own."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import Field

from storage.columns import Json, table
from storage.versions import Versioned, states_of


class CheckIn(Versioned, table=True):
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


def shared_of(db: Connection, series: Collection[str]) -> frozenset[str]:
    """Those of some check-ins that are shared with the manager by now."""
    check_in = table(CheckIn)
    query = select(check_in.c.series).where(check_in.c.series.in_(series), check_in.c.current, check_in.c.shared)
    return frozenset(db.execute(query).scalars())
