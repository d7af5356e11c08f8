"""Pacing: when the next message may be sent to a place, one row for all processes together.

The generic cell rate algorithm (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm): a row holds the moment
the next message is due at an even pace, and whoever sends takes so many moments at once. What answers somebody goes
in a lane of its own, so that it never waits behind a broadcast; a pause the platform asks for stops both.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, delete, select, update
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, table
from storage.ledger import insert_or_skip


class Pace(SQLModel, table=True):
    __tablename__ = "pace"

    bucket: str = Field(primary_key=True)
    """`slack:T1` for the pause of a place, `slack:T1:bulk` for the pace of a lane."""
    free_at: datetime = Field(sa_type=UtcDateTime)


pace = table(Pace)

_FREE_AT = select(pace.c.free_at).where(pace.c.bucket == bindparam("of_bucket"))
_HELD = _FREE_AT.with_for_update()
_TAKE = update(pace).where(pace.c.bucket == bindparam("of_bucket")).values(free_at=bindparam("to"))


def take_slots(
    db: Connection, place: str, lane: str, count: int, apart: timedelta, now: datetime, burst: int = 0
) -> list[datetime]:
    """Reserves so many moments to send at, at most `burst` of them ahead of the even pace."""
    bucket = f"{place}:{lane}"
    row = {"bucket": bucket, "free_at": now}
    db.execute(insert_or_skip(Pace, db.dialect.name), row)
    free: datetime = db.execute(_HELD, {"of_bucket": bucket}).scalar_one()
    earliest = max(now, paused_until(db, place) or now)
    start = max(free, earliest)
    db.execute(_TAKE, {"of_bucket": bucket, "to": start + count * apart})
    return [max(earliest, start + (number - burst) * apart) for number in range(count)]


def paused_until(db: Connection, place: str) -> datetime | None:
    """Until when a place wants to be left alone, if it ever wanted to."""
    until: datetime | None = db.execute(_FREE_AT, {"of_bucket": place}).scalar()
    return until


def pause(db: Connection, place: str, until: datetime) -> None:
    """Nothing is sent to a place before this moment, by anybody and in any lane."""
    db.execute(insert_or_skip(Pace, db.dialect.name), {"bucket": place, "free_at": until})
    later = case((pace.c.free_at < until, until), else_=pace.c.free_at)
    db.execute(update(pace).where(pace.c.bucket == place).values(free_at=later))


def forget_place(db: Connection, place: str) -> None:
    db.execute(delete(pace).where((pace.c.bucket == place) | pace.c.bucket.startswith(f"{place}:", autoescape=True)))
