"""Leases: how processes tell whether another one is still alive, without trusting any clock.

A process holds a lock under its own name for as long as it lives, and whoever can take the lock of another knows that
it is gone: on PostgreSQL an advisory lock on a connection of its own
(https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS), beside a SQLite file a lock on a file.
The system lets go of both when a process ends, however it ends. A connection can break while its process lives on;
that process has lost its lease, must send nothing more, and ends.
"""

import fcntl
import os
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database

_TRY = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_LET_GO = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}
"""A host that vanishes without a word is noticed after about nine seconds
(https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES)."""


class LeaseLost(Exception):
    """The connection that held the lease is gone: others take this process for dead."""


class Lease(Protocol):
    name: str

    def is_over(self, name: str) -> bool:
        """Whether the process of that name is gone."""

    def require_held(self) -> None:
        """Raises `LeaseLost`."""

    def let_go(self) -> None: ...


def new_lease(database: Database) -> Lease:
    """A lease under a new name, held from now on."""
    name = uuid4().hex
    return FileLease(lease_folder(database), name) if database.is_sqlite else ServerLease(database, name)


class FileLease:
    """A lock on a file beside the database's; who ended has left its file, and whoever finds that out removes it."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.name = name
        self._file = os.open(self._path(name), os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def is_over(self, name: str) -> bool:
        if name == self.name:
            return False
        try:
            other = os.open(self._path(name), os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._path(name).unlink(missing_ok=True)
        except BlockingIOError:
            return False
        finally:
            os.close(other)
        return True

    def require_held(self) -> None:
        """A lock on a file is lost with its process alone."""

    def let_go(self) -> None:
        self._path(self.name).unlink(missing_ok=True)
        os.close(self._file)

    def _path(self, name: str) -> Path:
        return self.folder / f"{Path(name).name}.lock"


class ServerLease:
    def __init__(self, database: Database, name: str) -> None:
        self.name = name
        self._engine = _alone(database)
        self._connection: Connection = self._engine.connect()
        self._connection.execute(_TRY, {"name": name})

    def is_over(self, name: str) -> bool:
        """Takes the other's lock and gives it back; raises `LeaseLost` where one's own connection is gone."""
        if name == self.name:
            return False
        try:
            if not self._connection.execute(_TRY, {"name": name}).scalar_one():
                return False
            self._connection.execute(_LET_GO, {"name": name})
        except DBAPIError as error:
            raise LeaseLost from error
        return True

    def require_held(self) -> None:
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise LeaseLost from error

    def let_go(self) -> None:
        self._connection.close()
        self._engine.dispose()


def _alone(database: Database) -> Engine:
    """One connection outside the pool, each of whose statements stands for itself."""
    return create_engine(
        database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True, connect_args=KEEPALIVE
    )


def lease_folder(database: Database) -> Path:
    """Where the locks of a SQLite database lie, beside its file."""
    file = Path(database.url.database or "evenhand.sqlite3")
    return file.with_name(f"{file.name}-leases")
