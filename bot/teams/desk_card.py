"""The desk as a card: what waits for a person, their week, goals and key events, and their team."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from bot.agenda import MeetingLine
from bot.desk import Desk, EventLine, GoalLine, Goals, Sent, Teammate, Week
from bot.replies import Waiting
from bot.teams.cards import open_button
from bot.teams.elements import Element, Voice, button, button_rows, card, heading, minted, note, words
from bot.teams.limits import TooLarge, require_fit
from bot.teams.messages import CALL, PRESS, Outgoing, open_urls, press_buttons, told_apart
from storage.references import When

WHOLE = 100
LINES = (20, 5, 1)
"""How many lines of each part are shown; fewer where that is more than a card holds."""
CHECKIN = "checkin"


def render(desk: Desk, voice: Voice) -> Outgoing:
    """The desk of whoever looks at it; only for a chat with them alone."""
    *larger, least = LINES
    for most in larger:
        with suppress(TooLarge):
            return _shown(desk, voice, most)
    return _shown(desk, voice, least)


def _shown(desk: Desk, voice: Voice, most: int) -> Outgoing:
    made = card(_body(desk, voice, most), [], voice.reader.language, voice.tell("desk.title"))
    require_fit(made)
    return Outgoing(voice.say("summary.desk"), made)


def _body(desk: Desk, voice: Voice, most: int) -> list[Element]:
    parts = [
        [heading(voice.tell("desk.title"))],
        _waiting(desk.waiting[:most], voice),
        _meetings(desk.meetings[:most], voice),
        _week(desk.week, voice),
        _team(desk.team, voice, most) if desk.team else [],
        _sent(desk.sent[:most], voice) if desk.sent else [],
        _goals(desk.goals, voice, most),
        _events(desk, voice, most),
        _praise(desk.praise[:most], voice) if desk.praise else [],
    ]
    return [element for part in parts for element in part]


def _part(voice: Voice, name: str) -> list[Element]:
    return words(voice.tell(f"desk.{name}.title"), weight="bolder", spacing="large")


def _nothing(voice: Voice, name: str) -> list[Element]:
    return note(voice.tell(f"desk.{name}.nothing"))


def _waiting(waiting: Sequence[Waiting], voice: Voice) -> list[Element]:
    lines = _part(voice, "waiting")
    for each in waiting:
        lines += words(each.title)
        lines += note(each.due_text) if each.due_text else []
        lines += button_rows([open_button(voice.say("answer"), each.at, event=minted())])
    return lines if waiting else lines + _nothing(voice, "waiting")


def _meetings(meetings: Sequence[MeetingLine], voice: Voice) -> list[Element]:
    lines = _part(voice, "meetings") if meetings else []
    for each in meetings:
        at = voice.tell("desk.meetings.at", {"at": When(each.at), "minutes": each.minutes, "people": each.others})
        safe, bare = told_apart(each.links)
        lines += [*words(each.topic), *note("\n".join(filter(None, (at, each.place, *bare))))]
        lines += button_rows([*open_urls(safe), *press_buttons(each.buttons)])
    return lines


def _week(week: Week, voice: Voice) -> list[Element]:
    lines = _part(voice, "week")
    if week.mood is None:
        start = button(voice.tell("desk.week.start"), CALL, {"command": CHECKIN, "event": minted()})
        return lines + note(voice.tell("desk.week.nothing", {"week": week.name})) + button_rows([start])
    lines += words(voice.tell("desk.week.done", {"week": week.name}))
    return lines + note(voice.tell("desk.week.shared" if week.shared else "desk.week.private"))


def _goals(goals: Goals, voice: Voice, most: int) -> list[Element]:
    lines = _part(voice, "goals")
    if not goals.lines:
        return lines + _nothing(voice, "goals")
    for goal in goals.lines[:most]:
        lines += _goal(goal, voice)
    left = WHOLE - goals.weight
    said = voice.tell("desk.goals.weights", {"sum": goals.weight})
    short = voice.tell("desk.goals.left" if left > 0 else "desk.goals.over", {"left": abs(left)}) if left else ""
    return lines + note(f"{said} {short}".strip())


def _goal(goal: GoalLine, voice: Voice) -> list[Element]:
    weight = voice.tell("desk.goals.weight", {"weight": goal.weight})
    missing = [voice.tell(f"desk.missing.{name}") for name in goal.missing]
    details = [f"{goal.percent or 0}%", weight]
    if goal.due is not None:
        details.append(voice.tell("desk.goals.due", {"due": goal.due}))
    if missing:
        details.append(voice.tell("desk.goals.missing", {"missing": missing}))
    return [*words(goal.title), *note(" · ".join(details))]


def _events(desk: Desk, voice: Voice, most: int) -> list[Element]:
    lines = _part(voice, "events")
    if not desk.events:
        return lines + _nothing(voice, "events")
    for event in desk.events[:most]:
        lines += _event(event, desk.respond if event.open else None, voice)
    return lines


def _event(event: EventLine, respond: str | None, voice: Voice) -> list[Element]:
    by = voice.tell("desk.events.by", {"author": event.author, "day": event.day})
    lines = [*note(f"{voice.tell(f'desk.kinds.{event.kind}')} · {by}"), *words(event.text, spacing="none")]
    for each in event.responses:
        lines += note(f"{voice.tell(f'desk.stance.{each.stance}')} {each.text}")
    if respond:
        data = {"flow": respond, "given": {"event": event.series}, "event": minted()}
        lines += button_rows([button(voice.tell("desk.events.respond"), PRESS, data)])
    return lines


def _team(team: Sequence[Teammate], voice: Voice, most: int) -> list[Element]:
    done = sum(mate.checked_in for mate in team)
    lines = _part(voice, "team") + note(voice.tell("desk.team.done", {"done": done, "all": len(team)}))
    for mate in team[:most]:
        state = voice.tell("desk.team.in" if mate.checked_in else "desk.team.open")
        mood = f" · {voice.tell(f'checkin.Pulse.choices.mood.{mate.mood}')}" if mate.mood is not None else ""
        lines += words(f"{mate.who.name(voice.reader.language)} · {state}{mood}")
        lines += note(voice.tell("desk.team.help", {"what": mate.help_wanted})) if mate.help_wanted else []
    return lines


def _sent(sent: Iterable[Sent], voice: Voice) -> list[Element]:
    lines = _part(voice, "sent")
    for each in sent:
        counts = [("received", each.received), ("read", each.read)]
        counts += [("acknowledged", each.acknowledged)] if each.needs_acknowledgement else []
        reached = " · ".join(f"{voice.tell(f'desk.sent.{name}')} {count}/{each.audience}" for name, count in counts)
        lines += [*words(each.title), *note(reached)]
    return lines


def _praise(praise: Iterable[EventLine], voice: Voice) -> list[Element]:
    lines = _part(voice, "praise")
    for each in praise:
        by = {"author": each.author, "subject": each.subject, "day": each.day}
        lines += [*note(voice.tell("desk.praise.by", by)), *words(each.text, spacing="none")]
    return lines
