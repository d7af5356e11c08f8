"""The schema's history, run by alembic; `upgrade(database)` brings any older database to today's tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, event, text

from storage.database import Database
from storage.schema import MIGRATIONS


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings the schema to `revision`, or leaves it as it was; a second process that upgrades waits for the first."""
    with migrating(database) as connection:
        command.upgrade(configuration(connection), revision)


@contextmanager
def migrating(database: Database) -> Iterator[Connection]:
    """One transaction to change the schema in, by one process at a time.

    On SQLite it has foreign keys off, because a batch change of a table that others refer to would otherwise
    fail or cascade; they are checked at its end, and nothing is kept when a reference is broken.
    """
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATIONS})"))
            yield connection
        return
    engine = create_engine(database.url, connect_args={"timeout": 60}, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def foreign_keys_off(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver would commit before each change of a table
        connection.execute("PRAGMA foreign_keys=OFF")

    @event.listens_for(engine, "begin")
    def alone(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        yield connection
        if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
            raise BrokenReferences(f"{len(broken)} rows refer to rows that do not exist, first: {broken[0]}")


class BrokenReferences(Exception):
    """After the migration some rows would refer to rows that are not there; the database is as it was before."""


def begin_revision(database: Database, message: str) -> None:
    """Writes the migration that brings the newest schema to today's tables; a person reads it before it is used."""
    with database.engine.begin() as connection:
        command.revision(configuration(connection), message=message, autogenerate=True)
