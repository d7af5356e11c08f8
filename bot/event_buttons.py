"""Buttons below a key event that was responded to: to reply, to plan a talk, and to settle a dispute."""

from collections.abc import Iterator, Sequence

from sqlalchemy import RowMapping

from bot.visit import Visit
from flows.message import Labelled
from storage.access import View
from storage.events import is_disputed

LABELS = {"reply": "reply.title", "meeting": "respond.buttons.meeting", "settle": "settle.title"}


def event_buttons(visit: Visit, view: View, event: RowMapping, responses: Sequence[RowMapping]) -> tuple[Labelled, ...]:
    """What the author, the subject and the subject's manager can do about the responses to an event."""
    texts, language, given = visit.repertoire.texts, visit.reader.language, {"event": event["series"]}
    return tuple(Labelled(texts.say(language, LABELS[name]), name, given) for name in _flows(view, event, responses))


def _flows(view: View, event: RowMapping, responses: Sequence[RowMapping]) -> Iterator[str]:
    concerns = responses and view.viewer in (event["saved_by"], event["subject_id"])
    if concerns and event["saved_by"] != event["subject_id"]:
        yield from ("reply", "meeting")
    if (concerns or view.is_manager) and is_disputed(row["stance"] for row in responses):
        yield "settle"
