"""Nothing that speaks of a day, a time, a length or a zone is left over while something else is assumed.

Every phrasing has its right value; lines made of topic words and such expressions never plan, keep or tell anything
where one of them was not understood; and whatever is printed as a day can be typed.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_skeleton
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.dispatcher import Dispatcher
from bot.replies import ShowPage
from flows.amounts import change_in
from flows.catalog import LANGUAGES, load
from flows.days import day_typed, days_off, due_line, pause_end, read_day
from flows.fields import Amount
from flows.line import Open, Read, Wanted, read_line
from flows.reading import _amount, _Wrong
from flows.remarks import Remark, read_remark
from flows.snooze import _own_moment
from storage.announcements import Announcement
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.goals import Goal, GoalUpdate
from storage.journal import Outbox
from storage.meetings import Meeting
from storage.rest import Leave, Pause, Snooze
from tests.player import Player
from tests.team import ANN, BEN, LI_NA

THURSDAY = date(2026, 3, 5)
SUNDAY = date(2026, 11, 29)
BERLIN = Wanted(zone="Europe/Berlin")


def day(text: str) -> date:
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


# What a line about a meeting says: day, time, minutes, and the rest


@pytest.mark.parametrize(
    ("line", "on", "at", "minutes", "what"),
    [
        ("this Friday 15:00 review", "03-06", time(15), None, "review"),
        ("day after tomorrow 15:00 sync", "03-07", time(15), None, "sync"),
        ("Friday 13 March 15:00 review", "03-13", time(15), None, "review"),
        ("Tuesday next week 15:00 review", "03-10", time(15), None, "review"),
        ("next week Tuesday 15:00 review", "03-10", time(15), None, "review"),
        ("Tuesday of next week 15:00 review", "03-10", time(15), None, "review"),
        ("下周 周二 15:00 复盘", "03-10", time(15), None, "复盘"),
        ("tomorrow 11-1pm review", "03-06", time(11), 120, "review"),
        ("fri 11-1pm goals", "03-06", time(11), 120, "goals"),
        ("fri 9-5pm", "03-06", time(9), 480, ""),
        ("tomorrow from 2 to 3pm review", "03-06", time(14), 60, "review"),
        ("tomorrow between 2 and 3pm review", "03-06", time(14), 60, "review"),
        ("tomorrow 10am-12 review", "03-06", time(10), 120, "review"),
        ("10.12. 17:00 pricing", "12-10", time(17), None, "pricing"),
        ("4.12. 15:00 pricing", "12-04", time(15), None, "pricing"),
        ("the 10th at 17:30 pricing", "03-10", time(17, 30), None, "pricing"),
        ("in 3 days 18:00 pricing", "03-08", time(18), None, "pricing"),
        ("in two weeks 18:00 pricing", "03-19", time(18), None, "pricing"),
        ("tmrw 3pm pricing", "03-06", time(15), None, "pricing"),
        ("下下周二下午4点 绩效面谈", "03-17", time(16), None, "绩效面谈"),
        ("下下周三 10:00 绩效面谈", "03-18", time(10), None, "绩效面谈"),
        ("三天后下午4点 绩效面谈", "03-08", time(16), None, "绩效面谈"),
        ("12月3号下午2点到3点 Q4复盘", "12-03", time(14), 60, "Q4复盘"),
        ("12月3号上午11点到下午1点 Q4复盘", "12-03", time(11), 120, "Q4复盘"),
        ("下周三下午3点 Q4目标", "03-11", time(15), None, "Q4目标"),
        ("下周三15点 Q4", "03-11", time(15), None, "Q4"),
        ("下周三下午3点 OKR对齐", "03-11", time(15), None, "OKR对齐"),
        ("周三上午10点 对齐", "03-11", time(10), None, "对齐"),
        ("下周五晚8点 绩效面谈", "03-13", time(20), None, "绩效面谈"),
        ("明晚8点 聊聊", "03-06", time(20), None, "聊聊"),
        ("周五晚8点半 聊聊", "03-06", time(20, 30), None, "聊聊"),
        ("周五晚7:30 聊聊", "03-06", time(19, 30), None, "聊聊"),
        ("明天夜里11点 发布", "03-06", time(23), None, "发布"),
        ("明早9点 站会", "03-06", time(9), None, "站会"),
        ("tomorrow evening at 8 talk", "03-06", time(20), None, "talk"),
        ("tonight at 8 talk", "03-05", time(20), None, "talk"),
        ("this evening 8 talk", "03-05", time(20), None, "talk"),
        ("周五 16:00 一个半小时 复盘", "03-06", time(16), 90, "复盘"),
        ("12月4日 15:00 1小时30分钟 复盘", "12-04", time(15), 90, "复盘"),
        ("fri 4pm 1 hour 30 minutes review", "03-06", time(16), 90, "review"),
        ("fri 4pm an hour and a half review", "03-06", time(16), 90, "review"),
        ("fri 4pm 1h30 review", "03-06", time(16), 90, "review"),
        ("周五 16:00 一小时半 复盘", "03-06", time(16), 90, "复盘"),
        ("下周五下午三点 半小时 绩效面谈", "03-13", time(15), 30, "绩效面谈"),
        ("周五16点 45分钟", "03-06", time(16), 45, ""),
        ("周五下午2点 3季度复盘", "03-06", time(14), None, "3季度复盘"),
        ("31 Dec (Thu) 15:00 review", "12-31", time(15), None, "review"),
        ("Thursday, December 31, 3pm review", "12-31", time(15), None, "review"),
        ("12月31日（周四）15:00 复盘", "12-31", time(15), None, "复盘"),
        ("周四12月31日15:00 复盘", "12-31", time(15), None, "复盘"),
        ("12/31 15:00 review", "12-31", time(15), None, "review"),
        ("Friday 4/12 15:00 review", "12-04", time(15), None, "review"),
        ("tomorrow 3pm CET review", "03-06", time(15), None, "review"),
        ("tomorrow 3pm PST review", "03-07", time(0), None, "review"),
        ("tomorrow 15:00 UTC+8 review", "03-06", time(8), None, "review"),
        ("tomorrow 3pm Munich time review", "03-06", time(15), None, "review"),
        ("明天下午3点北京时间 复盘", "03-06", time(8), None, "复盘"),
        ("tomorrow 15:00 Q4 goals", "03-06", time(15), None, "Q4 goals"),
        ("tomorrow 15:00 May Chen", "03-06", time(15), None, "May Chen"),
        ("tomorrow 15:00 1:1", "03-06", time(15), None, "1:1"),
        ("tomorrow 15:00 version 12.4", "03-06", time(15), None, "version 12.4"),
        ("tomorrow 15:00 2 people", "03-06", time(15), None, "2 people"),
        ("tomorrow 15:00 from 3.5 to 4.2", "03-06", time(15), None, "from 3.5 to 4.2"),
        ("tomorrow 15:00 reach 10² （一期）", "03-06", time(15), None, "reach 10² （一期）"),
        ("3 March 2027 15:00 March numbers", None, time(15), None, "March numbers"),
        ("明天下午3点 周伟试用期", "03-06", time(15), None, "周伟试用期"),
        ("明天下午3点 统一后端接口", "03-06", time(15), None, "统一后端接口"),
    ],
)  # fmt: skip
def test_a_line_is_read_as_it_was_meant(line: str, on: str | None, at: time, minutes: int | None, what: str) -> None:
    read = read_line(line, THURSDAY, BERLIN)
    assert read.open == ()
    assert (read.day, read.at, read.minutes, read.what) == (day(on) if on else date(2027, 3, 3), at, minutes, what)


@pytest.mark.parametrize(
    ("line", "part", "why"),
    [
        ("12/4 15:00 sync", "day", "day_either"), ("12.4 15:00 sync", "day", "day_either"),
        ("3/12 15:00 sync", "day", "day_either"), ("Thursday 13 March 15:00 sync", "day", "day_disagrees"),
        ("tomorrow 15:00 13 March", "day", "days_differ"), ("next week 15:00 sync", "day", "day_unread"),
        ("every Tuesday 15:00 sync", "day", "day_unread"), ("每周三 15:00 同步", "day", "day_unread"),
        ("元旦后第一个工作日 上午10点", "day", "day_unread"), ("春节后 15:00 复盘", "day", "day_unread"),
        ("30 Feb 15:00 sync", "day", "day_unread"), ("after Friday 15:00 sync", "day", "day_unread"),
        ("Friday after next 15:00 sync", "day", "day_unread"), ("KW49 15:00 sync", "day", "day_unread"),
        ("第49周 15:00 同步", "day", "day_unread"), ("tomorrow 15:00 September numbers", "day", "day_unread"),
        ("this weekend 15:00 sync", "day", "day_unread"), ("in a fortnight or so, Mondays 15:00", "day", "day_unread"),
        ("tomorrow at 3 sync", "time", "time_half"), ("明天三点 目标", "time", "time_half"),
        ("明天半夜十二点 发布", "time", "time_half"), ("明天中午 聊聊", "time", "time_unread"),
        ("in 2 hours sync", "time", "time_unread"), ("tomorrow 15:00 class 9:00", "time", "times_differ"),
        ("tomorrow 15:00 in the morning", "time", "time_half"),
        ("tomorrow 3-4 sync", "time", "time_half"), ("tomorrow from 2 to 3 sync", "time", "time_half"),
        ("tomorrow 3pm your time", "zone", "zone_unread"), ("tomorrow 3pm CST sync", "zone", "zone_unread"),
        ("10 July 3pm PST sync", "zone", "zone_unread"), ("明天下午3点你的时间", "zone", "zone_unread"),
        ("tomorrow 15:00 office hours", "length", "length_unread"),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_open_with_the_reason(line: str, part: str, why: str) -> None:
    read = read_line(line, THURSDAY, BERLIN)
    found = {each.part: each for each in read.open}
    assert found[part].text == why  # type: ignore[index]
    for language in LANGUAGES:
        assert load("flows.texts").say(language, f"problems.{why}", found[part].values)  # type: ignore[index]


def test_the_reason_names_the_days() -> None:
    texts = load("flows.texts")
    either, disagrees = (read_line(line, SUNDAY).open[0] for line in ("12/4 15:00", "Thu 13 March 15:00"))
    assert texts.say("en", f"problems.{either.text}", either.values) == (
        "“12/4” could be 4 December 2026 or 12 April 2027. Which one?"
    )
    assert texts.say("en", f"problems.{disagrees.text}", disagrees.values) == (
        "13 March 2027 is a Saturday, not a Thursday. Which day?"
    )
    assert (
        texts.say("zh", f"problems.{disagrees.text}", disagrees.values)
        == "2027年3月13日是周六，不是周四。请问是哪一天？"
    )


def test_a_bare_hour_is_asked_without_its_words_in_the_topic() -> None:
    read = read_line("next Thursday at 3 about Q4 goals", THURSDAY, BERLIN)
    assert (read.day, read.at, read.what) == (day("03-12"), None, "Q4 goals")


# Days off, pauses and milestones


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("下周一到下周五", "11-30", "12-04"), ("明天到后天", "11-30", "12-01"), ("until end of the year", "11-29",
        "12-31"),
        ("next week", "11-30", "12-06"), ("下周", "11-30", "12-06"), ("21-25 Dec", "12-21", "12-25"),
        ("Dec 21-25", "12-21", "12-25"), ("12月21日-25日", "12-21", "12-25"), ("12月21号到25号", "12-21", "12-25"),
        ("21st to 25th December", "12-21", "12-25"), ("21.-25.12.", "12-21", "12-25"), ("21.12.-25.12.", "12-21",
        "12-25"),
        ("下周三请假一天", "12-02", "12-02"), ("周一到周五", "11-30", "12-04"), ("monday - friday", "11-30", "12-04"),
        ("下周三至周五", "12-02", "12-04"), ("tomorrow for 3 days", "11-30", "12-02"), ("until Friday", "11-29",
        "12-04"),
        ("Mon 21 Dec – Fri 25 Dec", "12-21", "12-25"), ("12月21日（周一）至12月25日（周五）", "12-21", "12-25"),
        ("到年底", "11-29", "12-31"), ("明天起三天", "11-30", "12-02"),
        ("下周一起请假一周", "11-30", "12-06"), ("24.12.-2.1.", "12-24", "2027-01-02"),
        ("next week Tuesday to Thursday", "12-01", "12-03"), ("周五", "12-04", "12-04"),
    ],
)  # fmt: skip
def test_days_off_are_those_that_were_meant(line: str, first: str, last: str) -> None:
    read = days_off(line, SUNDAY)
    assert (read.day, read.last, read.open) == (day(first), day(last), ())


@pytest.mark.parametrize(
    "line",
    ["next week except Wednesday", "春节", "tomorrow afternoon", "明天半天", "三天", "every Friday", "3/12 - 5/12",
     "Monday and Wednesday", "Thu 4 Dec to Fri 5 Dec", "every other week", "after Friday", "tomorrow from 3pm",
     "下周一、二",
     "下周三至五", "two weeks from Monday", "3/12 to 5/12", "周五和下周一"],
)  # fmt: skip
def test_days_off_that_are_not_sure_are_asked(line: str) -> None:
    assert days_off(line, SUNDAY).open


@pytest.mark.parametrize(
    ("line", "until"),
    [("一周", "12-06"), ("2 weeks", "12-13"), ("for 3 days", "12-02"), ("到周五", "12-04"), ("until next week",
    "11-30"),
     ("到月底", "11-30"), ("until the 20th", "12-20"), ("明天", "11-30"), ("to 5 Dec", "12-05")],
)  # fmt: skip
def test_a_pause_ends_on_the_day_that_was_meant(line: str, until: str) -> None:
    assert pause_end(line, SUNDAY) == day(until)


@pytest.mark.parametrize(
    ("line", "due", "what"),
    [
        ("1 Dec - 31 Dec promotion", "12-31", "promotion"), ("12月1日到12月31日促销", "12-31", "促销"),
        ("2026-12-01 to 2026-12-31 promotion", "12-31", "promotion"), ("12月31日之前上线", "12-31", "上线"),
        ("12月31日以前上线", "12-31", "上线"), ("ship before 31 Dec", "12-31", "ship"),
        ("ship no later than 31 Dec", "12-31", "ship"), ("12/31/2026 ship", "12-31", "ship"),
        ("31/12/2026 ship", "12-31", "ship"), ("Thu 31 Dec ship", "12-31", "ship"),
        ("Thursday 31 December 2026 ship", "12-31", "ship"), ("周四 12月31日 ship", "12-31", "ship"),
        ("Friday 4 Dec pilot live", "12-04", "pilot live"), ("reach 10² by 31 Dec", "12-31", "reach 10²"),
        ("ship ½ of it by 31 Dec", "12-31", "ship ½ of it"), ("12月31日 ①完成 ②复盘", "12-31", "①完成 ②复盘"),
        ("12月31日 上线（一期）", "12-31", "上线（一期）"), ("三天后 上线", "12-02", "上线"),
        ("answer within 2 hours by 31 Dec", "12-31", "answer within 2 hours"),
    ],
)  # fmt: skip
def test_a_milestone_is_due_on_its_day_and_keeps_its_words(line: str, due: str, what: str) -> None:
    assert due_line(line, SUNDAY) == (day(due), what)


@pytest.mark.parametrize(
    "line", ["12月31日后启动", "12月31日起试运行", "12/4 ship", "Wed 31 Dec ship", "after 31 Dec ship"]
)
def test_a_milestone_whose_day_is_not_sure_has_none(line: str) -> None:
    assert isinstance(due_line(line, SUNDAY), Open)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 300))
def test_whatever_is_printed_as_a_day_can_be_typed(today: date, away: int) -> None:
    meant = today + timedelta(days=away)
    for locale in ("en_GB", "en", "zh_Hans_CN"):
        for printed in (
            *(format_skeleton(skeleton, meant, locale=locale) for skeleton in ("MMMEd", "yMMMEd", "yMMMd", "MMMd")),
            format_date(meant, "EEE d MMM y" if locale != "zh_Hans_CN" else "y年M月d日EEE", locale=locale),
            format_date(meant, "long", locale=locale),
        ):
            assert read_day(printed, today, ahead=True) == meant, printed
    assert (
        read_day(f"{meant.month}月{meant.day}日（周{'一二三四五六日'[meant.weekday()]}）", today, ahead=True) == meant
    )


# Amounts and remarks


@pytest.mark.parametrize(
    ("text", "said"),
    [("from 31 to 45", "31 45 "), ("从2.5%降到1%以下", "2.5 1 %"), ("响应时间从48小时缩短到24小时", "48 24 小时"),
     ("raise it from 95,5 to 97 %", "95.5 97 %"), ("由百分之八降至3%", "8 3 %"), ("31 → 45", "31 45 ")],
)  # fmt: skip
def test_a_change_is_read_from_its_words(text: str, said: str) -> None:
    change = change_in(text)
    assert change
    assert f"{change.baseline} {change.target} {change.unit}" == said


TITLES = {
    "a": "Headwater rollout at Nordmoor",
    "b": "Usability of the export",
    "c": "经理反馈培训覆盖全部主管",
    "d": "Renewals",
}


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("headwater 70% signed Nordmoor", Remark("a", "70%", "signed Nordmoor")), ("usability 90", Remark("b", "90",
        "")),
        ("经理反馈培训 100", Remark("c", "100", "")), ("经理反馈培训完成到百分之八十，剩两场", Remark("c",
        "百分之八十", "剩两场")),
        ("60 two more signed", Remark("", "60", "two more signed")), ("100%", Remark("", "100%", "")),
        ("waiting for legal", Remark("", "", "waiting for legal")), ("80% usability", Remark("b", "80%", "")),
        ("60% and 70%", Remark("", "", "60% and 70%")), ("nothing of ours 50", Remark("", "", "nothing of ours 50")),
    ],
)  # fmt: skip
def test_a_remark_says_which_goal_and_how_far(line: str, remark: Remark) -> None:
    assert read_remark(line, TITLES) == remark


# Through the real flows


def kept(database: Database) -> list[int]:
    """How much has been planned, kept and told."""
    with database.read() as db:
        models = (Meeting, Leave, Pause, Snooze, Goal, GoalUpdate, KeyEvent, Announcement)
        counts = [db.execute(select(func.count()).select_from(table(each))).scalar_one() for each in models]
        told = select(func.count()).select_from(table(Outbox)).where(table(Outbox).c.kind == "tell")
        return [*counts, db.execute(told).scalar_one()]


ZONES = [
    "Europe/Berlin",
    "Asia/Shanghai",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "Pacific/Honolulu",
]
UNKNOWN = ["every Tuesday", "after Easter", "春节后", "每周三", "KW49", "12/4", "the week after next", "Mondays",
           "Thu 13 March", "下下下个工作日", "at 3", "三点", "half of May", "CST", "your time", "节后",
           "rush hour"]  # fmt: skip
KNOWN = ["tomorrow", "Friday", "13 March", "15:00", "3pm", "下周三", "下午四点", "45 minutes", "半小时", "12月3日",
"CET",
         "next week", "10-11am", "in 3 days", "周五", "evening"]  # fmt: skip
TOPICS = [
    "review",
    "Q4 goals",
    "绩效面谈",
    "复盘",
    "with legal",
    "1:1",
    "version 12.4",
    "and",
    "预算",
    "2 people",
    "（一期）",
]


def stray(line: str) -> Iterator[str]:
    """The expressions nobody can read in a line."""
    return (each for each in UNKNOWN if each in line)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(UNKNOWN),
    st.lists(st.sampled_from(KNOWN + TOPICS), max_size=5),
    st.integers(0, 5),
    st.sampled_from(["meet", "away", "pause"]),
)
def test_a_line_with_a_stray_word_plans_keeps_and_tells_nothing(
    dispatcher: Dispatcher, database: Database, unknown: str, words: list[str], place: int, command: str
) -> None:
    line = " ".join([*words[:place], unknown, *words[place:]])
    ann = Player(dispatcher, ANN)
    before = kept(database)
    reply = ann.calls(command, f"@ben.okafor {line}" if command == "meet" else line)
    assert kept(database) == before, line
    assert isinstance(reply, ShowPage)
    if command == "meet":
        page = " ".join((*map(str, ann.values.values()), *ann.errors.values()))
        assert not [word for word in unknown.split() if word not in page], "every word is kept"


NO_DAYS = ("at 3", "三点", "CST", "your time", "rush hour")
STRAYS = {
    "day": [*(each for each in UNKNOWN if each not in NO_DAYS), "thrusday", "KW 50", "双周五", "初八", "jeden Montag",
            "biweekly Friday", "early next week"],
    "time": ["at 3", "三点", "3 or 4 pm", "after lunch", "明天中午", "rush hour", "下午3点或4点"],
    "zone": ["15:00 CST", "15:00 your time", "下午3点你的时间"],
    "name": ["@nobody.known", "@li", "and Xavier tomorrow", "@陈默"],
}  # fmt: skip
TAKES: dict[str, tuple[str, ...]] = {
    "meet": ("day", "time", "zone", "name"), "timeoff": ("day", "time", "name"), "pause": ("day", "time"),
    "snooze": ("day", "time", "zone", "name"), "win": ("name",), "miss": ("name",), "praise": ("name",),
    "goal": ("day", "time", "zone", "name"), "announce": ("day", "time", "zone", "name"),
}  # fmt: skip
"""What each command could mistake for something else; a goal and an announcement ask for all that is in a form."""
AFTER = {"meet": "@ben.okafor ", "win": "@ben.okafor @", "miss": "@ben.okafor @", "praise": "@ben.okafor @"}


@pytest.mark.parametrize("person", [ANN, LI_NA])
@pytest.mark.parametrize("command", TAKES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_command_acts_on_a_line_with_a_stray(
    dispatcher: Dispatcher, database: Database, command: str, person: int, data: st.DataObject
) -> None:
    """In both languages, for every command that reads a line, with what it could take for something else."""
    stray = data.draw(st.sampled_from([each for kind in TAKES[command] for each in STRAYS[kind]]))
    words = data.draw(st.lists(st.sampled_from(KNOWN + TOPICS), max_size=4))
    place = data.draw(st.integers(0, len(words)))
    first = stray.startswith(("and ", "@"))  # a name follows another one
    line = " ".join([stray, *words] if first else [*words[:place], stray, *words[place:]])
    author = Player(dispatcher, person)
    if command == "snooze":
        author.calls("checkin")
    before = kept(database)
    author.calls(command, AFTER.get(command, "").removesuffix("@") + line)
    assert kept(database) == before, line


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["Ben", "Ben Okafor", "李娜", "Okafor", "@ben.okafor", "Herr Okafor", "小李"]),
    st.sampled_from([" closed the renewal", " 签下了续约", " and I closed it", "'s demo won it", " shipped 3.2"]),
    st.sampled_from(["", "thanks to ", "多亏", "our ", "团队的", "with ", "和"]),
)
def test_a_win_that_names_a_colleague_is_never_the_writers(
    dispatcher: Dispatcher, database: Database, name: str, did: str, before: str
) -> None:
    Player(dispatcher, ANN).calls("win", f"{before}{name}{did}")
    with database.read() as db:
        events = table(KeyEvent)
        assert not db.execute(select(events.c.text).where(events.c.subject_id == ANN)).all()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["Ben", "Ben Okafor", "@ben.okafor", "李娜", "@li.na", "小李"]),
    st.sampled_from(["next week", "tomorrow", "下周", "until Friday", "到周五"]),
    st.sampled_from(["timeoff", "pause"]),
    st.booleans(),
)
def test_time_off_of_a_colleague_is_never_the_writers(
    dispatcher: Dispatcher, database: Database, name: str, when: str, command: str, is_first: bool
) -> None:
    before = kept(database)
    Player(dispatcher, ANN).calls(command, f"{name} {when}" if is_first else f"{when} {name}")
    assert kept(database) == before


UNKNOWN_DAYS = ["every Tuesday", "after Easter", "春节后", "每周三", "KW49", "31 Sept", "Mondays", "下下下个工作日",
                "31 April",
                "节后", "the week after next", "29 Feb", "周一、三"]  # fmt: skip
TOPICS_OF_EVENTS = [
    *TOPICS,
    "closed the renewal",
    "三月份以外的对账",
    "from 3.5 to 4.2",
    "§4",
    "$4.12",
    "第一版",
    "30-60-90",
]


def around(strays: list[str], words: list[str]) -> st.SearchStrategy[str]:
    """Lines of up to eight pieces with one stray among them."""
    before, after = (st.lists(st.sampled_from(words), max_size=size) for size in (4, 3))
    return st.builds(lambda a, b, c: " ".join([*a, b, *c]), before, st.sampled_from(strays), after)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(around(UNKNOWN_DAYS, KNOWN + TOPICS_OF_EVENTS), st.sampled_from(["win", "miss"]))
def test_a_win_or_miss_of_a_stray_day_is_not_kept(
    dispatcher: Dispatcher, database: Database, line: str, command: str
) -> None:
    ann, before = Player(dispatcher, ANN), kept(database)
    assert isinstance(ann.calls(command, f"@ben.okafor {line}"), ShowPage)
    assert kept(database) == before, line
    assert ann.values["text"] == line, "every word is kept"


@settings(max_examples=300)
@given(around(UNKNOWN_DAYS, KNOWN + TOPICS_OF_EVENTS))
def test_a_milestone_of_a_stray_day_is_due_on_no_day(line: str) -> None:
    assert not isinstance(due_line(line, THURSDAY), tuple)


@settings(max_examples=300)
@given(around(UNKNOWN, KNOWN + TOPICS), st.sampled_from(ZONES), st.integers(0, 23))
def test_a_question_is_put_off_to_no_stray_moment(line: str, zone: str, hour: int) -> None:
    now = datetime(2026, 3, 5, hour, tzinfo=UTC)
    later = {name: now + timedelta(days=shift) for name, shift in (("today", 0), ("tomorrow", 1), ("week", 4))}
    assert _own_moment(line, later, zone, now) is None


@settings(max_examples=200)
@given(st.sampled_from(ZONES), st.sampled_from([5, 10, 15, 30, 45, 60, 90, 135, 600]), st.integers(0, 23))
def test_a_meeting_is_read_alike_in_every_zone_and_of_every_length(zone: str, minutes: int, hour: int) -> None:
    for length in (f"{minutes} minutes", f"{minutes}分钟", f"for {minutes} min"):
        read = read_line(f"tomorrow {hour:02}:00 {length} review", THURSDAY, Wanted(zone=zone))
        assert (read.day, read.at, read.minutes, read.open) == (date(2026, 3, 6), time(hour), minutes, ())
        away = read_line(f"tomorrow {hour:02}:00 UTC {length} review", THURSDAY, Wanted(zone=zone))
        moment = datetime(2026, 3, 6, hour, tzinfo=UTC).astimezone(ZoneInfo(zone))
        assert (away.day, away.at) == (moment.date(), moment.time())


@settings(max_examples=200)
@given(st.sampled_from(["60% and 70%", "40-50", "十几", "一半", "two thirds", "60/40"]),
       st.lists(st.sampled_from(["waiting for legal", "两家客户", "signed", "复盘", "Q4"]), max_size=3))  # fmt: skip
def test_progress_of_a_stray_number_moves_no_goal(stray: str, words: list[str]) -> None:
    line = " ".join([stray, *words])
    remark = read_remark(line, TITLES)
    assert remark.percent == ""
    assert remark.note == line


@pytest.mark.parametrize(
    "typed", ["at 3", "9-10", "9 or 10", "半夜", "三点", "nine-ish", "every hour", "9 CST", "tomorrow 9:00", "1,234"]
)
def test_an_announcement_has_no_stray_hour(typed: str) -> None:
    with pytest.raises(_Wrong):
        _amount(typed, Amount(least=Decimal(0), most=Decimal(23), whole=True, is_hour=True))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(UNKNOWN + KNOWN + TOPICS), max_size=7).map(" ".join) | st.text(max_size=40))
def test_reading_never_fails_and_a_stray_word_is_always_open(line: str) -> None:
    for wanted in (BERLIN, Wanted(ahead=False, only_days=True), Wanted(several=True, bounds=("until", "from"))):
        read = read_line(line, THURSDAY, wanted)
        assert isinstance(read, Read)
        if any(stray(line)) and not wanted.only_days:
            assert read.open, line
    for found in (day_typed(line, THURSDAY), pause_end(line, THURSDAY), due_line(line, THURSDAY)):
        assert not isinstance(found, Read)


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("meet", "@ben.okafor 12/4 15:00 sync"), ("meet", "@ben.okafor tomorrow 3pm CST sync"),
        ("meet", "@ben.okafor next week 15:00 sync"), ("away", "tomorrow afternoon"), ("away", "春节"),
        ("pause", "next week"), ("miss", "@ben.okafor shipped it late after Easter"),
        ("win", "closed the March invoices"),
    ],
)  # fmt: skip
def test_an_open_line_is_a_page_that_says_why(
    dispatcher: Dispatcher, database: Database, command: str, line: str
) -> None:
    ann = Player(dispatcher, ANN)
    before = kept(database)
    assert isinstance(ann.calls(command, line), ShowPage)
    assert ann.errors
    assert kept(database) == before
    ann.opens_what_waits()
    assert ann.errors, "it still says why when it is opened again"


def test_what_is_open_is_answered_and_then_planned(dispatcher: Dispatcher, database: Database) -> None:
    ann = Player(dispatcher, ANN)
    ann.calls("meet", "@ben.okafor 12/4 15:00 sync")
    assert ann.values["topic"] == "12/4 sync"
    ann.sends(day="2026-12-04", topic="sync")
    with database.read() as db:
        assert db.execute(select(table(Meeting).c.topic)).scalars().all() == ["sync"]


@pytest.mark.parametrize(
    ("line", "happened"),
    [("11月25日版本漏测，影响两家客户", "2025-11-25"), ("Friday closed the Nordmoor renewal", "2026-02-27"),
     ("昨天把客户投诉闭环了", "2026-03-04"), ("周五 完成了对账", "2026-02-27"), ("closed the Nordmoor renewal",
     "2026-03-05"),
     ("shipped 3.2 within 48 hours", "2026-03-05"), ("finished 1/3 of the tests", "2026-03-05")],
)  # fmt: skip
def test_a_win_happened_on_the_day_that_was_said(
    dispatcher: Dispatcher, database: Database, line: str, happened: str
) -> None:
    Player(dispatcher, ANN).calls("win", f"@ben.okafor {line}")
    with database.read() as db:
        found: list[Any] = list(db.execute(select(table(KeyEvent).c.happened_on, table(KeyEvent).c.text)))
    assert found == [(date.fromisoformat(happened), line)]


def test_a_check_in_begins_with_what_was_typed_after_the_command(dispatcher: Dispatcher, database: Database) -> None:
    for person, words in ((BEN, "closed 14 tickets, two are left"), (LI_NA, "这周完成了EMC整改")):
        player = Player(dispatcher, person)
        player.calls("checkin", words)
        assert player.values["highlights"] == words
        player.calls("checkin", "and one more")
        assert player.values["highlights"] == f"{words}\nand one more"
        assert kept(database) == [0] * 9
