"""Closer looks in Slack: a window from the desk, the next one over it, pages in place, and nothing of others."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.looking import Announced, Person, Reached, Subject, carried
from storage.announcements import Announcement
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.goals import Goal
from storage.journal import Audit, Delivery, Outbox
from storage.people import Person as Somebody
from storage.records import remember
from tests.slack_workspace.company import connected
from tests.slack_workspace.person import Person as Slacker
from tests.slack_workspace.running import in_loop
from tests.team import ANN, BEN, HANNA, LI_NA, PEOPLE

MARKUP = "<!channel> *bold* <@UANN> [x](javascript:alert(1)) :tada: `code`"


def words(view: Any) -> Iterator[str]:
    """Every text of a view, as it stands in it."""
    match view:
        case {"text": str(text)}:
            yield text
        case dict():
            for each in view.values():
                yield from words(each)
        case list():
            for each in view:
                yield from words(each)
        case _:
            pass


def shown(person: Slacker) -> str:
    return "\n".join(words(person.view["blocks"]))


def audited(database: Database, viewer: int) -> list[tuple[int, str, bool]]:
    rows = table(Audit)
    mine = select(rows.c.owner_id, rows.c.what, rows.c.allowed).where(rows.c.viewer_id == viewer).order_by(rows.c.id)
    with database.read() as db:
        return [(row[0], row[1], row[2]) for row in db.execute(mine)]


@pytest.fixture
def story(database: Database, clock: SetClock) -> None:
    """Li Na has checked in twice, once for herself; a goal, and an event with markup in it."""
    with database.write() as db:
        for week, said, open_ in (("2026-W10", "对账完成", True), ("2026-W09", "只给自己看的话", False)):
            of: dict[str, Any] = {"person_id": LI_NA, "week": week, "mood": 2, "highlights": said, "shared": open_}
            more: dict[str, Any] = {"blockers": MARKUP, "help_wanted": "Legal\nplease", "progress": {"g": 40}}
            remember(db, CheckIn(series=f"{LI_NA}:{week}", saved_by=LI_NA, **of, **more), clock.now())
        goal = Goal(series="g", saved_by=LI_NA, person_id=LI_NA, title="Close the books in 3 days", weight=60)
        remember(db, goal, clock.now())
        about: dict[str, Any] = {"subject_id": LI_NA, "kind": "win", "text": MARKUP, "visibility": "manager"}
        remember(db, KeyEvent(series="e", saved_by=ANN, happened_on=date(2026, 3, 4), **about), clock.now())
    clock.move(timedelta(minutes=1))


@pytest.mark.usefixtures("story")
@in_loop
async def test_a_manager_opens_a_report_from_home(dispatcher: Dispatcher, database: Database) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.opens_home()
        await ann.presses_at_home("Na Li: weeks, goals and events")
        assert ann.view["title"]["text"] == "Na Li"
        seen = shown(ann)
        for part in ("Check-ins", "对账完成", MARKUP, "Legal\nplease", "Close the books in 3 days: 40%", "Weight 60%"):
            assert part in seen
        assert "只给自己看的话" not in seen
        assert "mrkdwn" not in str(ann.view)
        assert (LI_NA, "goal", True) in audited(database, ANN)


@pytest.mark.usefixtures("story")
@in_loop
async def test_ones_own_weeks_stand_in_ones_own_words_and_language(dispatcher: Dispatcher, database: Database) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.opens_home()
        await li.presses_at_home("我的历次周小结")
        assert li.view["title"]["text"] == "我的历次周小结"
        assert {"只给自己看的话", "对账完成"} <= set(words(li.view["blocks"]))
        assert "仅自己可见" in shown(li)
        assert audited(database, LI_NA) == []


async def forges(person: Slacker, subject: Subject | dict[str, Any]) -> None:
    """Presses the look at one's own weeks with something else in it."""
    await person.opens_home()
    looks = [
        each
        for block in person.home["blocks"]
        for each in block.get("elements", ())
        if each.get("action_id", "").startswith("look:person")
    ]
    looks[0]["value"] = json.dumps(subject if isinstance(subject, dict) else carried(subject))
    await person.presses_at_home(looks[0]["text"]["text"])


@pytest.mark.usefixtures("story")
@in_loop
async def test_a_look_that_is_not_theirs_is_refused_in_words_and_written_down(
    dispatcher: Dispatcher, database: Database
) -> None:
    async with connected(dispatcher) as company:
        ben = company.ben
        await forges(ben, Person(LI_NA))
        assert "This belongs to someone else" in shown(ben)
        assert "对账完成" not in shown(ben)
        assert audited(database, BEN) == [(LI_NA, "goal", False)]
        await forges(ben, Person(999_999))
        assert ben.view["title"]["text"] == "Not done"
        await forges(ben, Announced("no such one"))
        assert ben.view["title"]["text"] == "Not done"


@pytest.mark.parametrize(
    "carried", [{}, {"look": "person", "of": "2"}, {"look": "team", "page": -1}, {"look": "announced", "of": "\x00"}]
)
@in_loop
async def test_what_no_button_of_ours_carries_opens_nothing(dispatcher: Dispatcher, carried: dict[str, Any]) -> None:
    async with connected(dispatcher) as company:
        await forges(company.ben, carried)
        assert not company.ben.is_window_open


