"""Replies: what the bot answers at once to whoever did something, for each surface to show in its own way."""

from dataclasses import dataclass
from datetime import datetime

from flows.message import Labelled
from flows.page import At, Page, Question, Reader


@dataclass(frozen=True)
class ShowPage:
    """A page to fill; when it has errors, the same page with what was typed."""

    page: Page


@dataclass(frozen=True)
class NextQuestion:
    """One question of a page, for whoever answers by typing."""

    page: Page
    question: Question
    problem: str = ""
    """Why what was just typed cannot be the answer."""


@dataclass(frozen=True)
class Said:
    """A plain answer: it is done, and what follows."""

    text: str
    at: At | None = None
    """Where the answer that was just given can still be edited."""


@dataclass(frozen=True)
class Refused:
    """It was not done, why, and what to do next. Nothing was changed."""

    text: str
    reason: str
    """The name of the fact, such as StageClosed."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person."""

    at: At
    title: str
    due: datetime | None
    due_text: str
    can_discard: bool = False
    """The person began it, and nothing has come of it yet."""


@dataclass(frozen=True)
class ToConfirm:
    """An announcement that waits for a person to confirm it, which takes one press."""

    title: str
    button: Labelled


@dataclass(frozen=True)
class CommandHelp:
    name: str
    about: str
    usage: str


@dataclass(frozen=True)
class Help:
    """What the bot can do, and what is open for the person."""

    intro: str
    commands: tuple[CommandHelp, ...]
    open_title: str
    open: tuple[Waiting, ...]
    confirm: tuple[ToConfirm, ...] = ()


@dataclass(frozen=True)
class Kept:
    """What was typed so far is kept."""

    text: str


Reply = ShowPage | NextQuestion | Said | Refused | Help | Kept


@dataclass(frozen=True)
class Answered:
    """A reply, and who will read it: their language and their place."""

    reply: Reply
    reader: Reader
