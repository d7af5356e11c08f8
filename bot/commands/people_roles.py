"""The column “Evenhand role” of a people file, read only where `--roles` asks for it, so that HR data promotes nobody.

It gives roles for the whole company and takes none away: an empty cell says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from rich.text import Text
from sqlalchemy import select

from bot.commands.confirming import require_agreed
from bot.commands.roles import changed
from bot.commands.starting import console, fail
from bot.wording import Wording
from storage.database import Database
from storage.directory import person
from storage.people import Role, Status
from storage.role_words import COLUMN, UnknownRole, plain, roles_called
from storage.roles import RoleChange, held
from storage.roster.decoding import Record
from storage.roster.headers import Field, map_headers
from storage.roster.objects import sheet_of
from storage.roster.problems import Unusable

LOOKED_AT = 15
"""Rows among which the header is looked for, as the import itself does."""
SHOWN = 50


@dataclass(frozen=True)
class Wanted:
    email: str
    role: Role


def roles_in(file: Path, say: Wording) -> tuple[Wanted, ...]:
    """The roles a file names; ends the program with every cell that names none, before anything is written."""
    try:
        records = list(sheet_of(file.read_bytes()))
    except (OSError, Unusable):
        return ()  # the import itself says what is wrong with it
    header = next((each for each in islice(records, LOOKED_AT) if _column(each) is not None), None)
    emails = map_headers(header.line, header.cells).fields.get(Field.email) if header else None
    at = _column(header) if header else None
    if header is None or at is None or emails is None:
        raise fail(say("roles.column_none"))
    found: list[Wanted] = []
    unknown: list[str] = []
    for record in records[records.index(header) + 1 :]:
        cells = [*record.cells, *[""] * (max(at, emails.index) + 1 - len(record.cells))]
        try:
            found += [Wanted(cells[emails.index].strip().lower(), role) for role in roles_called(cells[at])]
        except UnknownRole as word:
            unknown.append(say("roles.column_line", line=record.line, name=word.word, names=", ".join(Role)))
    if unknown:
        raise fail("\n".join(unknown[:SHOWN]))
    return tuple(found)


def _column(record: Record) -> int | None:
    return next((number for number, cell in enumerate(record.cells) if plain(cell) in COLUMN), None)


def give_roles(url: str, wanted: Sequence[Wanted], say: Wording, *, dry_run: bool, yes: bool) -> None:
    """Gives the roles that people do not hold yet, once that is agreed to; says so where there is nothing to do."""
    now = datetime.now(UTC)
    database = Database(url)
    try:
        with database.read() as db:
            held_now = {(each.email, each.role) for each in held(db, now) if each.department is None}
            here = select(person.c.email, person.c.id).where(person.c.status != Status.left)
            ids: dict[str, int] = {row[0]: row[1] for row in db.execute(here)}
        new = [each for each in wanted if each.email in ids and (each.email, each.role) not in held_now]
        for each in new:
            console().print(Text(f"{each.email}: {say(f'roles.names.{each.role}')}"))
        console().print(Text(say("roles.column_gives", count=len(new)), "bold"))
        if dry_run or not new:
            return
        require_agreed(say, yes=yes)
        with database.write() as db:
            for each in new:
                change = RoleChange(person_id=ids[each.email], role=each.role, granted=True, reason="people import")
                changed(db, say, change, now)
        console().print(Text(say("roles.granted"), "bold green"))
    finally:
        database.close()
