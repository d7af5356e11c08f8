"""Periods that stand for a day: their ends in both languages, where a day is asked, in a goal, and in a milestone."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.dispatcher import Dispatcher
from flows.days import dated_line, day_in, read_day
from storage.columns import table
from storage.database import Database
from storage.goals import Goal
from tests.player import Player
from tests.team import BEN, LI_NA

THURSDAY = date(2026, 3, 5)

# The same moments in English and Chinese, and the day that both are.
ENDS: list[tuple[str, str, date]] = [
    ("end of Q4", "四季度末", date(2026, 12, 31)),
    ("by the end of Q3", "三季度末前", date(2026, 9, 30)),
    ("by Q3", "三季度内", date(2026, 9, 30)),
    ("Q4 2026", "2026年四季度", date(2026, 12, 31)),
    ("in the first quarter of 2027", "2027年第一季度", date(2027, 3, 31)),
    ("end of March", "3月底", date(2026, 3, 31)),
    ("by end of December", "十二月底前", date(2026, 12, 31)),
    ("end of February 2028", "2028年2月底", date(2028, 2, 29)),
    ("before the end of March", "三月底之前", date(2026, 3, 31)),
    ("year end", "年底", date(2026, 12, 31)),
    ("by year-end", "年底前", date(2026, 12, 31)),
    ("EOY", "年末", date(2026, 12, 31)),
    ("by the end of next year", "明年底前", date(2027, 12, 31)),
    ("end of 2027", "2027年底", date(2027, 12, 31)),
    ("by mid-May", "5月中旬", date(2026, 5, 15)),
    ("mid-year", "年中", date(2026, 6, 30)),
    ("next month", "下个月", date(2026, 4, 30)),
    ("end of the month", "月底", date(2026, 3, 31)),
    ("by the end of next month", "下月底前", date(2026, 4, 30)),
    ("this quarter", "本季度", date(2026, 3, 31)),
    ("end of next quarter", "下季度末", date(2026, 6, 30)),
    ("by H1", "上半年内", date(2026, 6, 30)),
    ("June 2027", "2027年6月", date(2027, 6, 30)),
    ("June next year", "明年6月", date(2027, 6, 30)),
    ("before May", "5月前", date(2026, 4, 30)),
    ("31.12.2026", "2026年12月31日", date(2026, 12, 31)),
    ("end  of  December", "12 月底", date(2026, 12, 31)),
    ("end of 2026", "2026 年底", date(2026, 12, 31)),
    ("30 June", "6 月 30 日", date(2026, 6, 30)),
]

NO_DAY = [
    "Q3", "June", "6月", "上半年", "2027", "by 2027", "in 2027", "month", "year", "月", "年", "底", "前", "end",
    "every quarter", "by the end of each month", "每月底", "逐月", "per quarter end", "start of May", "5月初", "月初",
    "after June", "6月后", "6月底后", "from June", "6月起", "June to September", "6月至9月", "三个季度内", "3个月内",
    "半年内", "两年内", "fiscal year end", "by the end of the school year", "财年末", "本学年末", "5月中心", "内部",
    "3月前端", "31.13.2026", "1.2.3", "32.1.2026", "end of Q5", "十三月底", "the end of the day", "maybe",
]  # fmt: skip


@pytest.mark.parametrize(("english", "chinese", "day"), ENDS)
def test_a_period_is_read_as_its_last_day_in_both_languages(english: str, chinese: str, day: date) -> None:
    for words in (english, english.upper(), chinese):
        assert read_day(words, THURSDAY, ahead=True) == day
        assert day_in([words], THURSDAY) == day


@pytest.mark.parametrize("words", NO_DAY)
def test_where_a_day_is_asked_nothing_vaguer_is_one(words: str) -> None:
    assert read_day(words, THURSDAY, ahead=True) is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("in Q3", date(2026, 9, 30)), ("Q3", date(2026, 9, 30)), ("9月", date(2026, 9, 30)),
        ("September", date(2026, 9, 30)), ("2027年", date(2027, 12, 31)), ("this year", date(2026, 12, 31)),
        ("今年", date(2026, 12, 31)), ("by the end of Q4 for all stores", date(2026, 12, 31)),
        ("before 2027", date(2026, 12, 31)), ("by 30 June, end of Q4", date(2026, 6, 30)),
        ("by 2027", None), ("every month end", None), ("每季度末", None), ("month", None), ("within a year", None),
        ("by the end of the fiscal year", None), ("6月至9月", None), ("5月初", None),
    ],
)  # fmt: skip
def test_the_times_of_a_goal_have_a_day_where_they_name_one(words: str, day: date | None) -> None:
    assert day_in([words], THURSDAY) == day


def test_a_span_of_periods_is_over_with_its_last_and_a_day_goes_before_periods() -> None:
    assert day_in(["6月", "9月"], THURSDAY) == day_in(["from June", "September"], THURSDAY) == date(2026, 9, 30)
    assert day_in(["in 2026", "by 30 June"], THURSDAY) == date(2026, 6, 30)
    assert day_in([], THURSDAY) is None


@pytest.mark.parametrize(
    ("line", "day", "what"),
    [
        ("3月底 完成培训", date(2026, 3, 31), "完成培训"), ("3月底前完成培训", date(2026, 3, 31), "完成培训"),
        ("完成培训 三季度末前", date(2026, 9, 30), "完成培训"), ("年底前：签约", date(2026, 12, 31), "签约"),
        ("end of March: training done", date(2026, 3, 31), "training done"),
        ("training done by the end of March 2027", date(2027, 3, 31), "training done"),
        ("Pilot live, by mid-May", date(2026, 5, 15), "Pilot live"), ("5月前 上线", date(2026, 4, 30), "上线"),
        ("Year end audit complete 15 Jan", date(2027, 1, 15), "Year end audit complete"),
        ("4月30日前 上线", date(2026, 4, 30), "上线"),
        ("12 月底 上线", date(2026, 12, 31), "上线"), ("4 月 30 日 上线", date(2026, 4, 30), "上线"),
        ("3月底 5家门店签约", date(2026, 3, 31), "5家门店签约"), ("月底盘点", date(2026, 3, 31), "盘点"),
        ("Signed 31.12.2026", date(2026, 12, 31), "Signed"),
        ("end of March: train every driver", date(2026, 3, 31), "train every driver"),
        ("3月底 每个团队都培训过", date(2026, 3, 31), "每个团队都培训过"),
        ("Visit the school Friday", date(2026, 3, 6), "Visit the school"),
    ],
)  # fmt: skip
def test_a_milestone_may_be_due_at_the_end_of_a_period(line: str, day: date, what: str) -> None:
    assert dated_line(line, THURSDAY) == (day, what)


@pytest.mark.parametrize(
    "line",
    [
        "3月底", "end of March", "Prepare the month end report", "完成三季度末盘点", "推进3月前端改版", "3月中心搬迁",
        "may ship", "Market research", "close each month end", "audit by fiscal year end", "财年末结账", "去年报表",
        "每月底 盘点", "June",
    ],
)  # fmt: skip
def test_a_line_that_only_mentions_a_period_has_no_day(line: str) -> None:
    assert dated_line(line, THURSDAY) is None


@pytest.mark.parametrize(
    ("goal", "due"),
    [
        ("Cut churn to 3% by end of Q4", "2026-12-31"),
        ("年底前续约率提高到90%", "2026-12-31"),
        ("下个月考过PMP", "2026-04-30"),
        ("Pass the PMP exam next month", "2026-04-30"),
    ],
)
def test_a_goal_that_is_bound_by_a_period_is_due_on_its_last_day(dispatcher: Dispatcher, goal: str, due: str) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("goal", goal)
    assert ben.values["due"] == due


def test_a_milestone_may_be_typed_with_the_end_of_a_month(dispatcher: Dispatcher, database: Database) -> None:
    li = Player(dispatcher, LI_NA)
    li.calls("goal", "年底前续约率提高到90%")
    li.sends(weight="50", milestones="4月底 完成培训\nend of Q3: half of them")
    rows = table(Goal)
    with database.read() as db:
        stored = db.execute(select(rows.c.due, rows.c.milestones)).one()
    assert stored.due == date(2026, 12, 31)
    assert [each["day"] for each in stored.milestones] == ["2026-04-30", "2026-09-30"]


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(0, 40))
@example(date(2001, 1, 31), 0)  # a month ago to the day
def test_the_end_of_a_month_is_its_last_day_in_every_writing_of_it(today: date, months: int) -> None:
    count = today.year * 12 + today.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    for words in (f"end of {first:%B} {first.year}", f"{first:%b} {first.year}", f"{first.year}年{first.month}月底前"):
        assert read_day(words, today, ahead=True) == last
    assert read_day(f"before {first:%B} {first.year}", today, ahead=True) == first - timedelta(days=1)


@given(
    st.dates(date(2000, 1, 1), date(2090, 12, 31)),
    st.sampled_from(["end of March", "3月底", "by Q3", "三季度末", "年底", "year end", "next month", "下个月"]),
)
def test_an_end_that_lies_ahead_is_ahead_or_has_just_gone_by(today: date, words: str) -> None:
    day = read_day(words, today, ahead=True)
    assert day is not None
    assert (day + timedelta(days=1)).day == 1
    assert timedelta(days=-31) <= day - today < timedelta(days=366)


PIECES = [
    "end of ",
    "by ",
    "Q4",
    "May",
    "next ",
    "year",
    "每",
    "月底",
    "明年",
    "12",
    "三季度",
    "前",
    "中旬",
    " ",
    "2027",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=40))
def test_whatever_is_written_is_a_day_or_none(words: str) -> None:
    dated_line(words, THURSDAY)
    day_in([words], THURSDAY)
    read_day(words, THURSDAY)
