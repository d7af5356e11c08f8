"""Leases and jobs: who lives is known without a clock, jobs of the dead are taken up, and old ones are forgotten."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos import DBOSClient
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from bot.clock import SetClock
from bot.delivery import jobs as jobs_module
from bot.delivery.jobs import AT_ONCE, BULK, SMALL, VERSION, Jobs, prepare
from bot.delivery.leases import Lease, LeaseLost, ServerLease, new_lease
from bot.delivery.service import Delivering
from storage import ledger
from storage.columns import table
from storage.database import Database
from storage.journal import Delivery, Outbox
from storage.outgoing import Newer, OfJob
from tests.postgres import on_both
from tests.slack_workspace.running import in_loop
from tests.team import BEN

pytestmark = on_both

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()
"""
HOLD = """
import sys, time
from bot.delivery.leases import new_lease
from storage.database import Database
lease = new_lease(Database(sys.argv[1]))
print(lease.name, flush=True)
time.sleep(60)
"""


@pytest.fixture
def lease(database: Database) -> Iterator[Lease]:
    held = new_lease(database)
    yield held
    held.let_go()


@pytest.fixture
def running(database: Database, lease: Lease) -> Iterator[Callable[[jobs_module.Work], Jobs]]:
    started: list[Jobs] = []

    def start(work: jobs_module.Work) -> Jobs:
        jobs = Jobs(database, lease.name)
        jobs.start(work)
        started.append(jobs)
        return jobs

    yield start
    for each in started:
        each.stop()


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_lease_is_over_when_its_process_is_killed(database: Database, database_url: str, lease: Lease) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, database_url], stdout=subprocess.PIPE, text=True)
    assert other.stdout
    name = other.stdout.readline().strip()
    assert not lease.is_over(name)
    assert not lease.is_over(lease.name)
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    until(lambda: lease.is_over(name))
    assert lease.is_over("nobody ever had this name")


def test_a_job_whose_end_could_not_be_noted_is_done_again(
    database: Database, running: Callable[[jobs_module.Work], Jobs]
) -> None:
    prepare(database)
    done: list[str] = []
    jobs = running(done.append)
    with database.write() as db:
        jobs.enqueue(db, "b:one")
    until(lambda: [each.status for each in jobs._client.list_workflows()] == ["SUCCESS"])
    assert not jobs.stranded()
    with database.write() as db:
        schema = "" if database.is_sqlite else "dbos."
        db.execute(text(f"UPDATE {schema}workflow_status SET status = 'PENDING'"))
    assert not jobs.stranded(), "it may just have been taken"
    assert jobs.stranded() == {"b:one"}
    jobs.again(jobs.stranded())
    until(lambda: done == ["b:one", "b:one"])


def test_jobs_do_not_wait_by_themselves_for_a_server_that_takes_nothing(database: Database) -> None:
    full = text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$")
    gone = text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'admin_shutdown'; END $$")
    jobs = Jobs(database, "whoever asks")
    with jobs._engine.connect() as db:
        if not database.is_sqlite:
            with pytest.raises(jobs_module.TakesNothing):
                db.execute(full)
            db.rollback()
            with pytest.raises(OperationalError):
                db.execute(gone)
    jobs.stop()


