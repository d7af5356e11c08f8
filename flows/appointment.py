"""Appointments: what the conversations about meetings share: a new time, what speaks against it, and what is said.

What speaks against a time (somebody is in another meeting, it is night where they are) is pointed out and never
refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from flows.fields import Amount, Clock, ComingDay, ShortText
from flows.steps import Button, Form, Objection, ask, days, look, save, tell
from flows.times import instant
from storage.meetings import MeetingKind, MeetingReminder, Reminding, alarms, next_version
from storage.references import Link, MeetingRef, Phrase, When, Who

ROUNDS = 12
"""After so many times it is taken as it is."""
Minutes = Annotated[int, Amount(Decimal(5), Decimal(480), whole=True)]
Verdict = Literal["keep", "change", "discard"]
_ADDRESS = re.compile(r"https://[^\s<>\"']{3,500}")


class Change(Form):
    day: ComingDay
    at: Clock
    minutes: Minutes
    topic: ShortText
    place: ShortText | None

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        yield from wrong_time(self.day, self.at, context)


class Anyway(Form):
    verdict: Verdict


async def verdict(me: Who, ref: MeetingRef, round_: str, *, final: bool) -> Verdict:
    """What whoever plans it decides on seeing what speaks against the time; nothing to decide where nothing does."""
    people = tuple(each.id for each in ref.people)
    about = {"people": people, "begins": ref.starts_at, "until": ref.ends_at, "but": ref.key}
    found: Mapping[str, Any] = await look("against", key=f"against:{round_}", **about)
    remarks = tuple(Phrase(f"appointment.against.{name}", {"people": those}) for name, those in found.items() if those)
    if not remarks or final:
        return "keep"
    anyway = await ask(me, Anyway, key=f"anyway:{round_}", remarks=remarks, at=When(ref.starts_at))
    return anyway.verdict


async def changed_by(me: Who, ref: MeetingRef, zone: str, moment: datetime) -> MeetingRef | None:
    """The meeting as it shall be, or None where it is left as it is."""
    there = ref.starts_at.astimezone(ZoneInfo(zone))
    given: Mapping[str, Any] = {
        "day": there.date(),
        "at": there.time(),
        "minutes": ref.minutes,
        "topic": ref.topic,
        "place": ref.place,
    }
    number = 0
    while True:
        number += 1
        change = await ask(me, Change, key=f"change:{number}", given=given, topic=ref.topic, zone=zone, now=moment)
        changed = _with(ref, change, zone)
        if changed == ref:
            return None
        match await verdict(me, changed, f"change:{number}", final=number == ROUNDS):
            case "keep":
                return changed
            case "discard":
                return None
            case "change":
                given = change.model_dump()


async def gone(ref: MeetingRef) -> bool:
    """Whether somebody else was quicker: called off, moved, or told that it happened."""
    now: MeetingRef = await look("meeting_now", meeting=ref.key)
    return (now.state, now.moves) != (ref.state, ref.moves)


async def tell_of_change(me: Who, ref: MeetingRef, changed: MeetingRef) -> None:
    """Keeps the change, and tells everybody who is in it."""
    await save(next_version(changed, me))
    if changed.moves != ref.moves:
        await plan_reminders(changed)
    text = "moved" if changed.moves != ref.moves else "changed"
    first = min(ref.starts_at, changed.starts_at)  # whoever still goes by the old time has to know before it
    for each in changed.but(me):
        said = {**said_of(each, changed), "person": me, "before": When(ref.starts_at)}
        await tell(each, text, buttons=offered(each, changed), binding=first, **said)
    await tell(me, "mine", buttons=offered(me, changed), **said_of(me, changed))


async def plan_reminders(ref: MeetingRef) -> None:
    """A new time has reminders of its own; those for the time before come to nothing."""
    for kind, due in alarms(ref.starts_at, ref.ends_at).items():
        record = MeetingReminder(meeting=ref.key, moves=ref.moves, kind=kind, due_at=due)
        await save(record, key=f"save:reminder:{kind}")


async def reminders_to_come(ref: MeetingRef) -> frozenset[Reminding]:
    """Which reminders everybody will still get before a meeting; none for one that begins in a few minutes."""
    return frozenset(map(Reminding, await look("reminders_to_come", starts_at=ref.starts_at)))


def offered(reader: Who, ref: MeetingRef) -> list[Button]:
    """What somebody can do about a meeting."""
    named = {"meeting": ref.key}
    both = ref.kind == MeetingKind.one_on_one
    answer = [("meeting_answer", named)] if reader != ref.organiser else []
    change = [("meeting_change", named), ("meeting_cancel", named)] if both or reader == ref.organiser else []
    return [*answer, *change]


def said_of(reader: Who, ref: MeetingRef) -> dict[str, Any]:
    """What every message about a meeting mentions, with the invitation, and the address of a call to join."""
    also = tuple(each for each in ref.but(reader) if each != ref.organiser)
    said: dict[str, Any] = {
        "organiser": ref.organiser,
        "people": ref.but(reader),
        "also": Phrase("appointment.also", {"people": also}) if also else "",
        "topic": ref.topic,
        "at": When(ref.starts_at),
        "minutes": ref.minutes,
        "where": "",
        "invitation": Link("invitation", ref.key, ref.ends_at + days(1)),
    }
    if ref.place and _ADDRESS.fullmatch(ref.place):
        return {**said, "join": Link("join", href=ref.place)}
    return {**said, "where": Phrase("appointment.where", {"place": ref.place})} if ref.place else said


def _with(ref: MeetingRef, change: Change, zone: str) -> MeetingRef:
    begins = instant(change.day, change.at, zone)
    until = begins + timedelta(minutes=change.minutes)
    is_moved = (begins, until) != (ref.starts_at, ref.ends_at)
    moves = ref.moves + is_moved
    return replace(ref, topic=change.topic, place=change.place, starts_at=begins, ends_at=until, moves=moves)


def wrong_time(day: date, at: time, context: Mapping[str, Any]) -> Iterator[Objection]:
    """What is wrong with a time in the `zone` of whoever gives it, `now`."""
    there, begins = ZoneInfo(context["zone"]), instant(day, at, context["zone"])
    if begins.astimezone(there).replace(tzinfo=None) != datetime.combine(day, at):
        yield Objection("at", "time_skipped")
    elif begins <= context["now"]:
        yield Objection("at", "time_is_past")
