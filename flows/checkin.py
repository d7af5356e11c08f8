"""The weekly check-in: five minutes, one page; a second question only when an answer says too little."""

from typing import Literal

from flows.core import command, flow, weekly
from flows.fields import EachPercent, LongText, Scale
from flows.steps import Form, ask, days, hours, look, save, tell
from prompts.vague import vague
from storage.checkins import CheckIn
from storage.goals import GoalUpdate
from storage.references import GoalRef, IsoWeek, Who


class Pulse(Form):
    mood: Scale
    progress: EachPercent | None
    highlights: LongText
    blockers: LongText | None
    help_wanted: LongText | None
    share: Literal["manager", "private"]


class More(Form):
    more: LongText | None


@flow("checkin", on=(weekly(), command("checkin")), once="{me}:{week}", editable=hours(48), menu=10)
async def weekly_checkin(
    me: Who, manager: Who | None, week: IsoWeek, goals: tuple[GoalRef, ...], line: str = ""
) -> None:
    percents = {goal.key: goal.percent for goal in goals}
    given = {"progress": percents, "highlights": line or None}  # shown, never sent: the rest of the week is missing
    pulse = await ask(me, Pulse, within=days(7), offer={"progress": goals}, given=given, week=week, manager=manager)
    if pulse is None:
        return
    shared = pulse.progress if pulse.share == "manager" else None
    # an edit goes on from what the check-in said before
    before = percents | await look("reported", week=week.key) if shared else {}
    series = await save(_checkin(me, week, pulse))
    for key, percent in (shared or {}).items():
        if percent != before.get(key):
            await save(GoalUpdate(goal=key, percent=percent, saved_by=me.id), key=f"save:goal:{key}")
    if manager and pulse.share == "manager" and pulse.help_wanted:
        given = {"checkin": series}
        buttons = [(name, given) for name in ("take", "reply", "meeting", "react")]
        what = pulse.help_wanted
        await tell(manager, "help_wanted", about=series, buttons=buttons, binding=True, person=me, what=what)
    if vague(pulse.highlights):
        reply = await ask(me, More, within=days(2), said=pulse.highlights, manager=manager)
        if reply and reply.more:
            await save(_checkin(me, week, pulse, reply.more), key="save:more")


def _checkin(me: Who, week: IsoWeek, pulse: Pulse, more: str | None = None) -> CheckIn:
    return CheckIn(
        series=f"{me.key}:{week.key}",
        saved_by=me.id,
        person_id=me.id,
        week=week.key,
        mood=pulse.mood,
        progress=pulse.progress or {},
        highlights=pulse.highlights,
        more=more,
        blockers=pulse.blockers,
        help_wanted=pulse.help_wanted,
        shared=pulse.share == "manager",
    )