@in_loop
async def test_a_job_waits_for_a_database_that_takes_nothing(
    database: Database, clock: SetClock, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[OfJob] = []

    async def carry(scope: OfJob) -> int:
        tries.append(scope)
        if len(tries) < 3:
            raise OperationalError("", None, sqlite3.OperationalError("database or disk is full"))
        return 0

    async def at_once(_: datetime) -> None:
        """Nobody waits."""

    delivering = Delivering(database, clock, {}, lease, until=at_once)
    monkeypatch.setattr(delivering.carrying, "carry", carry)
    await delivering._carry_chunk("b:one")
    assert tries == [OfJob("b:one")] * 3
    tries.clear()
    delivering.carrying.stopping.set()
    with pytest.raises(OperationalError):
        await delivering._carry_chunk("b:one")
    assert tries == [OfJob("b:one")], "whoever is told to end does not wait"


class Lost:
    """A lease that others have taken for over."""

    name = "taken for dead"

    def is_over(self, _: str) -> bool:
        raise LeaseLost

    def require_held(self) -> None:
        raise LeaseLost

    def let_go(self) -> None:
        """There is nothing left to let go of."""


@pytest.mark.parametrize("is_one_of_ours", [True, False])
def test_whoever_has_lost_its_lease_sends_nothing_more_and_ends_only_where_it_is_told_to(
    database: Database, clock: SetClock, is_one_of_ours: bool
) -> None:
    ended: list[str] = []
    delivering = Delivering(database, clock, {}, Lost())
    if is_one_of_ours:
        delivering.abandon = lambda: ended.append("ended")

    async def run() -> None:
        async with asyncio.timeout(20), delivering.open():
            await delivering.carrying.stopping.wait()
            assert await delivering.carrying.carry(Newer()) == 0

    with database.write() as db:
        of = {"person_id": BEN, "kind": "tell", "body": {}, "due_at": clock.now()}
        ledger.promise(db, [{"dedupe": "one", "chunk": "b:one", **of}])
    asyncio.run(run())
    assert ended == ["ended"] * is_one_of_ours
    with database.read() as db:
        assert db.execute(select(table(Outbox).c.status)).scalars().all() == [Delivery.waiting]


def test_two_processes_never_have_one_name(database: Database, lease: Lease) -> None:
    other = new_lease(database)
    assert other.name != lease.name
    other.let_go()
    until(lambda: lease.is_over(other.name))  # the server lets go of a lock a moment after its connection ends


def test_a_lease_whose_connection_is_cut_is_lost(database: Database, lease: Lease) -> None:
    lease.require_held()
    if not isinstance(lease, ServerLease):
        return
    with database.write() as db:
        db.execute(text(CUT))
    with pytest.raises(LeaseLost):
        lease.require_held()
    lease._connection.invalidate()


def test_a_job_is_there_if_and_only_if_its_transaction_was_committed(
    database: Database, running: Callable[[jobs_module.Work], Jobs]
) -> None:
    prepare(database)
    done: list[str] = []
    jobs = running(done.append)
    with database.engine.connect() as undone, undone.begin() as transaction:
        jobs.enqueue(undone, "b:never")
        transaction.rollback()
    with database.write() as db:
        jobs.enqueue(db, "b:once")
        jobs.enqueue(db, "m:once")
    until(lambda: len(done) == 2)
    assert sorted(done) == ["b:once", "m:once"]


def test_what_a_dead_process_was_doing_is_done_by_another(
    database: Database, running: Callable[[jobs_module.Work], Jobs]
) -> None:
    prepare(database)
    done: list[str] = []
    jobs = running(done.append)
    with database.write() as db:
        jobs.enqueue(db, "b:left")
    until(lambda: done == ["b:left"] and jobs._client.list_workflows()[0].status == "SUCCESS")
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    with database.write() as db:  # as it stands when whoever does it is killed
        stuck = f"UPDATE {table} SET status = 'PENDING', executor_id = 'gone', output = NULL"
        db.execute(text(stuck))
    assert jobs.owners() == {"gone": ["b:left"]}
    jobs.again(["b:left"])
    until(lambda: len(done) == 2)
    assert jobs.owners() == {}


def test_jobs_of_one_queue_are_few_at_once_and_their_version_is_ours(
    database: Database, running: Callable[[jobs_module.Work], Jobs]
) -> None:
    prepare(database)
    at_once: list[int] = []
    doing: set[str] = set()

    def work(chunk: str) -> None:
        doing.add(chunk)
        at_once.append(len(doing))
        time.sleep(0.05)
        doing.discard(chunk)

    jobs = running(work)
    with database.write() as db:
        for number in range(8):
            jobs.enqueue(db, f"b:{number}")
    until(lambda: len(at_once) == 8)
    assert max(at_once) <= AT_ONCE
    client: DBOSClient = jobs._client
    assert {each.app_version for each in client.list_workflows()} == {VERSION}
    assert {each.queue_name for each in client.list_workflows()} <= {BULK, SMALL, None}


def test_finished_jobs_are_forgotten(database: Database, running: Callable[[jobs_module.Work], Jobs]) -> None:
    prepare(database)
    done: list[str] = []
    jobs = running(done.append)
    with database.write() as db:
        jobs.enqueue(db, "b:old")
    until(lambda: done == ["b:old"] and not jobs.owners())
    until(lambda: jobs._client.list_workflows()[0].status == "SUCCESS")
    assert jobs.forget_finished(datetime.now(UTC) - timedelta(days=1)) == 0
    assert jobs.forget_finished(datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert jobs._client.list_workflows() == []


def test_jobs_leave_the_file_in_wal_mode(database: Database, running: Callable[[jobs_module.Work], Jobs]) -> None:
    if not database.is_sqlite:
        return
    prepare(database)
    running(print)
    with database.read() as db:
        assert db.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_no_lease_is_left_behind(database: Database) -> None:
    held = new_lease(database)
    held.let_go()
    if database.is_sqlite:
        folder = Path(str(database.url.database)).parent
        assert [each for leases in folder.glob("*-leases") for each in leases.iterdir()] == []


def test_messages_whose_job_has_failed_are_not_left_lying(
    database: Database, clock: SetClock, lease: Lease, running: Callable[[jobs_module.Work], Jobs]
) -> None:
    prepare(database)
    failed: list[str] = []

    def breaks(chunk: str) -> None:
        failed.append(chunk)
        raise OSError("the database was away")

    jobs = running(breaks)
    with database.write() as db:
        of = {"person_id": BEN, "kind": "tell", "body": {}, "due_at": clock.now()}
        ledger.promise(db, [{"dedupe": "one", "chunk": "b:one", **of}, {"dedupe": "two", "chunk": "b:one", **of}])
        jobs.enqueue(db, "b:one")
    until(lambda: failed == ["b:one"] and jobs._client.list_workflows()[0].status == "ERROR")
    delivering = Delivering(database, clock, {}, lease, jobs)
    assert [asyncio.run(delivering.free_failed()) for _ in range(2)] == [1, 0]
    with database.read() as db:
        assert db.execute(select(table(Outbox).c.chunk)).scalars().all() == [None, None]
