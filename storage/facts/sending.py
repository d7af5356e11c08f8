"""Facts about sending to many: when a message would go out to an audience, and whom that moment does not suit."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from storage import habits
from storage.audience import Audience, members
from storage.calendar import at_hour
from storage.directory import person_row
from storage.facts.declaring import Start, fact
from storage.references import When
from storage.timing import Timing

_SAMPLE = {
    "timing": {"hour": None, "day": None, "at": None},
    "first": When(datetime(2026, 3, 6, 1, tzinfo=UTC)),
    "last": When(datetime(2026, 3, 6, 14, tzinfo=UTC)),
    "off": 3,
    "quiet": 0,
    "later": 0,
    "is_past": False,
}


@fact(
    sample=_SAMPLE,
    others=(
        {**_SAMPLE, "off": 0, "quiet": 2, "later": 1},
        {**_SAMPLE, "is_past": True},
        {**_SAMPLE, "last": _SAMPLE["first"]},
        {**_SAMPLE, "first": None, "last": None},
    ),
)
def sending(db: Connection, start: Start) -> Mapping[str, Any]:
    """When something would be sent to an audience, by `when`, `day` and `hour` as a person chose them (`about`).

    `first` and `last` are the moments of the first and the last message; None: at once. For `off` people it is a day
    off then, for `quiet` people outside their hours; where `later` people are, the hour of that day has passed.
    """
    chosen, timing = start.given["audience"], _timing(db, start)
    assert isinstance(chosen, Audience)
    among = members(db, chosen, start.now).with_only_columns(habits.person.c.id).order_by(None).subquery()
    lowest, highest = db.execute(select(func.min(among.c.id), func.max(among.c.id))).one()
    away = habits.leaves_between(db, lowest or 0, highest or 0, (start.now - timedelta(days=1)).date())
    lived = select(*habits.LIVED_IN).select_from(habits.WITH_REST).where(habits.person.c.id.in_(select(among.c.id)))
    closed, later, due = Counter[str](), 0, dict[str, datetime]()
    for row in db.execute(lived).mappings():
        habit = habits.habit_of(dict(row), away.get(row["id"], ()), start.quiet)
        if habit.time_zone not in due:
            due[habit.time_zone] = timing.due(start.now, habit.time_zone)
        moment = due[habit.time_zone]
        closed[habit.closed(moment) or ""] += 1
        later += timing.day is not None and habit.local(moment).date() != timing.day
    is_planned = bool(due) and timing != Timing()
    return {
        "timing": {"hour": timing.hour, "day": timing.day, "at": timing.at},
        "first": When(min(due.values())) if is_planned else None,
        "last": When(max(due.values())) if is_planned else None,
        "off": closed.total() - closed[""] - closed["quiet"],
        "quiet": closed["quiet"],
        "later": later,
        "is_past": timing.at is not None and timing.at < start.now,
    }


def _timing(db: Connection, start: Start) -> Timing:
    when, day, hour = start.given["when"], start.given["day"], start.given["hour"]
    if when == "now" or hour is None:
        return Timing()
    if when == "local":
        return Timing(hour=hour, day=day)
    zone = str(person_row(db, start.person)["time_zone"])
    today = start.now.astimezone(ZoneInfo(zone)).date()
    return Timing(at=at_hour(day or today, hour, zone))
