"""A courier on a platform that takes everything: the real delivery, on a set clock, and what it has brought there."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from benchmarks.null_platform import NULL, NullCourier, move_in
from bot.clock import SetClock
from bot.delivery.carrying import Carrying
from bot.delivery.claiming import Scope
from bot.delivery.courier import Address, Arrived
from storage.attention import Rules
from storage.database import Database
from storage.ledger import Row


class Courier(NullCourier):
    """Everybody can be reached there, from the first message for them on."""

    def __init__(self, database: Database, rules: Rules | None = None) -> None:
        self.set_clock = SetClock()
        super().__init__(self.set_clock)
        self.database = database
        self.rules = rules or Rules()
        self.sent: list[tuple[datetime, Row]] = []
        """Each message and when it went, in order."""

    def deliver(self, now: datetime) -> int:
        """Everything that may go now; says how many messages went."""
        before = len(self.sent)
        self.set_clock.at = now
        carrying = Carrying(self.database, self.clock, {NULL: self}, "test", self.rules, self._until)
        asyncio.run(carrying.carry(Scope()))
        return len(self.sent) - before

    async def find(self, people: Sequence[tuple[int, str]]) -> set[int]:
        move_in(self.database, [number for number, _ in people], self.clock.now())
        return set()

    async def send(self, address: Address, row: Row, composed: Any) -> Arrived:
        self.sent.append((self.clock.now(), row))
        return await super().send(address, row, composed)

    async def _until(self, moment: datetime) -> None:
        self.set_clock.at = max(self.set_clock.at, moment)
