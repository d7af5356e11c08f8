"""Facts: what a flow may ask for by the name of a parameter, and how each is looked up.

A fact is resolved once, when a conversation starts, and kept with it; a replay sees what was true then. A flow
that needs the present awaits `look`. Each fact brings a sample of itself, so that every path of every flow can
be walked without a database.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, or_, select

from storage.access import goals_with_progress
from storage.announcements import Announcement
from storage.audience import Audience, members
from storage.columns import iso_week, table
from storage.directory import department, find_person, holds, line_above, person, person_row, someone, who
from storage.events import KeyEvent
from storage.goals import Goal
from storage.people import Role, Status
from storage.references import AnnouncementRef, EventRef, GoalRef, Option, Who
from storage.refusals import NobodyCalled, NotYourRole, NotYours

goal = table(Goal)
event = table(KeyEvent)
announcement = table(Announcement)


@dataclass(frozen=True)
class Start:
    """How a conversation began: by whom, when, with which words, and what a button or the clock gave along."""

    person: int
    now: datetime
    line: str = ""
    """What stood after the command."""
    mention: str | None = None
    """The first `@somebody` of the line."""
    addressed: bool = False
    """The mention stood first and is no part of the line any more."""
    quote: str | None = None
    """A chat message saved as evidence."""
    given: Mapping[str, Any] = field(default_factory=dict)


Lookup = Callable[[Connection, Start], Any]


@dataclass(frozen=True)
class Fact:
    lookup: Lookup
    sample: Any
    others: tuple[Any, ...] = ()
    """Further samples, where its type alone does not say what else it can be (see `variants`)."""


class UnknownFact(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no fact {name!r}; facts are declared in storage/facts.py")


FACTS: dict[str, Fact] = {}


def fact(sample: Any, others: tuple[Any, ...] = ()) -> Callable[[Lookup], Lookup]:
    def declare(lookup: Lookup) -> Lookup:
        FACTS[lookup.__name__] = Fact(lookup, sample, others)
        return lookup

    return declare


def resolve(db: Connection, names: tuple[str, ...], start: Start) -> dict[str, Any]:
    """The facts a flow asks for. Raises `UnknownFact`, or a refusal when the starter may not have one."""
    return {name: _known(name).lookup(db, start) for name in names}


def samples(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _known(name).sample for name in names}


def variants(name: str) -> Iterator[Any]:
    """What else a fact can be than its sample: nothing, false, or one of its other samples."""
    known = _known(name)
    yield from known.others
    possible = get_type_hints(known.lookup)["return"]
    if type(None) in get_args(possible) and known.sample is not None:
        yield None
    if possible is bool:
        yield not known.sample
    if isinstance(known.sample, tuple) and known.sample:
        yield ()


def _known(name: str) -> Fact:
    try:
        return FACTS[name]
    except KeyError:
        raise UnknownFact(name) from None


ANN = Who(1, "Ann", "Miller")
LI = Who(2, "Na", "Li", "李娜")


@fact(sample=ANN)
def me(db: Connection, start: Start) -> Who:
    return someone(db, start.person)


@fact(sample=LI)
def manager(db: Connection, start: Start) -> Who | None:
    """The direct manager, or None for whoever has none."""
    above = line_above(db, start.person)
    return someone(db, above[0]) if above else None


@fact(sample=date(2026, 3, 5))
def today(db: Connection, start: Start) -> date:
    """The day it is where the person is."""
    return start.now.astimezone(ZoneInfo(person_row(db, start.person)["time_zone"])).date()


@fact(sample="2026-W10")
def week(db: Connection, start: Start) -> str:
    """The ISO week it is where the person is, or the one the clock named."""
    return str(start.given.get("week") or iso_week(today(db, start)))


@fact(
    sample=(
        GoalRef("g1", "Renew 90 % of contracts by June", 40, 60, 1),
        GoalRef("g2", "Two trainings", 0, 40, 1),
    )
)
def goals(db: Connection, start: Start) -> tuple[GoalRef, ...]:
    """The person's own active goals."""
    return goal_refs(db, goal.c.person_id == start.person)


@fact(sample=(GoalRef("d1", "Grow revenue by 20 % in 2026", 30, 0, None),))
def parents(db: Connection, start: Start) -> tuple[GoalRef, ...]:
    """Goals one may align to: the own department's and company's, and those of the line above."""
    row = person_row(db, start.person)
    above = line_above(db, start.person)[:2]
    whose = or_(
        goal.c.person_id.in_(above),
        goal.c.person_id.is_(None) & _department_of(row["department_id"], above, db),
    )
    return goal_refs(db, whose)


