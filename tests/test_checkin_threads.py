"""What stands beside a check-in: who said what, and which buttons a manager and an employee have there."""

from datetime import timedelta
from typing import Any

import pytest

from bot.app import TEXTS
from bot.checkin_replies import Thread, help_call, threads_of
from bot.clock import SetClock
from bot.desk import desk_of
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire, Visit
from flows.catalog import load
from flows.core import discover
from storage.access import View
from storage.checkin_replies import CheckInReaction, CheckInReply, HelpTaken
from storage.checkins import CheckIn
from storage.database import Database
from storage.records import remember
from tests.team import ANN, BEN

WEEKS = ("2026-W10", "2026-W09", "2026-W08")


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)


@pytest.fixture
def weeks(dispatcher: Dispatcher) -> Dispatcher:
    with dispatcher.database.write() as db:
        for week in WEEKS:
            said: dict[str, Any] = {"mood": 3, "highlights": week, "help_wanted": "an offer", "shared": True}
            row = CheckIn(series=f"{BEN}:{week}", saved_by=BEN, person_id=BEN, week=week, **said)
            remember(db, row, dispatcher.clock.now())
    return dispatcher


def threads(dispatcher: Dispatcher, viewer: int) -> dict[str, Thread]:
    """What a viewer sees beside Ben's check-ins, by week."""
    with dispatcher.database.write() as db:
        visit = Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), viewer)
        view = View(db, viewer, BEN, visit.now)
        rows = view.checkins()
        found = threads_of(visit, view, rows)
        return {row["week"]: found[row["series"]] for row in rows}


def labels(thread: Thread) -> list[str]:
    return [each.label for each in thread.buttons]


def says(dispatcher: Dispatcher, week: str, author: int, text: str) -> None:
    with dispatcher.database.write() as db:
        said = CheckInReply(check_in=f"{BEN}:{week}", text=text, saved_by=author)
        remember(db, said, dispatcher.clock.now())


def reacts(dispatcher: Dispatcher, week: str, reaction: str) -> None:
    series = f"{BEN}:{week}"
    with dispatcher.database.write() as db:
        row = CheckInReaction(series=f"{series}:{ANN}", saved_by=ANN, check_in=series, reaction=reaction)
        remember(db, row, dispatcher.clock.now())


def test_a_manager_replies_to_any_and_reacts_to_the_newest(weeks: Dispatcher) -> None:
    seen = threads(weeks, ANN)
    assert labels(seen["2026-W10"]) == labels(seen["2026-W09"]) == ["Reply", "👍 Thanks", "🎉 Great", "👀 Seen"]
    assert labels(seen["2026-W08"]) == ["Reply"]
    reacts(weeks, "2026-W08", "seen")
    assert labels(threads(weeks, ANN)["2026-W08"]) == ["Reply", "Remove my reaction"]


def test_an_employee_replies_once_there_is_something_to_reply_to_and_never_reacts(weeks: Dispatcher) -> None:
    reacts(weeks, "2026-W09", "great")
    says(weeks, "2026-W10", ANN, "Well done.")
    seen = threads(weeks, BEN)
    assert [labels(seen[week]) for week in WEEKS] == [["Reply"], [], []]
    assert [(each.person.id, each.reaction) for each in seen["2026-W09"].reactions] == [(ANN, "🎉 Great")]


def test_what_one_keeps_private_has_its_replies_and_no_buttons(weeks: Dispatcher) -> None:
    says(weeks, "2026-W10", ANN, "Well done.")
    with weeks.database.write() as db:
        said: dict[str, Any] = {"week": "2026-W10", "mood": 3, "highlights": "x", "shared": False}
        row = CheckIn(series=f"{BEN}:2026-W10", saved_by=BEN, person_id=BEN, **said)
        remember(db, row, weeks.clock.now())
    mine = threads(weeks, BEN)["2026-W10"]
    assert [each.text for each in mine.replies] == ["Well done."]
    assert mine.buttons == ()
    assert "2026-W10" not in threads(weeks, ANN)


def test_a_desk_shows_what_was_said_about_the_newest_check_in_though_its_week_is_over(
    weeks: Dispatcher, clock: SetClock
) -> None:
    says(weeks, "2026-W10", ANN, "Well done.")
    clock.move(timedelta(days=7))
    with weeks.database.write() as db:
        week = desk_of(Visit.of(db, weeks.repertoire, "", clock.now(), BEN)).week
    assert (week.name.key, week.mood) == ("2026-W11", None)
    assert week.said_of is not None
    assert week.said_of.key == "2026-W10"
    assert [each.text for each in week.thread.replies] == ["Well done."]


def test_a_call_for_help_says_who_takes_it(weeks: Dispatcher) -> None:
    def call(viewer: int) -> tuple[str, list[str]]:
        with weeks.database.write() as db:
            visit = Visit.of(db, weeks.repertoire, "", weeks.clock.now(), viewer)
            found = help_call(visit, View(db, viewer, BEN, visit.now).checkins()[0])
            return found.note, [each.label for each in found.buttons]

    assert call(ANN) == ("", ["I’ll take it", "Reply", "Plan a talk"])
    with weeks.database.write() as db:
        remember(db, HelpTaken(series=f"{BEN}:2026-W10", saved_by=ANN), weeks.clock.now())
    assert call(ANN) == ("✓ You’re taking this.", ["Reply", "Plan a talk"])
