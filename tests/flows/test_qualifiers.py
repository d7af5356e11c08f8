"""Words beside a day or a time: what changes it is asked, what changes nothing is dropped, what it is about is kept."""

from datetime import date, time

import pytest

from flows.days import day_typed, days_off, pause_end
from flows.line import Open, Wanted, read_line

THURSDAY = date(2026, 11, 26)
HERE = Wanted(zone="Europe/Berlin", clock=time(9))


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("spätestens Freitag 15:00 Budget", "day"), ("frühestens Montag um 10 Uhr", "day"),
        ("latest Friday 15:00 budget", "day"), ("no later than Friday 15:00 budget", "day"),
        ("not tomorrow 15:00", "day"), ("if possible tomorrow 9:00 goals", "day"), ("maybe Friday 15:00", "day"),
        ("大约明天下午3点 目标", "day"), ("改到明天下午3点 目标", "day"), ("除了周五 10:00", "day"),
        ("最晚周五下午3点 目标", "day"), ("甲乙明天下午3点 目标", "day"),
        ("tomorrow 3pm-ish goals", "time"), ("tomorrow 15:00 at the latest, goals", "time"),
        ("tomorrow 3pm or so goals", "time"), ("tomorrow 3pm or later", "time"),
        ("明天下午3点多 目标", "time"), ("明天大概下午3点 目标", "time"), ("周五最早10点 目标", "time"),
        ("下午3、4点", "time"), ("明天下午3点、4点 目标", "time"),
        ("15:00 numbers for Dec 10", "day"), ("15:00 release of Friday", "day"), ("15:00 about Friday", "day"),
        ("15:00 (Tokyo)", "zone"), ("明天15:00（东京） 目标", "zone"), ("明天15:00（美国） 目标", "zone"),
        ("tomorrow 9:00 goals max 20", "length"), ("max 20 tomorrow 9:00", "length"),
        ("明天9:00 目标 最多20", "length"),
    ],
)  # fmt: skip
def test_a_qualifier_opens_its_part_and_stays_in_the_words(line: str, part: str) -> None:
    assert part in {each.part for each in read_line(line, THURSDAY, HERE).open}


@pytest.mark.parametrize(
    "line", ["spätestens Freitag 15:00 Budget", "大约明天下午3点 目标", "15:00 numbers for Dec 10"]
)
def test_what_is_asked_keeps_every_word(line: str) -> None:
    read = read_line(line, THURSDAY, HERE)
    assert read.day is None
    assert any(str(each.values["words"]) in read.what for each in read.open)


@pytest.mark.parametrize(
    ("line", "on", "at", "what"),
    [
        ("Fr, den 4. Dezember um 10 Uhr", date(2026, 12, 4), time(10), ""),
        ("Fr, den 4. Dezember um 10 Uhr Budget", date(2026, 12, 4), time(10), "Budget"),
        ("noch heute 15 Uhr Budget", THURSDAY, time(15), "Budget"),
        ("erst morgen um 15 Uhr Budget", date(2026, 11, 27), time(15), "Budget"),
        ("tomorrow 3pm sharp goals", date(2026, 11, 27), time(15), "goals"),
        ("明天下午3点吧 目标", date(2026, 11, 27), time(15), "目标"),
        ("tomorrow 15:00 (Munich) goals", date(2026, 11, 27), time(15), "goals"),
        ("tomorrow 15:00 (room 3)", date(2026, 11, 27), time(15), "(room 3)"),
        ("morgen 10-11 Uhr Budget", date(2026, 11, 27), time(10), "Budget"),
        ("zwischen 10 und 11 Uhr morgen Budget", date(2026, 11, 27), time(10), "Budget"),
        ("明天下午3点 聊目标", date(2026, 11, 27), time(15), "聊目标"),
        ("明天下午3点复盘", date(2026, 11, 27), time(15), "复盘"),
        ("我想约明天下午3点 目标", date(2026, 11, 27), time(15), "目标"),
        ("那就明天下午3点见 目标", date(2026, 11, 27), time(15), "目标"),
        ("周五的复盘下午3点", date(2026, 11, 27), time(15), "复盘"),
        ("Budget besprechen am Freitag um 10 Uhr", date(2026, 11, 27), time(10), "Budget besprechen"),
        ("tomorrow 9:00 max 20 slides", date(2026, 11, 27), time(9), "max 20 slides"),
        ("明天下午3点 聊下周三的发布", date(2026, 11, 27), time(15), "聊下周三的发布"),
        ("明天下午3点 讨论12月10日上线", date(2026, 11, 27), time(15), "讨论12月10日上线"),
        ("tomorrow 9:00 about Monday's numbers", date(2026, 11, 27), time(9), "Monday's numbers"),
        ("tomorrow 9:00 so, Monday numbers", date(2026, 11, 27), time(9), "so, Monday numbers"),
        ("tomorrow 15:00 numbers for Dec 10", date(2026, 11, 27), time(15), "numbers for Dec 10"),
    ],
)
def test_what_changes_nothing_is_dropped_and_a_day_of_the_subject_is_kept(
    line: str, on: date, at: time, what: str
) -> None:
    read = read_line(line, THURSDAY, HERE)
    assert (read.day, read.at, read.what, read.open) == (on, at, what, ())


