"""`evenhand demo`: a sample company in the browser, from nothing to the address by one command."""

import webbrowser
from datetime import datetime
from pathlib import Path
from socket import socket
from typing import Annotated

import typer
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text
from sqlalchemy import func, select

from bot import logs, serving
from bot.app import create_app
from bot.commands.desktop import has_desktop
from bot.commands.starting import console, fail, in_words, settings_or_fail
from bot.commands.trying import Cast, cast_of
from bot.serving import PortInUse
from bot.settings import Settings, platforms
from bot.web.security import require_playground_allowed
from bot.wording import Wording
from storage.columns import table
from storage.database import Database
from storage.people import Person
from storage.sample.company import STAGES, fill
from storage.schema import found, newest

FILE = Path("var/demo.sqlite3")
BESIDE = ("", "-wal", "-shm", "-journal")
"""A SQLite database is these files."""
INVENTED = "%.example"
"""Addresses that no real company can have (https://www.rfc-editor.org/rfc/rfc2606#section-2)."""


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.demo"))
    def demo(
        port: Annotated[int | None, typer.Option(min=0, max=65535, help=say("demo.port"))] = None,
        database: Annotated[Path, typer.Option(dir_okay=False, help=say("demo.database"))] = FILE,
        fresh: Annotated[bool, typer.Option("--fresh", help=say("demo.fresh"))] = False,
        no_browser: Annotated[bool, typer.Option("--no-browser", help=say("demo.no_browser"))] = False,
    ) -> None:
        logs.configure(quiet=True)
        settings = playground_settings(settings_or_fail(say), database, port)
        with in_words(say):
            require_playground_allowed(settings.host, platforms(settings))
            cast = prepared(settings, database, say, fresh=fresh)
            bot = create_app(settings, playground=True)
        listener = bound(settings, say)
        address = serving.address_of(listener)

        def ready() -> None:
            console().print(panel(say, address, cast, database))
            if not no_browser and has_desktop():
                webbrowser.open(address)

        serving.serve(bot, listener, ready)
        console().print(say("app.stopped"))

    return app


def playground_settings(settings: Settings, file: Path, port: int | None) -> Settings:
    """The demo's own database, and a check-in that is due the whole week, so that nobody waits for Thursday."""
    own = {"database": f"sqlite:///{file}", "checkin_weekday": 1, "checkin_hour": 0}
    return settings.model_copy(update={**own, "port": settings.port if port is None else port})


def prepared(settings: Settings, file: Path, say: Wording, *, fresh: bool) -> Cast:
    """The demo's database with the sample company in it, made where it is not there yet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if fresh:
        for ending in BESIDE:
            file.with_name(file.name + ending).unlink(missing_ok=True)
    database = Database(settings.database, settings.synchronous)
    try:
        if found(database) != newest():
            console().print(say("demo.migrating"))
            _migrate(database)
        person = table(Person)
        with database.read() as db:
            real = db.execute(select(func.count()).where(person.c.email.not_like(INVENTED))).scalar_one()
            invented = db.execute(select(func.count()).where(person.c.email.like(INVENTED))).scalar_one()
        if real:
            raise fail(say("demo.foreign", file=file))
        if not invented:
            _fill(database, say)
        with database.read() as db:
            return cast_of(db, say.language)
    finally:
        database.close()


def _migrate(database: Database) -> None:
    from storage.migrations import upgrade

    upgrade(database)


def _fill(database: Database, say: Wording) -> None:
    """Hires the sample company, in one transaction: it is there whole, or not at all."""
    today = datetime.now().astimezone().date()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console()) as bar, database.write() as db:
        task = bar.add_task(say("demo.filling"), total=STAGES)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=say(f"demo.stage_{what}"), completed=done, total=total)

        fill(db, today, progress)


def bound(settings: Settings, say: Wording) -> socket:
    """A socket on the port that is wanted, or on a free one, which is said."""
    try:
        return serving.bound(settings.host, settings.port)
    except PortInUse as taken:
        listener = serving.bound(settings.host, 0)
        console().print(say("demo.port_taken", port=taken.port, other=listener.getsockname()[1]))
        return listener


def panel(say: Wording, address: str, cast: Cast, file: Path) -> Panel:
    """Where it is, and who to be first."""
    text = Text()
    text.append(f"{address}\n\n", f"bold link {address}")
    text.append(say("demo.be_somebody") + "\n")
    for role, name in (("employee", cast.employee), ("manager", cast.manager), ("hr", cast.hr)):
        text.append(f"  {name}", "bold")
        text.append(f", {say(f'demo.role_{role}')}\n")
    text.append(say("demo.two_windows") + "\n\n")
    text.append(say("demo.kept", file=file) + "\n" + say("demo.ctrl_c"), "dim")
    return Panel(text, title=say("demo.title"), expand=False, padding=(1, 2))
