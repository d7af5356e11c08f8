"""The weekly check-in, played by a fake person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Help, NextQuestion, Refused, Said, ShowPage, Suggestion
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.goals import Goal, GoalUpdate
from storage.journal import Outbox
from tests.player import Player
from tests.team import ANN, BEN, LI_NA

CLEAR = "完成了客户A的对账，剩3笔差异"


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


def checkins(database: Database) -> list[tuple[int, bool, int, str]]:
    rows = table(CheckIn)
    with database.read() as db:
        query = select(rows.c.version, rows.c.current, rows.c.mood, rows.c.highlights).order_by(rows.c.version)
        return [tuple(row) for row in db.execute(query)]


def standing(database: Database) -> dict[str, int]:
    """The newest percent of each goal, in the order the goals were written."""
    goals, updates = table(Goal), table(GoalUpdate)
    with database.read() as db:
        found = dict.fromkeys(db.execute(select(goals.c.series).order_by(goals.c.id)).scalars(), 0)
        found.update(tuple(row) for row in db.execute(select(updates.c.goal, updates.c.percent).order_by(updates.c.id)))
        return found


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
    assert refused.reason == "TimeOver", "and not that what was typed stands in a form: there is none"


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
    for words in ("4", CLEAR, "跳过", "跳过", "都可以"):
        li.types(words)
    assert not isinstance(li.last, Said)
    li.types("仅自己可见")
    assert isinstance(li.last, Said)
    assert checkins(database) == [(1, True, 4, CLEAR)]


@pytest.mark.parametrize(
    ("person", "words", "shared"),
    [
        *((LI_NA, words, True) for words in ("manager", "共享", "分享", "1", "Share")),
        *((LI_NA, words, False) for words in ("private", "保密", "私密", "自己", "2", "只给自己看")),
        *((BEN, words, True) for words in ("share", "Share with Ann Miller", "Ann", "MANAGER")),
        *((BEN, words, False) for words in ("Private", "keep it to myself", "myself", "me")),
    ],
)  # fmt: skip
def test_who_sees_it_is_said_in_ones_own_words(
    person: int, words: str, shared: bool, dispatcher: Dispatcher, database: Database
) -> None:
    player = Player(dispatcher, person)
    player.calls("checkin")
    for each in ("4", CLEAR, "-", "-", words):
        player.types(each)
    if shared:
        assert checkins(database) == []  # there is a last look before it goes out
        player.types("send")
    with database.read() as db:
        assert db.execute(select(table(CheckIn).c.shared)).scalars().all() == [shared]


def test_typing_asks_where_each_goal_stands_and_skipping_keeps_it(li: Player, database: Database) -> None:
    for title in ("Renew 90% of contracts by 30 June", "Train 12 partners by 30 June"):
        li.calls("goal", title)
        li.sends(weight="50")
    first, second = standing(database)
    li.calls("progress")
    li.sends({f"percents:{first}": "40", f"percents:{second}": "10"})
    li.calls("checkin")
    asked = li.types("4")
    assert isinstance(asked, NextQuestion)
    assert asked.question.key == f"progress:{first}"
    assert "40%" in asked.question.help
    for words in ("60", "跳过", CLEAR, "无", "无", "共享", "提交"):
        li.types(words)
    assert isinstance(li.last, Said)
    assert standing(database) == {first: 60, second: 10}


def test_a_greeting_gets_help_and_what_cannot_be_a_rating_says_how_to_get_it(dispatcher: Dispatcher) -> None:
    ben, li = Player(dispatcher, BEN), Player(dispatcher, LI_NA)
    for player in (ben, li):
        player.calls("checkin")
    assert all(isinstance(ben.types(words), Help) for words in ("hello there", "Hi!", "help me please", "你好"))
    assert all(isinstance(li.types(words), Help) for words in ("你好啊", "hello", "帮助一下"))
    refused = ben.types("fine I guess")
    assert isinstance(refused, NextQuestion)
    assert refused.problem == (
        "Please choose a number from 1 (Very bad) to 5 (Very good). Type help to see what else I can do."
    )
    ben.types("4")
    ben.types("Help for the Acme team: closed the renewal")
    ben.types("Hello from Acme is the blocker")
    assert isinstance(ben.last, NextQuestion)
    assert ben.last.question.key == "help_wanted"


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
    for each in ("4", CLEAR, words, words, "1", "提交"):
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


@pytest.mark.parametrize("line", ["Who sees this?", "谁能看到？", "thanks!", "谢谢", "这个老板能看到吗"])
def test_a_question_typed_in_the_middle_is_not_taken_as_the_answer_without_asking(
    ben: Player, database: Database, line: str
) -> None:
    ben.calls("checkin")
    ben.types("4")
    asked = ben.types(line)
    assert isinstance(asked, NextQuestion)
    assert line in asked.problem
    assert [choice.label for choice in asked.question.choices] == ["Yes, keep it", "No, I was asking"]
    again = ben.types("No, I was asking")
    assert isinstance(again, NextQuestion)
    assert (again.question.key, again.question.choices) == ("highlights", ())
    ben.types(CLEAR)
    for words in ("skip", "skip"):
        ben.types(words)
    assert isinstance(ben.types("private"), Said)
    assert [words for *_, words in checkins(database)] == [CLEAR]


def test_a_line_that_looks_like_a_question_can_be_kept_as_the_answer(ben: Player, database: Database) -> None:
    ben.calls("checkin")
    for words in ("4", "Closed Acme; who takes over their support?", "keep", "skip", "skip", "private"):
        ben.types(words)
    assert [words for *_, words in checkins(database)] == ["Closed Acme; who takes over their support?"]


@pytest.mark.parametrize("word", ["skip", "跳过", "none", "无", "-"])
def test_a_word_for_nothing_is_no_answer_where_one_is_needed(ben: Player, database: Database, word: str) -> None:
    ben.calls("checkin")
    ben.types("4")
    asked = ben.types(word)
    assert isinstance(asked, NextQuestion)
    assert asked.question.key == "highlights"
    assert "needs an answer" in asked.problem
    assert checkins(database) == []


def test_one_can_step_back_to_the_question_before(ben: Player, database: Database) -> None:
    ben.calls("checkin")
    for words in ("2", "back"):
        ben.types(words)
    assert isinstance(ben.last, NextQuestion)
    assert ben.last.question.key == "mood"
    for words in ("4", CLEAR, "skip", "上一步", "The test bench is booked until Friday", "skip", "private"):
        ben.types(words)
    with database.read() as db:
        saved = db.execute(select(table(CheckIn))).mappings().one()
    assert (saved["mood"], saved["blockers"]) == (4, "The test bench is booked until Friday")


def looked_over(player: Player, *share: str) -> Suggestion:
    """A check-in typed up to its last look."""
    player.calls("checkin")
    for words in ("4", CLEAR, "-", "Legal should look at the contract", *share):
        player.types(words)
    assert isinstance(player.last, Suggestion)
    return player.last


def test_what_is_typed_and_shared_is_looked_over_before_it_goes_out(ben: Player, database: Database) -> None:
    shown = looked_over(ben, "share")
    assert shown.text.startswith("This is what Ann Miller will see:")
    assert CLEAR in shown.text
    assert "Good" in shown.text
    assert "Legal should look at the contract" in shown.text
    assert [each.label for each in shown.proposals] == ["Send", "Change", "Keep private"]
    again = ben.types("and the audit is booked")  # is no answer to it
    assert isinstance(again, Suggestion)
    assert checkins(database) == []
    assert isinstance(ben.types("Send"), Said)
    assert checkins(database) == [(1, True, 4, CLEAR)]


@pytest.mark.parametrize("words", ["Keep private", "private", "保密"])
def test_a_last_look_can_keep_it_private(ben: Player, dispatcher: Dispatcher, database: Database, words: str) -> None:
    looked_over(ben, "share")
    assert isinstance(ben.types(words), Said)
    with database.read() as db:
        assert db.execute(select(table(CheckIn).c.shared)).scalars().all() == [False]
    assert Player(dispatcher, ANN).told() == []


def test_a_last_look_can_be_changed_in_its_form_with_every_word_kept(li: Player, database: Database) -> None:
    shown = looked_over(li, "共享")
    assert [each.label for each in shown.proposals] == ["提交", "修改", "仅自己可见"]
    page = li.types("修改")
    assert isinstance(page, ShowPage)
    assert {each.key: each.value for each in page.page.questions}["highlights"] == CLEAR
    li.sends(mood="2")
    assert checkins(database) == [(1, True, 2, CLEAR)]


def test_one_can_step_back_from_a_last_look(ben: Player, database: Database) -> None:
    looked_over(ben, "share")
    asked = ben.types("back")
    assert isinstance(asked, NextQuestion)
    assert asked.question.key == "share"
    assert isinstance(ben.types("private"), Said)
    assert [mood for _, _, mood, _ in checkins(database)] == [4]
