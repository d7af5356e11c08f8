"""`evenhand manifest`: the manifest of the Slack app, with every command and shortcut there is."""

from pathlib import Path
from typing import Annotated

import typer

from bot.app import TEXTS
from bot.commands.starting import console, fail, settings_or_fail, writing
from bot.slack.manifest import as_yaml, manifest
from bot.wording import Wording
from flows.catalog import load
from flows.core import discover


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.manifest"))
    def write(
        url: Annotated[str | None, typer.Option(help=say("manifest.url"))] = None,
        out: Annotated[Path | None, typer.Option(dir_okay=False, help=say("manifest.out"))] = None,
    ) -> None:
        if url and not url.startswith("https://"):
            raise fail(say("manifest.not_https"))
        prefix = settings_or_fail(say).command_prefix
        made = manifest(discover(), load(*TEXTS), language=say.language, prefix=prefix, url=url)
        if out is None:
            typer.echo(as_yaml(made), nl=False)
            return
        with writing(say, out):
            out.write_text(as_yaml(made), "utf-8")
        console().print(say("manifest.written", file=out), soft_wrap=True)

    return app
