"""`evenhand people import`: an HR system's export on the command line, shown before it is written.

This module only declares the command; what does the work is loaded when it runs, so that `--help` stays quick.
"""

import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from bot.wording import Language, language_of

DATABASE = "sqlite:///var/evenhand.sqlite3"
SHOWN = 20
LANGUAGE = Language(language_of(sys.argv[1:]))
"""A command's help is made when the program starts: from the language asked for, or else the terminal's."""
HELP: dict[str, str] = tomllib.loads(files("bot.texts").joinpath(f"people.{LANGUAGE}.toml").read_text("utf-8"))[
    "people"
]["cli"]

app = typer.Typer(help=HELP["group"], no_args_is_help=True)


@app.callback()
def people() -> None:
    """Makes `import` a command of its own, also while it is the only one."""


@app.command("import", help=HELP["command"])
def import_command(
    file: Annotated[Path, typer.Argument(help=HELP["file"], dir_okay=False)],
    database: Annotated[
        str, typer.Option(envvar="EVENHAND_DATABASE", help=HELP["database"], show_default=True)
    ] = DATABASE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=HELP["dry_run"])] = False,
    close_missing: Annotated[bool, typer.Option("--close-missing", help=HELP["close_missing"])] = False,
    closing: Annotated[int | None, typer.Option("--closing", min=0, help=HELP["closing"])] = None,
    skip_unread_rows: Annotated[bool, typer.Option("--skip-unread-rows", help=HELP["skip_unread"])] = False,
    zone: Annotated[str, typer.Option("--zone", envvar="EVENHAND_DEFAULT_ZONE", help=HELP["zone"])] = "",
    country: Annotated[str, typer.Option("--country", envvar="EVENHAND_DEFAULT_COUNTRY", help=HELP["country"])] = "",
    default_language: Annotated[
        Language | None,
        typer.Option("--people-language", envvar="EVENHAND_DEFAULT_LANGUAGE", help=HELP["default_language"]),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=HELP["yes"])] = False,
    changes: Annotated[int, typer.Option(min=0, help=HELP["changes"])] = SHOWN,
    roles: Annotated[bool, typer.Option("--roles", help=HELP["roles"])] = False,
    language: Annotated[Language, typer.Option(help=HELP["language"])] = LANGUAGE,
) -> None:
    from bot.commands.people_import import Wishes, run  # noqa: PLC0415 - see above
    from bot.commands.people_roles import give_roles, roles_in  # noqa: PLC0415
    from bot.wording import Wording  # noqa: PLC0415

    wanted = roles_in(file, Wording(language)) if roles else ()
    run(
        Wishes(
            file=file,
            database=database,
            dry_run=dry_run,
            close_missing=close_missing,
            closing=closing,
            skip_unread=skip_unread_rows,
            zone=zone,
            country=country,
            people_language=default_language,
            yes=yes,
            changes=changes,
            language=language,
        )
    )
    if roles and not (dry_run and not _is_there(database)):
        give_roles(database, wanted, Wording(language), dry_run=dry_run, yes=yes)


def _is_there(database: str) -> bool:
    """Whether a database has been made: a dry run makes none, and so nobody is there who could be given a role."""
    from bot.commands.starting import sqlite_file  # noqa: PLC0415

    file = sqlite_file(database)
    return file is None or file.exists()
