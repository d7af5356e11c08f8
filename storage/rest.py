"""Rest: when people are away, for how long they want to hear nothing, and how they like to be asked and reminded.

All of it is versioned: what was said before stays, and a leave that was called off is a version that says so.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime
from storage.versions import Versioned, states_of


class Told(StrEnum):
    """Who said that somebody is away."""

    hr = "hr"
    """HR, with a table that was imported."""
    api = "api"
    """An HR system, over REST."""
    self = "self"


class Reminders(StrEnum):
    """How often somebody is reminded of what they have not answered."""

    light = "light"
    """Once, on the last day."""
    standard = "standard"
    """The next working day, and on the last day."""
    active = "active"
    """Every working day."""


def _current(table: str, column: str) -> Index:
    """An index over what holds now, which is what is asked for."""
    return Index(
        f"ix_{table}_{column}_current", column, sqlite_where=text("current = 1"), postgresql_where=text("current")
    )


class Leave(Versioned, table=True):
    """Days on which a person is away, both of them among these."""

    __tablename__ = "leave"
    __table_args__ = (states_of("leave"), _current("leave", "person_id"))

    person_id: int = Field(foreign_key="person.id")
    first_day: date
    last_day: date
    told_by: str = Told.self
    cancelled: bool = False


class Pause(Versioned, table=True):
    """Silence that a person asked for: nothing unasked before the day `until`. The series is the person."""

    __tablename__ = "pause"
    __table_args__ = (states_of("pause"), _current("pause", "person_id"))

    person_id: int = Field(foreign_key="person.id")
    until: date | None = None
    """Empty: the pause was ended."""


class Preference(Versioned, table=True):
    """How a person wants to be asked. The series is the person; what is empty is as the company has it."""

    __tablename__ = "preference"
    __table_args__ = (states_of("preference"), _current("preference", "person_id"))

    person_id: int = Field(foreign_key="person.id")
    quiet_begins: int | None = None
    quiet_ends: int | None = None
    hour: int | None = None
    """At which hour of their day they are asked and reminded."""
    reminders: str | None = None
    language: str | None = None
    """`en` or `zh`, before what the import says of the person."""


class AskingDay(Versioned, table=True):
    """The weekday on which a manager's reports, or a department, are asked; the manager's comes first.

    The series is `team:{manager}` or `department:{id}`.
    """

    __tablename__ = "asking_day"
    __table_args__ = (
        states_of("asking_day"),
        _current("asking_day", "manager_id"),
        _current("asking_day", "department_id"),
    )

    manager_id: int | None = Field(default=None, foreign_key="person.id")
    department_id: int | None = Field(default=None, foreign_key="department.id")
    weekday: int | None = None
    """ISO, Monday = 1; empty: as the company has it."""


class Snooze(SQLModel, table=True):
    """A question that a person wants to be asked again later. `asked_at` stays empty until that was done."""

    __tablename__ = "snooze"
    __table_args__ = (
        Index(
            "ix_snooze_until",
            "until",
            sqlite_where=text("asked_at IS NULL"),
            postgresql_where=text("asked_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    key: str
    until: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
