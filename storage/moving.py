"""Moving: everything from one database to another, SQLite or PostgreSQL, compared table by table.

Both are held alone, so nothing can be written behind the mover's back. Rows are streamed and written in one
transaction of the target: it has everything, or it stays empty. The source is only read.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Row, Table, func, insert, inspect, literal, select, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.alone import alone
from storage.columns import ExactDecimal, Json, table
from storage.database import Database
from storage.journal import Outbox
from storage.migrations import BrokenReferences, upgrade
from storage.schema import found, newest, require_newest
from storage.tables import ALL, NAMES

BATCH = 1000
_FOREIGN_KEYS = text(
    "SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS means "
    "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
)


@dataclass(frozen=True)
class Moved:
    """A table that has been moved: its rows, and the checksum that is the same on both sides."""

    table: str
    rows: int
    checksum: str


class SameDatabase(Exception):
    """The source and the target are one database."""


class NotEmpty(Exception):
    """The target has rows already; moving would mix two companies."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the target has rows in {name} already")
        self.name = name


class NotTaken(Exception):
    """The target's database refuses a value that the source's has kept."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"a row of {name} is refused by the target: {reason}")
        self.name = name
        self.reason = reason


class Differs(Exception):
    """What was read back from the target is not what was read from the source."""

    def __init__(self, before: Moved, after: Moved) -> None:
        super().__init__(f"{before} has become {after}")
        self.before = before
        self.after = after


def move(source: str, target: str) -> Generator[Moved, None, None]:
    """Moves everything, table by table; it is there once the iterator has ended.

    Raises `SchemaBehind`, `SameDatabase`, `storage.alone.InUse`, `NotEmpty`, `NotTaken` or `Differs`; then, and when
    it is cut off, the target is empty and the source as it was.
    """
    if _place(make_url(source)) == _place(make_url(target)):
        raise SameDatabase
    _require_newest(source)
    with ExitStack() as held:
        old = held.enter_context(alone(source))
        _prepare(target)
        new = held.enter_context(alone(target))
        _require_empty(new)
        with _references_checked_at_the_end(new):
            for model in ALL:
                yield _one(old, new, _as_kept(table(model)))
        _out_of_jobs(new)
        if new.dialect.name == "postgresql":
            _set_sequences(new)


def _place(url: URL) -> tuple[Any, ...]:
    return (url.get_backend_name(), url.host, url.port, url.database, url.query.get("host"))


def _require_newest(url: str) -> None:
    database = Database(url)
    try:
        require_newest(database)
    finally:
        database.close()


def _prepare(url: str) -> None:
    """Makes the tables of an empty target; raises `SchemaBehind` for one with another schema."""
    database = Database(url)
    try:
        if found(database) is None:
            with database.read() as db:
                foreign = set(inspect(db).get_table_names()) & set(NAMES)
            if foreign:
                raise NotEmpty(min(foreign))
            upgrade(database, newest())
        require_newest(database)
    finally:
        database.close()


def _require_empty(target: Connection) -> None:
    for model in ALL:
        if target.execute(select(literal(1)).select_from(table(model)).limit(1)).first():
            raise NotEmpty(table(model).name)


@contextmanager
def _references_checked_at_the_end(target: Connection) -> Iterator[None]:
    """Rows refer to rows of other tables, and of their own, that come after them."""
    if target.dialect.name == "sqlite":
        yield
        if broken := target.execute(text("PRAGMA foreign_key_check")).all():
            raise BrokenReferences(f"{len(broken)} rows refer to rows that do not exist, first: {broken[0]}")
        return
    references = target.execute(_FOREIGN_KEYS).mappings().all()
    for each in references:
        target.execute(text(f"ALTER TABLE {each['owner']} DROP CONSTRAINT {each['name']}"))
    yield
    for each in references:
        target.execute(text(f"ALTER TABLE {each['owner']} ADD CONSTRAINT {each['name']} {each['means']}"))


def _as_kept(ours: Table) -> Table:
    """The table with its values as the database keeps them: JSON as its bytes, a decimal as its digits."""
    columns = (Column(column.name, _kept(column.type), primary_key=column.primary_key) for column in ours.columns)
    return Table(ours.name, MetaData(), *columns)


def _kept(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) and isinstance(kind, Json | ExactDecimal) else kind


def _one(old: Connection, new: Connection, which: Table) -> Moved:
    before = Checksum()
    try:
        names = which.columns.keys()
        for rows in _streamed(old, which):
            before.add(rows)
            new.execute(insert(which), [dict(zip(names, row, strict=True)) for row in rows])
    except (DataError, IntegrityError) as refused:
        raise NotTaken(which.name, str(refused.orig).splitlines()[0]) from None
    after = Checksum()
    for rows in _streamed(new, which):
        after.add(rows)
    if (was := before.of(which)) != (came := after.of(which)):
        raise Differs(was, came)
    return was


def _streamed(connection: Connection, which: Table) -> Iterator[list[Row[Any]]]:
    streaming = connection.execute(select(which), execution_options={"yield_per": BATCH})
    yield from (list(rows) for rows in streaming.partitions())


class Checksum:
    """Rows counted, and added up as the SHA-256 of each: the same in whatever order a database gives them."""

    def __init__(self) -> None:
        self.rows = 0
        self.sum = 0

    def add(self, rows: Iterable[Row[Any]]) -> None:
        for row in rows:
            self.rows += 1
            self.sum += int.from_bytes(sha256(repr(tuple(row)).encode()).digest(), "big")

    def of(self, which: Table) -> Moved:
        return Moved(which.name, self.rows, f"{self.sum % 2**256:064x}")


def _out_of_jobs(target: Connection) -> None:
    """Jobs stay behind, so the messages that were in one wait as if they had never been: they get new ones."""
    outbox = table(Outbox)
    target.execute(update(outbox).where(outbox.c.chunk.is_not(None)).values(chunk=None))


def _set_sequences(target: Connection) -> None:
    """The next row gets the number after the highest there is."""
    for model in ALL:
        ours = table(model)
        for column in ours.primary_key.columns:
            named = func.pg_get_serial_sequence(ours.name, column.name)
            highest = target.execute(select(func.max(column))).scalar()
            if isinstance(highest, int) and (sequence := target.execute(select(named)).scalar()):
                target.execute(select(func.setval(sequence, highest)))
