"""Habits: where people are, when they work and when they want to hear nothing, for many of them in two queries."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select

from storage.calendar import NIGHT, Habit, Quiet, Span
from storage.columns import in_pieces, table
from storage.participation import takes_part
from storage.people import Person, Status
from storage.rest import Leave, Pause, Preference

person = table(Person)
leave = table(Leave)
pause = table(Pause)
preference = table(Preference)

LIVED_IN = (
    person.c.id,
    person.c.time_zone,
    person.c.working_days,
    person.c.country,
    person.c.region,
    person.c.status,
    person.c.joined_on,
    person.c.left_on,
    preference.c.quiet_begins,
    preference.c.quiet_ends,
    preference.c.hour,
    preference.c.reminders,
    pause.c.until.label("paused_until"),
    takes_part.label("takes_part"),
)
"""What a habit is made of."""
WITH_REST = person.outerjoin(preference, and_(preference.c.person_id == person.c.id, preference.c.current)).outerjoin(
    pause, and_(pause.c.person_id == person.c.id, pause.c.current)
)

_AMONG = person.c.id.in_(bindparam("people", expanding=True))
_OF_PEOPLE = select(*LIVED_IN).select_from(WITH_REST).where(_AMONG).order_by(person.c.id)
_HELD = _OF_PEOPLE.with_for_update(of=person, key_share=True)


def people(db: Connection, ids: Collection[int], *, hold: bool = False) -> Mapping[int, Mapping[str, Any]]:
    """The rows that habits are made of. With `hold` nobody else decides about these people before this is committed."""
    found = db.execute(_HELD if hold else _OF_PEOPLE, {"people": sorted(set(ids))}).mappings()
    return {row["id"]: dict(row) for row in found}


@cache
def _leaves(whose: str) -> Select[Any]:
    among: ColumnElement[bool] = (
        leave.c.person_id.in_(bindparam("people", expanding=True))
        if whose == "people"
        else leave.c.person_id.between(bindparam("lowest"), bindparam("highest"))
    )
    columns = (leave.c.person_id, leave.c.first_day, leave.c.last_day)
    return select(*columns).where(among, leave.c.current, ~leave.c.cancelled, leave.c.last_day >= bindparam("since"))


def leaves(db: Connection, ids: Collection[int], since: date) -> dict[int, tuple[Span, ...]]:
    """The leaves of people that are not over on a day."""
    return _spans(db, "people", {"people": sorted(set(ids)), "since": since})


def leaves_between(db: Connection, lowest: int, highest: int, since: date) -> dict[int, tuple[Span, ...]]:
    """The same of everybody whose id lies between two."""
    return _spans(db, "between", {"lowest": lowest, "highest": highest, "since": since})


def _spans(db: Connection, whose: str, wanted: Mapping[str, Any]) -> dict[int, tuple[Span, ...]]:
    found: dict[int, list[Span]] = {}
    for who, first, last in in_pieces(db.execute(_leaves(whose), wanted)):
        found.setdefault(who, []).append((first, last))
    return {who: tuple(spans) for who, spans in found.items()}


def habits_of(db: Connection, ids: Collection[int], now: datetime, quiet: Quiet = NIGHT) -> dict[int, Habit]:
    """The habits of people as they are at a moment; `quiet` holds for whoever has set no hours of their own."""
    away = leaves(db, ids, (now - timedelta(days=1)).date())
    return {each: habit_of(row, away.get(each, ()), quiet) for each, row in people(db, ids).items()}


def habit_of(row: Mapping[str, Any], away: tuple[Span, ...], quiet: Quiet, since: date = date.min) -> Habit:
    """The habit of somebody from a day on; what was over by then is left out, so that many have the same."""
    paused, joined = row["paused_until"], row["joined_on"]
    leaving = row["left_on"] if row["status"] != Status.left else None
    own = row["quiet_begins"], row["quiet_ends"]
    return Habit(
        time_zone=row["time_zone"] if is_place(row["time_zone"]) else "UTC",
        working_days=row["working_days"],
        country=row["country"],
        region=row["region"],
        quiet=quiet if None in own else Quiet(*own),
        away=away,
        paused_until=paused if paused and paused > since else None,
        here_from=joined if joined and joined > since else None,
        here_until=leaving,
        on_leave=row["status"] == Status.leave,
    )


@cache
def is_place(zone: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True
