"""A key event in the browser, with what was said of it."""

from htpy import Element, Fragment, div, fragment, p, span

from bot.event_lines import EventLine
from bot.look_words import response_words
from bot.web.voice import Voice


def event_body(line: EventLine, voice: Voice, by: str = "desk.events.by") -> Fragment:
    """An event and what was said of it; `by` is the text of whose it is."""
    people = {"author": line.author, "subject": line.subject, "day": line.day}
    return fragment[
        div(".row")[_kind(line, voice), span(".note")[voice.tell(by, people)]],
        p(".what", dir="auto")[line.text],
        (
            p(".response", dir="auto")[
                span(".stance")[voice.tell(f"desk.stance.{each.stance}", {"person": each.by})],
                " ",
                response_words(each, voice.tell),
            ]
            for each in line.responses
        ),
    ]


def _kind(line: EventLine, voice: Voice) -> Element:
    return span(f".badge.{line.kind}")[voice.tell(f"desk.kinds.{line.kind}")]
