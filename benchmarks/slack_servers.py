"""The two servers that a Slack submission is posted to: the whole bot, and Slack's own library with a bare `ack()`.

Each is a process of its own on the same server, says where it listens, and answers every line it reads with the
CPU seconds it has used, so that the load generator's are not among them.

    python -m benchmarks.slack_servers bot|bolt API FOLDER
"""

import sys
from pathlib import Path
from threading import Thread
from time import process_time

from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.company import THURSDAY
from bot import serving
from bot.app import create_app
from bot.clock import SetClock
from bot.health import Condition
from bot.settings import Settings

SECRET = "a signing secret for a benchmark"
TOKEN = "xoxb-1"
PATH = "/slack/events"


def the_bot(api: str, folder: Path) -> Starlette:
    """The product, as `evenhand serve` starts it."""
    settings = Settings(
        database=f"sqlite:///{folder / 'bot.sqlite3'}",
        synchronous="FULL",
        folder=folder,
        slack_api=api,
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr(SECRET),
    )
    return create_app(settings, clock=SetClock(THURSDAY))


def bare_bolt(api: str, _: Path) -> Starlette:
    """What the library's guide shows: its adapter and one listener that acknowledges."""
    bolt = AsyncApp(client=AsyncWebClient(TOKEN, base_url=api), token=TOKEN, signing_secret=SECRET)

    @bolt.view("page")
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    handler = AsyncSlackRequestHandler(bolt)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    app = Starlette(routes=[Route(PATH, events, methods=["POST"])])
    app.state.leave = lambda: None
    app.state.condition = Condition(lambda: False)
    return app


def tell_cpu() -> None:
    for _ in sys.stdin:
        print(process_time(), flush=True)


def main(which: str, api: str, folder: str) -> None:
    app = the_bot(api, Path(folder)) if which == "bot" else bare_bolt(api, Path(folder))
    listener = serving.bound("127.0.0.1", 0)
    Thread(target=tell_cpu, daemon=True).start()
    serving.serve(app, listener, lambda: print(serving.address_of(listener), flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
