"""Limits: what Teams takes of a card, as tables and one lint over what we are about to send.

Teams answers a card it does not like with an error that nobody in the chat ever sees, or drops a part of it without a
word. So every card is looked at here first. The tables are those of Adaptive Cards 1.5
(https://adaptivecards.io/explorer/) narrowed to the elements we use, and Teams' own limits
(https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

VERSION = "1.5"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
LARGEST = 80_000
"""Bytes of a card as UTF-16, which is how Teams counts; a message is refused from about 100 000."""
MOST_ACTIONS = 6
"""Of one set; the seventh is hidden behind a menu on some clients and dropped on others."""
MOST_FOUND = 15
"""Entries of a search for choices that a client shows."""
LONGEST_TITLE = 120
"""Characters of a button, after which a phone shows dots. A dialog's title has the same limit here."""
LONGEST_MESSAGE = 10_000
"""Characters of a plain message: more is legible nowhere."""
SEARCH = "choices.data"

# What an element may have. A property that needs a value comes with the type it must have.
_SHARED: Mapping[str, type] = {
    "type": str,
    "id": str,
    "spacing": str,
    "separator": bool,
    "isVisible": bool,
    "fallback": dict,
    "height": str,
}
_ACTION: Mapping[str, type] = {**_SHARED, "title": str, "tooltip": str, "associatedInputs": str, "style": str}
_INPUT: Mapping[str, type] = {**_SHARED, "label": str, "isRequired": bool, "errorMessage": str}
PROPERTIES: Mapping[str, Mapping[str, type]] = {
    "AdaptiveCard": {
        "type": str,
        "version": str,
        "$schema": str,
        "body": list,
        "actions": list,
        "lang": str,
        "fallbackText": str,
        "speak": str,
        "msteams": dict,
    },
    "TextBlock": {
        **_SHARED,
        "text": str,
        "wrap": bool,
        "size": str,
        "weight": str,
        "color": str,
        "isSubtle": bool,
        "style": str,
    },
    "RichTextBlock": {**_SHARED, "inlines": list},
    "TextRun": {"type": str, "text": str, "size": str, "weight": str, "color": str, "isSubtle": bool, "italic": bool},
    "Container": {**_SHARED, "items": list, "style": str, "bleed": bool},
    "ActionSet": {**_SHARED, "actions": list},
    "Image": {**_SHARED, "url": str, "altText": str, "size": str},
    "Input.Text": {**_INPUT, "value": str, "placeholder": str, "isMultiline": bool},
    "Input.Number": {**_INPUT, "value": float, "placeholder": str, "min": float, "max": float},
    "Input.Date": {**_INPUT, "value": str, "placeholder": str},
    "Input.Time": {**_INPUT, "value": str, "placeholder": str},
    "Input.ChoiceSet": {
        **_INPUT,
        "value": str,
        "placeholder": str,
        "choices": list,
        "style": str,
        "isMultiSelect": bool,
        "wrap": bool,
        SEARCH: dict,
    },
    "Action.Execute": {**_ACTION, "verb": str, "data": dict},
    "Action.Submit": {**_ACTION, "data": dict},
    "Action.OpenUrl": {**_SHARED, "title": str, "url": str},
}
NEEDED: Mapping[str, frozenset[str]] = {
    "AdaptiveCard": frozenset({"version", "body"}),
    "TextBlock": frozenset({"text"}),
    "RichTextBlock": frozenset({"inlines"}),
    "TextRun": frozenset({"text"}),
    "Container": frozenset({"items"}),
    "ActionSet": frozenset({"actions"}),
    "Image": frozenset({"url", "altText"}),
    "Input.Text": frozenset({"id", "label"}),
    "Input.Number": frozenset({"id", "label"}),
    "Input.Date": frozenset({"id", "label"}),
    "Input.Time": frozenset({"id", "label"}),
    "Input.ChoiceSet": frozenset({"id", "label", "choices"}),
    "Action.Execute": frozenset({"title", "verb", "fallback"}),
    "Action.Submit": frozenset({"title"}),
    "Action.OpenUrl": frozenset({"title", "url"}),
}
ALLOWED: Mapping[str, frozenset[str]] = {
    "spacing": frozenset({"none", "small", "default", "medium", "large", "extraLarge", "padding"}),
    "size": frozenset({"small", "default", "medium", "large", "extraLarge", "auto", "stretch"}),
    "weight": frozenset({"lighter", "default", "bolder"}),
    "color": frozenset({"default", "dark", "light", "accent", "good", "warning", "attention"}),
    "associatedInputs": frozenset({"auto", "none"}),
}
STYLES: Mapping[str, frozenset[str]] = {
    "TextBlock": frozenset({"default", "heading"}),
    "Container": frozenset({"default", "emphasis", "good", "attention", "warning", "accent"}),
    "Input.ChoiceSet": frozenset({"compact", "expanded", "filtered"}),
    "Action.Execute": frozenset({"default"}),  # Teams lists positive and destructive as unsupported
    "Action.Submit": frozenset({"default"}),
}
_CHILDREN = ("body", "items", "actions", "inlines")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """One thing Teams would refuse, drop or garble, and where in the card it stands."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


class Unfit(Exception):
    """A card of ours that Teams would not take: a mistake of this program, never of a person."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


