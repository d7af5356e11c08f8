"""Limits: what Slack would refuse of a view or a message, found before it is sent, each with a JSON pointer.

Slack's libraries check only objects of their own making, and a dict given to a method goes out as it is. Here
what goes out is checked, whoever made it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from bot.slack.shapes import (
    BLOCKS,
    BLOCKS_CHARS,
    ELEMENTS,
    FIELD_TEXT,
    MESSAGE,
    OBJECTS,
    RICH,
    VIEW_BYTES,
    VIEWS,
    Anything,
    Chars,
    Flag,
    Items,
    Pattern,
    Rule,
    Shape,
    Shaped,
    Strings,
    Text,
    Whole,
    Word,
)

Native = Mapping[str, Any]
_NAMED: Mapping[str, Shape] = {**RICH, **OBJECTS, **ELEMENTS, **BLOCKS}


@dataclass(frozen=True)
class Problem:
    """One thing Slack would refuse, where it stands (RFC 6901), and why."""

    pointer: str
    reason: str
    code: str = "invalid_arguments"
    """What Slack's method would answer."""

    def __str__(self) -> str:
        return f"{self.reason} [json-pointer:{self.pointer}]"


class OverLimit(Exception):
    """What was about to be sent is nothing Slack would take. Carries every problem, without any content."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(each) for each in problems))
        self.problems = problems


def checked_view(view: Native) -> Native:
    """The view, if Slack would take it; raises `OverLimit`."""
    if found := tuple(view_problems(view)):
        raise OverLimit(found)
    return view


def checked_message(message: Native) -> Native:
    """The arguments of a message, if Slack would take them; raises `OverLimit`."""
    if found := tuple(message_problems(message)):
        raise OverLimit(found)
    return message


def view_problems(view: Any, at: str = "/view") -> Iterator[Problem]:
    if not isinstance(view, Mapping) or view.get("type") not in VIEWS:
        yield Problem(f"{at}/type", f"must be one of: {', '.join(VIEWS)}")
        return
    yield from _shaped(view, VIEWS[view["type"]], at)
    blocks = [block for block in _list(view.get("blocks")) if isinstance(block, Mapping)]
    yield from _ids(blocks, at)
    if view["type"] == "modal" and "submit" not in view and any(block.get("type") == "input" for block in blocks):
        yield Problem(f"{at}/submit", "missing required field: a view with an input block needs a submit button")
    if len(orjson.dumps(view)) > VIEW_BYTES:
        yield Problem(at, f"must be less than {VIEW_BYTES + 1} bytes", "view_too_large")


def message_problems(message: Native) -> Iterator[Problem]:
    yield from _shaped(message, MESSAGE, "")
    blocks = [block for block in _list(message.get("blocks")) if isinstance(block, Mapping)]
    yield from _ids(blocks, "")
    if not message.get("text") and not blocks:
        yield Problem("/text", "a message says something", "no_text")
    if sum(len(text) for block in blocks for text in _texts(block)) > BLOCKS_CHARS:
        yield Problem("/blocks", f"must be less than {BLOCKS_CHARS + 1} characters in all", "msg_blocks_too_long")


def _shaped(thing: Any, shape: Shape, at: str) -> Iterator[Problem]:
    if not isinstance(thing, Mapping):
        yield Problem(at, "must be an object")
        return
    known = {**shape.must, **shape.may}
    for name in shape.must:
        if name not in thing:
            yield Problem(f"{at}/{name}", f"missing required field: {name}")
    for name, value in thing.items():
        if name in known:
            yield from _value(value, known[name], f"{at}/{name}")
        elif not (shape.typed and name == "type"):
            yield Problem(f"{at}/{name}", f"invalid additional property: {name}")
    if shape.one_of and sum(name in thing for name in shape.one_of) != 1:
        yield Problem(at, f"exactly one is needed of: {', '.join(shape.one_of)}")
    yield from _consistent(thing, at)


def _value(value: Any, rule: Rule, at: str) -> Iterator[Problem]:
    match rule:
        case Chars(most=most, least=least):
            yield from _chars(value, least, most, at)
        case Text(most=most, markup=markup):
            yield from _text(value, most, ("plain_text", "mrkdwn") if markup else ("plain_text",), at)
        case Items(of=of, most=most, least=least):
            yield from _items(value, of, least, most, at)
        case Shaped(of=of):
            yield from _one(value, of, at)
        case Whole(least=least, most=most):
            if type(value) is not int or not least <= value <= most:
                yield Problem(at, f"must be a whole number from {least} to {most}")
        case Word(of=of):
            if value not in of:
                yield Problem(at, f"must be one of: {', '.join(of)}")
        case Pattern(regex=regex):
            if not isinstance(value, str) or not re.fullmatch(regex, value):
                yield Problem(at, f"must be written as {regex}")
        case Flag():
            if not isinstance(value, bool):
                yield Problem(at, "must be a boolean")
        case Strings(most=most, least=least):
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                yield Problem(at, "must be a list of strings")
            elif not least <= len(value) <= most:
                yield Problem(at, f"must be {least} to {most} items")
        case Anything():
            pass


def _chars(value: Any, least: int, most: int, at: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(at, "must be a string")
    elif len(value) < least:
        yield Problem(at, f"must be more than {least - 1} characters")
    elif len(value) > most:
        yield Problem(at, f"must be less than {most + 1} characters", "msg_too_long" if at == "/text" else _ANY)


_ANY = "invalid_arguments"


def _text(value: Any, most: int, kinds: tuple[str, ...], at: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping) or value.get("type") not in kinds:
        yield Problem(f"{at}/type", f"must be one of: {', '.join(kinds)}")
        return
    longest = Chars(min(most, 3000))
    kind = OBJECTS[value["type"]]
    yield from _shaped(value, Shape({**kind.must, "text": longest}, kind.may), at)


def _items(value: Any, of: tuple[str, ...], least: int, most: int, at: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(at, "must be a list")
        return
    if len(value) < least:
        yield Problem(at, f"no less than {least} items")
    if len(value) > most:
        yield Problem(at, f"no more than {most} items allowed")
    for place, item in enumerate(value):
        where = f"{at}/{place}"
        yield from _one(item, of, where)
        if at.endswith("/fields") and isinstance(item, Mapping):
            yield from _chars(item.get("text"), 1, FIELD_TEXT, f"{where}/text")


def _one(value: Any, of: tuple[str, ...], at: str) -> Iterator[Problem]:
    """A thing of one of several shapes: the only one, or the one its `type` names."""
    name = (
        of[0] if len(of) == 1 and not _NAMED[of[0]].typed else value.get("type") if isinstance(value, Mapping) else ""
    )
    if name not in of:
        yield Problem(f"{at}/type", f"must be one of: {', '.join(of)}")
        return
    yield from _shaped(value, _NAMED[name], at)


def _consistent(thing: Native, at: str) -> Iterator[Problem]:
    """What has to hold between fields."""
    match thing.get("type"):
        case "section" if "text" not in thing and "fields" not in thing:
            yield Problem(at, "either text or fields is needed")
        case "static_select" | "radio_buttons" | "checkboxes" | "multi_static_select":
            yield from _initial(thing, at)
        case "plain_text_input" | "number_input":
            yield from _bounds(thing, at)
        case "actions":
            ids = [element.get("action_id") for element in _mappings(thing.get("elements"))]
            yield from _twice(ids, "action_id", at)
        case _:
            pass


def _initial(thing: Native, at: str) -> Iterator[Problem]:
    """What is chosen at first must be one of the choices, the same in every part."""
    groups = [group.get("options") for group in _mappings(thing.get("option_groups"))]
    options = [option for options in (thing.get("options"), *groups) for option in _list(options)]
    chosen = [thing["initial_option"]] if "initial_option" in thing else _list(thing.get("initial_options"))
    for each in chosen:
        if each not in options:
            yield Problem(f"{at}/initial_option", "must be one of the options")
    yield from _twice([option.get("value") for option in _mappings(options)], "value", at)


def _bounds(thing: Native, at: str) -> Iterator[Problem]:
    longest, text = thing.get("max_length"), thing.get("initial_value")
    if isinstance(text, str) and isinstance(longest, int) and len(text) > longest:
        yield Problem(f"{at}/initial_value", f"must be less than {longest + 1} characters")
    for least, most in (("min_length", "max_length"), ("min_value", "max_value"), ("min_value", "initial_value")):
        low, high = _number(thing.get(least)), _number(thing.get(most))
        if low is not None and high is not None and low > high:
            yield Problem(f"{at}/{least}", f"must not be more than {most}")
    first, high = _number(text), _number(thing.get("max_value"))
    if first is not None and high is not None and first > high:
        yield Problem(f"{at}/initial_value", "must not be more than max_value")


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str | int) else None
    except InvalidOperation:
        return None


def _ids(blocks: list[Native], at: str) -> Iterator[Problem]:
    yield from _twice([block.get("block_id") for block in blocks], "block_id", f"{at}/blocks")


def _twice(values: list[Any], name: str, at: str) -> Iterator[Problem]:
    for value, times in Counter(value for value in values if isinstance(value, str)).items():
        if times > 1:
            yield Problem(at, f"`{name}` {value} already exists", "invalid_blocks" if at == "/blocks" else _ANY)


def _texts(thing: Any) -> Iterator[str]:
    """Every text in a block, for what they amount to."""
    match thing:
        case {"text": str(text), **rest}:
            yield text
            yield from _texts(list(rest.values()))
        case Mapping():
            yield from _texts(list(thing.values()))
        case list():
            for each in thing:
                yield from _texts(each)
        case _:
            pass


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(value: Any) -> list[Native]:
    return [each for each in _list(value) if isinstance(each, Mapping)]
