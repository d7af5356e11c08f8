"""`evenhand leave import|list`: the days off HR knows of, from a table, all of it or nothing; and who is off."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.clock import Clock, WallClock
from bot.commands.finding_people import database_of, department_called
from bot.commands.starting import console, fail, in_words, settings_or_fail
from bot.leave_words import absence_line, columns, left_out, said
from bot.wording import Wording
from storage.database import Database
from storage.leave_list import absences
from storage.leaves import Outcome, import_leaves
from storage.roster.dates import Order, is_ambiguous
from storage.roster.dates import day as day_written
from storage.roster.problems import BadCell
from storage.schema import require_newest

FAULTS = 1
SHOWN = 20
CLOCK = WallClock()


class DateOrder(StrEnum):
    """How dates such as 03/04/2026 are meant."""

    day_first = "day-first"
    month_first = "month-first"


def program(say: Wording, clock: Clock = CLOCK) -> typer.Typer:
    app = typer.Typer(help=say("commands.leave"), add_completion=False, no_args_is_help=True)

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
                        clock.now(),
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

    @app.command("list", help=say("leave.list"))
    def list_command(
        on: Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help=say("leave.on"))] = None,
        department: Annotated[str | None, typer.Option("--department", help=say("leave.department"))] = None,
    ) -> None:
        day = _day(say, on)
        with database_of(say) as database, database.read() as db:
            number = department_called(db, say, department) if department else None
            found = absences(db, clock.now(), day, number)
        for each in found:
            console().print(Text(absence_line(each, say)), soft_wrap=True)

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


def _day(say: Wording, written: str | None) -> date | None:
    """A day as exports write it, too; one that can be read in two ways is refused."""
    if written is None:
        return None
    try:
        day = None if is_ambiguous(written) else day_written(written.strip(), None)
    except BadCell:
        day = None
    if day is None:
        raise fail(say("leave.no_day", day=written))
    return day
