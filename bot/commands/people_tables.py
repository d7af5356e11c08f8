"""A people import as tables on a terminal."""

from collections.abc import Sequence
from itertools import islice

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.roster_words import RosterWords
from storage.roster.headers import Use
from storage.roster.importing import Report
from storage.roster.plan import Kind, PersonChange, Plan
from storage.roster.problems import Note, Problem
from storage.roster.reading import Reading

PROBLEMS_SHOWN = 200
NOTES_SHOWN = 30
DEPARTMENTS_SHOWN = 20
BESIDE = frozenset({"email", "given_name", "family_name", "native_name", "working_days"})
COLOURS = {Kind.add: "green", Kind.change: "yellow", Kind.close: "red", Kind.reopen: "cyan"}


def print_mapping(console: Console, words: RosterWords, reading: Reading, name: str) -> None:
    table = _table(words("mapping.title"), words("mapping.header"), words("mapping.field"))
    for column in reading.header.columns:
        style = "" if column.use is Use.used else "dim"
        table.add_row(Text(column.header, style), Text(words.column(column), style))
    console.print(Text(_described(words, reading, name)))
    if reading.header.columns:
        console.print(table)


def _described(words: RosterWords, reading: Reading, name: str) -> str:
    if not reading.delimiter:
        return words("mapping.objects", file=name)
    return words(
        "mapping.file",
        file=name,
        encoding=reading.encoding,
        delimiter=words.delimiter(reading.delimiter),
        line=str(reading.header.line),
    )


def print_problems(console: Console, words: RosterWords, problems: Sequence[Problem]) -> None:
    table = _table(words("problem.title"), words("problem.line"), words("problem.column"), words("problem.what"))
    table.columns[0].justify = "right"
    table.columns[0].no_wrap = True
    for problem in problems[:PROBLEMS_SHOWN]:
        table.add_row(str(problem.line), Text(problem.column or "—"), Text(words.problem(problem)))
    console.print(table)
    if len(problems) > PROBLEMS_SHOWN:
        console.print(Text(words("result.more", count=len(problems) - PROBLEMS_SHOWN)))


def print_notes(console: Console, words: RosterWords, notes: Sequence[Note]) -> None:
    if not notes:
        return
    console.print(Text(words("remark.title"), "bold"))
    for note in notes[:NOTES_SHOWN]:
        console.print(Text(f"  {words.note(note)}"))
    if len(notes) > NOTES_SHOWN:
        console.print(Text("  …"))


def print_plan(console: Console, words: RosterWords, report: Report, shown: int) -> None:
    if not report.plan:
        return
    table = Table(title=words("count.title"), title_justify="left", show_header=False)
    for kind in Kind:
        table.add_row(words(f"count.{kind}"), Text(str(report.count(kind)), COLOURS[kind]))
    table.add_row(words("count.unchanged"), str(report.plan.unchanged))
    console.print(table)
    if names := report.plan.new_departments:
        more = ("…",) if len(names) > DEPARTMENTS_SHOWN else ()
        console.print(Text(words("count.departments", names=(*names[:DEPARTMENTS_SHOWN], *more))))
    _print_changes(console, words, report.plan, shown)


def _print_changes(console: Console, words: RosterWords, plan: Plan, shown: int) -> None:
    total = len(plan.planned)
    if not total or not shown:
        return
    all_of_them = total <= shown
    title = words("change.title_all") if all_of_them else words("change.title", count=shown, total=total)
    table = _table(title, *(words(f"change.{column}") for column in ("kind", "line", "person", "details")))
    for change in islice(plan.shown(), shown):
        table.add_row(
            Text(words(f"kind.{change.kind}"), COLOURS[change.kind]),
            str(change.line) if change.line is not None else words("change.not_in_file"),
            Text(f"{change.name}\n{change.email}"),
            Text(_details(words, change)),
        )
    console.print(table)


def _details(words: RosterWords, person: PersonChange) -> str:
    """Field by field; of a new person in one paragraph, and without what stands beside it already."""
    if person.kind is Kind.add:
        told = [change for change in person.changes if change.field not in BESIDE]
        return " · ".join(
            words("change.new", field=words(f"field.{change.field}"), after=_value(words, change.field, change.after))
            for change in told
        )
    return "\n".join(
        words(
            "change.one",
            field=words(f"field.{change.field}"),
            before=_value(words, change.field, change.before),
            after=_value(words, change.field, change.after),
        )
        for change in person.changes
    )


def _value(words: RosterWords, field: str, value: str | None) -> str:
    if value is None:
        return words("change.nothing")
    return words(f"status.{value}") if field == "status" else value


def _table(title: str, *headers: str) -> Table:
    table = Table(title=title, title_justify="left")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table
