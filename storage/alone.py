"""Alone: a transaction on a database that nobody else has open, and that nobody else can write to until its end.

For what must see everything and be seen by nobody, such as moving to another database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from storage.database import PROGRAM, met_another
from storage.tables import NAMES

PATIENCE_MS = 1000
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = :program AND pid <> pg_backend_pid()"
)

_A_MOMENT = text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.05)")
"""What is known of others is kept for a whole transaction
(https://www.postgresql.org/docs/current/monitoring-stats.html), unless it is let go."""


class InUse(Exception):
    """Somebody else has the database open, a bot that runs most likely."""

    def __init__(self, shown: str) -> None:
        super().__init__(f"somebody else has {shown} open")
        self.shown = shown


@contextmanager
def alone(url: str) -> Iterator[Connection]:
    """A transaction that has the database to itself, and commits at the end of the block; raises `InUse` at once.

    Foreign keys are not enforced on SQLite, as in a migration: whoever writes checks them at the end.
    """
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    engine = _sqlite(url) if is_sqlite else _postgresql(url)
    shown = engine.url.render_as_string(hide_password=True)
    try:
        with _held(engine, shown, is_sqlite) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _held(engine: Engine, shown: str, is_sqlite: bool) -> Iterator[Connection]:
    with engine.connect() as connection:
        try:
            connection.begin()
            if not is_sqlite:
                _lock(connection, shown)
        except OperationalError as error:
            if met_another(error):
                raise InUse(shown) from None
            raise
        yield connection
        connection.commit()


def _lock(connection: Connection, shown: str) -> None:
    """Every table of ours that is there; and no bot may be connected, because it would go on here afterwards."""
    connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
    there = inspect(connection).get_table_names()
    if ours := [f'"{name}"' for name in NAMES if name in there]:
        connection.execute(text(f"LOCK TABLE {', '.join(ours)} IN SHARE ROW EXCLUSIVE MODE NOWAIT"))
    if not _is_by_itself(connection):
        raise InUse(shown)


def _is_by_itself(connection: Connection) -> bool:
    """Whether no bot is connected; one that has just ended is shown for a moment still, and is waited for."""
    until = monotonic() + PATIENCE_MS / 1000
    while connection.execute(_OTHERS, {"program": PROGRAM}).scalar_one():
        if monotonic() > until:
            return False
        connection.execute(_A_MOMENT)
    return True


def _postgresql(url: str) -> Engine:
    own = {"application_name": f"{PROGRAM} alone"}
    return create_engine(
        url, hide_parameters=True, poolclass=NullPool, isolation_level="READ COMMITTED", connect_args=own
    )


def _sqlite(url: str) -> Engine:
    """In exclusive locking mode the file is locked for everybody, also for one who has it open and does nothing
    (https://www.sqlite.org/pragma.html#pragma_locking_mode)."""
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def lock_out(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN EXCLUSIVE")

    return engine
