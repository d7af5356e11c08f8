"""Messages: a `tell` as one person reads it, its text and the buttons below it in their language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.catalog import Catalog
from flows.page import Reader


@dataclass(frozen=True)
class Labelled:
    """A button that starts a flow."""

    label: str
    flow: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    text: str
    buttons: tuple[Labelled, ...]


def message(
    texts: Catalog,
    reader: Reader,
    flow: str,
    text: str,
    values: Mapping[str, Any],
    buttons: Iterable[tuple[str, Mapping[str, Any]]] = (),
) -> Message:
    """The message `text` of a flow. A button says `[flow.buttons]`, or else the title of the flow it starts."""
    said = texts.say(reader.language, f"{flow}.tell.{text}", values, reader.zone)
    labelled = (Labelled(_label(texts, reader, flow, name, values), name, given) for name, given in buttons)
    return Message(said, tuple(labelled))


def _label(texts: Catalog, reader: Reader, flow: str, name: str, values: Mapping[str, Any]) -> str:
    own = f"{flow}.buttons.{name}"
    key = own if texts.has(reader.language, own) else f"{name}.title"
    return texts.say(reader.language, key, values, reader.zone)
