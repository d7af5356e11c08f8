"""Reading what a button brought back: we wrote it once, but it has been in a browser or on a platform since.

What no button of ours can have carried is refused as `Unreadable`: an unknown kind of thing, a part of a wrong
type, a number no row can have, a text no database keeps, or far too much of anything.
"""

import math
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from storage.json_values import read
from storage.refusals import Unreadable

DEEPEST = 6
MOST = 500
"""Things in one button, all told."""
LONGEST = 4000
"""Characters of one text."""
LARGEST = 2**31
"""No id and no count of ours is larger; PostgreSQL's integer ends here."""


class Received(dict[str, Any]):
    """Facts that came from outside: one that is missing is not a mistake of ours, so it is `Unreadable`."""

    def __missing__(self, key: str) -> Any:
        raise Unreadable


def received(given: Mapping[str, Any]) -> Received:
    """The facts a button carries, as `storage.json_values.written` wrote them; raises `Unreadable`."""
    if not isinstance(given, Mapping):
        raise Unreadable
    _require_plain(given, [MOST], DEEPEST)
    try:
        facts = Received({name: read(value) for name, value in given.items()})
        for fact in facts.values():
            _require_typed(fact)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, ValidationError) as error:
        raise Unreadable from error
    return facts


def _require_plain(value: Any, left: list[int], deeper: int) -> None:
    left[0] -= 1
    if left[0] < 0 or deeper < 0:
        raise Unreadable
    match value:
        case None | bool():
            pass
        case int() if abs(value) < LARGEST:
            pass
        case float() if math.isfinite(value):
            pass
        case str() if len(value) <= LONGEST and is_text(value):
            pass
        case Mapping():
            for key, item in value.items():
                _require_plain(str(key), left, deeper)
                _require_plain(item, left, deeper - 1)
        case list() | tuple():
            for item in value:
                _require_plain(item, left, deeper - 1)
        case _:
            raise Unreadable


def is_text(text: str) -> bool:
    """Whether a database can keep it: PostgreSQL takes no NUL, and neither takes half a character."""
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def _require_typed(value: Any) -> None:
    """A reference is built from whatever parts it is given; this looks at their types."""
    match value:
        case tuple():
            for item in value:
                _require_typed(item)
        case Mapping():
            for item in value.values():
                _require_typed(item)
        case _ if is_dataclass(value) and not isinstance(value, type):
            for name, parts in _parts(type(value)).items():
                _require_typed(getattr(value, name))
                parts.validate_python(getattr(value, name), strict=True)
        case _:
            pass


@cache
def _parts(kind: type) -> dict[str, TypeAdapter[Any]]:
    return {name: TypeAdapter(hint) for name, hint in get_type_hints(kind).items()}
