"""Announcements: written by HR, previewed, sent to an audience at once or at local hours, watched, acknowledged."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said, ShowPage
from flows.questions import Raw
from storage.announcements import Announcement, AnnouncementReceipt, mark_read
from storage.columns import table
from storage.database import Database
from storage.journal import Audit, Delivery, Outbox
from storage.people import Person, Role, RoleGrant
from storage.reach import Reach, watched
from storage.refusals import NothingOpen, NotYours
from tests.player import Player
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI, WANG_FANG

EVERYBODY = {ANN, LI_NA, BEN, HANNA, DORA, LI_WEI}
ENGLISH: dict[str, Raw] = {"headline": "New review cycle", "body": "It begins on Monday."}
CHINESE: dict[str, Raw] = {"headline_other": "新的评估周期", "body_other": "周一开始。"}


@pytest.fixture
def hanna(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, HANNA)


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


def rows(database: Database) -> list[dict[str, Any]]:
    """The messages of announcements, one for each person they are for."""
    outbox = table(Outbox)
    with database.read() as db:
        announced = outbox.c.about.is_not(None) & ~outbox.c.about.contains(":")
        query = select(outbox).where(announced).order_by(outbox.c.person_id)
        return [dict(row) for row in db.execute(query).mappings()]


def announced(database: Database) -> list[dict[str, Any]]:
    with database.read() as db:
        return [dict(row) for row in db.execute(select(table(Announcement))).mappings()]


def receipts(database: Database) -> list[tuple[int, str]]:
    receipt = table(AnnouncementReceipt)
    with database.read() as db:
        query = select(receipt.c.person_id, receipt.c.kind).order_by(receipt.c.id)
        return [(row[0], row[1]) for row in db.execute(query)]


def said(reply: object) -> str:
    assert isinstance(reply, Said), reply
    return reply.text


def sends(player: Player, **more: Raw) -> str:
    """Writes the announcement, looks at the preview, and sends it."""
    player.calls("announce")
    player.sends({**ENGLISH, **more})
    return said(player.sends(verdict="send"))


@pytest.mark.parametrize(("person", "words"), [(ANN, "Only HR can do this"), (LI_NA, "只有 HR 可以")])
def test_announcing_is_for_hr(dispatcher: Dispatcher, database: Database, person: int, words: str) -> None:
    refused = Player(dispatcher, person).calls("announce", "Hello")
    assert isinstance(refused, Refused)
    assert words in refused.text
    assert announced(database) == []


def test_the_preview_shows_what_each_reader_will_see_and_how_many_there_are(hanna: Player, database: Database) -> None:
    hanna.calls("announce", "New review cycle")
    assert hanna.values["headline"] == "New review cycle"
    hanna.sends(ENGLISH | CHINESE)
    seen = hanna.page.intro
    assert "6 people get this (Chinese readers: 2)" in seen
    assert "Sales: 3" in seen
    assert "Engineering: 1" in seen
    assert "English readers see:\nNew review cycle\nIt begins on Monday." in seen
    assert "Chinese readers see:\n新的评估周期\n周一开始。" in seen
    assert (rows(database), announced(database)) == ([], [])


def test_without_chinese_words_everybody_sees_the_same(hanna: Player) -> None:
    hanna.calls("announce")
    hanna.sends(ENGLISH)
    assert "Chinese readers see:\nNew review cycle\nIt begins on Monday." in hanna.page.intro


def test_going_back_keeps_what_was_written_as_often_as_needed(hanna: Player, database: Database) -> None:
    hanna.calls("announce")
    hanna.sends(ENGLISH | CHINESE, departments=("1",), acknowledge="yes")
    for title in ("Second", "Third"):
        hanna.sends(verdict="back")
        assert hanna.values["headline_other"] == CHINESE["headline_other"]
        assert (hanna.values["departments"], hanna.values["acknowledge"]) == (("1",), "yes")
        hanna.sends(headline=title)
        assert title in hanna.page.intro
    hanna.sends(verdict="send")
    assert [row["title"] for row in announced(database)] == ["Third"]
    assert {row["person_id"] for row in rows(database)} == {ANN, LI_NA, BEN}


def test_what_is_discarded_reaches_nobody_and_is_given_back(hanna: Player, database: Database) -> None:
    hanna.calls("announce")
    hanna.sends(ENGLISH)
    assert "It begins on Monday." in said(hanna.sends(verdict="discard"))
    assert (rows(database), announced(database)) == ([], [])


def test_each_reader_gets_it_in_their_language(hanna: Player, li: Player, database: Database) -> None:
    answer = sends(hanna, **CHINESE)
    assert "Sent to 6 people" in answer
    assert {row["person_id"] for row in rows(database)} == EVERYBODY
    assert [message.text for message in li.told()] == ["新的评估周期\n周一开始。"]
    ben = Player(hanna.dispatcher, BEN)
    assert [message.text for message in ben.told()] == ["New review cycle\nIt begins on Monday."]


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        ({"departments": ("2",)}, {LI_WEI}),
        ({"departments": ("1", "2")}, {ANN, LI_NA, BEN, LI_WEI}),
        ({"role": "manager"}, {ANN, DORA}),
        ({"role": "employee"}, {LI_NA, BEN, HANNA, LI_WEI}),
        ({"locations": ("Shanghai",)}, {LI_NA, LI_WEI}),
        ({"people": ("ben", "李娜")}, {BEN, LI_NA}),
        ({"departments": ("1",), "locations": ("Shanghai",)}, {LI_NA}),
        ({"departments": ("1",), "role": "manager"}, {ANN}),
    ],
)
def test_an_audience_by_department_role_place_or_list(
    hanna: Player, database: Database, audience: dict[str, Raw], people: set[int]
) -> None:
    sends(hanna, **audience)
    assert {row["person_id"] for row in rows(database)} == people


def test_an_audience_of_nobody_is_said_and_not_sent(hanna: Player, database: Database) -> None:
    hanna.calls("announce")
    hanna.sends(ENGLISH, departments=("2",), role="manager")
    assert hanna.page.intro.startswith("0 people")
    hanna.sends(verdict="send")
    assert "no one to send it to" in hanna.errors["verdict"]
    assert announced(database) == []


def test_at_a_local_hour_it_waits_for_each_persons_own_day(hanna: Player, database: Database) -> None:
    answer = sends(hanna, when="local", hour="14")
    assert "at 14:00 where each person is: from Thu 5 Mar 2026, 14:00 to Fri 6 Mar 2026, 07:00, your time" in answer
    due = {row["person_id"]: row["due_at"] for row in rows(database)}
    assert due[BEN] == datetime(2026, 3, 5, 13, tzinfo=UTC), "14:00 in Munich is still to come today"
    assert due[LI_NA] == datetime(2026, 3, 6, 6, tzinfo=UTC), "14:00 in Shanghai has gone by today"


def test_whoever_is_asked_to_confirms_once(hanna: Player, li: Player, database: Database) -> None:
    sends(hanna, **CHINESE, acknowledge="yes")
    [message] = li.told()
    assert message.text.endswith("阅读后请点击“我已阅读”。")
    assert [button.label for button in message.buttons] == ["我已阅读"]
    for _ in range(2):
        assert "已确认阅读“新的评估周期”。" in said(li.taps("acknowledge"))
    assert receipts(database) == [(LI_NA, "acknowledged")]


def test_without_that_wish_there_is_nothing_to_confirm(hanna: Player, li: Player) -> None:
    sends(hanna)
    assert li.told()[0].buttons == ()


def test_nobody_confirms_what_was_not_for_them(hanna: Player, li: Player, database: Database) -> None:
    sends(hanna, departments=("2",), acknowledge="yes")
    for series, reason in ((announced(database)[0]["series"], "NotYours"), ("no such one", "NothingOpen")):
        refused = li.presses("acknowledge", announcement=series)
        assert isinstance(refused, Refused)
        assert refused.reason == reason
    assert receipts(database) == []


def _seen_by(database: Database, series: str, viewer: int, clock: SetClock) -> Reach:
    with database.write() as db:
        return watched(db, series, viewer, clock.now())


def test_the_lists_of_its_reach_sum_to_the_audience(
    hanna: Player, li: Player, database: Database, clock: SetClock
) -> None:
    sends(hanna, acknowledge="yes")
    series = announced(database)[0]["series"]
    outbox = table(Outbox)
    became = {ANN: Delivery.sent, BEN: Delivery.failed, DORA: Delivery.skipped, LI_WEI: Delivery.sending}
    with database.write() as db:
        for person, state in became.items():
            outcome = {"status": state, "reason": "no app" if state == Delivery.failed else None}
            db.execute(update(outbox).where(outbox.c.person_id == person, outbox.c.about == series).values(**outcome))
        mark_read(db, series, ANN, clock.now())
    li.taps("acknowledge")
    reach = _seen_by(database, series, HANNA, clock)
    lists = {name: {each.who.id for each in getattr(reach, name)} for name in ("waiting", "sent", "failed", "skipped")}
    assert lists == {"waiting": {LI_NA, HANNA, LI_WEI}, "sent": {ANN}, "failed": {BEN}, "skipped": {DORA}}
    assert reach.audience == len(EVERYBODY)
    assert [each.reason for each in reach.failed] == ["no app"]
    assert {each.who.id for each in reach.read} == {ANN, LI_NA}
    assert {each.who.id for each in reach.acknowledged} == {LI_NA}
    answer = said(hanna.taps("reach"))
    assert "is for 6 people: 1 sent, 3 waiting, 1 failed, 1 skipped. 2 read it, 1 confirmed." in answer
    assert answer.endswith("haven’t read or confirmed it yet (up to 20 names): Ann Miller.")


def test_only_its_author_and_hr_watch_it_and_the_look_is_written_down(
    hanna: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    sends(hanna)
    series = announced(database)[0]["series"]
    with database.write() as db:
        db.execute(
            insert(table(RoleGrant)),
            [
                {"person_id": DORA, "role": Role.performance_manager, "department_id": None},
                {"person_id": ANN, "role": Role.hrbp, "department_id": 1},
            ],
        )
    assert _seen_by(database, series, DORA, clock).audience == len(EVERYBODY)
    for stranger in (BEN, ANN):
        with pytest.raises(NotYours):
            _seen_by(database, series, stranger, clock)
        refused = Player(dispatcher, stranger).presses("reach", announcement=series)
        assert isinstance(refused, Refused)
        assert refused.reason == "NotYours"
    with pytest.raises(NothingOpen):
        _seen_by(database, "no such one", HANNA, clock)
    audit = table(Audit)
    with database.read() as db:
        looked = {tuple(row) for row in db.execute(select(audit.c.viewer_id, audit.c.what, audit.c.allowed))}
    assert looked == {(DORA, "reach", True), (BEN, "reach", False), (ANN, "reach", False)}


def test_a_partner_for_one_department_reaches_that_one_alone(dispatcher: Dispatcher, database: Database) -> None:
    grant = table(RoleGrant)
    with database.write() as db:
        db.execute(delete(grant))
        db.execute(insert(grant), {"person_id": HANNA, "role": Role.hrbp, "department_id": 1})
    hanna = Player(dispatcher, HANNA)
    hanna.calls("announce")
    departments = next(question for question in hanna.page.questions if question.key == "departments")
    assert [choice.label for choice in departments.choices] == ["Sales"]
    hanna.sends(ENGLISH)
    assert "choose which ones" in hanna.errors["departments"]
    hanna.sends(departments=("2",))
    assert "departments" in hanna.errors
    hanna.sends(departments=("1",), people=("李伟", "ben"))
    hanna.sends(verdict="send")
    assert {row["person_id"] for row in rows(database)} == {BEN}


@pytest.mark.parametrize(
    ("wrong", "question", "english", "chinese"),
    [
        ({"headline": "  "}, "headline", "needs an answer", "此项必填"),
        ({"headline": "2026"}, "headline", "in words", "用文字"),
        ({"body": "x" * 40_000}, "body", "40,000 characters", "40,000 个字符"),
        ({"body": "on \u202e Monday"}, "body", "U+202E", "U+202E"),
        ({"headline_other": "新的评估周期"}, "body_other", "or leave both empty", "或都留空"),
        ({"when": "local", "hour": ""}, "hour", "from 0 to 23", "0 到 23"),
        ({"when": "local", "hour": "25"}, "hour", "from 0 to 23", "0 到 23"),
        ({"when": "local", "hour": "niner"}, "hour", "enter a number", "请填写数字"),
        ({"people": ("nobody.here",)}, "people", "I can’t find anyone called", "没有找到叫"),
        ({"people": (str(WANG_FANG),)}, "people", "Fang Wang has left the company", "王芳已离职"),
        ({"departments": ("99",)}, "departments", "choose one", "选择一项"),
    ],
)
def test_what_is_wrong_is_said_at_its_question_and_nothing_is_lost(
    hanna: Player, database: Database, wrong: dict[str, Raw], question: str, english: str, chinese: str
) -> None:
    for locale, words in (("en", english), ("zh", chinese)):
        with database.write() as db:
            people = table(Person)
            db.execute(update(people).where(people.c.id == HANNA).values(locale=locale))
        hanna.calls("announce")
        hanna.sends({**ENGLISH, **wrong})
        assert words in hanna.errors[question]
        assert {key: hanna.values[key] for key in wrong} == wrong
    assert (rows(database), announced(database)) == ([], [])


def test_sent_from_two_tabs_it_goes_out_once(hanna: Player, database: Database) -> None:
    hanna.calls("announce")
    hanna.sends(ENGLISH)
    preview = hanna.last
    hanna.sends(verdict="send")
    hanna.last = preview
    again = hanna.sends(verdict="send")
    assert isinstance(again, Refused)
    assert again.reason == "AlreadyAnswered"
    assert len(rows(database)) == len(EVERYBODY)
    assert len(announced(database)) == 1


def test_markup_in_it_is_shown_as_typed(hanna: Player, li: Player) -> None:
    body = "<script>alert(1)</script> *now* {title} <!channel>"
    hanna.calls("announce")
    hanna.sends({**ENGLISH, "body": body})
    assert isinstance(hanna.last, ShowPage)
    assert body in hanna.page.intro
    hanna.sends(verdict="send")
    assert body in li.told()[0].text
