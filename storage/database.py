"""The database: one engine, short write transactions, and the settings that make a commit mean something.

SQLite is opened in WAL mode with `synchronous=FULL`, so that an answer that was acknowledged survives a
power cut (https://www.sqlite.org/pragma.html#pragma_synchronous). A write transaction begins with
BEGIN IMMEDIATE: two writers then wait for one another instead of failing half-way. Turns run on
`Database.writers`: one thread on SQLite, where only one can write anyway, a few on PostgreSQL.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import Any, Literal, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.connections import AtHand

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]
POSTGRES_WRITERS = 4
"""Turns at once. They share one interpreter: with eight threads people waited a third longer than with four."""
POSTGRES_CONNECTIONS = 8
LATELY = 60.0
"""Seconds for which a database counts as not writable that did not take something."""
PROGRAM = "evenhand"
"""What our connections call themselves, in PostgreSQL's own lists of who is connected."""


class Database:
    """One database by its SQLAlchemy URL, such as `sqlite:///var/evenhand.sqlite3` or `postgresql+psycopg://…`."""

    def __init__(self, url: str, synchronous: Synchronous = "FULL") -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url, synchronous, "BEGIN IMMEDIATE") if self.is_sqlite else _postgresql(url)
        self.reading = _sqlite(url, synchronous, "BEGIN") if self.is_sqlite else self.engine
        self._writing = AtHand(self.engine)
        self._reading = AtHand(self.reading) if self.is_sqlite else self._writing
        self._refused_at = -LATELY
        self.writers = ThreadPoolExecutor(1 if self.is_sqlite else POSTGRES_WRITERS, thread_name_prefix="writer")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end of the block, or not at all."""
        try:
            with self._writing.transaction() as connection:
                yield connection
        except OperationalError as error:
            if keeps_nothing(error):
                self._refused_at = monotonic()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; nothing is written through it."""
        with self._reading.transaction() as connection:
            yield connection

    @property
    def is_writable(self) -> bool:
        """Whether everything was taken lately, so that there is no sign of a disk that is full."""
        return monotonic() - self._refused_at >= LATELY

    def submit(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Runs a turn on a writer thread."""
        return self.writers.submit(work, *arguments)

    def close(self) -> None:
        self.writers.shutdown(wait=True)
        self.disconnect()

    def disconnect(self) -> None:
        """Closes every connection that nobody uses just now; the next transaction opens one."""
        self._writing.close()
        self._reading.close()
        self.engine.dispose()
        self.reading.dispose()


def met_another(error: OperationalError) -> bool:
    """Whether a statement failed only because of another transaction at the same moment: trying again helps."""
    code = _code(error)
    return code in {"40001", "40P01", "55P03"} or code.startswith("SQLITE_BUSY")


def keeps_nothing(error: OperationalError) -> bool:
    """Whether the database answers and takes nothing, as when its disk is full: trying again helps once it has room.

    Class 53 is what PostgreSQL says without disk, memory or connections, and 58030 where its disk fails
    (https://www.postgresql.org/docs/current/errcodes-appendix.html).
    """
    code = _code(error)
    return code.startswith(("53", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY")) or code == "58030"


@contextmanager
def noted_if_it_can_be() -> Iterator[None]:
    """What may as well be noted another time is let go where the database takes nothing."""
    try:
        yield
    except OperationalError as error:
        if not keeps_nothing(error):
            raise


def _code(error: OperationalError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", ""))


def _postgresql(url: str) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=POSTGRES_CONNECTIONS,
        max_overflow=4,
        pool_pre_ping=True,
        connect_args={"application_name": PROGRAM},
    )


def _lower(text: str | None) -> str | None:
    return None if text is None else str(text).lower()


def _sqlite(url: str, synchronous: Synchronous, begin: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, json_serializer=orjson.dumps, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.create_function("lower", 1, _lower, deterministic=True)  # its own knows ASCII alone: not Özil
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below; the driver must not
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "busy_timeout=30000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def say_begin(connection: Any) -> None:
        connection.execute(begin)

    # The dialect's own hook and not the engine's "begin" event: an engine that has listeners asks them about
    # every statement, which is a tenth of a turn.
    engine.dialect.do_begin = say_begin  # type: ignore[assignment]
    return engine
