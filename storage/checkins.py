"""Weekly check-ins: what a person said about a week, each edit a version of its own."""

from typing import Any

from sqlmodel import Field

from storage.columns import Json
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
