"""`evenhand leave import`: the days off HR knows of, from a table; all of it is written, or nothing."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.commands.starting import console, in_words, settings_or_fail
from bot.leave_words import columns, left_out, said
from bot.wording import Wording
from storage.database import Database
from storage.leaves import Outcome, import_leaves
from storage.roster.dates import Order
from storage.schema import require_newest

FAULTS = 1
SHOWN = 20


class DateOrder(StrEnum):
    """How dates such as 03/04/2026 are meant."""

    day_first = "day-first"
    month_first = "month-first"


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(help=say("commands.leave"), add_completion=False, no_args_is_help=True)

    @app.callback()
    def leave() -> None:
        """Makes `import` a command of its own, also while it is the only one."""

    @app.command("import", help=say("leave.about"))
    def import_command(
        file: Annotated[Path, typer.Argument(help=say("leave.file"), exists=True, dir_okay=False)],
        complete: Annotated[bool, typer.Option("--complete", help=say("leave.complete"))] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=say("leave.dry_run"))] = False,
        dates: Annotated[DateOrder | None, typer.Option("--dates", help=say("leave.dates"))] = None,
        yes: Annotated[bool, typer.Option("--yes", help=say("leave.yes"))] = False,  # see its help
    ) -> None:
        settings = settings_or_fail(say)
        with in_words(say):
            database = Database(settings.database, settings.synchronous)
            try:
                require_newest(database)
                with database.write() as db:
                    outcome = import_leaves(
                        db,
                        file.read_bytes(),
                        datetime.now(UTC),
                        complete=complete,
                        dry_run=dry_run,
                        dates=Order[dates.name] if dates else None,
                    )
            finally:
                database.close()
        for line in lines(outcome, say, dry_run=dry_run):
            console().print(Text(line))
        if outcome.faults:
            raise typer.Exit(FAULTS)

    return app


def lines(outcome: Outcome, say: Wording, *, dry_run: bool) -> list[str]:
    """What came of it, in words."""
    understood = [columns(outcome, say)] if outcome.columns else []
    if not outcome.faults:
        counts = {"added": outcome.added, "unchanged": outcome.unchanged, "called_off": outcome.called_off}
        return [*understood, *left_out(outcome, say), say("leave.would" if dry_run else "leave.done", **counts)]
    found = [
        say("leave.fault", line=fault.line, problem=said(fault.reason, fault.value, say))
        for fault in outcome.faults[:SHOWN]
    ]
    return [*understood, *found, say("leave.nothing", count=len(outcome.faults))]
