"""Taking back: for ten minutes by whoever logged it; everybody who was told is told, and nobody sees it any more."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said
from bot.told import told
from bot.visit import Visit
from flows.catalog import load
from storage.access import View, logged_by, public_events
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent, Kind
from storage.journal import Outbox
from storage.meetings import Meeting
from storage.rest import Leave
from storage.wordings import Wording
from tests.player import Player
from tests.team import ANN, BEN, DORA, LI_NA

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, ANN)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


def states(database: Database) -> list[tuple[Any, ...]]:
    rows = table(KeyEvent)
    with database.read() as db:
        query = select(rows.c.subject_id, rows.c.version, rows.c.state, rows.c.current).order_by(rows.c.id)
        return [tuple(row) for row in db.execute(query)]


def text(reply: object) -> str:
    assert isinstance(reply, Said | Refused), reply
    return reply.text


def reason(reply: object) -> str:
    assert isinstance(reply, Refused), reply
    return reply.reason


def undo_of(player: Player, named: str) -> dict[str, Any]:
    """What the undo button carries below the newest message about a meeting or a leave."""
    buttons = [each for message in player.told() for each in message.buttons if each.flow == "undo"]
    return dict(next(each.given for each in reversed(buttons) if named in each.given))


@pytest.mark.parametrize(
    ("command", "kind"), [("win", "win"), ("miss", "miss"), ("coach", "coaching"), ("praise", "praise")]
)
def test_an_author_takes_back_what_they_logged(
    ann: Player, ben: Player, database: Database, command: str, kind: str, clock: SetClock
) -> None:
    ann.calls(command, "@ben closed the Acme renewal")
    reply = text(ann.taps("undo"))
    assert reply == (
        "Undone: “closed the Acme renewal”. Ben Okafor can see that you took it back. To correct it, log it again."
    )
    assert states(database) == [(BEN, 1, "logged", False), (BEN, 2, "withdrawn", True)]
    assert ben.told()[-1].text == (
        "Ann Miller took back what they logged about you: “closed the Acme renewal”. "
        "It no longer counts, and no one can see it any more."
    )
    with database.read() as db:
        for viewer in (ANN, BEN, LI_NA):
            assert View(db, viewer, BEN, clock.now()).events() == []
        assert logged_by(db, ANN, 9) == []
        assert public_events(db, Kind(kind), 9) == []


def test_all_who_were_named_are_told(ann: Player, ben: Player, database: Database, dispatcher: Dispatcher) -> None:
    ann.calls("win", "@ben and @li.na shipped 3.2")
    assert "Ben Okafor and Na Li" in text(ann.calls("undo"))
    assert [row[2] for row in states(database)] == ["logged", "logged", "withdrawn", "withdrawn"]
    assert "撤销了关于你的一条记录：“shipped 3.2”" in Player(dispatcher, LI_NA).told()[-1].text


def test_the_command_takes_back_the_last_thing_alone(ann: Player, database: Database, clock: SetClock) -> None:
    ann.calls("win", "@ben closed Acme")
    clock.move(MINUTE)
    ann.calls("win", "I closed Nordmoor")
    assert text(ann.calls("undo")) == "Undone: “I closed Nordmoor”. To correct it, log it again."
    assert "closed Acme" in text(ann.calls("undo"))
    assert "nothing in the last 10 minutes" in text(ann.calls("undo"))


def test_a_meeting_is_taken_back(ann: Player, ben: Player, database: Database) -> None:
    ann.calls("meet", "@ben tomorrow 10:00 Acme")
    assert text(ann.calls("undo")).startswith(
        "Undone: the meeting “Acme”, Fri 6 Mar 2026, 10:00 your time. I’ve told Ben Okafor"
    )
    rows = table(Meeting)
    with database.read() as db:
        assert [row[0] for row in db.execute(select(rows.c.state).where(rows.c.current))] == ["cancelled"]
    assert ben.told()[-1].text.startswith("Ann Miller took back the meeting “Acme”")


def test_leave_is_taken_back(ben: Player, database: Database) -> None:
    ben.calls("away", "tomorrow")
    assert text(ben.calls("undo")).startswith("Undone: your day off on Fri 6 Mar")
    rows = table(Leave)
    with database.read() as db:
        assert [row[0] for row in db.execute(select(rows.c.cancelled).where(rows.c.current))] == [True]


def test_a_meeting_just_planned_has_an_undo_of_its_own(ann: Player, ben: Player, database: Database) -> None:
    ann.calls("meet", "@ben tomorrow 10:00 Acme")
    assert [button.flow for button in ben.told()[-1].buttons if button.flow == "undo"] == [], "it is its author's"
    ann.calls("win", "I closed Lumen")
    assert text(ann.presses("undo", **undo_of(ann, "meeting"))).startswith("Undone: the meeting “Acme”")
    assert ben.told()[-1].text.startswith("Ann Miller took back the meeting “Acme”")
    assert reason(ann.presses("undo", **undo_of(ann, "meeting"))) == "MeetingCancelled"


def test_a_meeting_that_was_moved_in_these_minutes_is_taken_back_as_well(ann: Player, ben: Player) -> None:
    ann.calls("meet", "@ben tomorrow 10:00 Acme")
    ben.taps("meeting_change")
    ben.sends(at="11:00")
    assert "11:00" in text(ann.calls("undo"))
    assert "11:00" in ben.told()[-1].text


def test_leave_just_named_has_an_undo_of_its_own(ben: Player, ann: Player, database: Database) -> None:
    ben.calls("timeoff", "tomorrow")
    assert "Fri 6 Mar" in ben.told()[-1].text
    ben.calls("win", "closed Lumen")
    assert reason(ann.presses("undo", **undo_of(ben, "leave"))) == "NotYours"
    assert text(ben.presses("undo", **undo_of(ben, "leave"))).startswith("Undone: your day off on Fri 6 Mar")
    assert reason(ben.presses("undo", **undo_of(ben, "leave"))) == "AlreadyUndone"
    rows = table(Leave)
    with database.read() as db:
        assert db.execute(select(rows.c.version, rows.c.cancelled).order_by(rows.c.id)).all() == [(1, False), (2, True)]


def test_what_was_called_off_by_command_is_not_undone_once_more(ben: Player) -> None:
    ben.calls("timeoff", "tomorrow")
    ben.calls("timeoff", "off")
    assert reason(ben.presses("undo", **undo_of(ben, "leave"))) == "AlreadyUndone"
    assert "nothing in the last 10 minutes" in text(ben.calls("undo"))


@pytest.mark.parametrize(
    ("command", "line", "named", "refusal", "instead"),
    [
        ("meet", "@ben tomorrow 10:00 Acme", "meeting", "TooLateToUndoMeeting", "“Cancel meeting”"),
        ("timeoff", "tomorrow", "leave", "TooLateToUndoLeave", "/timeoff off"),
    ],
)
def test_after_the_minutes_the_button_says_what_to_do_instead(
    ann: Player, clock: SetClock, command: str, line: str, named: str, refusal: str, instead: str
) -> None:
    ann.calls(command, line)
    clock.move(10 * MINUTE)
    refused = ann.presses("undo", **undo_of(ann, named))
    assert reason(refused) == refusal
    assert instead in text(refused)


def test_details_added_meanwhile_do_not_hide_it_from_the_command(ann: Player, database: Database) -> None:
    ann.calls("win", "@ben closed Acme")
    ann.taps("card")
    ann.sends(happened_on="yesterday")
    assert "closed Acme" in text(ann.calls("undo"))
    assert [row[2] for row in states(database)] == ["logged", "logged", "withdrawn"]


def test_after_ten_minutes_it_stays_and_the_author_is_told_what_else_to_do(
    ann: Player, ben: Player, database: Database, clock: SetClock
) -> None:
    ann.calls("win", "@ben closed Acme")
    clock.move(10 * MINUTE)
    refused = ann.taps("undo")
    assert isinstance(refused, Refused)
    assert refused.reason == "TooLateToUndo"
    assert "add details or context" in refused.text
    assert "nothing in the last 10 minutes" in text(ann.calls("undo"))
    assert [row[2] for row in states(database)] == ["logged"]


def test_adding_details_gives_no_more_time(ann: Player, clock: SetClock) -> None:
    ann.calls("win", "@ben closed Acme")
    clock.move(9 * MINUTE)
    ann.taps("card")
    ann.sends(happened_on="yesterday")
    clock.move(2 * MINUTE)
    assert isinstance(ann.taps("undo"), Refused)


def test_nobody_else_takes_it_back(ann: Player, ben: Player, database: Database, dispatcher: Dispatcher) -> None:
    ann.calls("win", "@ben closed Acme")
    [button] = [each for message in ann.told() for each in message.buttons if each.flow == "undo"]
    for other in (ben, Player(dispatcher, DORA)):
        refused = other.presses("undo", **button.given)
        assert isinstance(refused, Refused)
        assert refused.reason == "NotYours"
        assert "nothing in the last 10 minutes" in text(other.calls("undo"))
    assert [row[2] for row in states(database)] == ["logged"]


def test_what_was_taken_back_can_be_neither_answered_nor_changed(ann: Player, ben: Player) -> None:
    ann.calls("win", "@ben closed Acme")
    ann.taps("undo")
    for player, flow in ((ben, "respond"), (ann, "card"), (ann, "undo")):
        refused = player.taps(flow)
        assert isinstance(refused, Refused)
        assert refused.reason == "AlreadyUndone"


def test_what_was_said_in_public_and_to_its_subject_says_so_where_it_stands(
    ann: Player, ben: Player, database: Database, dispatcher: Dispatcher, clock: SetClock
) -> None:
    ann.calls("praise", "@ben for the launch")
    ann.taps("undo")
    rows, wording = table(Outbox), table(Wording)
    with database.read() as db:
        [series] = {row[0] for row in db.execute(select(table(KeyEvent).c.series))}
        assert db.execute(select(wording.c.about, wording.c.revision)).all() == [(series, 1)]
        reader = Visit.of(db, dispatcher.repertoire, "", clock.now(), BEN).reader
        said = {
            row["kind"] + ":" + row["key"]: told(db, load("flows.texts", "bot.texts"), reader, dict(row))
            for row in db.execute(select(rows).where(rows.c.about == series)).mappings()
        }
    assert said["channel:tell:public"].text == "Ann Miller took this back. It no longer counts."
    assert said[f"tell:tell:card:{BEN}"].text == "Ann Miller took this back. It no longer counts."
    assert all(message.buttons == () and "took this back" in message.text for message in said.values())
    assert len(said) == 3
