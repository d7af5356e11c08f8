"""Times of a day as they are typed in both languages, alone and in a line with a day and what it is about."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.line import read_line
from flows.times import instant, is_skipped, read_time

THURSDAY = date(2026, 3, 5)
HANZI = "零一二三四五六七八九十"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("15:00", time(15)),
        ("15：00", time(15)),
        ("9:05", time(9, 5)),
        ("3pm", time(15)),
        ("3:30 p.m.", time(15, 30)),
        ("at 15:00", time(15)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("Noon", time(12)),
        ("下午3点", time(15)),
        ("下午三点半", time(15, 30)),
        ("下午 3:30", time(15, 30)),
        ("上午十点", time(10)),
        ("早上9点钟", time(9)),
        ("中午12点", time(12)),
        ("中午一点", time(13)),
        ("晚上8点", time(20)),
        ("凌晨2点", time(2)),
        ("15点30分", time(15, 30)),
        ("十五点一刻", time(15, 15)),
        ("下午三点零五", time(15, 5)),
        ("二十三点", time(23)),
        ("15:00:00", time(15)),
    ],
)
def test_a_time_is_read_as_it_was_meant(typed: str, meant: time) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["3点", "三点半", "at 3", "3", "半", "下午", "晚上12点", "25:00", "24:00", "13pm", "0pm", "12:60", "soon"],
)
def test_what_may_be_another_time_or_none_is_not_guessed(typed: str) -> None:
    assert read_time(typed) is None


@given(st.times())
def test_every_time_is_read_as_a_clock_shows_it_in_either_language(at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    hour = at.hour % 12 or 12
    assert read_time(f"{at:%H:%M}") == at
    assert read_time(f"{hour}:{at:%M}{'pm' if at.hour >= 12 else 'am'}") == at
    if at.hour > 6:
        assert read_time(f"{at.hour}点{at.minute}分") == at
    if 13 <= at.hour <= 18:
        assert read_time(f"下午{HANZI[at.hour - 12]}点{at.minute:02d}") == at


@given(st.text(max_size=40))
def test_no_text_breaks_reading(typed: str) -> None:
    assert read_time(typed) is None or isinstance(read_time(typed), time)
    found = read_line(typed, THURSDAY)
    assert (found.day, found.at, found.minutes) == (None, None, None) or len(found.what) < len(typed)


@pytest.mark.parametrize("typed", ["¼h", "1/4h Q4 goals", "Q4 goals 3/4 h"])
def test_a_part_of_an_hour_is_no_number_of_hours(typed: str) -> None:
    assert read_line(typed, THURSDAY).minutes is None


FRIDAY = THURSDAY + timedelta(days=1)
LINES = [
    ("tomorrow 15:00 Q4 goals", FRIDAY, time(15), None, "Q4 goals"),
    ("Q4 goals tomorrow at 3pm", FRIDAY, time(15), None, "Q4 goals"),
    ("on Friday 3pm for 45 minutes about the Acme renewal", FRIDAY, time(15), 45, "the Acme renewal"),
    ("2026-03-09 09:30-10:15 Sync", date(2026, 3, 9), time(9, 30), 45, "Sync"),
    ("Monday 9:00 - 10:00 plan", date(2026, 3, 9), time(9), 60, "plan"),
    ("3-4pm review", None, time(15), 60, "review"),
    ("Friday noon lunch 1h", FRIDAY, time(12), 60, "lunch"),
    ("1:1 tomorrow 15:00", FRIDAY, time(15), None, "1:1"),
    ("end of Q4 review 9 March 14:00", date(2026, 3, 9), time(14), None, "end of Q4 review"),
    ("15:00 Q4 goals", None, time(15), None, "Q4 goals"),
    ("tomorrow", FRIDAY, None, None, ""),
    ("raise 3.50 to 4", None, None, None, "raise 3.50 to 4"),
    ("明天下午三点半", FRIDAY, time(15, 30), None, ""),
    ("明天下午三点半Q4目标", FRIDAY, time(15, 30), None, "Q4目标"),
    ("明天15:00 谈Q4目标", FRIDAY, time(15), None, "谈Q4目标"),
    ("下周三上午10点 聊聊目标 半小时", date(2026, 3, 11), time(10), 30, "聊聊目标"),
    ("3月9日下午3点到4点 绩效面谈", date(2026, 3, 9), time(15), 60, "绩效面谈"),
    ("明天和法务下午两点谈合同", FRIDAY, time(14), None, "和法务谈合同"),
    ("今晚8点 聊聊", THURSDAY, time(20), None, "聊聊"),
    ("大后天上午九点 一小时 复盘", date(2026, 3, 8), time(9), 60, "复盘"),
    ("每周三同步", None, None, None, "每周三同步"),
    ("明天三点 目标", FRIDAY, None, None, "目标"),
]


@pytest.mark.parametrize(("line", "day", "at", "minutes", "what"), LINES)
def test_a_line_says_when_how_long_and_about_what(
    line: str, day: date | None, at: time | None, minutes: int | None, what: str
) -> None:
    found = read_line(line, THURSDAY)
    assert (found.day, found.at, found.minutes, found.what) == (day, at, minutes, what)


def test_a_time_is_an_instant_of_its_place_and_one_that_comes_twice_is_the_first() -> None:
    assert f"{instant(date(2026, 3, 10), time(9), 'America/New_York'):%H:%M}" == "13:00"
    assert f"{instant(date(2026, 3, 10), time(9), 'Europe/Berlin'):%H:%M}" == "08:00"
    assert f"{instant(date(2026, 10, 25), time(2, 30), 'Europe/Berlin'):%H:%M}" == "00:30"


def test_a_time_the_clocks_are_put_forward_over_does_not_exist() -> None:
    assert is_skipped(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
    assert not is_skipped(date(2026, 3, 29), time(3), "Europe/Berlin")
    assert not is_skipped(date(2026, 3, 29), time(2, 30), "Asia/Shanghai")
    assert not is_skipped(date(2026, 10, 25), time(2, 30), "Europe/Berlin")
