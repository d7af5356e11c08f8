"""Wordings: how often what is said about something has changed, so that sent messages can be told from outdated ones.

A message that is about something says it as it was at some revision; where there is a newer one it is edited in its
place (`storage.sent`), and one that still waits is composed anew when it goes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, bindparam, select, update
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, table
from storage.ledger import insert_or_skip

PROGRESS, REMINDER = "progress:", "reminder:"
"""What a message is about that tells an author how far an announcement is, and one that reminds of it."""
SETTLED = timedelta(minutes=1)
"""So long after a change nothing is on its way any more that was composed before it."""


class Wording(SQLModel, table=True):
    __tablename__ = "wording"

    about: str = Field(primary_key=True)
    """The series of an announcement, or one of the above before it."""
    revision: int = 0
    changed_at: datetime = Field(sa_type=UtcDateTime)
    is_spread: bool = False
    """Every message says the newest, so that nobody needs to look for those that do not."""


wording = table(Wording)

_MOVE = (
    update(wording)
    .where(wording.c.about == bindparam("of_about"))
    .values(revision=wording.c.revision + 1, changed_at=bindparam("now"), is_spread=False)
)
_SPREAD_AGAIN = (
    update(wording).where(wording.c.about == bindparam("of_about")).values(changed_at=bindparam("now"), is_spread=False)
)
_SPREADING = select(wording).where(~wording.c.is_spread).order_by(wording.c.changed_at)
_SPREAD = (
    update(wording)
    .where(wording.c.about == bindparam("of_about"), wording.c.revision == bindparam("of_revision"))
    .values(is_spread=True)
)


def changed(db: Connection, now: datetime, *abouts: str) -> None:
    """Notes that everything said about these has to be said differently from now on."""
    for about in sorted(abouts):
        _known(db, now, about)
        db.execute(_MOVE, {"of_about": about, "now": now})


def spread_again(db: Connection, now: datetime, *abouts: str) -> None:
    """Has messages that are out of date looked for, though what is said to everybody is what it was."""
    for about in sorted(abouts):
        _known(db, now, about)
        db.execute(_SPREAD_AGAIN, {"of_about": about, "now": now})


def _known(db: Connection, now: datetime, about: str) -> None:
    blank = {"about": about, "revision": 0, "changed_at": now, "is_spread": False}
    db.execute(insert_or_skip(Wording, db.dialect.name), blank)


def spreading(db: Connection) -> Sequence[RowMapping]:
    """What has changed and is not said everywhere yet, as far as anybody has found out."""
    return db.execute(_SPREADING).mappings().all()


def is_spread(db: Connection, row: RowMapping, now: datetime) -> None:
    """Notes that every message says this revision, once none can be on its way that says an older one."""
    if row["changed_at"] <= now - SETTLED:
        db.execute(_SPREAD, {"of_about": row["about"], "of_revision": row["revision"]})
