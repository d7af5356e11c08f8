"""Planning: when each person is asked for each week, for a whole company in pieces that take milliseconds.

What is planned follows from a person's habit alone (`moment`), so planning again changes nothing unless somebody has
moved, joined, or said that they will be away; then the row that stands is moved, or excused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, get_args

from sqlalchemy import Connection, RowMapping, and_, bindparam, func, or_, select, update

from storage.calendar import NIGHT, Habit, Off, Quiet, at_hour, monday_of, weeks_between
from storage.columns import in_pieces, iso_week, table
from storage.habits import LIVED_IN, WITH_REST, habit_of, habits_of, is_place, leaves_between, person
from storage.ledger import insert_or_skip
from storage.participation import part_since, takes_part
from storage.people import Status
from storage.rest import AskingDay
from storage.weekly import Planned, WeeklyPrompt

AT_ONCE = 1_000
"""People planned in one piece."""
LATEST = timedelta(days=4)
"""So long after its moment a week is still asked for, even when the next week has begun."""
FURTHEST_BACK = 12
"""Weeks during which nothing ran, and which are recorded as missed."""

prompt = table(WeeklyPrompt)
_team = table(AskingDay).alias("team_day")
_unit = table(AskingDay).alias("department_day")

_PEOPLE = (
    select(*LIVED_IN, func.coalesce(_team.c.weekday, _unit.c.weekday).label("weekday"), part_since.label("part_since"))
    .select_from(
        WITH_REST.outerjoin(_team, and_(_team.c.manager_id == person.c.manager_id, _team.c.current)).outerjoin(
            _unit, and_(_unit.c.department_id == person.c.department_id, _unit.c.current)
        )
    )
    .where(person.c.id > bindparam("after"), person.c.status != Status.left, takes_part)
    .order_by(person.c.id)
    .limit(AT_ONCE)
)
_PLANNED = select(prompt.c.person_id, prompt.c.week, prompt.c.due_at, prompt.c.state).where(
    prompt.c.flow == bindparam("flow"),
    prompt.c.person_id.between(bindparam("lowest"), bindparam("highest")),
    prompt.c.week.in_(bindparam("weeks", expanding=True)),
)
_SOME = select(person.c.id).where(person.c.status == Status.active, takes_part).order_by(person.c.id).limit(50)
_LAST = select(func.max(prompt.c.week)).where(prompt.c.flow == bindparam("flow"), prompt.c.person_id.in_(_SOME))
_DUE_FOR = (
    select(prompt)
    .where(prompt.c.person_id == bindparam("person"), prompt.c.state == Planned.planned)
    .where(prompt.c.due_at <= bindparam("now"))
    .order_by(prompt.c.due_at)
)
_THIS = and_(
    prompt.c.person_id == bindparam("of_person"),
    prompt.c.flow == bindparam("of_flow"),
    prompt.c.week == bindparam("of_week"),
)
_MOVE = (
    update(prompt)
    .where(_THIS, or_(prompt.c.state == Planned.planned, prompt.c.state == Planned.excused))
    .values(due_at=bindparam("to_due"), state=bindparam("to_state"), reason=bindparam("to_reason"))
)


@dataclass(frozen=True)
class Cadence:
    """On which weekday and at which hour people are asked who have no day or hour of their own."""

    weekday: int = 4
    hour: int = 14
    quiet: Quiet = NIGHT


@dataclass(frozen=True)
class Weeks:
    """The weeks that are planned at one time."""

    all: tuple[str, ...]
    gap: frozenset[str]
    """Those that went by while nothing ran."""


@dataclass(frozen=True)
class Piece:
    """What planning some people found to be done."""

    new: Sequence[Mapping[str, Any]]
    moved: Sequence[Mapping[str, Any]]
    last: int
    """The highest id among these people; the next piece comes after it."""

    @property
    def size(self) -> int:
        return len(self.new) + len(self.moved)


def moment(habit: Habit, monday: date, weekday: int, hour: int) -> datetime | None:
    """The instant at which somebody is asked for the week that begins on a Monday; None if they are excused.

    That is the wanted hour of the weekday, or of their first working day after it; of a week without a single
    working day nobody is asked.
    """
    if not habit.works_in(monday):
        return None
    day = next(habit.open_days(monday + timedelta(days=weekday - 1), 7), None)
    return None if day is None else at_hour(day, habit.quiet.hour_for(hour), habit.time_zone)


@lru_cache(maxsize=8192)
def moments(habit: Habit, weeks: tuple[str, ...], weekday: int, hour: int) -> tuple[datetime | None, ...]:
    """The same for several weeks; remembered, as thousands of people share a habit."""
    return tuple(moment(habit, monday_of(week), weekday, hour) for week in weeks)


def excuse(habit: Habit, monday: date) -> Off:
    """Why somebody is not asked for a week: leave, a pause, holidays, or that they never work."""
    reasons = {habit.off(monday + timedelta(days=ahead)) for ahead in range(14)}
    return next(each for each in reversed(get_args(Off)) if each in reasons)


def closes(habit: Habit, monday: date, asked_at: datetime) -> datetime:
    """Until when a week can still be asked for: to its end, or some days after its moment if that is later."""
    return max(at_hour(monday + timedelta(days=7), 0, habit.time_zone), asked_at + LATEST)


def weeks_at(db: Connection, flow: str, now: datetime) -> Weeks:
    """The weeks to plan: the last one, this one wherever people are, the next, and those nobody has planned."""
    last, coming = iso_week((now - timedelta(days=7)).date()), iso_week((now + timedelta(days=7, hours=14)).date())
    known = db.execute(_LAST, {"flow": flow}).scalar()
    if known is None:
        return Weeks(tuple(weeks_between(last, coming)), frozenset())
    furthest = iso_week((now - timedelta(weeks=FURTHEST_BACK)).date())
    after = iso_week(monday_of(known) + timedelta(days=7))
    gap = weeks_between(max(after, furthest), last)
    return Weeks(tuple(weeks_between(min([last, *gap]), coming)), frozenset(gap))


def plan(db: Connection, flow: str, weeks: Weeks, after: int, now: datetime, cadence: Cadence) -> Piece | None:
    """What is to be written for the next people after an id; None when there are no more. It only reads."""
    people = db.execute(_PEOPLE, {"after": after})
    columns = tuple(people.keys())
    rows = [dict(zip(columns, row, strict=True)) for row in in_pieces(people)]
    if not rows:
        return None
    lowest, highest = rows[0]["id"], rows[-1]["id"]
    wanted = {"flow": flow, "weeks": weeks.all, "lowest": lowest, "highest": highest}
    known = {(who, week): (due_at, state) for who, week, due_at, state in in_pieces(db.execute(_PLANNED, wanted))}
    since = monday_of(weeks.all[0])
    away = leaves_between(db, lowest, highest, since)
    new: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for row in rows:
        if not is_place(row["time_zone"]):
            continue
        row["joined_on"] = max(filter(None, (row["joined_on"], row["part_since"].date())))
        habit = habit_of(row, away.get(row["id"], ()), cadence.quiet, since)
        weekday = row["weekday"] or cadence.weekday
        hour = cadence.hour if row["hour"] is None else row["hour"]
        for week, at in zip(weeks.all, moments(habit, weeks.all, weekday, hour), strict=True):
            before = known.get((row["id"], week))
            if before is None:
                found, values = new, _first(habit, week, at, now, in_gap=week in weeks.gap)
            elif before[0] == at:
                continue  # as almost always
            else:
                found, values = moved, _again(habit, week, at, now, *before)
            if values:
                found.append({"person_id": row["id"], "flow": flow, "week": week, **values})
    return Piece(new, moved, highest)


def _first(habit: Habit, week: str, at: datetime | None, now: datetime, *, in_gap: bool) -> dict[str, Any] | None:
    """A week that stands nowhere yet. One that was over before anybody planned it is nobody's concern any more."""
    monday = monday_of(week)
    end = at_hour(monday + timedelta(days=7), 0, habit.time_zone)
    if end <= now and not in_gap and (at is None or at < end):
        return None
    if at is None:
        return _row(None, Planned.excused, excuse(habit, monday))
    if now < closes(habit, monday, at):
        return _row(at, Planned.planned)
    return _row(at, Planned.missed, "asleep")


