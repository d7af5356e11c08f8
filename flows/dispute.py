"""What an employee says about a key event that was logged about them, and how a dispute about it ends.

The event stays as it was: context, disputes and what was agreed stand beside it, for everyone who can see it.
"""

from datetime import timedelta
from typing import Literal

from flows.core import Ending, button, ends, flow
from flows.fields import LongText
from flows.steps import Form, ask, look, save, tell
from storage.events import EventResponse
from storage.references import EventRef, Who


class Response(Form):
    stance: Literal["context", "contest"]
    text: LongText


class Settlement(Form):
    text: LongText


@flow("respond", on=button())
async def respond(me: Who, key_event: EventRef, response_time: timedelta) -> None:
    event = key_event
    said = await ask(me, Response, within=response_time, what=event.text, author=event.author, day=event.day)
    if said is None:
        return
    await save(_said(me, event, said.stance, said.text))
    if event.author != me:
        names = ("reply", "meeting", "settle") if said.stance == "contest" else ("reply", "meeting")
        buttons = [(name, {"event": event.key}) for name in names]
        what = event.text
        await tell(event.author, said.stance, about=event.key, buttons=buttons, person=me, what=what, said=said.text)


@flow("settle", on=button())
async def settle(me: Who, disputed_event: EventRef, settled_by: Who | None) -> Ending:
    """The author, the employee or their manager notes what was agreed; a dispute is settled once."""
    event = disputed_event
    if settled_by:
        return ends("before", person=settled_by)
    others = tuple(each for each in (event.author, event.subject) if each != me)
    said = await ask(me, Settlement, what=event.text, people=others)
    if not await look("event_people", event=event.key):
        return ends("undone", words=said.text)
    if settled := await look("settled_by", event=event.key):
        return ends("meanwhile", person=settled, words=said.text)
    await save(_said(me, event, "settled", said.text))
    for each in others:
        buttons = [("reply", {"event": event.key})]
        await tell(each, "settled", about=event.key, buttons=buttons, person=me, what=event.text, said=said.text)
    return ends("settled", people=others)


def _said(me: Who, event: EventRef, stance: str, text: str) -> EventResponse:
    return EventResponse(event=event.key, event_version=event.version, stance=stance, text=text, saved_by=me.id)
