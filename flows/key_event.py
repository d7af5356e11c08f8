"""Key events: wins, misses, coaching talks and praise, logged in one line and answered by whom they are about.

The line after the command fills the page; when it can stand, the event is saved at once. Its author may then
add the day, the indicator and who sees it; its subject is told, and may add context or contest it.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from flows.core import Ending, button, command, ends, flow, shortcut
from flows.fields import Colleague, LongText, Paragraph, PastDay, Pick
from flows.line import Open, Wanted, read_line
from flows.page import Raw, Typed
from flows.steps import Form, Objection, ask, look, save, tell
from storage.events import EventResponse, KeyEvent, Kind, Visibility
from storage.references import EventRef, GoalRef, Who

Sentence = Annotated[str, Paragraph(most=1000)]
_ANOTHER = re.compile(r"(?:(?:and|&|和|跟|与|及|、)\s*)?@\S")
"""How a line goes on after a mention when it mentions one more person."""


class Entry(Form):
    colleague: Colleague | None
    text: Sentence


class Dated(Form):
    """The same, of a day that the line speaks of and that is not clear from it."""

    colleague: Colleague | None
    text: Sentence
    happened_on: PastDay


class Talk(Form):
    colleague: Colleague
    text: Sentence

    def clashes(self, context: Mapping[str, Any]) -> tuple[Objection, ...]:
        return (Objection("colleague", "not_yourself"),) if self.colleague == context["me"].id else ()


class Evidence(Form):
    kind: Literal["win", "miss"]
    colleague: Colleague
    text: LongText


class Card(Form):
    happened_on: PastDay
    goal: Pick | None
    visibility: Literal["manager", "line", "public"]


class Response(Form):
    stance: Literal["context", "contest"]
    text: LongText


@flow("win", on=command("win"), menu=20)
async def win(me: Who, mention: str | None, addressed: bool, line: str, today: date) -> Ending | None:
    entry, day = await _entered(me, _typed(mention, addressed, line), line, today)
    subject = await _subject(me, entry.colleague)
    return await _logged(Kind.win, me, subject, entry.text, day)


@flow("miss", on=command("miss"), menu=90)
async def miss(me: Who, mention: str | None, addressed: bool, line: str, today: date) -> Ending | None:
    entry, day = await _entered(me, _typed(mention, addressed, line), line, today)
    subject = await _subject(me, entry.colleague)
    return await _miss(me, subject, entry.text, day)


@flow("coach", on=command("coach"), offered="has_team", menu=24)
async def coach(me: Who, team: tuple[Who, ...], mention: str | None, line: str, today: date) -> Ending | None:
    if not team:
        return ends("no_team", what=f"@{mention} {line}" if mention and f"@{mention}" not in line else line)
    talk = await ask(me, Talk, given=_typed(mention, True, line), me=me)
    subject = await _subject(me, talk.colleague)
    if not await look("leads", person=subject.id):
        return ends("not_theirs", person=subject, what=talk.text)
    return await _logged(Kind.coaching, me, subject, talk.text, today)


@flow("praise", on=command("praise"), menu=30)
async def praise(me: Who, mention: str | None, line: str, today: date) -> None:
    said = await ask(me, Talk, given=_typed(mention, True, line), me=me)
    subject = await _subject(me, said.colleague)
    series = await save(_event(Kind.praise, me, subject, said.text, today, visibility=Visibility.public))
    await tell("everyone", "public", person=subject, author=me, what=said.text)
    await tell(subject, "card", buttons=[_respond(series)], author=me, what=said.text)


@flow("evidence", on=shortcut())
async def evidence(me: Who, mention: str | None, quote: str | None, today: date) -> Ending | None:
    kept = await ask(me, Evidence, given=Typed(colleague=mention or "", text=quote or ""))
    subject = await _subject(me, kept.colleague)
    if kept.kind == "miss":
        return await _miss(me, subject, kept.text, today, quote)
    return await _logged(Kind.win, me, subject, kept.text, today, quote)


@flow("card", on=button())
async def card(me: Who, own_event: EventRef, event_goals: tuple[GoalRef, ...], card_time: timedelta) -> None:
    event = own_event
    public = ("public",) if event.kind == Kind.win else ()
    known = {"happened_on": event.day, "goal": event.goal, "visibility": event.visibility}
    offer = {"goal": event_goals, "visibility": ("manager", "line", *public)}
    details = await ask(me, Card, within=card_time, offer=offer, given=known, event=event, person=event.subject)
    if details is None:
        return
    record = _event(Kind(event.kind), me, event.subject, event.text, details.happened_on, details.visibility)
    record.series, record.goal = event.key, details.goal
    await save(record)
    if event.subject != me:
        seen = f"seen_by_{details.visibility}"
        two = details.visibility == Visibility.manager and await _manages(event.subject)
        told: dict[str, Any] = {"author": me, "what": event.text, "day": details.happened_on}
        key = f"tell:{seen}:{event.subject.id}"
        await tell(event.subject, "seen_by_two" if two else seen, key=key, buttons=[_respond(event.key)], **told)


@flow("respond", on=button())
async def respond(me: Who, key_event: EventRef, response_time: timedelta) -> None:
    event = key_event
    said = await ask(me, Response, within=response_time, what=event.text, author=event.author, day=event.day)
    if said is None:
        return
    response = EventResponse(
        event=event.key, event_version=event.version, stance=said.stance, text=said.text, saved_by=me.id
    )
    await save(response)
    if event.author != me:
        await tell(event.author, said.stance, person=me, what=event.text, said=said.text)


def _typed(mention: str | None, addressed: bool, line: str) -> Mapping[str, Raw]:
    """What the line says; whom it is about is theirs to confirm where somebody is mentioned further on, or two are."""
    said = Typed(colleague=mention or "", text=line)
    return dict(said) if mention and (not addressed or _ANOTHER.match(line)) else said


async def _entered(me: Who, said: Mapping[str, Raw], line: str, today: date) -> tuple[Entry | Dated, date]:
    """What happened, and when: on the day the line says, today where it says none, and asked where it is not clear."""
    read = read_line(line, today, Wanted(ahead=False, only_days=True, dotted=False))
    if not read.open and not (read.day and (read.is_cut or read.day > today)):
        return await ask(me, Entry, given=said), read.day or today
    unclear = read.open or (Open("day", "day_mentioned"),)
    asked = Typed(said, unclear=(Objection("happened_on", each.text, each.values) for each in unclear))
    entry = await ask(me, Dated, key="entry", given=asked)
    return entry, entry.happened_on


async def _subject(me: Who, colleague: int | None) -> Who:
    if colleague is None or colleague == me.id:
        return me
    found: Who = await look("whoever", person=colleague)
    return found


async def _miss(me: Who, subject: Who, text: str, today: date, quote: str | None = None) -> Ending | None:
    """A miss of somebody else is for those above them to log."""
    if subject != me and not await look("leads", person=subject.id):
        return ends("not_theirs", person=subject, what=text)
    return await _logged(Kind.miss, me, subject, text, today, quote)


async def _logged(kind: Kind, me: Who, subject: Who, text: str, today: date, quote: str | None = None) -> Ending | None:
    record = _event(kind, me, subject, text, today)
    record.quoted_from = quote
    series = await save(record)
    own, by_manager = subject == me, await _manages(subject)
    saved = "saved_own" if own else "saved_by_manager" if by_manager else "saved"
    details = [("card", {"event": series})]
    await tell(me, saved, key=f"tell:saved:{me.id}", buttons=details, person=subject, what=text, day=today)
    if own:
        return ends("own")
    card = "card_by_manager" if by_manager else "card"
    await tell(subject, card, key=f"tell:card:{subject.id}", buttons=[_respond(series)], author=me, what=text)
    return None


async def _manages(subject: Who) -> bool:
    """Whether the author is the subject's manager, who is not to be named beside themselves."""
    manages: bool = await look("manages", person=subject.id)
    return manages


def _respond(series: str) -> tuple[str, Mapping[str, str]]:
    return "respond", {"event": series}


def _event(kind: Kind, me: Who, subject: Who, text: str, day: date, visibility: str = Visibility.manager) -> KeyEvent:
    return KeyEvent(saved_by=me.id, subject_id=subject.id, kind=kind, text=text, happened_on=day, visibility=visibility)
