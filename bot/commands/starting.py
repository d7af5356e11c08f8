"""Starting: what every command does before its own work, and the sentences for what keeps it from starting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.environment import settings_from_environment
from bot.presence import OneProcessOnly
from bot.settings import Settings, WrongSetting
from bot.web.security import PlaygroundRefused
from bot.wording import Wording
from flows.checks import Unsound
from flows.core import UnknownFlow
from storage.schema import SchemaBehind, newest

FAILED = 1
MOST_PROBLEMS = 12


def console() -> Console:
    return Console(highlight=False)


def fail(problem: str) -> typer.Exit:
    """Says what is wrong, for `raise fail(…)`."""
    Console(stderr=True, highlight=False).print(Text(problem, "bold red"))
    return typer.Exit(FAILED)


def settings_or_fail(say: Wording) -> Settings:
    try:
        return settings_from_environment()
    except WrongSetting as wrong:
        problem = say(f"problems.{wrong.problem}", **wrong.values)
        raise fail(say("app.wrong_setting", variable=wrong.variable, problem=problem)) from None


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database, or None for another database or one in memory."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
    return Path(str(parsed.database)) if is_file else None


@contextmanager
def writing(say: Wording, file: Path) -> Iterator[None]:
    """Makes the folder of a file that is about to be written; what keeps it from being written ends the program."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as fault:
        raise fail(say("app.unwritable", file=file, reason=reason_of(fault))) from None


@contextmanager
def in_words(say: Wording) -> Iterator[None]:
    """Whatever keeps the bot from starting is said as a sentence with what to do, and ends the program."""
    try:
        yield
    except SchemaBehind as behind:
        raise fail(schema_sentence(say, behind)) from None
    except OneProcessOnly as other:
        raise fail(say(f"serve.{other.text}")) from None
    except UnknownFlow as unknown:
        raise fail(say("serve.unknown_flow", problem=unknown)) from None
    except Unsound as unsound:
        raise fail(say("serve.unsound", problem=listed(unsound, say))) from None
    except PlaygroundRefused as refused:
        raise fail(say(f"serve.refused.{refused.reason}", **refused.values)) from None
    except SQLAlchemyError as trouble:
        raise fail(say("app.database_trouble", reason=reason_of(trouble))) from None


def listed(unsound: Unsound, say: Wording) -> str:
    """What is wrong with the flows: enough of it to begin with."""
    first = [f"  - {problem}" for problem in unsound.problems[:MOST_PROBLEMS]]
    others = len(unsound.problems) - len(first)
    return "\n".join(first + [say("serve.more_problems", count=others)] * bool(others))


def schema_sentence(say: Wording, behind: SchemaBehind) -> str:
    if behind.found is None:
        return say("serve.schema_none")
    newer = behind.found > newest()
    return say("serve.schema_ahead" if newer else "serve.schema_behind", found=behind.found, needed=behind.needed)


def reason_of(trouble: SQLAlchemyError | OSError) -> str:
    """What the database or the system said, in one line and without the statement."""
    if isinstance(trouble, OSError):
        return trouble.strerror or type(trouble).__name__
    said = str(getattr(trouble, "orig", None) or type(trouble).__name__).strip()
    return said.splitlines()[0] if said else type(trouble).__name__
