"""Buttons: each control of the room that posts, opens a page or a closer look, or leads out of it."""

from collections.abc import Mapping
from typing import Any

import orjson
from htpy import Element, Node, a, button

from bot.web.pages import where
from bot.web.voice import Voice, minted
from flows.message import Linked
from flows.page import At


def action(
    voice: Voice, route: str, words: Node, fields: Mapping[str, str], *, event: bool = True, **more: Any
) -> Element:
    """A button that posts; it carries the id of its event, so that pressing it twice is pressing it once."""
    carried = {**fields, "event": minted()} if event else dict(fields)
    more = {"class_": "quiet", **more}
    return button(type="button", data_post=voice.path(route), data_fields=orjson.dumps(carried).decode(), **more)[words]


def opening(voice: Voice, at: At, words: str, **more: Any) -> Element:
    """A button that opens a page."""
    return action(voice, "open", words, where(at), **more)


def calling(voice: Voice, command: str, words: Node, line: str = "", **more: Any) -> Element:
    """A button that gives a command, with the line that stands after it."""
    return action(voice, "command", words, {"command": command, **({"line": line} if line else {})}, **more)


def pressing(voice: Voice, flow: str, given: Mapping[str, Any], words: str, **more: Any) -> Element:
    """A button that starts a flow; what is given is written as in a message."""
    return action(voice, "press", words, {"flow": flow, "given": orjson.dumps(given).decode()}, **more)


def leading(link: Linked, **more: Any) -> Element:
    """A link out of the room; where it leads learns neither from where it was followed nor what had opened it."""
    more = {"class_": "button quiet", **more}
    away = {"target": "_blank", "rel": "noopener noreferrer", "referrerpolicy": "no-referrer"}
    return a(href=link.href, **away, **more)[link.label]


def looking(voice: Voice, route: str, words: Node, **more: Any) -> Element:
    """A button that shows a closer look in the window, which changes nothing."""
    return button(type="button", data_look=voice.path(route), **{"class_": "quiet small", **more})[words]
