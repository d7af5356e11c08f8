"""The preview as one HTML file: nothing in it is fetched from anywhere, and nothing in it can be sent."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Any

from htpy import (
    Element,
    Renderable,
    a,
    article,
    body,
    code,
    div,
    fragment,
    h1,
    h2,
    h3,
    head,
    header,
    html,
    li,
    main,
    meta,
    nav,
    ol,
    p,
    section,
    span,
    style,
    title,
    ul,
)
from markupsafe import Markup

from bot.commands.preview_looks import Look, page_looks, tell_looks
from flows.catalog import Catalog
from flows.core import Button, Command, Flow, Shortcut, Trigger, Weekly
from flows.explore import Exploration
from flows.steps import Ask, Step, Tell
from flows.walking import Path

_ADDRESS = re.compile(r'url\("/([^"]+)"\)(?: format\("\w+"\))?')
_ENDS = ""
Say = Callable[..., str]


@dataclass(frozen=True)
class Entry:
    """One page or message, as it looks on each surface in each language."""

    name: str
    looks: Sequence[Look]
    leads_to: Sequence[str]
    """The names of what comes next on one path or another; an empty one is the end."""


@dataclass(frozen=True)
class Section:
    flow: Flow
    entries: tuple[Entry, ...]


def section_of(exploration: Exploration, texts: Catalog) -> Section:
    flow, follows = exploration.flow, _follows(exploration.paths)
    asks = [met.ask for met in exploration.kinds_of_pages()]
    tells = exploration.kinds_of_messages()
    pages = [Entry(_name(ask), page_looks(flow, ask, texts), follows[_name(ask)]) for ask in asks]
    told = [Entry(_name(tell), tell_looks(flow, tell, texts), follows[_name(tell)]) for tell in tells]
    return Section(flow, (*pages, *told))


def document(sections: Sequence[Section], texts: Catalog, language: str) -> Renderable:
    def say(key: str, **values: object) -> str:
        return texts.say(language, f"preview.{key}", values)

    return html(lang="zh-CN" if language == "zh" else "en")[
        head[
            meta(charset="utf-8"),
            meta(name="viewport", content="width=device-width, initial-scale=1"),
            title[say("title")],
            style[Markup("\n".join(_sheets()))],  # noqa: S704  # our own style sheets, as they are served
        ],
        body(".preview")[
            nav(aria_label=say("contents"))[
                p(".brand")[say("title")],
                ol[
                    (
                        li[a(href=f"#{each.flow.name}")[texts.say(language, f"{each.flow.name}.title")], _toc(each)]
                        for each in sections
                    )
                ],
            ],
            main[
                header[h1[say("title")], p[say("lead", count=sum(len(each.entries) for each in sections))]],
                (_section(each, texts, language, say) for each in sections),
            ],
        ],
    ]


def _toc(of: Section) -> Renderable:
    names = dict.fromkeys(each.name for each in of.entries)
    return ul[(li[a(href=f"#{_anchor(of.flow, name)}")[name]] for name in names)]


def _section(of: Section, texts: Catalog, language: str, say: Say) -> Element:
    flow = of.flow
    starts = [_start(trigger, say) for trigger in flow.triggers]
    return section(id=flow.name)[
        h2[texts.say(language, f"{flow.name}.title"), " ", code[flow.name]],
        p[texts.say(language, f"{flow.name}.about")],
        p(".starts")[" · ".join(starts)],
        (_entry(flow, entry, is_first, say) for entry, is_first in _first_of_each_name(of.entries)),
    ]


def _entry(flow: Flow, entry: Entry, is_first: bool, say: Say) -> Element:
    def link(name: str) -> Renderable:
        return a(href=f"#{_anchor(flow, name)}")[name] if name else span[say("the_end")]

    return article(id=_anchor(flow, entry.name) if is_first else None)[
        h3[code[entry.name], not is_first and span[say("variant")]],
        entry.leads_to and p(".leads")[say("leads_to"), (fragment[" ", link(name)] for name in entry.leads_to)],
        div(".looks")[
            (
                div(".look", lang=each.language, data_surface=each.surface)[
                    p(".on")[say(f"surfaces.{each.surface}"), " · ", say(f"languages.{each.language}")],
                    div(inert=True)[each.shown],
                ]
                for each in entry.looks
            )
        ],
    ]


def _first_of_each_name(entries: Iterable[Entry]) -> Iterator[tuple[Entry, bool]]:
    seen: set[str] = set()
    for entry in entries:
        yield entry, entry.name not in seen
        seen.add(entry.name)


def _start(trigger: Trigger, say: Say) -> str:
    match trigger:
        case Command(name=name):
            return f"/{name}"
        case Weekly():
            return say("starts.weekly")
        case Button():
            return say("starts.button")
        case Shortcut():
            return say("starts.shortcut")


def _anchor(flow: Flow, name: str) -> str:
    return f"{flow.name}.{name}"


def _name(step: Step[Any]) -> str:
    match step:
        case Ask(form=form):
            return form.__name__
        case Tell(text=text):
            return f"tell.{text}"
        case _:
            return step.key


def _follows(paths: Iterable[Path]) -> Mapping[str, Sequence[str]]:
    """What comes directly after each page and message, over all paths."""
    after: dict[str, dict[str, None]] = {}
    for path in paths:
        shown = [_name(step) for step in path.steps if isinstance(step, Ask | Tell)]
        for name, following in pairwise([*shown, _ENDS]):
            after.setdefault(name, {})[following] = None
    return {name: tuple(following) for name, following in after.items()}


def _sheets() -> Iterator[str]:
    """The style sheets of the web and of the preview, with the pictures they mention put in."""
    for package in ("bot.web.static", "bot.commands"):
        files = sorted(resources.files(package).iterdir(), key=lambda file: file.name)
        for file in files:
            if file.name.endswith(".css"):
                yield _ADDRESS.sub(_inlined, file.read_text(encoding="utf-8"))


def _inlined(match: re.Match[str]) -> str:
    name = match[1].removeprefix("static/")
    if match[1].startswith("static/") and name.endswith(".svg"):
        picture = b64encode(resources.files("bot.web.static").joinpath(name).read_bytes()).decode()
        return f'url("data:image/svg+xml;base64,{picture}")'
    return 'local("sans-serif")'  # a font the web serves: whoever opens the file uses their own
