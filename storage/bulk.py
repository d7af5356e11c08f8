"""Many rows at once, without what SQLAlchemy does for each of them: of an import of a company that is half the time."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, insert, select, text

T = TypeVar("T")
AT_ONCE = 5000

sqlite3.register_adapter(date, date.isoformat)
"""Days are kept as SQLAlchemy keeps them, as texts."""


def insert_many(db: Connection, into: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    """Inserts rows of texts, numbers and days, each with all columns in the order of the table.

    On PostgreSQL by COPY (https://www.psycopg.org/psycopg3/docs/basic/copy.html). On SQLite a row must come after
    those it refers to.
    """
    names = [column.name for column in into.columns]
    if db.dialect.name == "postgresql":
        cursor: Any = db.connection.cursor()
        with cursor, cursor.copy(f"COPY {into.name} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    statement = str(insert(into).compile(dialect=db.dialect, column_keys=names))
    for lot in in_lots(rows, AT_ONCE):
        db.exec_driver_sql(statement, lot)


def new_ids(db: Connection, of: Table, count: int) -> Sequence[int]:
    """Ids for so many rows to be inserted in this transaction, in which nobody else inserts any."""
    if db.dialect.name == "postgresql":
        sequence = text("SELECT nextval(pg_get_serial_sequence(:of, 'id')) FROM generate_series(1, :count)")
        return db.execute(sequence, {"of": of.name, "count": count}).scalars().all()
    highest = db.execute(select(func.max(of.c.id))).scalar() or 0
    return range(highest + 1, highest + 1 + count)


def in_lots(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while lot := list(islice(rest, size)):
        yield lot
