"""People files for tests: small CSV texts, what the database holds afterwards, and imports in one line."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage.columns import table
from storage.database import Database
from storage.people import Department, Person
from storage.roster.importing import Report, import_people, preview, read_file
from storage.roster.options import Options
from storage.roster.problems import Problem, Unusable

ROSTERS = Path(__file__).parent / "rosters"
TODAY = date(2026, 11, 20)


def csv_of(rows: Sequence[Mapping[str, str]]) -> bytes:
    """A CSV file whose header is the keys of the first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def person(handle: str, **cells: str) -> dict[str, str]:
    """A sound row; `cells` are further columns, or others of these."""
    row = {"Name": f"{handle.capitalize()} Test", "Work Email": f"{handle}@harbour.example", "Manager Email": ""}
    return row | {name.replace("_", " "): cell for name, cell in cells.items()}


def bring(database: Database, data: bytes, *, dry_run: bool = False, **options: Any) -> Report:
    """`options` are those of `storage.roster.options.Options`."""
    run = preview if dry_run else import_people
    return run(database, read_file(data, TODAY), TODAY, Options(**options))


def problems_of(database: Database, data: bytes) -> list[tuple[int, str, str | None]]:
    """Line, reason and column of everything that is wrong with a file."""
    found: Sequence[Problem]
    try:
        found = bring(database, data).problems
    except Unusable as unusable:
        found = [unusable.problem]
    return [(problem.line, problem.reason.value, problem.column) for problem in found]


def people_in(database: Database) -> dict[str, dict[str, Any]]:
    """Everybody by address, with the names of department and manager in place of their ids."""
    people, manager, department = table(Person), table(Person).alias("manager"), table(Department)
    statement = (
        select(people, manager.c.email.label("manager"), department.c.name.label("department"))
        .outerjoin(manager, people.c.manager_id == manager.c.id)
        .outerjoin(department, people.c.department_id == department.c.id)
    )
    with database.read() as db:
        rows = [dict(row._mapping) for row in db.execute(statement)]
    return {row["email"]: row for row in rows}


def without_ids(people: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        email: {name: value for name, value in row.items() if name != "id" and not name.endswith("_id")}
        for email, row in people.items()
    }
