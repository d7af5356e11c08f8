"""The picker: who to be. A few people to begin with, one of each kind, and everybody by department."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from htpy import (
    Element,
    Renderable,
    a,
    div,
    form,
    h1,
    h2,
    header,
    input,  # noqa: A004 - the element's name
    label,
    li,
    main,
    p,
    section,
    span,
    ul,
)

from bot.web.faces import face, sign
from bot.web.layout import document, theme_button
from bot.web.voice import Voice
from storage.place_names import place_name
from storage.roll import Listed, cast, matching

MOST = 60
"""People listed at once; a search finds the others."""
LANGUAGES = {"en": "English", "zh": "中文"}


def render(people: Sequence[Listed], words: str, voice: Voice) -> Renderable:
    found = matching(people, words) if words.strip() else tuple(people)
    return document(
        voice,
        voice.say("picker.title"),
        main(".picker")[
            header(".picker-head")[
                div(".brand")[span(".face.bot", aria_hidden="true")[sign()], span["Evenhand"]],
                div(".row")[_languages(voice), theme_button(voice)],
            ],
            h1[voice.say("picker.title")],
            p(".lead")[voice.say("picker.lead")],
            not words.strip() and _suggested(people, voice),
            _search(words, voice),
            bool(found) and p(".note", role="status")[voice.say("picker.found", count=len(found))],
            not found and p(".nothing", role="status")[voice.say("picker.nobody", words=words.strip()[:80])],
            _by_department(found[:MOST], voice),
            len(found) > MOST and p(".note")[voice.say("picker.more", count=len(found) - MOST)],
        ],
    )


def _suggested(people: Sequence[Listed], voice: Voice) -> Renderable:
    suggested = cast(people, voice.language)
    roles = {"employee": suggested.employee, "manager": suggested.manager, "hr": suggested.hr}
    return section(".cast", aria_label=voice.say("picker.suggested"))[
        (
            a(".persona", href=f"/as/{one.who.id}", target=f"as-{one.who.id}")[
                span(".role")[voice.say(f"picker.role.{role}")],
                face(one.who, voice.language),
                span(".name")[one.who.name(voice.language)],
                span(".note.facts")[_about(one, voice)],
                span(".try")[voice.say(f"picker.try.{role}")],
            ]
            for role, one in roles.items()
            if one
        )
    ]


def _search(words: str, voice: Voice) -> Element:
    return form(".search", method="get", action="/", role="search")[
        label(for_="q")[voice.say("picker.search")],
        input("#q", type="search", name="q", value=words, placeholder=voice.say("picker.search_hint"), dir="auto"),
        input(type="hidden", name="language", value=voice.language),
    ]


def _by_department(people: Iterable[Listed], voice: Voice) -> Renderable:
    def unit(one: Listed) -> str:
        return one.department.name(voice.language) if one.department else voice.say("picker.no_department")

    return div(".departments")[
        (
            section(".part")[h2[name], ul(".people")[(_person(one, voice) for one in group)]]
            for name, group in groupby(people, unit)
        )
    ]


def _person(one: Listed, voice: Voice) -> Element:
    return li[
        a(href=f"/as/{one.who.id}", target=f"as-{one.who.id}")[
            face(one.who, voice.language),
            span(".what")[span(".name")[one.who.name(voice.language)], span(".note.facts")[_about(one, voice)]],
        ]
    ]


def _about(one: Listed, voice: Voice) -> str:
    leads = voice.say("picker.leads", count=one.reports) if one.reports else ""
    place = place_name(one.location, voice.language)
    return " · ".join(each for each in (one.title, leads, place, LANGUAGES[one.language]) if each)


def _languages(voice: Voice) -> Renderable:
    return div(".languages", role="group", aria_label=voice.say("picker.language"))[
        (
            a(href=f"/?language={code}", lang=code, aria_current="true" if code == voice.language else None)[name]
            for code, name in LANGUAGES.items()
        )
    ]
