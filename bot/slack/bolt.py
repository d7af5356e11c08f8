"""Bolt: Slack's own dispatcher, and behind it one table of what to do.

Bolt tries its listeners one after the other and builds all their arguments anew for each, and then looks every 10 ms
whether one of them has answered. So there are none: what Bolt has read and found the workspace of is taken from the
table by a middleware, which answers once it is done, because an answer means that it was committed.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import went_wrong
from bot.slack.installing import TOKEN_GONE, Installation, Installations, error_of
from bot.slack.reception import NOTHING, Ack
from storage.refusals import Unreadable

Body = dict[str, Any]
Do = Callable[[Body, Installation], Awaitable[Ack]]
INSTALLATION = "evenhand_installation"
COMMAND, ACTION, VIEW, CLOSED, SHORTCUT, OPTIONS = "command", "action", "view", "closed", "shortcut", "options"
EVENT = "event:"
KINDS = {
    "block_actions": ACTION,
    "block_suggestion": OPTIONS,
    "message_action": SHORTCUT,
    "shortcut": SHORTCUT,
    "view_closed": CLOSED,
    "view_submission": VIEW,
}
REMOVED = frozenset({f"{EVENT}app_uninstalled", f"{EVENT}tokens_revoked"})


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
        request_verification_enabled=False,  # bot.slack.guard has done so, before anything was parsed
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    async def removed_from(context: AsyncBoltContext) -> Installation | None:
        """Where the app was removed; the token is gone by then, so where it cannot be asked the event has to do."""
        try:
            return await installations.find(context.team_id, context.enterprise_id)
        except SlackApiError as error:
            if error_of(error) not in TOKEN_GONE:
                raise
        team, enterprise = context.team_id or "", context.enterprise_id
        return Installation(team, enterprise, org_wide=not team, bot_user="", bot_id="", token="")

    @app.middleware
    async def take(body: Body, context: AsyncBoltContext) -> BoltResponse:
        name = kind_of(body)
        do = table.get(name)
        installation = context.get(INSTALLATION)
        if installation is None and name in REMOVED:  # of its removal Bolt tells without having asked whose it is
            installation = await removed_from(context)
        if installation is None and name == VIEW:  # an acknowledgement would close the window over what was typed
            return BoltResponse(status=404, body="")
        ack = context.ack
        return await ack(await do(body, installation) if do and installation else NOTHING)

    app.error(_failed)
    return app


def kind_of(body: Body) -> str:
    """Where in the table something stands that Slack sent; nowhere, for what is no kind of ours."""
    if "command" in body:
        return COMMAND
    event = body.get("event")
    if body.get("type") == "event_callback" and isinstance(event, dict):
        return f"{EVENT}{event.get('type')}"
    return KINDS.get(str(body.get("type")), "")


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
