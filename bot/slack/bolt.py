"""Bolt: Slack's own dispatcher with a few listeners that catch everything, and a table of what to do.

Bolt tries its listeners one after the other and builds all their arguments anew for each, so there is one for each
kind of request and none for a single command. It answers once a listener is done (`process_before_response`):
otherwise it would look every 10 ms whether there is an answer, and an answer would not mean that it was committed.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import went_wrong
from bot.slack.installing import Installation, Installations
from bot.slack.reception import NOTHING, Ack
from storage.refusals import Unreadable

Body = dict[str, Any]
Do = Callable[[Body, Installation], Awaitable[Ack]]
INSTALLATION = "evenhand_installation"
EVERYTHING = re.compile(r".*", re.DOTALL)
COMMAND, ACTION, VIEW, CLOSED, SHORTCUT, OPTIONS = "command", "action", "view", "closed", "shortcut", "options"
EVENT = "event:"


class SlackUnreachable(Exception):
    """Whose token it is could not be asked; what came in is not acknowledged, so that it comes again."""


def bolt_app(client: AsyncWebClient, installations: Installations, table: Mapping[str, Do]) -> AsyncApp:
    """Slack's dispatcher in front of a table of deeds: `command`, `action`, … and `event:` with a type."""

    async def authorize(context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        try:
            found = await installations.find(team_id, enterprise_id)
        except SlackApiError as error:
            raise SlackUnreachable from error  # with its own error Bolt would acknowledge what was not dealt with
        if found is None:  # for None Bolt would call the address the request names, to say so
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="none")  # noqa: S106
        context[INSTALLATION] = found
        return AuthorizeResult(
            enterprise_id=found.enterprise,
            team_id=found.team,
            bot_user_id=found.bot_user,
            bot_id=found.bot_id,
            bot_token=found.token,
        )

    logger = logging.getLogger("bot.slack.bolt")
    logger.setLevel(logging.CRITICAL)  # it quotes what people sent; what we log ourselves does not
    app = AsyncApp(
        name="evenhand",
        logger=logger,
        client=client,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # bot.slack.guard has done so, before anything was parsed
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    def listener(name: str) -> Callable[..., Awaitable[None]]:
        async def listen(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
            do = table.get(name + str(body["event"].get("type")) if name == EVENT else name)
            installation = context.get(INSTALLATION)
            if installation is None and name == EVENT:  # of its removal Bolt tells without having asked whose it is
                installation = await installations.find(context.team_id, context.enterprise_id)
            await ack(await do(body, installation) if do and installation else NOTHING)

        return listen

    app.event(EVERYTHING)(listener(EVENT))
    app.action(EVERYTHING)(listener(ACTION))
    app.view_submission(EVERYTHING)(listener(VIEW))
    app.command(EVERYTHING)(listener(COMMAND))
    app.shortcut(EVERYTHING)(listener(SHORTCUT))
    app.options(EVERYTHING)(listener(OPTIONS))
    app.view_closed(EVERYTHING)(listener(CLOSED))
    app.error(_failed)
    return app


async def dispatched(app: AsyncApp, body: Body, headers: Mapping[str, str]) -> BoltResponse:
    """What is answered to a request that the guard has let in; the same for HTTP and Socket Mode."""
    request = AsyncBoltRequest(body=body, headers=dict(headers), mode="socket_mode")
    response: BoltResponse = await app.async_dispatch(request)
    return response


async def _failed(error: Exception) -> BoltResponse:
    """Not acknowledged, so that Slack sends an event again; what no page of ours sent is not worth that."""
    if isinstance(error, Unreadable):
        return BoltResponse(status=200, body="")
    went_wrong("something from Slack could not be dealt with", error)
    return BoltResponse(status=500, body="")
