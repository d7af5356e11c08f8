"""`evenhand backup FILE`: a copy of the SQLite database, taken while the bot runs."""

import sqlite3
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.commands.starting import console, fail, settings_or_fail, sqlite_file
from bot.wording import Wording
from storage.backup import AlreadyThere, Damaged, back_up


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.backup"))
    def backup(file: Annotated[Path, typer.Argument(help=say("backup.file"), dir_okay=False)]) -> None:
        database = sqlite_file(settings_or_fail(say).database)
        if database is None:
            raise fail(say("backup.postgresql"))
        if not database.exists():
            raise fail(say("backup.none", file=database))
        try:
            made = back_up(database, file)
        except AlreadyThere:
            raise fail(say("backup.already_there", file=file)) from None
        except Damaged as damaged:
            raise fail(say("backup.damaged", file=database, reason=damaged)) from None
        except (OSError, sqlite3.Error) as trouble:
            reason = getattr(trouble, "strerror", None) or trouble
            raise fail(say("backup.trouble", file=file, reason=reason)) from None
        console().print(Text(say("backup.made", file=file, megabytes=f"{made.size / 1e6:.1f}", schema=made.schema)))

    return app