async def every_page(person: Slacker, after: str) -> list[str]:
    """Turns the pages of the window in front to the last one."""
    pages = [shown(person)]
    while any(each == after for each in words(person.view["blocks"][-1])):
        await person.presses_in_window(after)
        pages.append(shown(person))
    return pages


@in_loop
async def test_long_weeks_are_turned_page_by_page_and_nothing_is_cut_off(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    long = [f"{week} 周 " + "长" * 2980 + f" end of {week}" for week in range(2, 10)]
    with database.write() as db:
        for week, text in zip(range(2, 10), long, strict=True):
            of: dict[str, Any] = {"person_id": BEN, "week": f"2026-W0{week}", "mood": 3, "shared": True}
            said: dict[str, Any] = {"highlights": text, "blockers": text, "help_wanted": "\n" * 1500 + "👩‍👩‍👧" * 300}
            remember(db, CheckIn(series=f"{BEN}:{week}", saved_by=BEN, **of, **said), clock.now())
        for number in range(30):
            goal = Goal(series=f"g{number}", saved_by=BEN, person_id=BEN, title=f"Goal {number} " + "x" * 140)
            remember(db, goal, clock.now())
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.opens_home()
        await ann.presses_at_home("Ben Okafor: weeks, goals and events")
        pages = await every_page(ann, "Next page")
        assert len(pages) > 4
        for part in (*long, "Goal 0 ", "Goal 29 ", "Page 1 of"):
            assert any(part in page for page in pages), part[:20]
        assert len(company.here.modals["UANN"]) == 1, "a page takes the place of the one before"
        await ann.presses_in_window("Previous page")
        assert shown(ann) == pages[-2]


def announced(database: Database, clock: SetClock, people: int) -> None:
    """An announcement of Hanna's to so many people who have not read it."""
    with database.write() as db:
        like = PEOPLE[0]
        rows = [
            {**like, "id": 100 + n, "email": f"p{n}@lumen.example", "employee_no": f"P{n}", "family_name": f"Nr{n}"}
            for n in range(people)
        ]
        db.execute(insert(table(Somebody)), rows)
        said = Announcement(series="a", saved_by=HANNA, title="New cycle " + "for everybody " * 8, body="It begins.")
        said.needs_acknowledgement = True
        remember(db, said, clock.now())
        sent = {"kind": "tell", "body": {}, "due_at": clock.now(), "status": Delivery.sent, "done_at": clock.now()}
        rows = [{**sent, "person_id": 100 + n, "about": "a", "dedupe": f"a:{n}"} for n in range(people)]
        db.execute(
            insert(table(Outbox)), [*rows, {**rows[0], "dedupe": "gone", "status": Delivery.skipped, "reason": "left"}]
        )


@in_loop
async def test_hr_sees_by_name_who_has_an_announcement_window_over_window(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    announced(database, clock, 2000)
    async with connected(dispatcher) as company:
        hanna = company.hanna
        await hanna.opens_home()
        await hanna.presses_at_home("Who has it?")
        assert "Received, not confirmed yet: 2,000" in shown(hanna)
        await hanna.presses_in_window("Show")
        assert len(company.here.modals["UHANNA"]) == 2
        pages = await every_page(hanna, "Next page")
        assert all(any(f"Nr{n}\n" in f"{page}\n" for page in pages) for n in (0, 100, 199))
        ben = company.ben
        await forges(ben, Reached("a", "sent"))
        assert "This belongs to someone else" in shown(ben)


@in_loop
async def test_a_team_too_large_for_home_is_opened_whole_and_each_of_it_over_that(
    dispatcher: Dispatcher, database: Database
) -> None:
    with database.write() as db:
        rows = [
            {**PEOPLE[1], "id": 100 + n, "email": f"p{n}@lumen.example", "employee_no": f"P{n}", "manager_id": ANN}
            for n in range(120)
        ]
        db.execute(insert(table(Somebody)), [{**row, "family_name": f"Nr{row['id']}"} for row in rows])
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.opens_home()
        await ann.presses_at_home("The whole team (122)")
        await ann.presses_in_window("Next page")
        await ann.presses_in_window("Ann Nr219: weeks, goals and events")
        assert ann.view["title"]["text"] == "Ann Nr219"
        assert len(company.here.modals["UANN"]) == 2


@in_loop
async def test_a_team_that_is_not_there_any_more_is_a_line_in_the_window(dispatcher: Dispatcher) -> None:
    """The button stood on the desk of somebody who has led nobody since."""
    async with connected(dispatcher) as company:
        await forges(company.ben, {"look": "team"})
        assert "No one reports to you" in shown(company.ben)


@in_loop
async def test_what_was_begun_is_discarded_from_home(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ben = company.ben
        await ben.commands("/win")
        await ben.closes()
        await ben.opens_home()
        assert "A win you started writing" in str(ben.home)
        stale = dict(ben.home)
        await ben.presses_at_home("Discard: A win you started writing")
        assert "A win you started writing" not in str(ben.home)
        assert not ben.is_window_open
        company.here.homes["UBEN"].view = stale  # in a second window, which has not seen it yet
        await ben.presses_at_home("Discard: A win you started writing")
        assert ben.view["title"]["text"] == "Not done"
        assert "A win you started writing" not in str(ben.home)


@in_loop
async def test_a_look_that_takes_long_opens_a_window_to_wait_in(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher, patience=0.0) as company:
        ann = company.ann
        await ann.opens_home()
        await ann.presses_at_home("Ben Okafor: weeks, goals and events")
        assert ann.view["title"]["text"] == "Ben Okafor"
