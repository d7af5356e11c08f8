"""The command line: which commands there are. Each is loaded only when it is called, so `--help` is quick."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Annotated, Any

import typer

from bot.wording import Language, Wording, language_of

PASSED_ON: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
Program = Callable[[Wording], typer.Typer]


def demo(say: Wording) -> typer.Typer:
    from bot.commands.demo import program

    return program(say)


def serve(say: Wording) -> typer.Typer:
    from bot.commands.serve import program

    return program(say)


def worker(say: Wording) -> typer.Typer:
    from bot.commands.worker import program

    return program(say)


def migrate(say: Wording) -> typer.Typer:
    from bot.commands.migrate import program

    return program(say)


def backup(say: Wording) -> typer.Typer:
    from bot.commands.backup import program

    return program(say)


def move(say: Wording) -> typer.Typer:
    from bot.commands.move import program

    return program(say)


def check(say: Wording) -> typer.Typer:
    from bot.commands.check import program

    return program(say)


def try_flow(say: Wording) -> typer.Typer:
    from bot.commands.try_flow import program

    return program(say)


def preview(say: Wording) -> typer.Typer:
    from bot.commands.preview import program

    return program(say)


def manifest(say: Wording) -> typer.Typer:
    from bot.commands.slack_manifest import program

    return program(say)


def teams_package(say: Wording) -> typer.Typer:
    from bot.commands.teams_package import program

    return program(say)


def people(_: Wording) -> typer.Typer:
    from bot.commands.people import app as program

    return program


def leave(say: Wording) -> typer.Typer:
    from bot.commands.leave import program

    return program(say)


def roles(say: Wording) -> typer.Typer:
    from bot.commands.roles import program

    return program(say)


def pilot(say: Wording) -> typer.Typer:
    from bot.commands.pilot import program

    return program(say)


def overview(say: Wording) -> typer.Typer:
    from bot.commands.overview import program

    return program(say)


COMMANDS: dict[str, Program] = {
    "demo": demo,
    "serve": serve,
    "worker": worker,
    "migrate": migrate,
    "backup": backup,
    "move": move,
    "check": check,
    "people": people,
    "leave": leave,
    "roles": roles,
    "pilot": pilot,
    "overview": overview,
    "try": try_flow,
    "preview": preview,
    "manifest": manifest,
    "teams-package": teams_package,
}


def app(arguments: Sequence[str] | None = None) -> None:
    """The program `evenhand`."""
    os.umask(0o077)  # what people wrote is in the files that are made: nobody else on this machine reads them
    gc.disable()  # what is loaded at the start stays: looking for rubbish in it is a twentieth of the start
    given = sys.argv[1:] if arguments is None else list(arguments)
    root(Wording(language_of(given)))(args=given, prog_name="evenhand")


def root(say: Wording) -> typer.Typer:
    """All commands, described in one language."""
    whole = typer.Typer(help=say("app.about"), no_args_is_help=True, add_completion=False)

    def tell_version(wanted: bool) -> None:
        if wanted:
            typer.echo(f"evenhand {version('evenhand')}")
            raise typer.Exit

    @whole.callback()
    def every(
        language: Annotated[Language, typer.Option(help=say("app.language"))] = say.language,
        is_version: Annotated[
            bool, typer.Option("--version", is_eager=True, callback=tell_version, help=say("app.version"))
        ] = False,
    ) -> None:
        """Both are dealt with before: the language in `app`, the version by its callback."""

    for name, program in COMMANDS.items():
        whole.command(name, help=say(f"commands.{name}"), context_settings=PASSED_ON)(_calling(name, program, say))
    return whole


def _calling(name: str, program: Program, say: Wording) -> Callable[[typer.Context], None]:
    """A command that loads its own program and hands everything after its name on to it."""

    def call(context: typer.Context) -> None:
        program(say)(args=context.args, prog_name=f"evenhand {name}")

    return call
