"""Carrying: takes messages in small lots, sends each at its moment, and notes what came of them.

A lot is claimed, composed and sent; while its last messages wait for their moments the next lot is claimed, so that
the pace is kept without a gap. What came back in the meantime is written down together. When it is told to stop,
what has not been sent goes back into the outbox and what is being sent is waited for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from bot import metrics, transactions
from bot.clock import Clock
from bot.delivery import claiming, outcomes
from bot.delivery.claiming import Claimed, Desk, Parcel, Sought
from bot.delivery.courier import Courier, NotTaken, Unsure
from bot.delivery.outcomes import Failed, Held, Outcome, Over, Unknown
from bot.logs import went_wrong
from bot.together import Together
from storage import outgoing, pacing
from storage.attention import Rules
from storage.database import Database
from storage.journal import Delivery
from storage.outgoing import Scope

T = TypeVar("T")
Matter = tuple[str, str | None]
"""What may hold a message back: the place it goes to, and what it is about."""
Until = Callable[[datetime], Awaitable[None]]
LEAD = timedelta(milliseconds=250)
"""So long before the last moment of a lot the next is claimed."""
IN_THE_AIR = 100
"""Messages of one job under way at once."""
DATABASE = (OperationalError, InterfaceError)
TROUBLE = timedelta(seconds=2)
"""So long a database is left alone that did not take something."""
NO_TIME = timedelta()


@dataclass
class Carrying:
    database: Database
    clock: Clock
    couriers: Mapping[str, Courier]
    run: str
    rules: Rules | None = None
    """What people are spared by (`storage.attention`); without it everything goes at any time."""
    until: Until | None = None
    """How a moment is waited for, where not by the clock on the wall."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _left: dict[str, datetime] = field(default_factory=dict)
    """When the last message to a place left, or will."""

    def __post_init__(self) -> None:
        self._holds = Together(self._held_until)
        self._noted = Together(self._note)

    async def carry(self, scope: Scope) -> int:
        """Carries everything of a scope that is due; says how many messages it looked at."""
        flying: set[asyncio.Task[None]] = set()
        looked_at = 0
        try:
            while not self.stopping.is_set():
                claimed = await self._claim(scope)
                looked_at += claimed.looked_at
                if not claimed.looked_at and not flying:
                    break
                if not claimed.looked_at:  # somebody's next message may wait for one that is under way
                    await asyncio.wait(flying)
                composed = await self._worded(claimed.parcels)
                flying |= {asyncio.create_task(self._send(parcel, said)) for parcel, said in composed}
                await self.until_moment(max((parcel.at for parcel in claimed.parcels), default=self.clock.now()) - LEAD)
                flying = {each for each in flying if not each.done()}
                while len(flying) >= IN_THE_AIR:
                    _, flying = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await asyncio.gather(*flying)
        return looked_at

    async def patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does what can as well be done twice; while the database takes nothing, it is tried again."""
        while True:
            try:
                return await work()
            except DATABASE as trouble:
                went_wrong("the database did not take something, and delivery waits for it", trouble)
                if self.stopping.is_set():
                    raise
                await self.until_moment(self.clock.now() + TROUBLE)

    async def desk(self) -> Desk:
        """Who can carry messages now; a platform that cannot be spoken to is left out."""
        places = {}
        for name, courier in self.couriers.items():
            with suppress(Unsure):
                places[name] = await courier.places()
        return Desk(self.couriers, places)

    async def _claim(self, scope: Scope) -> Claimed:
        desk = await self.desk()
        unknown = await self.read(claiming.unknown_people, scope, desk, self.clock.now())
        unsettled: set[int] = set()
        for platform in desk.places:
            if unknown:
                unsettled |= await self.couriers[platform].find(unknown)
        sought = Sought(frozenset(person for person, _ in unknown), frozenset(unsettled))
        claimed = await self.write(claiming.claim, scope, desk, self.rules, sought, self.run, self.clock.now())
        for row in claimed.skipped:
            metrics.delivered(row["platform"] or metrics.NOWHERE, Delivery.skipped.name)
        return claimed

    async def _worded(self, parcels: Sequence[Parcel]) -> Sequence[tuple[Parcel, Any]]:
        """What each says; where the database does not tell, they go back, since nobody else would take them up."""
        try:
            return await self.read(self._compose, parcels)
        except Exception as trouble:  # noqa: BLE001  # whatever it was, nothing has been sent
            went_wrong("messages could not be composed and go back", trouble)
            return [(parcel, Held(self.clock.now() + TROUBLE)) for parcel in parcels]

    def _compose(self, db: Connection, parcels: Sequence[Parcel]) -> list[tuple[Parcel, Any]]:
        return [(parcel, self._composed(db, parcel)) for parcel in parcels]

    def _composed(self, db: Connection, parcel: Parcel) -> Any:
        try:
            said = parcel.courier.compose(db, parcel.row)
        except DATABASE:
            raise  # no message's fault: all of them go back
        except Exception as fault:  # noqa: BLE001  # whatever is wrong with one message is wrong with that one alone
            went_wrong("a message could not be composed", fault, outbox=parcel.row["id"])
            return Failed(type(fault).__name__)
        return Over() if said is None else said

    async def _send(self, parcel: Parcel, said: Any) -> None:
        outcome = said if isinstance(said, Failed | Over | Held) else await self._sent(parcel, said)
        await self._noted.one((parcel, outcome))

    async def _sent(self, parcel: Parcel, said: Any) -> Outcome:
        if await self._has_waited(parcel):
            until = await self._holds.one((parcel.where, parcel.row["about"]))
            if until:
                return Held(until)
        if self.stopping.is_set():
            return Held(self.clock.now())
        try:
            return await parcel.courier.send(parcel.address, parcel.row, said)
        except NotTaken as refusal:
            return refusal
        except Unsure as doubt:
            went_wrong("nobody knows whether a message arrived; it is looked up", doubt, outbox=parcel.row["id"])
            return Unknown()
        except Exception as error:  # noqa: BLE001  # whatever happened, it may have been sent
            went_wrong("a message could not be sent; it is looked up", error, outbox=parcel.row["id"])
            return Unknown()

    async def _has_waited(self, parcel: Parcel) -> bool:
        """Waits for a message's moment; says whether some time has gone since it was claimed, which may change things.

        Messages are kept apart that a busy machine has made late, instead of being sent all at once.
        """
        early = parcel.at - self.clock.now()
        if early > NO_TIME:
            metrics.paced(parcel.courier.platform, early.total_seconds())
            await self.until_moment(parcel.at)
        return await self._has_queued(parcel) or early > NO_TIME or -early > LEAD

    async def _has_queued(self, parcel: Parcel) -> bool:
        if not parcel.apart:
            return False
        before = self._left.get(parcel.where)
        free = before + parcel.apart if before else parcel.at
        self._left[parcel.where] = max(self.clock.now(), free)
        if free <= self.clock.now():
            return False
        await self.until_moment(free)
        return True

    async def _held_until(self, matters: Sequence[Matter]) -> Sequence[datetime | None]:
        """Until when messages go back whose moment has come, because their platform or their author wants it."""
        try:
            found = await self.read(_holds, frozenset(matters), self.clock.now())
        except Exception as trouble:  # noqa: BLE001  # nothing has been sent yet, so it can as well go back
            went_wrong("nobody knows whether messages may go, and they go back", trouble)
            return [self.clock.now() + TROUBLE] * len(matters)
        return [found[each] for each in matters]

    async def _note(self, back: Sequence[tuple[Parcel, Outcome]]) -> Sequence[None]:
        """Writes down what has come back; it is known here alone, so it is kept until the database takes it."""
        await self.patiently(partial(self.write, outcomes.note, back, self.run, self.clock.now()))
        for parcel, outcome in back:
            metrics.delivered(parcel.courier.platform, outcomes.named(parcel, outcome))
        return [None] * len(back)

    async def until_moment(self, at: datetime) -> None:
        if self.until:
            await self.until(at)
            return
        wait = (at - self.clock.now()).total_seconds()
        if wait > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self.stopping.wait()

    async def read(self, query: Callable[..., T], *arguments: Any) -> T:
        return await transactions.read(self.database, query, *arguments)

    async def write(self, change: Callable[..., T], *arguments: Any) -> T:
        return await transactions.write(self.database, change, *arguments)


def _holds(db: Connection, matters: Collection[Matter], now: datetime) -> Mapping[Matter, datetime | None]:
    return {matter: _held_until(db, *matter, now) for matter in matters}


def _held_until(db: Connection, place: str, about: str | None, now: datetime) -> datetime | None:
    until = pacing.paused_until(db, place)
    if until and until > now:
        return until
    return None if outgoing.may_go(db, about) else now
