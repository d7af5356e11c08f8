"""Whole fields that a file lacks: without a word a company would lose its managers, or never have any."""

from collections.abc import Iterable

from storage.people import Status
from storage.roster.headers import LEVELS, Field
from storage.roster.matching import Company
from storage.roster.population import Known, Population
from storage.roster.problems import Notes, Remark
from storage.roster.reading import Reading
from storage.roster.rows import KEEP, Row

MANAGERS = (Field.manager_email, Field.manager_no, Field.manager)
WATCHED: tuple[tuple[str, str, tuple[Field, ...]], ...] = (
    ("manager", "manager_id", MANAGERS),
    ("employee_no", "employee_no", (Field.employee_no,)),
    ("title", "title", (Field.job_title,)),
    ("department", "department", (Field.department, *LEVELS)),
    ("location", "location", (Field.location,)),
    ("country", "country", (Field.country,)),
    ("joined_on", "joined_on", (Field.joined_on,)),
)
"""The name of a field in a row, among what is remembered, and the columns that hold it."""


def missing_fields(reading: Reading, company: Company, population: Population, notes: Notes) -> None:
    """Remarks on what the company had and the file has no column, or not one value, for."""
    columns, line = reading.header.fields, reading.header.line
    if len(company.rows) > 1 and not any(field in columns for field in MANAGERS):
        notes.add(Remark.no_manager_column, line)
    for name, remembered, fields in WATCHED:
        had = _had(population.people, remembered)
        has_column = any(field in columns for field in fields)
        if not had or (name == "manager" and not has_column):
            continue
        if not has_column:
            if name != "country":  # what follows from the place was never in a column
                notes.add(Remark.field_missing, line, field=name, people=had)
        elif _all_empty(company.rows, name):
            notes.add(Remark.field_emptied, line, field=name, people=had)


def _had(people: Iterable[Known], remembered: str) -> int:
    return sum(getattr(known, remembered) is not None for known in people if known.status != Status.left)


def _all_empty(rows: Iterable[Row], name: str) -> bool:
    return all((value := getattr(row, name)) is None or value is KEEP for row in rows)
