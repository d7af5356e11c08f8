"""Elements: the few parts our cards are made of, each with what every client needs to show it.

What people typed is shown by `RichTextBlock`, which knows no markup; a `TextBlock` would read `*this*` and links in
it. Labels, buttons and choices take plain strings only, so there a link is broken up instead.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bot.teams.limits import LONGEST_TITLE, MOST_ACTIONS, SCHEMA, VERSION
from flows.addresses import with_addresses
from flows.catalog import Catalog
from flows.page import Reader

Element = dict[str, Any]
ROW, WIDTH = 4, 46
"""Buttons side by side in a card, and letters on them and around them: what is more is cut off in a narrow chat."""
_MARKUP = re.compile(r"[*_`~\[\]\\<>#|]|^\s*(?:[-+]|\d+[.)])\s", re.MULTILINE)
_MACRO = re.compile(r"\{\{(?=(?:DATE|TIME)\()")
"""What a client works out: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features"""
_LINK = re.compile(r"\](?=\()")
# What a client would act on or swallow instead of showing it (https://unicode.org/reports/tr36/).
_ACTING = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"}
_ACTING |= {0x7F: "\u2421"} | {code: f"[U+{code:04X}]" for code in (*range(0x80, 0xA0), *range(0x202A, 0x202F))}


@dataclass(frozen=True)
class Voice:
    """In which language and for whom a card is made."""

    texts: Catalog
    reader: Reader

    def say(self, key: str, **values: Any) -> str:
        """A text of `[teams]`."""
        return self.tell(f"teams.{key}", values)

    def tell(self, key: str, values: Mapping[str, Any] | None = None) -> str:
        """Any text of the catalogue."""
        return self.texts.say(self.reader.language, key, values, self.reader.zone)


def minted() -> str:
    """What tells one showing of a card from the next: pressing it twice is pressing it once."""
    return uuid4().hex


def card(body: Sequence[Element], actions: Sequence[Element], language: str, fallback: str) -> Element:
    """A whole card. `fallback` is what a client says that cannot show it."""
    made: Element = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "lang": language,
        "fallbackText": label(fallback),
        "body": list(body),
        "msteams": {"width": "Full"},
    }
    if actions:
        made["actions"] = list(actions[:MOST_ACTIONS])
    return made


def heading(text: str) -> Element:
    """A title, as a heading for those who listen, unless something in it would be read as markup."""
    looks = {"size": "large", "weight": "bolder"}
    if _MARKUP.search(text):
        return {"type": "RichTextBlock", "inlines": [run(text, **looks)]}
    return {"type": "TextBlock", "text": shown(text), "wrap": True, "style": "heading", **looks}


def words(text: str, *, spacing: str = "default", **looks: Any) -> list[Element]:
    """Text as it was typed, a block for each line, because a run of text has no line ends."""
    blocks: list[Element] = []
    gap = spacing
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip():
            blocks.append({"type": "RichTextBlock", "spacing": gap, "inlines": [run(line, **looks)]})
            gap = "none"
        elif blocks:
            gap = "small"
    return blocks


def followable(text: str, safe: str) -> list[Element]:
    """The same, with addresses that begin so as links; each is shown as it was typed."""
    blocks = words(text)
    for block in blocks:
        block["inlines"] = [
            {**run(piece), "selectAction": {"type": "Action.OpenUrl", "url": piece}}
            if is_address and piece.startswith(safe)
            else run(piece)
            for piece, is_address in with_addresses(block["inlines"][0]["text"])
        ]
    return blocks


def note(text: str) -> list[Element]:
    """A quiet line, such as who will see an answer."""
    return words(text, spacing="small", size="small", isSubtle=True)


def problem(text: str) -> list[Element]:
    """What is wrong, where it is wrong."""
    return words(text, spacing="small", color="attention", weight="bolder")


def button(title: str, verb: str, data: Mapping[str, Any], *, sends: bool = False, says: str = "") -> Element:
    """A button whose answer replaces the card; a client that knows no such button sends the same as a message.

    Only a button that `sends` takes what was typed along and waits until it is complete. `says` is what a screen
    reader reads besides a title that needs its surroundings.
    """
    carried = {**data, "verb": verb}
    shared: Element = {"title": short(title), "data": carried, "associatedInputs": "auto" if sends else "none"}
    if says:
        shared["tooltip"] = short(says)
    submit = {"type": "Action.Submit", **shared}
    return {"type": "Action.Execute", "verb": verb, **shared, "fallback": submit}


def button_rows(buttons: Iterable[Element]) -> list[Element]:
    """Any number of buttons inside a card, in rows that a client shows whole."""
    rows: list[list[Element]] = []
    left = 0
    for each in buttons:
        width = _width(each["title"])
        if not rows or len(rows[-1]) == ROW or width > left:
            rows.append([])
            left = WIDTH
        rows[-1].append(each)
        left -= width
    return [{"type": "ActionSet", "actions": row} for row in rows]


def _width(title: str) -> int:
    """Letters a button is wide, with its edges; one that is written in a square counts as two."""
    return 4 + sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in title)


def short(title: str) -> str:
    """A title as long as a button can be."""
    plain = label(title)
    return plain if len(plain) <= LONGEST_TITLE else plain[: LONGEST_TITLE - 1] + "…"


def label(text: str) -> str:
    """A string where some clients read markup and some do not: a link in it leads nowhere."""
    return _LINK.sub("]\u200b", shown(text))


def shown(text: str) -> str:
    """Text as it was typed; what would act instead of being seen is shown as signs, or taken apart."""
    return _MACRO.sub("{\u200b{", text.translate(_ACTING))


def run(text: str, **looks: Any) -> Element:
    """A piece of a line, shown as it was typed."""
    return {"type": "TextRun", "text": shown(text), **looks}
