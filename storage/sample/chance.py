"""Chance with a memory: every draw of the sample company comes from a named stream, so it never changes.

A stream for each person and purpose means that adding a question to the check-ins moves no goal, and a new
colleague rewrites nobody's history.
"""

from collections.abc import Sequence
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")
SEED = "rillmark"


def stream(*purpose: object) -> Random:
    """The stream of one purpose, such as `stream("mood", person.id)`."""
    return Random(":".join(map(str, (SEED, *purpose))))  # noqa: S311 - made-up people, not secrets


def series(random: Random) -> str:
    """A series name as `storage.versions.new_series` writes one, but the same every time."""
    return f"{random.getrandbits(128):032x}"


class Deck(Generic[T]):
    """Cards dealt in random order; between two of the same lies at least about half of the deck."""

    def __init__(self, cards: Sequence[T], random: Random) -> None:
        self._random = random
        self._order = list(cards)
        self._random.shuffle(self._order)
        self._dealt = 0

    def deal(self) -> T:
        if self._dealt == len(self._order):
            half = len(self._order) // 2
            older, newer = self._order[:half], self._order[half:]
            self._random.shuffle(older)
            self._random.shuffle(newer)
            self._order = older + newer
            self._dealt = 0
        self._dealt += 1
        return self._order[self._dealt - 1]
