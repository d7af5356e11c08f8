"""`evenhand serve`: runs the bot."""

import typer
from rich.panel import Panel
from rich.text import Text

from bot import logs, serving
from bot.app import create_app
from bot.commands.starting import console, fail, in_words, settings_or_fail, sqlite_file
from bot.serving import NoSuchAddress, PortInUse, PortReserved
from bot.settings import Settings, platforms
from bot.wording import Wording


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.serve"))
    def serve() -> None:
        settings = settings_or_fail(say)
        logs.configure()
        if (file := sqlite_file(settings.database)) and not file.exists():
            raise fail(say("serve.schema_none"))
        with in_words(say):
            bot = create_app(settings)
        try:
            listener = serving.bound(settings.host, settings.port)
        except PortInUse as taken:
            with serving.bound(settings.host, 0) as free:
                other = free.getsockname()[1]
            raise fail(say("serve.port_taken", port=taken.port, other=other)) from None
        except PortReserved as reserved:
            raise fail(say("serve.port_reserved", port=reserved.port)) from None
        except NoSuchAddress as unknown:
            raise fail(say("serve.no_such_address", host=unknown.host)) from None
        address = serving.address_of(listener)
        serving.serve(bot, listener, lambda: console().print(_panel(say, settings, address)))
        console().print(say("app.stopped"))

    return app


def _panel(say: Wording, settings: Settings, address: str) -> Panel:
    lines = [
        say("serve.rest_on" if settings.rest_token else "serve.rest_off", address=address),
        say("serve.health", address=address),
    ]
    if not platforms(settings):
        lines.append(say("serve.silent"))
    return Panel(Text("\n".join([address, "", *lines])), title=say("serve.title"), expand=False)
