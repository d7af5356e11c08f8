"""At the edges of a workspace: organizations of several, odd payloads, and what a window says when it cannot keep."""

import asyncio
import copy
import threading
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.dispatcher import Dispatcher
from bot.slack import guard, installing
from bot.slack.payloads import Misshapen, require_shape
from storage import accounts
from storage.checkins import CheckIn
from storage.columns import table
from storage.journal import OpenAsk
from tests.slack_workspace.company import connected, workspace
from tests.slack_workspace.outbound import signed
from tests.slack_workspace.running import in_loop
from tests.surfaces.slack.test_recorded import NAMES, recorded

FILLED = {"mood": "4", "highlights": "Renewed Acme with 3 seats more", "share": "manager"}
WORDS = {"type": "text", "text": "Renewed Acme"}


def rows(dispatcher: Dispatcher, model: Any) -> list[Any]:
    with dispatcher.database.read() as db:
        return list(db.execute(select(table(model))).mappings())


@pytest.mark.parametrize("home", ["T1", "E1", "T7"])
@in_loop
async def test_in_an_organization_a_form_is_kept_whichever_workspace_is_its_senders_home(
    dispatcher: Dispatcher, home: str
) -> None:
    """The app is in one workspace; people of the organization have a home of their own."""
    here = workspace(dispatcher.clock, enterprise="E1")  # type: ignore[arg-type]
    async with connected(dispatcher, here=here) as company:
        await company.ann.commands("/checkin")
        await company.ann.fills(FILLED)
        here.users["UANN"] |= {"team_id": home, "enterprise_user": {"id": "UANN", "enterprise_id": "E1"}}
        company.surface.people._found.clear()
        with dispatcher.database.write() as db:
            accounts.forget(db, accounts.SLACK, "T1")
        payload = company.ann.submission(company.ann.form)
        payload["user"]["team_id"] = home
        ack = await company.ann.submits(payload)
        assert ack.body["response_action"] == "update"
        event = {**company.ann.typed("help"), "team": home, "user_team": home, "source_team": home}
        await company.slack.event(event)
        assert company.ann.told
    assert [row["highlights"] for row in rows(dispatcher, CheckIn)] == [FILLED["highlights"]]


@in_loop
async def test_somebody_of_another_organization_is_nobody_however_they_are_listed(dispatcher: Dispatcher) -> None:
    here = workspace(dispatcher.clock, enterprise="E1")  # type: ignore[arg-type]
    foreign = {"team_id": "T9", "enterprise_user": {"id": "W9", "enterprise_id": "E9"}}
    here.user("UOTHER", "other", "dora.weiss@lumen.example", **foreign)
    async with connected(dispatcher, here=here) as company:
        other = company.person("UOTHER")
        await company.slack.event({**other.typed("help"), "team": "T9", "user_team": "T9"})
        assert other.told == []


@pytest.mark.parametrize("user", ["UGUEST", "UNEW"])
@in_loop
async def test_a_form_from_somebody_who_may_not_send_it_stays_open_and_says_why(
    dispatcher: Dispatcher, user: str
) -> None:
    async with connected(dispatcher) as company:
        await company.ann.commands("/checkin")
        await company.ann.fills(FILLED)
        payload = company.ann.submission(company.ann.form)
        payload["user"]["id"] = user
        ack = await company.slack.interaction(payload)
        assert ack.body["response_action"] == "errors"
        (said,) = ack.body["errors"].values()
        assert "HR" in said
    assert rows(dispatcher, CheckIn) == []


@pytest.mark.parametrize("user", ["UGUEST", "UNEW"])
@in_loop
async def test_a_window_without_a_field_says_why_instead_of_closing(dispatcher: Dispatcher, user: str) -> None:
    async with connected(dispatcher) as company:
        await company.ann.commands("/checkin")
        payload = company.ann.submission(company.ann.form)
        payload["user"]["id"] = user
        payload["view"] |= {"blocks": [], "state": {"values": {}}}
        ack = await company.slack.interaction(payload)
        assert ack.body["response_action"] == "update"
        assert "HR" in str(ack.body["view"]["blocks"])


@in_loop
async def test_a_form_from_a_workspace_that_is_not_ours_is_not_acknowledged(dispatcher: Dispatcher) -> None:
    """Slack then says in the window that it did not work, and keeps it open."""
    async with connected(dispatcher) as company:
        await company.ann.commands("/checkin")
        await company.ann.fills(FILLED)
        payload = company.ann.submission(company.ann.form)
        payload["team"] = {"id": "T404", "domain": "elsewhere"}
        payload["user"]["team_id"] = "T404"
        assert (await company.slack.interaction(payload)).status == 404


