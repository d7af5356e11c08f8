"""A closer look in the browser, in the window over the room: one person's weeks, or whom an announcement reached."""

from collections.abc import Callable

from htpy import Element, Node, button, details, div, h2, h3, li, p, progress, section, span, summary, ul

from bot.composing import composed
from bot.desk import GoalLine
from bot.event_lines import EventLine
from bot.look_words import recipient_note
from bot.person_desk import PastWeek, PersonDesk, ReachOf
from bot.web.buttons import pressing
from bot.web.checkin_view import mood, pressed, thread_body
from bot.web.desk_view import in_full
from bot.web.event_view import event_body
from bot.web.faces import face
from bot.web.voice import Voice
from storage.reach import Recipient

WORDS = ("highlights", "more", "blockers", "help_wanted")


def render_person(person: PersonDesk, voice: Voice) -> Element:
    mine = "mine" if person.is_me else "theirs"
    parts: dict[str, Callable[[], Node]] = {
        "weeks": lambda: _weeks(person, voice),
        "goals": lambda: _listed(
            [_goal(each, voice) for each in person.goals.lines], voice.tell("desk.person.no_goals")
        ),
        "events": lambda: _listed([_event(each, voice) for each in person.events], voice.tell("desk.person.no_events")),
    }
    return _window(
        voice,
        voice.tell(f"desk.person.{mine}", {"person": person.who}),
        person.title and p(".note")[person.title],
        (_section(name, part, person, voice) for name, part in parts.items()),
        live=voice.path(f"person/{person.who.id}?again=1"),
    )


def _section(name: str, part: Callable[[], Node], person: PersonDesk, voice: Voice) -> Element:
    """A section of a closer look, or that it cannot be shown just now."""
    title = voice.tell(f"desk.person.{name}")
    made = None if name in person.unshown else composed(f"{name} of a person", lambda: in_full(part))
    unshown = p(".note.warn")[voice.tell("desk.unshown", {"parts": title})]
    return _part(title, unshown if made is None else made)


def render_reach(reach: ReachOf, voice: Voice) -> Element:
    """It renews itself while the announcement is on its way (`data-live`)."""
    given = {"announcement": reach.series}
    return _window(
        voice,
        reach.title,
        p(".note")[voice.tell("desk.reach.audience", {"count": reach.audience})],
        bool(reach.far) and p(".far")[reach.far],
        bool(reach.controls)
        and div(".actions")[(pressing(voice, flow, given, voice.tell(f"{flow}.title")) for flow in reach.controls)],
        reach.untold > 0 and p(".note")[voice.tell("desk.reach.untold", {"count": reach.untold})],
        (_list(name, count, people, reach.versions, voice) for name, count, people in reach.lists),
        live=voice.path(f"announcement/{reach.series}"),
    )


def _list(name: str, count: int, people: tuple[Recipient, ...], versions: int, voice: Voice) -> Element:
    more = count - len(people)
    return details(".part", data_list=name)[
        summary[voice.tell(f"desk.reach.{name}", {"count": count})],
        _listed([_recipient(each, versions, voice) for each in people], voice.tell("desk.reach.nobody")),
        more > 0 and p(".note")[voice.tell("desk.reach.more", {"count": more})],
    ]


def _window(voice: Voice, title: str, *inside: Node, live: str = "") -> Element:
    close = voice.say("page.close")
    return div(".page.look", **({"data-live": live} if live else {}))[
        div(".page-head")[
            h2("#page-title", dir="auto")[title],
            button(".icon", type="button", data_close=True, aria_label=close)["✕"],
        ],
        div(".page-body", tabindex="0", autofocus=True)[div(".alert", role="alert"), *inside],
    ]


def _part(title: str, *inside: Node) -> Element:
    return section(".part")[h3[title], *inside]


def _listed(lines: list[Element], nothing: str) -> Element:
    return ul[lines] if lines else p(".nothing")[nothing]


def _weeks(person: PersonDesk, voice: Voice) -> Element:
    if person.weeks is None:
        return p(".nothing")[voice.tell("desk.person.not_for_you", {"person": person.who})]
    nothing = voice.tell("desk.person.no_weeks" if person.is_me else "desk.person.none_shared")
    return _listed([_week(each, voice) for each in person.weeks], nothing)


def _week(week: PastWeek, voice: Voice) -> Element:
    said = ((name, getattr(week, name)) for name in WORDS)
    return li(".past-week")[
        div(".row.spread")[
            span(".name")[voice.tell("desk.person.week", {"week": week.name})],
            mood(week.mood, voice),
        ],
        p(".note")[
            voice.tell("desk.person.sent", {"at": week.at}),
            not week.shared and span(".badge")[voice.tell("desk.person.private")],
        ],
        (
            p(".answer", dir="auto")[span(".stance")[voice.tell(f"desk.person.{name}")], " ", text]
            for name, text in said
            if text
        ),
        bool(week.progress)
        and p(".answer", dir="auto")[
            span(".stance")[voice.tell("desk.person.progress")],
            " ",
            " · ".join(f"{each.title}: {each.percent}%" for each in week.progress),
        ],
        thread_body(week.thread, voice),
    ]


def _goal(line: GoalLine, voice: Voice) -> Element:
    percent = line.percent or 0
    return li(".goal")[
        div(".row.spread")[
            span(".what", dir="auto")[line.title],
            span(".weight")[voice.tell("desk.goals.weight", {"weight": line.weight})],
        ],
        div(".row")[progress(max="100", value=str(percent), aria_label=line.title), span(".percent")[f"{percent}%"]],
        (line.due is not None or bool(line.marks))
        and p(".note")[
            line.due is not None and span[voice.tell("desk.goals.due", {"due": line.due})],
            (span(".warn")[voice.tell(f"desk.marks.{name}")] for name in line.marks),
        ],
    ]


def _event(line: EventLine, voice: Voice) -> Element:
    return li(".event")[event_body(line, voice), pressed(line.buttons, voice)]


def _recipient(each: Recipient, versions: int, voice: Voice) -> Element:
    return li(".mate")[
        face(each.who, voice.language),
        div(".what")[
            span(".name")[each.who.name(voice.language)],
            span(".note")[recipient_note(each, versions, voice.tell)],
        ],
    ]
