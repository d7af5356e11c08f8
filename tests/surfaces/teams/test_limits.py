"""The lint of cards: a card that is right passes it and the official schema, and each fault is found and named."""

from copy import deepcopy
from typing import Any

import pytest

from bot.teams.limits import LARGEST, MOST_ACTIONS, PROPERTIES, TooLarge, Unfit, lint, require_fit, size_of
from tests.surfaces.teams.schemas import complaints

BUTTON: dict[str, Any] = {"type": "Action.Submit", "title": "Send", "data": {"verb": "send"}}
EXECUTE: dict[str, Any] = {**BUTTON, "type": "Action.Execute", "verb": "send", "fallback": BUTTON}
CHOICES: dict[str, Any] = {
    "type": "Input.ChoiceSet",
    "id": "mood",
    "label": "How was it?",
    "choices": [{"title": "Good", "value": "1"}, {"title": "Bad", "value": "2"}],
    "style": "expanded",
    "isRequired": True,
    "errorMessage": "This one needs an answer.",
}
TEXT: dict[str, Any] = {"type": "Input.Text", "id": "why", "label": "Why?", "isMultiline": True}
CARD: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Your week", "wrap": True, "style": "heading"},
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "You wrote: *this*"}]},
        {"type": "Container", "items": [CHOICES]},
        TEXT,
        {"type": "Input.Number", "id": "share", "label": "Percent", "value": 12.5},
        {"type": "Input.Date", "id": "day", "label": "When?", "value": "2026-03-05"},
        {"type": "Input.Time", "id": "at", "label": "What time?", "value": "15:00"},
        {"type": "ActionSet", "actions": [EXECUTE]},
        {"type": "Image", "url": "https://bot.lumen.example/logo.png", "altText": "Evenhand"},
    ],
    "actions": [EXECUTE, {"type": "Action.OpenUrl", "title": "Open", "url": "https://bot.lumen.example/"}],
}


def with_element(element: Any) -> dict[str, Any]:
    return {**CARD, "body": [element]}


def test_a_card_that_is_right_passes_our_lint_and_the_official_schema() -> None:
    assert list(lint(CARD)) == []
    assert complaints(CARD) == []


def test_the_official_schema_complains_of_what_it_does_not_know_wherever_it_stands() -> None:
    inside = {"type": "Container", "items": [{"type": "Marquee", "text": "wide"}]}
    assert complaints(with_element({"type": "TextBlock"})) != [], "a text block without a text"
    assert complaints(with_element(inside)) != []


def test_every_element_we_may_send_is_one_the_official_schema_knows() -> None:
    unknown = [kind for kind in PROPERTIES if kind != "AdaptiveCard" and kind not in str(CARD)]
    assert unknown == []


@pytest.mark.parametrize(
    ("card", "place", "problem"),
    [
        ({"type": "message"}, "card", "is no AdaptiveCard"),
        ({**CARD, "version": "1.6"}, "card", "has version '1.6'"),
        ({name: value for name, value in CARD.items() if name != "version"}, "card", "needs version"),
        ({**CARD, "actions": [BUTTON] * (MOST_ACTIONS + 1)}, "card", "has 7 actions"),
        ({**CARD, "colour": "red"}, "card", "has no colour"),
        (with_element({"type": "Input.Rating", "id": "x", "label": "x"}), "card/body/0", "of a kind we do not send"),
        (with_element("hello"), "card/body/0", "is no element"),
        (with_element({"type": "TextBlock", "text": 5}), "card/body/0", "text is int and not str"),
        (with_element({"type": "TextBlock", "text": ""}), "card/body/0", "needs text"),
        (with_element({"type": "TextBlock", "text": "x", "color": "red"}), "card/body/0", "color cannot be 'red'"),
        (with_element({"type": "TextBlock", "text": "x", "style": "h1"}), "card/body/0", "has no style 'h1'"),
        (with_element({**TEXT, "id": ""}), "card/body/0", "needs id"),
        (with_element({"type": "Container", "items": [{**TEXT, "label": ""}]}), "card/body/0/items/0", "needs label"),
        (with_element({**TEXT, "isRequired": True}), "card/body/0", "does not say so"),
        (with_element({**CHOICES, "choices": []}), "card/body/0", "nothing to choose from"),
        (with_element({**CHOICES, "choices": CHOICES["choices"] * 2}), "card/body/0", "the same value twice"),
        (with_element({**CHOICES, "choices": [{"title": "1", "value": 1}]}), "card/body/0/choices/0", "both texts"),
        (
            with_element({**CHOICES, "isMultiSelect": True, "choices": [{"title": "x", "value": "a,b"}]}),
            "card/body/0/choices/0",
            "has a comma",
        ),
        ({**CARD, "body": [TEXT, {"type": "Container", "items": [TEXT]}]}, "card", "two elements with the id 'why'"),
        ({**CARD, "actions": [{**EXECUTE, "fallback": None}]}, "card/actions/0", "needs fallback"),
        ({**CARD, "actions": [{**EXECUTE, "verb": "other"}]}, "card/actions/0", "something else than its fallback"),
        ({**CARD, "actions": [{**BUTTON, "style": "positive"}]}, "card/actions/0", "has no style 'positive'"),
        ({**CARD, "actions": [{**BUTTON, "title": "x" * 121}]}, "card/actions/0", "more than 120 characters"),
        (with_element({"type": "Image", "url": "http://x.example", "altText": "x"}), "card/body/0", "not https"),
    ],
)
def test_a_fault_is_found_where_it_stands_and_named(card: dict[str, Any], place: str, problem: str) -> None:
    assert any(fault.place == place and problem in fault.problem for fault in lint(card)), list(map(str, lint(card)))
    with pytest.raises(Unfit, match=problem):
        require_fit(card)


def test_a_card_is_measured_as_teams_measures_it() -> None:
    card = deepcopy(CARD)
    card["body"] = [{**TEXT, "value": "好" * 1000}]
    plain = size_of({**card, "body": [{**TEXT, "value": ""}]})
    assert size_of(card) == plain + 2000
    card["body"] = [{**TEXT, "value": "🙂" * 1000}]
    assert size_of(card) == plain + 4000
    require_fit(card)
    card["body"] = [{**TEXT, "value": "x" * (LARGEST // 2)}]
    with pytest.raises(TooLarge):
        require_fit(card)
