"""Kinds of lines in which one word decides: each kind with several lines, what is meant, and what has to be asked."""

from datetime import date, time
from decimal import Decimal

import pytest

from flows.amounts import amounts
from flows.days import days_off, due_line
from flows.line import Open, Wanted, read_line

WEDNESDAY = date(2026, 11, 25)
FRIDAY = date(2026, 12, 4)
NEW_YEARS_EVE = date(2026, 12, 31)
HERE = Wanted(zone="Europe/Berlin")
BEHIND = Wanted(ahead=False, only_days=True, dotted=False)


def why(line: str, today: date, wanted: Wanted = HERE) -> dict[str, str]:
    return {each.part: each.text for each in read_line(line, today, wanted).open}


@pytest.mark.parametrize("line", ["next Friday 15:00", "next Thursday 15:00", "next Sunday at noon"])
def test_next_weekday_is_asked_while_the_one_of_this_week_is_to_come(line: str) -> None:
    assert why(line, WEDNESDAY) == {"day": "day_either"}


@pytest.mark.parametrize(("line", "day"), [("next Tuesday 15:00", 1), ("next Wednesday 15:00", 2)])
def test_next_weekday_is_the_coming_one_once_that_of_this_week_is_over(line: str, day: int) -> None:
    assert read_line(line, WEDNESDAY, HERE).day == date(2026, 12, day)


@pytest.mark.parametrize("line", ["last Monday the audit passed", "last Tuesday the audit passed"])
def test_last_weekday_is_asked_when_that_of_this_week_is_over(line: str) -> None:
    assert why(line, WEDNESDAY, BEHIND) == {"day": "day_either"}
    assert read_line("last Friday the audit passed", WEDNESDAY, BEHIND).day == date(2026, 11, 20)


@pytest.mark.parametrize("line", ["Friday 18:00 plan", "周五晚上6点 规划", "fri 6pm"])
def test_a_weekday_typed_on_that_weekday_is_asked_unless_its_time_is_over(line: str) -> None:
    afternoon = Wanted(zone="Europe/Berlin", clock=time(16, 20))
    evening = Wanted(zone="Europe/Berlin", clock=time(19))
    assert why(line, FRIDAY, afternoon) == {"day": "day_either"}
    assert read_line(line, FRIDAY, evening).day == date(2026, 12, 11)
    assert read_line(f"today {line}", FRIDAY, afternoon).day == FRIDAY


@pytest.mark.parametrize("line", ["29 Feb 11:00", "2月29日11:00", "Feb 29 at 11:00"])
def test_a_leap_day_of_a_year_that_has_none_is_asked(line: str) -> None:
    assert why(line, date(2027, 2, 27)) == {"day": "day_unread"}
    assert read_line(line, date(2028, 1, 10), HERE).day == date(2028, 2, 29)


