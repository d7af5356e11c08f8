"""Socket Mode: Slack is listened to over a connection that we open, for machines nobody can reach from outside."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import note
from bot.slack import bolt
from bot.slack.guard import Turned, require_answerable
from bot.slack.payloads import Misshapen, require_shape


class _Handler(AsyncSocketModeHandler):
    """Slack's own handler, with the same door as for HTTP."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        body = req.payload
        try:
            require_answerable(body)
            require_shape(body)
        except Turned:
            return
        except Misshapen as wrong:
            note("something from Slack is not of the form that is known", part=str(wrong))
            await client.send_socket_mode_response(_acknowledged(req.envelope_id, ""))
            return
        answer = await bolt.dispatched(self.app, body, {})
        if answer.status == 200:
            await client.send_socket_mode_response(_acknowledged(req.envelope_id, answer.body))


def _acknowledged(envelope: str, body: str) -> SocketModeResponse:
    if not body:
        return SocketModeResponse(envelope_id=envelope)
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        payload = {"text": body}
    return SocketModeResponse(envelope_id=envelope, payload=payload)


def _in_one_line(record: logging.LogRecord) -> bool:
    """What went wrong is in the message; the way it took through the library tells nobody anything."""
    record.exc_info = None
    return True


@asynccontextmanager
async def listening(app: AsyncApp, app_token: str, base_url: str) -> AsyncIterator[None]:
    """Listens until the block is left. The connection is made in the background, and anew whenever it ends."""
    logger = logging.getLogger("bot.slack.socket")
    logger.setLevel(logging.ERROR)  # below that it quotes what people sent
    logger.addFilter(_in_one_line)
    handler = _Handler(app, app_token, logger=logger, web_client=AsyncWebClient(base_url=base_url))
    connecting = asyncio.create_task(handler.client.connect())  # type: ignore[no-untyped-call]  # the SDK's own
    try:
        yield
    finally:
        connecting.cancel()
        await asyncio.wait({connecting})
        await handler.client.close()  # type: ignore[no-untyped-call]  # the SDK's own
