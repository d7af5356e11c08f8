"""Questions: what a form asks, one by one, and answers as a person would have typed them."""

from collections.abc import Iterator, Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from flows.amounts import as_sure
from flows.fields import Each, FieldOf, Kind, Many, OneOf, fields_of
from flows.steps import Ask, Proposed
from storage.references import GoalRef, Option, Who

Raw = str | tuple[str, ...]
Values = Mapping[str, Raw]


def expanded(ask: Ask[Any]) -> Iterator[tuple[FieldOf, str, Kind, Option | None]]:
    """Every question of an ask: its field, key and kind, and the thing it is about if there is one for each.

    What need not be answered and offers nothing to choose from is no question.
    """
    for field in fields_of(ask.form):
        offered = ask.offer.get(field.name, ())
        match field.kind:
            case OneOf(choices=()) | Many(choices=()) if not field.required and not offered:
                pass
            case OneOf(choices=choices) if choices and offered:
                yield field, field.name, OneOf(tuple(each for each in choices if each in offered)), None
            case Each(kind=kind):
                for thing in map(option_of, offered):
                    yield field, f"{field.name}:{thing.key}", kind, thing
            case kind:
                yield field, field.name, kind, None


def raw_values(ask: Ask[Any]) -> dict[str, Raw]:
    """What the flow itself gave to be confirmed, as a person would have typed it."""
    raw: dict[str, Raw] = {}
    for name, value in ask.given.items():
        if isinstance(value, Mapping):
            raw.update({f"{name}:{key}": as_typed(item) for key, item in value.items()})
        elif value is not None:
            raw[name] = as_typed(value.value if isinstance(value, Proposed) else value)
    return raw


def answer_as_typed(value: Any) -> dict[str, Raw]:
    """A stored answer as it would have been typed."""
    raw: dict[str, Raw] = {}
    for name, item in (value if isinstance(value, dict) else {}).items():
        if isinstance(item, dict):
            raw.update({f"{name}:{key}": as_typed(inner) for key, inner in item.items()})
        else:
            raw[name] = as_typed(item)
    return raw


def as_typed(value: Any) -> Raw:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case time():
            return f"{value:%H:%M}"
        case Decimal():
            return as_sure(value)
        case list() | tuple():
            return tuple(str(item) for item in value)
        case _:
            return str(value)


def option_of(thing: Option | GoalRef | Who | str) -> Option:
    match thing:
        case str():
            return Option(thing, thing)
        case Option():
            return thing
        case GoalRef(key=key, title=title, owned_by=(Who() | Option()) as owner):
            return Option(key, f"{owner.name('en')} · {title}", f"{owner.name('zh')} · {title}")
        case GoalRef(key=key, title=title):
            return Option(key, title)
        case Who(key=key):
            return Option(key, thing.name("en"), thing.name("zh"))
