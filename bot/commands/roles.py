"""`evenhand roles list|grant|revoke`: who may do what, given and taken by whoever operates Evenhand."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from bot.commands.confirming import require_agreed
from bot.commands.finding_people import database_of, department_called, person_called
from bot.commands.starting import console, fail
from bot.role_notices import tell_holder
from bot.wording import Wording
from storage.people import Role
from storage.records import remember
from storage.references import Who
from storage.refusals import LastAdministrator
from storage.role_words import UnknownRole, role_called
from storage.roles import Held, RoleChange, held


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(help=say("commands.roles"), add_completion=False, no_args_is_help=True)
    whose = Annotated[str, typer.Argument(help=say("roles.person"))]
    which = Annotated[str, typer.Argument(metavar="ROLE", help=say("roles.role"))]
    for_department = Annotated[str | None, typer.Option("--department", help=say("roles.department"))]
    with_reason = Annotated[str | None, typer.Option("--reason", help=say("roles.reason"))]
    until_day = Annotated[str | None, typer.Option("--until", metavar="YYYY-MM-DD", help=say("roles.until"))]
    sure = Annotated[bool, typer.Option("--yes", "-y", help=say("app.yes"))]

    @app.command("list", help=say("roles.list"))
    def list_command() -> None:
        with database_of(say) as database, database.read() as db:
            found = held(db, datetime.now(UTC))
        if found:
            console().print(_table(say, found))
        else:
            console().print(Text(say("roles.none"), "yellow"))

    @app.command("grant", help=say("roles.grant"))
    def grant_command(
        person: whose,
        role: which,
        department: for_department = None,
        reason: with_reason = None,
        until: until_day = None,
        yes: sure = False,
    ) -> None:
        now, last_day = datetime.now(UTC), _day(say, until)
        with database_of(say) as database:
            with database.read() as db:
                who, change = _change(db, say, person, role, department, granted=True)
            change.reason, change.until = reason, last_day
            console().print(Text(say("roles.will_grant", **_said(say, who, change, department))))
            require_agreed(say, yes=yes)
            with database.write() as db:
                changed(db, say, change, now)
        console().print(Text(say("roles.granted"), "bold green"))

    @app.command("revoke", help=say("roles.revoke"))
    def revoke_command(
        person: whose,
        role: which,
        department: for_department = None,
        reason: with_reason = None,
        yes: sure = False,
    ) -> None:
        now = datetime.now(UTC)
        with database_of(say) as database:
            with database.read() as db:
                who, change = _change(db, say, person, role, department, granted=False)
                if not any(_is_it(each, change) for each in held(db, now)):
                    raise fail(say("roles.not_held", **_said(say, who, change, department)))
            change.reason = reason
            console().print(Text(say("roles.will_revoke", **_said(say, who, change, department))))
            require_agreed(say, yes=yes)
            with database.write() as db:
                changed(db, say, change, now)
        console().print(Text(say("roles.revoked"), "bold green"))

    return app


def changed(db: Connection, say: Wording, change: RoleChange, now: datetime) -> None:
    """Makes the change and has its holder told; ends the program where one administrator must stay."""
    try:
        number = remember(db, change, now)
    except LastAdministrator as last:
        raise fail(say("roles.last", name=last.values["person"].name(say.language))) from None
    tell_holder(db, change, number, now)


def _change(
    db: Connection, say: Wording, person: str, role: str, department: str | None, *, granted: bool
) -> tuple[Who, RoleChange]:
    who = person_called(db, say, person)
    try:
        named = role_called(role)
    except UnknownRole as unknown:
        raise fail(say("roles.unknown", name=unknown.word, names=", ".join(Role))) from None
    if department and named is Role.admin:
        raise fail(say("roles.admin_is_for_all"))
    number = department_called(db, say, department) if department else None
    return who, RoleChange(person_id=who.id, role=named, department_id=number, granted=granted)


def _is_it(each: Held, change: RoleChange) -> bool:
    number = int(each.department.key) if each.department else None
    return (each.who.id, each.role, number) == (change.person_id, change.role, change.department_id)


def _day(say: Wording, until: str | None) -> date | None:
    if until is None:
        return None
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise fail(say("roles.no_day", day=until)) from None
    if day < datetime.now(UTC).date():
        raise fail(say("roles.past_day", day=until))
    return day


def _said(say: Wording, who: Who, change: RoleChange, department: str | None) -> dict[str, str]:
    return {
        "name": who.name(say.language),
        "role": say(f"roles.names.{change.role}"),
        "where": department or say("roles.everywhere"),
        "until": say("roles.until_day", day=change.until.isoformat()) if change.until else say("roles.no_end"),
    }


def _table(say: Wording, found: tuple[Held, ...]) -> Table:
    table = Table(*(say(f"roles.columns.{name}") for name in ("role", "person", "where", "until")))
    for each in found:
        table.add_row(
            say(f"roles.names.{each.role}"),
            Text(f"{each.who.name(say.language)} <{each.email}>"),
            Text(each.department.name(say.language) if each.department else say("roles.everywhere")),
            each.until.isoformat() if each.until else "–",
        )
    return table
