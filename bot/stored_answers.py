"""Stored answers: what the journal or a draft holds, as the page shows it again."""

from typing import Any

from flows.page import as_typed


def frozen(value: Any) -> str | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else value


def as_it_was_typed(value: Any) -> dict[str, Any]:
    """A stored answer as it would have been typed."""
    if not isinstance(value, dict):
        return {}
    raw: dict[str, Any] = {}
    for name, item in value.items():
        if isinstance(item, dict):
            raw.update({f"{name}:{key}": as_typed(inner) for key, inner in item.items()})
        else:
            raw[name] = as_typed(item)
    return raw
