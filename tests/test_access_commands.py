"""Who may do what with commands and buttons: each kind of person before roles, overview, announcements and undoing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.clock import SetClock
from storage.announcements import Announcement
from storage.audience import Audience
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.facts import Start, resolve
from storage.ledger import promise
from storage.participation import Part, Participation, say_who
from storage.people import Person, RoleGrant
from storage.records import remember
from storage.refusals import NotYours, Refusal
from storage.roles import RoleChange
from storage.weekly import WeeklyPrompt
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, WANG_FANG

pytestmark = on_both

ADMIN, SALES_HR, OTHER_HR, PERFORMANCE, ENDED, LAST_DAY, LEFT_ADMIN, AUTHOR = range(20, 28)
DEPARTMENTS: dict[int, int | None] = {AUTHOR: 1}
GRANTS: dict[int, dict[str, Any]] = {
    ADMIN: {"role": "admin"},
    SALES_HR: {"role": "hrbp", "department_id": 1},
    OTHER_HR: {"role": "hrbp", "department_id": 2},
    PERFORMANCE: {"role": "performance_manager"},
    ENDED: {"role": "admin", "until": date(2026, 3, 4)},
    LAST_DAY: {"role": "admin", "until": date(2026, 3, 5)},
    LEFT_ADMIN: {"role": "admin"},
}
WEEKS = ("2026-W06", "2026-W07", "2026-W08", "2026-W09")


@dataclass(frozen=True)
class May:
    """What one kind of person may do; everything else is refused."""

    roles: bool = False
    announce: bool = False
    counts: str | None = None
    """The lines of the overview they see: of the company, of Sales, or none because there are too few."""
    steer: bool = False
    """Change and withdraw an announcement that somebody in Sales wrote."""


TABLE: dict[str, tuple[int, May]] = {
    "an employee": (BEN, May()),
    "a manager without a role": (ANN, May()),
    "an administrator": (ADMIN, May(roles=True, announce=True, counts="company", steer=True)),
    "the HR partner of the company": (HANNA, May(announce=True, counts="company", steer=True)),
    "the HR partner of the department": (SALES_HR, May(announce=True, counts="sales", steer=True)),
    "the HR partner of another department": (OTHER_HR, May(announce=True, counts="few")),
    "a performance manager": (PERFORMANCE, May(announce=True, counts="company", steer=True)),
    "an administrator until yesterday": (ENDED, May()),
    "an administrator until today": (LAST_DAY, May(roles=True, announce=True, counts="company", steer=True)),
    "an administrator who has left": (LEFT_ADMIN, May()),
    "the author, whose role was taken": (AUTHOR, May()),
    "somebody who has left": (WANG_FANG, May()),
}


@pytest.fixture
def company(database: Database, clock: SetClock) -> Database:
    """The team with more roles, six people of Sales who were asked for four weeks, an announcement and a win."""
    now = clock.now()
    with database.write() as db:
        person = table(Person)
        like = dict(db.execute(select(person).where(person.c.id == BEN)).mappings().one())
        rows = [
            {
                **like,
                "id": number,
                "email": f"p{number}@lumen.example",
                "employee_no": f"P{number}",
                "manager_id": None,
                "department_id": DEPARTMENTS.get(number),
                "status": "left" if number == LEFT_ADMIN else "active",
            }
            for number in (*GRANTS, AUTHOR)
        ]
        db.execute(insert(person), rows)
        for who, role in GRANTS.items():
            db.execute(insert(table(RoleGrant)), {"person_id": who, **role})
        db.execute(update(person).where(person.c.id.in_((HANNA, DORA, AUTHOR))).values(department_id=1))
        asked = [
            {"person_id": who, "flow": "checkin", "week": week, "state": "asked", "due_at": now}
            for who in (ANN, BEN, LI_NA, HANNA, DORA, AUTHOR)
            for week in WEEKS
        ]
        db.execute(insert(table(WeeklyPrompt)), asked)
        to_ben = Audience(people=(BEN,)).written()
        news = Announcement(series="news", saved_by=AUTHOR, title="news", body="b", audience=to_ben)
        remember(db, news, now)
        promise(db, [{"dedupe": "n", "kind": "tell", "person_id": BEN, "body": {}, "about": "news", "due_at": now}])
        win = KeyEvent(series="win", saved_by=ANN, subject_id=BEN, kind="win", text="w", happened_on=now.date())
        remember(db, win, now)
    return database


@pytest.fixture(params=TABLE.values(), ids=list(TABLE))
def somebody(request: pytest.FixtureRequest) -> tuple[int, May]:
    found: tuple[int, May] = request.param
    return found


def fact(company: Database, clock: SetClock, person: int, name: str, **given: Any) -> Any:
    """The fact, or the refusal; nothing of it is kept."""
    try:
        with company.write() as db:
            return resolve(db, (name,), Start(person, clock.now(), given=given))[name]
    except Refusal as refused:
        return refused


def test_roles_are_shown_and_changed_by_administrators_alone(
    company: Database, clock: SetClock, somebody: tuple[int, May]
) -> None:
    person, may = somebody
    assert fact(company, clock, person, "gives_roles") == may.roles
    assert isinstance(fact(company, clock, person, "role_giver"), Refusal) != may.roles
    change = RoleChange(person_id=BEN, role="hrbp", granted=True, saved_by=person)
    try:
        with company.write() as db:
            remember(db, change, clock.now())
    except Refusal:
        assert not may.roles
    else:
        assert may.roles


def test_counts_are_for_hr_and_of_their_own_departments(
    company: Database, clock: SetClock, somebody: tuple[int, May]
) -> None:
    person, may = somebody
    assert fact(company, clock, person, "announces") == may.announce
    found = fact(company, clock, person, "participation_counts")
    if may.counts is None:
        assert not found
        return
    lines = [str(line.values["department"]) for line in found["lines"] or ()]
    assert len(lines) == {"company": 1, "sales": 1, "few": 0}[may.counts]
    assert found["silent"] == (6 if lines else 0)
    assert not any(name in str(found) for name in ("Okafor", "Miller", "Weiss"))  # counts and no name


def test_who_is_silent_is_named_to_their_own_manager_alone(
    company: Database, clock: SetClock, somebody: tuple[int, May]
) -> None:
    person, _ = somebody
    found = fact(company, clock, person, "silent_team")
    named = {each.id for each in (found.get("people") or ())} if found else set()
    assert named == ({BEN, LI_NA} if person == ANN else set())


def test_an_announcement_is_changed_and_watched_by_who_may(
    company: Database, clock: SetClock, somebody: tuple[int, May]
) -> None:
    person, may = somebody
    steered = fact(company, clock, person, "steered", announcement="news")
    assert isinstance(steered, Refusal) != may.steer
    reached = fact(company, clock, person, "reached", announcement="news")
    assert isinstance(reached, NotYours) != (may.steer or person == AUTHOR)  # who wrote it may see what came of it


def test_an_announcement_is_confirmed_by_those_it_was_sent_to(
    company: Database, clock: SetClock, somebody: tuple[int, May]
) -> None:
    person, _ = somebody
    assert isinstance(fact(company, clock, person, "notice", announcement="news"), NotYours) != (person == BEN)


def test_what_was_logged_is_taken_back_by_its_author_alone(
    company: Database, clock: SetClock, somebody: tuple[int, May]
) -> None:
    person, _ = somebody
    assert isinstance(fact(company, clock, person, "undoable", event="win"), NotYours) != (person == ANN)


def test_a_pilot_gives_nobody_a_role_and_takes_none_away(
    company: Database, clock: SetClock, somebody: tuple[int, May]
) -> None:
    person, may = somebody
    with company.write() as db:
        db.execute(table(Participation).delete())
        say_who(db, Part.listed, clock.now())
    assert fact(company, clock, person, "gives_roles") == may.roles
    assert fact(company, clock, person, "announces") == may.announce
