"""Progress and weights: where one's goals stand, said in one page or one line, and how much each one counts."""

from collections.abc import Iterator, Mapping

from flows.core import Ending, button, command, ends, flow
from flows.fields import EachPercent, LongText, Percent, Quantity
from flows.page import Raw, Typed
from flows.steps import Form, Objection, ask, look, save
from storage.goals import GoalUpdate, next_version
from storage.references import GoalDetail, GoalRef, Who


class Standing(Form):
    percents: EachPercent
    note: LongText | None


class One(Form):
    percent: Percent
    value: Quantity | None
    note: LongText | None


class Weighing(Form):
    weights: EachPercent

    def objections(self) -> Iterator[Objection]:
        total = sum(self.weights.values())
        if total != 100:
            last = list(self.weights)[-1]
            yield Objection(f"weights:{last}", "weights_sum", {"total": total, "off": abs(100 - total)})


@flow("progress", on=command("progress"))
async def progress(me: Who, goals: tuple[GoalRef, ...], line: str) -> Ending | None:
    if not goals:
        return ends("no_goals")
    shown = {goal.key: goal.percent for goal in goals}
    said = await ask(me, Standing, offer={"percents": goals}, given=_typed(goals, line))
    moved = {key: percent for key, percent in said.percents.items() if percent != shown[key]}
    noted = said.percents if said.note and not moved else moved  # a note that moves nothing is about all of them
    for key, percent in noted.items():
        update = GoalUpdate(goal=key, percent=percent, note=said.note, saved_by=me.id)
        await save(update, key=f"save:{key}")
    return ends("saved", count=len(noted)) if noted else ends("unchanged")


@flow("goal_progress", on=button())
async def goal_progress(me: Who, own_goal: GoalDetail) -> None:
    said = await ask(me, One, given={"percent": own_goal.percent}, goal=own_goal.title)
    await save(GoalUpdate(goal=own_goal.key, percent=said.percent, value=said.value, note=said.note, saved_by=me.id))


@flow("weights", on=(command("weights"), button()))
async def weights(me: Who, goals: tuple[GoalRef, ...]) -> Ending | None:
    if not goals:
        return ends("no_goals")
    shown = {goal.key: goal.weight for goal in goals}
    said = await ask(me, Weighing, offer={"weights": goals}, given={"weights": shown})
    for key, weight in said.weights.items():
        goal: GoalDetail | None = await look("goal_now", key=f"now:{key}", goal=key)
        if goal and goal.weight != weight:
            await save(next_version(goal, me, weight=weight), key=f"save:{key}")
    return None


def _typed(goals: tuple[GoalRef, ...], line: str) -> Mapping[str, Raw]:
    """`/progress 60 two more signed` says it all for whoever has one goal; otherwise the line is a note."""
    known: dict[str, Raw] = {f"percents:{goal.key}": str(goal.percent) for goal in goals}
    amount, _, note = line.partition(" ")
    if len(goals) == 1 and amount.rstrip("%％").isdecimal():
        return Typed({f"percents:{goals[0].key}": amount, "note": note})
    return known | {"note": line}
