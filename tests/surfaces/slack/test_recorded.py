"""Payloads as Slack documents them, through the whole door: signed, over HTTP, to what must come of each.

They were written after Slack's documentation; each file says which page. What is good only once or has to be the
workspace's own, such as a trigger, is put in when it is replayed.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from sqlalchemy import select

from bot.dispatcher import Dispatcher
from storage.checkins import CheckIn
from storage.columns import table
from storage.journal import OpenAsk
from tests.slack_workspace.company import Company, connected, workspace
from tests.slack_workspace.outbound import Ack, signed
from tests.slack_workspace.running import in_loop

RECORDED = Path(__file__).parents[2] / "recorded" / "slack"
NAMES = sorted(file.stem for file in RECORDED.glob("*.json"))
KINDS = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
TEXT = "Renewed Acme with 3 seats more"
Outcome = Callable[[Company, Ack], Awaitable[None]]


def recorded(name: str) -> dict[str, Any]:
    return dict(orjson.loads((RECORDED / f"{name}.json").read_bytes()))


async def replay(company: Company, name: str, **changed: Any) -> Ack:
    """Posts a payload as Slack does."""
    file = recorded(name)
    body = {**file["body"], **changed}
    user = body["user"]["id"] if "user" in body else body.get("user_id", "")
    if "trigger_id" in body:
        body["trigger_id"] = company.here.trigger(user)
    match file["sent_as"]:
        case "json":
            raw, kind = orjson.dumps(body), "json"
        case "form":
            raw, kind = urlencode(body).encode(), "form"
        case _:
            raw, kind = urlencode({"payload": orjson.dumps(body).decode()}).encode(), "form"
    return await company.slack.post(raw, {"Content-Type": KINDS[kind], **signed(raw, company.here.now())})


def checkins(company: Company) -> list[Any]:
    with company.surface.dispatcher.database.read() as db:
        return list(db.execute(select(table(CheckIn))).mappings())


def drafts(company: Company) -> list[Any]:
    with company.surface.dispatcher.database.read() as db:
        return list(db.execute(select(table(OpenAsk).c.draft)).scalars())


def nothing_was_done(company: Company) -> None:
    """Nobody was told, shown or asked about anything."""
    calls = {call.method for call in company.here.calls()} - {"auth.test", "users.info"}
    assert calls == set()


async def opens_the_checkin(company: Company, ack: Ack) -> None:
    assert ack.body == ""
    assert company.ann.view["private_metadata"].startswith('{"c":1,"k":"pulse"')


async def keeps_the_checkin(company: Company, ack: Ack) -> None:
    assert ack.body["response_action"] == "update"
    [row] = checkins(company)
    assert (row["mood"], row["highlights"], row["shared"]) == (4, TEXT, True)


async def keeps_a_draft(company: Company, _: Ack) -> None:
    assert drafts(company)[0]["highlights"] == TEXT
    assert checkins(company) == []


async def keeps_what_stands(company: Company, _: Ack) -> None:
    assert checkins(company) == []


async def finds_ben(_: Company, ack: Ack) -> None:
    assert [option["value"] for option in ack.body["options"]] == ["3"]


async def quotes_the_message(company: Company, _: Ack) -> None:
    shown = str(company.ann.view)
    assert "Acme signed & paid: 3 seats more, thanks to @li.na" in shown


async def shows_the_desk(company: Company, _: Ack) -> None:
    assert "My team" in str(company.ann.home)


async def gets_help(company: Company, _: Ack) -> None:
    assert len(company.ann.told) == 1


async def does_nothing(company: Company, ack: Ack) -> None:
    assert ack.body == ""
    nothing_was_done(company)


async def forgets_the_workspace(company: Company, _: Ack) -> None:
    calls = len(company.here.calls())
    await company.ann.types("help")
    assert company.ann.told == []
    assert {call.method for call in company.here.calls()[calls:]} <= {"auth.test"}


async def changes_nothing(company: Company, _: Ack) -> None:
    await company.ann.types("help")
    assert len(company.ann.told) == 1


async def echoes_the_challenge(company: Company, ack: Ack) -> None:
    assert ack.body == recorded("url_verification")["body"]["challenge"]
    nothing_was_done(company)


EXPECTED: dict[str, tuple[Outcome, bool]] = {
    "slash_command": (opens_the_checkin, False),
    "slash_command_in_an_organization": (opens_the_checkin, False),
    "block_actions_in_a_message": (opens_the_checkin, True),
    "block_actions_in_a_window": (keeps_a_draft, True),
    "view_submission": (keeps_the_checkin, True),
    "view_closed": (keeps_what_stands, True),
    "block_suggestion": (finds_ben, True),
    "message_shortcut": (quotes_the_message, False),
    "global_shortcut": (opens_the_checkin, False),
    "app_home_opened": (shows_the_desk, False),
    "app_home_opened_on_messages": (does_nothing, False),
    "message_im": (gets_help, False),
    "message_changed": (does_nothing, False),
    "message_deleted": (does_nothing, False),
    "bot_message": (does_nothing, False),
    "own_message": (does_nothing, False),
    "stranger_in_a_shared_channel": (does_nothing, False),
    "guest": (does_nothing, False),
    "app_uninstalled": (forgets_the_workspace, False),
    "tokens_revoked": (forgets_the_workspace, False),
    "a_persons_token_revoked": (changes_nothing, False),
    "app_rate_limited": (does_nothing, False),
    "url_verification": (echoes_the_challenge, False),
    "message_in_an_organization": (gets_help, False),
    "view_submission_in_an_organization": (keeps_the_checkin, True),
    "block_actions_in_one_workspace_of_an_organization": (opens_the_checkin, True),
}
"""What must come of each, and whether the person has a check-in open in a window before."""


def test_every_recorded_payload_has_an_outcome_and_says_where_it_is_documented() -> None:
    assert set(EXPECTED) == set(NAMES)
    for name in NAMES:
        assert recorded(name)["after"].startswith(("https://docs.slack.dev/", "https://api.slack.com/"))


@pytest.mark.parametrize("name", NAMES)
@in_loop
async def test_what_slack_sends_has_the_outcome_it_must_have(dispatcher: Dispatcher, name: str) -> None:
    outcome, is_open = EXPECTED[name]
    clock: Any = dispatcher.clock
    here = workspace(clock, enterprise="E1" if "organization" in name else None)
    here.org_wide = name.endswith("in_an_organization")
    async with connected(dispatcher, here=here) as company:
        if is_open:
            await company.ann.commands("/checkin")
            window = {"id": company.ann.window.id, "hash": company.ann.window.hash}
            if "view" in (body := recorded(name)["body"]):
                ack = await replay(company, name, view={**body["view"], **window})
            else:
                ack = await replay(company, name)
        else:
            ack = await replay(company, name)
        assert ack.status == 200
        await outcome(company, ack)


@pytest.mark.parametrize("name", ["app_uninstalled", "tokens_revoked"])
@in_loop
async def test_the_removal_is_taken_from_a_bot_that_has_just_started_with_a_token_that_is_gone(
    dispatcher: Dispatcher, name: str
) -> None:
    async with connected(dispatcher) as company:
        company.here.tokens["xoxb-1"].revoked = True  # Slack takes the token away before it tells of it
        assert (await replay(company, name)).status == 200
        nothing_was_done(company)


@in_loop
async def test_removal_and_revocation_come_in_either_order(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await company.ann.types("help")
        for name in ("tokens_revoked", "app_uninstalled", "tokens_revoked"):
            assert (await replay(company, name)).status == 200
        await company.ann.types("help")
        assert len(company.ann.told) == 1


@pytest.mark.parametrize("name", NAMES)
@in_loop
async def test_none_of_them_is_taken_from_anybody_but_slack(dispatcher: Dispatcher, name: str) -> None:
    async with connected(dispatcher) as company:
        raw = orjson.dumps(recorded(name)["body"])
        ack = await company.slack.post(raw, {"Content-Type": "application/json", **signed(raw, 0.0)})
        assert ack.status == 401
        assert {call.method for call in company.here.calls()} <= {"auth.test"}  # which is asked at the start
