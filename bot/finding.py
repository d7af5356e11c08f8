"""A finding: one thing `evenhand check` has looked at, how it is, and which sentence says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    ok = "ok"
    missing = "missing"
    """Not there, and not needed for what is configured."""
    odd = "odd"
    """Works, but probably not as it was meant."""
    wrong = "wrong"
    """Keeps the bot from working; what to do is said."""


@dataclass(frozen=True)
class Finding:
    """`text` is the key of its sentence, which says what to do where something is to be done."""

    state: State
    part: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


def ok(part: str, text: str = "ok", **values: Any) -> Finding:
    return Finding(State.ok, part, f"{part}_{text}", values)


def missing(part: str, text: str = "missing", **values: Any) -> Finding:
    return Finding(State.missing, part, f"{part}_{text}", values)


def wrong(part: str, text: str = "wrong", **values: Any) -> Finding:
    return Finding(State.wrong, part, f"{part}_{text}", values)


def odd(part: str, text: str = "odd", **values: Any) -> Finding:
    return Finding(State.odd, part, f"{part}_{text}", values)
