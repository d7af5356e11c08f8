"""Goals: written with the goal clinic, aligned to the goal they serve, and edited or closed later.

The clinic says by plain rules what the goal lacks and asks one question about each gap. Whatever is skipped
stays open: nothing is filled in that the person has not written.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from flows.amounts import Change, change_in, change_said
from flows.core import Ending, button, command, ends, flow
from flows.days import dated_line, day_in, due_line
from flows.fields import ComingDay, LongText, Paragraph, Percent, Pick, Quantity, ShortText, Symbol
from flows.line import Open
from flows.page import Stated, Typed
from flows.steps import Form, Objection, Offered, Proposed, ask, look, save, tell
from prompts.smart import Finding, Gap, clinic, sharpened
from storage.goals import Goal, GoalState, GoalUpdate, next_version
from storage.references import GoalDetail, GoalRef, Option, Who

Sentence = Annotated[str, Paragraph(most=600)]
_HANZI = re.compile("[\u4e00-\u9fff]")


class Draft(Form):
    goal: Sentence


class Specific(Form):
    answer: ShortText | None


class Measurable(Form):
    answer: ShortText | None


class TimeBound(Form):
    due: ComingDay | None


class Details(Form):
    goal: Annotated[str, Paragraph(most=1000)]
    department: Pick | None
    weight: Percent | None
    due: ComingDay | None
    indicator: ShortText | None
    baseline: Quantity | None
    target: Quantity | None
    unit: Symbol | None
    parent: Pick | None
    milestones: LongText | None

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        free: int = context["free"]
        if self.department is None and self.weight and self.weight > free:
            text = "weight_over" if free else "weight_none_left"
            yield Objection("weight", text, {"free": free, "given": self.weight})
        if self.target is not None and self.target == self.baseline:
            yield Objection("target", "target_is_baseline", {"target": self.target})
        yield from self._undated(context["today"])

    def _undated(self, today: date) -> Iterator[Objection]:
        for line in _lines(self.milestones):
            found = due_line(line, today)
            if isinstance(found, Open) and found.text != "day_unread":
                yield Objection("milestones", found.text, found.values)
            elif found is None or isinstance(found, Open):
                yield Objection("milestones", "milestone_undated", {"line": line[:80], "today": today})
            elif self.due and found[0] > self.due:
                yield Objection("milestones", "milestone_late", {"line": line[:80], "due": self.due})
            else:
                continue
            return


class Close(Form):
    outcome: Literal["done", "dropped"]
    percent: Percent
    note: LongText | None


class Chosen(Form):
    which: Pick
    action: Literal["edit", "close"]


@flow("goal", on=command("goal"), menu=60)
async def goal(
    me: Who,
    manager: Who | None,
    line: str,
    parents: tuple[GoalRef, ...],
    governed: tuple[Option, ...],
    today: date,
) -> Ending:
    draft = await ask(me, Draft, given=Typed(goal=line))
    known = await _gaps_closed(me, draft.goal, today)
    details = await _details(me, {"parent": parents, "department": governed}, known, today)
    await save(_goal(me, details, today))
    if details.department:
        return ends("department")
    parent = next((each for each in parents if each.key == details.parent), None)
    told: dict[str, Any] = {"person": me, "goal": details.goal, "weight": details.weight or 0}
    if manager and parent and parent.owner == manager.id:
        await tell(manager, "aligned", parent=parent.title, **told)
    elif manager:
        await tell(manager, "written", **told)
    free = await look("weight_free", key="free:after")
    if not details.weight:
        return ends("unweighed", total=100 - free)
    return ends("incomplete", total=100 - free) if free else ends("complete")


@flow("goals", on=command("goals"), menu=70)
async def one_of_mine(
    me: Who, manager: Who | None, goals: tuple[GoalRef, ...], parents: tuple[GoalRef, ...], today: date
) -> Ending:
    if not goals:
        return ends("no_goals")
    chosen = await ask(me, Chosen, offer={"which": goals})
    own: GoalDetail = await look("own_goal", goal=chosen.which)
    if chosen.action == "close":
        await _closed(me, manager, own)
        return ends("closed")
    await _edited(me, own, parents, today)
    return ends("edited")


@flow("goal_edit", on=button())
async def goal_edit(me: Who, own_goal: GoalDetail, parents: tuple[GoalRef, ...], today: date) -> None:
    await _edited(me, own_goal, parents, today)


@flow("goal_close", on=button())
async def goal_close(me: Who, manager: Who | None, own_goal: GoalDetail) -> None:
    await _closed(me, manager, own_goal)


async def _edited(me: Who, own: GoalDetail, parents: tuple[GoalRef, ...], today: date) -> None:
    known = {name: getattr(own, name, None) for name in Details.model_fields}
    known["weight"] = own.weight or None
    known["goal"] = own.title
    known["milestones"] = "\n".join(f"{each['day']} {each['what']}" for each in own.milestones)
    details = await _details(me, {"parent": parents}, known, today, own.key)
    changed = _goal(me, details, today)
    changed.series, changed.person_id, changed.department_id = own.key, own.owner, own.department
    changed.parent = changed.parent if parents else own.parent
    await save(changed)


async def _closed(me: Who, manager: Who | None, own: GoalDetail) -> None:
    closed = await ask(me, Close, given={"percent": own.percent}, goal=own.title)
    await save(GoalUpdate(goal=own.key, percent=closed.percent, note=closed.note, saved_by=me.id))
    await save(next_version(own, me, state=GoalState(closed.outcome)))
    if manager and own.owner == me.id:
        await tell(manager, closed.outcome, person=me, goal=own.title, percent=closed.percent)


async def _gaps_closed(me: Who, title: str, today: date) -> dict[str, Any]:
    """Asks about each gap; gives the goal in the person's own words, and the day it is due if it names one."""
    seen = clinic(title)
    answers: dict[Gap, str] = {}
    due = day_in((span.text for span in seen.time_bound.spans), today)
    for gap in seen.gaps:
        match gap:
            case Gap.specific:
                answers[gap] = (await ask(me, Specific, **_shown(title, seen.specific))).answer or ""
            case Gap.measurable:
                answers[gap] = (await ask(me, Measurable, **_shown(title, seen.measurable))).answer or ""
            case Gap.time_bound:
                due = (await ask(me, TimeBound, **_shown(title, seen.time_bound))).due
    language = "zh" if _HANZI.search(title) else "en"
    dated = Gap.time_bound in seen.gaps and due is not None
    is_better = dated or any(answers.values())
    words = sharpened(title, language, answers, label_gaps=False, dated=dated) if is_better else title
    change = _change_said(answers.get(Gap.measurable, "")) or _change(title)
    measure = {"baseline": change.baseline, "target": change.target, "unit": change.unit or None} if change else {}
    return Stated(goal=words, due=due if due and due >= today else None, **measure)


