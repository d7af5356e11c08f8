"""A file that lists people: a table with a column of addresses or employee numbers, or simply one on each line."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import typer
from rich.text import Text
from sqlalchemy import Connection, select

from bot.commands.starting import console, fail
from bot.wording import Wording
from storage.directory import person
from storage.people import Status
from storage.roster.decoding import Record
from storage.roster.headers import Field, map_headers
from storage.roster.objects import sheet_of
from storage.roster.problems import Unusable

SHOWN = 20


def listed_in(db: Connection, say: Wording, file: Path) -> Sequence[int]:
    """The people a file lists; ends the program with every line that names nobody, because a typo is not a wish."""
    try:
        records = list(sheet_of(file.read_bytes()))
    except Unusable:
        raise fail(say("pilot.unreadable", file=file)) from None
    known = _known(db)
    found: list[int] = []
    unknown: list[tuple[int, str]] = []
    for line, cell in _named(records):
        number = known.get(cell.lower())
        if number is None:
            unknown.append((line, cell))
        else:
            found.append(number)
    for line, cell in unknown[:SHOWN]:
        console().print(Text(say("pilot.unknown", line=line, name=cell[:80]), "red"))
    if unknown:
        raise fail(say("pilot.unknown_in_all", count=len(unknown)))
    if not found:
        raise typer.Exit(1)
    return found


def _named(records: Sequence[Record]) -> Iterator[tuple[int, str]]:
    """Each line's cell that names a person: by the header where there is one, or else the first cell."""
    if not records:
        return
    fields = map_headers(records[0].line, records[0].cells).fields
    columns = [fields[each].index for each in (Field.email, Field.employee_no) if each in fields]
    for record in records[1:] if columns else records:
        cells = [record.cells[each].strip() for each in columns or (0,) if each < len(record.cells)]
        if cell := next(filter(None, cells), ""):
            yield record.line, cell


def _known(db: Connection) -> dict[str, int]:
    rows = db.execute(select(person.c.id, person.c.email, person.c.employee_no).where(person.c.status != Status.left))
    known: dict[str, int] = {}
    for number, email, employee_no in rows:
        if employee_no:
            known[employee_no.lower()] = number
        known[email] = number
    return known
