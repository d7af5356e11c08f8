"""Delivery in process: every promised message is carried once, in order, whatever is cut off and whoever helps."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, RowMapping, select, update
from sqlalchemy.exc import OperationalError

from bot.clock import SetClock
from bot.delivery.in_process import deliver_due, deliveries
from bot.web.carrier import WebCarrier
from storage import ledger
from storage.columns import table
from storage.database import Database
from storage.journal import ChatLine, Delivery, Outbox
from storage.people import Person
from tests.postgres import on_both
from tests.team import ANN, BEN, LI_NA

pytestmark = on_both

outbox = table(Outbox)
line = table(ChatLine)


class PowerCut(BaseException):
    """Nothing in the program may catch this: it stands for the process being gone."""


@dataclass
class Unsteady:
    """The real carrier, with something going wrong around it."""

    before: Callable[[Sequence[RowMapping]], None] = lambda _: None
    after: Callable[[Sequence[RowMapping]], None] = lambda _: None
    carried: list[int] = field(default_factory=list)

    def carry(self, db: Connection, rows: Sequence[RowMapping], now: datetime) -> None:
        self.before(rows)
        WebCarrier().carry(db, rows, now)
        self.carried += [row["id"] for row in rows]
        self.after(rows)


def promise(database: Database, now: datetime, count: int, to: int = BEN, **more: Any) -> None:
    body = {"flow": "checkin", "text": "help_wanted", "values": {}, "buttons": []}
    row = {"person_id": to, "kind": "tell", "about": None, "conversation_id": None, "key": None, "body": body}
    with database.write() as db:
        before = len(db.execute(select(outbox.c.id)).all())
        numbers = range(before, before + count)
        ledger.promise(db, [{**row, "dedupe": f"test:{n}", "due_at": now, **more} for n in numbers])


def states(database: Database) -> Counter[Delivery]:
    with database.read() as db:
        return Counter(Delivery(status) for status in db.execute(select(outbox.c.status)).scalars())


def shown(database: Database) -> list[int]:
    """The promises that stand in somebody's chat, in the order of the chat."""
    with database.read() as db:
        return list(db.execute(select(line.c.outbox_id).order_by(line.c.id)).scalars())


def test_what_is_due_is_carried_once_and_what_is_not_waits(database: Database, clock: SetClock) -> None:
    promise(database, clock.now(), 3)
    promise(database, clock.now() + timedelta(hours=1), 2)
    assert deliver_due(database, WebCarrier(), clock.now()) == 3
    assert deliver_due(database, WebCarrier(), clock.now()) == 0
    assert states(database) == {Delivery.sent: 3, Delivery.waiting: 2}
    clock.move(timedelta(hours=1))
    assert deliver_due(database, WebCarrier(), clock.now()) == 2


def test_the_longest_due_come_first_in_small_transactions(database: Database, clock: SetClock) -> None:
    promise(database, clock.now(), 250)
    promise(database, clock.now() - timedelta(minutes=1), 200)
    assert list(deliveries(database, WebCarrier(), clock.now())) == [200, 200, 50]
    with database.read() as db:
        in_order = db.execute(select(outbox.c.id).order_by(outbox.c.due_at, outbox.c.id)).scalars().all()
    assert shown(database) == in_order


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_crash_around_the_carrying_loses_and_doubles_nothing(
    database: Database, clock: SetClock, moment: str, batch: int
) -> None:
    promise(database, clock.now(), 450)
    calls = iter(range(1, 100))

    def cut(_: Sequence[RowMapping]) -> None:
        if next(calls) == batch:
            raise PowerCut

    carrier = Unsteady(before=cut) if moment == "before" else Unsteady(after=cut)
    with pytest.raises(PowerCut):
        deliver_due(database, carrier, clock.now())
    assert states(database)[Delivery.sent] == (batch - 1) * 200 == len(shown(database))
    deliver_due(database, WebCarrier(), clock.now())
    assert states(database) == {Delivery.sent: 450}
    assert sorted(shown(database)) == sorted(set(shown(database)))
    assert len(shown(database)) == 450


def test_who_has_left_is_skipped_with_the_reason(database: Database, clock: SetClock) -> None:
    promise(database, clock.now(), 2, to=LI_NA)
    promise(database, clock.now(), 1, to=BEN)
    person = table(Person)
    with database.write() as db:
        db.execute(update(person).where(person.c.id == LI_NA).values(status="left"))
    assert deliver_due(database, WebCarrier(), clock.now()) == 3
    assert states(database) == {Delivery.skipped: 2, Delivery.sent: 1}
    with database.read() as db:
        skipped = db.execute(select(outbox.c.reason, outbox.c.done_at).where(outbox.c.person_id == LI_NA)).all()
    assert {tuple(row) for row in skipped} == {("left", clock.now())}


def test_a_message_that_cannot_be_carried_fails_alone_with_its_reason(
    database: Database, clock: SetClock, capfd: pytest.CaptureFixture[str]
) -> None:
    promise(database, clock.now(), 5)
    with database.read() as db:
        bad = db.execute(select(outbox.c.id)).scalars().all()[2]

    def refuse(rows: Sequence[RowMapping]) -> None:
        if any(row["id"] == bad for row in rows):
            raise LookupError("the secret words of an answer")

    assert deliver_due(database, Unsteady(before=refuse), clock.now()) == 5
    assert states(database) == {Delivery.sent: 4, Delivery.failed: 1}
    assert len(shown(database)) == 4
    with database.read() as db:
        assert db.execute(select(outbox.c.reason).where(outbox.c.id == bad)).scalar() == "LookupError"
    logged = "".join(capfd.readouterr())
    assert "LookupError" in logged
    assert "secret words" not in logged


def test_a_database_that_fails_is_no_fault_of_the_messages(database: Database, clock: SetClock) -> None:
    promise(database, clock.now(), 2)

    def locked(_: Sequence[RowMapping]) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    with pytest.raises(OperationalError):
        deliver_due(database, Unsteady(after=locked), clock.now())
    assert states(database) == {Delivery.waiting: 2}


def test_a_message_its_carrier_leaves_waiting_is_met_once_a_time(database: Database, clock: SetClock) -> None:
    class Reluctant:
        def carry(self, db: Connection, rows: Sequence[RowMapping], now: datetime) -> None: ...

    promise(database, clock.now(), 450)
    assert deliver_due(database, Reluctant(), clock.now()) == 450
    assert states(database) == {Delivery.waiting: 450}


def test_processes_that_deliver_at_once_carry_each_message_once(database: Database, clock: SetClock) -> None:
    promise(database, clock.now(), 700, to=ANN)
    others = [Database(database.url.render_as_string(hide_password=False), "NORMAL") for _ in range(3)]
    carriers = [Unsteady() for _ in others]
    together = Barrier(len(others))

    def race(pair: tuple[Database, Unsteady]) -> Iterator[None]:
        together.wait()
        deliver_due(pair[0], pair[1], clock.now())
        yield

    with ThreadPoolExecutor(len(others)) as threads:
        list(threads.map(lambda pair: list(race(pair)), zip(others, carriers, strict=True)))
    deliver_due(database, WebCarrier(), clock.now())
    assert states(database) == {Delivery.sent: 700}
    assert len(shown(database)) == len(set(shown(database))) == 700
    assert sum(len(carrier.carried) for carrier in carriers) <= 700
    for other in others:
        other.close()
