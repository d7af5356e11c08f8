"""Layout: the document around a page, and the room's three panes: where one is, the chat, the desk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from htpy import (
    Element,
    Node,
    Renderable,
    a,
    aside,
    body,
    button,
    circle,
    dialog,
    div,
    form,
    fragment,
    h1,
    head,
    header,
    html,
    input,  # noqa: A004 - the element's name
    label,
    li,
    link,
    main,
    meta,
    nav,
    noscript,
    ol,
    p,
    path,
    script,
    section,
    span,
    svg,
    textarea,
    title,
    ul,
)
from markupsafe import Markup

from bot.helping import ALL
from bot.replies import CommandHelp
from bot.web.buttons import calling
from bot.web.faces import face, sign
from bot.web.voice import Voice, minted, tag
from flows.command_names import HELP
from storage.place_names import place_name
from storage.roll import Listed

FIRST_OF_EMPLOYEES = ("checkin", "win", "goal", "praise")
FIRST_OF_MANAGERS = ("checkin", "praise", "meet", "miss")
FIRST_OF_HR = ("announce", "overview", "checkin", "praise")
MODULES = ("room.js", "complete.js", "form.js")


def document(voice: Voice, heading: str, inside: Node, *, modules: Iterable[str] = (), **attributes: str) -> Renderable:
    return html(lang=tag(voice.language))[
        head[
            meta(charset="utf-8"),
            meta(name="viewport", content="width=device-width, initial-scale=1"),
            title[heading],
            link(rel="icon", href="/static/sign.svg", type="image/svg+xml"),
            (link(rel="stylesheet", href=f"/static/{sheet}.css") for sheet in ("base", "room", "page")),
            script(src="/static/theme.js"),
            (script(src=f"/static/{name}", type="module") for name in modules),
        ],
        body(**{f"data-{name}": value for name, value in attributes.items()})[
            p(".banner")[voice.say("banner")],
            noscript[p(".banner.warn")[voice.say("needs_script")]],
            inside,
        ],
    ]


@dataclass(frozen=True)
class Scene:
    """What the room shows when it is entered."""

    me: Listed
    csrf: str
    lines: list[tuple[int, str]]
    has_written: bool
    """The person has said something to the bot themself; until then they are welcomed."""
    more: bool
    """There are older lines."""
    desk: Element
    commands: tuple[CommandHelp, ...]


def room(scene: Scene, voice: Voice) -> Renderable:
    last = str(scene.lines[-1][0] if scene.lines else 0)
    name = scene.me.who.name(voice.language)
    return document(
        voice,
        voice.say("room_title", name=name),
        div(".room", data_show="bot")[_rail(scene, voice), _chat(scene, voice), _desk(scene, voice)],
        modules=MODULES,
        base=voice.path(),
        csrf=scene.csrf,
        last=last,
        lost=voice.say("problems.lost"),
        back=voice.say("problems.back"),
        heard=voice.say("heard", text="{text}"),
        found=voice.say("suggestions", count="{count}"),
    )


def theme_button(voice: Voice) -> Element:
    words = voice.say("theme")
    return button(".icon", type="button", data_theme=True, aria_label=words, title=words)[
        svg(viewBox="0 0 24 24", width="18", height="18", aria_hidden="true", fill="none", stroke="currentColor")[
            circle(cx="12", cy="12", r="9", stroke_width="2"), path(d="M12 3a9 9 0 0 1 0 18z", fill="currentColor")
        ]
    ]  # fmt: skip


def _rail(scene: Scene, voice: Voice) -> Element:
    me = scene.me
    unit = me.department.name(voice.language) if me.department else ""
    place = place_name(me.location, voice.language)
    return header(".rail")[
        div(".brand")[span(".face.bot", aria_hidden="true")[sign()], span["Evenhand"]],
        nav(aria_label=voice.say("nav"))[
            ul[
                _tab(voice, "bot", scene, current=True),
                _tab(voice, "everyone", scene),
                _tab(voice, "desk", scene),
            ]
        ],
        div(".me")[
            face(me.who, voice.language),
            div(".what")[
                span(".name")[me.who.name(voice.language)],
                span(".note.facts")[" · ".join(each for each in (me.title, unit, place) if each)],
            ],
        ],
        div(".rail-foot")[a(href="/", target="_blank", rel="noopener")[voice.say("be_another")], theme_button(voice)],
    ]


def _tab(voice: Voice, name: str, scene: Scene, *, current: bool = False) -> Element:
    return li[
        button(type="button", data_go=name, class_=f"tab to-{name}", aria_current="true" if current else None)[
            span[voice.say(f"tabs.{name}")], span(".dot", hidden=True)[span(".sr")[voice.say("new_here")]]
        ]
    ]


def _chat(scene: Scene, voice: Voice) -> Element:
    return main(".chat")[
        div(".chat-head")[
            h1[span(".in-bot")[voice.say("bot")], span(".in-everyone")[voice.say("tabs.everyone")]],
            p(".note")[span(".in-bot")[voice.say("about_bot")], span(".in-everyone")[voice.say("about_everyone")]],
        ],
        div(".scroll", tabindex="0", role="region", aria_label=voice.say("chat"))[
            scene.more and button(".quiet.small", type="button", data_earlier=True)[voice.say("earlier")],
            div(".log", role="log", aria_live="polite", aria_label=voice.say("log"))[
                ol("#log")[(Markup(line) for _, line in scene.lines)]  # noqa: S704 - rendered by bot.web.messages
            ],
            _welcome(scene, voice),
        ],
        div(".toast", role="alert", id="toast"),
        _composer(scene, voice),
    ]


def _suggested(me: Listed) -> tuple[str, ...]:
    """The commands that are worth trying first, by what somebody is in the company."""
    if me.roles:
        return FIRST_OF_HR
    return FIRST_OF_MANAGERS if me.reports else FIRST_OF_EMPLOYEES


def _welcome(scene: Scene, voice: Voice) -> Renderable:
    """What stands below the chat of whoever has not written anything yet."""
    known = {each.name: each for each in scene.commands}
    return div(".welcome", hidden=scene.has_written)[
        p(".title")[voice.say("welcome.title", name=scene.me.who)],
        p[voice.say("welcome.text")],
        div(".actions")[
            (
                calling(voice, name, known[name].about, class_="quiet", title=f"/{known[name].shown}")
                for name in _suggested(scene.me)
                if name in known
            ),
            calling(voice, HELP, voice.tell("chrome.all_commands"), ALL, class_="quiet"),
        ],
    ]


def _composer(scene: Scene, voice: Voice) -> Element:
    hidden: Mapping[str, str] = {"csrf": scene.csrf, "event": minted()}
    return form(
        ".composer",
        method="post",
        action=voice.path("say"),
        data_everyone=voice.path("post"),
        data_send=voice.say("send"),
        data_sending=voice.say("page.sending"),
    )[
        (input(type="hidden", name=name, value=value) for name, value in hidden.items()),
        ul("#suggestions.suggestions", role="listbox", aria_label=voice.say("suggestions_title"), hidden=True),
        ul("#commands", hidden=True)[
            (
                li(data_name=each.shown, data_also=each.name, data_usage=each.usage, data_about=each.about)
                for each in scene.commands
            )
        ],
        label(".sr", for_="say")[voice.say("say_label")],
        textarea(
            "#say",
            name="text",
            rows="1",
            placeholder=voice.say("say_here"),
            data_bot=voice.say("say_here"),
            data_everyone=voice.say("say_everyone"),
            data_complete="commands people",
            aria_autocomplete="list",
            aria_controls="suggestions",
            enterkeyhint="send",
            dir="auto",
        ),
        button(".main.send", type="submit", aria_label=voice.say("send"), title=voice.say("send"))["➤"],
        span("#found.sr", role="status"),
    ]


def _desk(scene: Scene, voice: Voice) -> Renderable:
    return fragment[
        aside("#desk.desk", aria_label=voice.tell("desk.title"), tabindex="0")[scene.desk],
        dialog("#page", aria_labelledby="page-title"),
        section("#announce.sr", role="status"),
    ]
