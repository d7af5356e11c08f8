"""Values as JSON and back: what a conversation and a message keep.

A conversation keeps the facts it was started with, and a message the values of its text. Dates, decimals and the
references of `storage.references` stay apart from strings.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from storage import references
from storage.audience import Audience

_REFERENCES: dict[str, type] = {
    kind.__name__: kind
    for kind in vars(references).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == references.__name__
}
"""Every reference there is, by its name: what can be written and read back."""
_READERS: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "decimal": Decimal,
    "seconds": lambda count: timedelta(seconds=count),
    "audience": Audience.of,
}


def written(value: Any) -> Any:
    """A value as JSON; anything that could not be read back is refused with TypeError."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {"$": "datetime", "is": value.isoformat()}
        case date():
            return {"$": "date", "is": value.isoformat()}
        case timedelta():
            return {"$": "seconds", "is": value.total_seconds()}
        case Decimal():
            return {"$": "decimal", "is": str(value)}
        case Audience():
            return {"$": "audience", "is": value.written()}
        case Mapping():
            return {str(key): written(item) for key, item in value.items()}
        case list() | tuple():
            return [written(item) for item in value]
        case _ if type(value).__name__ in _REFERENCES:
            # What an option is about came later: where it has nothing, it is kept as it was before.
            kept = (each.name for each in fields(value) if each.default != "" or getattr(value, each.name) != "")
            own = {name: written(getattr(value, name)) for name in kept}
            return {"$": type(value).__name__, **own}
        case _:
            raise TypeError(f"a {type(value).__name__} cannot be kept in a conversation: {value!r}")


def read(value: Any) -> Any:
    """The value that `written` wrote; lists come back as tuples."""
    match value:
        case {"$": str(kind), "is": inner}:
            return _READERS[kind](inner)
        case {"$": str(kind)}:
            own = {name: read(item) for name, item in value.items() if name != "$"}
            return _REFERENCES[kind](**own)
        case dict():
            return {key: read(item) for key, item in value.items()}
        case list():
            return tuple(read(item) for item in value)
        case _:
            return value
