"""Replies and reactions: what a manager answers to a shared check-in, and what an employee answers in turn.

A call for help in a check-in is taken by one of those who were told of it. What was said of a key event is replied to
by its author and its subject. Who may read it is looked up again when it is sent: a check-in may be private by then.
"""

from collections.abc import Mapping
from typing import Any, Literal

from flows.core import Ending, button, ends, flow
from flows.fields import LongText
from flows.steps import Form, ask, look, save, tell
from storage.checkin_replies import CheckInReaction, CheckInReply, HelpTaken
from storage.events import EventResponse
from storage.references import CheckInRef, EventRef, Phrase, Who


class ToCheckIn(Form):
    text: LongText


class ToEvent(Form):
    text: LongText


class Choice(Form):
    reaction: Literal["thanks", "great", "seen", "none"]


@flow("reply", on=button())
async def reply(me: Who, reply_to: CheckInRef | EventRef, reply_readers: tuple[Who, ...]) -> Ending:
    if not reply_readers:
        return ends("nobody")
    match reply_to:
        case CheckInRef():
            return await _to_checkin(me, reply_to, reply_readers)
        case EventRef():
            return await _to_event(me, reply_to, reply_readers)


@flow("react", on=button())
async def react(me: Who, their_checkin: CheckInRef, chosen_reaction: str | None, own_reaction: str | None) -> Ending:
    checkin = their_checkin
    chosen = chosen_reaction
    if chosen is None:
        offer = {"reaction": ("thanks", "great", "seen", *(("none",) if own_reaction else ()))}
        given = {"reaction": own_reaction}
        choice = await ask(me, Choice, offer=offer, given=given, person=checkin.person, week=checkin.week)
        chosen = choice.reaction
    if not await look("reply_readers", checkin=checkin.key):
        return ends("gone", person=checkin.person)
    reaction = None if chosen == "none" else chosen
    if reaction != own_reaction:
        series = f"{checkin.key}:{me.key}"
        await save(CheckInReaction(series=series, saved_by=me.id, check_in=checkin.key, reaction=reaction))
    if reaction is None:
        return ends("taken_back", person=checkin.person)
    return ends("reacted", person=checkin.person, reaction=Phrase(f"react.Choice.choices.reaction.{reaction}"))


@flow("take", on=button())
async def take(me: Who, their_checkin: CheckInRef, help_taker: Who | None) -> Ending:
    """A call for help is taken once: the employee is told by whom, and the next one who presses as well."""
    checkin, taker = their_checkin, help_taker
    if not checkin.help_wanted:
        return ends("over", person=checkin.person)
    if taker is None:
        await save(HelpTaken(series=checkin.key, saved_by=me.id))
        taker = await look("help_taker", checkin=checkin.key)  # two may have pressed at the same moment
        if taker == me:
            reply_button = [("reply", _named(checkin))]
            what = checkin.help_wanted
            await tell(checkin.person, "taken", about=checkin.key, buttons=reply_button, author=me, what=what)
    if taker != me:
        return ends("taken", person=checkin.person, taker=taker)
    return ends("mine", person=checkin.person)


async def _to_checkin(me: Who, checkin: CheckInRef, readers: tuple[Who, ...]) -> Ending:
    said = await ask(me, ToCheckIn, person=checkin.person, week=checkin.week, people=readers)
    readers = await look("reply_readers", checkin=checkin.key)
    if not readers:
        return ends("private", words=said.text)
    await save(CheckInReply(check_in=checkin.key, text=said.text, saved_by=me.id))
    for each in readers:
        text = "to_employee" if each == checkin.person else "to_manager"
        about: dict[str, Any] = {"person": me, "week": checkin.week, "said": said.text}
        await tell(each, text, about=checkin.key, buttons=[("reply", _named(checkin))], **about)
    return ends("sent", people=readers)


async def _to_event(me: Who, event: EventRef, readers: tuple[Who, ...]) -> Ending:
    said = await ask(me, ToEvent, what=event.text, people=readers)
    readers = await look("reply_readers", event=event.key)
    if not readers:
        return ends("undone", words=said.text)
    response = EventResponse(
        event=event.key, event_version=event.version, stance="reply", text=said.text, saved_by=me.id
    )
    await save(response)
    given = {"event": event.key}
    for each in readers:
        buttons = [("reply", given), ("meeting", given)]
        await tell(each, "to_event", about=event.key, buttons=buttons, person=me, what=event.text, said=said.text)
    return ends("sent", people=readers)


def _named(checkin: CheckInRef) -> Mapping[str, str]:
    return {"checkin": checkin.key}
