"""A look back after a project: what to keep, and what to do differently next time."""

from flows.core import command, flow
from flows.fields import LongText, Scale, ShortText
from flows.page import Typed
from flows.steps import Form, ask, days, gather, tell
from storage.references import Who


class Project(Form):
    name: ShortText


class Lesson(Form):
    went: Scale
    keep: LongText
    change: LongText | None


@flow("retro", on=command("retro"))
async def retro(me: Who, team: tuple[Who, ...], line: str) -> None:
    """Asks everyone on the team once, and tells their manager what they said."""
    project = await ask(me, Project, given=Typed(name=line))
    answers = await gather(
        ask(each, Lesson, key=f"lesson:{each.key}", within=days(3), project=project.name, lead=me) for each in team
    )
    lessons = [answer for answer in answers if answer]
    if not lessons:
        await tell(me, "silence", project=project.name)
        return
    keep = "\n".join(lesson.keep for lesson in lessons)
    await tell(me, "keep", project=project.name, count=len(lessons), keep=keep)
    if change := "\n".join(lesson.change for lesson in lessons if lesson.change):
        await tell(me, "change", project=project.name, change=change)
