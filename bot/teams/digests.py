"""Digests: what is new from a manager's team, an entry for each person with the buttons that open and answer it."""

from collections.abc import Sequence
from typing import Any

from bot.looking import Person, carried
from bot.teams.elements import Element, Voice, button, button_rows, card, minted, note, run, short, words
from bot.teams.limits import LARGEST, require_fit, size_of
from bot.teams.messages import LOOK, TOLD, Outgoing, press_buttons
from flows.message import Digest, Entry

ROOM = LARGEST - 20_000
"""Bytes the entries may take, so that the form of an answer has room below them."""


def digest(said: Digest, voice: Voice, number: int) -> Outgoing:
    """The digest as a card; `number` is that of its message, by which a closer look finds back to it."""
    made = card(elements(said, voice, number), [], voice.reader.language, said.lead)
    require_fit(made)
    return Outgoing(short(said.lead), made)


def elements(said: Digest, voice: Voice, number: int) -> list[Element]:
    """The lines and buttons of a digest; entries that do not fit into a card are counted."""
    entries = [_entry(each, number) for each in said.entries]
    while sum(size_of(element) for entry in entries for element in entry) > ROOM:
        entries.pop()
    left_out = len(said.entries) - len(entries)
    notes = [voice.tell("digest.more", {"count": left_out})] if left_out else []
    return [
        *words(said.lead),
        *(element for entry in entries for element in entry),
        *(element for each in (*notes, *said.notes) for element in note(each)),
    ]


def _entry(entry: Entry, number: int) -> list[Element]:
    mood = [run(f" · {entry.mood_text}")] if entry.mood_text else []
    name = {"type": "RichTextBlock", "spacing": "large", "inlines": [run(entry.name, weight="bolder"), *mood]}
    look = button(
        entry.look,
        LOOK,
        {**carried(Person(entry.who.id)), TOLD: number, "event": minted()},
        says=entry.look_named,
    )
    course = note(entry.note) if entry.note else []
    return [name, *_said(entry.said), *course, *button_rows([look, *_answers(entry, number)])]


def _said(said: Sequence[tuple[str, str]]) -> list[Element]:
    return [
        {"type": "RichTextBlock", "spacing": "small", "inlines": [run(f"{label} ", weight="bolder"), run(text)]}
        for label, text in said
    ]


def _answers(entry: Entry, number: int) -> list[Element]:
    more: dict[str, Any] = {TOLD: number}
    made = press_buttons(entry.buttons, **more)
    return [{**each, "tooltip": short(f"{each['title']}: {entry.name}")} for each in made]
