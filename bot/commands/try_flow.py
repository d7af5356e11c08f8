"""`evenhand try FLOW`: one conversation played in the terminal, in a sample company that is gone afterwards."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection, update

from bot.app import TEXTS
from bot.clock import SetClock
from bot.commands.starting import fail, in_words
from bot.dispatcher import Dispatcher
from bot.terminal.pages import harmless
from bot.terminal.talk import Talk, can_begin
from bot.visit import Repertoire
from bot.wording import Wording
from flows.catalog import load
from flows.checks import Unsound, check_flows
from flows.core import Flow, UnknownFlow, discover
from storage.columns import table
from storage.database import Database
from storage.directory import find_person
from storage.facts import Start, resolve
from storage.migrations import upgrade
from storage.people import Person
from storage.refusals import NobodyCalled, NotYourRole, Refusal, SeveralCalled
from storage.sample.company import Founders, fill


def program(say: Wording) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    @app.command(help=say("commands.try"))
    def try_flow(
        name: Annotated[str, typer.Argument(metavar="FLOW", help=say("try.flow"))],
        text: Annotated[list[str] | None, typer.Argument(help=say("try.text"))] = None,
        person: Annotated[str | None, typer.Option("--as", metavar="NAME", help=say("try.person"))] = None,
    ) -> None:
        _prepare_streams()
        console = Console(highlight=False)
        repertoire = Repertoire.of(discover(), load(*TEXTS), {})
        flow = _flow(repertoire, name, say)
        try:
            with _company(repertoire, console, say) as (dispatcher, clock, founders):
                with dispatcher.database.read() as db:
                    starter = _called(db, person, say) if person else _who_may(db, flow, founders, clock, say.language)
                console.print(Text(say("try.commands"), "dim"))
                Talk(dispatcher, clock, console, _reader(console), starter).play(flow, " ".join(text or ()))
        except (EOFError, KeyboardInterrupt):
            console.print()
            console.print(Text(say("try.left"), "cyan"))

    return app


@contextmanager
def _company(repertoire: Repertoire, console: Console, say: Wording) -> Iterator[tuple[Dispatcher, SetClock, Founders]]:
    """The bot on a sample company of its own, in which everybody reads the language of the terminal."""
    clock = SetClock(datetime.now(UTC))
    with TemporaryDirectory(prefix="evenhand-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'try.sqlite3'}", synchronous="NORMAL")
        try:
            with console.status(say("try.preparing")):
                upgrade(database)
                with database.write() as db:
                    founders = fill(db, clock.now().date())
                    db.execute(update(table(Person)).values(locale=say.language))
            yield Dispatcher(database, repertoire, clock), clock, founders
        finally:
            database.close()


def _flow(known: Repertoire, name: str, say: Wording) -> Flow:
    """The flow, if there is one, it is sound, and it can be begun from here."""
    try:
        flow = known.register.named(name)
    except UnknownFlow:
        names = ", ".join(each.name for each in known.register.newest() if can_begin(each))
        raise fail(say("try.no_flow", name=name, names=names)) from None
    with in_words(say):
        if wrong := tuple(each for each in check_flows(known.register, known.texts) if each.flow == name):
            raise Unsound(wrong)
    if not can_begin(flow):
        raise fail(say("try.not_from_here", name=name))
    return flow


def _called(db: Connection, name: str, say: Wording) -> int:
    try:
        return find_person(db, name).id
    except (NobodyCalled, SeveralCalled):
        raise fail(say("try.nobody", name=name)) from None


def _who_may(db: Connection, flow: Flow, founders: Founders, clock: SetClock, language: str) -> int:
    """An employee, or their manager or HR where only they may begin it or have what it is about, such as a team."""
    employee = founders.employee_zh if language == "zh" else founders.employee_en
    manager = founders.manager_zh if language == "zh" else founders.manager_en

    def lacking(person: int) -> int:
        try:
            facts = resolve(db, flow.facts, Start(person, clock.now()))
        except NotYourRole:
            return len(flow.facts) + 1
        except Refusal:
            return 0  # for want of something it was not given: whoever it is would be refused alike
        return sum(value in (None, ()) for value in facts.values())

    return min((employee, manager, founders.hrbp), key=lacking)


def _prepare_streams() -> None:
    """Bytes that are no text must not end the talk: they are read as what they are, and then objected to."""
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "replace")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=errors)


def _reader(console: Console) -> Callable[[], str]:
    """Reads a line; from a file it is also printed, so that what is left on the screen can be followed."""
    if sys.stdin.isatty():
        return lambda: input("> ")

    def read_line() -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        console.print(Text(f"> {harmless(line.rstrip())}"))
        return line.rstrip("\n")

    return read_line