def _department_of(own: int | None, above: tuple[int, ...], db: Connection) -> Any:
    query = select(person.c.department_id).where(person.c.id.in_(above))
    departments = {own, *(row[0] for row in db.execute(query))}
    return goal.c.department_id.in_([each for each in departments if each is not None])


@fact(sample="closed the Acme renewal, +120k ARR", others=("", "fine"))
def line(db: Connection, start: Start) -> str:
    return start.line


@fact(sample=None, others=("Thanks for the quick fix on the export!",))
def quote(db: Connection, start: Start) -> str | None:
    return start.quote


@fact(sample=LI)
def mentioned(db: Connection, start: Start) -> Who | None:
    """Who the line is about; raises `NobodyCalled` or `SeveralCalled` when that cannot be told."""
    return find_person(db, start.mention) if start.mention else None


@fact(sample=True)
def leads_mentioned(db: Connection, start: Start) -> bool:
    """Whether the person stands above the one who is mentioned."""
    about = mentioned(db, start)
    return about is not None and start.person in line_above(db, about.id)


@fact(sample=(LI,))
def team(db: Connection, start: Start) -> tuple[Who, ...]:
    """The person's direct reports."""
    mine = select(person).where(person.c.manager_id == start.person, person.c.status != Status.left)
    return tuple(who(row) for row in db.execute(mine.order_by(person.c.family_name, person.c.id)).mappings())


@fact(sample=(Option("1", "Sales", "销售部"), Option("2", "Engineering", "研发部")))
def departments(db: Connection, start: Start) -> tuple[Option, ...]:
    rows = db.execute(select(department).order_by(department.c.name)).mappings()
    return tuple(Option(str(row["id"]), row["name"], row["native_name"]) for row in rows)


@fact(sample=(Option("Shanghai", "Shanghai"), Option("Munich", "Munich")))
def locations(db: Connection, start: Start) -> tuple[Option, ...]:
    query = select(person.c.location).where(person.c.status != Status.left, person.c.location.is_not(None))
    return tuple(Option(place, place) for (place,) in db.execute(query.distinct().order_by(person.c.location)))


@fact(sample=LI)
def announcer(db: Connection, start: Start) -> Who:
    """The person, if announcing is theirs to do; raises `NotYourRole`."""
    if not holds(db, start.person, Role.hrbp, Role.performance_manager, Role.admin):
        raise NotYourRole
    return someone(db, start.person)


@fact(sample=EventRef("e1", 1, "win", "closed the Acme renewal", ANN, LI))
def key_event(db: Connection, start: Start) -> EventRef:
    """The event a button names, for its subject or author; raises `NotYours`."""
    found = select(event).where(event.c.series == str(start.given.get("event")), event.c.current)
    row = db.execute(found).mappings().first()
    if row is None or start.person not in (row["subject_id"], row["saved_by"]):
        raise NotYours(start.person, row["subject_id"] if row else None, "key_event")
    subject, author = someone(db, row["subject_id"]), someone(db, row["saved_by"])
    return EventRef(row["series"], row["version"], row["kind"], row["text"], subject, author)


@fact(sample=AnnouncementRef("a1", "New review cycle", 2))
def notice(db: Connection, start: Start) -> AnnouncementRef:
    """The announcement a button names; raises `NobodyCalled` if there is none."""
    found = select(announcement).where(
        announcement.c.series == str(start.given.get("announcement")), announcement.c.current
    )
    row = db.execute(found).mappings().first()
    if row is None:
        raise NobodyCalled(called=str(start.given.get("announcement"))[:80])
    return AnnouncementRef(row["series"], row["title"], row["saved_by"])


@fact(sample=120, others=(0, 1))
def audience_size(db: Connection, start: Start) -> int:
    """How many people an audience (`about`) has now."""
    chosen = start.given.get("audience")
    assert isinstance(chosen, Audience)
    counted = select(func.count()).select_from(members(chosen).subquery())
    return int(db.execute(counted).scalar_one())


def goal_refs(db: Connection, whose: Any) -> tuple[GoalRef, ...]:
    return tuple(
        GoalRef(row["series"], row["title"], row["percent"] or 0, row["weight"], row["person_id"])
        for row in goals_with_progress(db, whose)
    )
