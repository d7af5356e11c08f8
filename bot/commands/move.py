"""`evenhand move FROM [TO]`: everything from one database to another, each table compared before it counts."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.commands.starting import console, fail, in_words, settings_or_fail, sqlite_file
from bot.delivery import jobs
from bot.settings import DRIVERS
from bot.wording import Wording
from storage.alone import InUse
from storage.database import Database
from storage.migrations import BrokenReferences
from storage.moving import Differs, NotEmpty, NotTaken, SameDatabase, move
from storage.schema import SchemaBehind

SHOWN_OF_A_CHECKSUM = 16


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(name="move", help=say("commands.move"))
    def everything(
        source: Annotated[str, typer.Argument(metavar="FROM", help=say("move.source"), show_default=False)],
        target: Annotated[str, typer.Argument(metavar="TO", help=say("move.target"), show_default=False)] = "",
    ) -> None:
        origin = _url(say, source)
        goal = _url(say, target or settings_or_fail(say).database)
        if (file := sqlite_file(origin)) and not file.exists():
            raise fail(say("move.none", file=file))
        if file := sqlite_file(goal):
            file.parent.mkdir(parents=True, exist_ok=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it is told what there is now
        with in_words(say), _refusals(say, origin, goal):
            _tell(say, origin, goal)

    return app


def _tell(say: Wording, origin: str, goal: str) -> None:
    out, rows, tables = console(), 0, 0
    for each in move(origin, goal):
        short = each.checksum[:SHOWN_OF_A_CHECKSUM]
        _line(out, f"{each.table:<24}{each.rows:>12,}  {short}  {say('move.same')}")
        rows, tables = rows + each.rows, tables + 1
    database = Database(goal)
    try:
        jobs.prepare(database)
    finally:
        database.close()
    _line(out, say("move.done", rows=f"{rows:,}", tables=tables, source=_shown(origin), target=_shown(goal)))


def _line(out: Console, line: str) -> None:
    out.print(Text(line), soft_wrap=True)


def _url(say: Wording, given: str) -> str:
    """A database as it was named: by its URL, or a SQLite file by its path alone."""
    url = given if "://" in given else f"sqlite:///{given}"
    try:
        driver = make_url(url).drivername
    except ArgumentError:
        driver = ""
    if driver not in DRIVERS:
        raise fail(say("move.not_a_database", given=given if "://" not in given else driver))
    return url


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


@contextmanager
def _refusals(say: Wording, origin: str, goal: str) -> Iterator[None]:
    """Whatever keeps it from moving, as a sentence that also says where everything is now."""
    source, target = _shown(origin), _shown(goal)
    try:
        yield
    except SameDatabase:
        raise fail(say("move.same_database", source=source)) from None
    except InUse as used:
        raise fail(say("move.in_use", database=used.shown)) from None
    except NotEmpty as full:
        raise fail(say("move.not_empty", target=target, table=full.name)) from None
    except SchemaBehind as behind:
        raise fail(say("move.schema", found=behind.found or "–", needed=behind.needed)) from None
    except NotTaken as refused:
        raise fail(say("move.not_taken", table=refused.name, reason=refused.reason, source=source)) from None
    except (Differs, BrokenReferences) as wrong:
        raise fail(say("move.differs", problem=wrong, source=source)) from None
    except KeyboardInterrupt:
        raise fail(say("move.interrupted", source=source, target=target)) from None
