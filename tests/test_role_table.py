"""What each role may do is one table in the guide for HR, and this holds it to what the program really allows."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert

from bot.clock import SetClock
from storage.access import View
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.facts import Start, resolve
from storage.meetings import Meeting, MeetingKind, MeetingParticipant
from storage.people import Role, RoleGrant
from storage.records import remember
from storage.refusals import NotYours, Refusal
from tests.postgres import on_both
from tests.team import ANN, BEN, HANNA, LI_NA, LI_WEI

PAGE = (Path(__file__).parent.parent / "docs" / "hr.md").read_text("utf-8")


def documented() -> dict[str, dict[str, bool]]:
    """By role, whether it may do each thing that heads a column."""
    rows = re.findall(r"^\| (.+) \|$", PAGE.partition("## Roles")[2].partition("\n\n- ")[0], re.MULTILINE)
    header, _, *others = [[cell.strip() for cell in row.split(" | ")] for row in rows]
    found = {}
    for first, *cells in others:
        name = re.search(r"`(\w+)`", first)
        assert name
        assert set(cells) <= {"yes", "no"}
        found[name[1]] = dict(zip(header[1:], (cell == "yes" for cell in cells), strict=True))
    return found


def has(fact: str) -> Callable[[Connection, int, SetClock], bool]:
    def look(db: Connection, person: int, clock: SetClock) -> bool:
        try:
            return bool(resolve(db, (fact,), Start(person, clock.now()))[fact])
        except Refusal:
            return False

    return look


def sees_goals(db: Connection, person: int, clock: SetClock) -> bool:
    try:
        View(db, person, LI_NA, clock.now()).goals()
    except NotYours:
        return False
    return True


def sees_the_line(db: Connection, person: int, clock: SetClock) -> bool:
    return any(row["text"] == "to the line" for row in View(db, person, LI_NA, clock.now()).events())


def sees_interviews(db: Connection, person: int, clock: SetClock) -> bool:
    try:
        return bool(View(db, person, LI_NA, clock.now()).meetings(5))
    except NotYours:
        return False


MAY: dict[str, Callable[[Connection, int, SetClock], bool]] = {
    "announce": has("announces"),
    "check-in day of departments": has("sets_weekday"),
    "minutes asked": has("minutes_asked"),
    "participation": has("participation_counts"),
    "people's goals": sees_goals,
    "key events for the line": sees_the_line,
    "interviews": sees_interviews,
    "give and take roles": has("gives_roles"),
}


@pytest.fixture
def company(database: Database, clock: SetClock) -> Database:
    now = clock.now()
    with database.write() as db:
        event = KeyEvent(
            kind="miss",
            subject_id=LI_NA,
            text="to the line",
            happened_on=now.date(),
            visibility="line",
            saved_by=ANN,
        )
        remember(db, event, now)
        meeting = Meeting(
            series="interview",
            topic="Interview",
            kind=MeetingKind.interview,
            organiser_id=ANN,
            starts_at=now.replace(hour=15),
            ends_at=now.replace(hour=16),
            zone="Europe/Berlin",
            saved_by=ANN,
        )
        remember(db, meeting, now)
        people = [{"meeting": "interview", "person_id": each} for each in (ANN, LI_NA)]
        db.execute(insert(table(MeetingParticipant)), people)
        db.execute(delete(table(RoleGrant)).where(table(RoleGrant).c.person_id == HANNA))
    return database


@on_both
@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_guide_says_and_nothing_else(company: Database, clock: SetClock, role: Role) -> None:
    table_of = documented()
    assert set(table_of) == {each.value for each in Role}
    assert set(table_of[role]) == set(MAY)
    with company.write() as db:
        db.execute(insert(table(RoleGrant)), {"person_id": LI_WEI, "role": role, "department_id": None})
        assert {thing: may(db, LI_WEI, clock) for thing, may in MAY.items()} == table_of[role]
        assert not any(may(db, BEN, clock) for may in MAY.values())  # who holds none may do none of it


@on_both
@pytest.mark.parametrize("role", Role)
def test_a_role_for_one_department_ends_at_its_border(company: Database, clock: SetClock, role: Role) -> None:
    looks = (sees_goals, sees_the_line, sees_interviews)
    with company.write() as db:
        db.execute(insert(table(RoleGrant)), {"person_id": LI_WEI, "role": role, "department_id": 2})
        assert not any(look(db, LI_WEI, clock) for look in looks)  # Li Na is in the other one
