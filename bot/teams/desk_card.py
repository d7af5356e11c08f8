"""The desk as a card: what waits for a person, their week, team, announcements, goals and key events."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from bot.agenda import MeetingLine
from bot.composing import drawn
from bot.desk import CHECKIN, Desk, GoalLine, Teammate, Week, unshown
from bot.event_lines import EventLine
from bot.look_words import mate_line, mood, response_words, thread_lines
from bot.looking import Announced, Person, Team
from bot.participation import Participating
from bot.replies import ToConfirm, Waiting
from bot.sent_lines import Sent
from bot.teams.cards import DROP, open_button, where
from bot.teams.elements import Element, Voice, button, button_rows, card, heading, minted, note, short, words
from bot.teams.limits import TooLarge, require_fit
from bot.teams.looks import help_lines, look_button, name_buttons
from bot.teams.messages import CALL, PRESS, Outgoing, confirming, open_urls, press_buttons, told_apart
from storage.events import Kind
from storage.json_values import written
from storage.references import When

WHOLE = 100
LINES = (20, 5, 1)
"""How many lines of each part are shown; fewer where that is more than a card holds."""


def render(desk: Desk, voice: Voice, notice: str = "") -> Outgoing:
    """The desk of whoever looks at it; only for a chat with them alone."""
    *larger, least = LINES
    for most in larger:
        with suppress(TooLarge):
            return _shown(desk, voice, notice, most)
    return _shown(desk, voice, notice, least)


def _shown(desk: Desk, voice: Voice, notice: str, most: int) -> Outgoing:
    made = card(_body(desk, voice, notice, most), [], voice.reader.language, voice.tell("desk.title"))
    require_fit(made)
    return Outgoing(short(notice or voice.say("summary.desk")), made)


def _body(desk: Desk, voice: Voice, notice: str, most: int) -> list[Element]:
    parts, undrawn = drawn(_sections(desk, voice, most))
    missing = unshown(desk, undrawn, voice.tell)
    head = [
        [heading(voice.tell("desk.title")), *(words(notice, color="accent") if notice else [])],
        note(voice.tell("desk.unshown", {"parts": missing})) if missing else [],
    ]
    return [element for part in (*head, *parts) for element in part]


def _sections(desk: Desk, voice: Voice, most: int) -> Iterator[tuple[str, Callable[[], list[Element]]]]:
    yield "waiting", lambda: _waiting(desk.waiting, desk.confirm, voice, most)
    yield "meetings", lambda: _meetings(desk.meetings[:most], voice)
    yield "week", lambda: _week(desk, voice)
    yield "team", lambda: _team(desk.team, voice, most) if desk.team else []
    yield "participation", lambda: _participation(desk.participation, voice) if desk.participation else []
    yield "sent", lambda: _sent(desk.sent[:most], voice) if desk.sent else []
    yield "goals", lambda: _goals(desk, voice, most)
    yield "events", lambda: _events(desk, voice, most)
    yield "logged", lambda: _logged(desk.logged[:most], voice) if desk.logged else []
    yield "public", lambda: _public(desk.praise + desk.wins, voice, most) if desk.praise or desk.wins else []


def _part(voice: Voice, name: str) -> list[Element]:
    return words(voice.tell(f"desk.{name}.title"), weight="bolder", spacing="large")


def _nothing(voice: Voice, name: str) -> list[Element]:
    return note(voice.tell(f"desk.{name}.nothing"))


def _more(listed: Sequence[Any], most: int, voice: Voice) -> list[Element]:
    """How many there are that are not shown."""
    return note(voice.tell("desk.more", {"count": len(listed) - most})) if len(listed) > most else []


def _waiting(waiting: Sequence[Waiting], confirm: Sequence[ToConfirm], voice: Voice, most: int) -> list[Element]:
    lines = _part(voice, "waiting") + [line for each in confirm[:most] for line in confirming(each)]
    left = most - len(confirm[:most])
    for each in waiting[:left]:
        lines += words(each.title)
        lines += note(each.due_text) if each.due_text else []
        says = voice.say("answer_named", title=each.title)
        buttons = [open_button(voice.say("answer"), each.at, event=minted(), says=says)]
        if each.can_discard:
            buttons.append(_discard(each, voice))
        lines += button_rows(buttons)
    listed = [*confirm, *waiting]
    return lines + (_more(listed, most, voice) if listed else _nothing(voice, "waiting"))


def _meetings(meetings: Sequence[MeetingLine], voice: Voice) -> list[Element]:
    lines = _part(voice, "meetings") if meetings else []
    for each in meetings:
        at = voice.tell("desk.meetings.at", {"at": When(each.at), "minutes": each.minutes, "people": each.others})
        safe, bare = told_apart(each.links)
        lines += [*words(each.topic), *note("\n".join(filter(None, (at, each.place, *bare))))]
        lines += button_rows([*open_urls(safe), *press_buttons(each.buttons)])
    return lines


def _discard(waiting: Waiting, voice: Voice) -> Element:
    says = voice.tell("desk.waiting.discard_named", {"title": waiting.title})
    data = {**where(waiting.at), "event": minted()}
    return button(voice.tell("desk.waiting.discard"), DROP, data, says=says)


def _week(desk: Desk, voice: Voice) -> list[Element]:
    lines, week = _part(voice, "week"), desk.week
    look = look_button(voice.tell("desk.week.look"), Person(desk.me.id))
    if week.mood is None:
        start = button(voice.tell("desk.week.start"), CALL, {"command": CHECKIN, "event": minted()})
        buttons = [look] if week.waiting else [start, look]
        lines += note(voice.tell("desk.week.nothing", {"week": week.name})) + button_rows(buttons)
        return lines + _said_of(week, voice)
    lines += words(f"{voice.tell('desk.week.done', {'week': week.name})} {mood(week.mood, voice.tell)}")
    lines += note(voice.tell("desk.week.shared" if week.shared else "desk.week.private"))
    return lines + button_rows([look]) + _said_of(week, voice)


def _said_of(week: Week, voice: Voice) -> list[Element]:
    """What was said about the newest check-in."""
    if week.said_of is None:
        return []
    lines = note(voice.tell("desk.week.said", {"week": week.said_of}))
    for label, text in thread_lines(week.thread, voice.tell):
        lines += words(f"{label} {text}", spacing="small")
    return lines + button_rows(press_buttons(week.thread.buttons))


def _goals(desk: Desk, voice: Voice, most: int) -> list[Element]:
    goals, lines = desk.goals, _part(voice, "goals")
    if not goals.lines:
        return lines + _nothing(voice, "goals")
    for goal in goals.lines[:most]:
        lines += _goal(goal, desk.on_goals, voice)
    left = WHOLE - goals.weight
    said = voice.tell("desk.goals.weights", {"sum": goals.weight})
    short_of = voice.tell("desk.goals.left" if left > 0 else "desk.goals.over", {"left": abs(left)}) if left else ""
    return lines + _more(goals.lines, most, voice) + note(f"{said} {short_of}".strip())


def _goal(goal: GoalLine, flows: Sequence[str], voice: Voice) -> list[Element]:
    weight = voice.tell("desk.goals.weight", {"weight": goal.weight})
    missing = [voice.tell(f"desk.missing.{name}") for name in goal.missing]
    details = [f"{goal.percent or 0}%", weight]
    if goal.due is not None:
        details.append(voice.tell("desk.goals.due", {"due": goal.due}))
    details += [voice.tell(f"desk.marks.{name}") for name in goal.marks]
    if missing:
        details.append(voice.tell("desk.goals.missing", {"missing": missing}))
    given = written({"goal": goal.series})
    titles = [(flow, voice.tell(f"{flow}.title")) for flow in reversed(flows)]
    buttons = [
        button(title, PRESS, {"flow": flow, "given": given, "event": minted()}, says=f"{title}: {goal.title}")
        for flow, title in titles
    ]
    return [*words(goal.title), *note(" · ".join(details)), *button_rows(buttons)]


def _events(desk: Desk, voice: Voice, most: int) -> list[Element]:
    lines = _part(voice, "events")
    if not desk.events:
        return lines + _nothing(voice, "events")
    for event in desk.events[:most]:
        lines += _event(event, "desk.events.by", voice)
        if desk.respond and event.open:
            data = {"flow": desk.respond, "given": {"event": event.series}, "event": minted()}
            lines += button_rows([button(voice.tell("desk.events.respond"), PRESS, data)])
        lines += _about(event, voice)
    return lines


def _event(event: EventLine, by: str, voice: Voice) -> list[Element]:
    """An event and what was said of it; `by` is the text of whose it is."""
    people = {"author": event.author, "subject": event.subject, "day": event.day}
    lines = note(f"{voice.tell(f'desk.kinds.{event.kind}')} · {voice.tell(by, people)}")
    lines += words(event.text, spacing="none")
    for each in event.responses:
        said = response_words(each, voice.tell)
        lines += note(f"{voice.tell(f'desk.stance.{each.stance}', {'person': each.by})} {said}")
    return lines


def _logged(logged: Sequence[EventLine], voice: Voice) -> list[Element]:
    lines = _part(voice, "logged")
    for each in logged:
        lines += _event(each, "desk.logged.about", voice) + _about(each, voice)
    return lines


def _about(event: EventLine, voice: Voice) -> list[Element]:
    """What the person can do about an event."""
    buttons = press_buttons(event.buttons)
    given = written({"event": event.series})
    for flow in event.changes:
        data = {"flow": flow, "given": given, "event": minted()}
        buttons.append(button(voice.tell(f"{flow}.title"), PRESS, data))
    return button_rows(buttons)


def _team(team: Sequence[Teammate], voice: Voice, most: int) -> list[Element]:
    done = sum(mate.checked_in for mate in team)
    lines = _part(voice, "team") + note(voice.tell("desk.team.done", {"done": done, "all": len(team)}))
    for mate in team[:most]:
        lines += words(mate_line(mate, voice.tell, voice.reader.language))
        lines += help_lines(mate, voice)
    lines += name_buttons([mate.who for mate in team[:most]], voice)
    if len(team) > most:
        lines += button_rows([look_button(voice.tell("desk.team.all", {"count": len(team)}), Team())])
    return lines


def _participation(said: Participating, voice: Voice) -> list[Element]:
    lines = _part(voice, "participation")
    for line in said.lines:
        lines += note(voice.tell(line.key, line.values))
    return lines


def _sent(sent: Iterable[Sent], voice: Voice) -> list[Element]:
    lines = _part(voice, "sent")
    for each in sent:
        counts = [("received", each.received), ("read", each.read)]
        counts += [("acknowledged", each.acknowledged)] if each.needs_acknowledgement else []
        reached = [voice.tell("desk.sent.at", {"at": each.at}), *([each.state] if each.state else [])]
        reached += [f"{voice.tell(f'desk.sent.{name}')} {count}/{each.audience}" for name, count in counts]
        says = voice.tell("desk.sent.look_named", {"title": each.title})
        look = look_button(voice.tell("desk.sent.look"), Announced(each.series), says=says)
        lines += [*words(each.title), *note(" · ".join(reached)), *button_rows([look])]
    return lines


def _public(events: Iterable[EventLine], voice: Voice, most: int) -> list[Element]:
    """Praise and wins that everybody may see, the newest first."""
    lines = _part(voice, "public")
    for each in sorted(events, key=lambda each: each.day, reverse=True)[:most]:
        by = {"author": each.author, "subject": each.subject, "day": each.day}
        said = voice.tell("desk.praise.by" if each.kind == Kind.praise else "desk.public.win", by)
        lines += [*note(said), *words(each.text, spacing="none")]
    return lines
