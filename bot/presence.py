"""Presence: a process notes in the database that it runs and with which settings, and finds out who else does.

`serve` and every `worker` beside it must have the same settings but for those of `MAY_DIFFER`: a worker with other
quiet hours would send at night what `serve` would hold. On SQLite one process does everything: another one beside
`serve` would wait for its locks and be waited for.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from errno import EDQUOT, ENOSPC, EROFS
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from hashlib import blake2b
from pathlib import Path
from socket import gethostname

from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from bot.clock import Clock
from bot.delivery.leases import lease_folder
from bot.logs import warn
from bot.secrets import session_secret
from bot.settings import PREFIX, Settings
from storage import processes
from storage.database import Database, keeps_nothing

MAY_DIFFER = frozenset(
    {
        "database",
        "synchronous",
        "folder",
        "host",
        "port",
        "rest_token",
        "metrics_token",
        "metrics_port",
        "metrics_host",
        "drain_seconds",
        "language",
    }
)
"""Settings that each process has for itself. All others must be the same in every process of one database."""
SERVE, WORKER = "serve", "worker"


class OneProcessOnly(Exception):
    """A process is to run beside `serve` on SQLite, or `serve` beside a worker.

    `text` is the key of its sentence in `[cli.serve]`, which says which one runs already and what to do.
    """

    def __init__(self, kind: str, beside: str) -> None:
        super().__init__(f"{beside} runs on this SQLite database already, so {kind} cannot")
        self.text = "beside_another" if kind == beside else f"beside_{beside}"


def digests(settings: Settings) -> dict[str, str]:
    """A short digest of every setting that must agree; of a secret that was made, too, since it signs links."""
    values: dict[str, object] = {name: getattr(settings, name) for name in type(settings).model_fields}
    values["session_secret"] = session_secret(settings)
    return {name: _digest(name, value) for name, value in values.items() if name not in MAY_DIFFER}


def _digest(name: str, value: object) -> str:
    text = value.get_secret_value() if isinstance(value, SecretStr) else repr(value)
    return blake2b(text.encode(), digest_size=6, key=name.encode()).hexdigest()


class Presence:
    def __init__(self, kind: str, settings: Settings, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.digests = digests(settings)
        self.row = {
            "name": f"{gethostname()}:{os.getpid()}",
            "kind": kind,
            "host": gethostname(),
            "settings": self.digests,
        }
        self.told: frozenset[str] = frozenset()
        self._place: int | None = None
        """The open file whose lock says that this process runs on a SQLite database."""

    def enter(self) -> None:
        """Notes that the process runs; raises `OneProcessOnly`. A full disk keeps nobody from starting."""
        if self.database.is_sqlite:
            self._place = _place(lease_folder(self.database), str(self.row["kind"]))
        try:
            with self.database.write() as db:
                processes.seen(db, self.row, self.clock.now())
        except OperationalError as error:
            if not keeps_nothing(error):
                raise
        self._compare()

    def stay(self) -> Iterator[int]:
        """Notes that it still runs, and warns of others that have come with other settings."""
        with self.database.write() as db:
            processes.seen(db, self.row, self.clock.now())
        self._compare()
        yield 0

    def leave(self) -> None:
        with suppress(OperationalError), self.database.write() as db:
            processes.ended(db, str(self.row["name"]))
        if self._place is not None:
            os.close(self._place)

    def _compare(self) -> None:
        with self.database.read() as db:
            others = [row for row in processes.running(db, self.clock.now()) if row["name"] != self.row["name"]]
        found = processes.differing(self.digests, others)
        if found and frozenset(found) != self.told:
            named = variables(found)
            warn("processes of one database have different settings; see `evenhand check`", settings=named)
        self.told = frozenset(found)


def variables(found: Mapping[str, object]) -> list[str]:
    return sorted(PREFIX + name.upper() for name in found)


def _place(folder: Path, kind: str) -> int | None:
    """Takes a place on a SQLite database: `serve` alone, workers together. The system gives it back when they end.

    Raises `OneProcessOnly`; gives nothing where the disk has no room for the file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place = os.open(folder / "running.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as fault:
        if fault.errno in (ENOSPC, EDQUOT, EROFS):
            return None
        raise
    if _is_locked(place, LOCK_EX if kind == SERVE else LOCK_SH):
        return place
    beside = WORKER if _is_locked(place, LOCK_SH) else SERVE
    os.close(place)
    raise OneProcessOnly(kind, beside)


def _is_locked(place: int, how: int) -> bool:
    """Whether the lock could be taken; a lock that only workers hold can be shared."""
    try:
        flock(place, how | LOCK_NB)
    except BlockingIOError:
        return False
    return True