@in_loop
async def test_a_form_that_cannot_be_read_stays_open_and_says_so(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await company.ann.commands("/checkin")
        await company.ann.fills(FILLED)
        payload = company.ann.submission(company.ann.form)
        payload["view"]["private_metadata"] = "{}"
        ack = await company.slack.interaction(payload)
        assert ack.body["response_action"] == "errors"


@in_loop
async def test_a_form_that_takes_long_stays_open_says_so_and_is_kept_once(dispatcher: Dispatcher) -> None:
    busy = threading.Event()
    async with connected(dispatcher, answered_within=0.05) as company:
        await company.ann.types("help")  # who she is is known by now
        await company.ann.commands("/checkin")
        await company.ann.fills(FILLED)
        payload = company.ann.submission(company.ann.form)
        dispatcher.database.submit(busy.wait, 10)
        ack = await company.slack.interaction(payload)
        assert ack.body["response_action"] == "errors"
        (said,) = ack.body["errors"].values()
        assert "Your words stay here" in said
        busy.set()
        for _ in range(200):
            if rows(dispatcher, CheckIn):
                break
            await asyncio.sleep(0.02)
        again = await company.slack.interaction(payload)
        assert again.body["response_action"] in ("errors", "update")
    assert [row["highlights"] for row in rows(dispatcher, CheckIn)] == [FILLED["highlights"]]


@in_loop
async def test_a_form_that_cannot_be_dealt_with_stays_open_and_says_so(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(dispatcher) as company:
        await company.ann.commands("/checkin")
        await company.ann.fills(FILLED)

        def torn(*_: object, **__: object) -> None:
            raise KeyError("what nobody thought of")

        with monkeypatch.context() as broken:
            broken.setattr("bot.paging.submitted", torn)
            ack = await company.ann.submits(company.ann.submission(company.ann.form))
        assert ack.body["response_action"] == "errors"
        (said,) = ack.body["errors"].values()
        assert "Something went wrong on our side, and nothing was changed." in said
        assert rows(dispatcher, CheckIn) == []
        ack = await company.ann.submits(company.ann.submission(company.ann.form))
        assert ack.body["response_action"] == "update"
    assert [row["highlights"] for row in rows(dispatcher, CheckIn)] == [FILLED["highlights"]]


@in_loop
async def test_a_field_that_was_not_sent_keeps_what_was_in_it_and_an_emptied_one_does_not(
    dispatcher: Dispatcher,
) -> None:
    async with connected(dispatcher) as company:
        await company.ann.commands("/checkin")
        await company.ann.fills({**FILLED, "blockers": "Waiting for legal"})
        await company.ann.closes()
        await company.ann.commands("/checkin")
        await company.ann.fills(FILLED)
        payload = company.ann.submission(company.ann.form)
        values = payload["view"]["state"]["values"]
        with dispatcher.database.write() as db:
            kept = {**FILLED, "blockers": "Waiting for legal"}
            db.execute(table(OpenAsk).update().values(draft=kept))
        del values["pulse/blockers"]
        await company.ann.submits(payload)
    assert [row["blockers"] for row in rows(dispatcher, CheckIn)] == ["Waiting for legal"]


@in_loop
async def test_a_message_without_words_is_answered_and_one_in_blocks_is_read(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        file = {"subtype": "file_share", "files": [{"id": "F1", "name": "voice.m4a"}]}
        await company.slack.event({**company.ann.typed(""), **file})
        assert "only read text" in company.ann.told[-1]
        await company.slack.event(company.ann.typed("  "))
        assert len(company.ann.told) == 1
        rich = [
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{**WORDS, "text": "help"}]}]}
        ]
        await company.slack.event({**company.ann.typed(""), "blocks": rich})
        assert len(company.ann.told) == 2
        assert "/checkin" in company.ann.told[-1]


@in_loop
async def test_of_many_mentions_twenty_are_looked_up(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        for number in range(60):
            company.here.user(f"UX{number}", f"x{number}", f"x{number}@lumen.example")
        await company.ann.types("help")
        before = len(company.here.calls("users.info"))
        await company.ann.types(" ".join(f"<@UX{number}|x{number}>" for number in range(60)))
        assert len(company.here.calls("users.info")) - before == 20


SIGNED_ALL_THE_SAME: tuple[dict[str, Any], ...] = (
    {"type": {}, "event": [], "user": 5},
    {"type": "event_callback", "event": "x"},
    {"type": "block_actions", "user": {"id": "UANN", "team_id": "T1"}, "team": {"id": "T1"}, "actions": 5},
    {"type": "block_actions", "user": {"id": "UANN", "team_id": "T1"}, "team": {"id": "T1"}, "actions": ["x", None]},
    {"type": "view_submission", "user": {"id": "UANN"}, "team": "T1", "view": []},
    {"type": "event_callback", "event": {"type": ["message"]}},
    {"type": "event_callback", "authorizations": [5], "event": {"type": "message"}},
)


@in_loop
async def test_signed_payloads_of_no_known_form_are_answered_once_and_for_all(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        for body in SIGNED_ALL_THE_SAME:
            assert (await company.slack.interaction(body)).status == 200, body
            raw = orjson.dumps(body)
            headers = {"Content-Type": "application/json", **signed(raw, company.here.now())}
            assert (await company.slack.post(raw, headers)).status == 200, body


JSON = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3) | st.lists(st.integers(0, 3), max_size=2)
PLACES = st.lists(st.integers(0, 30), min_size=1, max_size=4)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(NAMES), PLACES, JSON | st.just({}))
def test_whatever_stands_in_a_payload_it_is_let_in_whole_or_named(name: str, places: list[int], value: Any) -> None:
    body = copy.deepcopy(recorded(name)["body"])
    at: Any = body
    for number in places[:-1]:
        inner = [
            each for each in (at.values() if isinstance(at, dict) else at) if isinstance(each, dict | list) and each
        ]
        if not inner:
            break
        at = inner[number % len(inner)]
    key = list(at)[places[-1] % len(at)] if isinstance(at, dict) else places[-1] % len(at)
    at[key] = value
    try:
        guard.require_answerable(body)
        require_shape(body)
    except (Misshapen, guard.Turned):
        return


@in_loop
async def test_no_redirect_takes_a_message_to_another_address() -> None:
    taken: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        taken.append(await request.text())
        return web.json_response({"ok": True})

    async def api(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(f"http://{request.host}/elsewhere")

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", api)
    app.router.add_post("/elsewhere", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with installing.new_session() as session:
        client = installing.Clients(session, f"http://127.0.0.1:{runner.addresses[0][1]}/api/").of("xoxb-1")
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel="UANN", text="Only Ann may read this")
    await runner.cleanup()
    assert taken == []
