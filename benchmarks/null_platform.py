"""A platform that takes everything at once and keeps nothing but the moments: what delivery costs by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, insert

from bot.clock import Clock
from bot.delivery.courier import Address, Arrived, Lane, NotTaken, Pacing
from storage.accounts import Account
from storage.columns import table
from storage.database import Database
from storage.ledger import Row

NULL, PLACE = "null", "P1"


@dataclass
class NullCourier:
    clock: Clock
    rate: float = 1_000_000
    refuse_after: int | None = None
    """After so many messages it asks to be left alone, once."""
    pause: float = 2.0
    times: list[datetime] = field(default_factory=list)
    refused_at: datetime | None = None
    platform: str = NULL
    looks_up: bool = True

    def pacing(self, lane: Lane) -> Pacing:  # noqa: ARG002  # it has one
        return Pacing(timedelta(seconds=1) / self.rate)

    def may_repeat(self, row: Row) -> bool:  # noqa: ARG002
        return False

    async def places(self) -> frozenset[str]:
        return frozenset({PLACE})

    async def find(self, people: Sequence[tuple[int, str]]) -> set[int]:  # noqa: ARG002
        return set()

    def address(self, account: RowMapping) -> Address | None:
        return Address(account["place"], account["user"], account["chat"])

    def public(self) -> Address | None:
        return None

    def compose(self, db: Connection, row: Row) -> Any:  # noqa: ARG002
        return row["body"]

    async def send(self, address: Address, row: Row, composed: Any) -> Arrived:  # noqa: ARG002
        if self.refuse_after is not None and len(self.times) >= self.refuse_after and self.refused_at is None:
            self.refused_at = self.clock.now()
            raise NotTaken("ratelimited", after=self.pause, everybody=True)
        self.times.append(self.clock.now())
        return Arrived(address.chat or "", str(row["id"]))

    async def look_up(self, row: Row, address: Address) -> Arrived | None:  # noqa: ARG002
        return None

    def standing(self, db: Connection, message: Row) -> Any:  # noqa: ARG002
        return None

    async def edit(self, message: Row, composed: Any) -> None: ...

    def lost(self, db: Connection, person: int) -> None: ...


def move_in(database: Database, people: Sequence[int], now: datetime) -> None:
    """Everybody has an account there, and a chat."""
    rows = [
        {
            "platform": NULL,
            "place": PLACE,
            "user": f"U{number}",
            "person_id": number,
            "chat": f"D{number}",
            "checked_at": now,
            "used_at": now,
        }
        for number in people
    ]
    with database.write() as db:
        db.execute(insert(table(Account)), rows)
