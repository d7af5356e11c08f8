"""Goals, their alignment to one another, and the progress made on them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping
from sqlmodel import Field, SQLModel

from storage.columns import ExactDecimal, Json, UtcDateTime
from storage.references import GoalDetail, Who
from storage.versions import Versioned, states_of

REACHED = 100
"""Percent of a goal that needs no more looking after."""
NOT_MOVED = timedelta(weeks=4)
"""After so long without a word about it a goal is marked."""


class GoalState(StrEnum):
    active = "active"
    done = "done"
    dropped = "dropped"


class Goal(Versioned, table=True):
    """A goal of a person or, where `person_id` is empty, of a department."""

    __tablename__ = "goal"
    __table_args__ = (states_of("goal"),)

    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    parent: str | None = Field(default=None, index=True)
    """Series of the goal this one serves: a department's, the manager's, or anybody's."""
    title: str
    indicator: str | None = None
    baseline: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    target: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    unit: str | None = None
    due: date | None = None
    weight: int = 0
    """Percent; the weights of a person's active goals sum to at most 100, and to 100 when they are complete."""
    milestones: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    """`{"day": "2026-09-30", "what": "pilot live"}` in the order of the days."""
    state: str = GoalState.active


class GoalUpdate(SQLModel, table=True):
    """One statement of progress; the newest one is where the goal stands."""

    __tablename__ = "goal_update"

    id: int | None = Field(default=None, primary_key=True)
    goal: str = Field(index=True)
    """Series of the goal."""
    percent: int
    value: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    note: str | None = None
    saved_by: int = Field(foreign_key="person.id")
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)


def marks_of(goal: Mapping[str, Any] | RowMapping, now: datetime, today: date) -> tuple[str, ...]:
    """What is worth a look at an active goal: `overdue`, `not_moved`; nothing at one that is reached.

    `goal` is a row of `storage.access` with its newest progress; `today` is the day where the reader is.
    """
    if (goal["percent"] or 0) >= REACHED:
        return ()
    moved = goal["updated_at"] or goal["saved_at"]
    marks = {"overdue": goal["due"] is not None and goal["due"] < today, "not_moved": now - moved >= NOT_MOVED}
    return tuple(name for name, holds in marks.items() if holds)


def next_version(goal: GoalDetail, by: Who, **changes: Any) -> Goal:
    """The goal as it stands but for some columns, to be saved."""
    record = Goal(
        series=goal.key,
        saved_by=by.id,
        person_id=goal.owner,
        department_id=goal.department,
        parent=goal.parent,
        title=goal.title,
        indicator=goal.indicator,
        baseline=goal.baseline,
        target=goal.target,
        unit=goal.unit,
        due=goal.due,
        weight=goal.weight,
        milestones=[dict(each) for each in goal.milestones],
    )
    for name, value in changes.items():
        setattr(record, name, value)
    return record
