"""`evenhand worker`: delivers and ticks, and nobody talks to it; as many of them as are wanted, beside `serve`."""

import asyncio
import signal
from collections.abc import Callable

import typer
from rich.text import Text

from bot import logs
from bot.app import Bot, closed_if_it_fails
from bot.commands.abandoning import abandon
from bot.commands.listening import watch_listener
from bot.commands.starting import console, fail, in_words, settings_or_fail, sqlite_file
from bot.connected import platforms
from bot.doubts import say_doubts
from bot.presence import WORKER
from bot.serving import address_of
from bot.wording import Wording


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.worker"))
    def worker() -> None:
        settings = settings_or_fail(say)
        logs.configure()
        if (file := sqlite_file(settings.database)) and not file.exists():
            raise fail(say("serve.schema_none"))
        with in_words(say), closed_if_it_fails(settings) as database:
            bot = Bot(settings, database, abandon=abandon)
            bot.connect()
            bot.enter(WORKER)
        with bot.left_if_it_fails():
            watch = bot.watch = watch_listener(say, settings)
        say_doubts(settings)
        lines = [say("worker.started" if platforms(settings) else "worker.waits")]
        if watch:
            lines += [say(f"serve.{what}", address=address_of(watch)) for what in ("health", "metrics")]
        asyncio.run(_until_told_to_end(bot, lambda: console().print(Text("\n".join(lines)), soft_wrap=True)))
        console().print(say("app.stopped"))

    return app


async def _until_told_to_end(bot: Bot, ready: Callable[[], None]) -> None:
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, end.set)
    async with bot.running(listens=False):
        ready()
        await end.wait()
        bot.condition.draining = True
