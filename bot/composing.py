"""Composing: one part that cannot be composed never takes the whole page, tab or list with it."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.logs import went_wrong

T = TypeVar("T")


def composed(what: str, compose: Callable[[], T]) -> T | None:
    """What `compose` gives, or None, with a line in the log, where it fails.

    A question that was removed, a text that is missing, a flow of an older version: each concerns one part. What the
    database itself refuses is raised, because it concerns them all.
    """
    try:
        return compose()
    except SQLAlchemyError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever is wrong with one part, the others can be shown
        went_wrong("one part of what a person looks at could not be shown", error, part=what)
        return None
