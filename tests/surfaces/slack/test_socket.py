"""Socket Mode: connected anew when Slack ends the connection, started without Slack, and with the same door as HTTP."""

import asyncio
from typing import Any

from bot.dispatcher import Dispatcher
from tests.slack_workspace.company import connected, workspace
from tests.slack_workspace.running import in_loop


@in_loop
async def test_a_connection_that_slack_ends_is_made_anew(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher, socket=True) as company:
        await company.li.types("帮助")
        [first] = company.server.sockets
        await first.send_json({"type": "disconnect", "reason": "refresh_requested"})
        async with asyncio.timeout(10):
            while company.server.sockets in ([], [first]):  # noqa: ASYNC110  # it is opened by a request to this loop
                await asyncio.sleep(0.01)
        await company.li.types("帮助")
        assert len(company.li.told) == 2


@in_loop
async def test_what_would_be_answered_elsewhere_is_not_taken(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher, socket=True, ack_within=0.2) as company:
        form = {"team_id": "T1", "user_id": "ULI", "command": "/help", "text": "", "trigger_id": "1"}
        answer = await company.slack.command({**form, "response_url": f"{company.server.url}/response/x"})
        assert answer.status == 0
        assert company.server.response_urls_hit == []


@in_loop
async def test_the_bot_starts_while_slack_cannot_be_reached(dispatcher: Dispatcher) -> None:
    clock: Any = dispatcher.clock
    here = workspace(clock)
    here.tokens.clear()
    async with connected(dispatcher, here=here) as company:
        await company.settled()
        assert (await company.li.types("帮助")).status == 500  # so that Slack sends it again
