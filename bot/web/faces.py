"""Faces: a person as a coloured disc with their initials, and the bot as its sign."""

from htpy import Element, span
from htpy import path as path_element
from htpy import svg as svg_element

from storage.references import Who

HUES = 8


def initials(person: Who, language: str) -> str:
    """李娜 is 李娜 and Ann Miller is AM."""
    name = person.name(language)
    if not name.isascii() and " " not in name:
        return name[-2:]
    return "".join(part[0] for part in (person.given, person.family) if part)[:2].upper()


def face(person: Who, language: str) -> Element:
    return span(f".face.hue-{person.id % HUES}", aria_hidden="true")[initials(person, language)]


def bot_face() -> Element:
    return span(".face.bot", aria_hidden="true")[sign()]


def sign() -> Element:
    """Two even bars in a hand's curve."""
    return svg_element(viewBox="0 0 24 24", width="20", height="20", fill="none", stroke="currentColor")[
        path_element(d="M6 9h12M6 15h12", stroke_width="2.6", stroke_linecap="round")
    ]


def bookmark() -> Element:
    return svg_element(viewBox="0 0 24 24", width="15", height="15", aria_hidden="true", fill="none")[
        path_element(d="M6 3h12v18l-6-5-6 5z", stroke="currentColor", stroke_width="2", stroke_linejoin="round")
    ]
