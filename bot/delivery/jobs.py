"""Jobs: durable work in the same database, done once by whichever process is alive, by DBOS (https://docs.dbos.dev).

A job is coarse: it carries one lot of a hundred messages. It is put into its queue in the transaction that promises
the messages, so there is never one without the other. DBOS takes jobs back up only of a process that comes again under
its own name; ours have a new name each time, so whoever is alive takes up those of the dead (`leases.py`). Jobs name
lots and hold no contents. Nothing of DBOS is known outside this module.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSClient, EnqueueOptions
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.logs import take_over
from storage.database import Database, keeps_nothing

APPLICATION = "evenhand"
VERSION = "1"
"""Of the jobs, not of the program: DBOS leaves jobs of another version lying. It changes with what a job is given."""
BULK, SMALL = "broadcasts", "messages"
"""The queues: what was announced to many, and all else that is due, so that a prompt never waits for a broadcast."""
LOOSE = "m:"
"""What the names of jobs begin with that gathered what was due; the others are parts of a broadcast."""
AT_ONCE = 2
"""Jobs of one queue in one process."""
MOST = 1000
POOL = 4
GOES_ROUND = 0.25
"""Seconds: DBOS looks so often for what we never use, without asking the database, and ends only between two looks."""

Work = Callable[[str], None]
_work: dict[str, Work] = {}
"""What a job does in this process, once it has started; DBOS calls functions by name."""
_under_way: set[str] = set()
"""The jobs that are being done in this process."""


@DBOS.workflow(name="carry", max_recovery_attempts=None)
def _carry(chunk: str) -> None:
    _under_way.add(chunk)
    try:
        _work["carry"](chunk)
    finally:
        _under_way.discard(chunk)


class TakesNothing(Exception):
    """The database can be read and takes nothing, as when its disk is full."""


class Jobs:
    """The queues of one database, for one process under its name; there can be one in a process."""

    def __init__(self, database: Database, name: str) -> None:
        self.name = name
        self._engine = _engine(database)
        self._client = DBOSClient(
            system_database_engine=self._engine,
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,  # whoever calls has a way of their own to wait, and is not to be held up
        )
        self._is_started = False
        self._not_under_way: set[str] = set()

    def start(self, carry: Work) -> None:
        """Begins to do jobs, on threads of its own."""
        take_over("dbos")
        _work["carry"] = carry
        DBOS(config=_config(self._engine, self.name))
        DBOS.launch()
        self._is_started = True
        for queue in (BULK, SMALL):
            DBOS.register_queue(
                queue, worker_concurrency=AT_ONCE, polling_interval_sec=1.0, on_conflict="always_update"
            )

    def stop(self) -> None:
        if self._is_started:
            DBOS.destroy()
        self._is_started = False
        self._client.destroy()
        self._engine.dispose()

    def enqueue(self, db: Connection, chunk: str) -> None:
        """Puts a job into its queue, in the caller's transaction."""
        options: EnqueueOptions = {
            "workflow_name": "carry",
            "queue_name": _queue_of(chunk),
            "workflow_id": chunk,
            "app_version": VERSION,
        }
        self._client.enqueue_in_transaction(db, options, chunk)

    def owners(self) -> Mapping[str, list[str]]:
        """The jobs being done, by the process that does them or did."""
        found: dict[str, list[str]] = {}
        for owner, job in self._pending():
            if owner != self.name:
                found.setdefault(owner, []).append(job)
        return found

    def stranded(self) -> Collection[str]:
        """Jobs that this process is said to be doing and is not, because their end could not be noted.

        Each was so at the last look as well: a job that has just been taken is about to begin.
        """
        idle = {job for owner, job in self._pending() if owner == self.name} - _under_way
        stranded, self._not_under_way = idle & self._not_under_way, idle
        return stranded

    def _pending(self) -> Iterator[tuple[str, str]]:
        """The jobs being done, each after the process that does it or did."""
        pending = self._client.list_workflows(status="PENDING", limit=MOST, load_input=False, load_output=False)
        yield from ((each.executor_id, each.workflow_id) for each in pending if each.executor_id)

    def again(self, jobs: Iterable[str]) -> None:
        """Puts the jobs of a process that is gone back into their queues."""
        by_queue: dict[str, list[str]] = {}
        for job in jobs:
            by_queue.setdefault(_queue_of(job), []).append(job)
        for queue, those in by_queue.items():
            self._client.resume_workflows(those, queue_name=queue)

    def failed(self) -> Sequence[str]:
        """The jobs that ended in an error, such as a database that was away; DBOS takes none of these up again."""
        found = self._client.list_workflows(status="ERROR", limit=MOST, load_input=False, load_output=False)
        return [each.workflow_id for each in found]

    def forget(self, jobs: Sequence[str]) -> None:
        self._client.delete_workflows(list(jobs))

    def forget_finished(self, before: datetime) -> int:
        """Deletes what is known of jobs that were finished before; says how many there were."""
        over = self._client.list_workflows(
            status=["SUCCESS", "CANCELLED"],
            completed_before=before.isoformat(),
            limit=MOST,
            load_input=False,
            load_output=False,
        )
        self.forget([each.workflow_id for each in over])
        return len(over)


def _queue_of(job: str) -> str:
    return SMALL if job.startswith(LOOSE) else BULK


def prepare(database: Database) -> None:
    """Brings DBOS's own tables to the version that is installed."""
    DBOS.migrate(database.url.render_as_string(hide_password=False))


def _config(engine: Engine, name: str) -> Any:
    return {
        "name": APPLICATION,
        "application_version": VERSION,
        "executor_id": name,
        "system_database_engine": engine,
        "max_executor_threads": 4 * AT_ONCE,
        "use_listen_notify": False,
        "notification_listener_polling_interval_sec": GOES_ROUND,
        "scheduler_polling_interval_sec": 3600.0,
        "log_level": "ERROR",
    }


def _at_once(context: ExceptionContext) -> Exception | None:
    """Where the database takes nothing, DBOS would wait longer and longer by itself, and keep its process from ending.

    So it is told of an error that it does not know. What it could not note is done again (`Jobs.stranded`).
    """
    error = context.sqlalchemy_exception
    return TakesNothing() if isinstance(error, OperationalError) and keeps_nothing(error) else None


def _engine(database: Database) -> Engine:
    """DBOS begins transactions in its own way, so it has connections of its own to the same database."""
    if not database.is_sqlite:
        server = create_engine(database.url, pool_size=POOL, max_overflow=4, pool_pre_ping=True, hide_parameters=True)
        event.listen(server, "handle_error", _at_once)
        return server
    engine = create_engine(database.url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare_connection(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
