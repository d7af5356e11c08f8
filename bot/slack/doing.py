"""Doing: what somebody did in Slack as the bot's own kinds of answers, and the identity of each event.

Slack sends an event again with the same `event_id`, and an interaction never; a request that somebody recorded
and sends once more has the same `trigger_id`. A button that starts something is one event however often it is
pressed, because two presses are one wish.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from bot.answers import Called, Dropped, Opened, Pressed, Quoted, Typed
from bot.looking import Subject, subject_of
from bot.slack.places import at_in, carried_by
from storage.refusals import Unreadable

Body = Mapping[str, Any]
CALLBACK_CALL = "call:"
"""A shortcut that gives a command, followed by its name; any other is a flow that keeps a message."""
LONGEST = 12_000
"""Characters of a message that are read."""


def event_id(body: Body) -> str:
    """What makes an event the same one."""
    known = body.get("event_id") or body.get("trigger_id")
    if isinstance(known, str) and known:
        return f"slack:{known[:200]}"
    return f"slack:{hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()}"


def press_id(body: Body, action: Body) -> str:
    """The same for every press of one button of one message, or of one state of a view."""
    container = body.get("container")
    view = body.get("view")
    place = container.get("message_ts") if isinstance(container, Mapping) else None
    if isinstance(view, Mapping):
        place = f"{view.get('id')}:{view.get('hash')}"
    if not place:
        return event_id(body)
    pressed = f"{place}:{action.get('action_id')}:{action.get('value')}"
    return f"slack:press:{hashlib.sha256(pressed.encode('utf-8', 'replace')).hexdigest()}"


def command(body: Body, person: int, text: str) -> Called:
    return Called(event_id(body), person, str(body.get("command", ""))[:64], text[:LONGEST])


def called(body: Body, action: Body, person: int) -> Called:
    """A button that gives a command."""
    carried = carried_by(str(action.get("value", "")))
    name, line = carried.get("command"), carried.get("line", "")
    if not isinstance(name, str) or not isinstance(line, str):
        raise Unreadable
    event = press_id(body, action) if line else event_id(body)  # a line is one wish, however often it is pressed
    return Called(event, person, name[:64], line[:LONGEST])


def opened(body: Body, action: Body, person: int) -> Opened:
    return Opened(event_id(body), person, at_in(carried_by(str(action.get("value", "")))))


def dropped(body: Body, action: Body, person: int) -> Dropped:
    return Dropped(press_id(body, action), person, at_in(carried_by(str(action.get("value", "")))))


def look(action: Body) -> tuple[Subject, int]:
    """What is to be looked at, and which page of it; raises `Unreadable`."""
    return subject_of(carried_by(str(action.get("value", ""))))


def trigger_of(body: Body) -> str:
    return str(body.get("trigger_id", ""))


def window_of(body: Body) -> str | None:
    """The window something was pressed in; a person's home is none."""
    view = body.get("view")
    return str(view.get("id")) if isinstance(view, Mapping) and view.get("type") == "modal" else None


def said(body: Body, action: Body, person: int) -> Typed:
    """A button that says something; pressing it again says nothing more."""
    text = carried_by(str(action.get("value", ""))).get("text")
    if not isinstance(text, str):
        raise Unreadable
    return Typed(press_id(body, action), person, text[:LONGEST])


def pressed(body: Body, action: Body, person: int) -> Pressed:
    carried = carried_by(str(action.get("value", "")))
    flow, given = carried.get("f"), carried.get("g")
    if not isinstance(flow, str) or not isinstance(given, dict):
        raise Unreadable
    return Pressed(press_id(body, action), person, flow, given)


def quoted(body: Body, person: int, flow: str, quote: str, author: int | None, number: int | None) -> Quoted:
    return Quoted(event_id(body), person, flow, quote[:LONGEST], author, number)
