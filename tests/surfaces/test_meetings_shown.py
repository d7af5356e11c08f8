"""A meeting on every surface: the message with its links and buttons, the form, and the agenda on the desk."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import TEXTS
from bot.clock import SetClock
from bot.desk import Desk, desk_of
from bot.dispatcher import Dispatcher
from bot.links import Links
from bot.slack import home
from bot.slack.blocks import told as told_in_slack
from bot.slack.words import Words
from bot.teams import desk_card
from bot.teams.elements import Voice as CardVoice
from bot.teams.messages import told as told_in_teams
from bot.terminal.pages import render_message
from bot.visit import Repertoire, Visit
from flows.catalog import load
from flows.core import discover
from flows.page import Reader
from storage.database import Database
from storage.directory import person_row
from tests.player import Player
from tests.surfaces.teams.client import CardForm
from tests.surfaces.window import Window, deliver, words
from tests.team import ANN, LI_NA

Open = Callable[[int], Window]
BASE = "https://evenhand.example.com"
CALL = "https://meet.example/q4"


@pytest.fixture
def dispatcher(database: Database, clock: SetClock, tmp_path: Path) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}, links=Links("s" * 40, BASE)), clock)


@pytest.fixture
def speaker(dispatcher: Dispatcher) -> Dispatcher:
    """The playground of this page has an address as well."""
    return dispatcher


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    ann = Player(dispatcher, ANN)
    ann.calls("meet")
    ann.sends(people=(str(LI_NA),), day="2026-03-09", at="10:00", topic="Q4 <b>goals</b> *x*", place=CALL)
    return ann


def desk(dispatcher: Dispatcher, person: int) -> Desk:
    with dispatcher.database.write() as db:
        return desk_of(Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), person))


def reader(dispatcher: Dispatcher, person: int) -> Reader:
    with dispatcher.database.read() as db:
        row = person_row(db, person)
        return Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), row["id"]).reader


def test_in_slack_the_links_stand_below_the_words(dispatcher: Dispatcher, ann: Player) -> None:
    blocks = told_in_slack(Player(dispatcher, LI_NA).told()[0])["blocks"]
    links = [each for each in blocks[1]["elements"][0]["elements"] if each["type"] == "link"]
    assert [each["text"] for each in links] == ["加入日历", "加入会议"]
    assert links[0]["url"].startswith(f"{BASE}/invitation?t=")
    assert links[1]["url"] == CALL
    assert [each["text"]["text"] for each in blocks[2]["elements"]] == ["回复", "修改时间或内容", "取消会议"]


def test_in_teams_they_are_buttons(dispatcher: Dispatcher, ann: Player) -> None:
    voice = CardVoice(dispatcher.repertoire.texts, reader(dispatcher, ANN))
    card = told_in_teams(ann.told()[0], voice).card
    assert card is not None
    shown = CardForm(card)
    assert list(shown.buttons) == ["Add to calendar", "Join the call", "Move or edit", "Cancel meeting"]
    assert shown.buttons["Join the call"]["url"] == CALL


def test_in_a_terminal_they_can_be_copied(ann: Player) -> None:
    lines = "\n".join(render_message(ann.told()[0]))
    assert f"Add to calendar: {BASE}/invitation?t=" in lines
    assert f"Join the call: {CALL}" in lines


def test_the_desk_has_the_next_meetings_and_what_can_be_done(dispatcher: Dispatcher, ann: Player) -> None:
    [line] = desk(dispatcher, LI_NA).meetings
    assert (line.topic, line.minutes, line.place) == ("Q4 <b>goals</b> *x*", 30, "")
    assert [link.label for link in line.links] == ["加入日历", "加入会议"]
    assert [button.flow for button in line.buttons] == ["meeting_answer", "meeting_change", "meeting_cancel"]
    ann.taps("meeting_cancel")
    ann.sends()
    assert desk(dispatcher, LI_NA).meetings == ()


def test_the_desk_forgets_what_is_over(dispatcher: Dispatcher, ann: Player, clock: SetClock) -> None:
    clock.at = clock.at.replace(day=9, hour=9, minute=29)
    assert len(desk(dispatcher, ANN).meetings) == 1
    clock.at = clock.at.replace(minute=30)
    assert desk(dispatcher, ANN).meetings == ()


@pytest.mark.parametrize("person", [ANN, LI_NA])
def test_every_platforms_desk_shows_them(dispatcher: Dispatcher, ann: Player, person: int) -> None:
    for day in range(10, 16):
        ann.calls("meet", f"@li.na 2026-03-{day} 10:00 Weekly {day}")
        if not hasattr(ann.last, "text"):
            ann.sends(verdict="keep")
    found, who = desk(dispatcher, person), reader(dispatcher, person)
    view = str(home.render(found, [], Words(dispatcher.repertoire.texts, who)))
    shown = CardForm(desk_card.render(found, CardVoice(dispatcher.repertoire.texts, who)).card or {}).shown
    for text in (view, shown):
        assert "Q4 <b>goals</b> *x*" in text
        assert ("Mon 9 Mar 2026, 10:00" if person == ANN else "2026年3月9日（周一）17:00") in text
        assert "Weekly 12" in text
        assert "Weekly 13" not in text, "four are enough"


def test_in_the_browser_its_link_tells_nobody_where_it_was_followed(
    window: Open, database: Database, clock: SetClock
) -> None:
    ann, li = window(ANN), window(LI_NA)
    ann.says("/meet @li.na 2026-03-09 10:00 Q4 <b>goals</b>")
    deliver(database, clock)
    page = li.get("").text
    assert "Q4 &lt;b&gt;goals&lt;/b&gt;" in page
    [href] = set(re.findall(r'href="([^"]*/invitation\?t=[^"]+)"', page))
    assert 'rel="noopener noreferrer"' in page
    assert 'referrerpolicy="no-referrer"' in page
    assert href.startswith(BASE)
    assert "即将召开的会议" in words(li.get("/desk").text)
