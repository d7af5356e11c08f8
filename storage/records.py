"""How a record is remembered: inserted once, and for evidence as the next version of its series."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Insert, Select, Update, bindparam, func, insert, select, text, update
from sqlmodel import SQLModel

from storage.columns import plain, table
from storage.effects import Effective
from storage.ledger import insert_or_skip
from storage.versions import Versioned, new_series


def remember(db: Connection, record: SQLModel, at: datetime) -> int:
    """Inserts a record and returns its id; records are never updated.

    A `Versioned` record becomes the current version of its series and the one before it stops being so.
    `saved_at`, where the record has it, is set to `at`. What follows from an `Effective` record follows at once.
    """
    values = plain(record)
    if "saved_at" in values:
        values["saved_at"] = at
    model = type(record)
    if isinstance(record, Versioned):
        values["series"] = record.series or new_series()
        number = _next_state(db, model, values)
    else:
        number = int(db.execute(_insert(model), values).scalar_one())
    if isinstance(record, Effective):
        if isinstance(record, Versioned):
            record.series, record.version = values["series"], values["version"]
        record.take_effect(db, at)
    return number


def _next_state(db: Connection, model: type[SQLModel], values: dict[str, Any]) -> int:
    """Inserts the next version of a series, whose number it writes into the values, and returns its id.

    Most things are saved once: whoever inserts the first version has asked nothing before.
    """
    values["version"] = 1
    first = db.execute(_first(model, db.dialect.name), values).scalar()
    if first is not None:
        return int(first)
    series = {"of_series": values["series"]}
    if db.dialect.name == "postgresql":  # two conversations may save the same thing at once; SQLite has one writer
        db.execute(_ALONE, series)
    values["version"] = db.execute(_latest(model), series).scalar_one() + 1
    db.execute(_retire(model), series)
    return int(db.execute(_insert(model), values).scalar_one())


class NotSealable(Exception):
    def __init__(self, model: type[SQLModel], why: str) -> None:
        super().__init__(f"a sealed answer cannot become a {model.__name__}: {why}")


def seal(db: Connection, record: SQLModel, begun: datetime, key: int) -> None:
    """Inserts a record under a random key, so that its place in the table does not tell whose it is.

    `begun` is when its conversation began, the same for everybody who answers in it: the day of the answer would
    tell, since the journal keeps when each person answered. Whoever can read the database's own files or
    PostgreSQL's system columns can still see what was written together; those are the operator's to guard.
    """
    model = type(record)
    if isinstance(record, Versioned):
        raise NotSealable(model, "a versioned record names who saved it, and a sealed answer is not edited")
    if not isinstance(table(model).c.id.type, BigInteger):
        raise NotSealable(model, "its id counts upwards; give it sa_type=SEALED_KEY")
    record.id = key
    remember(db, record, begun.replace(hour=0, minute=0, second=0, microsecond=0))


_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:of_series, 0))")


@cache
def _insert(model: type[SQLModel]) -> Insert:
    columns = table(model)
    return insert(columns).returning(columns.c.id)


@cache
def _first(model: type[SQLModel], dialect: str) -> Insert:
    """The id of the row, or nothing where the series has a first version."""
    columns = table(model)
    return insert_or_skip(model, dialect).returning(columns.c.id)


@cache
def _latest(model: type[SQLModel]) -> Select[Any]:
    columns = table(model)
    return select(func.max(columns.c.version)).where(columns.c.series == bindparam("of_series"))


@cache
def _retire(model: type[SQLModel]) -> Update:
    columns = table(model)
    return update(columns).where(columns.c.series == bindparam("of_series"), columns.c.current).values(current=False)
