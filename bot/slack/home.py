"""Home: a person's desk as the tab Slack keeps for it, the most pressing thing first."""

from collections.abc import Iterable, Sequence

from bot.agenda import MeetingLine
from bot.desk import Desk, EventLine, GoalLine, Sent, Teammate, Week
from bot.replies import Waiting
from bot.slack.blocks import calling, linked, pressing, waiting
from bot.slack.limits import checked_view
from bot.slack.words import Native, Words, actions, heading, plain, quote, rich, small
from flows.page import At
from storage.references import When, written

MOST_WAITING, MOST_TEAM, MOST_GOALS, MOST_TOOLS = 10, 12, 8, 10
FULL = 100
BLOCKS = 100


def render(desk: Desk, commands: Sequence[tuple[str, str]], words: Words) -> Native:
    """The desk as a view, with buttons for commands and their titles; what has no room is what is less pressing."""
    blocks = [
        *_waiting(desk.waiting, words),
        *_meetings(desk.meetings, words),
        *_week(desk.week, words),
        *_team(desk.team, words),
        *_goals(desk, words),
        *_events(desk, words),
        *_sent(desk.sent, words),
        *_praise(desk.praise, words),
    ]
    tools = list(_tools(commands, words))
    view: Native = {"type": "home", "callback_id": "home", "blocks": [*blocks[: BLOCKS - len(tools)], *tools]}
    checked_view(view)
    return view


def apology(words: Words) -> Native:
    """What stands there while the desk cannot be shown."""
    view: Native = {"type": "home", "callback_id": "home", "blocks": [rich(words("no_desk"))]}
    checked_view(view)
    return view


def _part(words: Words, name: str, count: int = 0) -> Native:
    title = words.any(f"desk.{name}.title")
    return heading(f"{title} ({count})" if count else title)


def _nothing(words: Words, name: str) -> Native:
    return small(words.any(f"desk.{name}.nothing"))


def _waiting(listed: Sequence[Waiting], words: Words) -> Iterable[Native]:
    yield _part(words, "waiting", len(listed))
    if not listed:
        yield _nothing(words, "waiting")
    for each in listed[:MOST_WAITING]:
        yield from waiting(At(each.at.conversation, each.at.key), each.title, each.due_text, words)


def _meetings(meetings: Sequence[MeetingLine], words: Words) -> Iterable[Native]:
    if not meetings:
        return
    yield _part(words, "meetings")
    for number, each in enumerate(meetings):
        at = {"at": When(each.at), "minutes": each.minutes, "people": each.others}
        yield rich(each.topic, 300)
        yield small(words.any("desk.meetings.at", at), each.place)
        yield from linked(each.links)
        offered = enumerate(each.buttons, MOST_WAITING * (number + 1))
        yield actions(*(pressing(one.flow, written(one.given), one.label, place) for place, one in offered))


def _week(week: Week, words: Words) -> Iterable[Native]:
    yield _part(words, "week")
    if week.mood is None:
        yield small(words.any("desk.week.nothing", {"week": week.name}))
        yield actions(calling("checkin", words.any("desk.week.start"), main=True))
        return
    mood = words.any(f"checkin.Pulse.choices.mood.{week.mood}")
    yield rich(f"{words.any('desk.week.done', {'week': week.name})} {mood} ({week.mood}/5)")
    yield small(words.any("desk.week.shared" if week.shared else "desk.week.private"))


def _goals(desk: Desk, words: Words) -> Iterable[Native]:
    yield _part(words, "goals")
    if not desk.goals.lines:
        yield _nothing(words, "goals")
        return
    for line in desk.goals.lines[:MOST_GOALS]:
        yield from _goal(line, words)
    left = FULL - desk.goals.weight
    short = words.any("desk.goals.left" if left > 0 else "desk.goals.over", {"left": abs(left)}) if left else ""
    yield small(words.any("desk.goals.weights", {"sum": desk.goals.weight}), short)


def _goal(line: GoalLine, words: Words) -> Iterable[Native]:
    yield rich(f"{line.percent or 0}%  {line.title}", 500)
    missing = [words.any(f"desk.missing.{name}") for name in line.missing]
    yield small(
        words.any("desk.goals.weight", {"weight": line.weight}),
        words.any("desk.goals.due", {"due": line.due}) if line.due else "",
        words.any("desk.goals.missing", {"missing": missing}) if missing else "",
    )


def _team(team: Sequence[Teammate], words: Words) -> Iterable[Native]:
    if not team:
        return
    yield _part(words, "team")
    done = sum(mate.checked_in for mate in team)
    yield small(words.any("desk.team.done", {"done": done, "all": len(team)}))
    for mate in team[:MOST_TEAM]:
        state = words.any("desk.team.in" if mate.checked_in else "desk.team.open")
        mood = f", {words.any(f'checkin.Pulse.choices.mood.{mate.mood}')} ({mate.mood}/5)" if mate.mood else ""
        yield rich(f"{mate.who.name(words.reader.language)}: {state}{mood}", 300)
        if mate.help_wanted:
            yield quote(words.any("desk.team.help", {"what": mate.help_wanted}), 500)


def _events(desk: Desk, words: Words) -> Iterable[Native]:
    yield _part(words, "events")
    if not desk.events:
        yield _nothing(words, "events")
    for number, line in enumerate(desk.events):
        by = words.any("desk.events.by", {"author": line.author, "day": line.day})
        yield rich(f"{words.any(f'desk.kinds.{line.kind}')}: {line.text}", 600)
        answers = [f"{words.any(f'desk.stance.{each.stance}')} {each.text}" for each in line.responses]
        yield small(by, *(plain(answer, 400)["text"] for answer in answers))
        if desk.respond and line.open:
            given = written({"event": line.series})
            yield actions(pressing(desk.respond, given, words.any("desk.events.respond"), number))


def _sent(sent: Sequence[Sent], words: Words) -> Iterable[Native]:
    if not sent:
        return
    yield _part(words, "sent")
    for each in sent:
        reached = [("received", each.received), ("read", each.read)]
        if each.needs_acknowledgement:
            reached.append(("acknowledged", each.acknowledged))
        yield rich(each.title, 300)
        yield small(*(f"{words.any(f'desk.sent.{name}')} {count}/{each.audience}" for name, count in reached))


def _praise(praise: Sequence[EventLine], words: Words) -> Iterable[Native]:
    if not praise:
        return
    yield _part(words, "praise")
    for line in praise:
        by = {"author": line.author, "subject": line.subject, "day": line.day}
        yield small(words.any("desk.praise.by", by))
        yield quote(line.text, 500)


def _tools(commands: Sequence[tuple[str, str]], words: Words) -> Iterable[Native]:
    """What one can do, for whoever has not learnt the commands."""
    if not commands:
        return
    yield heading(words("tools"))
    yield actions(
        *(calling(name, title, number) for number, (name, title) in enumerate(commands[:MOST_TOOLS])),
    )