class TooLarge(Unfit):
    """The card is right but larger than a message may be; what it says has to be said in parts."""


def require_fit(card: Json) -> None:
    """Raises `TooLarge` or `Unfit` for a card that cannot be sent."""
    faults = tuple(lint(card))
    if faults:
        raise Unfit(faults)
    if (size := size_of(card)) > LARGEST:
        raise TooLarge([Fault("card", f"{size} bytes as UTF-16, where {LARGEST} are taken")])


def size_of(card: Json) -> int:
    """Bytes of a card as Teams counts them."""
    return len(orjson.dumps(card).decode("utf-8").encode("utf-16-le"))


def lint(card: Json) -> Iterator[Fault]:
    """Everything that is wrong with a card, but for its size."""
    if card.get("type") != "AdaptiveCard":
        yield Fault("card", "is no AdaptiveCard")
        return
    if card.get("version") != VERSION:
        yield Fault("card", f"has version {card.get('version')!r}, Teams takes {VERSION}")
    yield from _element(card, "card")
    yield from _repeated_ids(card)


def _element(element: Any, place: str) -> Iterator[Fault]:
    if not isinstance(element, Mapping):
        yield Fault(place, "is no element")
        return
    kind = element.get("type")
    if not isinstance(kind, str) or kind not in PROPERTIES:
        yield Fault(place, f"is of a kind we do not send: {kind!r}")
        return
    yield from _properties(element, kind, place)
    yield from _rules(element, kind, place)
    for name in _CHILDREN:
        children = element.get(name)
        for number, child in enumerate(children if isinstance(children, list) else ()):
            yield from _element(child, f"{place}/{name}/{number}")
    if isinstance(element.get("fallback"), Mapping):
        yield from _element(element["fallback"], f"{place}/fallback")


def _properties(element: Json, kind: str, place: str) -> Iterator[Fault]:
    for name in sorted(NEEDED[kind] - {name for name, value in element.items() if value not in ("", None)}):
        yield Fault(place, f"{kind} needs {name}")
    for name, value in element.items():
        wanted = PROPERTIES[kind].get(name)
        if wanted is None:
            yield Fault(place, f"{kind} has no {name}")
        elif not _is(value, wanted):
            yield Fault(place, f"{name} is {type(value).__name__} and not {wanted.__name__}")
        elif name in ALLOWED and value not in ALLOWED[name]:
            yield Fault(place, f"{name} cannot be {value!r}")
        elif name == "style" and value not in STYLES.get(kind, ()):
            yield Fault(place, f"{kind} has no style {value!r}")


def _is(value: Any, wanted: type) -> bool:
    if wanted is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, wanted)


def _rules(element: Json, kind: str, place: str) -> Iterator[Fault]:
    """What holds between the parts of one element."""
    if len(element.get("actions") or ()) > MOST_ACTIONS:
        yield Fault(place, f"has {len(element['actions'])} actions, Teams shows {MOST_ACTIONS}")
    if len(str(element.get("title", ""))) > LONGEST_TITLE:
        yield Fault(place, f"has a title of more than {LONGEST_TITLE} characters")
    if element.get("isRequired") and not element.get("errorMessage"):
        yield Fault(place, "is required and does not say so when it is left empty")
    match kind:
        case "Input.ChoiceSet":
            yield from _choices(element, place)
        case "Action.Execute":
            fallback = element.get("fallback")
            if not isinstance(fallback, Mapping) or fallback.get("type") != "Action.Submit":
                yield Fault(place, "needs an Action.Submit for clients that know no Action.Execute")
            elif fallback.get("data", {}).get("verb") != element.get("verb"):
                yield Fault(place, "does something else than its fallback")
        case "Action.OpenUrl" | "Image" if not str(element.get("url", "")).startswith("https://"):
            yield Fault(place, "has an address that is not https")


def _choices(element: Json, place: str) -> Iterator[Fault]:
    listed: Any = element.get("choices")
    choices = listed if isinstance(listed, list) else ()
    values: list[str] = []
    for number, choice in enumerate(choices):
        parts = (choice.get("title"), choice.get("value")) if isinstance(choice, Mapping) else (None, None)
        if not all(isinstance(part, str) and part for part in parts):
            yield Fault(f"{place}/choices/{number}", "needs a title and a value, both texts")
            continue
        values.append(str(parts[1]))
        if element.get("isMultiSelect") and "," in str(parts[1]):
            yield Fault(f"{place}/choices/{number}", "has a comma, which divides the values of several choices")
    if len(set(values)) < len(values):
        yield Fault(place, "has the same value twice")
    if not values and SEARCH not in element:
        yield Fault(place, "offers nothing to choose from")


def _repeated_ids(card: Json) -> Iterator[Fault]:
    seen: set[str] = set()
    for element in elements(card):
        name = element.get("id")
        if isinstance(name, str):
            if name in seen:
                yield Fault("card", f"has two elements with the id {name!r}")
            seen.add(name)


def elements(card: Json) -> Iterator[Json]:
    """Every element of a card, in the order it is shown; fallbacks are not."""
    yield card
    for name in _CHILDREN:
        children = card.get(name)
        for child in children if isinstance(children, list) else ():
            if isinstance(child, Mapping):
                yield from elements(child)
