"""Backup: a whole and consistent copy of a SQLite database in one file, taken while the bot goes on writing.

SQLite's own online backup reads in one transaction, which in WAL mode keeps no writer waiting
(https://www.sqlite.org/backup.html). The copy gets its name once it has been checked and is on the disk, so a
file of that name is never half a backup.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

FOR_OWNER_ALONE = 0o600


@dataclass(frozen=True)
class Backup:
    size: int
    schema: str | None


class AlreadyThere(Exception):
    """A backup never takes the place of another file."""


class Damaged(Exception):
    """The copy does not hold together; carries the first thing SQLite says of it."""


def back_up(database: Path, to: Path) -> Backup:
    """Copies a file; raises `AlreadyThere`, `Damaged`, `sqlite3.Error` or `OSError`, and leaves nothing then."""
    if to.exists():
        raise AlreadyThere
    with _unfinished(to) as copy:
        reading = f"{database.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(reading, uri=True)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, with none beside it
            schema = _checked(target)
        _sync(copy)
        copy.rename(to)
    _sync(to.absolute().parent)
    return Backup(to.stat().st_size, schema)


@contextmanager
def _unfinished(to: Path) -> Iterator[Path]:
    copy = to.with_name(f".{to.name}.{os.getpid()}")
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_OWNER_ALONE))
    try:
        yield copy
    finally:
        for left in (copy, *copy.parent.glob(f"{copy.name}-*")):
            left.unlink(missing_ok=True)


def _checked(copy: sqlite3.Connection) -> str | None:
    """The schema of a copy that is sound."""
    said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise Damaged(said)
    if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return None
    row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
