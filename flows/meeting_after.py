"""After a meeting: did it happen? Asked once, of whoever organised it; a short note may be kept as evidence."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from flows.appointment import changed_by, gone, reminders_to_come, tell_of_change
from flows.core import Ending, ends, flow
from flows.fields import LongText, Picks
from flows.steps import Form, Objection, ask, days, save, tell
from storage.events import KeyEvent, Kind, Visibility
from storage.meetings import MeetingState, next_version
from storage.references import MeetingRef, When, Who


class After(Form):
    outcome: Literal["happened", "moved", "missed"]
    note: LongText | None
    evidence: Picks | None

    def objections(self) -> Iterator[Objection]:
        if self.evidence and not self.note:
            yield Objection("note", "needed")


@flow("meeting_after", once="{held}")
async def meeting_after(
    me: Who, ended_meeting: MeetingRef, held: str, led_there: tuple[Who, ...], zone: str, moment: datetime
) -> Ending | None:
    ref = ended_meeting
    others = ref.but(me)
    offer = {"evidence": led_there}
    after = await ask(me, After, within=days(14), offer=offer, topic=ref.topic, people=others, at=When(ref.starts_at))
    if after is None:
        return None
    if await gone(ref):
        return ends("gone", topic=ref.topic)
    if after.outcome == "moved":
        changed = await changed_by(me, ref, zone, moment)
        if changed is None:
            return ends("unchanged")
        await tell_of_change(me, ref, changed)
        coming = await reminders_to_come(changed)
        return ends("moved" if coming else "moved_now", at=When(changed.starts_at))
    await save(next_version(ref, me, state=MeetingState(after.outcome), note=after.note))
    if after.note:
        for each in others:
            await tell(each, after.outcome, person=me, topic=ref.topic, note=after.note)
    for each in led_there:
        if each.key in (after.evidence or ()):
            await _kept(me, each, after.note or "", ref)
    return ends(after.outcome)


async def _kept(me: Who, subject: Who, note: str, ref: MeetingRef) -> None:
    """The note as a coaching talk, which its subject sees and may respond to."""
    day = ref.starts_at.astimezone(ZoneInfo(ref.zone)).date()
    record = KeyEvent(
        saved_by=me.id,
        subject_id=subject.id,
        kind=Kind.coaching,
        text=note,
        happened_on=day,
        visibility=Visibility.manager,
    )
    series = await save(record, key=f"save:evidence:{subject.key}")
    await tell(subject, "kept", buttons=[("respond", {"event": series})], author=me, what=note)
