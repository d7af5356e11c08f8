"""The log: one line an event, without the contents of anybody's answers.

An exception is logged as its type and the places it came through. Its message is left out: a database error
quotes the values of the statement, a validation error quotes what was typed.
"""

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog

OURS = Path(__file__).parent.parent
PLACES = 6


def configure(*, quiet: bool = False) -> None:
    """Lines for people on a terminal, JSON for machines. `quiet` keeps to warnings, as beside a panel."""
    level = logging.WARNING if quiet else logging.INFO
    pretty = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


def went_wrong(event: str, error: BaseException, **facts: Any) -> None:
    """Logs that something went wrong and that the work goes on without it."""
    structlog.get_logger(__name__).error(event, **facts, **described(error))


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
