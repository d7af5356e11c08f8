"""Shapes: what Slack takes for each kind of block, element, object and view, as one table.

The figures are Slack's own (https://docs.slack.dev/reference/block-kit, /reference/views); a test compares them
with a list somebody else keeps. `bot.slack.limits` holds a payload against this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Chars:
    """A string."""

    most: int
    least: int = 1


@dataclass(frozen=True)
class Text:
    """A text object."""

    most: int = 3000
    markup: bool = False
    """`mrkdwn` will do as well as `plain_text`."""


@dataclass(frozen=True)
class Items:
    """A list whose things have one of these shapes; by their `type` where there are several."""

    of: tuple[str, ...]
    most: int
    least: int = 1


@dataclass(frozen=True)
class Shaped:
    """A thing of one of these shapes."""

    of: tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int
    most: int


@dataclass(frozen=True)
class Word:
    """One of a few words."""

    of: tuple[str, ...]


@dataclass(frozen=True)
class Pattern:
    """A string written in a certain way."""

    regex: str


@dataclass(frozen=True)
class Flag:
    """True or false."""


@dataclass(frozen=True)
class Strings:
    """A list of strings."""

    most: int
    least: int = 0


@dataclass(frozen=True)
class Anything:
    """Whatever it is, it is not looked at."""


Rule = Chars | Text | Items | Shaped | Whole | Word | Pattern | Flag | Strings | Anything


@dataclass(frozen=True)
class Shape:
    """The fields a thing must have, may have, and of which it must have exactly one."""

    must: Mapping[str, Rule] = field(default_factory=dict)
    may: Mapping[str, Rule] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
    typed: bool = True
    """It says what it is in a field `type`."""


ID = Chars(255)
PLAIN_2000, PLACEHOLDER = Text(2000), Text(150)
OPTIONS, GROUPS = Items(("option",), 100), Items(("option_group",), 100)
FEW = Items(("option",), 10)
CONFIRM = Shaped(("confirm",))
DAY = Pattern(r"\d{4}-\d{2}-\d{2}")
NUMBER = Pattern(r"-?\d{1,30}(\.\d{1,30})?")
_ACTION: Mapping[str, Rule] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": Flag()}
_SELECT: Mapping[str, Rule] = {**_ACTION, "placeholder": PLACEHOLDER}
_MANY: Mapping[str, Rule] = {**_SELECT, "max_selected_items": Whole(1, 1000)}
_INPUT: Mapping[str, Rule] = {
    "action_id": ID,
    "placeholder": PLACEHOLDER,
    "focus_on_load": Flag(),
    "dispatch_action_config": Shaped(("dispatch_action_config",)),
}
_STYLE: Mapping[str, Rule] = {"style": Anything()}

OBJECTS: Mapping[str, Shape] = {
    "option": Shape(
        {"text": Text(75, markup=True), "value": Chars(150)},
        {"description": Text(75, markup=True), "url": Chars(3000)},
        typed=False,
    ),
    "option_group": Shape({"label": Text(75), "options": OPTIONS}, typed=False),
    "confirm": Shape(
        {"title": Text(100), "text": Text(300, markup=True), "confirm": Text(30), "deny": Text(30)},
        {"style": Word(("primary", "danger"))},
        typed=False,
    ),
    "dispatch_action_config": Shape({"trigger_actions_on": Strings(2, 1)}, typed=False),
    "plain_text": Shape({"text": Chars(3000)}, {"emoji": Flag()}),
    "mrkdwn": Shape({"text": Chars(3000)}, {"verbatim": Flag()}),
    "metadata": Shape({"event_type": Chars(255), "event_payload": Anything()}, typed=False),
}

ELEMENTS: Mapping[str, Shape] = {
    "button": Shape(
        {"text": Text(75)},
        {
            **_ACTION,
            "value": Chars(2000),
            "url": Chars(3000),
            "style": Word(("primary", "danger")),
            "accessibility_label": Chars(75),
        },
    ),
    "overflow": Shape({"options": Items(("option",), 5)}, _ACTION),
    "static_select": Shape(
        {},
        {**_SELECT, "options": OPTIONS, "option_groups": GROUPS, "initial_option": Shaped(("option",))},
        one_of=("options", "option_groups"),
    ),
    "multi_static_select": Shape(
        {},
        {**_MANY, "options": OPTIONS, "option_groups": GROUPS, "initial_options": OPTIONS},
        one_of=("options", "option_groups"),
    ),
    "external_select": Shape(
        {}, {**_SELECT, "initial_option": Shaped(("option",)), "min_query_length": Whole(0, 1000)}
    ),
    "multi_external_select": Shape({}, {**_MANY, "initial_options": OPTIONS, "min_query_length": Whole(0, 1000)}),
    "users_select": Shape({}, {**_SELECT, "initial_user": Chars(255)}),
    "multi_users_select": Shape({}, {**_MANY, "initial_users": Strings(100)}),
    "radio_buttons": Shape({"options": FEW}, {**_ACTION, "initial_option": Shaped(("option",))}),
    "checkboxes": Shape({"options": FEW}, {**_ACTION, "initial_options": FEW}),
    "datepicker": Shape({}, {**_SELECT, "initial_date": DAY}),
    "timepicker": Shape({}, {**_SELECT, "initial_time": Pattern(r"\d{2}:\d{2}")}),
    "plain_text_input": Shape(
        {},
        {
            **_INPUT,
            "initial_value": Chars(3000),
            "multiline": Flag(),
            "min_length": Whole(0, 3000),
            "max_length": Whole(1, 3000),
        },
    ),
    "number_input": Shape(
        {"is_decimal_allowed": Flag()}, {**_INPUT, "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER}
    ),
    "rich_text_input": Shape(
        {"action_id": ID},
        {**_INPUT, "initial_value": Anything(), "min_lines": Whole(1, 100), "max_lines": Whole(1, 100)},
    ),
    "email_text_input": Shape({}, {**_INPUT, "initial_value": Chars(3000)}),
    "url_text_input": Shape({}, {**_INPUT, "initial_value": Chars(3000)}),
    "file_input": Shape({}, {"action_id": ID, "filetypes": Strings(100), "max_files": Whole(1, 10)}),
    "image": Shape({"alt_text": Chars(2000), "image_url": Chars(3000)}, {"title": PLAIN_2000, "block_id": ID}),
}

_RICH_PARTS = Items(("text", "link", "user", "channel", "usergroup", "emoji", "date", "broadcast"), 10_000, 0)
RICH: Mapping[str, Shape] = {
    "text": Shape({"text": Chars(40_000)}, _STYLE),
    "link": Shape({"url": Chars(3000)}, {**_STYLE, "text": Chars(40_000), "unsafe": Flag()}),
    "user": Shape({"user_id": Chars(255)}, _STYLE),
    "channel": Shape({"channel_id": Chars(255)}, _STYLE),
    "usergroup": Shape({"usergroup_id": Chars(255)}, _STYLE),
    "emoji": Shape({"name": Chars(255)}, {**_STYLE, "unicode": Chars(255)}),
    "date": Shape({"timestamp": Anything(), "format": Chars(255)}, {"fallback": Chars(255), "url": Chars(3000)}),
    "broadcast": Shape({"range": Word(("here", "channel", "everyone"))}),
    "rich_text_section": Shape({"elements": _RICH_PARTS}),
    "rich_text_quote": Shape({"elements": _RICH_PARTS}, {"border": Whole(0, 1)}),
    "rich_text_preformatted": Shape({"elements": _RICH_PARTS}, {"border": Whole(0, 1)}),
    "rich_text_list": Shape(
        {"style": Word(("bullet", "ordered")), "elements": Items(("rich_text_section",), 1000)},
        {"indent": Whole(0, 8), "offset": Whole(0, 1000), "border": Whole(0, 1)},
    ),
}

CHOICES = (
    "static_select",
    "external_select",
    "users_select",
    "datepicker",
    "timepicker",
    "radio_buttons",
    "checkboxes",
)
MULTI = ("multi_static_select", "multi_external_select", "multi_users_select")
FIELDS = ("plain_text_input", "number_input", "rich_text_input", "email_text_input", "url_text_input", "file_input")

BLOCKS: Mapping[str, Shape] = {
    "section": Shape(
        {},
        {
            "block_id": ID,
            "text": Text(3000, markup=True),
            "fields": Items(("plain_text", "mrkdwn"), 10),
            "accessory": Shaped(("button", "overflow", "image", *CHOICES, *MULTI)),
            "expand": Flag(),
        },
    ),
    "header": Shape({"text": Text(150)}, {"block_id": ID}),
    "divider": Shape({}, {"block_id": ID}),
    "image": Shape({"alt_text": Chars(2000), "image_url": Chars(3000)}, {"title": PLAIN_2000, "block_id": ID}),
    "context": Shape({"elements": Items(("plain_text", "mrkdwn", "image"), 10)}, {"block_id": ID}),
    "actions": Shape({"elements": Items(("button", "overflow", *CHOICES), 25)}, {"block_id": ID}),
    "input": Shape(
        {"label": PLAIN_2000, "element": Shaped((*FIELDS, *CHOICES, *MULTI))},
        {"block_id": ID, "hint": PLAIN_2000, "optional": Flag(), "dispatch_action": Flag()},
    ),
    "rich_text": Shape(
        {"elements": Items(("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"), 1000)},
        {"block_id": ID},
    ),
    "markdown": Shape({"text": Chars(12_000)}, {"block_id": ID}),
}

_VIEW_MAY: Mapping[str, Rule] = {
    "callback_id": ID,
    "external_id": ID,
    "private_metadata": Chars(3000, 0),
}
IN_VIEWS = tuple(name for name in BLOCKS if name != "markdown")
IN_MESSAGES = tuple(name for name in BLOCKS if name != "input")
VIEWS: Mapping[str, Shape] = {
    "modal": Shape(
        {"title": Text(24), "blocks": Items(IN_VIEWS, 100)},
        {**_VIEW_MAY, "submit": Text(24), "close": Text(24), "clear_on_close": Flag(), "notify_on_close": Flag()},
    ),
    "home": Shape({"blocks": Items(IN_VIEWS, 100)}, _VIEW_MAY),
}
MESSAGE = Shape(
    {},
    {
        "text": Chars(40_000, 0),
        "blocks": Items(IN_MESSAGES, 50, 0),
        "metadata": Shaped(("metadata",)),
        "channel": Chars(255),
        "ts": Chars(255),
        "thread_ts": Chars(255),
        "user": Chars(255),
        "unfurl_links": Flag(),
        "unfurl_media": Flag(),
        "mrkdwn": Flag(),
        "parse": Word(("none", "full")),
        "link_names": Flag(),
    },
    typed=False,
)
FIELD_TEXT = 2000
"""Characters of one of a section's fields."""
VIEW_BYTES = 250_000
BLOCKS_CHARS = 13_200
"""All texts of a message's blocks together; Slack says so nowhere, and refuses (slackapi/bolt-js, issue 2509)."""
STACKED = 3
"""Views that can stand on one another."""
