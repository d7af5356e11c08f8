"""Composing: one part that cannot be composed never takes the whole page, tab or list with it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.logs import went_wrong

T = TypeVar("T")


def composed(what: str, compose: Callable[[], T], *passing: type[Exception]) -> T | None:
    """What `compose` gives, or None, with a line in the log, where it fails.

    A question that was removed, a text that is missing, a flow of an older version: each concerns one part. What the
    database itself refuses is raised, because it concerns them all, and so are errors that are `passing`.
    """
    try:
        return compose()
    except SQLAlchemyError:
        raise
    except Exception as error:  # whatever is wrong with one part, the others can be shown
        if isinstance(error, passing):
            raise
        went_wrong("one part of what a person looks at could not be shown", error, part=what)
        return None


def drawn(parts: Iterable[tuple[str, Callable[[], T]]]) -> tuple[list[T], tuple[str, ...]]:
    """The parts of a page that could be drawn, in their order, and the names of those that could not."""
    made = [(name, composed(f"desk {name}", draw)) for name, draw in parts]
    return [part for _, part in made if part is not None], tuple(name for name, part in made if part is None)
