"""Meetings: planned in one line, seen by everybody in their own time and language, moved, called off, asked about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said, ShowPage
from storage.calendar import Quiet
from storage.columns import table
from storage.database import Database
from storage.meetings import Meeting, MeetingParticipant, MeetingReminder
from storage.people import Person
from storage.records import remember
from storage.rest import Leave, Pause, Preference
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

pytestmark = on_both

LINE = "@li.na tomorrow 10:00 Q4 goals"


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, ANN)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


def meetings(database: Database, *columns: str) -> list[tuple[Any, ...]]:
    """Every version, oldest first."""
    rows = table(Meeting)
    names = columns or ("version", "current", "state", "moves", "starts_at", "topic")
    with database.read() as db:
        return [tuple(row) for row in db.execute(select(*(rows.c[name] for name in names)).order_by(rows.c.id))]


def participants(database: Database) -> list[int]:
    rows = table(MeetingParticipant)
    with database.read() as db:
        return list(db.execute(select(rows.c.person_id).order_by(rows.c.id)).scalars())


def reminders(database: Database) -> list[tuple[int, str, datetime]]:
    rows = table(MeetingReminder)
    with database.read() as db:
        found = select(rows.c.moves, rows.c.kind, rows.c.due_at).order_by(rows.c.moves, rows.c.due_at)
        return [(row[0], row[1], row[2]) for row in db.execute(found)]


def keep(database: Database, record: Any) -> None:
    with database.write() as db:
        remember(db, record, utc("2026-03-05 09:00"))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(reply: object) -> str:
    assert isinstance(reply, Said), reply
    return reply.text


def test_one_line_plans_it_and_tells_both_in_their_own_time_and_language(
    ann: Player, li: Player, database: Database
) -> None:
    assert "Fri 6 Mar 2026, 10:00" in said(ann.calls("meet", LINE))
    assert meetings(database) == [(1, True, "planned", 0, utc("2026-03-06 09:00"), "Q4 goals")]
    assert participants(database) == [ANN, LI_NA]
    [invitation] = li.told()
    assert invitation.text.startswith(
        "Ann Miller 邀请你参加：“Q4 goals”\n2026年3月6日（周五）17:00（按你所在时区），30 分钟。"
    )
    assert [button.label for button in invitation.buttons] == ["回复", "修改时间或内容", "取消会议"]
    [confirmed] = ann.told()
    assert confirmed.text.startswith(
        "“Q4 goals” with Na Li is scheduled.\nFri 6 Mar 2026, 10:00 your time, 30 minutes."
    )
    assert [button.label for button in confirmed.buttons] == ["Move or edit", "Cancel meeting", "Undo"]


def test_in_chinese_too(li: Player, ann: Player, database: Database) -> None:
    li.calls("meet", "@ann.miller 明天下午三点半 下季度目标 45分钟")
    assert meetings(database, "starts_at", "ends_at", "zone", "topic") == [
        (utc("2026-03-06 07:30"), utc("2026-03-06 08:15"), "Asia/Shanghai", "下季度目标")
    ]
    assert "Fri 6 Mar 2026, 08:30 your time, 45 minutes" in ann.told()[0].text


def test_without_an_address_each_is_told_what_to_do_instead(ann: Player, li: Player) -> None:
    ann.calls("meet", LINE)
    assert li.told()[0].links == ()
    assert li.told()[0].text.endswith("请自行加入日历：机器人未配置访问地址，无法提供日历邀请。")


@pytest.mark.parametrize(
    ("when", "english", "chinese"),
    [
        ("2026-03-10 10:00", "and gets a reminder the day before and 15 minutes before.", "并在前一天和开始前 15 分钟"),
        ("2026-03-06 09:30", "language, and gets a reminder 15 minutes before.", "通知，并在开始前 15 分钟收到提醒。"),
        ("2026-03-05 10:12", "told right away, in their own time zone and language.", "会立即按各自的时区和语言"),
    ],
)
def test_no_reminder_is_promised_that_cannot_come(
    ann: Player, li: Player, when: str, english: str, chinese: str
) -> None:
    """It is 10:00 in Berlin, and seven hours later in Shanghai."""
    in_shanghai = f"{utc(when) + timedelta(hours=7):%Y-%m-%d %H:%M}"
    for player, line, words in (
        (ann, f"@li.na {when} budget", english),
        (li, f"@ann.miller {in_shanghai} 预算", chinese),
    ):
        player.calls("meet", line)
        assert words in said(player.sends(verdict="keep") if isinstance(player.last, ShowPage) else player.last)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("@li.na 2026-03-10 10:00 绩效面谈", "interview"),
        ("@li.na 2026-03-10 10:00 年终面谈", "interview"),
        ("@li.na 2026-03-10 10:00 Performance interview", "interview"),
        ("@li.na 2026-03-10 10:00 annual performance review", "interview"),
        ("@li.na 2026-03-10 10:00 website performance review", "one_on_one"),
        ("@li.na 2026-03-10 10:00 绩效指标", "one_on_one"),
        ("@li.na @ben.okafor 2026-03-10 10:00 绩效面谈", "other"),
    ],
)
def test_a_performance_interview_is_one_when_the_line_says_so(
    ann: Player, database: Database, line: str, kind: str
) -> None:
    ann.calls("meet", line)
    if isinstance(ann.last, ShowPage):
        ann.sends(verdict="keep")
    assert meetings(database, "kind") == [(kind,)]


def test_it_is_reminded_of_and_asked_about(ann: Player, database: Database) -> None:
    ann.calls("meet", LINE)
    assert reminders(database) == [
        (0, "day", utc("2026-03-05 09:00")),
        (0, "soon", utc("2026-03-06 08:45")),
        (0, "after", utc("2026-03-06 09:30")),
    ]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("@li.na 15:00", {"topic"}),
        ("@li.na tomorrow Q4 goals", set()),
        ("@ann.miller tomorrow 15:00 Q4 goals", {"people"}),
        ("@li.na 2026-03-05 09:30 Q4 goals", {"at"}),
        ("@li.na 2026-03-29 02:30 Night watch", {"at"}),
        ("@li.na tomorrow 15:00 Q4 goals for 3 min", {"minutes"}),
    ],
)
def test_what_is_missing_or_cannot_be_is_asked_with_all_that_was_typed(
    ann: Player, database: Database, line: str, wrong: set[str]
) -> None:
    ann.calls("meet", line)
    assert isinstance(ann.last, ShowPage)
    assert set(ann.errors) == (wrong if "topic" not in wrong else set())
    assert ann.values["people"]
    assert meetings(database) == []


def test_a_name_of_several_people_is_a_choice(ann: Player, database: Database) -> None:
    ann.calls("meet", "@li tomorrow 10:00 Q4 goals")
    assert ann.errors == {}
    assert [each.label for each in ann.page.questions[0].choices] == [
        "Na Li (@li.na) · Sales",
        "Wei Li (@li.wei) · Engineering",
        "Someone else",
    ]
    assert ann.values["topic"] == "Q4 goals"
    ann.sends(people=(str(LI_NA),))
    assert meetings(database, "topic") == [("Q4 goals",)]


@pytest.mark.parametrize(
    ("line", "people", "topic"),
    [
        ("ben tomorrow 10:00 Acme", (BEN,), "Acme"),
        ("with Ben tomorrow 10:00 Acme", (BEN,), "Acme"),
        ("tomorrow 10:00 Acme with ben", (BEN,), "Acme"),
        ("Ben Okafor and Na Li tomorrow 10:00 Acme", (LI_NA, BEN), "Acme"),
        ("ben, 李娜 tomorrow 10:00 Acme", (LI_NA, BEN), "Acme"),
        ("李娜 明天10:00 目标", (LI_NA,), "目标"),
        ("李娜、Ben 明天10:00 目标", (LI_NA, BEN), "目标"),
        ("明天10:00 和李娜 目标", (LI_NA,), "目标"),
        ("@李娜和@ben 明天10:00 目标", (LI_NA, BEN), "目标"),
        ("ben.okafor@lumen.example tomorrow 10:00 Acme", (BEN,), "Acme"),
    ],
)
def test_colleagues_are_invited_by_name_without_an_at(
    ann: Player, database: Database, line: str, people: tuple[int, ...], topic: str
) -> None:
    ann.calls("meet", line)
    assert meetings(database, "topic") == [(topic,)]
    rows = table(MeetingParticipant)
    with database.read() as db:
        invited = {row[0] for row in db.execute(select(rows.c.person_id))}
    assert invited == {ANN, *people}


def test_a_name_in_the_topic_invites_nobody(ann: Player, database: Database) -> None:
    ann.calls("meet", "@ben tomorrow 15:00 offer for Dora Weiss")
    assert meetings(database, "topic") == [("offer for Dora Weiss",)]


def test_a_time_of_today_needs_no_day_while_it_is_to_come(ann: Player, database: Database) -> None:
    ann.calls("meet", "@ben.okafor 15:00 Acme")
    assert meetings(database, "starts_at") == [(utc("2026-03-05 14:00"),)]
    ann.calls("meet", "@ben.okafor 9:00 Acme")
    assert ann.values["day"] == ""


def test_the_command_alone_opens_the_form(ann: Player, database: Database) -> None:
    ann.calls("meet")
    assert ann.errors == {}
    assert (ann.values["minutes"], ann.values["kind"]) == ("30", "one_on_one")
    ann.sends(people=(str(LI_NA),), day="tomorrow", at="10am", topic="Q4 goals", place="Room 4")
    assert meetings(database, "topic", "place") == [("Q4 goals", "Room 4")]


def test_several_are_told_of_one_another(ann: Player, ben: Player, database: Database) -> None:
    ann.calls("meet", "@ben.okafor and @li.na tomorrow 10:00 Q4 goals")
    assert meetings(database, "kind", "topic") == [("other", "Q4 goals")]
    assert participants(database) == [ANN, BEN, LI_NA]
    assert "Also invited: Na Li" in ben.told()[0].text
    assert [button.flow for button in ben.told()[0].buttons] == ["meeting_answer"], "it is not Ben's to move"


def test_a_call_has_a_link_to_join(ann: Player, li: Player) -> None:
    ann.calls("meet")
    ann.sends(people=(str(LI_NA),), day="tomorrow", at="10am", topic="Q4", place="https://meet.example/q4?pwd=1")
    assert [(link.label, link.href) for link in li.told()[0].links] == [("加入会议", "https://meet.example/q4?pwd=1")]
    assert "地点" not in li.told()[0].text


@pytest.mark.parametrize("place", ["http://meet.example/q4", "javascript:alert(1)//ab", "https://a b", "Raum 4"])
def test_nothing_else_is_a_link(ann: Player, li: Player, place: str) -> None:
    ann.calls("meet")
    ann.sends(people=(str(LI_NA),), day="tomorrow", at="10am", topic="Q4", place=place)
    assert li.told()[0].links == ()
    assert f"地点：{place}" in li.told()[0].text.replace("地点： ", "地点：")


def test_new_york_and_berlin_in_the_weeks_when_only_one_has_changed_its_clocks(
    ann: Player, ben: Player, database: Database
) -> None:
    with database.write() as db:
        person = table(Person)
        db.execute(update(person).where(person.c.id == BEN).values(time_zone="America/New_York"))
    days = {"2026-03-06": "15:00", "2026-03-10": "14:00", "2026-03-31": "15:00", "2026-10-27": "14:00"}
    for day, there in days.items():
        ben.calls("meet", f"@ann.miller {day} 9:00 Sync")
        assert f"{there} your time" in ann.told()[-1].text
        assert "9:00 your time" in ben.told()[-1].text


def test_what_speaks_against_a_time_is_pointed_out_and_not_refused(
    ann: Player, ben: Player, database: Database
) -> None:
    ben.calls("meet", "@li.na tomorrow 14:00 Secret plans")
    ben.sends(verdict="keep")
    ann.calls("meet", "@li.na tomorrow 14:00 Q4 goals")
    assert isinstance(ann.last, ShowPage)
    assert "In another meeting then: Na Li." in ann.page.intro
    assert "Early or late for them (local time in brackets): Na Li (21:00)." in ann.page.intro
    assert "Secret" not in ann.page.intro
    assert len(meetings(database)) == 1
    ann.sends(verdict="change")
    assert ann.values["topic"] == "Q4 goals"
    ann.sends(at="10:00")
    assert meetings(database, "topic", "starts_at")[1:] == [("Q4 goals", utc("2026-03-06 09:00"))]


@pytest.mark.parametrize(
    ("begins", "ends", "at", "minutes", "late"),
    [
        (22, 7, "14:00", 60, False),  # 21:00 in Shanghai
        (22, 7, "14:30", 45, True),
        (16, 10, "09:00", 30, True),
        (16, 10, "08:30", 30, False),
        (0, 0, "16:45", 60, False),  # over midnight
    ],
)
def test_early_or_late_is_what_falls_into_somebodys_own_quiet_hours(
    ann: Player, database: Database, begins: int, ends: int, at: str, minutes: int, late: bool
) -> None:
    quiet: dict[str, Any] = {"quiet_begins": begins, "quiet_ends": ends}
    keep(database, Preference(series=str(LI_NA), saved_by=LI_NA, person_id=LI_NA, **quiet))
    ann.calls("meet", f"@li.na tomorrow {at} for {minutes} min Q4 goals")
    assert isinstance(ann.last, ShowPage) == late
    assert not late or "Early or late for them" in ann.page.intro


def test_the_companys_quiet_hours_hold_for_who_has_set_none(dispatcher: Dispatcher, database: Database) -> None:
    company = replace(dispatcher.repertoire, quiet=Quiet(22, 7))
    ann = Player(Dispatcher(database, company, dispatcher.clock), ANN)
    ann.calls("meet", "@li.na tomorrow 14:00 Q4 goals")
    assert meetings(database, "topic") == [("Q4 goals",)]


def test_days_off_and_holidays_speak_against_a_time_and_a_pause_does_not(ann: Player, database: Database) -> None:
    keep(database, Pause(series=str(LI_NA), saved_by=LI_NA, person_id=LI_NA, until=date(2026, 3, 20)))
    ann.calls("meet", "@li.na 2026-03-10 9:00 Q4 goals")
    assert meetings(database, "topic") == [("Q4 goals",)]
    ann.calls("meet", "@li.na 2026-04-06 9:00 Qingming")
    assert "Not working that day: Na Li." in ann.page.intro
    first, last = date(2026, 3, 16), date(2026, 3, 18)
    keep(database, Leave(series="l1", saved_by=LI_NA, person_id=LI_NA, first_day=first, last_day=last))
    ann.calls("meet", "@li.na 2026-03-17 9:00 Q4 goals")
    assert "Not working that day: Na Li." in ann.page.intro


def test_it_may_be_planned_all_the_same_or_left(ann: Player, database: Database) -> None:
    ann.calls("meet", "@li.na 2026-03-07 10:00 Weekend")
    assert "Not working that day: Na Li." in ann.page.intro
    assert "No one was told" in said(ann.sends(verdict="discard"))
    assert meetings(database) == []
    ann.calls("meet", "@li.na 2026-03-07 10:00 Weekend")
    ann.sends(verdict="keep")
    assert meetings(database, "topic") == [("Weekend",)]


def test_moving_it_tells_the_other_and_plans_new_reminders(ann: Player, li: Player, database: Database) -> None:
    ann.calls("meet", LINE)
    li.taps("meeting_change")
    assert (li.values["day"], li.values["at"]) == ("2026-03-06", "17:00")
    li.sends(day="2026-03-09", at="下午四点")
    assert [row[:5] for row in meetings(database)] == [
        (1, False, "planned", 0, utc("2026-03-06 09:00")),
        (2, True, "planned", 1, utc("2026-03-09 08:00")),
    ]
    assert ann.told()[-1].text.startswith(
        "Na Li moved “Q4 goals”\nfrom Fri 6 Mar 2026, 10:00\nto Mon 9 Mar 2026, 09:00 your time, 30 minutes"
    )
    assert [each for each in reminders(database) if each[0] == 1] == [
        (1, "day", utc("2026-03-08 08:00")),
        (1, "soon", utc("2026-03-09 07:45")),
        (1, "after", utc("2026-03-09 08:30")),
    ]


def test_another_topic_moves_nothing(ann: Player, li: Player, database: Database) -> None:
    ann.calls("meet", LINE)
    ann.taps("meeting_change")
    assert "is unchanged" in said(ann.sends())
    ann.taps("meeting_change")
    ann.sends(topic="Q1 goals", place="Room 4")
    assert meetings(database, "version", "moves", "topic", "place")[-1] == (2, 0, "Q1 goals", "Room 4")
    assert len(reminders(database)) == 3
    assert "修改了 2026年3月6日（周五）17:00 的会议：“Q1 goals”" in li.told()[-1].text


def test_calling_it_off_tells_the_other_why(ann: Player, li: Player, database: Database) -> None:
    ann.calls("meet", LINE)
    li.taps("meeting_cancel")
    li.sends(reason="那天要出差")
    assert meetings(database, "version", "state") == [(1, "planned"), (2, "cancelled")]
    assert ann.told()[-1].text.startswith(
        "Na Li cancelled “Q4 goals”, Fri 6 Mar 2026, 10:00 your time.\nReason: 那天要出差"
    )
    assert "already cancelled" in ann.taps("meeting_change").text  # type: ignore[union-attr]


def test_whoever_comes_second_changes_nothing(ann: Player, li: Player, database: Database) -> None:
    ann.calls("meet", LINE)
    ann.taps("meeting_change")
    li.taps("meeting_cancel")
    li.sends()
    assert "Someone else has just moved or cancelled" in said(ann.sends(day="2026-03-09"))
    assert meetings(database, "version", "state") == [(1, "planned"), (2, "cancelled")]


def test_a_meeting_is_its_participants_alone(
    ann: Player, ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    ann.calls("meet", LINE)
    [(series,)] = meetings(database, "series")
    for person in (BEN, DORA, HANNA, LI_WEI):
        for flow in ("meeting_change", "meeting_cancel", "meeting_answer"):
            refused = Player(dispatcher, person).presses(flow, meeting=series)
            assert isinstance(refused, Refused)
            assert refused.reason == "NotYours"
    assert ben.presses("meeting_answer", meeting="none").reason == "NothingOpen"  # type: ignore[union-attr]


def test_a_reply_goes_to_the_organiser(ann: Player, li: Player) -> None:
    ann.calls("meet", LINE)
    li.taps("meeting_answer")
    li.sends(coming="no", words="周一可以")
    assert ann.told()[-1].text == ("Na Li can’t come to “Q4 goals”, Fri 6 Mar 2026, 10:00 your time.\n“周一可以”")
    assert [button.flow for button in ann.told()[-1].buttons] == ["meeting_change", "meeting_cancel"]


def test_what_is_over_cannot_be_changed(ann: Player, clock: SetClock) -> None:
    ann.calls("meet", LINE)
    clock.move(timedelta(days=2))
    refused = ann.taps("meeting_change")
    assert isinstance(refused, Refused)
    assert refused.reason == "MeetingOver"
