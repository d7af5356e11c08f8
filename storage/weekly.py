"""Weekly prompts: for every person and week one row that says when they are asked, or why they are not.

A row is planned in advance, moves with the person's place and leave, and ends as exactly one of asked, missed or
excused. Its key is the person's own week and never the instant, so that no clock change asks twice.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Planned(StrEnum):
    planned = "planned"
    asked = "asked"
    """The conversation was begun, by the clock or by the person before it."""
    missed = "missed"
    """It could not be asked while that week could still be answered for."""
    excused = "excused"
    """Every day on which it could have been asked was a day off, or the person wanted silence."""


class WeeklyPrompt(SQLModel, table=True):
    __tablename__ = "weekly_prompt"
    __table_args__ = (
        Index(
            "ix_weekly_prompt_due",
            "due_at",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
    )

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    flow: str = Field(primary_key=True)
    week: str = Field(primary_key=True)
    """The ISO week that is asked about."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Empty for whoever is excused."""
    state: str = Planned.planned
    reason: str | None = None
