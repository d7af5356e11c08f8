"""Putting off: the button below a question that nobody asked for, which has it put again on the next working day."""

from datetime import datetime, timedelta

from bot.visit import Visit
from flows.core import Flow
from flows.message import Labelled
from flows.page import At
from storage.facts import resolve

SNOOZE, WHEN = "snooze", "tomorrow"


def put_off_button(visit: Visit, flow: Flow, at: At, due: datetime | None) -> Labelled | None:
    """The button, named after the day it means; none for what the person began, or what has closed by then."""
    if flow.once is None or not any(name == SNOOZE for name, _ in visit.repertoire.register.flows):
        return None
    until: datetime = resolve(visit.db, ("later",), visit.start())["later"][WHEN]
    if due is not None and due <= until:
        return None
    day, zone = until.astimezone(visit.reader.zone).date(), visit.reader.zone
    is_tomorrow = day == visit.now.astimezone(zone).date() + timedelta(days=1)
    label = visit.say(f"chrome.put_off.{'tomorrow' if is_tomorrow else 'next'}", day=day)
    return Labelled(label, SNOOZE, {"conversation": at.conversation, "key": at.key, "when": WHEN})
