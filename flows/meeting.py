"""Meetings: planned in one line, confirmed to everybody in them, moved, called off, and answered.

The clock reminds of them (`bot.meeting_ticks`) and asks whether they happened (`flows.meeting_after`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flows.appointment import (
    ROUNDS,
    Minutes,
    changed_by,
    gone,
    offered,
    plan_reminders,
    reminders_to_come,
    said_of,
    tell_of_change,
    verdict,
    wrong_time,
)
from flows.core import Ending, button, command, ends, flow
from flows.cutting import topic
from flows.fields import SHORT, Clock, Colleagues, ComingDay, LongText, ShortText
from flows.line import Part, Read, Wanted, read_line
from flows.mentions import as_answer, named_before, without
from flows.page import Typed
from flows.questions import Raw
from flows.steps import Form, Objection, ask, days, look, minutes, save, tell
from flows.times import instant
from storage.meetings import MeetingKind, MeetingParticipant, MeetingState, Reminding, next_version
from storage.references import Link, MeetingRef, Named, Phrase, When, Who

_INTERVIEW = re.compile(
    r"绩效(?:考核|反馈|评估)?(?:面谈|沟通|面试)|(?:年度|年终|季度|半年度?|考核)面谈"
    r"|\bperformance (?:interview|appraisal)\b|\bappraisal (?:interview|talk|meeting)\b"
    r"|\b(?:annual|year-end|yearly|mid-year|quarterly) performance review\b",
    re.IGNORECASE,
)
USUAL = 30
"""Minutes."""
_QUESTIONS: Mapping[Part, str] = {"day": "day", "time": "at", "zone": "at", "length": "minutes"}
"""Where a plan asks for what a line leaves open."""


class Plan(Form):
    people: Colleagues
    day: ComingDay
    at: Clock
    minutes: Minutes
    topic: ShortText
    kind: Literal["one_on_one", "interview", "other"]
    place: ShortText | None

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        others = set(self.people) - {context["me"].id}
        if not others:
            yield Objection("people", "not_yourself")
        elif len(others) > 1 and self.kind == "one_on_one":
            yield Objection("kind", "one_on_one_is_two")
        yield from wrong_time(self.day, self.at, context)


class Cancel(Form):
    reason: ShortText | None


class Reply(Form):
    coming: Literal["yes", "no"]
    words: LongText | None


@flow("meeting", on=(command("meet"), button()), menu=50)
async def meeting(
    me: Who,
    line: str,
    zone: str,
    moment: datetime,
    today: date,
    named: Named | None = None,
    mention: str | None = None,
    talk_wanted: Mapping[str, Any] | None = None,
) -> Ending:
    """Planned from the line after the command, or from a button that says with whom and what about."""
    if talk_wanted:
        given = _wanted(talk_wanted["person"], talk_wanted["topic"])
    else:
        given = _typed(named or named_before(line, mention), zone, moment, today)
    number = 0
    while True:
        number += 1
        plan = await ask(me, Plan, key=f"plan:{number}", given=given, me=me, zone=zone, now=moment)
        others: tuple[Who, ...] = await look("invited", key=f"invited:{number}", people=plan.people)
        ref = _planned(me, plan, others, zone)
        match await verdict(me, ref, f"{number}", final=number == ROUNDS):
            case "keep":
                return await _invited(me, ref)
            case "discard":
                return ends("discarded")
            case "change":
                given = plan.model_dump()


@flow("meeting_change", on=button())
async def meeting_change(me: Who, own_meeting: MeetingRef, zone: str, moment: datetime) -> Ending:
    changed = await changed_by(me, own_meeting, zone, moment)
    if changed is None:
        return ends("unchanged")
    if await gone(own_meeting):
        return ends("gone", topic=own_meeting.topic)
    await tell_of_change(me, own_meeting, changed)
    return ends("changed", at=When(changed.starts_at))


@flow("meeting_cancel", on=button())
async def meeting_cancel(me: Who, own_meeting: MeetingRef) -> Ending:
    ref = own_meeting
    cancel = await ask(me, Cancel, topic=ref.topic, at=When(ref.starts_at))
    if await gone(ref):
        return ends("gone", topic=ref.topic)
    await save(next_version(ref, me, state=MeetingState.cancelled))
    reason = Phrase("meeting_cancel.reason", {"reason": cancel.reason}) if cancel.reason else ""
    said: dict[str, Any] = {"person": me, "topic": ref.topic, "at": When(ref.starts_at), "reason": reason}
    withdrawal = Link("withdrawal", ref.key, ref.ends_at + days(1))
    for each in ref.but(me):
        await tell(each, "cancelled", binding=ref.starts_at, withdrawal=withdrawal, **said)
    await tell(me, "mine", topic=ref.topic, withdrawal=withdrawal)
    return ends("cancelled")


@flow("meeting_answer", on=button())
async def meeting_answer(me: Who, meeting: MeetingRef) -> None:
    reply = await ask(me, Reply, topic=meeting.topic, at=When(meeting.starts_at), organiser=meeting.organiser)
    words = Phrase("meeting_answer.words", {"words": reply.words}) if reply.words else ""
    said: dict[str, Any] = {"person": me, "topic": meeting.topic, "at": When(meeting.starts_at), "words": words}
    await tell(meeting.organiser, reply.coming, buttons=offered(meeting.organiser, meeting), **said)


def _wanted(person: Who, about: str) -> Mapping[str, Any]:
    """A one-on-one with a person, for which a day and a time are still to be found."""
    words = " ".join(about.split())
    title = words if len(words) <= SHORT else words[: SHORT - 1].rstrip() + "…"
    return {"people": (person.id,), "topic": title, "minutes": USUAL, "kind": MeetingKind.one_on_one}


def _typed(named: Named, zone: str, moment: datetime, today: date) -> Mapping[str, Any]:
    """What the line says, and what it leaves open."""
    invited = tuple(each for each in named.mentions if each.sign or each.first or each.joined)
    people = tuple(dict.fromkeys(as_answer(invited)))
    line = without(named.line, invited)
    found = read_line(line, today, Wanted(zone=zone, clock=moment.astimezone(ZoneInfo(zone)).time()))
    day = found.day or _today(found, zone, moment, today)
    kind = MeetingKind.other if len(people) > 1 else _kind_of(line)
    usual: dict[str, Raw] = {"minutes": str(found.minutes or USUAL), "kind": str(kind)}
    if not line and not people:
        return usual
    said: dict[str, Raw] = {"people": people, "topic": topic(found.what), **usual}
    said |= {"day": day.isoformat() if day else "", "at": f"{found.at:%H:%M}" if found.at else ""}
    return Typed(said, unclear=(Objection(_QUESTIONS[each.part], each.text, each.values) for each in found.open))


def _kind_of(line: str) -> MeetingKind:
    """A talk of two is a performance interview where the line calls it one; HR then sees that it is held."""
    return MeetingKind.interview if _INTERVIEW.search(line) else MeetingKind.one_on_one


def _today(found: Read, zone: str, moment: datetime, today: date) -> date | None:
    """A time without a word for a day is today's, as long as it is still to come."""
    coming = found.at and found.may_be_today and not found.open and instant(today, found.at, zone) > moment
    return today if coming else None


async def _invited(me: Who, ref: MeetingRef) -> Ending:
    """Keeps the meeting and confirms it to everybody in it."""
    ref = replace(ref, key=await save(next_version(ref, me)))
    for each in ref.people:
        await save(MeetingParticipant(meeting=ref.key, person_id=each.id), key=f"save:participant:{each.key}")
    await plan_reminders(ref)
    for each in ref.but(me):
        await tell(each, "invited", buttons=offered(each, ref), binding=ref.starts_at, **said_of(each, ref))
    await tell(me, "planned", buttons=offered(me, ref), **said_of(me, ref))
    coming = await reminders_to_come(ref)
    text = "planned" if Reminding.day in coming else "planned_soon" if coming else "planned_now"
    return ends(text, people=ref.but(me), at=When(ref.starts_at))


def _planned(me: Who, plan: Plan, others: tuple[Who, ...], zone: str) -> MeetingRef:
    begins = instant(plan.day, plan.at, zone)
    return MeetingRef(
        key="",
        topic=plan.topic,
        organiser=me,
        people=(me, *others),
        starts_at=begins,
        ends_at=begins + minutes(plan.minutes),
        zone=zone,
        kind=plan.kind,
        place=plan.place,
    )
