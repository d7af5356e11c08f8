"""Founding: makes the demo's database and hires the sample company. Loaded only when there is something to do."""

from datetime import UTC, date, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from sqlalchemy import Connection, func, select

from bot.commands.past_mornings import live_mornings
from bot.commands.running_week import this_week
from bot.wording import Wording
from storage.columns import table
from storage.database import Database
from storage.migrations import upgrade
from storage.people import Person
from storage.sample.company import STAGES, fill
from storage.schema import found, newest

person = table(Person)


def found_company(database: Database, say: Wording, console: Console, digest_hour: int) -> None:
    """Brings the database to today's schema; if nobody is in it, fills it, and has it live until now."""
    if found(database) != newest():
        console.print(say("demo.migrating"))
        upgrade(database)
    with database.read() as db:
        is_empty = not db.execute(select(func.count()).select_from(person)).scalar_one()
    if is_empty:
        with Progress(*_COLUMNS, console=console) as bar:
            task = bar.add_task(say("demo.filling"), total=STAGES + 1)
            now = datetime.now(UTC)
            today = now.astimezone().date()
            with database.write() as db:
                _fill(db, today, bar, task, say)
            with database.read() as db:
                week = this_week(db, now, today)
            live_mornings(database, digest_hour, now, week)
            bar.update(task, description=say("demo.stage_digests"), completed=STAGES + 1)


_COLUMNS = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())


def _fill(db: Connection, today: date, bar: Progress, task: TaskID, say: Wording) -> None:
    """Hires the sample company, in one transaction: it is there whole, or not at all."""

    def progress(what: str, done: int, _: int) -> None:
        bar.update(task, description=say(f"demo.stage_{what}"), completed=done)

    fill(db, today, progress)
