"""Answers: everything that can come in from a person, whichever surface it came from.

Each carries the id of the event it came with (the same id twice is the same event) and who it is from, as the
surface has established it; nothing else in it is trusted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.page import At
from flows.questions import Values


@dataclass(frozen=True)
class Submitted:
    """A page sent, whole."""

    id: str
    person: int
    at: At
    values: Values


@dataclass(frozen=True)
class Drafted:
    """A page not yet sent, with what has been typed so far."""

    id: str
    person: int
    at: At
    values: Values


@dataclass(frozen=True)
class Opened:
    """A page asked for, to answer it or to edit the answer."""

    id: str
    person: int
    at: At


@dataclass(frozen=True)
class Dropped:
    """What the person began and does not want to finish, by one of its pages."""

    id: str
    person: int
    at: At


@dataclass(frozen=True)
class Typed:
    """A message to the bot."""

    id: str
    person: int
    text: str


@dataclass(frozen=True)
class Called:
    """A slash command and what stood after it."""

    id: str
    person: int
    command: str
    text: str


@dataclass(frozen=True)
class Pressed:
    """A button that starts a flow, with the facts it carries."""

    id: str
    person: int
    flow: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Quoted:
    """A chat message somebody wants to keep, from the message's own menu."""

    id: str
    person: int
    flow: str
    quote: str
    author: int | None
    message: int | None = None
    """The number in the outbox of what the bot had said there, where the message is the bot's own."""


Answer = Submitted | Drafted | Opened | Dropped | Typed | Called | Pressed | Quoted
