"""Facts about goals: one's own, those to align to, and how much weight is left to give."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, bindparam, select

from storage.access import View, department_goals, goals_with_progress
from storage.checkins import CheckIn
from storage.columns import table
from storage.directory import department_of, line_above, person_row, someone
from storage.facts.declaring import Start, fact
from storage.facts.people import LI, governed, today
from storage.goals import Goal, marks_of
from storage.references import GoalDetail, GoalRef, Option, Who
from storage.refusals import NothingOpen, NotYours

goal = table(Goal)
checkin = table(CheckIn)
_REPORTED = select(checkin.c.progress).where(
    checkin.c.series == bindparam("of_series"), checkin.c.current, checkin.c.shared
)


@fact(
    sample=(
        GoalRef("g1", "Renew 90 % of contracts by June", 40, 60, 1),
        GoalRef("g2", "Two trainings", 0, 40, 1),
    )
)
def goals(db: Connection, start: Start) -> tuple[GoalRef, ...]:
    """The person's own active goals."""
    return _refs(goals_with_progress(db, goal.c.person_id == start.person))


@fact(
    sample={"overdue": ("Renew 90 % of contracts by June",), "not_moved": ("Two trainings",)},
    others=(
        {"overdue": (), "not_moved": ()},
        {"overdue": ("Two trainings",), "not_moved": ()},
        {"overdue": (), "not_moved": ("Two trainings",)},
    ),
)
def goals_marked(db: Connection, start: Start) -> Mapping[str, tuple[str, ...]]:
    """The titles of the person's own goals that are overdue, and of those that have not moved for four weeks."""
    day = today(db, start)
    rows = goals_with_progress(db, goal.c.person_id == start.person)
    marked = [(row["title"], marks_of(row, start.now, day)) for row in rows]
    return {mark: tuple(title for title, marks in marked if mark in marks) for mark in ("overdue", "not_moved")}


@fact(sample=(GoalRef("d1", "Grow revenue by 20 % in 2026", 30, 0, 2, LI),))
def parents(db: Connection, start: Start) -> tuple[GoalRef, ...]:
    """Goals one may align to: the manager's, and those of the departments of oneself and of the two above."""
    above = line_above(db, start.person)[:2]
    managers = View(db, start.person, above[0], start.now).goals() if above else ()
    departments = {person_row(db, each)["department_id"] for each in (start.person, *above)} - {None}
    rows = [*managers, *department_goals(db, departments)]
    return tuple(replace(ref, owned_by=_owner(db, row)) for ref, row in zip(_refs(rows), rows, strict=True))


@fact(sample=100, others=(0,))
def weight_free(db: Connection, start: Start) -> int:
    """What the weights of the person's goals leave of a hundred, not counting a goal that is given."""
    others = (each for each in goals(db, start) if each.key != start.given.get("goal"))
    return max(0, 100 - sum(each.weight for each in others))


SAMPLE = GoalDetail(
    "g1",
    "Renew 90 % of contracts by June",
    owner=1,
    indicator="Renewal rate",
    baseline=Decimal(80),
    target=Decimal(90),
    unit="%",
    due=date(2026, 6, 30),
    weight=60,
    milestones=({"day": "2026-04-30", "what": "half of them"},),
    percent=40,
)


@fact(sample=SAMPLE)
def own_goal(db: Connection, start: Start) -> GoalDetail:
    """The active goal a button names, of the person or of a department they hold a role for.

    Raises `NotYours`, or `NothingOpen` when it is no longer active.
    """
    row = next(iter(goals_with_progress(db, goal.c.series == str(start.given.get("goal")))), None)
    if row is None:
        raise NothingOpen
    governs = {int(each.key) for each in governed(db, start)}
    if start.person != row["person_id"] and not (row["person_id"] is None and row["department_id"] in governs):
        raise NotYours(start.person, row["person_id"], "goal")
    return _detail(row)


@fact(sample=SAMPLE)
def goal_now(db: Connection, start: Start) -> GoalDetail | None:
    """A goal of the person (`about`) as it stands at this moment; None when it is no longer active."""
    mine = (goal.c.series == start.given["goal"]) & (goal.c.person_id == start.person)
    return next((_detail(row) for row in goals_with_progress(db, mine)), None)


@fact(sample={})
def reported(db: Connection, start: Start) -> Mapping[str, int]:
    """The progress the person's check-in for a week (`about`) tells others by now, by goal."""
    series = f"{start.person}:{start.given['week']}"
    said: Mapping[str, int] = db.execute(_REPORTED, {"of_series": series}).scalar() or {}
    return said


def _owner(db: Connection, row: RowMapping) -> Who | Option | None:
    if row["person_id"] is not None:
        return someone(db, row["person_id"])
    return department_of(db, row)


def _refs(rows: Iterable[RowMapping]) -> tuple[GoalRef, ...]:
    return tuple(
        GoalRef(row["series"], row["title"], row["percent"] or 0, row["weight"], row["person_id"]) for row in rows
    )


def _detail(row: RowMapping) -> GoalDetail:
    return GoalDetail(
        row["series"],
        row["title"],
        owner=row["person_id"],
        department=row["department_id"],
        parent=row["parent"],
        indicator=row["indicator"],
        baseline=row["baseline"],
        target=row["target"],
        unit=row["unit"],
        due=row["due"],
        weight=row["weight"],
        milestones=tuple(row["milestones"]),
        percent=row["percent"] or 0,
    )