@pytest.mark.parametrize(
    "line", ["back on 4 January", "returning 4 Jan", "1月4日回来", "1月4日返岗", "1月4日回来上班", "1月4号才上班"]
)
def test_the_first_day_back_alone_leaves_the_first_day_off_open(line: str) -> None:
    read = days_off(line, WEDNESDAY)
    assert (read.day, read.last, [each.text for each in read.open]) == (None, date(2027, 1, 3), ["from_which_day"])


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("off from 21 Dec, back 4 Jan", "2026-12-21", "2027-01-03"),
        ("21 Dec, back on Monday 4 Jan", "2026-12-21", "2027-01-03"),
        ("off tomorrow, back Monday", "2026-11-26", "2026-11-29"),
        ("12月21日开始休假，1月4日回来上班", "2026-12-21", "2027-01-03"),
        ("明天请假，周一返岗", "2026-11-26", "2026-11-29"),
        ("21/12 - 3/1", "2026-12-21", "2027-01-03"), ("12/21-1/3", "2026-12-21", "2027-01-03"),
        ("2/1 - 21/1", "2027-01-02", "2027-01-21"),
        ("tomorrow and Friday", "2026-11-26", "2026-11-27"), ("today and tomorrow", "2026-11-25", "2026-11-26"),
        ("今天和明天", "2026-11-25", "2026-11-26"), ("周四和周五", "2026-11-26", "2026-11-27"),
        ("明后天", "2026-11-26", "2026-11-27"), ("今明两天", "2026-11-25", "2026-11-26"),
        ("all of December", "2026-12-01", "2026-12-31"), ("the whole of January", "2027-01-01", "2027-01-31"),
        ("整个12月", "2026-12-01", "2026-12-31"), ("all of next week", "2026-11-30", "2026-12-06"),
        ("休到年底", "2026-11-25", "2026-12-31"), ("off until year end", "2026-11-25", "2026-12-31"),
        ("休到下周三", "2026-11-25", "2026-12-02"), ("我请假到周五", "2026-11-25", "2026-11-27"),
        ("下周一起三天", "2026-11-30", "2026-12-02"), ("下周一起休三天", "2026-11-30", "2026-12-02"),
        ("for two weeks from tomorrow", "2026-11-26", "2026-12-09"), ("Christmas Eve", "2026-12-24", "2026-12-24"),
        ("Boxing Day", "2026-12-26", "2026-12-26"), ("元旦当天", "2027-01-01", "2027-01-01"),
        ("24 and 25 December", "2026-12-24", "2026-12-25"), ("Dec 24 & 25", "2026-12-24", "2026-12-25"),
        ("12月24日和25日", "2026-12-24", "2026-12-25"), ("12月21日到1月4日回来", "2026-12-21", "2027-01-03"),
        ("24 Dec to New Year's Day", "2026-12-24", "2027-01-01"),
    ],
)  # fmt: skip
def test_days_off_as_they_are_said(line: str, first: str, last: str) -> None:
    read = days_off(line, WEDNESDAY)
    assert (read.day, read.last, read.open) == (date.fromisoformat(first), date.fromisoformat(last), ())


@pytest.mark.parametrize("line", ["26 Nov, 5 days", "Friday, 3 days", "11月26日，4天"])
def test_days_that_may_be_working_days_leave_the_last_one_open(line: str) -> None:
    read = days_off(line, WEDNESDAY)
    assert read.day
    assert (read.last, [each.text for each in read.open]) == (None, ["which_last_day"])


def test_days_within_a_week_are_the_same_by_either_calendar() -> None:
    assert days_off("30 Nov, 3 days", WEDNESDAY).last == date(2026, 12, 2)


@pytest.mark.parametrize(
    "line",
    [
        "tomorrow and Monday",
        "back 4 Jan until 8 Jan",
        "Easter",
        "春节",
        "下周一整周",
        "24 and 28 December",
        "24, 28 Dec",
        "off 4 Jan, back 2 Jan",
    ],
)
def test_days_off_that_do_not_make_one_stretch_are_asked(line: str) -> None:
    assert days_off(line, WEDNESDAY).open


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("a week today at 11am", "2026-12-02"), ("Friday week 11:00", "2026-12-04"), ("a week on Monday, 15:00",
        "2026-12-07"), ("two weeks on Monday 15:00", "2026-12-14"), ("a week tomorrow 15:00", "2026-12-03"),
        ("a fortnight on Friday 15:00", "2026-12-11"),
    ],
)  # fmt: skip
def test_weeks_after_a_day(line: str, day: str) -> None:
    read = read_line(line, WEDNESDAY, HERE)
    assert (read.day, read.open, read.what) == (date.fromisoformat(day), (), "")


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("at 4.30pm", time(16, 30)), ("11.45 am", time(11, 45)), ("15h", time(15)), ("at 9h", time(9)),
        ("14h30", time(14, 30)), ("15.30", time(15, 30)), ("at 9.15", time(9, 15)), ("15 Uhr", time(15)),
        ("15 Uhr 30", time(15, 30)), ("1500 hrs", time(15)), ("0930 hours", time(9, 30)),
        ("half past three in the afternoon", time(15, 30)), ("quarter to four in the afternoon", time(15, 45)),
        ("quarter to 10 in the morning", time(9, 45)), ("ten minutes to five in the afternoon", time(16, 50)),
        ("正午", time(12)),
    ],
)  # fmt: skip
def test_an_hour_as_it_is_said(said: str, at: time) -> None:
    read = read_line(f"tomorrow {said} pricing", WEDNESDAY, HERE)
    assert (read.day, read.at, read.minutes, read.what, read.open) == (date(2026, 11, 26), at, None, "pricing", ())


