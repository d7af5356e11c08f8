"""The schema's history, run by alembic; `upgrade(database)` brings any older database to today's tables."""

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, text

from storage.database import Database


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings the schema to `revision`.

    On SQLite this runs on a connection of its own with foreign keys off, because a batch change of a table
    that others refer to would otherwise fail or cascade; they are checked at the end.
    """
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            command.upgrade(configuration(connection), revision)
        return
    engine = create_engine(database.url)

    @event.listens_for(engine, "connect")
    def foreign_keys_off(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA foreign_keys=OFF")

    with engine.begin() as connection:
        command.upgrade(configuration(connection), revision)
    with engine.connect() as connection:
        if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
            raise BrokenReferences(f"{len(broken)} rows refer to rows that do not exist, first: {broken[0]}")
    engine.dispose()


class BrokenReferences(Exception):
    """After the migration some rows refer to rows that are not there; the database was left as migrated."""


def begin_revision(database: Database, message: str) -> None:
    """Writes the migration that brings the newest schema to today's tables; a person reads it before it is used."""
    with database.engine.begin() as connection:
        command.revision(configuration(connection), message=message, autogenerate=True)
