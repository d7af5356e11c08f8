"""Undo: what an author logged by mistake is taken back within a few minutes, and everybody who was told is told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flows.core import Ending, button, command, ends, flow
from flows.steps import days, look, save, tell
from storage.events import UNDO_TIME, EventState
from storage.events import next_version as next_event
from storage.meetings import MeetingState
from storage.meetings import next_version as next_meeting
from storage.references import EventRef, Link, MeetingRef, Phrase, When, Who
from storage.rest import Leave

MINUTES = int(UNDO_TIME.total_seconds()) // 60


@flow("undo", on=(command("undo"), button()), menu=95)
async def undo(
    me: Who, undoable: tuple[EventRef, ...] | MeetingRef | Mapping[str, Any] | None, today: date | None = None
) -> Ending:
    match undoable:
        case None | ():
            return ends("nothing", minutes=MINUTES)
        case MeetingRef():
            return await _meeting(me, undoable)
        case Mapping():
            return await _leave(me, undoable, today)
        case _:
            return await _events(me, undoable)


async def _events(me: Who, events: tuple[EventRef, ...]) -> Ending:
    for each in events:
        said: str = await look("said_of_event", key=f"look:said:{each.key}", event=each.key)
        await save(next_event(each, me, state=EventState.withdrawn), key=f"save:{each.key}")
        if each.subject != me:
            own = Phrase("undo.own_words", {"said": said}) if said else ""
            await tell(each.subject, "taken_back", key=f"tell:{each.key}", author=me, what=each.text, own=own)
    others = tuple(each.subject for each in events if each.subject != me)
    return ends("event", people=others, what=events[0].text) if others else ends("own", what=events[0].text)


async def _meeting(me: Who, ref: MeetingRef) -> Ending:
    await save(next_meeting(ref, me, state=MeetingState.cancelled))
    withdrawal = Link("withdrawal", ref.key, ref.ends_at + days(1))
    at = When(ref.starts_at)
    for each in ref.but(me):
        await tell(each, "meeting", withdrawal=withdrawal, person=me, topic=ref.topic, at=at)
    return ends("meeting", topic=ref.topic, at=at, people=ref.but(me))


async def _leave(me: Who, known: Mapping[str, Any], today: date | None) -> Ending:
    first, last = known["first"], known["last"]
    leave = Leave(
        series=known["series"], saved_by=me.id, person_id=me.id, first_day=first, last_day=last, cancelled=True
    )
    await save(leave)
    return (
        ends("leave_day", day=first, today=today)
        if first == last
        else ends("leave", first=first, last=last, today=today)
    )