@pytest.mark.parametrize("said", ["quarter to four", "3 Uhr", "half past two"])
def test_an_hour_of_two_is_asked(said: str) -> None:
    assert why(f"tomorrow {said} pricing", WEDNESDAY) == {"time": "time_half"}


@pytest.mark.parametrize(
    ("said", "at"), [("10am ET", time(16)), ("10am CT", time(17)), ("9am PT", time(18)), ("10:00 MT", time(18))]
)
def test_american_clocks_are_zones_beside_a_time(said: str, at: time) -> None:
    assert read_line(f"tomorrow {said} demo", WEDNESDAY, HERE).at == at
    assert why("tomorrow 15:00 demo of CT", WEDNESDAY) == {"zone": "zone_unread"}


@pytest.mark.parametrize(
    "topic",
    ["the 30-60-90 plan", "price of $4.12", "week 1 review", "Friday's numbers", "第一周培训回顾", "和三月聊转正",
     "单价¥4.12", "new year call"],
)  # fmt: skip
def test_a_topic_does_not_hide_a_clear_day(topic: str) -> None:
    read = read_line(f"tomorrow 14:00 {topic}", NEW_YEARS_EVE, HERE)
    assert (read.day, read.at, read.what, read.open) == (date(2027, 1, 1), time(14), topic, ())


@pytest.mark.parametrize(
    "line", ["Friday's numbers 15:00", "tomorrow's launch 15:00", "new year 15:00", "第一周会 15:00"]
)
def test_a_day_that_may_be_the_topic_alone_is_not_taken_for_today(line: str) -> None:
    read = read_line(line, WEDNESDAY, HERE)
    assert read.day is None
    assert read.open or not read.may_be_today


@pytest.mark.parametrize(
    ("line", "day"),
    [("last Friday's review slipped", date(2026, 11, 20)), ("yesterday's release went well", date(2026, 11, 24)),
     ("昨天的发布零缺陷", date(2026, 11, 24)), ("fixed 12.4 and 12.5 before the release", None)],
)  # fmt: skip
def test_what_happened_on_a_day_that_owns_it(line: str, day: date | None) -> None:
    read = read_line(line, WEDNESDAY, BEHIND)
    assert (read.day, read.open) == (day, ())


@pytest.mark.parametrize(
    "line",
    [
        "Q1 2027 budget signed",
        "H2 2027 plan agreed",
        "March 2027 numbers out",
        "2027年3月上线",
        "2027年Q1预算定稿",
        "2027年一季度预算定稿",
    ],
)
def test_a_period_that_says_which_is_no_date(line: str) -> None:
    assert isinstance(due_line(line, WEDNESDAY), Open)


def test_a_period_that_says_by_when_still_is_one() -> None:
    assert due_line("by Q1 2027 budget signed", WEDNESDAY) == (date(2027, 3, 31), "budget signed")
    assert due_line("end of Q1 2027 budget signed", WEDNESDAY) == (date(2027, 3, 31), "budget signed")
    assert due_line("2027年Q1末前预算定稿", WEDNESDAY) == (date(2027, 3, 31), "预算定稿")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("三千五", 3500), ("一万二", 12000), ("两万五", 25000), ("一百二", 120), ("三亿五", 350000000),
        ("一万零二", 10002), ("€12k", 12000), ("12000 EUR", 12000), ("12万元", 120000),
        ("¥1,200", 1200), ("$4.12", "4.12"), ("-€5", -5),
        ("2.5 million", 2500000), ("3 billion", 3000000000), ("twelve", 12), ("a dozen", 12), ("twenty-five", 25),
        ("ninety nine", 99), ("minus four", -4), ("负四", -4), ("负3.5", "-3.5"), ("12个", 12), ("30人", 30),
        ("1，234", 1234), ("1，234，567", 1234567), ("２５００元", 2500),
    ],
)  # fmt: skip
def test_an_amount_as_it_is_said(typed: str, value: int | str) -> None:
    assert amounts(typed) == (Decimal(value),)


@pytest.mark.parametrize(
    "typed", ["1,234", "1.234", "十几", "三五个", "万五", "12月", "12 m", "第三", "two or three", "负负四"]
)
def test_an_amount_that_is_not_sure_is_none_or_two(typed: str) -> None:
    assert len(amounts(typed)) != 1
