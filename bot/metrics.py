"""Metrics: what a process has counted and timed, for Prometheus. Nobody's name and nobody's words are in it.

    metrics.turned("slack", "done", 0.003)        a turn of a conversation, and how it ended
    metrics.delivered("slack", "sent")            a message, and what became of it: a name of `storage.journal.Delivery`
    metrics.paced("slack", 0.2)                   seconds that a message waited for its moment
    metrics.ticked("deadlines", 0.01)             a tick that did its work; `failed=True` for one that did not

Until `begin` is called all of this does nothing, and the library is not even loaded. What stands in the database, such
as how many messages wait, is not counted here but looked up when somebody asks (`exposition`).
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.standing import Standing

if TYPE_CHECKING:
    from bot.instruments import Instruments

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}", re.ASCII)
OTHER = "other"
NOWHERE = "none"
"""The platform of a message that was to go to none."""


@dataclass
class _Book:
    instruments: "Instruments | None" = None
    """None as long as nobody wants to know."""


_BOOK = _Book()


def begin() -> None:
    """Counts from now on."""
    from bot.instruments import Instruments

    _BOOK.instruments = _BOOK.instruments or Instruments()


def turned(surface: str, outcome: str, seconds: float) -> None:
    """A turn: on which surface, how it ended (`done`, `failed` or the name of the refusal), and how long it took."""
    if known := _BOOK.instruments:
        known.turns.labels(word(surface), word(outcome)).inc()
        known.turn_seconds.labels(word(surface)).observe(seconds)


def delivered(platform: str, outcome: str, count: int = 1) -> None:
    """Messages, and what became of them."""
    if known := _BOOK.instruments:
        known.deliveries.labels(word(platform), word(outcome)).inc(count)


def paced(platform: str, seconds: float) -> None:
    """A message that waited so long for its moment, because the platform takes no more at once."""
    if known := _BOOK.instruments:
        known.pace_seconds.labels(word(platform)).observe(seconds)


def ticked(tick: str, seconds: float, *, failed: bool = False) -> None:
    """A tick that has looked for what is due."""
    if known := _BOOK.instruments:
        known.ticks.labels(word(tick), "failed" if failed else "done").inc()
        known.tick_seconds.labels(word(tick)).observe(seconds)
        if not failed:
            known.tick_success.labels(word(tick)).set_to_current_time()


def word(label: str) -> str:
    """A label that is a plain word of ours; an address, a name with a space or a sentence is none."""
    return label if _WORD.fullmatch(label) else OTHER


def exposition(standing: Standing | None, *, is_writable: bool = True) -> tuple[bytes, str]:
    """Everything as Prometheus reads it, and its content type; no `standing` where the database does not answer."""
    from bot import instruments

    begin()
    assert _BOOK.instruments
    return instruments.written(_BOOK.instruments, standing, is_writable=is_writable), instruments.CONTENT_TYPE
