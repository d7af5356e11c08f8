"""The log: one line an event, without the contents of anybody's answers.

An exception is logged as its type and the places it came through. Its message is left out: a database error
quotes the values of the statement, a validation error quotes what was typed.
"""

import logging
import sys
import traceback
from functools import cache
from pathlib import Path
from typing import Any

OURS = Path(__file__).parent.parent
PLACES = 6


def configure() -> None:
    """Lets the libraries speak up only when something is wrong."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


def note(event: str, **facts: Any) -> None:
    """Logs that something happened."""
    _structlog().get_logger().info(event, **facts)


def went_wrong(event: str, error: BaseException, **facts: Any) -> None:
    """Logs that something went wrong and that the work goes on without it."""
    _structlog().get_logger().error(event, **facts, **described(error))


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
            structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )
    return structlog


def described(error: BaseException) -> dict[str, Any]:
    """An exception for the log: its type, its cause's type, and the places in the code it came through."""
    frames = traceback.extract_tb(error.__traceback__)[-PLACES:]
    cause = error.__cause__ or error.__context__
    return {
        "error": _name(error),
        "cause": _name(cause) if cause else None,
        "at": [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _name(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _place(filename: str) -> str:
    file = Path(filename)
    return str(file.relative_to(OURS)) if file.is_relative_to(OURS) else file.name
