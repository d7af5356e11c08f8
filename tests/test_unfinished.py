"""What was begun and not finished: taken up again by its command, told apart on the desk, and discarded."""

import pytest
from sqlalchemy import func, select

from bot.answers import Dropped
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said
from flows.page import At
from flows.steps import days
from storage.columns import table
from storage.database import Database
from storage.journal import Conversation, OpenAsk
from tests.player import Player
from tests.team import ANN, BEN


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


def titles(player: Player) -> list[str]:
    return [each.title for each in player.waiting()]


def reason(reply: object) -> str:
    assert isinstance(reply, Refused), reply
    return reply.reason


def test_a_command_given_again_takes_up_the_page_that_is_open(ben: Player, database: Database) -> None:
    for _ in range(5):
        ben.calls("win")
    assert titles(ben) == ["A win you started writing"]
    ben.drafts(text="closed  the Acme renewal\nafter three long months of talks with them")
    ben.calls("win")
    assert str(ben.values["text"]).startswith("closed  the Acme")
    assert titles(ben) == ["A win you started writing: “closed the Acme renewal after three long months…”"]
    with database.read() as db:
        assert db.execute(select(func.count()).select_from(table(Conversation))).scalar_one() == 1


def test_what_was_typed_with_a_command_stays_when_the_next_one_is_saved(ben: Player) -> None:
    ben.calls("win", "@nobody.here closed Acme")
    assert isinstance(ben.calls("win", "shipped 3.2"), Said)
    assert titles(ben) == ["A win you started writing: “closed Acme”"]
    ben.calls("win")
    assert ben.values["text"] == "closed Acme"


def test_four_tries_of_how_things_stand_leave_one_page(ben: Player) -> None:
    for line in ("holiday trip", "a long trip", "the trip", "off some day"):
        ben.calls("timeoff", line)
        assert line in " ".join(ben.errors.values()), "the words are kept in view"
    assert len(ben.waiting()) == 1
    ben.calls("timeoff")
    assert "off some day" in " ".join(ben.errors.values()), "a bare command opens what was typed before"
    ben.drafts(first="2026-12-24")
    ben.calls("timeoff", "the other trip")
    assert len(ben.waiting()) == 2, "what was typed into a page is not replaced"


def test_an_empty_page_makes_room_for_what_is_written_now(ben: Player, clock: SetClock) -> None:
    ben.calls("win")
    old = ben.last
    clock.move(days(1))
    ben.calls("win")
    assert len(ben.waiting()) == 1, "the page of yesterday was empty, and would save yesterday's day"
    ben.calls("win", "@li closed it")
    assert titles(ben) == ["A win you started writing: “closed it”"]
    ben.last = old
    assert reason(ben.sends(text="closed it")) == "NothingOpen"


def test_a_page_shown_in_chinese_says_what_was_begun_in_chinese(dispatcher: Dispatcher) -> None:
    li = Player(dispatcher, 2)
    li.calls("goal")
    li.drafts(goal="把续约率提高到九成")
    assert titles(li)[0].endswith("：“把续约率提高到九成”")


def test_what_was_begun_can_be_discarded_and_stays_in_its_row(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    ben.calls("win")
    at = ben.page.at
    ben.drafts(text="closed Acme")
    [waiting] = ben.waiting()
    assert waiting.can_discard
    first = dispatcher.handle(Dropped("drop", BEN, at))
    assert dispatcher.handle(Dropped("drop", BEN, at)) == first
    assert isinstance(first, Said)
    assert "Draft deleted" in first.text
    assert ben.waiting() == ()
    assert reason(ben.sends(text="closed Acme")) == "NothingOpen"
    with database.read() as db:
        assert db.execute(select(table(OpenAsk).c.draft)).scalar_one() == {"text": "closed Acme"}
        assert db.execute(select(table(Conversation).c.state)).scalar_one() == "stopped"


def test_only_what_one_began_oneself_and_is_nothing_yet_can_be_discarded(ben: Player, dispatcher: Dispatcher) -> None:
    ben.calls("checkin")
    checkin = ben.page.at
    assert not ben.waiting()[0].can_discard
    assert reason(ben.drops(checkin)) == "CannotDiscard"
    ben.calls("win")
    mine = ben.page.at
    assert reason(Player(dispatcher, ANN).drops(mine)) == "NotYours"
    ben.sends(text="closed Acme")
    assert reason(ben.drops(mine)) == "CannotDiscard"
    assert reason(ben.drops(At(999, "entry"))) == "NothingOpen"
    assert reason(ben.drops(At(-5, "entry"))) == "NothingOpen"
