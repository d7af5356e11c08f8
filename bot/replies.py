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
    reader: Reader | None = None
    """How the person reads from now on, where what they sent has changed it."""
    in_message: bool = False
    """A message in the person's chat with the bot says all of it, so that nothing need be answered there."""


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
    started: bool = False
    """Some of it was typed already and is not sent."""


@dataclass(frozen=True)
class ToConfirm:
    """An announcement that waits for a person to confirm it, which takes one press."""

    title: str
    button: Labelled


@dataclass(frozen=True)
class Give:
    """A button that gives a command, with the line that stands after it."""

    command: str
    line: str = ""


@dataclass(frozen=True)
class LookAt:
    """A button that opens the closer look at a colleague."""

    person: int


@dataclass(frozen=True)
class Say:
    """A button that says something to the bot, as if it had been typed."""

    text: str


@dataclass(frozen=True)
class Proposal:
    """One thing that a person may have meant, as a button."""

    label: str
    does: Give | LookAt | Say


@dataclass(frozen=True)
class Suggestion:
    """The answer to a line that is neither a command nor an answer: one sentence, and at most three buttons."""

    text: str
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class CommandHelp:
    name: str
    """The command, whatever it is called in the reader's language."""
    shown: str
    """What the reader types after the slash."""
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
    more: Proposal | None = None
    """Shows the rest of the commands, where these are not all."""


@dataclass(frozen=True)
class Kept:
    """What was typed so far is kept."""

    text: str


def is_in_chat(reply: "Reply | None") -> bool:
    """Whether a message that is on its way to the person's chat with the bot is all the answer they need there."""
    return isinstance(reply, Said) and reply.in_message


Reply = ShowPage | NextQuestion | Said | Refused | Suggestion | Help | Kept


@dataclass(frozen=True)
class Answered:
    """A reply, and who will read it: their language and their place."""

    reply: Reply
    reader: Reader
