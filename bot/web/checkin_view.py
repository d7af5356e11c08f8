"""A check-in in the browser: its mood, and what was said of it."""

from collections.abc import Sequence

from htpy import Element, Fragment, Node, div, fragment, p, span

from bot.checkin_replies import Thread
from bot.look_words import thread_lines
from bot.web.buttons import pressing
from bot.web.voice import Voice
from flows.message import Labelled


def thread_body(thread: Thread, voice: Voice) -> Fragment:
    """The replies and reactions to a check-in, and the buttons to reply and react."""
    said = thread_lines(thread, voice.tell)
    return fragment[
        (p(".response", dir="auto")[span(".stance")[label], " ", text] for label, text in said),
        pressed(thread.buttons, voice),
    ]


def pressed(buttons: Sequence[Labelled], voice: Voice, about: str = "") -> Node:
    if not buttons:
        return None
    named = ((each, {"aria_label": f"{each.label}: {about}"} if about else {}) for each in buttons)
    return div(".actions")[
        (pressing(voice, each.flow, each.given, each.label, class_="quiet small", **more) for each, more in named)
    ]


def mood(number: int | None, voice: Voice) -> Element | None:
    if number is None:
        return None
    label = voice.tell(f"checkin.Pulse.choices.mood.{number}")
    return span(f".mood.mood-{number}")[label]
