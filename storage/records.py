"""How a record is remembered: inserted once, and for evidence as the next version of its series."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Update, bindparam, func, insert, select, update
from sqlmodel import SQLModel

from storage.columns import plain, table
from storage.versions import Versioned, new_series


def remember(db: Connection, record: SQLModel, at: datetime) -> int:
    """Inserts a record and returns its id; records are never updated.

    A `Versioned` record becomes the current version of its series and the one before it stops being so.
    `saved_at`, where the record has it, is set to `at`.
    """
    values = plain(record)
    if "saved_at" in values:
        values["saved_at"] = at
    model = type(record)
    if isinstance(record, Versioned):
        values["series"] = record.series or new_series()
        previous = db.execute(_latest(model), {"series": values["series"]}).scalar()
        if previous:
            db.execute(_retire(model), {"of_series": values["series"]})
            values["version"] = previous + 1
    return int(db.execute(_insert(model), values).scalar_one())


def seal(db: Connection, record: SQLModel, at: datetime, key: int) -> None:
    """Inserts a record under a random key and with the day alone, so that neither its place in the table nor
    its time tells whose it is."""
    record.id = key
    remember(db, record, at.replace(hour=0, minute=0, second=0, microsecond=0))


@cache
def _insert(model: type[SQLModel]) -> Insert:
    columns = table(model)
    return insert(columns).returning(columns.c.id)


@cache
def _latest(model: type[SQLModel]) -> Select[Any]:
    columns = table(model)
    return select(func.max(columns.c.version)).where(columns.c.series == bindparam("series"))


@cache
def _retire(model: type[SQLModel]) -> Update:
    columns = table(model)
    return update(columns).where(columns.c.series == bindparam("of_series"), columns.c.current).values(current=False)
