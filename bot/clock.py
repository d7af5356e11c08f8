"""The clock: what time it is, as something that can be handed around and set in a test.

Processes on several machines share one clock, that of their PostgreSQL: what is due, who was taken for late and when
the next message may be sent must not depend on how well each machine keeps the time.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database

COMPARED = 30.0
"""Seconds after which two clocks are compared again."""
_NOW = text("SELECT clock_timestamp()")


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant, aware, in UTC."""


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class ServerClock:
    """The database server's clock, as told by our own and how far apart the two are, which is compared now and then."""

    database: Database
    ahead: timedelta = timedelta()
    _compared: float | None = None

    def now(self) -> datetime:
        if self._compared is None or monotonic() - self._compared > COMPARED:
            self._compare()
        return datetime.now(UTC) + self.ahead

    def _compare(self) -> None:
        """Half of what asking took is the way there; where nobody answers, the clocks are as far apart as before."""
        self._compared = monotonic()
        before = datetime.now(UTC)
        with suppress(DBAPIError), self.database.read() as db:
            theirs: datetime = db.execute(_NOW).scalar_one()
            after = datetime.now(UTC)
            self.ahead = theirs.astimezone(UTC) - (before + (after - before) / 2)


def clock_of(database: Database) -> Clock:
    """The clock that everybody who uses a database goes by."""
    return WallClock() if database.is_sqlite else ServerClock(database)


@dataclass
class SetClock:
    """A clock that stands still until it is moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 5, 9, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by
