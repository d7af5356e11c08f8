"""Places: what our buttons and views carry, which is where a page stands and nothing else.

Slack gives it back as it was, perhaps much later and perhaps to somebody else: whoever reads one checks the
person against it, as the dispatcher does, and takes no more from it than what to look at.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from flows.page import At
from storage.refusals import Unreadable


@dataclass(frozen=True)
class Place:
    """A page in a window: which part of it, and the page it followed there."""

    at: At
    part: int = 0
    parts: int = 1
    before: At | None = None


def written(place: Place) -> str:
    """The place as a view's private metadata."""
    short: dict[str, Any] = _at(place.at) | {"p": place.part, "n": place.parts}
    if place.before:
        short["b"] = _at(place.before)
    return orjson.dumps(short).decode()


def place_of(metadata: str) -> Place:
    """The place a view carries; raises `Unreadable`."""
    carried = _mapping(metadata)
    before = carried.get("b")
    return Place(
        at_in(carried),
        _number(carried, "p", 0),
        _number(carried, "n", 1),
        at_in(before) if isinstance(before, dict) else None,
    )


def at_value(at: At, **more: str) -> str:
    """What a button carries that is about a page."""
    return orjson.dumps(_at(at) | more).decode()


def carried_by(value: str) -> dict[str, Any]:
    """What a button of ours carries; raises `Unreadable`."""
    return _mapping(value)


def at_in(carried: dict[str, Any]) -> At:
    """Where a page stands; raises `Unreadable`."""
    key = carried.get("k")
    if not isinstance(key, str):
        raise Unreadable
    return At(_number(carried, "c"), key[:200], _number(carried, "e", 0))


def _at(at: At) -> dict[str, Any]:
    return {"c": at.conversation, "k": at.key, "e": at.edition}


def _number(carried: dict[str, Any], name: str, default: int | None = None) -> int:
    value = carried.get(name, default)
    if type(value) is not int or not 0 <= value < 2**53:
        raise Unreadable
    return value


def _mapping(text: str) -> dict[str, Any]:
    try:
        carried = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Unreadable from None
    if not isinstance(carried, dict):
        raise Unreadable
    return carried
