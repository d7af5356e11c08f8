"""Whole fields that a file lacks: without a word a company would lose its managers, or never have any."""

from collections.abc import Iterable
from operator import attrgetter

from storage.people import Status
from storage.roster.headers import LEVELS, MANAGERS, Field
from storage.roster.matching import Company
from storage.roster.population import Population
from storage.roster.problems import Notes, Remark
from storage.roster.reading import Reading
from storage.roster.rows import KEEP, Row

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
    here = [known for known in population.people if known.status != Status.left]
    for name, remembered, fields in WATCHED:
        had = len(here) - [*map(attrgetter(remembered), here)].count(None)
        has_column = any(field in columns for field in fields)
        if not had or (name == "manager" and not has_column):
            continue
        if not has_column:
            if name != "country":  # what follows from the place was never in a column
                notes.add(Remark.field_missing, line, field=name, people=had)
        elif _all_empty(company.rows, name):
            notes.add(Remark.field_emptied, line, field=name, people=had)


def _all_empty(rows: Iterable[Row], name: str) -> bool:
    return {None, KEEP}.issuperset(map(attrgetter(name), rows))
