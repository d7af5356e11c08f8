"""Words: what only Slack's own controls need to say, and texts brought to the length Slack takes."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.addresses import with_addresses
from flows.catalog import Catalog
from flows.page import Reader

Native = dict[str, Any]
ELLIPSIS = "…"
LONGEST = 3000
"""Characters of one piece of text."""
# What a client would act on or swallow instead of showing it (https://unicode.org/reports/tr36/).
_ACTING = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"}
_ACTING |= {0x7F: "\u2421"} | {code: f"[U+{code:04X}]" for code in (*range(0x80, 0xA0), *range(0x202A, 0x202F))}
_LINE_END: Native = {"type": "text", "text": "\n"}
_HANGING = frozenset({"Mn", "Me", "Cf", "Zs"})
"""Marks, joiners and spaces: what a text must not end with when the rest of it was cut off."""


@dataclass(frozen=True)
class Words:
    """`words("answer")`: a text of `[slack]` for one reader."""

    texts: Catalog
    reader: Reader

    def __call__(self, key: str, **values: Any) -> str:
        return self.any(f"slack.{key}", values)

    def any(self, key: str, values: Mapping[str, Any] | None = None) -> str:
        """Any text of the catalogue."""
        return self.texts.say(self.reader.language, key, values, self.reader.zone)


def cut(text: str, most: int) -> str:
    """The text, or as much of it as fits with a sign that there was more; never half a letter.

    Characters beyond the first plane count twice, so that it fits whichever way Slack counts them.
    """
    if _length(text) <= most:
        return text
    kept = text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    while kept and (unicodedata.category(kept[-1]) in _HANGING or unicodedata.combining(kept[-1])):
        kept = kept[:-1]
    return kept + ELLIPSIS


def rest(text: str, most: int) -> str:
    """What `cut` has left out."""
    shown = cut(text, most)
    return "" if shown == text else text[len(shown) - len(ELLIPSIS) :].strip()


def escaped(text: str) -> str:
    """Text for where Slack reads markup: what is written in it mentions nobody and leads nowhere.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return shown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shown(text: str) -> str:
    """Text as it was typed; controls that would act instead of being seen are shown as signs."""
    return text.translate(_ACTING)


def _length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def plain(text: str, most: int = 3000) -> Native:
    """Text that is shown as it is: no markup, no mentions, no emoji codes."""
    return {"type": "plain_text", "text": cut(shown(text), most) or ELLIPSIS, "emoji": False}


def rich(text: str, most: int = 6000, *, bold: bool = False) -> Native:
    """A block of text that is shown as it is, at any length; people's own words go out like this only."""
    return lines([{**part, "style": {"bold": True}} if bold else part for part in runs(text, most)])


def followable(text: str, most: int) -> Native:
    """The same, with addresses of web pages that can be followed; each is shown as it was typed."""
    pieces: list[Native] = []
    for piece, is_address in with_addresses(cut(shown(text), most) or ELLIPSIS):
        pieces += [{"type": "link", "url": piece}] if is_address else runs(piece, most)
    return lines(pieces)


def quote(text: str, most: int = 6000) -> Native:
    """Somebody's words, set apart."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": runs(text, most)}]}


def runs(text: str, most: int) -> list[Native]:
    """A text in pieces that are not too long, side by side, so that none of it is lost; between words if it can be."""
    pieces, left = [], cut(shown(text), most) or ELLIPSIS
    while left:
        end = len(left)
        if end > LONGEST:
            end = next((n for n in range(LONGEST, LONGEST - 200, -1) if left[n].isspace()), LONGEST)
        pieces.append(left[:end])
        left = left[end:]
    return [{"type": "text", "text": piece} for piece in pieces]


def run(text: str, most: int = 3000) -> Native:
    """A piece of a line, shown as it is."""
    return {"type": "text", "text": cut(shown(text), most) or ELLIPSIS}


def strong(text: str, most: int = 600) -> Native:
    return {**run(text, most), "style": {"bold": True}}


def lines(*several: Sequence[Native]) -> Native:
    """A block of lines, each made of pieces; their ends are written out, since two sections may share a line."""
    first, *others = several
    pieces = [*first, *(piece for each in others for piece in (_LINE_END, *each))]
    return {"type": "rich_text", "elements": [_section(pieces)]}


def listed(items: Sequence[Sequence[Native]]) -> Native:
    """A block with a list, which a screen reader counts; each item is made of pieces."""
    bullets = {"type": "rich_text_list", "style": "bullet", "elements": [_section(each) for each in items]}
    return {"type": "rich_text", "elements": [bullets]}


def _section(pieces: Sequence[Native]) -> Native:
    return {"type": "rich_text_section", "elements": list(pieces)}


def small(*texts: str) -> Native:
    """A line in small print."""
    return {"type": "context", "elements": [plain(text, 2000) for text in texts if text][:10]}


def heading(text: str) -> Native:
    return {"type": "header", "text": plain(text, 150)}


def button(label: str, action: str, value: str = "", *, main: bool = False, says: str = "") -> Native:
    """A button. `says` is what a screen reader reads instead of a label that needs its surroundings."""
    made: Native = {"type": "button", "text": plain(label, 75), "action_id": action}
    if value:
        made["value"] = value
    if main:
        made["style"] = "primary"
    if says:
        made["accessibility_label"] = cut(says, 75)
    return made


def actions(*buttons: Native) -> Native:
    return {"type": "actions", "elements": list(buttons[:25])}
