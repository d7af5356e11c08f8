"""`evenhand overview export`: participation by department and week as a CSV file, counts and no names."""

import csv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.commands.finding_people import database_of
from bot.commands.starting import console, writing
from bot.wording import Wording
from storage.database import Database
from storage.overview import Count, by_department, weeks_before


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(help=say("commands.overview"), add_completion=False, no_args_is_help=True)

    @app.callback()
    def overview() -> None:
        """Makes `export` a command of its own, also while it is the only one."""

    @app.command("export", help=say("overview.export"))
    def export(
        weeks: Annotated[int, typer.Option(min=1, max=104, help=say("overview.weeks"))] = 12,
        out: Annotated[Path | None, typer.Option(dir_okay=False, help=say("overview.out"))] = None,
    ) -> None:
        with database_of(say) as database:
            rows = exported(database, say, weeks, datetime.now(UTC))
        text = StringIO(newline="")
        csv.writer(text).writerows(rows)
        if out is None:
            typer.echo(text.getvalue(), nl=False)
            return
        with writing(say, out):  # with a mark, so that a spreadsheet reads Chinese
            out.write_text(text.getvalue(), "utf-8-sig", newline="")
        console().print(Text(say("overview.written", file=out, count=len(rows) - 1)))

    return app


def exported(database: Database, say: Wording, number: int, now: datetime) -> list[list[str]]:
    weeks = weeks_before(now, number)
    rows = [[say(f"overview.{name}") for name in ("department", "week", "asked", "answered")]]
    with database.read() as db:
        for line in by_department(db, weeks):
            name = line.department.name(say.language) if line.department else say("overview.others")
            for week in weeks:
                count = line.counts.get(week, Count())
                rows.append([name, week, str(count.asked), str(count.answered)])
    return rows