def _again(
    habit: Habit, week: str, at: datetime | None, now: datetime, due_at: datetime | None, state: str
) -> dict[str, Any] | None:
    """A week that was planned before, if it is to be moved; what was asked or missed stays so."""
    if state not in (Planned.planned, Planned.excused):
        return None
    monday = monday_of(week)
    if at is None:
        return None if state == Planned.excused else _row(None, Planned.excused, excuse(habit, monday))
    if due_at is None:
        return _row(at, Planned.planned) if now < closes(habit, monday, at) else None
    if at > now:
        return _row(at, Planned.planned)
    if due_at <= now:
        return None
    sooner = habit.next_open(now)
    return _row(sooner, Planned.planned) if sooner and sooner < due_at else None


def _row(due_at: datetime | None, state: Planned, reason: str | None = None) -> dict[str, Any]:
    return {"due_at": due_at, "state": state, "reason": reason}


def due_for(db: Connection, person_id: int, now: datetime) -> Sequence[RowMapping]:
    """What somebody is to be asked by now and has not been yet, as far as it can still be asked."""
    rows = db.execute(_DUE_FOR, {"person": person_id, "now": now}).mappings().all()
    if not rows:
        return ()
    habit = habits_of(db, [person_id], now)[person_id]
    return [row for row in rows if now < closes(habit, monday_of(row["week"]), row["due_at"])]


def write(db: Connection, piece: Piece) -> None:
    """Writes what a piece found; a row that somebody else has written or moved on meanwhile stays as it is."""
    if piece.new:
        db.execute(insert_or_skip(WeeklyPrompt, db.dialect.name), piece.new)
    move(db, piece.moved)


def move(db: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Moves planned or excused rows to another time or state."""
    if listed := list(_moves(rows)):
        db.execute(_MOVE, listed)


def _moves(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            "of_person": row["person_id"],
            "of_flow": row["flow"],
            "of_week": row["week"],
            "to_due": row["due_at"],
            "to_state": row["state"],
            "to_reason": row["reason"],
        }
