"""Who is off on a day, from when to when, and where that came from."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from storage.columns import table
from storage.directory import who
from storage.last_days import zone_of
from storage.naming import by_name
from storage.people import Person, Status
from storage.references import Who
from storage.rest import Leave

UNTIL_BACK = "status"
"""Where a leave came from that has no days: the status on the list of people."""
A_DAY = timedelta(days=1)
"""No place is further ahead of UTC or behind it."""

person = table(Person)
leave = table(Leave)


@dataclass(frozen=True)
class Absence:
    """A leave of one person. One without days lasts until HR says that they are back."""

    who: Who
    email: str
    first: date | None
    last: date | None
    source: str
    """`self`, `hr`, `api` or `status`."""


def absences(db: Connection, now: datetime, on: date | None = None, department: int | None = None) -> list[Absence]:
    """Who is off on a day, by name; without a day, today where each person is. People who have left are left out."""
    earliest, latest = (on, on) if on else (now.date() - A_DAY, now.date() + A_DAY)
    days = and_(leave.c.current, ~leave.c.cancelled, leave.c.first_day <= latest, leave.c.last_day >= earliest)
    columns = (person, leave.c.first_day, leave.c.last_day, func.coalesce(leave.c.told_by, UNTIL_BACK).label("source"))
    query = (
        select(*columns)
        .select_from(person.outerjoin(leave, and_(leave.c.person_id == person.c.id, days)))
        .where(person.c.status != Status.left)
        .where(or_(leave.c.id.is_not(None), person.c.status == Status.leave))
    )
    if department is not None:
        query = query.where(person.c.department_id == department)
    rows = sorted(db.execute(query).mappings(), key=lambda row: (*by_name(row), row["first_day"] or date.min))
    found: dict[Absence, None] = {}
    for row in rows:
        day = on or now.astimezone(zone_of(row["time_zone"])).date()
        if row["left_on"] and row["left_on"] < day:
            continue
        first, last = row["first_day"], row["last_day"]
        if first is not None and first <= day <= last:
            found[Absence(who(row), row["email"], first, last, row["source"])] = None
        elif row["status"] == Status.leave:
            found[Absence(who(row), row["email"], None, None, UNTIL_BACK)] = None
    return list(found)
