"""A courier on a platform that takes everything at once: delivery's own transactions on a set clock, and what went."""

from datetime import datetime

from sqlalchemy import select

from benchmarks.null_platform import NULL, PLACE, NullCourier, move_in
from bot.clock import SetClock
from bot.delivery import claiming, outcomes
from bot.delivery.claiming import Desk, Sought
from bot.delivery.courier import Arrived
from storage import accounts
from storage.attention import Rules
from storage.columns import table
from storage.database import Database
from storage.ledger import Row
from storage.outgoing import Newer
from storage.people import Person

RUN = "test"


class Courier:
    """Whoever is in the database by now can be reached there."""

    def __init__(self, database: Database, rules: Rules | None = None) -> None:
        self.database = database
        self.rules = rules or Rules()
        self.sent: list[tuple[datetime, Row]] = []
        """Each message and when it went, in order."""
        clock = SetClock()
        self._desk = Desk({NULL: NullCourier(clock)}, {NULL: frozenset({PLACE})})
        with database.read() as db:
            people = db.execute(select(table(Person).c.id)).scalars().all()
            known = accounts.reached(db, people)
        self._sought = Sought(frozenset(people))
        if strangers := [each for each in people if each not in known]:
            move_in(database, strangers, clock.at)

    def deliver(self, now: datetime) -> int:
        """Everything that may go now; says how many messages went."""
        before = len(self.sent)
        while True:
            with self.database.write() as db:
                claimed = claiming.claim(db, Newer(), self._desk, self.rules, self._sought, RUN, now)
            if not claimed.looked_at:
                return len(self.sent) - before
            arrived = [(parcel, Arrived("", str(parcel.row["id"]))) for parcel in claimed.parcels]
            with self.database.write() as db:
                outcomes.note(db, arrived, RUN, now)
            self.sent += [(now, parcel.row) for parcel in claimed.parcels]
