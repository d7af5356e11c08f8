"""The log: one line an event, without the contents of anybody's answers.

An exception is logged as its type and the places it came through. Its message is left out: a database error
quotes the values of the statement, a validation error quotes what was typed. What a library says is reduced
likewise, because nobody here has written it: which library, where in its code, and with what error.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

OURS = Path(__file__).parent.parent
PLACES = 6
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


WITHOUT_CONTENTS = frozenset({"uvicorn.error"})
"""Loggers that say constant sentences about the process, and nothing of what came in."""


def configure(level: int = logging.WARNING) -> None:
    """Lets the libraries speak up only when something is wrong, and brings every way out of the process here."""
    logging.basicConfig(level=level, handlers=[Reduced()], force=True)
    logging.captureWarnings(True)
    sys.excepthook = lambda _, error, __: _uncaught(error)
    threading.excepthook = lambda failed: _uncaught(failed.exc_value)
    sys.unraisablehook = lambda failed: _uncaught(failed.exc_value)


def take_over(library: str) -> None:
    """Brings a library here that has a way to the terminal of its own."""
    logger = logging.getLogger(library)
    logger.handlers, logger.propagate = [Reduced()], False


def _uncaught(error: BaseException | None) -> None:
    if error and not isinstance(error, KeyboardInterrupt):
        went_wrong("something went wrong that nobody had thought of", error)


class Reduced(logging.Handler):
    """What a library logs, without its words."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        facts = described(error) if error else {}
        if record.name in WITHOUT_CONTENTS:
            facts["said"] = record.msg
        where = f"{_place(record.pathname)}:{record.lineno} {record.funcName}"
        gravity = "error" if record.levelno >= logging.ERROR else "info"
        _say(
            gravity,
            "a library has something to say",
            library=record.name,
            gravity=record.levelname,
            where=where,
            **facts,
        )


def note(event: str, **facts: Any) -> None:
    """Logs that something happened."""
    _say("info", event, **facts)


def warn(event: str, **facts: Any) -> None:
    """Logs that something is probably not as it was meant, although the work goes on."""
    _say("warning", event, **facts)


def alert(event: str, **facts: Any) -> None:
    """Logs, as an error, what the operator has to do something about though nothing has failed."""
    _say("error", event, **facts)


def went_wrong(event: str, error: BaseException, **facts: Any) -> None:
    """Logs that something went wrong and that the work goes on without it."""
    _say("error", event, **facts, **described(error))


def _say(level: str, event: str, /, **facts: Any) -> None:
    """A line; where it cannot be written it is lost, because a log on a full disk keeps nobody from their work."""
    with suppress(OSError):
        getattr(_structlog().get_logger(), level)(event, **facts)


@cache
def _structlog() -> Any:
    """The library, on the first line to log: it brings a highlighter for terminals, which slows every start.

    Lines are for people on a terminal, and JSON for machines.
    """
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_rendering(structlog),
        ],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )
    return structlog


def _rendering(structlog: Any) -> list[Any]:
    if sys.stderr.isatty():
        return [_shown, structlog.dev.ConsoleRenderer()]
    return [structlog.processors.JSONRenderer()]


def _shown(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line for a terminal, which would act on control characters instead of showing them; JSON escapes them."""
    return {name: _CONTROL.sub(_as_code, text) if isinstance(text, str) else text for name, text in event.items()}


def _as_code(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}" if ord(found[0]) < 0x100 else f"\\u{ord(found[0]):04x}"


def described(error: BaseException) -> dict[str, Any]:
    """An exception for the log: its type, its cause's type, its code, and the places in the code it came through."""
    frames = traceback.extract_tb(error.__traceback__)[-PLACES:]
    cause = error.__cause__ or error.__context__
    code = _code(error)
    return {
        "error": _name(error),
        "cause": _name(cause) if cause else None,
        **({"code": code} if code else {}),
        "at": [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _code(error: BaseException) -> str | None:
    """What a database calls an error: `53100` or `SQLITE_FULL` for a full disk."""
    said = getattr(error, "orig", error)
    return getattr(said, "sqlstate", None) or getattr(said, "sqlite_errorname", None)


def _name(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _place(filename: str) -> str:
    file = Path(filename)
    return str(file.relative_to(OURS)) if file.is_relative_to(OURS) else file.name
