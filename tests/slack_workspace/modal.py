"""A modal as somebody in Slack meets it: what can be typed and chosen in it, and the state it sends."""

from collections.abc import Callable, Mapping
from typing import Any

from flows.questions import Raw, Values

State = dict[str, dict[str, dict[str, Any]]]
Find = Callable[[str], list[dict[str, Any]]]
"""What a menu that asks the app offers for some words."""


def people_found(words: str) -> list[dict[str, Any]]:
    """Somebody for any number, for a view that is not connected to a bot."""
    return [{"text": {"type": "plain_text", "text": f"Person {words}"}, "value": words}]


class CannotBeDone(AssertionError):
    """The client does not let anybody do that."""


class Modal:
    """The fields of a view, each with what it holds."""

    def __init__(self, view: Mapping[str, Any], find: Find = lambda _: []) -> None:
        self.view = view
        self.find = find
        self.inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
        self.held: dict[str, dict[str, Any]] = {name: _first(block) for name, block in self.inputs.items()}

    def fill(self, values: Values) -> None:
        """Types and chooses by question; what is not in this view is left alone."""
        for name, block in self.inputs.items():
            question = name.partition("/")[2]
            if question in values:
                self.held[name] = self._entered(block["element"], values[question])

    def state(self) -> State:
        return {name: {self._action(name): held} for name, held in self.held.items()}

    def payload(self) -> dict[str, Any]:
        return {"type": "view_submission", "view": {**self.view, "state": {"values": self.state()}}}

    def missing(self) -> list[str]:
        """Required fields that hold nothing: the client does not send a form with one."""
        return [name for name, block in self.inputs.items() if not block.get("optional") and _is_empty(self.held[name])]

    def _action(self, name: str) -> str:
        return str(self.inputs[name]["element"]["action_id"])

    def _entered(self, element: Mapping[str, Any], raw: Raw) -> dict[str, Any]:
        kind = element["type"]
        match kind:
            case "plain_text_input":
                typed = raw if isinstance(raw, str) else ", ".join(raw)
                if len(typed) > element.get("max_length", 3000):
                    raise CannotBeDone(f"{len(typed)} characters")
                return {"type": kind, "value": typed or None}
            case "number_input":
                return {"type": kind, "value": raw or None}
            case "datepicker":
                return {"type": kind, "selected_date": raw or None}
            case "timepicker":
                return {"type": kind, "selected_time": raw or None}
            case "radio_buttons" | "static_select":
                chosen = [self._option(element, str(raw))] if raw else [_empty_option(element)]
                return {"type": kind, "selected_option": chosen[0]}
            case "checkboxes" | "multi_static_select":
                several = (raw,) if isinstance(raw, str) and raw else raw
                return {"type": kind, "selected_options": [self._option(element, each) for each in several]}
            case "external_select":
                return {"type": kind, "selected_option": self._found(str(raw)) if raw else None}
            case "multi_external_select":
                several = (raw,) if isinstance(raw, str) and raw else raw
                if len(several) > element.get("max_selected_items", 1000):
                    raise CannotBeDone("more people than may be chosen")
                return {"type": kind, "selected_options": [self._found(each) for each in several]}
            case _:
                raise CannotBeDone(kind)

    def _option(self, element: Mapping[str, Any], value: str) -> dict[str, Any]:
        for option in options_of(element):
            if option["value"] == value:
                return option
        raise CannotBeDone(f"{value!r} is not on the menu")

    def _found(self, value: str) -> dict[str, Any]:
        for option in self.find(value):
            if option["value"] == value:
                return option
        raise CannotBeDone(f"{value!r} is not offered")


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    return [option for group in groups for option in group["options"]]


def _empty_option(element: Mapping[str, Any]) -> dict[str, Any] | None:
    """Nothing chosen; where something was, only an option that says so."""
    if "initial_option" not in element:
        return None
    return next(option for option in options_of(element) if "·" in option["value"])


def _first(block: Mapping[str, Any]) -> dict[str, Any]:
    element = block["element"]
    kind = element["type"]
    match kind:
        case "plain_text_input" | "number_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
        case "timepicker":
            return {"type": kind, "selected_time": element.get("initial_time")}
        case "radio_buttons" | "static_select" | "external_select":
            return {"type": kind, "selected_option": element.get("initial_option")}
        case "checkboxes" | "multi_static_select" | "multi_external_select":
            return {"type": kind, "selected_options": element.get("initial_options") or []}
        case _:
            raise CannotBeDone(kind)


def _is_empty(held: Mapping[str, Any]) -> bool:
    return not any(value for name, value in held.items() if name != "type")
