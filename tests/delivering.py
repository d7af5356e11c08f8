"""Delivery without a clock or jobs: everything that is due is delivered when a test says so."""

from datetime import datetime

from bot.clock import SetClock
from bot.delivery.courier import Courier
from bot.delivery.leases import Lease, new_lease
from bot.delivery.service import Delivering
from bot.dispatcher import Dispatcher


def by_hand(dispatcher: Dispatcher, *couriers: Courier, lease: Lease | None = None) -> Delivering:
    """Delivery by these couriers; a moment that has to be waited for comes at once, and the clock stands there."""
    clock = dispatcher.clock
    assert isinstance(clock, SetClock)

    async def until(moment: datetime) -> None:
        clock.at = max(clock.at, moment)

    known = {each.platform: each for each in couriers}
    return Delivering(dispatcher.database, clock, known, lease or new_lease(dispatcher.database), until=until)
