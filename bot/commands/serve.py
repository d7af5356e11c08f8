"""`evenhand serve`: runs the bot."""

import typer
from rich.panel import Panel
from rich.text import Text

from bot import logs, serving
from bot.app import Bot, create_app
from bot.commands.abandoning import abandon
from bot.commands.listening import listening, watch_listener
from bot.commands.starting import console, fail, in_words, settings_or_fail, sqlite_file
from bot.connected import platforms
from bot.doubts import say_doubts
from bot.presence import SERVE
from bot.settings import Settings
from bot.wording import Wording
from storage.database import Database
from storage.participation import Part, who_takes_part


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.serve"))
    def serve() -> None:
        settings = settings_or_fail(say)
        logs.configure()
        if (file := sqlite_file(settings.database)) and not file.exists():
            raise fail(say("serve.schema_none"))
        with in_words(say):
            application = create_app(settings, abandon=abandon)
            bot: Bot = application.state.bot
            bot.enter(SERVE)
        with bot.left_if_it_fails():
            watch = bot.watch = watch_listener(say, settings)
            listener = listening(say, settings.host, settings.port, "EVENHAND_PORT")
        say_doubts(settings)
        address, watched = serving.address_of(listener), serving.address_of(watch) if watch else None
        panel = _panel(say, settings, address, watched, starts=_has_not_begun(bot.database))
        serving.serve(application, listener, lambda: console().print(panel), settings.drain_seconds)
        console().print(say("app.stopped"))

    return app


def _has_not_begun(database: Database) -> bool:
    with database.read() as db:
        return who_takes_part(db) is Part.nobody


def _panel(say: Wording, settings: Settings, address: str, watched: str | None, *, starts: bool) -> Panel:
    lines = [
        say("serve.rest_on" if settings.rest_token else "serve.rest_off", address=address),
        say("serve.health", address=address),
    ]
    if watched or settings.metrics_token:
        lines.append(say("serve.metrics", address=watched or address))
    if not platforms(settings):
        lines.append(say("serve.silent"))
    elif starts:
        lines.append(say("serve.nobody_takes_part"))
    return Panel(Text("\n".join([address, "", *lines])), title=say("serve.title"), expand=False)
