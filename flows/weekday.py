"""The day on which a team, or a department, is asked for its check-in, where it is not the company's."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from flows.core import Ending, command, ends, flow
from flows.fields import Pick
from flows.steps import Form, Objection, ask, save
from storage.references import Option, Who
from storage.rest import AskingDay


class Chosen(Form):
    department: Pick | None
    weekday: Literal["1", "2", "3", "4", "5", "6", "7", "usual"]

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        if not context["has_team"] and not self.department:
            yield Objection("department", "which_department")


@flow("weekday", on=command("weekday"), offered="sets_weekday", menu=140)
async def weekday(
    me: Who, sets_weekday: bool, has_team: bool, governed: tuple[Option, ...], team_weekday: str | None
) -> Ending:
    if not sets_weekday:
        return ends("nobody_to_ask")
    known = {"weekday": team_weekday or "usual"} if has_team else {}
    chosen = await ask(me, Chosen, offer={"department": governed}, given=known, has_team=has_team)
    day = None if chosen.weekday == "usual" else int(chosen.weekday)
    if chosen.department:
        number = int(chosen.department)
        await save(AskingDay(series=f"department:{number}", saved_by=me.id, department_id=number, weekday=day))
        return ends("for_department")
    await save(AskingDay(series=f"team:{me.key}", saved_by=me.id, manager_id=me.id, weekday=day))
    return ends("for_team")
