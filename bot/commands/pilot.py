"""`evenhand pilot add|remove|list|everybody|off`: who takes part, while a company begins with some of its people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from sqlalchemy import Connection

from bot.commands.confirming import require_agreed
from bot.commands.finding_people import database_of, department_called, person_called
from bot.commands.people_listed import listed_in
from bot.commands.starting import console, fail
from bot.wording import Wording
from storage import participation
from storage.database import Database
from storage.directory import who
from storage.participation import Part

SHOWN = 20


@dataclass(frozen=True)
class Named:
    """Whom a command names."""

    people: tuple[int, ...]
    departments: tuple[int, ...]


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(help=say("commands.pilot"), add_completion=False, no_args_is_help=True)
    a_file = Annotated[Path | None, typer.Argument(help=say("pilot.file"), exists=True, dir_okay=False)]
    some_people = Annotated[list[str] | None, typer.Option("--person", metavar="EMAIL", help=say("pilot.person"))]
    some_departments = Annotated[list[str] | None, typer.Option("--department", help=say("pilot.department"))]
    sure = Annotated[bool, typer.Option("--yes", "-y", help=say("app.yes"))]

    @app.command("add", help=say("pilot.add"))
    def add(
        file: a_file = None, person: some_people = None, department: some_departments = None, yes: sure = False
    ) -> None:
        with database_of(say) as database:
            with database.read() as db:
                if participation.who_takes_part(db) is Part.everybody:
                    raise fail(say("pilot.everybody_already"))
            _change(say, database, file, person or (), department or (), add=True, yes=yes)

    @app.command("remove", help=say("pilot.remove"))
    def remove(
        file: a_file = None, person: some_people = None, department: some_departments = None, yes: sure = False
    ) -> None:
        with database_of(say) as database:
            with database.read() as db:
                if participation.who_takes_part(db) is Part.everybody:
                    raise fail(say("pilot.nobody_listed"))
            _change(say, database, file, person or (), department or (), add=False, yes=yes)

    @app.command("list", help=say("pilot.list"))
    def list_command() -> None:
        with database_of(say) as database, database.read() as db:
            for row in participation.participants(db):
                console().print(Text(f"{who(row).name(say.language)} <{row['email']}>"))
            _print_standing(db, say)

    @app.command("everybody", help=say("pilot.everybody"))
    def everybody(yes: sure = False) -> None:
        _say_who(say, Part.everybody, yes=yes)

    @app.command("off", help=say("pilot.off"))
    def off(yes: sure = False) -> None:
        _say_who(say, Part.nobody, yes=yes)

    return app


def _change(
    say: Wording,
    database: Database,
    file: Path | None,
    people: Sequence[str],
    departments: Sequence[str],
    *,
    add: bool,
    yes: bool,
) -> None:
    """Tries the change, shows what would come of it, and keeps it once that is agreed to."""
    now = datetime.now(UTC)
    with database.read() as db:
        named = _named(db, say, file, people, departments)
        before, part = participation.counted(db)[0], participation.who_takes_part(db)
    if not (named.people or named.departments):
        raise fail(say("pilot.whom"))
    console().print(Text(say("pilot.will_add" if add else "pilot.will_remove", named=_counted(say, named))))
    if add and part is Part.nobody:
        console().print(Text(say("pilot.begins")))
    require_agreed(say, yes=yes)
    with database.write() as db:
        if add:
            participation.add(db, named.people, named.departments, now)
            participation.say_who(db, Part.listed, now)
        else:
            participation.remove(db, named.people, named.departments, now)
        after = participation.counted(db)[0]
        _print_standing(db, say)
    console().print(Text(say("pilot.changed", more=max(0, after - before), fewer=max(0, before - after)), "bold green"))


def _counted(say: Wording, named: Named) -> str:
    """How many people and departments a command names, without those it names none of."""
    sizes = {"people": len(named.people), "departments": len(named.departments)}
    return say("pilot.named", sizes=[say(f"pilot.{what}", count=count) for what, count in sizes.items() if count])


def _named(db: Connection, say: Wording, file: Path | None, people: Sequence[str], departments: Sequence[str]) -> Named:
    found = [person_called(db, say, each).id for each in people]
    if file:
        found += listed_in(db, say, file)
    return Named(tuple(dict.fromkeys(found)), tuple(department_called(db, say, each) for each in departments))


def _say_who(say: Wording, part: Part, *, yes: bool) -> None:
    now = datetime.now(UTC)
    with database_of(say) as database:
        with database.read() as db:
            taking, here = participation.counted(db)
        console().print(Text(say(f"pilot.will_be_{part}", taking=taking, here=here)))
        require_agreed(say, yes=yes)
        with database.write() as db:
            participation.say_who(db, part, now)
            _print_standing(db, say)


def _print_standing(db: Connection, say: Wording) -> None:
    taking, here = participation.counted(db)
    console().print(Text(say("pilot.standing", taking=taking, here=here), "bold"))
    if outside := [who(row).name(say.language) for row in participation.managers_outside(db)]:
        more = "…" if len(outside) > SHOWN else ""
        console().print(Text(say("pilot.managers_outside", names=", ".join(outside[:SHOWN]) + more), "yellow"))
