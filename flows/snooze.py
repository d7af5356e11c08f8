"""Not now: a question that is open is put once more later today, tomorrow or next week."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flows.core import Ending, button, command, ends, flow
from flows.given import Typed
from flows.line import Wanted, read_line
from flows.mentions import others_named
from flows.steps import Form, ask, save
from flows.times import instant
from storage.references import Named, Who
from storage.rest import Snooze

_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""For what was begun when the flow did not ask for a moment yet; its line was read as it was then."""


class Later(Form):
    when: Literal["today", "tomorrow", "week"]


@flow("snooze", on=(command("snooze"), button()), menu=100, restated=True)
async def snooze(
    me: Who,
    prompted: Mapping[str, Any],
    later: Mapping[str, datetime],
    line: str,
    zone: str = "",
    moment: datetime = _ANY_MOMENT,
    put_off: str = "",
    named: Named | None = None,
) -> Ending:
    if not prompted:
        return ends("nothing_open")
    of_others = bool(others_named(me, named))
    own = _own_moment(line, later, zone, moment) if zone and not of_others else None
    until = later.get(put_off) or own
    if until is None or until <= moment:
        chosen = await ask(me, Later, given=Typed(when="" if of_others else line))
        until = later[chosen.when]
    await save(Snooze(person_id=me.id, conversation_id=prompted["conversation"], key=prompted["key"], until=until))
    return ends("later", until=until)


def _own_moment(line: str, later: Mapping[str, datetime], zone: str, now: datetime) -> datetime | None:
    """The day and time that the line says, in the morning where it says a day alone."""
    today = now.astimezone(ZoneInfo(zone)).date()
    read = read_line(line, today, Wanted(several=True, zone=zone))
    if read.open or read.what or read.length or read.minutes:
        return None
    if read.day and read.day != read.last:
        week = later["week"]
        is_that = read.day <= week.astimezone(ZoneInfo(zone)).date() <= (read.last or today)
        return week if is_that else None
    if read.day and not read.at:
        morning = later["tomorrow"]
        is_tomorrow = read.day == today + timedelta(days=1)
        return morning if is_tomorrow else instant(read.day, morning.astimezone(ZoneInfo(zone)).time(), zone)
    return instant(read.day or today, read.at, zone) if read.at else None
