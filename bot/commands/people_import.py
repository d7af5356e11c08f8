"""Running a people import on a terminal: read, show, ask, write; and the exit code that says how it went."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text
from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.commands.people_tables import print_mapping, print_notes, print_plan, print_problems
from bot.roster_words import RosterWords
from storage.database import Database
from storage.migrations import upgrade
from storage.roster import places
from storage.roster.importing import Progress as Watcher
from storage.roster.importing import Report, Stage, carry_out, compare, preview, read_file
from storage.roster.options import Defaults, Options
from storage.roster.plan import Kind
from storage.roster.population import Population
from storage.roster.problems import BadCell, Unusable
from storage.roster.reading import Reading

PROBLEMS, UNUSABLE, PARTLY = 1, 2, 3


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What was asked for on the command line."""

    file: Path
    database: str
    dry_run: bool
    close_missing: bool
    closing: int | None
    skip_unread: bool
    zone: str
    country: str
    people_language: str | None
    yes: bool
    changes: int
    language: str


def run(wishes: Wishes) -> None:
    """Ends the program with 1 if problems keep the file out, 2 if the file or the database is of no use, 3 if rows were
    left out and the rest went in."""
    console = Console(highlight=False)
    words = RosterWords(wishes.language)
    today = datetime.now().astimezone().date()
    with _watching(words) as watcher:
        reading = _read(console, words, wishes.file, today, watcher)
    options = _options(console, words, wishes)
    print_mapping(console, words, reading, wishes.file.name)
    try:
        report = _compare(words, reading, today, wishes, options)
        print_notes(console, words, report.notes)
        if report.problems:
            _refuse(console, words, report)
        if report.skipped:
            print_problems(console, words, report.skipped)
            console.print(Text(words("result.skipped", count=len(report.skipped)), "bold yellow"))
        print_plan(console, words, report, wishes.changes)
        if report.held:
            _hold(console, words, report)
        if not report.writes or wishes.dry_run:
            console.print(Text(words("result.dry_run" if wishes.dry_run else "result.unchanged"), "bold"))
            _end(report)
            return
        if not wishes.yes and sys.stdin.isatty() and not typer.confirm(words("cli.confirm")):
            console.print(Text(words("result.declined"), "bold"))
            return
        report = _write(words, wishes.database, report)
    except (SQLAlchemyError, OSError) as fault:
        reason = str(getattr(fault, "orig", None) or fault).strip()
        console.print(Text(words("result.database", reason=reason), "bold red"))
        raise typer.Exit(UNUSABLE) from fault
    if report.problems:
        _refuse(console, words, report)
    if report.held:
        _hold(console, words, report)
    written = len(report.plan.planned) if report.plan else 0
    console.print(Text(words("result.written", count=written), "bold green"))
    _end(report)


def _end(report: Report) -> None:
    """Rows that were left out are worth a look, so whoever watches the exit code learns of them."""
    if report.skipped:
        raise typer.Exit(PARTLY)


def _read(console: Console, words: RosterWords, file: Path, today: date, watcher: Watcher) -> Reading:
    try:
        return read_file(file.read_bytes(), today, watcher)
    except OSError as fault:
        console.print(Text(words("result.unreadable", reason=fault.strerror or str(fault)), "bold red"))
    except Unusable as fault:
        print_problems(console, words, [fault.problem])
        console.print(Text(words("result.unusable"), "bold red"))
    raise typer.Exit(UNUSABLE)


def _refuse(console: Console, words: RosterWords, report: Report) -> None:
    print_problems(console, words, report.problems)
    console.print(Text(words("result.refused", count=len(report.problems)), "bold red"))
    raise typer.Exit(PROBLEMS)


def _hold(console: Console, words: RosterWords, report: Report) -> None:
    """More people would be closed than anybody has said should be."""
    counts = {"closing": report.count(Kind.close), "here": report.here}
    console.print(Text(words("result.held", **counts), "bold red"))
    raise typer.Exit(PROBLEMS)


def _options(console: Console, words: RosterWords, wishes: Wishes) -> Options:
    try:
        country = places.country(wishes.country)
    except BadCell:
        console.print(Text(words("result.default_country", value=wishes.country), "bold red"))
        raise typer.Exit(UNUSABLE) from None
    try:
        zone = places.time_zone(wishes.zone)
    except BadCell:
        console.print(Text(words("result.default_zone", value=wishes.zone), "bold red"))
        raise typer.Exit(UNUSABLE) from None
    return Options(
        close_missing=wishes.close_missing,
        closing=wishes.closing,
        skip_unread=wishes.skip_unread,
        defaults=Defaults(country, wishes.people_language, zone),
    )


def _compare(words: RosterWords, reading: Reading, today: date, wishes: Wishes, options: Options) -> Report:
    """A dry run leaves no trace: a database that is not there yet is empty, and is not made."""
    file = make_url(wishes.database).database
    if make_url(wishes.database).get_backend_name() == "sqlite" and file:
        if wishes.dry_run and not Path(file).exists():
            return compare(reading, Population(), today, options)
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    with _database(wishes.database) as database, _watching(words) as watcher:
        if not wishes.dry_run:
            upgrade(database)
        elif not inspect(database.engine).has_table("person"):
            return compare(reading, Population(), today, options)
        return preview(database, reading, today, options, watcher)


def _write(words: RosterWords, url: str, report: Report) -> Report:
    with _database(url) as database, _watching(words) as watcher:
        return carry_out(database, report, watcher)


@contextmanager
def _database(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _watching(words: RosterWords) -> Iterator[Watcher]:
    """A progress bar on a terminal, and nothing in a pipe or a log."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {stage: bar.add_task(words(f"stage.{stage}"), visible=False, total=None) for stage in Stage}

        def watch(stage: Stage, done: int, total: int | None) -> None:
            bar.update(tasks[stage], completed=done, total=total, visible=True)

        yield watch
