"""A pause: nothing unasked until a day; what is said meanwhile waits and comes afterwards."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from flows.core import Ending, command, ends, flow
from flows.days import pause_end
from flows.fields import ComingDay
from flows.given import Typed
from flows.line import Open
from flows.mentions import others_named
from flows.steps import Form, Objection, ask, save
from storage.references import Named, Who
from storage.rest import Pause

LONGEST = timedelta(days=31)
OFF = frozenset({"off", "stop", "end", "resume", "关闭", "取消", "恢复", "结束"})


class Silence(Form):
    until: ComingDay

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        if self.until <= context["today"]:
            yield Objection("until", "pause_of_nothing")
        elif self.until - context["today"] > LONGEST:
            yield Objection("until", "pause_too_long", {"latest": context["today"] + LONGEST})


@flow("pause", on=command("pause"), menu=110, restated=True)
async def pause(me: Who, line: str, today: date, named: Named | None = None) -> Ending:
    if line.strip().casefold() in OFF:
        await save(Pause(series=me.key, saved_by=me.id, person_id=me.id))
        return ends("over")
    silence = await ask(me, Silence, given=_typed(line, today, others_named(me, named)), today=today)
    await save(Pause(series=me.key, saved_by=me.id, person_id=me.id, until=silence.until))
    return ends("paused", until=silence.until, today=today)


def _typed(line: str, today: date, others: tuple[Who | str, ...]) -> Typed:
    match pause_end(line, today):
        case date() as day if others:
            return Typed(until=day.isoformat(), unclear=[Objection("until", "pause_of_others", {"people": others})])
        case date() as day:
            return Typed(until=day.isoformat())
        case Open(text=text, values=values):
            return Typed(unclear=[Objection("until", text, values)])
        case _:
            return Typed()
