"""`evenhand serve`: runs the bot."""

import typer
from rich.panel import Panel
from rich.text import Text

from bot import logs, serving
from bot.app import create_app
from bot.commands.abandoning import abandon
from bot.commands.listening import listening, watch_listener
from bot.commands.starting import console, fail, in_words, settings_or_fail, sqlite_file
from bot.connected import platforms
from bot.settings import Settings
from bot.wording import Wording


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.serve"))
    def serve() -> None:
        settings = settings_or_fail(say)
        logs.configure()
        if (file := sqlite_file(settings.database)) and not file.exists():
            raise fail(say("serve.schema_none"))
        watch = watch_listener(say, settings)
        with in_words(say):
            bot = create_app(settings, watch=watch, abandon=abandon)
        listener = listening(say, settings.host, settings.port, "EVENHAND_PORT")
        address, watched = serving.address_of(listener), serving.address_of(watch) if watch else None
        panel = _panel(say, settings, address, watched)
        serving.serve(bot, listener, lambda: console().print(panel), settings.drain_seconds)
        console().print(say("app.stopped"))

    return app


def _panel(say: Wording, settings: Settings, address: str, watched: str | None) -> Panel:
    lines = [
        say("serve.rest_on" if settings.rest_token else "serve.rest_off", address=address),
        say("serve.health", address=address),
    ]
    if watched or settings.metrics_token:
        lines.append(say("serve.metrics", address=watched or address))
    if not platforms(settings):
        lines.append(say("serve.silent"))
    return Panel(Text("\n".join([address, "", *lines])), title=say("serve.title"), expand=False)
