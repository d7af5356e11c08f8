"""The workspace of our own is as strict as Slack, asked by Slack's own client."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SetClock
from tests.slack_workspace.running import in_loop
from tests.slack_workspace.server import Server
from tests.slack_workspace.state import Token, Workspace


@asynccontextmanager
async def slack() -> AsyncIterator[tuple[Workspace, Server, AsyncWebClient]]:
    here = Workspace(SetClock())
    here.user("U1", "ann", "ann@lumen.example")
    here.channel("C1", "general", "U1")
    here.channel("C2", "bots", "U1", "UBOT")
    here.channel("C3", "old", "UBOT").is_archived = True
    async with Server(here).running() as server:
        yield here, server, AsyncWebClient("xoxb-1", base_url=server.api, retry_handlers=[])


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(title: str = "T", **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain(title), "blocks": [{"type": "divider"}], **more}


Probe = Callable[[AsyncWebClient, Workspace], Awaitable[Any]]


async def _twice(client: AsyncWebClient, here: Workspace) -> None:
    posted = await client.chat_postMessage(channel="C2", text="x")
    for _ in range(2):
        await client.reactions_add(channel="C2", timestamp=posted["ts"], name="eyes")


PROBES: tuple[tuple[str, Probe], ...] = (
    ("channel_not_found", lambda c, _: c.chat_postMessage(channel="C9", text="x")),
    ("not_in_channel", lambda c, _: c.chat_postMessage(channel="C1", text="x")),
    ("is_archived", lambda c, _: c.chat_postMessage(channel="C3", text="x")),
    ("no_text", lambda c, _: c.api_call("chat.postMessage", json={"channel": "C2"})),
    ("msg_too_long", lambda c, _: c.chat_postMessage(channel="C2", text="x" * 40_001)),
    ("invalid_blocks", lambda c, _: c.chat_postMessage(channel="C2", text="x", blocks=[{"type": "divider"}] * 51)),
    ("invalid_blocks", lambda c, _: c.chat_postMessage(channel="C2", text="x", blocks=[{"type": "sheet"}])),
    ("cannot_dm_bot", lambda c, _: c.chat_postMessage(channel="UBOT", text="x")),
    ("message_not_found", lambda c, _: c.chat_update(channel="C2", ts="1.1", text="x")),
    ("message_not_found", lambda c, _: c.chat_delete(channel="C2", ts="1.1")),
    ("user_not_in_channel", lambda c, _: c.chat_postEphemeral(channel="C2", user="U9", text="x")),
    ("time_in_past", lambda c, h: c.chat_scheduleMessage(channel="C2", text="x", post_at=int(h.now()) - 1)),
    ("time_too_far", lambda c, h: c.chat_scheduleMessage(channel="C2", text="x", post_at=int(h.now()) + 121 * 86_400)),
    ("user_not_found", lambda c, _: c.users_info(user="U9")),
    ("users_not_found", lambda c, _: c.users_lookupByEmail(email="nobody@lumen.example")),
    ("invalid_trigger_id", lambda c, _: c.views_open(trigger_id="1.2.3", view=modal())),
    ("invalid_arguments", lambda c, h: c.views_open(trigger_id=h.trigger("U1"), view=modal("t" * 25))),
    ("not_found", lambda c, _: c.views_update(view_id="V9", view=modal())),
    ("invalid_arguments", lambda c, _: c.views_publish(user_id="U1", view=modal())),
    ("unknown_method", lambda c, _: c.api_call("chat.shout")),
    ("already_reacted", _twice),
)


@pytest.mark.parametrize(("error", "probe"), PROBES, ids=[f"{n}-{error}" for n, (error, _) in enumerate(PROBES)])
@in_loop
async def test_what_slack_refuses_is_refused(error: str, probe: Probe) -> None:
    async with slack() as (here, _, client):
        with pytest.raises(SlackApiError) as refused:
            await probe(client, here)
        assert refused.value.response["error"] == error


@in_loop
async def test_a_refusal_of_blocks_points_at_the_place() -> None:
    async with slack() as (here, _, client):
        with pytest.raises(SlackApiError) as refused:
            await client.views_open(trigger_id=here.trigger("U1"), view=modal("t" * 25))
        assert refused.value.response["response_metadata"]["messages"] == [
            "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
        ]


@in_loop
async def test_arguments_are_found_in_the_query_the_form_and_the_body() -> None:
    async with slack() as (here, _, client):
        assert (await client.auth_test())["team_id"] == "T1"  # query of a POST
        assert (await client.users_info(user="U1"))["user"]["id"] == "U1"  # GET
        assert (await client.conversations_open(users="U1"))["channel"]["id"] == "DU1"
        posted = await client.chat_postMessage(channel="U1", text="x")  # JSON
        assert posted["channel"] == "DU1"
        await client.chat_update(channel="DU1", ts=posted["ts"], text="y")
        assert [each["text"] for each in here.dm("U1").messages] == ["y"]
        await client.chat_delete(channel="DU1", ts=posted["ts"])
        assert here.dm("U1").messages == []
        assert [call.method for call in here.transcript][:2] == ["auth.test", "users.info"]


@in_loop
async def test_a_token_is_looked_at() -> None:
    async with slack() as (here, server, _):
        here.tokens["xoxb-narrow"] = Token("T1", "commands users:read")
        for token, error, needed in (
            ("", "not_authed", None),
            ("xoxb-9", "invalid_auth", None),
            ("xoxb-narrow", "missing_scope", "chat:write"),
        ):
            with pytest.raises(SlackApiError) as refused:
                await AsyncWebClient(token, base_url=server.api).chat_postMessage(channel="C2", text="x")
            assert (refused.value.response["error"], refused.value.response.get("needed")) == (error, needed)
        narrow = await AsyncWebClient("xoxb-narrow", base_url=server.api).users_info(user="U1")
        assert "email" not in narrow["user"]["profile"]
        here.tokens["xoxb-1"].revoked = True
        with pytest.raises(SlackApiError, match="token_revoked"):
            await AsyncWebClient("xoxb-1", base_url=server.api).auth_test()


@in_loop
async def test_a_trigger_is_good_once_and_for_three_seconds() -> None:
    async with slack() as (here, _, client):
        trigger = here.trigger("U1")
        first = await client.views_open(trigger_id=trigger, view=modal())
        for error in ("exchanged_trigger_id", "expired_trigger_id"):
            with pytest.raises(SlackApiError, match=error):
                await client.views_open(trigger_id=trigger, view=modal())
            trigger = here.trigger("U1")
            here.clock.move(timedelta(seconds=4))
        with pytest.raises(SlackApiError, match="hash_conflict"):
            await client.views_update(view_id=first["view"]["id"], hash="old", view=modal("B"))
        await client.views_update(view_id=first["view"]["id"], hash=first["view"]["hash"], view=modal("B"))


@in_loop
async def test_three_windows_stand_on_one_another_and_no_more() -> None:
    async with slack() as (here, _, client):
        shown = await client.views_open(trigger_id=here.trigger("U1"), view=modal())
        for _ in range(2):
            shown = await client.views_push(trigger_id=here.trigger("U1", shown["view"]["id"]), view=modal())
        with pytest.raises(SlackApiError, match="push_limit_reached"):
            await client.views_push(trigger_id=here.trigger("U1", shown["view"]["id"]), view=modal())


@in_loop
async def test_a_home_that_is_switched_off_cannot_be_published() -> None:
    async with slack() as (here, _, client):
        here.home_enabled = False
        with pytest.raises(SlackApiError, match="not_enabled"):
            await client.views_publish(user_id="U1", view={"type": "home", "blocks": [{"type": "divider"}]})


@in_loop
async def test_whoever_is_too_quick_is_told_how_long_to_wait() -> None:
    async with slack() as (here, _, client):
        for _ in range(4):
            await client.chat_postMessage(channel="C2", text="x")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel="C2", text="x")
        assert refused.value.response.status_code == 429
        assert int(refused.value.response.headers["Retry-After"]) > 0
        here.clock.move(timedelta(seconds=5))
        await client.chat_postMessage(channel="C2", text="x")


@in_loop
async def test_metadata_is_given_back_only_when_asked_for() -> None:
    async with slack() as (_, _, client):
        metadata = {"event_type": "x", "event_payload": {"outbox": "7"}}
        await client.chat_postMessage(channel="U1", text="x", metadata=metadata)
        bare = await client.conversations_history(channel="DU1")
        whole = await client.conversations_history(channel="DU1", include_all_metadata=True)
        assert "metadata" not in bare["messages"][0]
        assert whole["messages"][0]["metadata"] == metadata


@in_loop
async def test_its_own_check_of_blocks_says_what_the_methods_say() -> None:
    async with slack() as (_, _, client):
        await client.blocks_validate(view=modal())
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            await client.blocks_validate(view=modal("t" * 25))
