"""Who may see what: each role before each record of another person, and the audit row each look leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import RowMapping, insert, select

from bot.clock import SetClock
from flows.steps import minutes
from storage.access import View, checkin_for, department_goals, meeting_for, record_refusal
from storage.checkin_replies import CheckInReaction, CheckInReply
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.events import EventResponse, KeyEvent
from storage.facts import Start, resolve
from storage.goals import Goal
from storage.journal import Audit
from storage.meetings import Meeting, MeetingKind, MeetingParticipant
from storage.people import Person, RoleGrant
from storage.records import remember
from storage.refusals import NotYours
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

pytestmark = on_both


def seconds(count: int) -> timedelta:
    return timedelta(seconds=count)


OWNER = LI_NA
REPORT, SALES_HR, OTHER_HR, PERFORMANCE, ADMIN, LEFT, LEFT_MANAGER, SALES_PERFORMANCE = range(20, 28)
GONE = {"status": "left"}
MORE: dict[int, dict[str, Any]] = {
    REPORT: {"manager_id": OWNER},
    SALES_HR: {"department_id": 2},
    OTHER_HR: {"department_id": 2},
    PERFORMANCE: {"department_id": None},
    ADMIN: {"department_id": None},
    LEFT: {"department_id": 2, **GONE},
    LEFT_MANAGER: {"manager_id": ANN, **GONE},
    SALES_PERFORMANCE: {"department_id": 2},
}
GRANTS: tuple[tuple[int, str, int | None], ...] = (
    (SALES_HR, "hrbp", 1),
    (OTHER_HR, "hrbp", 2),
    (PERFORMANCE, "performance_manager", None),
    (SALES_PERFORMANCE, "performance_manager", 1),
    (ADMIN, "admin", None),
    (LEFT, "hrbp", None),
    (LEFT, "performance_manager", None),
)


@dataclass(frozen=True)
class Sees:
    """What somebody may see of the owner: check-ins and events by name, and whether goals at all."""

    checkins: str | None
    goals: bool
    events: str | None


ALL = "to the line,to the manager,to everybody,of the peer"
LINE = "to the line,to everybody"
TABLE: dict[str, tuple[int, Sees]] = {
    "the owner": (OWNER, Sees("shared,private", goals=True, events=ALL)),
    "the direct manager": (ANN, Sees("shared", goals=True, events=ALL)),
    "the manager's manager": (DORA, Sees(None, goals=True, events=LINE)),
    "a peer who wrote one": (BEN, Sees(None, goals=False, events="to everybody,of the peer")),
    "somebody elsewhere": (LI_WEI, Sees(None, goals=False, events="to everybody")),
    "a direct report": (REPORT, Sees(None, goals=True, events="to everybody")),
    "the HR partner of the department": (SALES_HR, Sees(None, goals=True, events=LINE)),
    "the HR partner of the company": (HANNA, Sees(None, goals=True, events=LINE)),
    "the HR partner of another department": (OTHER_HR, Sees(None, goals=False, events="to everybody")),
    "a performance manager": (PERFORMANCE, Sees(None, goals=True, events="to everybody")),
    "the department's performance manager": (SALES_PERFORMANCE, Sees(None, goals=True, events="to everybody")),
    "an admin": (ADMIN, Sees(None, goals=False, events="to everybody")),
    "HR that has left": (LEFT, Sees(None, goals=False, events=None)),
    "somebody nobody knows": (4711, Sees(None, goals=False, events=None)),
}
WRITTEN = {"to the manager": "manager", "to the line": "line", "to everybody": "public", "of the peer": "manager"}


@pytest.fixture
def company(database: Database, clock: SetClock) -> Database:
    """The team with more roles, and one record of each kind about the owner."""
    with database.write() as db:
        person = table(Person)
        like = dict(db.execute(select(person).where(person.c.id == BEN)).mappings().one())
        rows = [
            {**like, "id": number, "email": f"p{number}@lumen.example", "employee_no": f"P{number}", "manager_id": None}
            for number in MORE
        ]
        db.execute(insert(person), [{**row, **MORE[row["id"]]} for row in rows])
        grants = [{"person_id": who, "role": role, "department_id": where} for who, role, where in GRANTS]
        db.execute(insert(table(RoleGrant)), grants)
        now = clock.now()
        for n, (words, shared) in enumerate((("shared", True), ("private", False))):
            week = f"2026-W{10 - n}"
            said: dict[str, Any] = {"person_id": OWNER, "week": week, "mood": 3, "highlights": words, "shared": shared}
            series = f"{OWNER}:{week}"
            remember(db, CheckIn(series=series, saved_by=OWNER, **said), now)
            remember(db, CheckInReply(check_in=series, text=f"about {words}", saved_by=ANN), now)
            mine: dict[str, Any] = {"series": f"{series}:{ANN}", "saved_by": ANN, "check_in": series, "reaction": words}
            remember(db, CheckInReaction(**mine), now)
        remember(db, Goal(series="mine", saved_by=OWNER, person_id=OWNER, title="a goal"), now)
        remember(db, Goal(series="ours", saved_by=HANNA, department_id=1, title="a department's goal"), now)
        for text, visibility in WRITTEN.items():
            author = BEN if text == "of the peer" else ANN
            about: dict[str, Any] = {"subject_id": OWNER, "kind": "win", "text": text, "happened_on": date(2026, 3, 4)}
            remember(db, KeyEvent(series=text, saved_by=author, visibility=visibility, **about), now)
            said = {"event": text, "event_version": 1, "stance": "context", "text": f"about {text}", "saved_by": OWNER}
            remember(db, EventResponse(**said), now)
    return database


@pytest.fixture(params=TABLE.values(), ids=list(TABLE))
def looking(request: pytest.FixtureRequest) -> tuple[int, Sees]:
    found: tuple[int, Sees] = request.param
    return found


def looks(database: Database, clock: SetClock, viewer: int, what: str, *arguments: Any) -> Sequence[RowMapping] | None:
    """What somebody sees, or None when they are refused; nothing of a refused look is kept."""
    try:
        with database.write() as db:
            found: Sequence[RowMapping] = getattr(View(db, viewer, OWNER, clock.now()), what)(*arguments)
            return found
    except NotYours as refused:
        return None if (refused.viewer, refused.owner) == (viewer, OWNER) else ()


def audited(database: Database) -> list[tuple[int, int, str, bool]]:
    rows = table(Audit)
    columns = (rows.c.viewer_id, rows.c.owner_id, rows.c.what, rows.c.allowed)
    with database.read() as db:
        return [(row[0], row[1], row[2], row[3]) for row in db.execute(select(*columns).order_by(rows.c.id))]


def words(found: Sequence[RowMapping] | None, column: str) -> set[str] | None:
    return None if found is None else {row[column] for row in found}


def expected(names: str | None) -> set[str] | None:
    return None if names is None else set(names.split(","))


def test_checkins(company: Database, clock: SetClock, looking: tuple[int, Sees]) -> None:
    viewer, sees = looking
    assert words(looks(company, clock, viewer, "checkins"), "highlights") == expected(sees.checkins)
    _wrote_it_down(company, viewer, "check_in", seen=sees.checkins is not None)


def test_replies_and_reactions_are_seen_with_their_check_in(
    company: Database, clock: SetClock, looking: tuple[int, Sees]
) -> None:
    viewer, sees = looking
    seen = expected(sees.checkins)
    both = [f"{OWNER}:2026-W10", f"{OWNER}:2026-W9"]
    replies = words(looks(company, clock, viewer, "replies", both), "text")
    assert replies == (None if seen is None else {f"about {each}" for each in seen})
    assert words(looks(company, clock, viewer, "reactions", both), "reaction") == seen
    looked = [] if seen is None or viewer == OWNER else [(viewer, OWNER, "check_in_reply", True)] * 2
    assert audited(company) == looked


def test_one_check_in_is_read_as_the_table_says(company: Database, clock: SetClock, looking: tuple[int, Sees]) -> None:
    viewer, sees = looking
    for kept, week in (("shared", 10), ("private", 9)):
        refused = None
        try:
            with company.write() as db:
                checkin_for(db, viewer, f"{OWNER}:2026-W{week}", clock.now())
        except NotYours as refusal:
            refused = refusal.viewer, refusal.owner, refusal.what
        seen = kept in (expected(sees.checkins) or set())
        assert refused == (None if seen else (viewer, OWNER, "check_in"))


def test_goals(company: Database, clock: SetClock, looking: tuple[int, Sees]) -> None:
    viewer, sees = looking
    assert words(looks(company, clock, viewer, "goals"), "series") == ({"mine"} if sees.goals else None)
    _wrote_it_down(company, viewer, "goal", seen=sees.goals)


def test_events(company: Database, clock: SetClock, looking: tuple[int, Sees]) -> None:
    viewer, sees = looking
    assert words(looks(company, clock, viewer, "events"), "text") == expected(sees.events)
    _wrote_it_down(company, viewer, "key_event", seen=sees.events is not None)


def test_responses_are_seen_with_their_event(company: Database, clock: SetClock, looking: tuple[int, Sees]) -> None:
    viewer, sees = looking
    seen = expected(sees.events) or set()
    for event in WRITTEN:
        found = words(looks(company, clock, viewer, "responses", event), "text")
        assert found == ({f"about {event}"} if event in seen else None)
    looked = [] if viewer == OWNER else [(viewer, OWNER, "event_response", True)] * len(seen)
    assert audited(company) == looked


def _wrote_it_down(database: Database, viewer: int, what: str, *, seen: bool) -> None:
    assert audited(database) == ([(viewer, OWNER, what, True)] if seen and viewer != OWNER else [])


def _meets(database: Database, kind: MeetingKind, now: datetime) -> str:
    """A meeting of the owner with a peer, tomorrow."""
    at = now + timedelta(days=1)
    about: dict[str, Any] = {"topic": "x", "zone": "UTC", "starts_at": at, "ends_at": at + timedelta(hours=1)}
    with database.write() as db:
        remember(db, Meeting(series=kind, saved_by=BEN, organiser_id=BEN, kind=kind, **about), now)
        for person in (BEN, OWNER):
            remember(db, MeetingParticipant(meeting=kind, person_id=person), now)
    return kind


def test_a_meeting_is_seen_by_whoever_is_in_it_and_an_interview_by_hr(
    company: Database, clock: SetClock, looking: tuple[int, Sees]
) -> None:
    viewer, _ = looking
    partner = viewer in (SALES_HR, HANNA)
    series = {kind: _meets(company, kind, clock.now()) for kind in MeetingKind}
    for kind, name in series.items():
        seen = viewer in (OWNER, BEN) or (partner and kind == MeetingKind.interview)
        try:
            with company.write() as db:
                found = meeting_for(db, viewer, name, clock.now())["series"]
        except NotYours:
            found = None
        assert found == (name if seen else None), kind
    listed = words(looks(company, clock, viewer, "meetings", 9), "series")
    assert listed == ({*MeetingKind} if viewer == OWNER else {"interview"} if partner else None)
    looked = [(viewer, BEN, "meeting", True), (viewer, OWNER, "meeting", True)] if partner else []
    assert audited(company) == looked


def test_nobody_who_has_left_sees_a_meeting_they_were_in(company: Database, clock: SetClock) -> None:
    series = _meets(company, MeetingKind.interview, clock.now())
    with company.write() as db:
        person = table(Person)
        db.execute(person.update().where(person.c.id == OWNER).values(status="left"))
    with pytest.raises(NotYours), company.write() as db:
        meeting_for(db, OWNER, series, clock.now())


def test_a_departments_goals_are_everybodys(company: Database) -> None:
    with company.read() as db:
        assert words(department_goals(db, [1]), "series") == {"ours"}
        assert words(department_goals(db, [2]), "series") == set()


def test_goals_to_align_to_are_read_as_the_table_says_and_written_down(company: Database, clock: SetClock) -> None:
    for viewer, aligns_to in ((REPORT, {"mine", "ours"}), (BEN, {"ours"}), (OTHER_HR, set())):
        with company.write() as db:
            found = resolve(db, ("parents",), Start(viewer, clock.now()))["parents"]
        assert {goal.key for goal in found} == aligns_to
    assert audited(company) == [(REPORT, OWNER, "goal", True), (BEN, ANN, "goal", True)]


def test_whoever_is_above_one_who_has_left_takes_their_place(company: Database, clock: SetClock) -> None:
    with company.write() as db:
        person = table(Person)
        db.execute(person.update().where(person.c.id == OWNER).values(manager_id=LEFT_MANAGER))
    assert words(looks(company, clock, ANN, "checkins"), "highlights") == {"shared"}
    assert looks(company, clock, LEFT_MANAGER, "checkins") is None
    assert looks(company, clock, LEFT_MANAGER, "events") is None


def test_what_one_who_has_left_wrote_about_oneself_is_still_seen_by_their_manager(
    company: Database, clock: SetClock
) -> None:
    with company.write() as db:
        person = table(Person)
        db.execute(person.update().where(person.c.id == OWNER).values(status="left"))
    assert words(looks(company, clock, ANN, "checkins"), "highlights") == {"shared"}
    assert looks(company, clock, OWNER, "checkins") is None


def test_an_old_version_of_an_event_shows_it_to_nobody(company: Database, clock: SetClock) -> None:
    """Somebody narrows who sees an event: the wider version that came before it opens nothing."""
    with company.write() as db:
        about: dict[str, Any] = {
            "subject_id": OWNER,
            "kind": "win",
            "text": "narrowed",
            "happened_on": date(2026, 3, 4),
        }
        remember(db, KeyEvent(series="to everybody", saved_by=ANN, visibility="manager", **about), clock.now())
    assert words(looks(company, clock, LI_WEI, "events"), "text") == set()
    assert looks(company, clock, LI_WEI, "responses", "to everybody") is None


def desk(company: Database, clock: SetClock, viewer: int = ANN) -> None:
    """Somebody's desk is built, as it is each time something around them has changed."""
    with company.write() as db:
        view = View(db, viewer, OWNER, clock.now(), again=True)
        view.checkins(1)
        for event in WRITTEN:
            view.responses(event)


