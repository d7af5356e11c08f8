"""The courier: what a chat platform has to be able to do so that messages can be delivered there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection, RowMapping

from storage.ledger import Row


class Lane(StrEnum):
    """Messages are paced in lanes, so that what answers somebody never waits behind a broadcast."""

    talk = "talk"
    bulk = "bulk"
    edit = "edit"
    """What stands in many chats is changed in its place."""


@dataclass(frozen=True)
class Pacing:
    """How far apart messages to one place are sent in a lane, and how many may go ahead of that."""

    apart: timedelta
    burst: int = 0


@dataclass(frozen=True)
class Address:
    """Where a message goes: a place on a platform, and a person or channel there."""

    place: str
    user: str
    chat: str | None
    service_url: str | None = None


@dataclass(frozen=True)
class Arrived:
    """The platform has taken it: in which chat, and what it calls it."""

    chat: str
    name: str


class NotTaken(Exception):
    """The platform certainly did not take a message. `reason` is what a report says of it.

    `after` are the seconds until it may be tried again; without it, it never may. `everybody` has every message to
    that place wait so long; `gone` says that the person cannot be reached there any more.
    """

    def __init__(self, reason: str, after: float | None = None, *, everybody: bool = False, gone: bool = False):
        super().__init__(reason)
        self.reason = reason
        self.after = after
        self.everybody = everybody
        self.gone = gone


class Unsure(Exception):
    """Nobody can say whether a message arrived: the connection broke, or the platform did not answer in time."""


class Courier(Protocol):
    @property
    def platform(self) -> str: ...

    @property
    def looks_up(self) -> bool:
        """Whether the platform can be asked what has arrived."""

    def pacing(self, lane: Lane) -> Pacing: ...

    def may_repeat(self, row: Row) -> bool:
        """Whether a message may be sent again where nobody can say if it arrived; otherwise it ends as unknown."""

    async def places(self) -> frozenset[str]:
        """Where messages can be sent at the moment; raises `Unsure` where that cannot be found out."""

    async def find(self, people: Sequence[tuple[int, str]]) -> set[int]:
        """Looks for people (number and address) who have no account yet, and notes who is there.

        Gives those of whom the platform could not say.
        """

    def address(self, account: RowMapping) -> Address | None:
        """Where somebody is reached by an account, if they are at the moment."""

    def public(self) -> Address | None:
        """Where messages for everybody go, if anywhere."""

    def compose(self, db: Connection, row: Row) -> Any:
        """A message as the platform takes it; None for a question that is not asked any more."""

    async def send(self, address: Address, row: Row, composed: Any) -> Arrived:
        """Raises `NotTaken` or `Unsure`."""

    async def look_up(self, row: Row, address: Address) -> Arrived | None:
        """Whether a message has arrived; None if it has not. Raises `Unsure` where that cannot be found out now."""

    def standing(self, db: Connection, message: Row) -> Any:
        """What a sent message has to say by now."""

    async def edit(self, message: Row, composed: Any) -> None:
        """Raises `NotTaken` or `Unsure`."""

    def lost(self, db: Connection, person: int) -> None:
        """Forgets how somebody was reached, who is gone from there."""
