"""`evenhand demo`: a sample company in the browser, from nothing to the address by one command."""

import webbrowser
from pathlib import Path
from socket import socket
from typing import Annotated

import typer
from rich.panel import Panel
from rich.text import Text
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot import logs, serving
from bot.app import create_app
from bot.commands.desktop import has_desktop
from bot.commands.starting import console, fail, in_words, reason_of, settings_or_fail
from bot.commands.trying import Cast, cast_of
from bot.connected import platforms
from bot.serving import PortInUse, PortReserved
from bot.settings import Settings
from bot.web.security import require_playground_allowed
from bot.wording import Wording
from storage.columns import table
from storage.database import Database
from storage.people import Person
from storage.schema import found, newest

FILE = "var/demo.sqlite3"
BESIDE = ("", "-wal", "-shm", "-journal")
"""A SQLite database is these files."""
INVENTED = "%.example"
"""Addresses that no real company can have (https://www.rfc-editor.org/rfc/rfc2606#section-2)."""
person = table(Person)


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.demo"))
    def demo(
        port: Annotated[int | None, typer.Option(min=0, max=65535, help=say("demo.port"))] = None,
        database: Annotated[str, typer.Option(metavar="FILE", help=say("demo.database"))] = FILE,
        fresh: Annotated[bool, typer.Option("--fresh", help=say("demo.fresh"))] = False,
        no_browser: Annotated[bool, typer.Option("--no-browser", help=say("demo.no_browser"))] = False,
    ) -> None:
        logs.configure()
        file = file_of(database, say)
        settings = playground_settings(settings_or_fail(say), file, port)
        with in_words(say):
            require_playground_allowed(settings.host, platforms(settings))
            try:
                cast = prepared(settings, file, say, fresh=fresh)
            except (SQLAlchemyError, OSError) as trouble:
                raise fail(say("demo.unusable", file=file, reason=reason_of(trouble))) from None
            bot = create_app(settings, playground=True)
        listener = bound(settings, say)
        address = serving.address_of(listener)

        def ready() -> None:
            console().print(panel(say, address, cast, file))
            if not no_browser and has_desktop():
                webbrowser.open(address)

        serving.serve(bot, listener, ready)
        console().print(say("app.stopped"))

    return app


def file_of(database: str, say: Wording) -> Path:
    """The file that was meant, also by whoever gave the URL of one."""
    file = Path(database.removeprefix("sqlite:///"))
    if "://" in database.removeprefix("sqlite:///") or file.is_dir():
        raise fail(say("demo.not_a_file", given=database))
    return file


def playground_settings(settings: Settings, file: Path, port: int | None) -> Settings:
    """The demo's own database, and a check-in that is due the whole week, so that nobody waits for Thursday."""
    own = {"database": f"sqlite:///{file}", "checkin_weekday": 1, "checkin_hour": 0}
    return settings.model_copy(update={**own, "port": settings.port if port is None else port})


def prepared(settings: Settings, file: Path, say: Wording, *, fresh: bool) -> Cast:
    """The demo's database with the sample company in it, made where it is not there yet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and _is_foreign(settings, fresh=fresh):
        raise fail(say("demo.foreign", file=file))
    if fresh:
        for ending in BESIDE:
            file.with_name(file.name + ending).unlink(missing_ok=True)
    database = Database(settings.database, "NORMAL")  # what is lost by a power cut while it is made is made again
    try:
        if found(database) != newest() or not _count(database, INVENTED):
            from bot.commands.founding import found_company

            found_company(database, say, console(), settings.digest_hour)
        with database.read() as db:
            return cast_of(db, say.language)
    finally:
        database.close()


def _is_foreign(settings: Settings, *, fresh: bool) -> bool:
    """Whether a database holds people who are no sample; asked before anything in it is changed or deleted.

    With `fresh` a file that is no database, or is broken, is made anew like the demo's own.
    """
    database = Database(settings.database, settings.synchronous)
    try:
        return found(database) is not None and _count(database, "%") > _count(database, INVENTED)
    except SQLAlchemyError:
        if not fresh:
            raise
        return False
    finally:
        database.close()


def _count(database: Database, addresses: str) -> int:
    """How many people have an address like this."""
    query = select(func.count()).where(person.c.email.like(addresses))
    with database.read() as db:
        return int(db.execute(query).scalar_one())


def bound(settings: Settings, say: Wording) -> socket:
    """A socket on the port that is wanted, or on a free one, which is said."""
    try:
        return serving.bound(settings.host, settings.port)
    except (PortInUse, PortReserved) as taken:
        listener = serving.bound(settings.host, 0)
        console().print(say("demo.port_taken", port=taken.port, other=listener.getsockname()[1]))
        return listener


def panel(say: Wording, address: str, cast: Cast, file: Path) -> Panel:
    """Where it is, and who to be first."""
    text = Text()
    text.append(f"{address}\n\n", f"bold link {address}")
    text.append(say("demo.be_somebody") + "\n")
    for role, name in (("employee", cast.employee), ("manager", cast.manager), ("hr", cast.hr)):
        text.append(f"  {say('demo.somebody', name=name, role=say(f'demo.role_{role}'))}\n")
    text.append(say("demo.two_windows") + "\n\n")
    text.append(say("demo.kept", file=file) + "\n" + say("demo.ctrl_c"), "dim")
    return Panel(text, title=say("demo.title"), expand=False, padding=(1, 2))
