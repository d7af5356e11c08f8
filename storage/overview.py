"""The overview of participation: how many were asked and how many checked in, by department and week.

HR sees counts and never a name. A group of fewer than `LEAST` people stands nowhere by itself: small departments are
one line together, with the next larger one if need be, so that no count can be worked out by taking others from a sum.
Who has been silent for some weeks is named to the direct manager alone, who sees who has checked in anyway.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from storage.checkins import CheckIn
from storage.columns import iso_week, table
from storage.directory import department, person, who
from storage.people import Status
from storage.references import Option, Who
from storage.weekly import Planned, WeeklyPrompt

LEAST = 5
"""People of the smallest group that is counted by itself."""
WEEKS, SILENT = 4, 3
"""Weeks that are shown, and weeks without a check-in after which somebody is silent."""
FLOW = "checkin"

checkin = table(CheckIn)
prompt = table(WeeklyPrompt)

_ANSWERED = and_(checkin.c.person_id == prompt.c.person_id, checkin.c.week == prompt.c.week, checkin.c.current)
_ASKED = and_(prompt.c.flow == FLOW, prompt.c.state == Planned.asked, person.c.status != Status.left)


@dataclass(frozen=True)
class Count:
    asked: int = 0
    answered: int = 0

    def and_also(self, other: "Count") -> "Count":
        return Count(self.asked + other.asked, self.answered + other.answered)


@dataclass(frozen=True)
class Line:
    """A department, or None for several that are too small to stand by themselves; a count for each week."""

    department: Option | None
    counts: Mapping[str, Count]

    def in_weeks(self, weeks: Sequence[str]) -> tuple[Count, ...]:
        return tuple(self.counts.get(week, Count()) for week in weeks)


@dataclass(frozen=True)
class Participation:
    weeks: tuple[str, ...]
    """ISO names, oldest first."""
    lines: tuple[Line, ...]
    """None where so few were asked that numbers would tell who they are."""
    silent: int
    """People who have not checked in for `SILENT` weeks."""


def weeks_before(now: datetime, number: int) -> tuple[str, ...]:
    """The last complete weeks, oldest first."""
    return tuple(iso_week((now - timedelta(weeks=back)).date()) for back in range(number, 0, -1))


def by_department(db: Connection, weeks: Sequence[str], only: Collection[int] | None = None) -> tuple[Line, ...]:
    """Every department, or only some, by name; none at all where there are fewer than `LEAST` people in all."""
    counted = (
        select(person.c.department_id, prompt.c.week, func.count(), func.count(checkin.c.id))
        .select_from(prompt)
        .join(person, person.c.id == prompt.c.person_id)
        .outerjoin(checkin, _ANSWERED)
        .where(_ASKED, prompt.c.week.in_(weeks))
        .group_by(person.c.department_id, prompt.c.week)
    )
    if only is not None:
        counted = counted.where(person.c.department_id.in_(only))
    found: dict[int | None, dict[str, Count]] = defaultdict(dict)
    for number, week, asked, answered in db.execute(counted):
        found[number][week] = Count(asked, answered)
    names = {
        row["id"]: Option(str(row["id"]), row["name"], row["native_name"])
        for row in db.execute(select(department)).mappings()
    }
    alone, together = _grouped(found)
    lines = [Line(names[number], counts) for number, counts in alone.items() if number is not None]
    lines.sort(key=lambda line: line.department.label if line.department else "")
    return (*lines, Line(None, together)) if together else tuple(lines)


def _grouped(
    found: Mapping[int | None, Mapping[str, Count]],
) -> tuple[dict[int | None, Mapping[str, Count]], dict[str, Count]]:
    """The departments that stand by themselves, and all others together; nobody's department is among the others."""
    by_size = sorted(found, key=lambda number: (_size(found[number]), number or 0))
    others = [number for number in by_size if number is None or _size(found[number]) < LEAST]
    alone = [number for number in by_size if number not in others]
    together = _sum(found, others)
    while others and _size(together) < LEAST:
        if not alone:
            return {}, {}
        others.append(alone.pop(0))
        together = _sum(found, others)
    return {number: found[number] for number in alone}, together


def _size(counts: Mapping[str, Count]) -> int:
    """As many as were asked in the week with the fewest of those in which anybody was."""
    return min((count.asked for count in counts.values() if count.asked), default=0)


def _sum(found: Mapping[int | None, Mapping[str, Count]], which: Collection[int | None]) -> dict[str, Count]:
    total: dict[str, Count] = {}
    for number in which:
        for week, count in found[number].items():
            total[week] = total.get(week, Count()).and_also(count)
    return total


def _silent(weeks: Sequence[str], *among: ColumnElement[bool]) -> Select[int]:
    """People who were asked in each of some weeks and have checked in for none of them, among all or some."""
    return (
        select(prompt.c.person_id)
        .join(person, person.c.id == prompt.c.person_id)
        .outerjoin(checkin, _ANSWERED)
        .where(_ASKED, prompt.c.week.in_(weeks), *among)
        .group_by(prompt.c.person_id)
        .having(func.count() == len(weeks), func.count(checkin.c.id) == 0)
    )


def silent(db: Connection, weeks: Sequence[str], only: Collection[int] | None = None) -> int:
    """How many people have been silent in all of these weeks."""
    among = [person.c.department_id.in_(only)] if only is not None else []
    people = select(func.count()).select_from(_silent(weeks, *among).subquery())
    return int(db.execute(people).scalar_one())


def silent_reports(db: Connection, manager: int, weeks: Sequence[str]) -> tuple[Who, ...]:
    """The direct reports of a manager who have been silent in all of these weeks, by name."""
    mine = select(person).where(person.c.id.in_(_silent(weeks, person.c.manager_id == manager)))
    return tuple(who(row) for row in db.execute(mine.order_by(person.c.family_name, person.c.id)).mappings())
