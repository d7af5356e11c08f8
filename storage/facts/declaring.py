"""Declaring facts: a function becomes a fact under its own name, with a sample of what it gives."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, get_args, get_type_hints

from sqlalchemy import Connection

from storage.calendar import NIGHT, Quiet
from storage.references import Named


@dataclass(frozen=True)
class Start:
    """How a conversation began: by whom, when, with which words, and what a button or the clock gave along."""

    person: int
    now: datetime
    line: str = ""
    """What stood after the command, without the people it begins with."""
    named: Named = field(default_factory=Named)
    """Whom it names, and all of it."""
    mention: str | None = None
    """Whom it names first, as it was typed; of a chat message, the id of its author."""
    quote: str | None = None
    """A chat message saved as evidence."""
    given: Mapping[str, Any] = field(default_factory=dict)
    quiet: Quiet = NIGHT
    """The quiet hours of whoever has set none of their own."""


Lookup = Callable[[Connection, Start], Any]
L = TypeVar("L", bound=Lookup)


@dataclass(frozen=True)
class Fact:
    lookup: Lookup
    sample: Any
    others: tuple[Any, ...] = ()
    """Further samples, where its type alone does not say what else it can be (see `variants`)."""


class UnknownFact(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no fact {name!r}; facts are declared in storage/facts/")


FACTS: dict[str, Fact] = {}


def fact(sample: Any, others: tuple[Any, ...] = ()) -> Callable[[L], L]:
    def declare(lookup: L) -> L:
        FACTS[lookup.__name__] = Fact(lookup, sample, others)
        return lookup

    return declare


def resolve(db: Connection, names: tuple[str, ...], start: Start) -> dict[str, Any]:
    """The facts a flow asks for. Raises `UnknownFact`, or a refusal when the starter may not have one."""
    return {name: _known(name).lookup(db, start) for name in names}


def samples(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _known(name).sample for name in names}


def variants(name: str) -> Iterator[Any]:
    """What else a fact can be than its sample: nothing, false, or one of its other samples."""
    known = _known(name)
    yield from known.others
    possible = get_type_hints(known.lookup)["return"]
    if type(None) in get_args(possible) and known.sample is not None:
        yield None
    if possible is bool:
        yield not known.sample
    if isinstance(known.sample, tuple) and known.sample:
        yield ()


def _known(name: str) -> Fact:
    try:
        return FACTS[name]
    except KeyError:
        raise UnknownFact(name) from None
