"""Slack's limits: each is refused one past it and taken at it, and the figures agree with somebody else's list."""

import copy
from typing import Any

import pytest
from slackblocks import _limits as theirs

from bot.slack import shapes
from bot.slack.limits import (
    OverLimit,
    Problem,
    checked_message,
    checked_view,
    message_problems,
    view_problems,
)
from bot.slack.shapes import BLOCKS, ELEMENTS, OBJECTS, Chars, Items, Rule, Text, Whole


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def option(number: int = 1) -> dict[str, Any]:
    return {"text": plain(f"option {number}"), "value": f"v{number}"}


def options(count: int) -> list[dict[str, Any]]:
    return [option(number) for number in range(count)]


def asked(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": "b", "label": plain("Label"), "element": element} | more


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Send"), "blocks": list(blocks), **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def section(text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": plain(text), **more}


FINE = modal(
    section("x" * 3000, accessory=button(value="v" * 2000)),
    {"type": "header", "text": plain("h" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [plain("c")] * 10},
    {"type": "actions", "elements": [button(action_id=str(n), text=plain("b" * 75)) for n in range(25)]},
    asked({"type": "plain_text_input", "max_length": 3000, "initial_value": "x" * 3000}, hint=plain("h" * 2000)),
    {**asked({"type": "radio_buttons", "options": options(10), "initial_option": option(3)}), "block_id": "c"},
    {**asked({"type": "static_select", "options": options(100)}), "block_id": "d" * 255},
    private_metadata="m" * 3000,
    title=plain("t" * 24),
)


def test_everything_at_its_limit_is_taken() -> None:
    assert list(view_problems(FINE)) == []
    assert checked_view(FINE) is FINE


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("a title of 25", modal(section(), title=plain("t" * 25)), "/view/title/text"),
    ("metadata of 3001", modal(section(), private_metadata="m" * 3001), "/view/private_metadata"),
    ("101 blocks", modal(*[section()] * 101), "/view/blocks"),
    ("no blocks", modal(), "/view/blocks"),
    ("a section of 3001", modal(section("x" * 3001)), "/view/blocks/0/text/text"),
    ("an empty text", modal(section("")), "/view/blocks/0/text/text"),
    ("an empty section", modal({"type": "section"}), "/view/blocks/0"),
    ("11 fields", modal({"type": "section", "fields": [plain("f")] * 11}), "/view/blocks/0/fields"),
    ("a field of 2001", modal({"type": "section", "fields": [plain("f" * 2001)]}), "/view/blocks/0/fields/0/text"),
    ("a header of 151", modal({"type": "header", "text": plain("h" * 151)}), "/view/blocks/0/text/text"),
    (
        "markup in a header",
        modal({"type": "header", "text": {"type": "mrkdwn", "text": "h"}}),
        "/view/blocks/0/text/type",
    ),
    ("11 in a context", modal({"type": "context", "elements": [plain("c")] * 11}), "/view/blocks/0/elements"),
    (
        "26 actions",
        modal({"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]}),
        "/view/blocks/0/elements",
    ),
    ("an action twice", modal({"type": "actions", "elements": [button(), button()]}), "/view/blocks/0"),
    ("a button of 76", modal(section(accessory=button(text=plain("b" * 76)))), "/view/blocks/0/accessory/text/text"),
    ("a value of 2001", modal(section(accessory=button(value="v" * 2001))), "/view/blocks/0/accessory/value"),
    ("a block id of 256", modal(section(block_id="b" * 256)), "/view/blocks/0/block_id"),
    ("a block id twice", modal(section(block_id="b"), section(block_id="b")), "/view/blocks"),
    (
        "a label of 2001",
        modal({**asked({"type": "datepicker"}), "label": plain("l" * 2001)}),
        "/view/blocks/0/label/text",
    ),
    ("a hint of 2001", modal(asked({"type": "datepicker"}, hint=plain("h" * 2001))), "/view/blocks/0/hint/text"),
    (
        "more first words than may be typed",
        modal(asked({"type": "plain_text_input", "max_length": 2, "initial_value": "abc"})),
        "/view/blocks/0/element/initial_value",
    ),
    (
        "3001 characters to type",
        modal(asked({"type": "plain_text_input", "max_length": 3001})),
        "/view/blocks/0/element/max_length",
    ),
    ("11 radios", modal(asked({"type": "radio_buttons", "options": options(11)})), "/view/blocks/0/element/options"),
    ("11 boxes", modal(asked({"type": "checkboxes", "options": options(11)})), "/view/blocks/0/element/options"),
    ("no choice", modal(asked({"type": "static_select", "options": []})), "/view/blocks/0/element/options"),
    ("no choices", modal(asked({"type": "static_select"})), "/view/blocks/0/element"),
    ("101 choices", modal(asked({"type": "static_select", "options": options(101)})), "/view/blocks/0/element/options"),
    (
        "a choice of 76",
        modal(asked({"type": "static_select", "options": [{"text": plain("o" * 76), "value": "v"}]})),
        "/view/blocks/0/element/options/0/text/text",
    ),
    (
        "a value of 151",
        modal(asked({"type": "static_select", "options": [{"text": plain("o"), "value": "v" * 151}]})),
        "/view/blocks/0/element/options/0/value",
    ),
    (
        "a first choice that is none",
        modal(asked({"type": "radio_buttons", "options": options(2), "initial_option": option(9)})),
        "/view/blocks/0/element/initial_option",
    ),
    (
        "the same value twice",
        modal(asked({"type": "radio_buttons", "options": [option(1), option(1)]})),
        "/view/blocks/0/element",
    ),
    (
        "words in a number",
        modal(asked({"type": "number_input", "is_decimal_allowed": True, "initial_value": "many"})),
        "/view/blocks/0/element/initial_value",
    ),
    (
        "a number past its most",
        modal(asked({"type": "number_input", "is_decimal_allowed": True, "initial_value": "9", "max_value": "8"})),
        "/view/blocks/0/element/initial_value",
    ),
    (
        "a day in words",
        modal(asked({"type": "datepicker", "initial_date": "soon"})),
        "/view/blocks/0/element/initial_date",
    ),
    ("a button in an input", modal(asked(button())), "/view/blocks/0/element/type"),
    ("an unknown block", modal({"type": "video"}), "/view/blocks/0/type"),
    ("an unknown field", modal(section(colour="red")), "/view/blocks/0/colour"),
    ("an input and no submit", {**modal(asked({"type": "datepicker"})), "submit": plain("")}, "/view/submit/text"),
    ("something else", {"type": "sheet"}, "/view/type"),
)


@pytest.mark.parametrize(("view", "pointer"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_one_past_a_limit_is_refused_where_it_stands(view: dict[str, Any], pointer: str) -> None:
    assert pointer in {problem.pointer for problem in view_problems(view)}
    with pytest.raises(OverLimit):
        checked_view(view)


def test_an_input_without_a_submit_button_is_refused() -> None:
    view = modal(asked({"type": "datepicker"}))
    del view["submit"]
    assert [problem.pointer for problem in view_problems(view)] == ["/view/submit"]


def test_a_view_is_refused_by_its_bytes_and_not_its_characters() -> None:
    groups = [
        {"label": plain(f"g{g}"), "options": [{"text": plain("好" * 75), "value": f"{g}-{n}"} for n in range(100)]}
        for g in range(10)
    ]
    codes = {
        problem.code for problem in view_problems(modal(asked({"type": "static_select", "option_groups": groups})))
    }
    assert codes == {"view_too_large"}


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"text": ""}, ("/text", "no_text")),
        ({"text": "x" * 40_001}, ("/text", "msg_too_long")),
        ({"text": "x", "blocks": [section()] * 51}, ("/blocks", "invalid_arguments")),
        ({"text": "x", "blocks": [section("y" * 3000)] * 5}, ("/blocks", "msg_blocks_too_long")),
        ({"text": "x", "blocks": [asked({"type": "datepicker"})]}, ("/blocks/0/type", "invalid_arguments")),
        ({"text": "x", "attachments": []}, ("/attachments", "invalid_arguments")),
    ],
)
def test_a_message_past_a_limit_is_refused(message: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in {(each.pointer, each.code) for each in message_problems(message)}
    with pytest.raises(OverLimit):
        checked_message(message)


def test_an_error_tells_where_and_never_what() -> None:
    with pytest.raises(OverLimit) as refused:
        checked_view(modal(section("secret" * 1000)))
    assert "secret" not in str(refused.value)
    assert refused.value.problems == (Problem("/view/blocks/0/text/text", "must be less than 3001 characters"),)


def _most(rule: Rule) -> int:
    assert isinstance(rule, Chars | Text | Items | Whole)
    return rule.most


def test_the_figures_agree_with_a_list_somebody_else_keeps() -> None:
    button_, select, text = ELEMENTS["button"], ELEMENTS["static_select"], ELEMENTS["plain_text_input"]
    confirm, one = OBJECTS["confirm"], OBJECTS["option"]
    ours = {
        "TEXT_MAX_LENGTH": _most(OBJECTS["plain_text"].must["text"]),
        "ACTION_ID_MAX_LENGTH": _most(button_.may["action_id"]),
        "BLOCK_ID_MAX_LENGTH": _most(BLOCKS["section"].may["block_id"]),
        "BUTTON_TEXT_MAX_LENGTH": _most(button_.must["text"]),
        "BUTTON_URL_MAX_LENGTH": _most(button_.may["url"]),
        "BUTTON_VALUE_MAX_LENGTH": _most(button_.may["value"]),
        "BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH": _most(button_.may["accessibility_label"]),
        "CONFIRMATION_TITLE_MAX_LENGTH": _most(confirm.must["title"]),
        "CONFIRMATION_TEXT_MAX_LENGTH": _most(confirm.must["text"]),
        "CONFIRMATION_CONFIRM_MAX_LENGTH": _most(confirm.must["confirm"]),
        "CONFIRMATION_DENY_MAX_LENGTH": _most(confirm.must["deny"]),
        "OPTION_TEXT_MAX_LENGTH": _most(one.must["text"]),
        "OPTION_VALUE_MAX_LENGTH": _most(one.must["value"]),
        "OPTION_DESCRIPTION_MAX_LENGTH": _most(one.may["description"]),
        "OPTION_URL_MAX_LENGTH": _most(one.may["url"]),
        "OPTION_GROUP_LABEL_MAX_LENGTH": _most(OBJECTS["option_group"].must["label"]),
        "OPTION_GROUP_OPTIONS_MAX_ITEMS": _most(OBJECTS["option_group"].must["options"]),
        "SELECT_PLACEHOLDER_MAX_LENGTH": _most(select.may["placeholder"]),
        "SELECT_OPTIONS_MAX_ITEMS": _most(select.may["options"]),
        "SELECT_OPTION_GROUPS_MAX_ITEMS": _most(select.may["option_groups"]),
        "OVERFLOW_OPTIONS_MAX_ITEMS": _most(ELEMENTS["overflow"].must["options"]),
        "CHECKBOXES_OPTIONS_MAX_ITEMS": _most(ELEMENTS["checkboxes"].must["options"]),
        "RADIO_BUTTONS_OPTIONS_MAX_ITEMS": _most(ELEMENTS["radio_buttons"].must["options"]),
        "FILE_INPUT_MAX_FILES_MAX": _most(ELEMENTS["file_input"].may["max_files"]),
        "PLAIN_TEXT_INPUT_MIN_LENGTH_MAX": _most(text.may["min_length"]),
        "PLAIN_TEXT_INPUT_MAX_LENGTH_MAX": _most(text.may["max_length"]),
        "PLAIN_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH": _most(text.may["placeholder"]),
        "RICH_TEXT_INPUT_MAX_LINES_MAX": _most(ELEMENTS["rich_text_input"].may["max_lines"]),
        "ACTIONS_ELEMENTS_MAX_ITEMS": _most(BLOCKS["actions"].must["elements"]),
        "CONTEXT_ELEMENTS_MAX_ITEMS": _most(BLOCKS["context"].must["elements"]),
        "HEADER_TEXT_MAX_LENGTH": _most(BLOCKS["header"].must["text"]),
        "INPUT_LABEL_MAX_LENGTH": _most(BLOCKS["input"].must["label"]),
        "INPUT_HINT_MAX_LENGTH": _most(BLOCKS["input"].may["hint"]),
        "SECTION_TEXT_MAX_LENGTH": _most(BLOCKS["section"].may["text"]),
        "SECTION_FIELDS_MAX_ITEMS": _most(BLOCKS["section"].may["fields"]),
        "SECTION_FIELDS_ITEM_MAX_LENGTH": shapes.FIELD_TEXT,
        "MESSAGE_BLOCKS_MAX_ITEMS": _most(shapes.MESSAGE.may["blocks"]),
        "VIEW_BLOCKS_MAX_ITEMS": _most(shapes.VIEWS["modal"].must["blocks"]),
        "VIEW_PRIVATE_METADATA_MAX_LENGTH": _most(shapes.VIEWS["modal"].may["private_metadata"]),
        "VIEW_CALLBACK_ID_MAX_LENGTH": _most(shapes.VIEWS["modal"].may["callback_id"]),
        "VIEW_TITLE_MAX_LENGTH": _most(shapes.VIEWS["modal"].must["title"]),
        "VIEW_SUBMIT_MAX_LENGTH": _most(shapes.VIEWS["modal"].may["submit"]),
        "VIEW_CLOSE_MAX_LENGTH": _most(shapes.VIEWS["modal"].may["close"]),
    }
    assert {name: getattr(theirs, name, None) for name in ours} == ours


def test_checking_changes_nothing() -> None:
    before = copy.deepcopy(FINE)
    list(view_problems(FINE))
    assert before == FINE