def _change(text: str) -> Change | None:
    """From where to where a measure is to go, where the clinic takes both numbers for a measure: no years, no hours."""
    change = change_in(text)
    spans = clinic(text).measurable.spans if change else ()
    inside = [span for span in spans if change and change.start <= span.start < change.end]
    return change if inside else None


def _change_said(answer: str) -> Change | None:
    """The same in the answer to that very question, where only what is a day or an hour is no measure."""
    change = change_said(answer)
    times = clinic(answer).time_bound.spans if change else ()
    return None if change and any(span.start <= change.start < span.end for span in times) else change


def _shown(title: str, finding: Finding) -> dict[str, Any]:
    """What a page of the clinic mentions; of brackets it speaks only where there are any."""
    return {"said": _marked(title, finding), "intro": "marked" if finding.spans else "plain"}


def _marked(title: str, finding: Finding) -> str:
    """The goal as it was written, with the words a finding points at in brackets."""
    pieces, done = [], 0
    for span in finding.spans:
        pieces += [title[done : span.start], f"[{span.text}]"]
        done = span.end
    return "".join(pieces) + title[done:]


async def _details(
    me: Who, offer: Mapping[str, Offered], known: Mapping[str, Any], today: date, key: str | None = None
) -> Details:
    """The details, asked once more if another goal has taken the weight while the page was open.

    What is left of a hundred percent is proposed as the weight of a new goal.
    """
    free = await look("weight_free", key="free", goal=key)
    if key is None and free:
        known = Stated(known, weight=Proposed(free))
    details = await ask(me, Details, offer=offer, given=known, free=free, intro=_weight_intro(free), today=today)
    now = await look("weight_free", key="free:now", goal=key)
    if details.department or (details.weight or 0) <= now:
        return details
    again = details.model_dump()
    return await ask(
        me, Details, key="details:again", offer=offer, given=again, free=now, intro=_weight_intro(now), today=today
    )


def _weight_intro(free: int) -> str:
    """Which intro the page of details has, by how much weight is left to give."""
    return "free" if free else "none_free"


def _goal(me: Who, details: Details, today: date) -> Goal:
    dated = sorted(filter(None, (dated_line(line, today) for line in _lines(details.milestones))))
    return Goal(
        saved_by=me.id,
        person_id=None if details.department else me.id,
        department_id=int(details.department) if details.department else None,
        parent=details.parent,
        title=details.goal,
        indicator=details.indicator,
        baseline=details.baseline,
        target=details.target,
        unit=details.unit,
        due=details.due,
        weight=0 if details.department else details.weight or 0,
        milestones=[{"day": day.isoformat(), "what": what} for day, what in dated],
    )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
