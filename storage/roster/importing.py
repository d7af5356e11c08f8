"""The import as a whole: read, compare, and either write everything or name everything that is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from storage.database import Database
from storage.people import Status
from storage.roster import applying
from storage.roster.decoding import ListSheet, Sheet, decode
from storage.roster.gaps import missing_fields
from storage.roster.headers import NAMES
from storage.roster.managers import loops, resolve
from storage.roster.matching import match
from storage.roster.objects import is_json, objects
from storage.roster.options import PLAINLY, Options
from storage.roster.plan import Kind, Plan, make_plan
from storage.roster.population import Population, load
from storage.roster.problems import Note, Notes, Problem, Reason, Unusable
from storage.roster.reading import Reading, read
from storage.roster.skipping import Skipped, readable


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
    options: Options
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    plan: Plan | None = None
    applied: bool = False
    skipped: tuple[Problem, ...] = ()
    """What could not be read and was left out, because the import was told to go on without it."""

    @property
    def here(self) -> int:
        """How many people are here before the import."""
        return sum(known.status != Status.left for known in self.population.people)

    @property
    def held(self) -> bool:
        """Whether more people would be closed than an import may close without being told how many."""
        return not self.options.allow(self.count(Kind.close), self.here)

    @property
    def writes(self) -> bool:
        return self.plan is not None and self.plan.writes

    def count(self, kind: Kind) -> int:
        return self.plan.count(kind) if self.plan else 0


def read_file(data: bytes, today: date, progress: Progress = silent) -> Reading:
    """A table, or JSON as `objects` takes it. `Unusable` if the bytes are neither."""
    if is_json(data):
        return read_records(objects(data), today, progress)
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


def compare(reading: Reading, population: Population, today: date, options: Options = PLAINLY) -> Report:
    """The pure part: what a file means for the people there are."""
    columns = {field: column.header for field, column in reading.header.fields.items()}
    rows, skipped = reading.rows, Skipped()
    if options.skip_unread:
        rows, skipped = readable(reading, population)
    company, claims = match(rows, population, columns)
    while claims and options.skip_unread:
        rows, skipped = skipped.without(rows, claims)
        company, claims = match(rows, population, columns)
    notes = Notes()
    managers, unknown = resolve(company, notes)
    lines = loops(company, managers)
    if options.skip_unread:
        managers, skipped = skipped.managers_kept(company, managers, unknown)
        while lines := loops(company, managers):
            managers, skipped = skipped.managers_kept(company, managers, lines)
    problems = [*(() if options.skip_unread else reading.problems), *claims, *lines]
    problems += [] if options.skip_unread else unknown
    problems += [problem for problem in skipped.of_the_file if options.skip_unread]
    new = sum(known is None for known in company.known)
    if new and rows and not any(name in columns for name in NAMES):
        problems.append(Problem(reading.header.line, Reason.missing_name_column, None, {"count": new}))
    left_out = tuple(sorted(skipped.problems, key=lambda problem: problem.line))
    report = Report(reading, population, today, options, (), reading.notes, skipped=left_out)
    if problems:
        return replace(report, problems=tuple(sorted(problems, key=lambda problem: problem.line)))
    missing_fields(reading, company, population, notes)
    plan = make_plan(company, managers, population, today, options=options, notes=notes, spared=skipped.spared)
    return replace(report, notes=(*reading.notes, *notes.listed()), plan=plan)


def preview(
    database: Database,
    reading: Reading,
    today: date,
    options: Options = PLAINLY,
    progress: Progress = silent,
) -> Report:
    """A dry run: what would change; nothing is written, and nobody waits for it."""
    progress(Stage.comparing, 0, None)
    with database.read() as db:
        population = load(db)
    return compare(reading, population, today, options)


def carry_out(database: Database, report: Report, progress: Progress = silent) -> Report:
    """Writes what a report plans, in one transaction, or nothing; where nothing changes, none is begun.

    The comparison was made before the transaction, so that conversations do not wait for it. If somebody
    changed a person in between it is made again inside it, and the new report may differ from the old one. A report
    that is `held` is not written.
    """
    if not report.writes or report.held:
        return report
    with database.write() as db:
        applying.lock(db)
        if (now := load(db)) != report.population:
            report = compare(report.reading, now, report.today, report.options)
        if report.held:
            return report
        if plan := report.plan:
            total = len(plan.planned)
            applying.apply(db, plan, now, lambda done: progress(Stage.writing, done, total))
    return replace(report, applied=plan is not None)


def import_people(
    database: Database,
    reading: Reading,
    today: date,
    options: Options = PLAINLY,
    progress: Progress = silent,
) -> Report:
    """Preview and writing in one."""
    report = preview(database, reading, today, options, progress)
    return carry_out(database, report, progress)
