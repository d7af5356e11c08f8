"""Announcements as proof: a confirmation is of the text that was read, is waited for, and is asked for anew."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.announced import count_under_way, remind_due
from bot.clock import SetClock
from bot.delivery.in_process import deliver_due
from bot.desk import Desk, desk_of
from bot.dispatcher import Dispatcher
from bot.replies import Help, Refused, Said, ShowPage, ToConfirm
from bot.told import told
from bot.visit import Repertoire, Visit
from bot.web.carrier import WebCarrier
from flows.catalog import load
from flows.core import discover
from flows.message import Labelled
from flows.page import Reader
from flows.questions import Raw
from storage import sent
from storage.announcements import Announcement, AnnouncementReceipt, mark_read
from storage.columns import table
from storage.database import Database
from storage.journal import Outbox
from storage.people import Person
from storage.wordings import Wording
from tests.flows.test_broadcast import announce, deliver, reached, reads, says
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

REGISTER = discover()
PAIR = {"headline_other": "周期", "body_other": "周一开始。"}
outbox, receipt = table(Outbox), table(AnnouncementReceipt)


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(REGISTER, load("flows.texts", "bot.texts"), {}), clock)


@pytest.fixture
def hanna(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, HANNA)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


def desk(player: Player) -> Desk:
    with player.dispatcher.database.write() as db:
        known = player.dispatcher.repertoire
        return desk_of(Visit.of(db, known, "", player.dispatcher.clock.now(), player.person))


def waits(player: Player) -> tuple[ToConfirm, ...]:
    return desk(player).confirm


def press(player: Player, button: Labelled) -> str:
    return says(player.presses(button.flow, **button.given))


def confirmed(player: Player) -> list[tuple[int, int]]:
    with player.dispatcher.database.read() as db:
        query = select(receipt.c.person_id, receipt.c.version).where(receipt.c.kind == "acknowledged")
        return sorted((row[0], row[1]) for row in db.execute(query))


def revise(hanna: Player, series: str, *, again: str | None = "yes", **words: Raw) -> str:
    hanna.presses("revise", announcement=series)
    hanna.sends(words)
    return says(hanna.sends(again=again) if again else hanna.last)


def counts(hanna: Player, series: str) -> Mapping[str, int]:
    return reached(hanna, series).counts


@on_both
def test_what_is_to_be_confirmed_waits_until_it_is(hanna: Player, ben: Player) -> None:
    series = announce(hanna, acknowledge="yes")
    assert waits(ben) == (), "it has not arrived yet"
    deliver(hanna)
    [waiting] = waits(ben)
    assert waiting.title == "To confirm: “Cycle”"
    helped = ben.calls("help")
    assert isinstance(helped, Help)
    assert [each.title for each in helped.confirm] == [waiting.title]
    assert helped.open_title.startswith("1 thing")
    assert "Confirmed." in press(ben, waiting.button)
    assert waits(ben) == ()
    said = reads(ben, series)
    assert said.buttons == ()
    assert "You confirmed this on 5 Mar 2026" in said.text
    assert "Please confirm" not in said.text
    assert [button.flow for button in reads(Player(hanna.dispatcher, ANN), series).buttons] == ["acknowledge"]


@on_both
def test_what_was_withdrawn_waits_for_nobody_and_is_neither_read_nor_confirmed(
    hanna: Player, ben: Player, clock: SetClock
) -> None:
    series = announce(hanna, acknowledge="yes")
    deliver(hanna)
    [waiting] = waits(ben)
    hanna.presses("withdraw", announcement=series)
    hanna.sends(certain="yes")
    assert waits(ben) == ()
    with hanna.dispatcher.database.write() as db:
        assert not mark_read(db, series, ANN, clock.now()), "they saw that it was withdrawn"
    assert "was withdrawn" in press(ben, waiting.button)
    assert (counts(hanna, series)["read"], confirmed(hanna)) == (0, [])
    [line] = desk(hanna).sent
    assert line.state == "Withdrawn"


@on_both
def test_a_changed_text_is_confirmed_anew_and_what_was_confirmed_stays_on_record(
    hanna: Player, ben: Player, clock: SetClock
) -> None:
    series = announce(hanna, acknowledge="yes")
    deliver(hanna)
    [first] = waits(ben)
    press(ben, first.button)
    clock.move(timedelta(hours=1))
    hanna.presses("revise", announcement=series)
    hanna.sends(body="It begins on Tuesday.")
    assert "1 person has confirmed" in hanna.page.intro
    assert hanna.values["again"] == "yes"
    says(hanna.sends())
    deliver(hanna)
    [again] = waits(ben)
    assert again.button.given["version"] == 2
    told = reads(ben, f"reminder:{series}")
    assert told.text.startswith("This announcement has changed since you confirmed it.")
    assert "It begins on Tuesday." in told.text
    assert "Changed on 5 Mar 2026" in reads(ben, series).text
    ann = Player(hanna.dispatcher, ANN)
    assert "Changed on" in reads(ann, series).text, "who had it and had not confirmed it sees the mark as well"
    with hanna.dispatcher.database.read() as db:
        told_anew = db.execute(select(outbox.c.person_id).where(outbox.c.about == f"reminder:{series}")).scalars()
        assert list(told_anew) == [BEN], "one message, and only to who had confirmed"
    now = counts(hanna, series)
    assert (now["acknowledged"], now["earlier"], now["missing"]) == (0, 1, 6)
    [earlier] = reached(hanna, series).earlier
    assert (earlier.who.id, earlier.version) == (BEN, 1)
    assert "1 only an earlier one" in says(hanna.presses("reach", announcement=series))
    assert "has changed since" in press(ann, first.button), "a button that stood below the old text"
    assert len(waits(ann)) == 1
    press(ben, again.button)
    assert confirmed(hanna) == [(ANN, 1), (BEN, 1), (BEN, 2)]
    now = counts(hanna, series)
    assert (now["acknowledged"], now["earlier"], now["missing"]) == (1, 1, 5)
    assert waits(ben) == ()


@on_both
def test_after_a_typo_what_was_confirmed_counts_on(hanna: Player, ben: Player) -> None:
    series = announce(hanna, acknowledge="yes")
    deliver(hanna)
    press(ben, waits(ben)[0].button)
    revise(hanna, series, again="no", body="It begins on Mondays.")
    assert waits(ben) == ()
    assert "You confirmed this" in reads(ben, series).text
    now = counts(hanna, series)
    assert (now["acknowledged"], now["earlier"]) == (1, 0)
    revise(hanna, series, body="It begins on Tuesday.")
    assert counts(hanna, series)["earlier"] == 1


def test_nobody_is_asked_whether_to_ask_again_while_nobody_has_confirmed(hanna: Player, ben: Player) -> None:
    series = announce(hanna, acknowledge="yes")
    deliver(hanna)
    old = waits(ben)[0].button
    assert "is saved and is being updated" in revise(hanna, series, again=None, body="Tuesday it is.")
    press(ben, old)
    assert len(waits(ben)) == 1, "what was confirmed is the text from before"


@on_both
def test_who_confirmed_an_earlier_text_is_reminded_of_the_new_one(hanna: Player, ben: Player, clock: SetClock) -> None:
    series = announce(hanna, acknowledge="yes", remind="1")
    deliver(hanna)
    press(ben, waits(ben)[0].button)
    clock.move(timedelta(days=1))
    assert list(remind_due(hanna.dispatcher)) == [1]
    revise(hanna, series, body="It begins on Tuesday.")
    clock.move(timedelta(days=1, minutes=1))
    assert list(remind_due(hanna.dispatcher)) == [1]
    deliver(hanna)
    assert reads(ben, f"reminder:{series}").text.startswith("A reminder")


@on_both
def test_whoever_confirms_has_their_own_messages_changed_and_nobody_elses(hanna: Player, ben: Player) -> None:
    series, now = announce(hanna, acknowledge="yes"), hanna.dispatcher.clock.now()
    deliver(hanna)
    place = ("slack", "T1")
    with hanna.dispatcher.database.write() as db:
        for person in (BEN, ANN):
            mine = select(outbox.c.id).where(outbox.c.person_id == person, outbox.c.about == series)
            of = {"platform": "slack", "place": "T1", "outbox_id": db.execute(mine).scalar_one(), "person_id": person}
            sent.record(db, [{**of, "name": str(person), "chat": "D", "about": series, "shown": "said", "at": now}])
    press(ben, waits(ben)[0].button)
    with hanna.dispatcher.database.write() as db:
        [number] = sent.gather_outdated(db, [place], 10, now)
        whose = db.execute(select(table(sent.SentMessage).c.person_id).where(table(sent.SentMessage).c.id == number))
        assert whose.scalar_one() == BEN
        sent.now_says(db, {number: 0})
        assert sent.gather_outdated(db, [place], 10, now + timedelta(minutes=2)) == {}
        assert db.execute(select(table(Wording).c.is_spread).where(table(Wording).c.about == series)).scalar_one()


@pytest.mark.parametrize("version", [0, 2, -1, "1", True, None, 10**12])
def test_a_forged_version_confirms_nothing(hanna: Player, ben: Player, version: object) -> None:
    series = announce(hanna, acknowledge="yes")
    deliver(hanna)
    refused = ben.presses("acknowledge", announcement=series, version=version)
    assert isinstance(refused, Refused)
    assert confirmed(hanna) == []


@pytest.mark.parametrize(
    ("changed", "unchanged"),
    [
        ({"body": "It begins on Tuesday."}, "The Chinese text of “Cycle” is still the same."),
        ({"headline": "Circle"}, "The Chinese text of “Cycle” is still the same."),
        ({"body_other": "周二开始。"}, "The English text of “Cycle” is still the same."),
    ],
)
def test_a_change_of_one_language_alone_is_pointed_out(hanna: Player, changed: dict[str, str], unchanged: str) -> None:
    series = announce(hanna, **PAIR)
    hanna.presses("revise", announcement=series)
    hanna.sends(changed)
    assert unchanged in hanna.page.intro
    with hanna.dispatcher.database.read() as db:
        assert len(db.execute(select(table(Announcement).c.id)).all()) == 1, "nothing is changed yet"
    hanna.sends(verdict="back")
    assert {key: hanna.values[key] for key in changed} == changed, "and nothing is lost"
    hanna.sends()
    assert "is saved and is being updated" in says(hanna.sends(verdict="right"))


def test_a_change_of_both_languages_is_no_remark(hanna: Player) -> None:
    series = announce(hanna, **PAIR)
    assert "is saved and is being updated" in revise(
        hanna, series, again=None, body="Tuesday it is.", body_other="周二开始。"
    )


def test_a_chinese_author_writes_english_besides(dispatcher: Dispatcher, hanna: Player, database: Database) -> None:
    people = table(Person)
    with database.write() as db:
        db.execute(update(people).where(people.c.id == HANNA).values(locale="zh", title="HRBP"))
    hanna.calls("announce")
    labels = {each.key: each.label for each in hanna.page.questions}
    assert (labels["headline_other"], labels["body_other"]) == ("英文标题", "英文正文")
    hanna.sends(headline="周期", body="周一开始。")
    assert "⚠ 没有英文版本，3 位英文读者将看到中文内容。" in hanna.page.intro
    hanna.sends(verdict="back")
    hanna.sends(headline_other="Cycle", body_other="It begins on Monday.")
    assert "⚠" not in hanna.page.intro
    assert "英文读者看到：\nCycle\nIt begins on Monday.\n\n中文读者看到：\n周期\n周一开始。" in hanna.page.intro
    says(hanna.sends(verdict="send"))
    with database.read() as db:
        series = str(db.execute(select(table(Announcement).c.series)).scalar_one())
    assert reads(Player(dispatcher, BEN), series).notice.headline == "Cycle"  # type: ignore[union-attr]
    assert reads(Player(dispatcher, LI_NA), series, "zh").text == "周期\n发布人：Hanna Vogel · HRBP\n周一开始。"


def test_the_preview_says_when_to_whom_and_whether_to_confirm(hanna: Player, clock: SetClock) -> None:
    hanna.calls("announce")
    hanna.sends(
        headline="Cycle", body="It begins.", acknowledge="yes", remind="3", when="own", day="2026-03-07", hour="9"
    )
    head = hanna.page.intro.partition("English readers")[0]
    assert head.startswith("6 people get this")
    assert "It goes out on Sat 7 Mar 2026, 09:00, your time." in head
    assert "Reminder: After three days" in head
    assert "6 people have that day off" in head
    assert "⚠ 2 people read Chinese but get the English text" in head


@pytest.mark.parametrize(
    ("chosen", "question"),
    [
        ({"when": "own", "day": ""}, "day"),
        ({"when": "local", "hour": ""}, "hour"),
        ({"when": "own", "day": "2026-03-01"}, "day"),
    ],
)
def test_a_schedule_needs_a_day_to_come_and_an_hour(hanna: Player, chosen: dict[str, str], question: str) -> None:
    hanna.calls("announce")
    hanna.sends({"headline": "Cycle", "body": "It begins.", **chosen})
    assert question in hanna.errors


def test_an_hour_that_has_passed_today_is_said_and_not_sent(hanna: Player) -> None:
    hanna.calls("announce")
    hanna.sends(headline="Cycle", body="It begins.", when="own", day="2026-03-05", hour="0")
    hanna.sends(verdict="send")
    assert "has passed" in hanna.errors["verdict"]


@on_both
def test_what_is_scheduled_says_so_can_be_moved_and_goes_at_its_time(
    hanna: Player, ben: Player, clock: SetClock, database: Database
) -> None:
    series = announce(hanna, when="own", day="2026-03-09", hour="15")
    mine = f"progress:{series}"
    assert "Scheduled for Mon 9 Mar 2026, 14:00: 6 people." in reads(hanna, mine).text
    clock.move(timedelta(seconds=5))
    assert list(count_under_way(hanna.dispatcher))
    said = reads(hanna, mine)
    assert "Scheduled" in said.text
    assert "Sending:" not in said.text
    assert [each.flow for each in said.buttons][:3] == ["reach", "reschedule", "hold"]
    [line] = desk(hanna).sent
    assert line.state == "Scheduled for Mon 9 Mar 2026, 15:00", "in her own time"
    hanna.presses("reschedule", announcement=series)
    assert (hanna.values["when"], hanna.values["day"], hanna.values["hour"]) == ("own", "2026-03-09", "15")
    hanna.sends(day="2026-03-05", hour="0")
    assert "That time has passed" in hanna.page.intro
    says(hanna.sends(when="local", day="2026-03-10", hour="9"))
    due = {BEN: datetime(2026, 3, 10, 8, tzinfo=UTC), LI_WEI: datetime(2026, 3, 10, 1, tzinfo=UTC)}
    with database.read() as db:
        query = select(outbox.c.person_id, outbox.c.due_at).where(outbox.c.about == series)
        found = {row[0]: row[1] for row in db.execute(query)}
    assert {person: found[person] for person in due} == due
    deliver_due(database, WebCarrier(), datetime(2026, 3, 10, 2, tzinfo=UTC))
    assert {each.who.id for each in reached(hanna, series).sent} == {LI_NA, LI_WEI}
    assert "already going out" in says(hanna.presses("reschedule", announcement=series))
    deliver_due(database, WebCarrier(), datetime(2026, 3, 10, 9, tzinfo=UTC))
    assert counts(hanna, series)["sent"] == 6
    assert "Changed on" not in reads(ben, series).text, "its time was changed, and nobody had it"


def test_what_is_scheduled_can_be_stopped_before(hanna: Player, clock: SetClock) -> None:
    series = announce(hanna, when="local", day="2026-03-09", hour="9")
    hanna.presses("cancel", announcement=series)
    says(hanna.sends(certain="yes"))
    clock.move(timedelta(days=7))
    deliver(hanna)
    assert counts(hanna, series)["skipped"] == 6
    [line] = desk(hanna).sent
    assert line.state == "Stopped"


def test_the_author_can_have_it_first_as_readers_of_each_language_will(hanna: Player, database: Database) -> None:
    hanna.calls("announce")
    hanna.sends({"headline": "Cycle", "body": "It begins.", "acknowledge": "yes", **PAIR})
    preview = hanna.page.intro
    hanna.sends(verdict="try")
    assert isinstance(hanna.last, ShowPage)
    assert hanna.page.intro == preview
    with database.read() as db:
        rows = db.execute(select(outbox).order_by(outbox.c.id)).mappings().all()
        texts = hanna.dispatcher.repertoire.texts
        tried = [told(db, texts, Reader("en", ZoneInfo("UTC")), row) for row in rows]
    assert {row["person_id"] for row in rows} == {HANNA}
    assert [each.text for each in tried] == [
        "Cycle\nFrom Hanna Vogel\nIt begins.\n\nPlease confirm that you’ve read this.",
        "周期\n发布人：Hanna Vogel\n周一开始。\n\n阅读后请点击“我已阅读”。",
    ]
    assert [each.buttons[0].label for each in tried] == ["I have read this", "我已阅读"]
    page = hanna.last
    assert "only for you" in press(hanna, tried[0].buttons[0])
    hanna.last = page
    assert isinstance(hanna.sends(verdict="send"), Said)
    with database.read() as db:
        assert db.execute(select(outbox.c.id).where(outbox.c.person_id == DORA)).scalar_one()
