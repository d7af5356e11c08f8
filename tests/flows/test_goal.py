"""Goals: written with the clinic's questions, weighed, aligned, moved on, edited and closed."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.clock import SetClock
from bot.desk import desk_of
from bot.dispatcher import Dispatcher
from bot.person_desk import person_desk
from bot.replies import NextQuestion, Refused, Said, ShowPage
from bot.visit import Visit
from flows.page import Total
from storage.columns import table
from storage.database import Database
from storage.goals import Goal, GoalUpdate
from tests.player import Player
from tests.team import ANN, BEN, DORA, HANNA, LI_NA

CLEAR = "Renew 90 % of contracts by 30 June 2026"
VAGUE = "improve customer satisfaction asap"


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, ANN)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


def goals(database: Database, *columns: str) -> list[tuple[Any, ...]]:
    rows = table(Goal)
    names = columns or ("person_id", "title", "weight")
    with database.read() as db:
        return [tuple(row) for row in db.execute(select(*(rows.c[name] for name in names)).order_by(rows.c.id))]


def updates(database: Database) -> list[tuple[str, int, str | None]]:
    rows = table(GoalUpdate)
    with database.read() as db:
        query = select(rows.c.goal, rows.c.percent, rows.c.note).order_by(rows.c.id)
        return [(row[0], row[1], row[2]) for row in db.execute(query)]


def give(database: Database, clock: SetClock, series: str, owner: int | None, weight: int = 0, **more: Any) -> None:
    """Puts a goal there that was written before."""
    row = {"series": series, "version": 1, "current": True, "saved_by": HANNA, "saved_at": clock.now()}
    rest: dict[str, Any] = {
        "person_id": owner,
        "title": f"Goal {series}",
        "weight": weight,
        "milestones": [],
        "state": "active",
    }
    with database.write() as db:
        db.execute(insert(table(Goal)), row | rest | more)


def said(reply: object) -> str:
    assert isinstance(reply, Said), reply
    return reply.text


def test_a_clear_goal_meets_no_question_and_brings_its_own_day(ben: Player, ann: Player, database: Database) -> None:
    ben.calls("goal", CLEAR)
    assert ben.page.title == "Goal details"
    assert (ben.values["goal"], ben.values["due"]) == (CLEAR, "2026-06-30")
    assert "100% is left" in ben.page.intro
    answer = said(
        ben.sends(weight="60", indicator="Renewal rate", baseline="82.5", target="90", unit="%", milestones="")
    )
    assert "Your goals add up to 60%" in answer
    columns = ("person_id", "title", "weight", "due", "indicator", "baseline", "target", "unit")
    assert goals(database, *columns) == [
        (BEN, CLEAR, 60, date(2026, 6, 30), "Renewal rate", Decimal("82.5"), Decimal(90), "%")
    ]
    assert [message.text for message in ann.told()] == [f"Ben Okafor has a new goal, weight 60%: “{CLEAR}”"]


def test_each_gap_is_asked_about_once_pointing_at_the_words(ben: Player) -> None:
    ben.calls("goal", VAGUE)
    asked = []
    for _ in range(3):
        asked.append((ben.page.title, ben.page.intro.splitlines()[0]))
        ben.sends()
    assert [title for title, _ in asked] == ["What exactly?", "How will you know?", "By when?"]
    assert "[improve]" in asked[0][1]
    assert "[asap]" in asked[2][1]
    assert all(re.sub(r"[\[\]“”]", "", shown) == VAGUE for _, shown in asked)


def test_what_is_skipped_stays_open_and_no_number_appears(ben: Player, database: Database) -> None:
    ben.calls("goal", VAGUE)
    for _ in range(3):
        ben.sends()
    assert ben.values["goal"] == VAGUE
    assert [ben.values[name] for name in ("due", "baseline", "target")] == ["", "", ""]
    weight = next(question for question in ben.page.questions if question.key == "weight")
    assert (weight.value, weight.proposed, weight.required) == ("100", True, False)
    ben.sends(weight="20")
    assert goals(database, "title", "due", "target", "weight") == [(VAGUE, None, None, 20)]


def test_what_is_answered_sharpens_the_goal_in_the_persons_words(li: Player, database: Database) -> None:
    li.calls("goal", "提升客户满意度")
    answers = {
        "具体是什么？": "大客户的售后响应",
        "如何衡量？": "满意度从 82 分到 90 分",
        "什么时候完成？": "9月30日",
    }
    for question, answer in answers.items():
        assert li.page.title == question
        li.sends({next(iter(li.values)): answer})
    assert li.page.title == "目标详情"
    title = str(li.values["goal"])
    assert title == "客户满意度：大客户的售后响应，满意度从 82 分到 90 分"
    assert [li.values[name] for name in ("baseline", "target", "unit")] == ["82", "90", "分"]
    assert li.values["due"] == "2026-09-30"
    li.sends(weight="100")
    assert goals(database, "title", "due", "weight") == [(title, date(2026, 9, 30), 100)]


def test_the_clinic_speaks_of_brackets_only_where_there_are_any(ben: Player) -> None:
    ben.calls("goal", "renew contracts")
    while isinstance(ben.last, ShowPage) and ben.page.at.key != "details":
        said, _, about = ben.page.intro.partition("\n")
        assert about
        assert ("[" in said) == ("[brackets]" in about)
        ben.sends()
    ben.calls("goal", "improve the quality of onboarding soon")
    assert "[" in ben.page.intro.partition("\n")[0]
    assert "[brackets]" in ben.page.intro


def test_a_goal_can_be_written_by_typing(ben: Player, database: Database) -> None:
    ben.calls("goal")
    ben.types(CLEAR)
    for words in ("60", "skip", "skip", "skip", "skip", "skip"):
        ben.types(words)
    assert isinstance(ben.last, Said), ben.last
    assert goals(database) == [(BEN, CLEAR, 60)]


def test_a_proposed_weight_is_kept_by_sending_and_left_open_by_skipping(
    ben: Player, li: Player, ann: Player, database: Database, clock: SetClock
) -> None:
    give(database, clock, "old", BEN, 70)
    ben.calls("goal", CLEAR)
    assert ben.values["weight"] == "30"
    assert "Your goals now add up to 100%" in said(ben.sends())
    li.calls("goal", "2026年6月30日前把客户满意度从 82% 提升到 90%")
    while not isinstance(li.last, Said):
        li.types("跳过")
    assert said(li.last) == "目标已保存，但还没有权重：其他目标合计 0%。请用 /权重 分配权重。"
    assert [row[2] for row in goals(database)] == [70, 30, 0]
    assert [message.text.partition("“")[0] for message in ann.told()] == [
        "Ben Okafor has a new goal, weight 30%: ",
        "Na Li has a new goal, weight 0%: ",
    ]


def test_whoever_types_is_told_the_proposal_and_may_take_it(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "old", BEN, 55)
    ben.calls("goal")
    ben.types(CLEAR)
    ben.types("quite a lot")
    assert isinstance(ben.last, NextQuestion)
    assert ben.last.question.key == "weight"
    assert "Suggested: 45%." in ben.last.question.help
    for words in ("45", "skip", "skip", "skip", "skip", "skip"):
        ben.types(words)
    assert goals(database)[-1] == (BEN, CLEAR, 45)


@pytest.mark.parametrize("sent", ["10", "0", ""])
def test_where_nothing_is_left_the_goal_is_saved_without_a_weight(
    ben: Player, database: Database, clock: SetClock, sent: str
) -> None:
    give(database, clock, "old", BEN, 100)
    ben.calls("goal", CLEAR)
    assert ben.values["weight"] == ""
    assert "Your other goals already add up to 100%" in ben.page.intro
    ben.sends(weight=sent)
    if sent == "10":
        assert "already add up to 100%. Leave this empty" in ben.errors["weight"]
        ben.sends(weight="")
    assert "it has no weight yet: the others add up to 100%" in said(ben.last)
    assert goals(database)[-1] == (BEN, CLEAR, 0)


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        ("x" * 40_000, "40,000 characters, and this box takes 600", "40,000 个字符，此处最多 600 个"),
        ("renew \x07 all", "U+0007", "U+0007"),
        ("renew \u2067 all\u202e", "U+202E", "U+202E"),
        ("100 200", "in words", "用文字"),
    ],
)
def test_a_line_that_cannot_stand_comes_back_with_the_reason(
    ben: Player, li: Player, database: Database, line: str, english: str, chinese: str
) -> None:
    for player, words in ((ben, english), (li, chinese)):
        player.calls("goal", line)
        assert words in player.errors["goal"]
        assert player.values["goal"] == line
    assert goals(database) == []


def test_a_due_day_that_has_passed_is_not_taken_over_and_not_taken(ben: Player, li: Player, database: Database) -> None:
    ben.calls("goal", "Renew 90% of contracts by 30 June 2025")
    assert ben.values["due"] == ""
    ben.sends(weight="20", due="2025-06-30")
    assert ben.errors == {"due": "30 June 2025 has already passed. Please choose today or a later date."}
    li.calls("goal", "2026年6月30日前把客户满意度从 82% 提升到 90%")
    li.sends(weight="二十多", due="2025-06-30")
    assert set(li.errors) == {"weight", "due"}
    assert "2025年6月30日已经过去" in li.errors["due"]
    assert goals(database) == []


def test_weights_cannot_pass_a_hundred(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "old", BEN, 70)
    ben.calls("goal", CLEAR)
    ben.sends(weight="40")
    assert "only 30% is left" in ben.errors["weight"]
    assert "Your goals now add up to 100%" in said(ben.sends(weight="30"))
    assert len(goals(database)) == 2


def test_two_goals_written_side_by_side_cannot_pass_a_hundred_either(ben: Player, database: Database) -> None:
    ben.calls("goal", CLEAR)
    first = ben.last
    ben.calls("goal", "Win 5 new customers by 30 June 2026")
    ben.sends(weight="80")
    ben.last = first
    ben.sends(weight="80", indicator="Renewal rate")
    assert ben.values["indicator"] == "Renewal rate"
    assert "20% is left" in ben.page.intro
    assert "only 20% is left" in (ben.sends(), ben.errors["weight"])[1]
    ben.sends(weight="20")
    assert sorted(row[2] for row in goals(database)) == [20, 80]


def test_milestones_are_one_a_line_each_with_its_day(li: Player, database: Database) -> None:
    li.calls("goal", "2026年6月30日前把客户满意度从 82% 提升到 90%")
    li.sends(weight="50", milestones="5月31日 完成八成\n\n四月初梳理名单")
    assert "“四月初梳理名单”需要同时写明日期和内容" in li.errors["milestones"]
    li.sends(milestones="5月31日 完成八成\n7月1日 庆祝")
    assert "晚于目标的截止日期 2026年6月30日" in li.errors["milestones"]
    li.sends(milestones="5月31日 完成八成\n梳理名单：4月30日")
    assert goals(database, "milestones") == [
        ([{"day": "2026-04-30", "what": "梳理名单"}, {"day": "2026-05-31", "what": "完成八成"}],)
    ]


def test_a_goal_aligns_to_the_managers_or_the_departments(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "sales", None, department_id=1)
    give(database, clock, "annes", ANN, 50)
    give(database, clock, "doras", DORA, 50)
    give(database, clock, "peers", LI_NA, 50)
    give(database, clock, "other", None, department_id=2)
    ben.calls("goal", CLEAR)
    offered = next(question for question in ben.page.questions if question.key == "parent").choices
    assert {choice.key: choice.label for choice in offered} == {
        "sales": "Sales · Goal sales",
        "annes": "Ann Miller · Goal annes",
    }
    ben.sends(weight="10", parent="sales")
    assert goals(database, "title", "parent")[-1] == (CLEAR, "sales")
    ben.calls("goal", "Win 5 new customers by 30 June 2026")
    ben.sends(weight="10", parent="doras")
    assert "Please choose one" in ben.errors["parent"]


def test_the_manager_hears_of_a_goal_aligned_to_theirs_once(
    ben: Player, ann: Player, database: Database, clock: SetClock
) -> None:
    give(database, clock, "annes", ANN, 50)
    ben.calls("goal", CLEAR)
    ben.sends(weight="10", parent="annes")
    told = [message.text for message in ann.told()]
    assert told == [f"Ben Okafor has a new goal, weight 10%, that supports yours, “Goal annes”: “{CLEAR}”"]


def test_hr_writes_a_departments_goal_which_weighs_nothing(
    dispatcher: Dispatcher, ben: Player, database: Database
) -> None:
    hanna = Player(dispatcher, HANNA)
    hanna.calls("goal", CLEAR)
    assert "everyone can see it" in said(hanna.sends(department="1", weight="100")).lower()
    assert goals(database, "person_id", "department_id", "weight") == [(None, 1, 0)]
    ben.calls("goal", CLEAR)
    assert "department" not in ben.values
    assert "parent" in ben.values


def test_an_edited_goal_is_a_new_version_with_all_that_stood_in_it(ben: Player, database: Database) -> None:
    ben.calls("goal", CLEAR)
    ben.sends(weight="60", baseline="82.50", target="90", unit="%", milestones="30 April half of them")
    series = str(goals(database, "series")[0][0])
    ben.presses("goal_edit", goal=series)
    assert ben.values["milestones"] == "2026-04-30 half of them"
    ben.sends(weight="100")
    columns = ("series", "version", "current", "person_id", "weight", "baseline", "unit", "due", "milestones")
    rest = (Decimal("82.50"), "%", date(2026, 6, 30), [{"day": "2026-04-30", "what": "half of them"}])
    assert goals(database, *columns) == [
        (series, 1, False, BEN, 60, *rest),
        (series, 2, True, BEN, 100, *rest),
    ]


def test_a_closed_goal_frees_its_weight_and_can_be_changed_no_more(
    ben: Player, ann: Player, database: Database, clock: SetClock
) -> None:
    give(database, clock, "old", BEN, 70)
    ben.presses("goal_close", goal="old")
    ben.sends(outcome="done", percent="100", note="Signed on Tuesday")
    assert goals(database, "state", "current") == [("active", False), ("done", True)]
    assert updates(database) == [("old", 100, "Signed on Tuesday")]
    assert "achieved “Goal old” and closed it at 100%" in ann.told()[-1].text
    again = ben.presses("goal_edit", goal="old")
    assert isinstance(again, Refused)
    assert again.reason == "NothingOpen"
    ben.calls("goal", CLEAR)
    assert "100% is left" in ben.page.intro


def test_a_goal_is_changed_or_closed_from_the_chat(
    ben: Player, li: Player, database: Database, clock: SetClock
) -> None:
    give(database, clock, "one", BEN, 60)
    give(database, clock, "two", BEN, 40)
    ben.calls("goals")
    ben.sends(which="two", action="edit")
    said(ben.sends(goal="Win 6 customers", weight="30"))
    ben.calls("goals")
    ben.sends(which="one", action="close")
    said(ben.sends(outcome="dropped"))
    assert goals(database, "series", "version", "title", "weight", "state") == [
        ("one", 1, "Goal one", 60, "active"),
        ("two", 1, "Goal two", 40, "active"),
        ("two", 2, "Win 6 customers", 30, "active"),
        ("one", 2, "Goal one", 60, "dropped"),
    ]
    assert "/目标" in said(li.calls("goals"))


@pytest.mark.parametrize("flow", ["goal_edit", "goal_close", "goal_progress"])
def test_nobody_else_changes_a_goal(dispatcher: Dispatcher, database: Database, clock: SetClock, flow: str) -> None:
    give(database, clock, "old", BEN, 70)
    for stranger in (LI_NA, ANN):
        refused = Player(dispatcher, stranger).presses(flow, goal="old")
        assert isinstance(refused, Refused)
        assert refused.reason == "NotYours"
    assert len(goals(database)) == 1


def test_progress_in_one_line_for_whoever_has_one_goal(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "one", BEN, 100)
    assert "1 goal was updated" in said(ben.calls("progress", "60% two more signed"))
    assert updates(database) == [("one", 60, "two more signed")]
    ben.calls("progress", "160 too much")
    assert "from 0 to 100" in ben.errors["percents:one"]
    assert ben.values["note"] == "too much"
    assert len(updates(database)) == 1


def test_progress_of_several_goals_keeps_only_what_moved(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "one", BEN, 60)
    give(database, clock, "two", BEN, 40)
    ben.calls("progress")
    ben.sends({"percents:two": "30"}, note="")
    assert updates(database) == [("two", 30, None)]
    ben.calls("progress")
    assert ben.values["percents:two"] == "30"
    assert "Nothing changed" in said(ben.sends())


def test_a_number_among_several_goals_is_asked_about_at_the_first(
    ben: Player, database: Database, clock: SetClock
) -> None:
    give(database, clock, "one", BEN, 60)
    give(database, clock, "two", BEN, 40)
    ben.calls("progress", "50 halfway")
    assert "Which goal is at 50?" in ben.errors["percents:one"]
    assert ben.values == {"percents:one": "0", "percents:two": "0", "note": "halfway", "about": ""}
    ben.sends()
    assert "percents:one" in ben.errors, "sent as it is, it still is nobody's"
    assert "1 goal was updated" in said(ben.sends({"percents:two": "50"}))
    assert updates(database) == [("two", 50, "halfway")]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("headwater 70% signed Nordmoor", ("one", 70, "signed Nordmoor")),
        ("经理反馈培训 100", ("two", 100, None)),
        ("经理反馈培训完成到百分之八十，剩两场", ("two", 80, "剩两场")),
    ],
)
def test_a_goal_is_found_by_a_part_of_its_title(
    ben: Player, database: Database, clock: SetClock, line: str, kept: tuple[str, int, str | None]
) -> None:
    give(database, clock, "one", BEN, 60, title="Headwater rollout")
    give(database, clock, "two", BEN, 40, title="经理反馈培训覆盖全部主管")
    ben.calls("progress", line)
    assert updates(database) == [kept]


def test_four_tries_of_progress_leave_one_page(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "one", BEN, 60)
    give(database, clock, "two", BEN, 40)
    for line in ("40", "45 nearly", "nobody's goal 50", "55 nearly there"):
        ben.calls("progress", line)
    assert len(ben.waiting()) == 1
    assert ben.values["note"] == "nearly there"
    ben.drafts(note="one more call")
    ben.calls("progress", "60")
    assert len(ben.waiting()) == 2, "what was typed into a page is not replaced"
    assert updates(database) == []


def test_a_number_alone_says_nothing_about_a_note(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "one", BEN, 60)
    give(database, clock, "two", BEN, 40)
    ben.calls("progress", "100%")
    assert ben.errors["percents:one"] == "Which goal is at 100%? Enter it next to that goal."
    assert ben.values["note"] == ""
    assert updates(database) == []


@pytest.mark.parametrize(
    ("goal", "measure"),
    [
        ("Raise NPS of the export team from 31 to 45 by 30 June 2026", ("31", "45", "")),
        ("2026年6月30日前把返修率从2.5%降到1%以下", ("2.5", "1", "%")),
        ("Move the office from 2026 to 2027", ("", "", "")),
    ],
)
def test_from_where_to_where_fills_the_measure(ben: Player, goal: str, measure: tuple[str, str, str]) -> None:
    ben.calls("goal", goal)
    while "target" not in ben.values:
        ben.sends()
    assert (ben.values["baseline"], ben.values["target"], ben.values["unit"]) == measure


@pytest.mark.parametrize(
    ("answer", "measure"),
    [
        ("from 31 to 45", ("31", "45", "")),
        ("31 to 45", ("31", "45", "")),
        ("now 31, target 45", ("31", "45", "")),
        ("31 now, 45 by summer", ("31", "45", "")),
        ("from 2 of 5 to 4 of 5 satisfied stakeholders", ("2", "4", "of 5")),
        ("from 2.5 % down to below 1 %", ("2.5", "1", "%")),
        ("from 31 customers to 45 customers", ("31", "45", "customers")),
        ("从 82 分到 90 分", ("82", "90", "分")),
        ("现在31，目标45", ("31", "45", "")),
        ("目前 2.5%，降到 1% 以下", ("2.5", "1", "%")),
        ("从每月3次增加到每月8次", ("3", "8", "次")),
        ("8 of 10 interviews done", ("", "", "")),
        ("between 31 and 45", ("", "", "")),
        ("from 2025 to 2026", ("", "", "")),
        ("从2025年到2026年", ("", "", "")),
        ("from 5 to 8m", ("", "", "")),
    ],
)
def test_the_answer_to_from_where_to_where_fills_the_measure(
    ben: Player, answer: str, measure: tuple[str, str, str]
) -> None:
    ben.calls("goal", "Improve the onboarding of sales by 30 June 2026")
    while ben.page.at.key != "details":
        ben.sends(answer=answer if ben.page.at.key == "measurable" else "") if "answer" in ben.values else ben.sends()
    assert tuple(ben.values[name] for name in ("baseline", "target", "unit")) == measure


def test_a_note_that_moves_nothing_belongs_to_one_goal(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "one", BEN, 60)
    give(database, clock, "two", BEN, 40)
    ben.calls("progress", "waiting for legal")
    assert ben.errors == {}
    ben.sends()
    assert ben.errors == {"about": "Which goal is this note about?"}
    assert "progress is unchanged" in said(ben.sends(about="two"))
    assert updates(database) == [("two", 0, "waiting for legal")]


def test_an_older_progress_page_takes_nothing_back(ben: Player, database: Database, clock: SetClock) -> None:
    for series, weight in (("one", 60), ("two", 30), ("three", 10)):
        give(database, clock, series, BEN, weight)
    ben.calls("progress", "about the first")
    page = ben.last
    ben.drafts(note="about the first, at length")  # or the second line would replace this page
    ben.calls("progress", "about the second")
    ben.sends({"percents:one": "70"}, note="")
    ben.presses("goal_close", goal="two")
    ben.sends(outcome="dropped", percent="5")
    ben.last = page
    assert "Nothing changed" in said(ben.sends(note=""))
    assert updates(database) == [("one", 70, None), ("two", 5, None)]


def test_an_older_progress_page_moves_what_was_changed_on_it_where_it_still_can(
    ben: Player, database: Database, clock: SetClock
) -> None:
    for series, weight in (("one", 60), ("two", 30), ("three", 10)):
        give(database, clock, series, BEN, weight)
    ben.calls("progress", "about the first")
    page = ben.last
    ben.presses("goal_progress", goal="one")
    ben.sends(percent="70")
    ben.presses("goal_close", goal="two")
    ben.sends(outcome="dropped", percent="5")
    ben.last = page
    assert "Goal two" in said(ben.sends({"percents:two": "40", "percents:three": "20"}, note="a word", about="one"))
    assert updates(database)[2:] == [("one", 70, "a word"), ("three", 20, None)]


def test_progress_without_goals_says_where_to_begin(li: Player) -> None:
    assert "/目标" in said(li.calls("progress"))
    assert "/目标" in said(li.calls("weights"))


def test_weights_are_shared_out_only_when_they_add_up(li: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "one", LI_NA, 60)
    give(database, clock, "two", LI_NA, 20)
    li.calls("weights")
    assert "目前为 80%" in li.page.intro
    assert li.page.total == Total("weights", 100)
    li.sends({"weights:one": "60", "weights:two": "30"})
    assert li.errors["weights:two"] == "合计 90%，比 100% 少 10%。"
    li.sends({"weights:one": "60", "weights:two": "55"})
    assert li.errors["weights:two"] == "合计 115%，比 100% 多 15%。"
    assert len(goals(database)) == 2
    li.sends({"weights:two": "40"})
    assert goals(database, "series", "version", "current", "weight") == [
        ("one", 1, True, 60),
        ("two", 1, False, 20),
        ("two", 2, True, 40),
    ]


def test_a_shared_check_in_moves_goals_and_its_edit_moves_them_again(
    ben: Player, database: Database, clock: SetClock
) -> None:
    give(database, clock, "one", BEN, 60)
    give(database, clock, "two", BEN, 40)
    ben.calls("checkin")
    ben.sends({"progress:one": "40"}, mood="4", highlights="Signed Acme: 120,000 EUR a year", share="manager")
    assert updates(database) == [("one", 40, None)]
    clock.move(timedelta(hours=1))
    ben.calls("checkin")
    ben.sends({"progress:one": "0", "progress:two": "10"})
    assert updates(database)[1:] == [("one", 0, None), ("two", 10, None)]


def test_a_check_in_does_not_undo_progress_made_since_it_was_opened(
    ben: Player, database: Database, clock: SetClock
) -> None:
    give(database, clock, "one", BEN, 60)
    ben.calls("checkin")
    page = ben.last
    ben.calls("progress", "70")
    ben.last = page
    ben.sends(mood="4", highlights="Signed Acme: 120,000 EUR a year", share="manager")
    assert updates(database) == [("one", 70, None)]


def test_a_private_check_in_tells_nobody_where_goals_stand(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "one", BEN, 60)
    ben.calls("checkin")
    ben.sends({"progress:one": "40"}, mood="4", highlights="Signed Acme: 120,000 EUR a year", share="private")
    assert updates(database) == []
    ben.calls("checkin")
    ben.sends(share="manager")
    assert updates(database) == [("one", 40, None)]


def test_a_goal_sent_twice_is_one_goal(ben: Player, database: Database) -> None:
    ben.calls("goal", CLEAR)
    page = ben.last
    ben.sends(weight="60")
    ben.last = page
    again = ben.sends(weight="90")
    assert isinstance(again, Refused)
    assert again.reason == "AlreadyAnswered"
    assert goals(database) == [(BEN, CLEAR, 60)]


def test_an_old_update_that_is_only_sent_on_undoes_nothing(ben: Player, database: Database, clock: SetClock) -> None:
    give(database, clock, "one", BEN, 100)
    ben.presses("goal_progress", goal="one")
    old = ben.last
    ben.presses("goal_progress", goal="one")
    ben.sends(percent="70")
    ben.last = old
    assert "Nothing changed" in said(ben.sends())
    assert [percent for _, percent, _ in updates(database)] == [70]


@pytest.mark.parametrize(
    ("due", "said_ago", "percent", "marks"),
    [
        (date(2026, 3, 4), 1, 40, ("overdue",)),
        (date(2026, 3, 5), 1, 40, ()),
        (None, 28, 40, ("not_moved",)),
        (None, 27, 40, ()),
        (date(2025, 9, 30), 70, 40, ("overdue", "not_moved")),
        (date(2025, 9, 30), 70, 100, ()),
    ],
)
def test_goals_that_need_a_look_are_marked_for_the_person_and_the_manager_and_in_progress(
    dispatcher: Dispatcher,
    database: Database,
    clock: SetClock,
    due: date | None,
    said_ago: int,
    percent: int,
    marks: tuple[str, ...],
) -> None:
    give(database, clock, "old", BEN, 60, due=due)
    said_at = clock.now() - timedelta(days=said_ago)
    update = {"goal": "old", "percent": percent, "saved_by": BEN, "saved_at": said_at}
    with database.write() as db:
        db.execute(insert(table(GoalUpdate)), update)
        known = dispatcher.repertoire
        mine = desk_of(Visit.of(db, known, "", clock.now(), BEN)).goals
        managers = person_desk(Visit.of(db, known, "", clock.now(), ANN), BEN).goals
    assert [line.marks for line in (*mine.lines, *managers.lines)] == [marks, marks]
    ben = Player(dispatcher, BEN)
    ben.calls("progress")
    assert ("Overdue: Goal old." in ben.page.intro) == ("overdue" in marks)
    assert ("No progress logged for 4 weeks: Goal old." in ben.page.intro) == ("not_moved" in marks)
