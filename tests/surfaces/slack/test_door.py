"""At the door: what is not from Slack is turned away before anything reads it, and nothing is answered elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.dispatcher import Dispatcher
from bot.slack import guard
from storage.columns import table
from storage.journal import Inbox
from tests.slack_workspace.company import Company, connected
from tests.slack_workspace.outbound import signed
from tests.slack_workspace.running import in_loop

A_DAY = timedelta(days=1, minutes=1)
FORM = "application/x-www-form-urlencoded"


@asynccontextmanager
async def nothing_read(dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Company]:
    """A bot in which parsing anything is an error, and in which nothing happens."""

    def parsed(*_: Any) -> Any:
        raise AssertionError("something was parsed")

    monkeypatch.setattr(guard, "parsed", parsed)
    async with connected(dispatcher) as company:
        yield company
    with dispatcher.database.read() as db:
        assert db.execute(select(func.count()).select_from(table(Inbox))).scalar() == 0


def headers(company: Company, raw: bytes, **more: str) -> dict[str, str]:
    return {"Content-Type": "application/json", **signed(raw, company.here.now()), **more}


BODY = b'{"type":"event_callback"}'


@in_loop
async def _refuses(dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch, status: int, **more: str) -> None:
    async with nothing_read(dispatcher, monkeypatch) as company:
        answer = await company.slack.post(BODY, headers(company, BODY, **more))
        assert answer.status == status


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        (401, {"X-Slack-Signature": ""}),
        (401, {"X-Slack-Signature": "v0=" + "0" * 64}),
        (401, {"X-Slack-Signature": "v0=é"}),
        (401, {"X-Slack-Request-Timestamp": ""}),
        (401, {"X-Slack-Request-Timestamp": "soon"}),
        (401, {"X-Slack-Request-Timestamp": "-1"}),
        (401, {"X-Slack-Request-Timestamp": "9" * 40}),
        (415, {"Content-Type": "text/plain"}),
        (415, {"Content-Type": "multipart/form-data; boundary=x"}),
    ],
)
def test_what_slack_has_not_signed_is_turned_away_unread(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch, status: int, changed: dict[str, str]
) -> None:
    _refuses(dispatcher, monkeypatch, status, **changed)


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (301, 401), (-299, 400), (299, 400)])
@in_loop
async def test_a_signature_is_good_for_five_minutes(dispatcher: Dispatcher, seconds: int, status: int) -> None:
    async with connected(dispatcher) as company:
        raw = b"unreadable, and signed"
        signature = signed(raw, company.here.now() + seconds)
        answer = await company.slack.post(raw, {"Content-Type": "application/json", **signature})
        assert answer.status == status


@in_loop
async def test_a_body_that_was_changed_on_the_way_is_turned_away(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        answer = await company.slack.post(BODY + b" ", headers(company, BODY))
        assert answer.status == 401


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"{", b"[" * 100_000, b"[]", b'"x"', b"payload=%7B", b"payload=[]", b"a=1&" * 500]
)
@in_loop
async def test_signed_rubbish_is_a_bad_request_and_no_error(dispatcher: Dispatcher, raw: bytes) -> None:
    async with connected(dispatcher) as company:
        kind = FORM if b"=" in raw else "application/json"
        assert (await company.slack.post(raw, headers(company, raw, **{"Content-Type": kind}))).status == 400


@given(st.one_of(st.text(), st.text('%=&+_ 2F\n\r"é字')))
def test_a_form_is_read_as_python_reads_it(text: str) -> None:
    try:
        raw = urlencode({"payload": orjson.dumps({"text": text}).decode()}).encode()
    except (TypeError, UnicodeEncodeError):  # half a character cannot be sent
        return
    assert guard.parsed(raw, FORM) == {"text": text} == orjson.loads(dict(parse_qsl(raw.decode()))["payload"])
    assert guard.decoded(b"1=1+%E5%AD%97") == "1=1 字"


@in_loop
async def test_a_megabyte_is_the_most_that_is_read_whatever_the_header_says(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        raw = b"x" * (guard.MOST_BYTES + 1)
        whole = await company.slack.post(BytesIO(raw), headers(company, raw))  # type: ignore[arg-type]
        assert whole.status in (0, 413)

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(64):
                yield b"x" * 65_536
                await asyncio.sleep(0)

        answer = await company.slack.post(endless(), {"Content-Type": "application/json"})  # type: ignore[arg-type]
        assert answer.status in (0, 413)  # the connection may be closed before all of it was sent


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
@in_loop
async def test_only_what_is_posted_is_looked_at(dispatcher: Dispatcher, method: str) -> None:
    async with (
        connected(dispatcher) as company,
        company.slack.session.request(method, f"{company.slack.app_url}/slack/events") as answer,
    ):
        assert answer.status == 405


@pytest.mark.parametrize("team", ["T1", "T9"])
@pytest.mark.parametrize(
    "url",
    ["{here}/response/x", "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/x", "https://evil@[::1/x"],
)
@in_loop
async def test_nothing_is_answered_to_an_address_that_is_not_slacks(
    dispatcher: Dispatcher, url: str, team: str
) -> None:
    async with connected(dispatcher) as company:
        form = {"team_id": team, "user_id": "UANN", "command": "/help", "text": "", "trigger_id": "1"}
        form["response_url"] = url.format(here=company.server.url)
        raw = urlencode(form).encode()
        answer = await company.slack.post(raw, headers(company, raw, **{"Content-Type": FORM}))
        assert answer.status == 400
        assert company.server.response_urls_hit == []


@in_loop
async def test_slack_may_see_that_the_address_is_ours_once_it_has_signed(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        raw = orjson.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "t"})
        assert (await company.slack.post(raw, headers(company, raw))).body == "3eZbrw1a"
        assert (await company.slack.post(raw, {"Content-Type": "application/json"})).status == 401


@in_loop
async def test_an_event_of_a_workspace_the_app_is_not_in_does_nothing(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await company.slack.event(company.ann.typed("help"), team_id="T9", authorizations=[{"team_id": "T9"}])
        assert company.ann.told == []


@pytest.mark.parametrize("user", ["UGUEST", "USTRANGER", "UROBOT", "UBOT", "USLACKBOT", "U404"])
@in_loop
async def test_guests_strangers_and_bots_get_nothing_at_all(dispatcher: Dispatcher, user: str) -> None:
    async with connected(dispatcher) as company:
        company.here.users.setdefault(user, {**company.here.users["UROBOT"], "id": user})
        person = company.person(user)
        await person.types("help")
        await person.opens_home()
        await person.commands("/checkin")
        assert person.answers == []
        assert company.here.calls("chat.postMessage") == []
        assert not person.is_window_open
        assert user not in company.here.homes


@in_loop
async def test_a_stranger_in_a_shared_channel_is_told_by_their_own_team_and_not_by_ours(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        event = {**company.ann.typed("help"), "user": "UX", "user_team": "T9", "team": "T9", "source_team": "T9"}
        await company.slack.event(event, is_ext_shared_channel=True)
        assert company.here.calls("users.info") == []
        assert company.here.calls("chat.postMessage") == []


@pytest.mark.parametrize(
    "more", [{"bot_id": "B9"}, {"subtype": "bot_message"}, {"subtype": "message_changed"}, {"channel_type": "channel"}]
)
@in_loop
async def test_bots_changes_and_channels_are_not_listened_to(dispatcher: Dispatcher, more: dict[str, Any]) -> None:
    async with connected(dispatcher) as company:
        await company.slack.event({**company.ann.typed("help"), **more})
        assert company.ann.told == []


@in_loop
async def test_a_member_whose_address_nobody_knows_is_told_what_to_do_in_their_language(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        new = company.person("UNEW")
        await new.commands("/checkin")
        assert "HR" in new.answers[0]["text"]
        assert "邮箱" in new.answers[0]["text"]
        event = new.typed("你好")
        for _ in range(2):
            assert (await company.slack.event(event, event_id="Ev1")).ok
        assert new.told == [new.answers[0]["text"]]
        await new.opens_home()
        assert "邮箱" in str(new.home["blocks"])
        company.server.limiter.refuse_next("chat.postMessage", 30)
        company.server.limiter.refuse_next("views.publish", 30)
        assert (await new.types("你好")).ok
        assert (await new.opens_home()).ok


@in_loop
async def test_somebody_is_looked_up_once_and_asked_about_again_after_a_day(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        for _ in range(3):
            await company.ann.types("help")
        assert len(company.here.calls("users.info")) == 1
        company.here.users["UANN"]["profile"]["email"] = "dora.weiss@lumen.example"
        company.clock.move(A_DAY)
        await company.ann.types("help")
        assert len(company.here.calls("users.info")) == 2
        company.here.users["UANN"]["is_restricted"] = True
        company.clock.move(A_DAY)
        told = len(company.ann.told)
        await company.ann.types("help")
        assert len(company.ann.told) == told
