"""`evenhand migrate`: brings the database to the schema this version needs."""

import typer
from rich.text import Text

from bot.commands.starting import console, in_words, settings_or_fail, sqlite_file
from bot.delivery import jobs
from bot.wording import Wording
from storage.database import Database
from storage.migrations import upgrade
from storage.schema import SchemaBehind, found, newest


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.migrate"))
    def migrate() -> None:
        settings = settings_or_fail(say)
        if file := sqlite_file(settings.database):
            file.parent.mkdir(parents=True, exist_ok=True)
        with in_words(say):
            console().print(Text(migrated(Database(settings.database, settings.synchronous), say)))

    return app


def migrated(database: Database, say: Wording) -> str:
    """Migrates, and says what was done; raises `SchemaBehind` for a database that is ahead of this version."""
    try:
        has, needs = found(database), newest()
        if has is None or has <= needs:
            jobs.prepare(database)
        if has == needs:
            return say("migrate.nothing", needed=needs)
        if has is not None and has > needs:
            raise SchemaBehind(has, needs)
        upgrade(database)
        return say("migrate.made" if has is None else "migrate.done", found=has, needed=needs)
    finally:
        database.close()
