"""The weekly check-in, played by a fake person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said, ShowPage
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.journal import Outbox
from tests.player import Player
from tests.team import ANN, BEN, LI_NA

CLEAR = "完成了客户A的对账，剩3笔差异"


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


def checkins(database: Database) -> list[tuple[int, bool, int, str]]:
    rows = table(CheckIn)
    with database.read() as db:
        query = select(rows.c.version, rows.c.current, rows.c.mood, rows.c.highlights).order_by(rows.c.version)
        return [tuple(row) for row in db.execute(query)]


def test_a_clear_week_is_one_page(li: Player, database: Database) -> None:
    li.calls("checkin")
    assert li.page.title == "本周小结（3月2日至8日）"
    assert isinstance(li.sends(mood="4", highlights=CLEAR, share="manager"), Said)
    assert checkins(database) == [(1, True, 4, CLEAR)]


def test_a_vague_week_gets_one_follow_up_question_never_two(li: Player, database: Database) -> None:
    li.calls("checkin")
    li.sends(mood="4", highlights="一切正常", share="manager")
    assert [question.key for question in li.page.questions] == ["more"]
    assert isinstance(li.sends(more="还行"), Said)
    assert [version for version, *_ in checkins(database)] == [1, 2]


def test_an_edit_is_a_new_version_within_the_window_and_refused_after_it(
    li: Player, database: Database, clock: SetClock
) -> None:
    li.calls("checkin")
    li.sends(mood="4", highlights=CLEAR, share="manager")
    clock.move(timedelta(hours=3))
    li.calls("checkin")
    assert li.page.questions[0].value == "4"
    li.sends(mood="2")
    assert checkins(database) == [(1, False, 4, CLEAR), (2, True, 2, CLEAR)]
    clock.move(timedelta(hours=49))
    refused = li.calls("checkin")
    assert isinstance(refused, Refused)
    assert refused.reason == "StageClosed"


def test_asking_for_help_tells_the_manager_at_once_unless_it_is_private(
    li: Player, dispatcher: Dispatcher, database: Database
) -> None:
    li.calls("checkin")
    li.sends(mood="3", highlights=CLEAR, help_wanted="合同要法务看一下", share="manager")
    with database.read() as db:
        told = [(row["person_id"], row["body"]["text"]) for row in db.execute(select(table(Outbox))).mappings()]
    assert told == [(ANN, "help_wanted")]


def test_the_same_event_twice_changes_nothing_and_is_answered_alike(li: Player, database: Database) -> None:
    li.calls("checkin")
    page = li.last
    first = li.sends(mood="4", highlights=CLEAR, share="private", event="once")
    li.last = page
    again = li.sends(mood="4", highlights=CLEAR, share="private", event="once")
    assert (type(first), len(checkins(database))) == (type(again), 1)


def test_answering_one_question_at_a_time_by_typing(li: Player, database: Database) -> None:
    li.calls("checkin")
    for words in ("4", CLEAR, "跳过", "跳过", "保密"):
        li.types(words)
    assert not isinstance(li.last, Said)
    li.types("只给自己看")
    assert isinstance(li.last, Said)
    assert checkins(database) == [(1, True, 4, CLEAR)]


NOTHING = (
    *("none", "No.", "nothing", "n/a", "NA", "-", "skip", "无", "没", "没有。", "没有了！"),
    *("暂无", "不需要", "不用", "略过", "跳过"),
)


@pytest.mark.parametrize("words", NOTHING)
def test_an_honest_none_asks_nobody_for_help(words: str, dispatcher: Dispatcher, database: Database) -> None:
    """Whether in the form or by typing, and whatever one's language is."""
    ben, li = Player(dispatcher, BEN), Player(dispatcher, LI_NA)
    ben.calls("checkin")
    ben.sends(mood="4", highlights=CLEAR, blockers=words, help_wanted=words, share="manager")
    li.calls("checkin")
    for each in ("4", CLEAR, words, words, "1"):
        li.types(each)
    assert isinstance(li.last, Said)
    rows = table(CheckIn)
    with database.read() as db:
        assert {tuple(row) for row in db.execute(select(rows.c.blockers, rows.c.help_wanted))} == {(None, None)}
    assert Player(dispatcher, ANN).told() == []


def test_what_is_wrong_is_said_at_its_question_and_what_was_typed_is_kept(li: Player) -> None:
    li.calls("checkin")
    li.sends(mood="9", highlights="x" * 40_000, share="manager")
    assert isinstance(li.last, ShowPage)
    errors = {question.key: question.error for question in li.page.questions if question.error}
    assert set(errors) == {"mood", "highlights"}
    assert len(str(next(q.value for q in li.page.questions if q.key == "highlights"))) == 40_000
