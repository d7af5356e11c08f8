"""Founding: makes the demo's database and hires the sample company. Loaded only when there is something to do."""

from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Connection, func, select

from bot.wording import Wording
from storage.columns import table
from storage.database import Database
from storage.migrations import upgrade
from storage.people import Person
from storage.sample.company import STAGES, fill
from storage.schema import found, newest

person = table(Person)


def found_company(database: Database, say: Wording, console: Console) -> None:
    """Brings the database to today's schema, and fills it if nobody is in it."""
    if found(database) != newest():
        console.print(say("demo.migrating"))
        upgrade(database)
    with database.read() as db:
        is_empty = not db.execute(select(func.count()).select_from(person)).scalar_one()
    if is_empty:
        with Progress(*_COLUMNS, console=console) as bar, database.write() as db:
            _fill(db, bar, say)


_COLUMNS = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())


def _fill(db: Connection, bar: Progress, say: Wording) -> None:
    """Hires the sample company, in one transaction: it is there whole, or not at all."""
    task = bar.add_task(say("demo.filling"), total=STAGES)

    def progress(what: str, done: int, total: int) -> None:
        bar.update(task, description=say(f"demo.stage_{what}"), completed=done, total=total)

    fill(db, datetime.now().astimezone().date(), progress)
