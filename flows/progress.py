"""Progress and weights: where one's goals stand, said in one page or one line, and how much each one counts."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flows.core import Ending, button, command, ends, flow
from flows.fields import EachPercent, LongText, Percent, Pick, Quantity
from flows.page import Typed
from flows.questions import Raw
from flows.steps import Form, Objection, ask, look, save
from storage.goals import GoalUpdate, next_version
from storage.references import GoalDetail, GoalRef, Who


class Standing(Form):
    percents: EachPercent
    note: LongText | None
    about: Pick | None = None

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        shown: Mapping[str, int] = context["shown"]
        if self.about or self.percents != shown:
            return
        if context["number"]:
            yield Objection(f"percents:{next(iter(shown))}", "whose_number", {"number": context["number"]})
        elif self.note and len(shown) > 1:
            yield Objection("about", "whose_note")


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
    several = goals if len(goals) > 1 else ()
    amount, note = _split(line)
    said = await ask(
        me,
        Standing,
        offer={"percents": goals, "about": several},
        given=_typed(goals, amount, note),
        shown=shown,
        number=amount if several else "",
    )
    moved = {key: percent for key, percent in said.percents.items() if percent != shown[key]}
    noted = _about(said, moved, shown)
    saved, gone = 0, []
    for goal in goals:
        if goal.key not in moved and goal.key not in noted:
            continue
        now: GoalDetail | None = await look("goal_now", key=f"now:{goal.key}", goal=goal.key)
        if now is None:
            gone.append(goal.title)
            continue
        percent = moved.get(goal.key, now.percent)  # one that was only written about stays where it is by now
        if percent != now.percent or goal.key in noted:
            remark = said.note if goal.key in noted else None
            await save(GoalUpdate(goal=goal.key, percent=percent, note=remark, saved_by=me.id), key=f"save:{goal.key}")
            saved += percent != now.percent
    if gone:
        return ends("gone", goals=gone)
    if saved:
        return ends("saved", count=saved)
    return ends("noted") if noted else ends("unchanged")


@flow("goal_progress", on=button())
async def goal_progress(me: Who, own_goal: GoalDetail) -> Ending | None:
    said = await ask(me, One, given={"percent": own_goal.percent}, goal=own_goal.title)
    if said.percent == own_goal.percent and said.value is None and not said.note:
        return ends("unchanged")  # an old page that is only sent on must not undo what was said since
    await save(GoalUpdate(goal=own_goal.key, percent=said.percent, value=said.value, note=said.note, saved_by=me.id))
    return None


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


def _about(said: Standing, moved: Mapping[str, int], shown: Mapping[str, int]) -> Collection[str]:
    """The goals a note belongs to: the one chosen for it, or else those that were moved, or else the only one."""
    if not said.note:
        return ()
    return (said.about,) if said.about else moved or shown


def _split(line: str) -> tuple[str, str]:
    """The number a line begins with, and the note after it."""
    amount, _, note = line.partition(" ")
    return (amount, note.strip()) if amount.rstrip("%％").isdecimal() else ("", line)


def _typed(goals: tuple[GoalRef, ...], amount: str, note: str) -> Mapping[str, Raw]:
    """`/progress 60 two more signed` says it all for whoever has one goal; of several, the page asks which."""
    known: dict[str, Raw] = {f"percents:{goal.key}": str(goal.percent) for goal in goals}
    if not amount:
        return known | {"note": note}
    if len(goals) == 1:
        return Typed({f"percents:{goals[0].key}": amount, "note": note})
    return Typed(known | {"note": note})
