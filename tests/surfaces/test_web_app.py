"""The playground in use: what arrives, what is refused in which words, and that nothing is lost or done twice."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.web.security import PlaygroundRefused
from bot.web.site import playground
from storage.announcements import AnnouncementReceipt
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.facts import Start
from storage.journal import Audit, ChatLine, Inbox
from storage.rest import Snooze
from tests.surfaces.window import ADDRESS, Window, attribute, deliver, event, words
from tests.team import ANN, BEN, HANNA, LI_NA, LI_WEI, WANG_FANG

Open = Callable[[int], Window]
CLEAR = "完成了客户A的对账，剩3笔差异"
GOOD = {"mood": "4", "highlights": CLEAR, "share": "manager"}


def rows(database: Database, model: type) -> int:
    with database.read() as db:
        return int(db.execute(select(func.count()).select_from(table(model))).scalar_one())


def highlights(database: Database) -> list[str]:
    with database.read() as db:
        query = select(table(CheckIn).c.highlights).order_by(table(CheckIn).c.version)
        return [row[0] for row in db.execute(query)]


def test_the_picker_suggests_an_employee_their_manager_and_hr(site: Starlette) -> None:
    client = TestClient(site, base_url=ADDRESS)
    shown = words(client.get("/?language=en").text)
    assert "An employee" in shown
    assert "Hanna Vogel" in shown
    assert "Fang Wang" not in shown  # has left
    assert "李娜" in words(client.get("/?language=zh&q=销售").text)
    assert "上海 · 中文" in words(client.get("/?language=zh&q=上海").text)
    assert "Shanghai · 中文" in words(client.get("/?language=en&q=上海").text)
    assert "No one here matches" in words(client.get("/?language=en&q=<nobody>").text)
    assert "<nobody>" not in client.get("/?language=en&q=<nobody>").text


def test_nothing_on_a_page_is_inline_and_every_answer_says_so(window: Open, site: Starlette) -> None:
    ann = window(ANN)
    ann.says("/checkin")
    for page in (TestClient(site, base_url=ADDRESS).get("/").text, ann.get("").text, ann.last.text if ann.last else ""):
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:|<script(?![^>]*\ssrc=)", page)
    for answer in (ann.get(""), ann.get("/desk"), ann.client.get("/static/room.js"), ann.client.get("/none")):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_check_in_by_form_reaches_the_manager(window: Open, database: Database, clock: SetClock) -> None:
    li, ann = window(LI_NA), window(ANN)
    assert li.says("/checkin").status_code == 200
    assert li.sends(**GOOD, help_wanted="合同要法务看一下").status_code == 204
    deliver(database, clock)
    assert highlights(database) == [CLEAR]
    assert "你已于" in li.chat
    assert "Na Li would like your support: 合同要法务看一下" in ann.chat
    assert "1 of 2 checked in" in ann.desk


def test_a_private_check_in_is_counted_and_not_shown(window: Open, database: Database) -> None:
    li = window(LI_NA)
    li.says("/checkin")
    li.sends(**GOOD | {"share": "private"}, help_wanted="秘密")
    desk = window(ANN).desk
    assert "1 of 2 checked in" in desk
    assert "秘密" not in desk
    assert "Good" not in desk


def test_what_is_wrong_is_said_at_its_question_and_nothing_typed_is_lost(window: Open, database: Database) -> None:
    li = window(LI_NA)
    li.says("/checkin")
    long = "字" * 40_000
    assert li.sends(mood="4", highlights=long).status_code == 422
    assert li.shown is not None
    assert "40,000" in li.shown.shown
    assert long in dict(li.shown.sent())["q.highlights"]
    assert "字" * 40_000 in li.presses("继续填写").text  # and kept for the next time
    assert highlights(database) == []


def test_answering_by_typing_with_buttons_for_the_choices(window: Open, database: Database) -> None:
    ben = window(BEN)
    ben.says("/checkin")
    ben.says("four")
    assert "Please choose a number from 1 (Very bad) to 5 (Very good)." in ben.chat
    ben.presses("Good")
    for text in ("Shipped 3 of 3 contracts to Lumen", "skip", "-"):
        ben.says(text)
    ben.presses("Keep it to myself")
    assert highlights(database) == ["Shipped 3 of 3 contracts to Lumen"]


def test_markup_is_shown_as_it_was_typed_and_controls_are_made_visible(
    window: Open, database: Database, clock: SetClock
) -> None:
    typed = "<img src=x onerror=alert(1)> **bold** &amp; <@U1> \u202etxt.exe\x1b[31m"
    ann, li = window(ANN), window(LI_NA)
    ann.says(f"/praise @li.na {typed}")
    assert "<img" not in ann.get("").text
    assert "<img src=x onerror=alert(1)> **bold** &amp; <@U1> [U+202E]txt.exe\u241b[31m" in ann.chat
    ann.says("/praise @li.na <img src=x> **bold** &amp; <@U1>")
    deliver(database, clock)
    assert "<img src=x> **bold** &amp; <@U1>" in li.chat
    assert "<img" not in li.get("").text


def test_the_same_event_twice_is_one(window: Open, database: Database) -> None:
    li = window(LI_NA)
    once = event()
    li.says("/checkin", once)
    li.says("/checkin", once)
    li.fills(**GOOD)
    assert li.shown is not None
    sent = list(li.shown.sent())
    assert {li.post("submit", sent).status_code for _ in range(3)} == {204}
    assert highlights(database) == [CLEAR]
    assert li.chat.count("/checkin") == 1
    assert rows(database, ChatLine) == 3  # typed, the card, and that it is saved


def test_two_tabs_with_one_form_the_later_one_is_told_and_keeps_its_text(window: Open, database: Database) -> None:
    first, second = window(LI_NA), window(LI_NA)
    first.says("/checkin")
    second.says("/checkin")
    first.sends(**GOOD)
    assert second.sends(**GOOD | {"highlights": "另一个说法"}).status_code == 409
    assert "以该次提交为准" in second.said
    assert second.shown is not None  # the form is still open
    assert highlights(database) == [CLEAR]


def test_after_the_deadline_the_form_says_so_and_stays(window: Open, database: Database, clock: SetClock) -> None:
    ben = window(BEN)
    ben.says("/checkin")
    clock.move(timedelta(days=8))
    assert ben.sends(mood="4", highlights="Closed 3 deals", share="private").status_code == 409
    assert "Your text is still in the form" in ben.said
    assert ben.shown is not None
    assert rows(database, CheckIn) == 0
    assert "This has closed." in ben.chat


def test_an_answer_can_be_edited_from_its_card(window: Open, database: Database) -> None:
    li = window(LI_NA)
    li.says("/checkin")
    li.sends(**GOOD)
    assert li.presses("修改").status_code == 200
    assert li.shown is not None
    assert dict(li.shown.sent())["q.highlights"] == CLEAR
    li.fills(highlights="写到一半的修改")
    assert "尚未提交" in li.post("draft", li.shown.sent()).text
    assert highlights(database) == [CLEAR]  # an answer that stands is not overwritten by what is being typed
    again = window(LI_NA)
    again.presses("继续填写")
    assert again.shown is not None
    assert dict(again.shown.sent())["q.highlights"] == "写到一半的修改"
    assert "未提交的修改" in again.said
    li.sends(highlights="改正：剩2笔差异，客户已确认")
    assert highlights(database) == [CLEAR, "改正：剩2笔差异，客户已确认"]


@pytest.mark.parametrize("follow_up", ["answered", "left open"])
def test_a_follow_up_that_an_edit_makes_needless_never_takes_the_room_with_it(window: Open, follow_up: str) -> None:
    li = window(LI_NA)
    li.says("/checkin")
    li.sends(mood="4", highlights="忙了一周，都正常", share="manager")  # too vague: asked for more
    if follow_up == "answered":
        li.sends(more="")
    else:
        li.get("")
    li.post("open", {"conversation": "1", "key": "pulse", "edition": "1", "event": event()})
    li.sends(highlights=CLEAR)
    again = li.get("")
    assert again.status_code == 200
    assert "已无需填写" in again.text
    assert li.get("/card?conversation=1&key=more").status_code == 200


def test_one_line_that_cannot_be_composed_never_takes_the_room_with_it(
    window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    li = window(LI_NA)
    li.says("/checkin")
    li.sends(**GOOD)
    li.says("/win")
    for where in ("bot.page_state._card_of", "bot.web.messages._body", "bot.helping._waiting", "bot.desk.goals_of"):
        with monkeypatch.context() as broken:
            broken.setattr(where, _broken)
            assert li.get("").status_code == 200, where
            assert li.get("/desk").status_code == 200, where
            if where == "bot.desk.goals_of":
                assert "暂时无法显示" in li.get("/desk").text
            if where == "bot.web.messages._body":
                assert li.get("").text.count("旧版本") >= 1


def _broken(*_: object, **__: object) -> None:
    raise KeyError("a question that was taken out of the flow")


def test_what_is_typed_into_a_form_is_kept_before_it_is_sent(window: Open) -> None:
    li = window(LI_NA)
    li.says("/checkin")
    li.fills(highlights="写了一半\n第二行")
    assert li.shown is not None
    assert li.post("draft", li.shown.sent()).status_code == 200
    other = window(LI_NA)
    other.presses("继续填写")
    assert other.shown is not None
    assert dict(other.shown.sent())["q.highlights"] == "写了一半\r\n第二行"


def test_somebody_elses_form_is_refused_and_the_attempt_is_kept(window: Open, database: Database) -> None:
    li, ben = window(LI_NA), window(BEN)
    li.says("/checkin")
    li.fills(**GOOD)
    assert li.shown is not None
    assert ben.post("submit", li.shown.sent()).status_code == 409
    assert "belongs to someone else" in ben.said
    with database.read() as db:
        audit = table(Audit)
        kept = db.execute(select(audit.c.viewer_id, audit.c.owner_id).where(~audit.c.allowed)).all()
    assert [tuple(row) for row in kept] == [(BEN, LI_NA)]
    assert rows(database, CheckIn) == 0


def test_a_post_without_the_token_of_its_session_changes_nothing(
    window: Open, site: Starlette, database: Database
) -> None:
    li = window(LI_NA)
    stranger = window(LI_NA)
    token = li.more["x-csrf"]
    for headers in ({}, {"x-csrf": "forged"}, {"x-csrf": "0" * 64}, stranger.more):
        li.more = dict(headers)
        assert li.says("hello").status_code == 403
        assert "会话已失效" in li.said
    bare = TestClient(site, base_url=ADDRESS)
    assert bare.post(f"/as/{LI_NA}/say", data={"text": "hi", "event": event(), "csrf": token}).status_code == 403
    assert [bare.get(f"/as/{LI_NA}/{part}").status_code for part in ("desk", "stream", "people?q=a")] == [403] * 3
    li.more = {}
    assert li.post("say", {"text": "hello", "event": event(), "csrf": token}).status_code == 204  # in the form will do
    assert rows(database, Inbox) == 1


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_from_elsewhere(site: Starlette) -> None:
    cookie = TestClient(site, base_url=ADDRESS).get(f"/as/{ANN}").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.5:8321", "[::1].evil", ""])
def test_another_host_name_is_not_answered(site: Starlette, host: str) -> None:
    refused = TestClient(site, base_url=ADDRESS).get("/", headers={"host": host})
    assert refused.status_code == 421
    assert "Ann" not in refused.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8321", "[::1]:8321"])
def test_this_machine_is_answered_by_any_of_its_names(site: Starlette, host: str) -> None:
    assert TestClient(site, base_url=ADDRESS).get("/", headers={"host": host}).status_code == 200


def test_far_too_much_at_once_is_refused_in_words(window: Open, database: Database) -> None:
    li = window(LI_NA)
    assert li.says("x" * 300_000).status_code == 413
    assert "256 KB" in li.said

    def endless() -> object:
        for _ in range(80):
            yield b"a" * 8192

    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = li.client.post(f"/as/{LI_NA}/say", content=endless(), headers={**li.more, **kind})  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert rows(database, Inbox) == 0


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("say", {"text": "x", "event": "not ours"}),
        ("open", {"conversation": "x", "key": "pulse"}),
        ("open", {"conversation": "99999999999", "key": "pulse"}),
        ("submit", {}),
        ("press", {"flow": "respond", "given": "[1]"}),
        ("press", {"flow": "respond", "given": "{"}),
        ("press", {"flow": "respond", "given": '{"event": {"$": "nonsense"}}'}),
        ("keep", {"flow": "evidence", "line": "1; drop table"}),
        ("read", {"line": "-1"}),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_words(
    window: Open, database: Database, deed: str, fields: dict[str, str]
) -> None:
    ben = window(BEN)
    answer = ben.post(deed, {"event": event(), **fields})
    assert answer.status_code in {400, 409}
    assert len(ben.said) > 20
    assert rows(database, ChatLine) == 0


def test_a_body_that_is_no_form_is_refused_in_words(window: Open) -> None:
    ben = window(BEN)
    for kind, body in (("application/json", b"{}"), ("multipart/form-data", b"x"), ("text/plain", b"\xff\x00")):
        answer = ben.client.post(f"/as/{BEN}/say", content=body, headers={**ben.more, "content-type": kind})
        assert answer.status_code == 400
        assert "couldn’t read" in answer.text


def test_nobody_and_somebody_who_left_have_no_room(site: Starlette) -> None:
    client = TestClient(site, base_url=ADDRESS)
    assert client.get("/as/999").status_code == 404
    assert client.get("/as/99999999999999999999").status_code == 404
    for number in ("9" * 5000, "0" * 5000, "0" * 5000 + "999"):
        assert client.get(f"/as/{number}").status_code == 404
    assert client.get(f"/as/{WANG_FANG}").status_code == 410
    assert "start page" in client.get("/nowhere").text


LOOKS = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/as/999", f"/as/{WANG_FANG}", "/nowhere", f"/as/{BEN}/card?conversation=x&key=y"])
@pytest.mark.parametrize(("language", "said"), [("en", "Choose who to be"), ("zh", "返回首页选择身份")])
def test_what_cannot_be_shown_is_a_page_with_a_way_back(site: Starlette, path: str, language: str, said: str) -> None:
    with TestClient(site, base_url=ADDRESS) as client:
        client.get(f"/as/{BEN}")
        answer = client.get(path, headers={**LOOKS, "accept-language": language})
    assert answer.status_code in {400, 404, 410}
    assert answer.headers["content-type"].startswith("text/html")
    if str(BEN) not in path and str(WANG_FANG) not in path:  # whose own language it would be
        assert said in words(answer.text)
    assert 'href="/?language=' in answer.text
    assert (f'href="/as/{BEN}"' in answer.text) == path.startswith(f"/as/{BEN}/")


def test_a_script_gets_the_sentence_alone(site: Starlette) -> None:
    answer = TestClient(site, base_url=ADDRESS).get("/as/999", headers={"accept": "*/*"})
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_follow_up_that_was_left_empty_is_not_called_answered(window: Open) -> None:
    ben = window(BEN)
    ben.says("/checkin")
    ben.sends(mood="4", highlights="Worked on stuff, busy week.", share="private")
    assert ben.shown is not None
    ben.sends()
    assert "You left this empty on" in ben.chat
    assert ben.chat.count("You answered this on") == 1


def test_a_message_can_be_kept_as_evidence_but_not_out_of_somebody_elses_chat(
    window: Open, database: Database, clock: SetClock
) -> None:
    li, ann, ben = window(LI_NA), window(ANN), window(BEN)
    li.post("post", {"text": "Acme 续约签下来了，+120k ARR", "event": event()})
    assert "Acme 续约签下来了" in ann.chat
    assert ann.presses("Save as evidence").status_code == 200
    assert ann.shown is not None
    assert dict(ann.shown.sent())["q.text"] == "Acme 续约签下来了，+120k ARR"
    ann.sends(kind="win")
    with database.read() as db:
        kept = db.execute(select(table(KeyEvent).c.subject_id, table(KeyEvent).c.quoted_from)).all()
    assert [tuple(row) for row in kept] == [(LI_NA, "Acme 续约签下来了，+120k ARR")]
    li.says("只给机器人看的话")
    line = re.findall(r'id="line-(\d+)"', li.get("").text)[-1]
    assert ben.post("keep", {"flow": "evidence", "line": line, "event": event()}).status_code == 409


def test_a_key_event_is_contested_from_the_desk(window: Open, database: Database, clock: SetClock) -> None:
    ann, ben = window(ANN), window(BEN)
    ann.says("/miss @ben.okafor sent the Lumen offer two days late")
    deliver(database, clock)
    assert "sent the Lumen offer two days late" in ben.desk
    ben.presses("Respond")
    ben.sends(stance="contest", text="It was sent on the day; here is the mail.")
    deliver(database, clock)
    assert "It was sent on the day" in ann.chat
    assert "Disputed: It was sent on the day" in ben.desk


def test_what_was_begun_is_discarded_from_the_desk(window: Open, database: Database) -> None:
    li = window(LI_NA)
    li.says("/win @nobody.here 签下了续约")
    li.says("/checkin")
    assert "：“签下了续约”" in li.desk
    assert li.desk.count("删除草稿") == 1, "the check-in is not hers to discard"
    assert li.presses("删除草稿").status_code == 204
    assert "签下了续约" not in li.desk
    assert "草稿已删除" in li.chat


def test_an_announcement_is_read_once_by_whom_it_was_for(window: Open, database: Database, clock: SetClock) -> None:
    hanna, ben = window(HANNA), window(BEN)
    announce(hanna)
    deliver(database, clock)
    line = re.search(r'data-id="(\d+)"[^>]*data-read', ben.get("").text)
    assert line
    for _ in range(2):
        assert ben.post("read", {"line": line[1]}).status_code == 204
    window(LI_WEI).post("read", {"line": line[1]})
    assert rows(database, AnnouncementReceipt) == 1
    assert "Read 1 / " in hanna.desk


def announce(hanna: Window) -> None:
    hanna.says("/announce")
    hanna.sends(headline="New review cycle", body="It begins on Monday.")
    hanna.sends(verdict="send")
    assert hanna.shown is None, hanna.said


def test_a_page_that_was_asked_for_and_delivered_stands_in_the_chat_once(
    window: Open, speaker: Dispatcher, database: Database, clock: SetClock
) -> None:
    flow = speaker.repertoire.register.named("checkin")
    with database.write() as db:
        speaker.start(db, flow, Start(LI_NA, clock.now(), given={"week": "2026-W10"}))
    li = window(LI_NA)
    li.says("/checkin")
    assert deliver(database, clock) == 1
    assert li.get("").text.count("data-card=") == 1


def test_people_are_found_as_one_types(window: Open) -> None:
    li = window(LI_NA)
    assert [each["value"] for each in li.get("/people?q=@li").json()] == ["@li.wei", "@li.na"]
    assert li.get("/people?q=李娜").json()[0]["name"] == "李娜"
    assert li.get("/people?q=%25%00").json() == []


def test_the_playground_is_refused_beside_a_platform_or_beyond_this_machine(speaker: Dispatcher) -> None:
    for host, platforms, reason in (
        ("0.0.0.0", (), "host"),
        ("192.168.1.4", (), "host"),
        ("", (), "host"),
        ("127.0.0.1", ("Slack",), "platform"),
    ):
        with pytest.raises(PlaygroundRefused) as refused:
            playground(speaker, "secret", host=host, platforms=platforms)
        assert refused.value.reason == reason


def test_only_the_script_asks_for_cards_of_ones_own(window: Open) -> None:
    li, ben = window(LI_NA), window(BEN)
    li.says("/checkin")
    address = attribute(li.get("").text, "data-card").removeprefix(f"/as/{LI_NA}")
    assert "周小结" in li.get(address).text
    assert "周小结" not in ben.get(address).text


@pytest.mark.parametrize(
    ("day", "said"), [("2026-03-05 10:00", "Remind me tomorrow"), ("2026-03-06 10:00", "Remind me on 9 March 2026")]
)
def test_a_question_is_put_off_by_the_button_on_its_card(
    window: Open, database: Database, dispatcher: Dispatcher, clock: SetClock, day: str, said: str
) -> None:
    clock.at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    with database.write() as db:
        dispatcher.start(db, dispatcher.repertoire.register.named("checkin"), Start(BEN, clock.now()))
    deliver(database, clock)
    ben = window(BEN)
    ben.presses(said)
    assert "I’ll ask you again on" in ben.chat
    assert rows(database, Snooze) == 1


def test_what_the_person_began_or_what_closes_sooner_is_not_put_off(window: Open, clock: SetClock) -> None:
    ben = window(BEN)
    ben.says("/goal")
    ben.says("/checkin")
    assert ben.chat.count("Remind me") == 1
    clock.move(timedelta(days=6, hours=20))
    assert "Remind me" not in ben.chat


def test_a_last_look_goes_out_by_its_button(window: Open, database: Database) -> None:
    ben = window(BEN)
    ben.says("/checkin")
    for text in ("4", "Closed 14 of 16 findings with the lab", "skip", "skip", "share"):
        ben.says(text)
    assert "This is what Ann Miller will see:" in ben.chat
    assert rows(database, CheckIn) == 0
    ben.presses("Change")
    assert ben.shown is not None
    ben.says("share")
    ben.presses("Send")
    assert rows(database, CheckIn) == 1


def welcome(window: Window) -> str:
    """What the welcome says; empty once it is hidden."""
    shown = window.get("").text.partition('class="welcome"')[2]
    return "" if shown.lstrip().startswith("hidden") else words("<p" + shown.partition("toast")[0])


def test_the_welcome_stays_until_one_has_written_something(window: Open) -> None:
    ben, ann, hanna = window(BEN), window(ANN), window(HANNA)
    ann.post("post", {"text": "Good morning", "event": event()})
    assert "Log a win" in welcome(ben) or "win" in welcome(ben).casefold()
    assert welcome(ben) != welcome(ann)
    assert "announce" in hanna.get("").text.partition('class="welcome"')[2].partition("toast")[0]
    ben.says("help")
    assert welcome(ben) == ""
    assert welcome(ann) != ""


def test_goals_that_are_overdue_or_have_not_moved_are_marked_for_the_owner_and_the_manager(
    window: Open, clock: SetClock
) -> None:
    ben, ann = window(BEN), window(ANN)
    ben.says("/goal Renew 90% of contracts by 31 March")
    ben.sends(weight="50")
    assert "Overdue" not in ben.desk
    clock.move(timedelta(days=27))
    ben.enter()
    ann.enter()
    assert ("Overdue" in ben.desk) == (clock.now().month > 3)
    clock.move(timedelta(days=3))
    for shown in (ben.desk, words(ann.get(f"/person/{BEN}").text)):
        assert "Overdue" in shown
        assert "No progress logged for 4 weeks" in shown
