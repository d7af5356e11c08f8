"""What the REST routes answer, as OpenAPI shows it."""

from itertools import islice
from typing import Literal

from pydantic import BaseModel, Field

from bot.roster_words import RosterWords
from storage.roster.headers import Use
from storage.roster.importing import Report
from storage.roster.plan import Kind, PersonChange
from storage.roster.problems import Note, Problem
from storage.roster.reading import Reading

CHANGES_SHOWN = 100
PROBLEMS_SHOWN = 1000


class MappedColumn(BaseModel):
    """A column of the file, and what it was taken for."""

    header: str
    field: str | None = Field(description="Empty where the column is not used.")
    use: Literal["used", "ignored", "superseded"]


class Counts(BaseModel):
    rows: int
    added: int
    changed: int
    closed: int
    reopened: int
    unchanged: int


class FieldChange(BaseModel):
    field: str
    before: str | None
    after: str | None


class ChangedPerson(BaseModel):
    kind: Kind
    line: int | None = Field(description="Empty for a person who is closed because the file does not name them.")
    email: str
    name: str
    changes: list[FieldChange]


class Remark(BaseModel):
    """Something that was understood or filled in, and stops nothing."""

    remark: str
    count: int
    line: int
    message: str


class ImportProblem(BaseModel):
    line: int = Field(description="Counted from 1; in a JSON list, the place of the object.")
    column: str | None
    reason: str = Field(description="The same word in every language.")
    message: str


class PeopleImported(BaseModel):
    """What was written or, in a dry run, what would be."""

    dry_run: bool
    encoding: str
    mapping: list[MappedColumn]
    counts: Counts
    new_departments: list[str]
    changes: list[ChangedPerson] = Field(description=f"The first {CHANGES_SHOWN}; closed people come first.")
    remarks: list[Remark]
    skipped: list[ImportProblem] = Field(
        description="What was left out and why: bad words, and with `skip_unread_rows` all that could not be read."
    )
    needs_closing: int | None = Field(
        description="In a dry run: how many people would be closed, where the import itself would answer 409 unless "
        "`closing` says the number."
    )


class PeopleRefused(BaseModel):
    """What is wrong; nothing was written."""

    mapping: list[MappedColumn]
    problem_count: int
    problems: list[ImportProblem] = Field(description=f"The first {PROBLEMS_SHOWN}.")


class Held(BaseModel):
    """More people would be closed than an import may close without being told how many; nothing was written."""

    detail: str
    closing: int
    of: int = Field(description="How many people are here.")


class Refusal(BaseModel):
    detail: str


def imported(report: Report, words: RosterWords, *, dry_run: bool) -> PeopleImported:
    plan = report.plan
    assert plan, "a report without problems has a plan"
    return PeopleImported(
        dry_run=dry_run,
        encoding=report.reading.encoding,
        mapping=mapping(report.reading),
        counts=Counts(
            rows=len(report.reading.rows),
            added=plan.count(Kind.add),
            changed=plan.count(Kind.change),
            closed=plan.count(Kind.close),
            reopened=plan.count(Kind.reopen),
            unchanged=plan.unchanged,
        ),
        new_departments=list(plan.new_departments),
        changes=[_person(person) for person in islice(plan.shown(), CHANGES_SHOWN)],
        remarks=[_remark(note, words) for note in report.notes],
        skipped=[_problem(problem, words) for problem in report.skipped[:PROBLEMS_SHOWN]],
        needs_closing=plan.count(Kind.close) if report.held else None,
    )


def refused(problems: tuple[Problem, ...], words: RosterWords, reading: Reading | None = None) -> PeopleRefused:
    return PeopleRefused(
        mapping=mapping(reading) if reading else [],
        problem_count=len(problems),
        problems=[_problem(problem, words) for problem in problems[:PROBLEMS_SHOWN]],
    )


def held(report: Report, words: RosterWords) -> Held:
    closing, here = report.count(Kind.close), report.here
    return Held(detail=words("api.held", closing=closing, here=here), closing=closing, of=here)


def _problem(problem: Problem, words: RosterWords) -> ImportProblem:
    message = words.problem(problem)
    return ImportProblem(line=problem.line, column=problem.column, reason=problem.reason, message=message)


def mapping(reading: Reading) -> list[MappedColumn]:
    return [
        MappedColumn(
            header=column.header,
            field=column.field if column.use is Use.used else None,
            use=column.use.value,
        )
        for column in reading.header.columns
    ]


def _person(person: PersonChange) -> ChangedPerson:
    return ChangedPerson(
        kind=person.kind,
        line=person.line,
        email=person.email,
        name=person.name,
        changes=[FieldChange(field=one.field, before=one.before, after=one.after) for one in person.changes],
    )


def _remark(note: Note, words: RosterWords) -> Remark:
    return Remark(remark=note.remark, count=note.count, line=note.line, message=words.note(note))
