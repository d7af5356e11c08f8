"""Reconciling: finds out what became of messages that were being sent when their process ended or the line broke.

Where the platform can be asked, it is; what has arrived is noted and what has not is sent. Where it cannot, a message
that may be repeated is, and any other ends as unknown, for whoever announced it to see. A process takes over what it
looks up under a name of its own, so that of two that find the same remains only one sends again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from bot.delivery import outcomes
from bot.delivery.carrying import Carrying
from bot.delivery.claiming import Desk, Parcel
from bot.delivery.courier import Address, NotTaken, Unsure
from bot.delivery.leases import Lease
from bot.delivery.outcomes import UNSURE, Failed, Held, Outcome
from bot.logs import note, went_wrong
from storage import accounts, outgoing

LOOKING = "look:"
SETTLED = timedelta(seconds=5)
"""A platform may need this long until what it took is seen by whoever asks."""
MOST = 100
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reconciling:
    carrying: Carrying
    lease: Lease

    @property
    def name(self) -> str:
        return LOOKING + self.carrying.run

    async def take_over(self) -> int:
        """Takes over what nobody is sending any more; says how many messages that is."""
        return await self.carrying.write(self._adopt)

    async def look_up(self) -> int:
        """Settles what was taken over; says how many messages it settled."""
        rows = await self.carrying.read(outgoing.held_by, self.name, MOST)
        now, desk, settled = self.carrying.clock.now(), await self.carrying.desk(), 0
        for row in rows:
            if now - row["done_at"] >= SETTLED:
                settled += await self._settle(row, desk)
        return settled

    async def _settle(self, row: RowMapping, desk: Desk) -> bool:
        carrying = self.carrying
        parcel = await carrying.read(_parcel, row, desk, carrying.clock.now())
        if parcel is None:
            return False  # its platform is not connected here
        outcome = await self._outcome(parcel)
        if outcome is None:
            return False
        await carrying.write(outcomes.note, [(parcel, outcome)], self.name, carrying.clock.now())
        note("a message that was under way is accounted for", outbox=row["id"], came=type(outcome).__name__)
        return True

    async def _outcome(self, parcel: Parcel) -> Outcome | None:
        """What became of a message; None where that cannot be found out yet."""
        if not parcel.courier.looks_up:
            return Held(parcel.at) if parcel.courier.may_repeat(parcel.row) else Failed(UNKNOWN)
        try:
            return await parcel.courier.look_up(parcel.row, parcel.address) or Held(parcel.at)
        except NotTaken as refusal:
            return Failed(UNKNOWN) if refusal.after is None else None
        except Unsure as doubt:
            went_wrong("whether a message has arrived could not be found out yet", doubt, outbox=parcel.row["id"])
            return None

    def _adopt(self, db: Connection) -> int:
        taken = 0
        for run in outgoing.runs(db):
            owner = run.removeprefix(UNSURE).removeprefix(LOOKING)
            if run.startswith(UNSURE) or (owner != self.carrying.run and self.lease.is_over(owner)):
                taken += outgoing.adopt(db, run, self.name)
        return taken


def _parcel(db: Connection, row: RowMapping, desk: Desk, now: datetime) -> Parcel | None:
    """A message that was under way, with where it went."""
    courier = desk.couriers.get(row["platform"])
    if courier is None or (row["kind"] != "channel" and row["place"] not in desk.places.get(courier.platform, ())):
        return None
    known = accounts.reached(db, [row["person_id"]]).get(row["person_id"], ())
    there = [each for each in known if (each["platform"], each["place"]) == (row["platform"], row["place"])]
    address = courier.public() if row["kind"] == "channel" else next(map(courier.address, there), None)
    return Parcel(row, address or Address(row["place"], "", None), courier, now)
