"""Home: a person's desk as the tab Slack keeps for it, the most pressing thing first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from bot.slack.blocks import calling, confirming, linked, pressing, waiting
from bot.slack.limits import checked_view
from bot.slack.looks import help_blocks, looking, mate_block, pressed
from bot.slack.words import Native, Words, actions, heading, lines, plain, quote, rich, run, small, strong
from flows.page import At
from storage.events import Kind
from storage.json_values import written
from storage.references import When

MOST = (12, 6, 3)
"""How many lines of each part are shown; fewer where that is more than Slack takes."""
MOST_TOOLS = 10
FULL = 100
BLOCKS = 100
LONGEST = 600
"""Characters of one event; the whole stands in the closer look."""


def render(desk: Desk, commands: Sequence[tuple[str, str]], words: Words) -> Native:
    """The desk as a view, with buttons for commands and their titles; what has no room is what is less pressing."""
    tools = list(_tools(commands, words))
    blocks: list[Native] = []
    for most in MOST:
        blocks = list(_parts(desk, words, most))
        if len(blocks) + len(tools) <= BLOCKS:
            break
    view: Native = {"type": "home", "callback_id": "home", "blocks": [*blocks[: BLOCKS - len(tools)], *tools]}
    checked_view(view)
    return view


def apology(words: Words) -> Native:
    """What stands there while the desk cannot be shown."""
    return saying([rich(words("no_desk"))])


def saying(blocks: Sequence[Native]) -> Native:
    """A desk on which there is nothing but this to read."""
    view: Native = {"type": "home", "callback_id": "home", "blocks": list(blocks)}
    checked_view(view)
    return view


def _parts(desk: Desk, words: Words, most: int) -> Iterator[Native]:
    parts, undrawn = drawn(_sections(desk, words, most))
    if missing := unshown(desk, undrawn, words.any):
        yield small(words.any("desk.unshown", {"parts": missing}))
    for part in parts:
        yield from part


def _sections(desk: Desk, words: Words, most: int) -> Iterator[tuple[str, Callable[[], list[Native]]]]:
    yield "waiting", lambda: list(_waiting(desk.waiting, desk.confirm, words, most))
    yield "meetings", lambda: list(_meetings(desk.meetings, words, most))
    yield "week", lambda: list(_week(desk, words))
    yield "team", lambda: list(_team(desk.team, words, most))
    yield "participation", lambda: list(_participation(desk.participation, words))
    yield "sent", lambda: list(_sent(desk.sent, words))
    yield "goals", lambda: list(_goals(desk, words, most))
    yield "events", lambda: list(_events(desk, words))
    yield "logged", lambda: list(_logged(desk.logged, words))
    yield "public", lambda: list(_public(desk.praise + desk.wins, words))


def _part(words: Words, name: str, count: int = 0) -> Native:
    title = words.any(f"desk.{name}.title")
    return heading(words.any("desk.counted", {"title": title, "count": count}) if count else title)


def _nothing(words: Words, name: str) -> Native:
    return small(words.any(f"desk.{name}.nothing"))


def _more(listed: Sequence[Any], most: int, words: Words) -> Iterator[Native]:
    """How many there are that are not shown."""
    if len(listed) > most:
        yield small(words.any("desk.more", {"count": len(listed) - most}))


def _waiting(listed: Sequence[Waiting], confirm: Sequence[ToConfirm], words: Words, most: int) -> Iterator[Native]:
    yield _part(words, "waiting", len(listed) + len(confirm))
    if not listed and not confirm:
        yield _nothing(words, "waiting")
    for number, announced in enumerate(confirm[:most]):
        yield from confirming(announced, number)
    left = most - len(confirm[:most])
    for each in listed[:left]:
        at = At(each.at.conversation, each.at.key)
        yield from waiting(at, each.title, each.due_text, words, can_discard=each.can_discard)
    yield from _more([*confirm, *listed], most, words)


def _meetings(meetings: Sequence[MeetingLine], words: Words, most: int) -> Iterator[Native]:
    if not meetings:
        return
    yield _part(words, "meetings")
    for number, each in enumerate(meetings[:most]):
        at = {"at": When(each.at), "minutes": each.minutes, "people": each.others}
        yield rich(each.topic, 300)
        yield small(words.any("desk.meetings.at", at), each.place)
        yield from linked(each.links)
        offered = enumerate(each.buttons, FULL * (number + 1))
        yield actions(*(pressing(one.flow, written(one.given), one.label, place) for place, one in offered))


def _week(desk: Desk, words: Words) -> Iterator[Native]:
    yield _part(words, "week")
    week = desk.week
    look = looking(Person(desk.me.id), words.any("desk.week.look"))
    if week.mood is None:
        yield small(words.any("desk.week.nothing", {"week": week.name}))
        start = [] if week.waiting else [calling(CHECKIN, words.any("desk.week.start"), main=True)]
        yield actions(*start, look)
    else:
        yield rich(f"{words.any('desk.week.done', {'week': week.name})} {mood(week.mood, words.any)}")
        yield small(words.any("desk.week.shared" if week.shared else "desk.week.private"))
        yield actions(look)
    yield from _said_of(week, words)


def _said_of(week: Week, words: Words) -> Iterator[Native]:
    """What was said about the newest check-in."""
    if week.said_of is None:
        return
    said = thread_lines(week.thread, words.any)
    about = words.any("desk.week.said", {"week": week.said_of})
    yield lines([strong(about)], *([strong(f"{label} "), run(text, LONGEST)] for label, text in said))
    if week.thread.buttons:
        yield pressed(week.thread.buttons, about)


def _team(team: Sequence[Teammate], words: Words, most: int) -> Iterator[Native]:
    if not team:
        return
    yield _part(words, "team")
    done = sum(mate.checked_in for mate in team)
    yield small(words.any("desk.team.done", {"done": done, "all": len(team)}))
    for mate in team[:most]:
        yield mate_block(mate_line(mate, words.any, words.reader.language), mate.who, words)
        if mate.help_wanted:
            yield quote(words.any("desk.team.help", {"what": mate.help_wanted}), LONGEST)
            yield from help_blocks(mate, words)
    if len(team) > most:
        yield actions(looking(Team(), words.any("desk.team.all", {"count": len(team)})))


def _participation(said: Participating, words: Words) -> Iterator[Native]:
    if said:
        yield _part(words, "participation")
    yield from (small(words.any(line.key, line.values)) for line in said.lines)


def _sent(sent: Sequence[Sent], words: Words) -> Iterator[Native]:
    if not sent:
        return
    yield _part(words, "sent")
    for each in sent:
        reached = [("received", each.received), ("read", each.read)]
        if each.needs_acknowledgement:
            reached.append(("acknowledged", each.acknowledged))
        says = words.any("desk.sent.look_named", {"title": each.title})
        look = looking(Announced(each.series), words.any("desk.sent.look"), says=says)
        yield {"type": "section", "text": plain(each.title, 300), "accessory": look}
        counts = (f"{words.any(f'desk.sent.{name}')} {count}/{each.audience}" for name, count in reached)
        yield small(words.any("desk.sent.at", {"at": each.at}), each.state, *counts)


def _goals(desk: Desk, words: Words, most: int) -> Iterator[Native]:
    yield _part(words, "goals")
    if not desk.goals.lines:
        yield _nothing(words, "goals")
        return
    for line in desk.goals.lines[:most]:
        yield from _goal(line, desk.on_goals, words)
    yield from _more(desk.goals.lines, most, words)
    left = FULL - desk.goals.weight
    short = words.any("desk.goals.left" if left > 0 else "desk.goals.over", {"left": abs(left)}) if left else ""
    yield small(words.any("desk.goals.weights", {"sum": desk.goals.weight}), short)


def _goal(line: GoalLine, flows: Sequence[str], words: Words) -> Iterator[Native]:
    yield rich(f"{line.percent or 0}%  {line.title}", 500)
    missing = [words.any(f"desk.missing.{name}") for name in line.missing]
    yield small(
        words.any("desk.goals.weight", {"weight": line.weight}),
        words.any("desk.goals.due", {"due": line.due}) if line.due else "",
        *(words.any(f"desk.marks.{name}") for name in line.marks),
        words.any("desk.goals.missing", {"missing": missing}) if missing else "",
    )
    given = written({"goal": line.series})
    titles = [(flow, words.any(f"{flow}.title")) for flow in reversed(flows)]
    if titles:
        yield actions(
            *(
                pressing(flow, given, title, number, says=f"{title}: {line.title}")
                for number, (flow, title) in enumerate(titles)
            )
        )


def _events(desk: Desk, words: Words) -> Iterator[Native]:
    yield _part(words, "events")
    if not desk.events:
        yield _nothing(words, "events")
    for number, line in enumerate(desk.events):
        yield _event(line, "desk.events.by", words)
        if desk.respond and line.open:
            given = written({"event": line.series})
            yield actions(pressing(desk.respond, given, words.any("desk.events.respond"), number))
        yield from _about(line, words)


def _event(line: EventLine, by: str, words: Words) -> Native:
    """An event and what was said of it, in one block; `by` is the text of whose it is."""
    people = {"author": line.author, "subject": line.subject, "day": line.day}
    head = f"{words.any(f'desk.kinds.{line.kind}')} · {words.any(by, people)}"
    said = (
        (words.any(f"desk.stance.{each.stance}", {"person": each.by}), response_words(each, words.any))
        for each in line.responses
    )
    responses = ([strong(f"{label} "), run(text, 400)] for label, text in said)
    return lines([strong(head)], [run(line.text, LONGEST)], *responses)


def _logged(logged: Sequence[EventLine], words: Words) -> Iterator[Native]:
    if logged:
        yield _part(words, "logged")
    for line in logged:
        yield _event(line, "desk.logged.about", words)
        yield from _about(line, words)


def _about(line: EventLine, words: Words) -> Iterator[Native]:
    """What the person can do about an event."""
    if line.buttons:
        yield pressed(line.buttons, line.text)
    if line.changes:
        given = written({"event": line.series})
        titles = ((flow, words.any(f"{flow}.title")) for flow in line.changes)
        yield actions(*(pressing(flow, given, title, number) for number, (flow, title) in enumerate(titles)))


def _public(events: Iterable[EventLine], words: Words) -> Iterator[Native]:
    """Praise and wins that everybody may see, the newest first."""
    newest = sorted(events, key=lambda each: each.day, reverse=True)
    if newest:
        yield _part(words, "public")
    for line in newest:
        by = {"author": line.author, "subject": line.subject, "day": line.day}
        said = words.any("desk.praise.by" if line.kind == Kind.praise else "desk.public.win", by)
        yield lines([strong(said)], [run(line.text, LONGEST)])


def _tools(commands: Sequence[tuple[str, str]], words: Words) -> Iterator[Native]:
    """What one can do, for whoever has not learnt the commands."""
    if not commands:
        return
    yield heading(words("tools"))
    yield actions(
        *(calling(name, title, number) for number, (name, title) in enumerate(commands[:MOST_TOOLS])),
    )
