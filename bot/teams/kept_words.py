"""Kept words: a card that could not be taken, with a copy of what was typed into it.

Teams puts the answer to a card in the card's place, so whatever stood in its fields would be gone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.teams.elements import Element, Voice, card, note, words
from bot.teams.limits import LARGEST, size_of
from bot.teams.messages import Outgoing, spoken

SHORT = 20
"""Characters of an answer that nobody minds typing again."""


def typed_into(value: Mapping[str, Any]) -> tuple[str, ...]:
    """The longer texts in what a card or dialog of ours sent, whether or not the rest can be read."""
    match value:
        case {"action": {"data": dict(data)}} | {"data": dict(data)}:
            return typed_into(data)
        case _:
            return tuple(
                text for name, text in value.items() if name.startswith("q.") and isinstance(text, str) and worth(text)
            )


def worth(text: str) -> bool:
    return len(text) > SHORT


def not_taken(text: str, typed: Sequence[str], voice: Voice, head: Sequence[Element] = ()) -> Outgoing:
    """Why a card was not taken, and below it the words that were in it, where a card can hold them."""
    said = [*head, *words(text)]
    copies = [*note(voice.say("your_words")), *(line for each in typed for line in words(each))] if typed else []
    for body in ([*said, *copies], said):
        made = card(body, [], voice.reader.language, text)
        if size_of(made) <= LARGEST:
            return Outgoing(text, made)
    return spoken(text)
