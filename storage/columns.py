"""Column types that mean the same on SQLite and on PostgreSQL, and how a model finds its table.

Three things differ between the two databases and would otherwise leak into every query: SQLite
forgets time zones, knows no exact decimals, and has no JSON type of its own.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, Result, String, Table, TypeDecorator
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}  # an unnamed constraint cannot be dropped in a SQLite batch migration


Record = SQLModel
"""A row as an object, for those above who hand records around and know nothing of SQL."""


SEALED_KEY = BigInteger().with_variant(Integer(), "sqlite")
"""The type of the `id` of a record made by a sealed answer: random, and wide enough to be. On SQLite it must be
INTEGER, because any other key leaves a hidden row number that counts in the order of the answers."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database; a naive value is refused when written."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """What SQLite keeps as text is read in one step: instants are most of what is read in great numbers."""
        return _instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal kept as its own digits: what was typed as 0.10 comes back as 0.10."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Json(TypeDecorator[Any]):
    """Any JSON value, as compact bytes written by orjson.

    Bytes and not the databases' JSON types, because nothing queries inside these values and the
    same 50 entries are read back on every turn of a conversation.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else orjson.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


def table(model: type[SQLModel]) -> Table:
    """The Core table of a model, for the statements of the hot path."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def plain(record: SQLModel) -> dict[str, Any]:
    """The column values of a record that is about to be inserted; an unset key is left to the database."""
    held = record.__dict__  # not getattr: SQLAlchemy's descriptors cost more than the insert does
    return {name: held[name] for name in _columns(type(record)) if held.get(name) is not None or name != "id"}


@cache
def _columns(model: type[SQLModel]) -> tuple[str, ...]:
    return tuple(column.key for column in table(model).columns)


def in_pieces(found: Result[Any]) -> Iterator[tuple[Any, ...]]:
    """Thousands of rows, some at a time: one by one they cost more to read, and all at once more to keep."""
    for some in found.partitions(100):
        yield from some


def is_id(number: Any) -> bool:
    """Whether a number that came from outside can be a row's id at all, on either database."""
    return type(number) is int and 0 < number < 2**31


def iso_week(day: date) -> str:
    """The ISO week a day belongs to, as in `2026-W47` (weeks begin on Monday)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
