"""Days off that somebody names themself, so that nothing is asked of them then; HR can name them as well."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from flows.core import Ending, command, ends, flow
from flows.days import days_off
from flows.fields import ComingDay, Day
from flows.given import Typed
from flows.mentions import others_named
from flows.questions import Raw
from flows.steps import Form, Objection, ask, save, tell
from storage.references import Named, Who
from storage.rest import Leave

LONGEST = 366
OFF = frozenset({"off", "back", "cancel", "none", "关闭", "取消", "回来了", "结束"})


class Away(Form):
    first: Day
    last: ComingDay

    def objections(self) -> Iterator[Objection]:
        if self.last < self.first:
            yield Objection("last", "ends_before", {"first": self.first})
        elif (self.last - self.first).days > LONGEST:
            yield Objection("last", "away_too_long")


@flow("away", on=command("timeoff"), menu=80, restated=True, in_message=("kept", "kept_day"))
async def away(
    me: Who,
    line: str,
    own_leaves: tuple[Mapping[str, Any], ...],
    today: date,
    named: Named | None = None,
    undo_time: timedelta | None = None,
) -> Ending:
    if line.strip().casefold() in OFF:
        for each in own_leaves:
            await save(_ended(me, each, today), key=f"save:{each['series']}")
        return ends("back")
    told = await ask(me, Away, given=_typed(line, today, others_named(me, named)))
    series = await save(Leave(saved_by=me.id, person_id=me.id, first_day=told.first, last_day=told.last))
    is_day = told.first == told.last
    if undo_time:  # begun before there was a button to take it back
        days_said: dict[str, Any] = {"day": told.first} if is_day else {"first": told.first, "last": told.last}
        days_said["today"] = today
        await tell(me, "kept_day" if is_day else "kept", buttons=[("undo", {"leave": series})], **days_said)
    if is_day:
        return ends("kept_day", day=told.first, today=today)
    return ends("kept", first=told.first, last=told.last, today=today)


def _typed(line: str, today: date, others: tuple[Who | str, ...]) -> Mapping[str, Raw]:
    """The days that the line says. What it leaves open is asked at the first day, and so is whose days they are."""
    read = days_off(line, today)
    said: dict[str, Raw] = {name: day.isoformat() for name, day in (("first", read.day), ("last", read.last)) if day}
    if others:
        return Typed(said, unclear=(Objection("first", "days_of_others", {"people": others}),))
    if "@" in read.what:
        return said
    if not (said or read.open) and line.strip():  # "holiday trip" says no day, and is kept in view
        return Typed(unclear=(Objection("first", "away_when", {"words": line.strip()}),))
    unclear = (Objection("last" if each.part == "length" else "first", each.text, each.values) for each in read.open)
    return Typed(said, unclear=unclear)


def _ended(me: Who, known: Mapping[str, Any], today: date) -> Leave:
    """A leave that is over now: days that have gone by stay as they were, and one that is to come is called off."""
    begun = known["first"] < today
    return Leave(
        series=known["series"],
        saved_by=me.id,
        person_id=me.id,
        first_day=known["first"],
        last_day=today - timedelta(days=1) if begun else known["last"],
        cancelled=not begun,
    )
