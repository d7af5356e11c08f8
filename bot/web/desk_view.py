"""The desk in the browser: what is waiting, the week, goals, key events, the team, announcements and praise."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from htpy import (
    Element,
    Fragment,
    Node,
    Renderable,
    div,
    fragment,
    h2,
    h3,
    li,
    p,
    progress,
    section,
    span,
    ul,
)
from markupsafe import Markup

from bot.checkin_replies import Thread
from bot.composing import drawn
from bot.desk import CHECKIN, Desk, GoalLine, Teammate, Week, unshown
from bot.event_lines import EventLine
from bot.look_words import thread_lines
from bot.participation import Participating
from bot.replies import ToConfirm, Waiting
from bot.sent_lines import Sent
from bot.web.agenda_view import meetings
from bot.web.buttons import action, calling, looking, opening, pressing
from bot.web.event_view import event_body
from bot.web.faces import face
from bot.web.pages import where
from bot.web.participation_view import counted
from bot.web.voice import Voice
from flows.message import Labelled
from storage.events import Kind

FULL = 100


def render(desk: Desk, voice: Voice) -> Element:
    parts, undrawn = drawn((name, partial(in_full, part)) for name, part in _parts(desk, voice))
    missing = unshown(desk, undrawn, voice.tell)
    return div("#desk-body")[
        h2[voice.tell("desk.title")],
        bool(missing) and p(".note.warn")[voice.tell("desk.unshown", {"parts": missing})],
        *parts,
    ]


def in_full(part: Callable[[], Node]) -> Markup:
    """A part as it goes into the page; nothing in it is left to be made when the page is written."""
    return Markup(str(fragment[part()]))  # noqa: S704  # htpy has escaped it


def _parts(desk: Desk, voice: Voice) -> Iterator[tuple[str, Callable[[], Node]]]:
    yield "waiting", lambda: _waiting(desk.waiting, desk.confirm, voice)
    yield "meetings", lambda: bool(desk.meetings) and meetings(desk.meetings, voice)
    yield "week", lambda: _week(desk, voice)
    yield "team", lambda: bool(desk.team) and _team(desk.team, voice)
    yield "participation", lambda: bool(desk.participation) and _participation(desk.participation, voice)
    yield "sent", lambda: bool(desk.sent) and _sent(desk.sent, voice)
    yield "goals", lambda: _goals(desk, voice)
    yield "events", lambda: _events(desk, voice)
    yield "logged", lambda: bool(desk.logged) and _logged(desk.logged, voice)
    yield "public", lambda: bool(desk.praise or desk.wins) and _public(desk.praise + desk.wins, voice)


def _part(voice: Voice, name: str, *inside: Node, more: Node = None) -> Element:
    return section(f".part.{name}")[div(".part-head")[h3[voice.tell(f"desk.{name}.title")], more], *inside]


def _nothing(voice: Voice, name: str) -> Element:
    return p(".nothing")[voice.tell(f"desk.{name}.nothing")]


def _waiting(waiting: Sequence[Waiting], confirm: Sequence[ToConfirm], voice: Voice) -> Element:
    listed = len(waiting) + len(confirm)
    count = span(".count", aria_hidden="true")[str(listed)] if listed else None
    if not listed:
        return _part(voice, "waiting", _nothing(voice, "waiting"))
    return _part(
        voice,
        "waiting",
        ul[
            (li[div(".what")[span(dir="auto")[each.title]], _confirm(each, voice)] for each in confirm),
            (
                li[
                    div(".what")[span[each.title], each.due_text and span(".due")[each.due_text]],
                    div(".actions")[_answer(each, voice), each.can_discard and _discard(each, voice)],
                ]
                for each in waiting
            ),
        ],
        more=count,
    )


def _confirm(each: ToConfirm, voice: Voice) -> Element:
    says = f"{each.button.label}: {each.title}"
    return pressing(voice, each.button.flow, each.button.given, each.button.label, class_="main small", aria_label=says)


def _answer(waiting: Waiting, voice: Voice) -> Element:
    name = "go_on" if waiting.started else "answer"
    named = voice.say(f"card.{name}_named", title=waiting.title)
    return opening(voice, waiting.at, voice.say(f"card.{name}"), class_="main small", aria_label=named)


def _discard(waiting: Waiting, voice: Voice) -> Element:
    named, label = (
        voice.tell("desk.waiting.discard_named", {"title": waiting.title}),
        voice.tell("desk.waiting.discard"),
    )
    return action(voice, "drop", label, where(waiting.at), class_="quiet small", aria_label=named)


def _week(desk: Desk, voice: Voice) -> Element:
    look = looking(voice, f"person/{desk.me.id}", voice.tell("desk.week.look"), class_="link small")
    week = desk.week
    if week.mood is None:
        start = div(".actions")[calling(voice, CHECKIN, voice.tell("desk.week.start"), class_="quiet")]
        nothing = p(".nothing")[voice.tell("desk.week.nothing", {"week": week.name})]
        return _part(voice, "week", nothing, not week.waiting and start, _said_of(week, voice), more=look)
    shared = voice.tell("desk.week.shared" if week.shared else "desk.week.private")
    return _part(
        voice,
        "week",
        div(".row")[mood(week.mood, voice), span[voice.tell("desk.week.done", {"week": week.name})]],
        p(".note")[shared],
        _said_of(week, voice),
        more=look,
    )


def _said_of(week: Week, voice: Voice) -> Node:
    """What was said about the newest check-in."""
    if week.said_of is None:
        return None
    return div(".said-of")[
        p(".note")[voice.tell("desk.week.said", {"week": week.said_of})], thread_body(week.thread, voice)
    ]


def thread_body(thread: Thread, voice: Voice) -> Fragment:
    """The replies and reactions to a check-in, and the buttons to reply and react."""
    said = thread_lines(thread, voice.tell)
    return fragment[
        (p(".response", dir="auto")[span(".stance")[label], " ", text] for label, text in said),
        pressed(thread.buttons, voice),
    ]


def pressed(buttons: Sequence[Labelled], voice: Voice, about: str = "") -> Node:
    if not buttons:
        return None
    named = ((each, {"aria_label": f"{each.label}: {about}"} if about else {}) for each in buttons)
    return div(".actions")[
        (pressing(voice, each.flow, each.given, each.label, class_="quiet small", **more) for each, more in named)
    ]


def mood(number: int | None, voice: Voice) -> Element | None:
    if number is None:
        return None
    label = voice.tell(f"checkin.Pulse.choices.mood.{number}")
    return span(f".mood.mood-{number}")[label]


def _goals(desk: Desk, voice: Voice) -> Element:
    if not desk.goals.lines:
        return _part(voice, "goals", _nothing(voice, "goals"))
    left = FULL - desk.goals.weight
    sums = voice.tell("desk.goals.weights", {"sum": desk.goals.weight})
    short = voice.tell("desk.goals.left" if left > 0 else "desk.goals.over", {"left": abs(left)}) if left else ""
    return _part(
        voice,
        "goals",
        ul[(_goal(line, desk.on_goals, voice) for line in desk.goals.lines)],
        p(".note")[sums, short and span(".warn")[" ", short]],
    )


def _goal(line: GoalLine, flows: Sequence[str], voice: Voice) -> Element:
    percent = line.percent or 0
    missing = [voice.tell(f"desk.missing.{name}") for name in line.missing]
    return li(".goal")[
        div(".row.spread")[
            span(".what", dir="auto")[line.title],
            span(".weight")[voice.tell("desk.goals.weight", {"weight": line.weight})],
        ],
        div(".row")[progress(max="100", value=str(percent), aria_label=line.title), span(".percent")[f"{percent}%"]],
        p(".note")[
            line.due is not None and span[voice.tell("desk.goals.due", {"due": line.due})],
            (span(".warn")[voice.tell(f"desk.marks.{name}")] for name in line.marks),
            bool(missing) and span(".warn")[voice.tell("desk.goals.missing", {"missing": missing})],
        ],
        div(".actions")[
            (
                pressing(voice, flow, {"goal": line.series}, voice.tell(f"{flow}.title"), class_="quiet small")
                for flow in reversed(flows)
            )
        ],
    ]


def _events(desk: Desk, voice: Voice) -> Element:
    if not desk.events:
        return _part(voice, "events", _nothing(voice, "events"))
    return _part(voice, "events", ul[(_event(line, desk, voice) for line in desk.events)])


def _event(line: EventLine, desk: Desk, voice: Voice) -> Element:
    respond = desk.respond if line.open else None
    return li(".event")[
        event_body(line, voice),
        respond
        and div(".actions")[
            pressing(voice, respond, {"event": line.series}, voice.tell("desk.events.respond"), class_="quiet small")
        ],
        _about(line, voice),
    ]


def _about(line: EventLine, voice: Voice) -> Node:
    """What the person can do about an event."""
    changes = (Labelled(voice.tell(f"{flow}.title"), flow, {"event": line.series}) for flow in line.changes)
    return pressed((*line.buttons, *changes), voice)


def _logged(logged: tuple[EventLine, ...], voice: Voice) -> Element:
    lines = (li(".event")[event_body(line, voice, "desk.logged.about"), _about(line, voice)] for line in logged)
    return _part(voice, "logged", ul[lines])


def _team(team: tuple[Teammate, ...], voice: Voice) -> Element:
    done = sum(mate.checked_in for mate in team)
    more = span(".note")[voice.tell("desk.team.done", {"done": done, "all": len(team)})]
    return _part(voice, "team", ul[(_teammate(mate, voice) for mate in team)], more=more)


def _teammate(mate: Teammate, voice: Voice) -> Element:
    state = voice.tell("desk.team.in" if mate.checked_in else "desk.team.open")
    asks = voice.tell("desk.team.help", {"what": mate.help_wanted}) if mate.help_wanted else ""
    name = mate.who.name(voice.language)
    look = looking(
        voice,
        f"person/{mate.who.id}",
        name,
        class_="link name",
        aria_label=voice.tell("desk.team.look", {"name": name}),
    )
    return li(".mate")[
        face(mate.who, voice.language),
        div(".what")[
            look,
            span(".note")[state],
            asks and p(".help-wanted", dir="auto")[asks],
            mate.help.note and span(".note")[mate.help.note],
            pressed(mate.help.buttons, voice, name),
        ],
        mood(mate.mood, voice),
    ]


def _participation(said: Participating, voice: Voice) -> Element:
    lines = (p(".note", dir="auto")[voice.tell(line.key, dict(line.values))] for line in said.notes)
    return _part(voice, "participation", bool(said.rows) and counted(said, voice), lines)


def _sent(sent: tuple[Sent, ...], voice: Voice) -> Element:
    return _part(voice, "sent", ul[(_announced(each, voice) for each in sent)])


def _announced(each: Sent, voice: Voice) -> Renderable:
    bars = [("received", each.received), ("read", each.read)]
    if each.needs_acknowledgement:
        bars.append(("acknowledged", each.acknowledged))
    return li(".announced")[
        div(".row.spread")[
            span(".what", dir="auto")[each.title], span(".note.at")[voice.tell("desk.sent.at", {"at": each.at})]
        ],
        each.state and p(".note")[each.state],
        (_reached(name, count, each.audience, voice) for name, count in bars),
        div(".actions")[looking(voice, f"announcement/{each.series}", voice.tell("desk.sent.look"))],
    ]


def _reached(name: str, count: int, audience: int, voice: Voice) -> Element:
    label = voice.tell(f"desk.sent.{name}")
    return div(".row.reach")[
        span(".reach-name")[label],
        progress(max=str(max(audience, 1)), value=str(count), aria_label=label),
        span(".percent")[f"{count} / {audience}"],
    ]


def _public(events: tuple[EventLine, ...], voice: Voice) -> Element:
    newest = sorted(events, key=lambda each: each.day, reverse=True)
    return _part(voice, "public", ul[(_seen_by_all(each, voice) for each in newest)])


def _seen_by_all(each: EventLine, voice: Voice) -> Element:
    by = {"author": each.author, "subject": each.subject, "day": each.day}
    words = voice.tell("desk.praise.by" if each.kind == Kind.praise else "desk.public.win", by)
    return li(".event")[
        div(".row")[face(each.subject, voice.language), span(".note")[words]],
        p(".what", dir="auto")[each.text],
    ]
