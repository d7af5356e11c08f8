"""The import as a whole: read, compare, and either write everything or name everything that is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from storage.database import Database
from storage.roster import applying
from storage.roster.decoding import ListSheet, Sheet, decode
from storage.roster.headers import NAMES
from storage.roster.managers import loops, resolve
from storage.roster.matching import match
from storage.roster.plan import Kind, Plan, make_plan
from storage.roster.population import Population, load
from storage.roster.problems import Note, Notes, Problem, Reason, Unusable
from storage.roster.reading import Reading, read


class Stage(StrEnum):
    reading = "reading"
    comparing = "comparing"
    writing = "writing"


Progress = Callable[[Stage, int, int | None], None]
"""Is told the stage, how much of it is done, and of how much if that is known."""


def silent(stage: Stage, done: int, total: int | None) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Report:
    """What an import did or would do. With problems there is no plan, and nothing was written."""

    reading: Reading = field(repr=False)
    population: Population = field(repr=False)
    today: date
    close_missing: bool
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    plan: Plan | None = None
    applied: bool = False

    @property
    def writes(self) -> bool:
        return self.plan is not None and self.plan.writes

    def count(self, kind: Kind) -> int:
        return self.plan.count(kind) if self.plan else 0


def read_file(data: bytes, today: date, progress: Progress = silent) -> Reading:
    """`Unusable` if the bytes are no table."""
    sheet = decode(data)
    lines = sheet.text.count("\n") or sheet.text.count("\r")
    return _read(sheet, today, lines, progress)


def read_records(records: Sequence[Any], today: date, progress: Progress = silent) -> Reading:
    """The same for a list of objects, whose keys are the headers. `Unusable` if it is empty."""
    if not records:
        raise Unusable(Problem(1, Reason.empty_file))
    return _read(ListSheet(records), today, len(records), progress)


def _read(sheet: Sheet, today: date, lines: int, progress: Progress) -> Reading:
    return read(sheet, today, lambda done: progress(Stage.reading, done, max(lines, done)))


def compare(reading: Reading, population: Population, today: date, *, close_missing: bool) -> Report:
    """The pure part: what a file means for the people there are."""
    columns = {field: column.header for field, column in reading.header.fields.items()}
    company, claims = match(reading.rows, population, columns)
    notes = Notes()
    managers, unknown = resolve(company, notes)
    problems = [*reading.problems, *claims, *unknown, *loops(company, managers)]
    new = sum(known is None for known in company.known)
    if new and reading.rows and not any(name in columns for name in NAMES):
        problems.append(Problem(reading.header.line, Reason.missing_name_column, None, {"count": new}))
    if problems:
        problems.sort(key=lambda problem: problem.line)
        return Report(reading, population, today, close_missing, tuple(problems), reading.notes)
    plan = make_plan(company, managers, population, today, close_missing=close_missing, notes=notes)
    return Report(reading, population, today, close_missing, (), (*reading.notes, *notes.listed()), plan)


def preview(
    database: Database,
    reading: Reading,
    today: date,
    *,
    close_missing: bool = False,
    progress: Progress = silent,
) -> Report:
    """A dry run: what would change; nothing is written, and nobody waits for it."""
    progress(Stage.comparing, 0, None)
    with database.read() as db:
        population = load(db)
    return compare(reading, population, today, close_missing=close_missing)


def carry_out(database: Database, report: Report, progress: Progress = silent) -> Report:
    """Writes what a report plans, in one transaction, or nothing; where nothing changes, none is begun.

    The comparison was made before the transaction, so that conversations do not wait for it. If somebody
    changed a person in between it is made again inside it, and the new report may differ from the old one.
    """
    if not report.writes:
        return report
    with database.write() as db:
        applying.lock(db)
        if (now := load(db)) != report.population:
            report = compare(report.reading, now, report.today, close_missing=report.close_missing)
        if plan := report.plan:
            total = len(plan.planned)
            applying.apply(db, plan, now, lambda done: progress(Stage.writing, done, total))
    return replace(report, applied=plan is not None)


def import_people(
    database: Database,
    reading: Reading,
    today: date,
    *,
    close_missing: bool = False,
    progress: Progress = silent,
) -> Report:
    """Preview and writing in one."""
    report = preview(database, reading, today, close_missing=close_missing, progress=progress)
    return carry_out(database, report, progress)
