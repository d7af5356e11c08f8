"""Replying and reacting on each surface: from the message, from the desk, and from a closer look."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from storage.checkin_replies import CheckInReaction, CheckInReply
from storage.columns import table
from storage.database import Database
from storage.journal import Audit
from tests.delivering import by_hand
from tests.player import Player
from tests.slack_workspace.company import connected
from tests.surfaces.teams.world import ANN_MILLER, teams
from tests.surfaces.window import Window, deliver, words
from tests.team import ANN, BEN

Open = Callable[[int], Window]
HELP = "Legal should look at the <b>Nordmoor</b> *offer*"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ben(speaker: Dispatcher) -> Player:
    """Ben has shared a check-in in which he asks for help."""
    player = Player(speaker, BEN)
    player.calls("checkin")
    player.sends(mood="3", highlights="closed the Acme renewal with 120k ARR", help_wanted=HELP, share="manager")
    return player


def kept(database: Database) -> tuple[list[Any], list[Any]]:
    replies, reactions = table(CheckInReply), table(CheckInReaction)
    with database.read() as db:
        said = db.execute(select(replies.c.saved_by, replies.c.text)).all()
        return [tuple(row) for row in said], list(db.execute(select(reactions.c.reaction)).scalars())


@pytest.mark.usefixtures("ben")
def test_in_the_browser_the_call_is_taken_and_the_message_says_so(
    window: Open, database: Database, clock: SetClock
) -> None:
    ann = window(ANN)
    deliver(database, clock)
    for label in ("I’ll take it", "Reply", "Schedule a meeting", "React"):
        assert label in ann.chat
    assert "I’ll take it" in ann.desk
    ann.presses("I’ll take it")
    assert "✓ You’re taking this." in ann.chat
    assert "✓ You’re taking this." in ann.desk
    assert "I’ll take it" not in ann.desk
    ann.presses("Schedule a meeting")
    assert ann.shown is not None
    ann.sends(day="tomorrow", at="10:00")
    deliver(database, clock)
    assert f"Ann Miller invites you: “{HELP}”" in window(BEN).chat


@pytest.mark.usefixtures("ben")
def test_in_the_browser_a_closer_look_replies_reacts_and_stays(window: Open, database: Database) -> None:
    ann = window(ANN)
    look = ann.get(f"/person/{BEN}").text
    assert [label for label, _ in buttons_of(look)] == ["Reply", "👍 Thanks", "🎉 Great", "👀 Seen"]
    for fields in (dict(buttons_of(look))["👍 Thanks"], dict(buttons_of(look))["🎉 Great"]):
        assert ann.post("press", fields).status_code == 204
    [live] = re.findall(rf'data-live="/as/{ANN}(/person/{BEN}[^"]*)"', look)
    fresh = ann.get(live).text
    assert "Ann Miller: 🎉 Great" in words(fresh)
    assert [label for label, _ in buttons_of(fresh)] == ["Reply", "👍 Thanks", "👀 Seen", "Remove my reaction"]
    ann.post("press", dict(buttons_of(fresh))["Reply"])
    ann.sends(text="Send it over, <i>please</i>.")
    desk = window(BEN).desk
    assert "About your check-in for 2–8 Mar: Ann Miller: Send it over, <i>please</i>. Ann Miller: 🎉 Great" in desk
    assert kept(database)[1] == ["thanks", "great"]


def buttons_of(html: str) -> list[tuple[str, dict[str, str]]]:
    found = re.findall(r'data-post="[^"]*/press" data-fields="([^"]*)"[^>]*>([^<]*)<', html)
    return [(label, json.loads(unescape(fields))) for fields, label in found]


@pytest.mark.usefixtures("ben")
def test_a_look_that_renews_itself_is_one_look(window: Open, database: Database, clock: SetClock) -> None:
    ann = window(ANN)
    clock.move(MINUTE)
    ann.get(f"/person/{BEN}")
    clock.move(MINUTE)
    for _ in range(3):
        ann.get(f"/person/{BEN}?again=1")
    audit = table(Audit)
    with database.read() as db:
        looks = db.execute(select(audit.c.what).where(audit.c.owner_id == BEN, audit.c.what == "check_in_reply")).all()
    assert len(looks) == 1


@pytest.mark.usefixtures("ben")
def test_in_slack_a_closer_look_replies_and_reacts(speaker: Dispatcher, database: Database) -> None:
    async def scene() -> None:
        async with connected(speaker) as company:
            ann = company.ann
            await ann.opens_home()
            assert "I’ll take it" in str(ann.home)
            await ann.presses_at_home("Ben Okafor: weeks, goals and events")
            await ann.presses_in_window("👀 Seen")
            assert "👀 Seen" in str(ann.view)
            await ann.opens_home()
            await ann.presses_at_home("Ben Okafor: weeks, goals and events")
            assert "Remove my reaction" in str(ann.view)
            await ann.presses_in_window("Reply")
            await ann.sends({"text": "Send it over."})

    asyncio.run(scene())
    assert kept(database) == ([(ANN, "Send it over.")], ["seen"])


@pytest.mark.usefixtures("ben")
def test_in_teams_the_desk_and_a_closer_look_reply_and_react(
    speaker: Dispatcher, database: Database, clock: SetClock, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with teams(speaker, clock, tmp_path) as world:
            await world.installs(ANN_MILLER)
            await world.says(ANN_MILLER, "desk")
            desk = world.card(ANN_MILLER)
            assert {"I’ll take it", "Reply", "Schedule a meeting"} <= set(desk.buttons)
            look = await world.presses(ANN_MILLER, desk, "Ben Okafor")
            assert HELP in look.shown
            said = await world.presses(ANN_MILLER, look, "👍 Thanks")
            assert "👍 Thanks – Ben Okafor sees this" in said.shown
            form = await world.presses(ANN_MILLER, look, "Reply")
            form.fill({"text": "Send it over."})
            await world.presses(ANN_MILLER, form)

    asyncio.run(scene())
    assert kept(database) == ([(ANN, "Send it over.")], ["thanks"])


@pytest.mark.usefixtures("ben")
def test_in_teams_the_message_keeps_its_other_buttons_once_the_call_is_taken(
    speaker: Dispatcher, database: Database, clock: SetClock, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with teams(speaker, clock, tmp_path) as world:
            await world.installs(ANN_MILLER)
            delivering = by_hand(speaker, world.surface.courier)
            await delivering.settle()
            delivering.lease.let_go()
            call = world.card(ANN_MILLER)
            assert list(call.buttons) == ["I’ll take it", "Reply", "Schedule a meeting", "React"]
            taken = await world.presses(ANN_MILLER, call, "I’ll take it")
            assert "You’re taking this. Ben Okafor has been told." in taken.shown
            assert HELP in taken.shown
            assert list(taken.buttons) == ["Reply", "Schedule a meeting", "React"]
            form = await world.presses(ANN_MILLER, taken, "Reply")
            form.fill({"text": "Send it over."})
            sent = await world.presses(ANN_MILLER, form)
            assert "Sent. Ben Okafor will get it as a message." in sent.shown
            assert "Schedule a meeting" in sent.buttons

    asyncio.run(scene())
    assert kept(database)[0] == [(ANN, "Send it over.")]


@pytest.mark.usefixtures("ben")
def test_in_slack_the_message_says_who_takes_it(speaker: Dispatcher, database: Database) -> None:
    async def scene() -> None:
        async with connected(speaker) as company:
            delivering = by_hand(speaker, company.surface.courier)
            await company.ann.types("help")
            await delivering.settle()
            await company.ann.presses("I’ll take it")
            await delivering.settle()
            await delivering.reword()
            delivering.lease.let_go()
            [call] = [text for text in company.ann.told if "Nordmoor" in text]
            assert "✓ You’re taking this." in call

    asyncio.run(scene())