@pytest.mark.parametrize(
    "line", ["tomorrow 15:00 sync, Monday", "tomorrow 15:00 sync, or Monday works", "明天下午3点 对齐，周一也行"]
)
def test_another_day_that_is_no_subject_is_asked(line: str) -> None:
    assert read_line(line, THURSDAY, HERE).day is None


@pytest.mark.parametrize(
    ("line", "may"), [("weekly numbers 15:00", False), ("数字 15:00", False), ("15:00 goals", True)]
)
def test_words_before_a_time_may_have_said_a_day(line: str, may: bool) -> None:
    assert read_line(line, THURSDAY, HERE).may_be_today is may


@pytest.mark.parametrize(
    "line",
    ["tomorrow afternoon", "明天下午", "上午", "2个小时", "from 21 to 23", "tomorrow at 3", "下午3、4点", "30 minutes"],
)
def test_days_off_ask_for_whole_days_and_never_for_a_time(line: str) -> None:
    assert {(each.part, each.text) for each in days_off(line, THURSDAY).open} == {("day", "whole_days_only")}


@pytest.mark.parametrize("line", ["到明早", "until tomorrow morning", "until 3pm", "2小时", "到下午3点"])
def test_a_pause_asks_for_a_whole_day(line: str) -> None:
    assert pause_end(line, THURSDAY) == Open("day", "whole_days_only", {"words": line})


@pytest.mark.parametrize("line", ["at 3", "明早", "上午", "tomorrow morning"])
def test_a_date_field_never_asks_for_a_time(line: str) -> None:
    assert day_typed(line, THURSDAY, ahead=True) == Open("day", "whole_days_only", {"words": line})


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("明天、后天", "2026-11-27", "2026-11-28"), ("后天和大后天", "2026-11-28", "2026-11-29"),
        ("12月3、4号", "2026-12-03", "2026-12-04"), ("12月3、4、5号", "2026-12-03", "2026-12-05"),
        ("3号4号", "2026-12-03", "2026-12-04"), ("1月3号、4号", "2027-01-03", "2027-01-04"),
        ("周四、周五", "2026-11-26", "2026-11-27"), ("tomorrow and Saturday", "2026-11-27", "2026-11-28"),
        ("morgen und übermorgen", "2026-11-27", "2026-11-28"), ("noch heute", "2026-11-26", "2026-11-26"),
    ],
)  # fmt: skip
def test_days_that_follow_one_another_are_one_absence(line: str, first: str, last: str) -> None:
    read = days_off(line, THURSDAY)
    assert (read.day, read.last, read.open) == (date.fromisoformat(first), date.fromisoformat(last), ())


@pytest.mark.parametrize(
    "line", ["明天、大后天", "12月3、5号", "spätestens Freitag", "前天到明天", "2 days ago to tomorrow"]
)
def test_days_off_that_are_apart_qualified_or_begun_are_asked(line: str) -> None:
    assert days_off(line, THURSDAY).open
