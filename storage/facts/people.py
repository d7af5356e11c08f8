"""Facts about people: who is asking, who stands above and below them, and what day it is there."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.columns import iso_week
from storage.directory import department, line_above, person, person_row, reports_of, roles_of, someone, who
from storage.facts.declaring import Start, fact
from storage.people import Status
from storage.place_names import place_name
from storage.references import IsoWeek, Option, Who

ANN = Who(1, "Ann", "Miller")
LI = Who(2, "Na", "Li", "李娜")
BEN = Who(3, "Ben", "Okafor")


@fact(sample=ANN)
def me(db: Connection, start: Start) -> Who:
    return someone(db, start.person)


@fact(sample=LI)
def manager(db: Connection, start: Start) -> Who | None:
    """The direct manager, or None for whoever has none."""
    above = line_above(db, start.person, start.now)
    return someone(db, above[0]) if above else None


@fact(sample=LI)
def whoever(db: Connection, start: Start) -> Who:
    """The person whose id is given (`about`)."""
    return someone(db, int(start.given["person"]))


@fact(sample=(BEN,))
def people(db: Connection, start: Start) -> tuple[Who, ...]:
    """The people whose ids are given (`about`)."""
    return tuple(someone(db, int(each)) for each in start.given["people"])


@fact(sample=True)
def leads(db: Connection, start: Start) -> bool:
    """Whether the person stands above the one whose id is given (`about`)."""
    return start.person in line_above(db, int(start.given["person"]))


@fact(sample=True)
def manages(db: Connection, start: Start) -> bool:
    """Whether the person is the direct manager of the one whose id is given (`about`)."""
    return line_above(db, int(start.given["person"]))[:1] == (start.person,)


@fact(sample=date(2026, 3, 5))
def today(db: Connection, start: Start) -> date:
    """The day it is where the person is."""
    return start.now.astimezone(ZoneInfo(person_row(db, start.person)["time_zone"])).date()


@fact(sample=IsoWeek("2026-W10"))
def week(db: Connection, start: Start) -> IsoWeek:
    """The week it is where the person is, or the one the clock named."""
    return IsoWeek(str(start.given.get("week") or iso_week(today(db, start))))


@fact(sample=(LI,))
def team(db: Connection, start: Start) -> tuple[Who, ...]:
    """The person's direct reports."""
    return tuple(who(row) for row in reports_of(db, start.person, start.now))


@fact(sample=True)
def has_team(db: Connection, start: Start) -> bool:
    """Whether anybody reports to the person."""
    return bool(reports_of(db, start.person, start.now))


@fact(sample=(Option("1", "Sales", "销售部"), Option("2", "Engineering", "研发部")))
def departments(db: Connection, start: Start) -> tuple[Option, ...]:
    rows = db.execute(select(department).order_by(department.c.name)).mappings()
    return tuple(Option(str(row["id"]), row["name"], row["native_name"]) for row in rows)


@fact(sample=(Option("1", "Sales", "销售部"),))
def governed(db: Connection, start: Start) -> tuple[Option, ...]:
    """The departments for which the person holds a role."""
    covered = {covers for _, covers in roles_of(db, start.person, start.now)}
    return tuple(each for each in departments(db, start) if None in covered or int(each.key) in covered)


@fact(sample=True)
def companywide(db: Connection, start: Start) -> bool:
    """Whether the person holds a role for the whole company."""
    return any(covers is None for _, covers in roles_of(db, start.person, start.now))


@fact(sample=(Option("Shanghai", "Shanghai"), Option("Munich", "Munich")))
def locations(db: Connection, start: Start) -> tuple[Option, ...]:
    query = select(person.c.location).where(person.c.status != Status.left, person.c.location.is_not(None))
    places = db.execute(query.distinct().order_by(person.c.location)).scalars()
    return tuple(Option(place, place_name(place, "en"), place_name(place, "zh")) for place in places)
