"""Confirming: a change is shown at the terminal before it is made, and made only once somebody has agreed."""

import sys

import typer

from bot.commands.starting import console, fail
from bot.wording import Wording


def require_agreed(say: Wording, *, yes: bool) -> None:
    """Ends the program unless `--yes` was said or the question is answered with yes; without a terminal nobody can."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise fail(say("app.say_yes"))
    if not typer.confirm(say("app.certain")):
        console().print(say("app.nothing_changed"))
        raise typer.Exit
