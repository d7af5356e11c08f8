"""Closer looks in Teams: a card in the place of the desk, in pages, with the way back, and nothing of others."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.clock import SetClock
from bot.looking import Announced, Person, Reached, Subject, carried
from bot.teams.limits import MOST_ACTIONS, elements, size_of
from storage.announcements import Announcement
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.goals import Goal
from storage.journal import Audit, Delivery, Outbox
from storage.people import Person as Somebody
from storage.people import RoleGrant
from storage.records import remember
from tests.surfaces.teams.client import CardForm
from tests.surfaces.teams.world import ANN_MILLER, BEN_OKAFOR, LI, User, World
from tests.team import ANN, BEN, HANNA, LI_NA, PEOPLE

Play = Callable[..., None]
SMALL = 28_000
MARKUP = "<at>Ann</at> *bold* [x](javascript:alert(1)) <!channel> # head\n- item\n1. one"


def audited(database: Database, viewer: int) -> list[tuple[int, str, bool]]:
    rows = table(Audit)
    mine = select(rows.c.owner_id, rows.c.what, rows.c.allowed).where(rows.c.viewer_id == viewer).order_by(rows.c.id)
    with database.read() as db:
        return [(row[0], row[1], row[2]) for row in db.execute(mine)]


async def desk(world: World, who: User) -> CardForm:
    word = "工作台" if who is LI else "desk"
    await world.installs(who)
    await world.says(who, word)
    return world.card(who)


async def forged(world: World, who: User, subject: Subject | dict[str, Any]) -> CardForm:
    data = {**(subject if isinstance(subject, dict) else carried(subject)), "verb": "look", "event": "e1"}
    value = {"action": {"type": "Action.Execute", "verb": "look", "data": data}, "trigger": "manual"}
    return CardForm((await world.invokes(who, "adaptiveCard/action", value))["value"])


async def every_page(world: World, who: User, form: CardForm, after: str) -> list[CardForm]:
    pages = [form]
    while after in pages[-1].buttons:
        pages.append(await world.presses(who, pages[-1], after))
    return pages


def runs(form: CardForm) -> set[str]:
    """What stands where no markup is read."""
    return {each["text"] for part in elements(form.card) for each in part.get("inlines", ())}


@pytest.fixture
def story(database: Database, clock: SetClock) -> None:
    with database.write() as db:
        for week, said, open_ in (("2026-W10", "对账完成", True), ("2026-W09", "只给自己看的话", False)):
            of: dict[str, Any] = {"person_id": LI_NA, "week": week, "mood": 2, "highlights": said, "shared": open_}
            more: dict[str, Any] = {"blockers": MARKUP, "help_wanted": "Legal please", "progress": {"g": 40}}
            remember(db, CheckIn(series=f"{LI_NA}:{week}", saved_by=LI_NA, **of, **more), clock.now())
        goal = Goal(series="g", saved_by=LI_NA, person_id=LI_NA, title="Close the books in 3 days", weight=60)
        remember(db, goal, clock.now())
        about: dict[str, Any] = {"subject_id": LI_NA, "kind": "win", "text": MARKUP, "visibility": "manager"}
        remember(db, KeyEvent(series="e", saved_by=ANN, happened_on=date(2026, 3, 4), **about), clock.now())
    clock.move(timedelta(minutes=1))


@pytest.mark.usefixtures("story")
def test_a_manager_opens_a_report_from_the_desk_and_goes_back(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        home = await desk(world, ANN_MILLER)
        look = await world.presses(ANN_MILLER, home, "Na Li")
        for part in ("Check-ins", "对账完成", "Legal please", "Close the books in 3 days: 40%", "Weight 60%"):
            assert part in look.shown
        assert set(MARKUP.split("\n")) - {each.removeprefix("Getting in the way: ") for each in runs(look)} == set()
        assert "只给自己看的话" not in look.shown
        back = await world.presses(ANN_MILLER, look, "Back to my desk")
        assert "My team" in back.shown

    play(scene)
    assert (LI_NA, "goal", True) in audited(database, ANN)


@pytest.mark.usefixtures("story")
def test_ones_own_weeks_stand_in_ones_own_words_and_language(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        look = await world.presses(LI, await desk(world, LI), "我的历次周小结")
        assert {"只给自己看的话", "对账完成"} <= {each.removeprefix("进展： ") for each in runs(look)}
        assert "仅自己可见" in look.shown
        assert "返回工作台" in look.buttons

    play(scene)
    assert audited(database, LI_NA) == []


@pytest.mark.usefixtures("story")
def test_a_look_that_is_not_theirs_is_refused_in_words_and_written_down(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await desk(world, BEN_OKAFOR)
        refused = await forged(world, BEN_OKAFOR, Person(LI_NA))
        assert "This belongs to someone else" in refused.shown
        assert "对账完成" not in refused.shown
        for nobody in (Person(999_999), Announced("no such one"), Reached("no such one", "sent")):
            assert (await forged(world, BEN_OKAFOR, nobody)).buttons == {}

    play(scene)
    assert audited(database, BEN) == [(LI_NA, "goal", False)]


@pytest.mark.parametrize(
    "carried", [{}, {"look": "person", "of": "2"}, {"look": "team", "page": -1}, {"look": "announced", "of": "\x00"}]
)
def test_what_no_button_of_ours_carries_is_said_to_be_unreadable(play: Play, carried: dict[str, Any]) -> None:
    async def scene(world: World) -> None:
        await desk(world, BEN_OKAFOR)
        assert "I couldn’t read" in (await forged(world, BEN_OKAFOR, carried)).shown

    play(scene)


def test_long_weeks_are_turned_page_by_page_and_nothing_is_cut_off(
    play: Play, database: Database, clock: SetClock
) -> None:
    long = [f"{week} 周 " + "长" * 2980 + f" end of {week}" for week in range(2, 10)]
    with database.write() as db:
        for week, text in zip(range(2, 10), long, strict=True):
            of: dict[str, Any] = {"person_id": BEN, "week": f"2026-W0{week}", "mood": 3, "shared": True}
            said: dict[str, Any] = {"highlights": text, "help_wanted": "\n" * 1500 + "x\n" * 700 + "👩‍👩‍👧" * 90}
            remember(db, CheckIn(series=f"{BEN}:{week}", saved_by=BEN, **of, **said), clock.now())
        for number in range(30):
            goal = Goal(series=f"g{number}", saved_by=BEN, person_id=BEN, title=f"Goal {number} " + "x" * 140)
            remember(db, goal, clock.now())

    async def scene(world: World) -> None:
        home = await desk(world, ANN_MILLER)
        first = await world.presses(ANN_MILLER, home, "Ben Okafor")
        pages = await every_page(world, ANN_MILLER, first, "Next page")
        assert len(pages) > 4
        for page in pages:
            assert size_of(page.card) <= SMALL
            assert len(page.card["actions"]) <= MOST_ACTIONS
        for part in (*long, "Goal 0 ", "Goal 29 ", "Page 1 of"):
            assert any(part in page.shown for page in pages), part[:20]
        before = await world.presses(ANN_MILLER, pages[-1], "Previous page")
        assert before.shown == pages[-2].shown

    play(scene)


def test_hr_sees_by_name_who_has_an_announcement(play: Play, database: Database, clock: SetClock) -> None:
    with database.write() as db:
        rows = [
            {
                **PEOPLE[0],
                "id": 100 + n,
                "email": f"p{n}@lumen.example",
                "employee_no": f"P{n}",
                "family_name": f"N{n}.",
            }
            for n in range(600)
        ]
        db.execute(insert(table(Somebody)), rows)
        db.execute(insert(table(RoleGrant)), {"person_id": ANN, "role": "hrbp", "department_id": None})
        said = Announcement(series="a", saved_by=HANNA, title="*New* cycle", body="It begins.")
        remember(db, said, clock.now())
        sent = {"kind": "tell", "body": {}, "due_at": clock.now(), "status": Delivery.sent, "done_at": clock.now()}
        told = [{**sent, "person_id": 100 + n, "about": "a", "dedupe": f"a:{n}"} for n in range(600)]
        db.execute(insert(table(Outbox)), told)

    async def scene(world: World) -> None:
        home = await desk(world, ANN_MILLER)
        whole = await world.presses(ANN_MILLER, home, "Who has it?")
        assert "*New* cycle" in whole.shown
        one = await world.presses(ANN_MILLER, whole, "Received, not read yet: 600")
        pages = await every_page(world, ANN_MILLER, one, "Next page")
        assert all(size_of(page.card) <= SMALL for page in pages)
        assert all(any(f"N{n}." in page.shown for page in pages) for n in (0, 100, 199))
        back = await world.presses(ANN_MILLER, pages[-1], "Back")
        assert "Received, not read yet: 600" in back.buttons
        assert "This belongs to someone else" in (await forged(world, BEN_OKAFOR, Reached("a", "sent"))).shown

    play(scene)


def test_a_team_too_large_for_the_desk_is_opened_whole(play: Play, database: Database) -> None:
    with database.write() as db:
        rows = [
            {**PEOPLE[1], "id": 100 + n, "email": f"p{n}@lumen.example", "employee_no": f"P{n}", "manager_id": ANN}
            for n in range(120)
        ]
        db.execute(insert(table(Somebody)), [{**row, "family_name": f"N{row['id']}"} for row in rows])

    async def scene(world: World) -> None:
        home = await desk(world, ANN_MILLER)
        whole = await world.presses(ANN_MILLER, home, "The whole team (122)")
        pages = await every_page(world, ANN_MILLER, whole, "Next page")
        assert all(size_of(page.card) <= SMALL for page in pages)
        look = await world.presses(ANN_MILLER, next(page for page in pages if "Ann N219" in page.buttons), "Ann N219")
        assert "No check-in has been shared with you yet." in look.shown

    play(scene)


def test_what_was_begun_is_discarded_and_the_desk_stays(play: Play) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        await world.says(BEN_OKAFOR, "/win")
        await world.says(BEN_OKAFOR, "desk")
        home = world.card(BEN_OKAFOR)
        assert "A win you started writing" in home.shown
        after = await world.presses(BEN_OKAFOR, home, "Discard")
        assert "A win you started writing" not in after.shown
        assert "My goals" in after.shown
        again = await world.presses(BEN_OKAFOR, home, "Discard")
        assert again.shown == after.shown

    play(scene)
