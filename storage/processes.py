"""Processes: which ones run on this database, and with which settings, so that those that differ are found.

Of a setting only a short digest is kept: enough to see that two are not the same, too little to find out what one is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime, table
from storage.ledger import insert_or_skip

SEEN = timedelta(minutes=3)
"""A process that has not been seen for so long has ended."""


class RunningProcess(SQLModel, table=True):
    __tablename__ = "running_process"

    name: str = Field(primary_key=True)
    kind: str
    """`serve` or `worker`."""
    host: str
    settings: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """Digests by the name of the setting."""
    seen_at: datetime = Field(sa_type=UtcDateTime)


process = table(RunningProcess)


def seen(db: Connection, row: Mapping[str, Any], now: datetime) -> None:
    """Notes that a process runs, and forgets those that do not any more."""
    db.execute(delete(process).where((process.c.seen_at < now - SEEN) | (process.c.name == row["name"])))
    db.execute(insert_or_skip(RunningProcess, db.dialect.name), {**row, "seen_at": now})


def ended(db: Connection, name: str) -> None:
    db.execute(delete(process).where(process.c.name == name))


def running(db: Connection, now: datetime) -> Sequence[RowMapping]:
    return db.execute(select(process).where(process.c.seen_at >= now - SEEN).order_by(process.c.name)).mappings().all()


def differing(mine: Mapping[str, str], others: Sequence[RowMapping]) -> dict[str, list[str]]:
    """The settings that others have otherwise, each with the processes (`serve on HOST`) that do."""
    found: dict[str, list[str]] = {}
    for other in others:
        for name, digest in other["settings"].items():
            if mine.get(name, digest) != digest:
                found.setdefault(name, []).append(f"{other['kind']} on {other['host']}")
    return found
