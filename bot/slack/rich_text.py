"""Rich text: the words of a Slack message that was written with lists, code, quotes or buttons.

Beside its blocks a message has a plain text, which loses some of them or is empty
(https://docs.slack.dev/reference/block-kit/blocks/rich-text-block). What is read here is written as Slack writes that
text, with `<@U1>` for a person, so that both go the same way from there (`bot.slack.mrkdwn`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Native = Mapping[str, Any]
BULLET = "• "
DEEPEST = 6
"""Levels of blocks within blocks; Slack's own have three."""
_MARKUP = re.compile(r"<[^<>]*>|[*_~`]|&(?:amp|lt|gt);")
_LABELLED = re.compile(r"<([#!@][^<>|]+)\|([^<>]*)>")


def text_of(message: Native) -> str:
    """What a message says: its blocks, or its plain text where that says more."""
    text = message.get("text")
    plain = text if isinstance(text, str) else ""
    blocks = message.get("blocks")
    if not isinstance(blocks, list):
        return plain
    labels = dict(_LABELLED.findall(plain))
    written = "\n".join(filter(None, (_block(block, labels) for block in blocks if isinstance(block, Mapping))))
    return written if written.strip() and _letters(written) >= _letters(plain) else plain


def _block(block: Native, labels: Mapping[str, str]) -> str:
    match block:
        case {"type": "rich_text", "elements": list(parts)}:
            return _joined(_part(part, labels, 0) for part in parts if isinstance(part, Mapping)).rstrip("\n")
        case {"type": "header" | "section" | "markdown"}:
            fields = block.get("fields")
            texts = [block.get("text"), *(fields if isinstance(fields, list) else [])]
            return "\n".join(filter(None, map(_text, texts)))
        case {"type": "context", "elements": list(parts)}:
            return " ".join(filter(None, map(_text, parts)))
        case _:
            return ""


def _text(value: Any) -> str:
    match value:
        case {"type": "plain_text", "text": str(text)}:
            return _escaped(text)
        case {"type": "mrkdwn", "text": str(text)}:
            return text
        case str():
            return value
        case _:
            return ""


def _joined(parts: Iterable[str]) -> str:
    """Parts that each begin on a line of their own."""
    whole = ""
    for part in parts:
        whole += ("" if not whole or whole.endswith("\n") else "\n") + part
    return whole


def _part(part: Native, labels: Mapping[str, str], deep: int) -> str:
    elements = part.get("elements")
    within = [each for each in elements if isinstance(each, Mapping)] if isinstance(elements, list) else []
    if deep > DEEPEST:
        return ""
    match part.get("type"):
        case "rich_text_list":
            return "\n".join(_items(part, within, labels, deep))
        case "rich_text_quote":
            lines = "".join(_run(each, labels, deep) for each in within).rstrip("\n").split("\n")
            return "\n".join(f"&gt; {line}" for line in lines)
        case "rich_text_section" | "rich_text_preformatted":
            return "".join(_run(each, labels, deep) for each in within)
        case _:
            return ""


def _items(part: Native, within: Iterable[Native], labels: Mapping[str, str], deep: int) -> Iterator[str]:
    indent, offset = (_count(part.get(name)) for name in ("indent", "offset"))
    quoted = "&gt; " if part.get("border") == 1 else ""
    for number, item in enumerate(within, offset + 1):
        bullet = f"{number}. " if part.get("style") == "ordered" else BULLET
        yield quoted + "    " * indent + bullet + _part(item, labels, deep + 1).rstrip("\n")


def _count(value: Any) -> int:
    return value if type(value) is int and 0 <= value < 1000 else 0


def _run(element: Native, labels: Mapping[str, str], deep: int) -> str:
    """A piece of a line."""
    match element:
        case {"type": "text", "text": str(text)}:
            return _escaped(text)
        case {"type": "link", "url": str(url), "text": str(label)} if label:
            return f"<{_escaped(url)}|{_escaped(label)}>"
        case {"type": "link", "url": str(url)}:
            return f"<{_escaped(url)}>"
        case {"type": "user", "user_id": str(user)}:
            return _token(f"@{user}", labels)
        case {"type": "channel", "channel_id": str(channel)}:
            return _token(f"#{channel}", labels)
        case {"type": "usergroup", "usergroup_id": str(group)}:
            return _token(f"!subteam^{group}", labels)
        case {"type": "broadcast", "range": str(everybody)}:
            return _token(f"!{everybody}", labels)
        case {"type": "emoji", "name": str(name)}:
            return f":{name}:"
        case {"type": "date", "fallback": str(text)}:
            return _escaped(text)
        case {"type": "color", "value": str(text)}:
            return _escaped(text)
        case _:
            return _part(element, labels, deep + 1)


def _token(what: str, labels: Mapping[str, str]) -> str:
    return f"<{what}|{labels[what]}>" if what in labels else f"<{what}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _letters(text: str) -> int:
    """How much a text says, however it is laid out."""
    return sum(letter.isalnum() for letter in _MARKUP.sub("", text))
