"""Outdated: one person's messages that are to be changed where they stand, though they are right for everybody else."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from storage import wordings
from storage.sent import message

NEVER_SHOWN = -1
"""A revision that is older than any."""

_OUTDATE = (
    update(message)
    .where(message.c.about.in_(bindparam("abouts", expanding=True)), message.c.person_id == bindparam("person"))
    .values(revision=NEVER_SHOWN)
)


def outdate(db: Connection, now: datetime, person: int, *abouts: str) -> None:
    """Has one person's messages about something changed where they stand, because it is different for them by now."""
    if db.execute(_OUTDATE, {"person": person, "abouts": abouts}).rowcount:
        wordings.spread_again(db, now, *abouts)
