"""Looking: what a desk opens to look at more closely, as its buttons carry it, and the look itself with every check.

What a button carries is only what to look at: whether it is for whoever pressed it is asked anew each time, by
`storage.access`, which keeps the row of the look, and here, which keeps that of a refusal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from bot.dispatcher import Dispatcher
from bot.visit import Visit
from storage.access import record_refusal
from storage.columns import is_id
from storage.database import keeps_nothing, noted_if_it_can_be
from storage.received import is_text
from storage.refusals import NothingKept, NotYours, Unreadable

LONGEST = 200
MOST_PAGES = 10_000
T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    """Somebody's weeks, goals and key events."""

    id: int


@dataclass(frozen=True)
class Team:
    """Everybody who reports to whoever looks."""


@dataclass(frozen=True)
class Announced:
    """How far an announcement has come."""

    series: str


@dataclass(frozen=True)
class Reached:
    """The people in one of the lists of an announcement."""

    series: str
    name: str


Subject = Person | Team | Announced | Reached


def carried(subject: Subject, page: int = 0) -> dict[str, Any]:
    """What a button carries that shows a page of this."""
    at = {"page": page} if page else {}
    match subject:
        case Person(id=number):
            return {"look": "person", "of": number, **at}
        case Team():
            return {"look": "team", **at}
        case Announced(series=series):
            return {"look": "announced", "of": series, **at}
        case Reached(series=series, name=name):
            return {"look": "reached", "of": series, "list": name, **at}


def subject_of(sent: Mapping[str, Any]) -> tuple[Subject, int]:
    """What a button carried, and which page of it; raises `Unreadable`."""
    page = sent.get("page", 0)
    if type(page) is not int or not 0 <= page < MOST_PAGES:
        raise Unreadable
    match sent:
        case {"look": "person", "of": int(number)} if is_id(number):
            return Person(number), page
        case {"look": "team"}:
            return Team(), page
        case {"look": "announced", "of": str(series)} if _is_name(series):
            return Announced(series), page
        case {"look": "reached", "of": str(series), "list": str(name)} if _is_name(series) and _is_name(name):
            return Reached(series, name), page
        case _:
            raise Unreadable


def looked(dispatcher: Dispatcher, person: int, show: Callable[[Visit], T]) -> T:
    """What somebody sees who looks; raises a refusal, and keeps it where it is that this is not theirs.

    Where it cannot be kept that somebody looks, they see nothing.
    """
    try:
        with dispatcher.database.write() as db:
            return show(Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), person))
    except NotYours as refusal:
        with noted_if_it_can_be(), dispatcher.database.write() as db:
            record_refusal(db, refusal, dispatcher.clock.now())
        raise
    except OperationalError as error:
        if not keeps_nothing(error):
            raise
        raise NothingKept from error


def paged(groups: Sequence[Sequence[T]], cost: Callable[[T], int], most: int) -> list[list[T]]:
    """Pages of what belongs together, each for at most so much; only what is too large for any page is divided."""
    pages: list[list[T]] = [[]]
    left = most
    for group in groups:
        if sum(map(cost, group)) > left and pages[-1]:
            pages.append([])
            left = most
        for each in group:
            if cost(each) > left and pages[-1]:
                pages.append([])
                left = most
            pages[-1].append(each)
            left -= cost(each)
    return pages


def _is_name(text: str) -> bool:
    return is_text(text) and len(text) <= LONGEST
