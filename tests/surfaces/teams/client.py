"""A Teams client without Teams: takes a card as one would, fills it, checks what a client checks, and sends it.

It knows what a client knows of Adaptive Cards and nothing of ours: inputs by their labels and ids, choices by their
values, and that what is required must be there.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.teams.limits import SEARCH, elements, require_fit
from flows.questions import Raw, Values
from tests.surfaces.teams.schemas import complaints


class CardForm:
    """A card on somebody's screen."""

    def __init__(self, card: Mapping[str, Any]) -> None:
        require_fit(card)
        assert complaints(card) == []
        self.card = card
        self.inputs = {each["id"]: each for each in elements(card) if str(each.get("type")).startswith("Input.")}
        self.held = {name: _initial(element) for name, element in self.inputs.items()}

    @property
    def shown(self) -> str:
        """Everything there is to read."""
        return "\n".join(_texts(self.card))

    @property
    def buttons(self) -> dict[str, Mapping[str, Any]]:
        return {each["title"]: each for each in elements(self.card) if str(each.get("type")).startswith("Action.")}

    def fill(self, values: Values) -> None:
        """Types, chooses and ticks; an input or a choice that is not there is an error."""
        for key, raw in values.items():
            name = f"m.{key}" if f"m.{key}" in self.inputs else f"q.{key}"
            self.held[name] = _entered(self.inputs[name], raw)

    def press(self, title: str = "", *, execute: bool = True, careless: bool = False) -> dict[str, Any]:
        """What a client sends when a button is pressed: by `Action.Execute`, or by the fallback of an older one.

        A `careless` one sends whatever is there.
        """
        found = self.buttons[title] if title else next(iter(self.buttons.values()))
        action = found if execute else found["fallback"]
        data = dict(action.get("data", {}))
        if action.get("associatedInputs", "auto") == "auto":
            assert careless or self.objections() == [], "the client would not send this"
            data |= {name: value for name, value in self.held.items() if value != ""}
        return data

    def objections(self) -> list[str]:
        """What a client says before it sends anything."""
        return [
            f"{name}: {element['errorMessage']}"
            for name, element in self.inputs.items()
            if (element.get("isRequired") and not self.held[name].strip()) or _is_out_of_range(element, self.held[name])
        ]


def _is_out_of_range(element: Mapping[str, Any], text: str) -> bool:
    """An empty number is outside of any limits, whether or not it may stay empty: clients in browsers hold it so."""
    limits = [limit for limit in (element.get("min"), element.get("max")) if limit is not None]
    if element["type"] != "Input.Number" or not limits:
        return False
    return not text or not element.get("min", float("-inf")) <= float(text) <= element.get("max", float("inf"))


def _initial(element: Mapping[str, Any]) -> str:
    value = element.get("value", "")
    return str(value)


def _entered(element: Mapping[str, Any], raw: Raw) -> str:
    if element["type"] == "Input.Number" and raw:
        float(str(raw))
    if element["type"] != "Input.ChoiceSet":
        return raw if isinstance(raw, str) else ", ".join(raw)
    several = (raw if isinstance(raw, tuple) else (raw,)) if raw else ()
    offered = {choice["value"] for choice in element["choices"]}
    for each in several:
        signed = each.replace("%", "%25").replace(",", "%2C") if element.get("isMultiSelect") else each
        assert SEARCH in element or signed in offered, f"{each!r} cannot be chosen at {element['id']}"
    if element.get("isMultiSelect"):
        return ",".join(each.replace("%", "%25").replace(",", "%2C") for each in several)
    assert len(several) <= 1, f"only one can be chosen at {element['id']}"
    return several[0] if several else ""


def _texts(element: Mapping[str, Any]) -> Iterator[str]:
    for each in elements(element):
        yield from (str(each[name]) for name in ("text", "label", "title") if each.get(name))