def times(company: Database, what: str) -> int:
    return sum(row[2] == what for row in audited(company))


def test_a_look_is_one_row_of_each_kind_however_much_it_shows(company: Database, clock: SetClock) -> None:
    clock.move(minutes(1))
    for look in (1, 2):
        with company.write() as db:
            view = View(db, ANN, OWNER, clock.now())
            view.goals()
            view.goal_titles(["mine"])
            view.checkins()
            view.events()
            for event in WRITTEN:
                view.responses(event)
        kinds = ("check_in", "event_response", "goal", "key_event")
        assert sorted(audited(company)) == sorted((ANN, OWNER, kind, True) for kind in kinds for _ in range(look))


def test_a_desk_shown_anew_within_ten_minutes_is_the_same_look(company: Database, clock: SetClock) -> None:
    clock.move(minutes(1))
    for _ in range(10):
        desk(company, clock)
        clock.move(seconds(59))
    assert audited(company) == [(ANN, OWNER, "check_in", True), (ANN, OWNER, "event_response", True)]
    clock.move(seconds(10))
    desk(company, clock)
    assert (times(company, "check_in"), times(company, "event_response")) == (2, 2)


def test_what_is_new_on_a_desk_is_a_look_at_once(company: Database, clock: SetClock) -> None:
    clock.move(minutes(1))
    desk(company, clock)
    clock.move(minutes(1))
    with company.write() as db:
        said: dict[str, Any] = {"person_id": OWNER, "week": "2026-W11", "mood": 1, "highlights": "new", "shared": True}
        remember(db, CheckIn(series=f"{OWNER}:2026-W11", saved_by=OWNER, **said), clock.now())
    for _ in range(2):  # the second time it might be the first that has seen it, since it may be committed late
        desk(company, clock)
        clock.move(seconds(5))
    assert (times(company, "check_in"), times(company, "event_response")) == (3, 1)
    clock.move(minutes(1))
    desk(company, clock)
    desk(company, clock)
    assert times(company, "check_in") == 4


def test_neither_another_viewer_nor_another_owner_nor_a_refusal_covers_a_desk(
    company: Database, clock: SetClock
) -> None:
    clock.move(minutes(1))
    with company.write() as db:
        View(db, DORA, OWNER, clock.now()).goals()
        View(db, ANN, BEN, clock.now()).checkins()
        record_refusal(db, NotYours(ANN, OWNER, "check_in"), clock.now())
    clock.move(minutes(1))
    desk(company, clock)
    assert (ANN, OWNER, "check_in", True) in audited(company)


def test_opening_a_person_is_a_look_though_the_desk_has_just_shown_them(company: Database, clock: SetClock) -> None:
    clock.move(minutes(1))
    desk(company, clock)
    clock.move(minutes(1))
    assert looks(company, clock, ANN, "checkins") is not None
    assert times(company, "check_in") == 2


def test_a_desk_does_not_show_what_it_may_not_however_lately_it_was_allowed(company: Database, clock: SetClock) -> None:
    clock.move(minutes(1))
    desk(company, clock)
    with company.write() as db:
        person = table(Person)
        db.execute(person.update().where(person.c.id == OWNER).values(manager_id=BEN))
    with pytest.raises(NotYours):
        desk(company, clock)
