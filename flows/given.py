"""Given: what a page is filled with before anybody has sent it, and how much of it is the person's own word."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flows.steps import Objection

_Raw = str | tuple[str, ...]


class Typed(dict[str, _Raw]):
    """What a person typed along with a command, by question: `ask(me, Entry, given=Typed(text=line))`.

    It is read at once: when it can stand the page is as good as sent, otherwise it is shown with what is wrong. What
    the words speak of and leave `unclear` keeps it from standing: the page is shown with every word kept, and each
    question that is open says why.
    """

    def __init__(self, *given: Any, unclear: Iterable[Objection] = (), **more: _Raw) -> None:
        super().__init__(*given, **more)
        self.unclear = tuple(unclear)


class Stated(dict[str, Any]):
    """What a person has just said on another page; whoever answers by typing is not asked for it again."""


@dataclass(frozen=True)
class Proposed:
    """A value that a page is filled with for the person to keep or to change: `given={"weight": Proposed(40)}`.

    It is nobody's answer before the page is sent: whoever answers by typing is asked, told the proposal, and leaves
    the question open by skipping it.
    """

    value: Any
