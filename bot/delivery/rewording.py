"""Rewording: what was announced and is said differently by now is changed where it stands, in every chat.

It goes by jobs as what is sent does, at the pace the platform takes changes. The same change twice does no harm, so
nothing is claimed or looked up: a message that does not say the newest is changed, whoever was to do it before. How
far an announcement is, which its author sees, is changed ahead of what everybody sees.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping

from bot.delivery.carrying import DATABASE, Carrying
from bot.delivery.claiming import LATER, PATIENCE
from bot.delivery.courier import Lane, NotTaken, Unsure
from bot.delivery.jobs import LOOSE
from bot.logs import went_wrong
from bot.promises import CHUNK, Enqueue
from storage import pacing, sent, wordings
from storage.wordings import PROGRESS

MANY, SOON = "edit:", f"{LOOSE}edit:"
"""What the names of jobs begin with that change what everybody sees, and what authors see."""
MOST = 10 * CHUNK
EDITS = ":edits"
"""A platform that has enough of changes takes messages all the same, so it is paused for changes alone."""


@dataclass(frozen=True)
class Timed:
    row: RowMapping
    at: datetime
    said: Any
    """As the platform takes it; None where it cannot be put into words."""


@dataclass(frozen=True)
class Later:
    """The platform did not take it now."""

    at: datetime
    everybody: bool = False


def is_rewording(job: str) -> bool:
    return job.startswith((MANY, SOON))


@dataclass(frozen=True)
class Rewording:
    carrying: Carrying

    async def gather(self, enqueue: Enqueue | None) -> int:
        """Puts messages that are out of date into jobs, or without jobs changes them here; says how many there were."""
        if not await self.carrying.read(wordings.spreading):
            return 0
        desk = await self.carrying.desk()
        places = [(platform, place) for platform, there in desk.places.items() for place in there]
        chunks = await self.carrying.write(self._gather, places, enqueue)
        if enqueue is None:
            for chunk in chunks:
                await self.carry(chunk)
        return sum(len(numbers) for numbers in chunks.values())

    async def carry(self, chunk: str) -> None:
        """Changes the messages of a job."""
        lane = Lane.talk if chunk.startswith(SOON) else Lane.edit
        try:
            while not self.carrying.stopping.is_set():
                rows = await self.carrying.read(sent.outdated_in, chunk)
                if not rows:
                    return
                timed = await self.carrying.write(self._timed, rows, lane)
                came = await asyncio.gather(*(self._reword(each) for each in timed))
                await self.carrying.write(self._note, list(zip(timed, came, strict=True)))
        finally:
            await self.carrying.write(sent.release, chunk)

    def _gather(
        self, db: Connection, places: Sequence[tuple[str, str]], enqueue: Enqueue | None
    ) -> Mapping[str, Sequence[int]]:
        found = sent.gather_outdated(db, places, MOST, self.carrying.clock.now())
        soon = [number for number, about in found.items() if about.startswith(PROGRESS)]
        many = [number for number, about in found.items() if not about.startswith(PROGRESS)]
        chunks = {
            f"{name}{uuid4().hex}": numbers[first : first + CHUNK]
            for name, numbers in ((SOON, soon), (MANY, many))
            for first in range(0, len(numbers), CHUNK)
        }
        sent.put_into_jobs(db, chunks)
        if enqueue:
            for chunk in chunks:
                enqueue(db, chunk)
        return chunks

    def _timed(self, db: Connection, rows: Sequence[RowMapping], lane: Lane) -> list[Timed]:
        """Composes messages and takes the moments to change them at; what would have to wait too long goes back."""
        now = self.carrying.clock.now()
        by_place: dict[tuple[str, str], list[RowMapping]] = {}
        for row in rows:
            by_place.setdefault((row["platform"], row["place"]), []).append(row)
        timed = []
        for (platform, place), those in by_place.items():
            name, courier = f"{platform}:{place}", self.carrying.couriers.get(platform)
            until = max(filter(None, _pauses(db, name)), default=now) if courier else now + LATER
            if courier is None or until - now > PATIENCE:
                for row in those:
                    sent.later(db, row["id"], until)
                continue
            pace = courier.pacing(lane)
            slots = pacing.take_slots(db, name, lane, len(those), pace.apart, now, pace.burst)
            timed += [Timed(row, max(slot, until), self._said(db, row)) for row, slot in zip(those, slots, strict=True)]
        return timed

    def _said(self, db: Connection, row: RowMapping) -> Any:
        try:
            return self.carrying.couriers[row["platform"]].standing(db, row)
        except DATABASE:
            raise
        except Exception as fault:  # noqa: BLE001  # it stays as it is: worse than a new try every time
            went_wrong("a message that is out of date cannot be put into words", fault, message=row["id"])
            return None

    async def _reword(self, timed: Timed) -> Later | None:
        """What has come of a change: None once there is nothing more to be done about the message."""
        await self.carrying.until_moment(timed.at)
        if self.carrying.stopping.is_set():
            return Later(self.carrying.clock.now())
        if timed.said is None:
            return None
        try:
            await self.carrying.couriers[timed.row["platform"]].edit(timed.row, timed.said)
        except NotTaken as refusal:
            if refusal.after is None:
                went_wrong("a message cannot be changed any more where it stands", refusal, message=timed.row["id"])
                return None
            wait = timedelta(seconds=max(refusal.after, LATER.total_seconds() if not refusal.everybody else 0))
            return Later(self.carrying.clock.now() + wait, refusal.everybody)
        except Unsure:
            return Later(self.carrying.clock.now() + LATER)  # the same change again does no harm
        return None

    def _note(self, db: Connection, came: Sequence[tuple[Timed, Later | None]]) -> None:
        sent.now_says(db, {timed.row["id"]: timed.row["newest"] for timed, later in came if later is None})
        for timed, later in came:
            if later:
                sent.later(db, timed.row["id"], later.at)
            if later and later.everybody:
                pacing.pause(db, f"{timed.row['platform']}:{timed.row['place']}{EDITS}", later.at)


def _pauses(db: Connection, name: str) -> Iterator[datetime | None]:
    yield pacing.paused_until(db, name)
    yield pacing.paused_until(db, name + EDITS)
