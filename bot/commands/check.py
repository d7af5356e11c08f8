"""`evenhand check`: what is configured, reachable and missing, in plain words, with what to do about it."""

import typer
from rich.table import Table
from rich.text import Text

from bot.commands.findings import findings
from bot.commands.starting import FAILED, console, settings_or_fail
from bot.finding import Finding, State
from bot.wording import Wording

COLOURS = {State.ok: "green", State.missing: "yellow", State.odd: "yellow", State.wrong: "bold red"}


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.check"))
    def check() -> None:
        settings = settings_or_fail(say)
        found = list(findings(settings))
        console().print(_table(say, found))
        if any(each.state is State.wrong for each in found):
            console().print(Text(say("check.something_wrong"), "bold red"))
            raise typer.Exit(FAILED)
        console().print(Text(say("check.all_well"), "bold green"))

    return app


def _table(say: Wording, found: list[Finding]) -> Table:
    table = Table.grid(padding=(0, 2))
    for each in found:
        state = Text(say(f"check.{each.state}"), COLOURS[each.state])
        table.add_row(state, Text(say(f"check.{each.part}"), "bold"), Text(say(f"check.{each.text}", **each.values)))
    return table
