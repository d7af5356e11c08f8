"""A database that fails at the wrong moment leaves no message behind, and one that is late is looked at once more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import TimeoutError as NoConnection

from benchmarks.null_platform import NULL, PLACE, NullCourier
from benchmarks.null_platform import move_in as sign_up
from bot.clock import SetClock
from bot.delivery import carrying
from bot.delivery.carrying import LEAD
from bot.delivery.claiming import Parcel
from bot.delivery.service import Delivering
from bot.dispatcher import Dispatcher
from storage import pacing
from storage.columns import table
from storage.journal import Delivery, Outbox
from storage.ledger import promise
from storage.outgoing import Newer
from tests.delivering import by_hand
from tests.slack_workspace.running import in_loop
from tests.team import ANN, BEN

THURSDAY = datetime.fromisoformat("2026-03-05T09:00:00+00:00")


@pytest.fixture
def slow(dispatcher: Dispatcher, clock: SetClock) -> Delivering:
    """Two people are to be told something, one a second after the other."""
    row = {"kind": "tell", "body": {}, "due_at": clock.now()}
    with dispatcher.database.write() as db:
        promise(db, [{**row, "dedupe": f"news:{person}", "person_id": person} for person in (ANN, BEN)])
    sign_up(dispatcher.database, (ANN, BEN), clock.now())
    return by_hand(dispatcher, NullCourier(clock, rate=1.0))


def states(delivering: Delivering) -> list[Delivery]:
    with delivering.database.read() as db:
        return [Delivery(each) for each in db.execute(select(table(Outbox).c.status)).scalars()]


def sent(delivering: Delivering) -> int:
    courier = delivering.couriers[NULL]
    assert isinstance(courier, NullCourier)
    return len(courier.times)


class Breaking:
    """Something that is not there when it is asked for the first time."""

    def __init__(self, whole: Any) -> None:
        self.whole = whole
        self.is_broken = True

    def __call__(self, *arguments: Any) -> Any:
        if self.is_broken:
            self.is_broken = False
            raise NoConnection
        return self.whole(*arguments)


@pytest.mark.parametrize("what", ["_holds", "_compose"])
@in_loop
async def test_what_was_taken_goes_back_when_the_database_does_not_tell(
    slow: Delivering, clock: SetClock, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    where = carrying if what == "_holds" else slow.carrying
    monkeypatch.setattr(where, what, Breaking(getattr(where, what)))
    await slow.carrying.carry(Newer())
    assert Delivery.sending not in states(slow)
    clock.move(timedelta(minutes=1))
    await slow.carrying.carry(Newer())
    assert states(slow) == [Delivery.sent] * 2
    assert sent(slow) == 2


@in_loop
async def test_a_message_that_the_machine_has_made_late_is_held_when_its_platform_is_paused_meanwhile(
    slow: Delivering, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = slow.carrying._compose

    def slowly(db: Connection, parcels: Sequence[Parcel]) -> Any:
        clock.move(LEAD * 2)
        monkeypatch.undo()
        return whole(db, parcels)

    monkeypatch.setattr(slow.carrying, "_compose", slowly)
    claim = slow.carrying._claim

    async def and_paused(scope: Any) -> Any:
        claimed = await claim(scope)
        with slow.database.write() as db:  # by another process, which was told so
            pacing.pause(db, f"{NULL}:{PLACE}", clock.now() + timedelta(minutes=5))
        monkeypatch.setattr(slow.carrying, "_claim", claim)
        return claimed

    monkeypatch.setattr(slow.carrying, "_claim", and_paused)
    await slow.carrying.carry(Newer())
    assert states(slow) == [Delivery.waiting] * 2
    assert sent(slow) == 0
