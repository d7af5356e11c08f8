"""Progress and weights: where one's goals stand, said in one page or one line, and how much each one counts."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from flows.core import Ending, button, command, ends, flow
from flows.fields import EachPercent, LongText, Percent, Pick, Quantity
from flows.page import Typed
from flows.questions import Raw
from flows.remarks import Remark, read_remark
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
            text = "whose_number" if context.get("noted", True) else "whose_number_alone"
            yield Objection(f"percents:{next(iter(shown))}", text, {"number": context["number"]})
        elif self.note and len(shown) > 1:
            yield Objection("about", "whose_note")


class One(Form):
    percent: Percent
    value: Quantity | None
    note: LongText | None


class Weighing(Form):
    weights: EachPercent

    adds_up: ClassVar[Mapping[str, int]] = {"weights": 100}

    def objections(self) -> Iterator[Objection]:
        off = sum(self.weights.values()) - self.adds_up["weights"]
        if off:
            text = "weights_too_much" if off > 0 else "weights_too_little"
            last = list(self.weights)[-1]
            yield Objection(f"weights:{last}", text, {"total": sum(self.weights.values()), "off": abs(off)})


@flow("progress", on=command("progress"), menu=40, restated=True)
async def progress(
    me: Who, goals: tuple[GoalRef, ...], line: str, goals_marked: Mapping[str, tuple[str, ...]] | None = None
) -> Ending | None:
    if not goals:
        return ends("no_goals")
    shown = {goal.key: goal.percent for goal in goals}
    several = goals if len(goals) > 1 else ()
    remark = read_remark(line, {goal.key: goal.title for goal in goals})
    number = remark.percent if several and not remark.goal else ""
    said = await ask(
        me,
        Standing,
        offer={"percents": goals, "about": several},
        given=_typed(goals, remark),
        shown=shown,
        number=number,
        noted=bool(remark.note),
        **_marked(goals_marked or {}),
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
            note = said.note if goal.key in noted else None
            await save(GoalUpdate(goal=goal.key, percent=percent, note=note, saved_by=me.id), key=f"save:{goal.key}")
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


@flow("weights", on=(command("weights"), button()), menu=120)
async def weights(me: Who, goals: tuple[GoalRef, ...]) -> Ending | None:
    if not goals:
        return ends("no_goals")
    shown = {goal.key: goal.weight for goal in goals}
    said = await ask(me, Weighing, offer={"weights": goals}, given={"weights": shown}, total=sum(shown.values()))
    for key, weight in said.weights.items():
        goal: GoalDetail | None = await look("goal_now", key=f"now:{key}", goal=key)
        if goal and goal.weight != weight:
            await save(next_version(goal, me, weight=weight), key=f"save:{key}")
    return None


def _marked(titles: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """The goals that are worth a look, and which intro speaks of them."""
    found = {name: list(titles.get(name, ())) for name in ("overdue", "not_moved")}
    return {"intro": "_and_".join(name for name, some in found.items() if some), **found}


def _about(said: Standing, moved: Mapping[str, int], shown: Mapping[str, int]) -> Collection[str]:
    """The goals a note belongs to: the one chosen for it, or else those that were moved, or else the only one."""
    if not said.note:
        return ()
    return (said.about,) if said.about else moved or shown


def _typed(goals: tuple[GoalRef, ...], said: Remark) -> Mapping[str, Raw]:
    """What the line says. Where it leaves open which goal a number is for, the page asks, and the number is kept."""
    known: dict[str, Raw] = {f"percents:{goal.key}": str(goal.percent) for goal in goals}
    several = len(goals) > 1
    goal = said.goal or ("" if several or not said.percent else goals[0].key)
    if not said.percent:
        about = {"about": said.goal} if several and said.goal else {}
        return known | {"note": said.note} | about
    if not goal:
        return Typed(known | {"note": said.note})
    about = {"about": goal} if several and said.note else {}
    return Typed(known | {f"percents:{goal}": said.percent, "note": said.note} | about)
