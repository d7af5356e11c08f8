"""Past mornings: what the sample company has lived through since last week, made and delivered by what makes and
delivers it every day, so that whoever looks at the demo need not wait for the next working morning: the digests of
its managers, and the week that is running.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from bot.app import TEXTS
from bot.clock import SetClock
from bot.commands.running_week import RunningWeek
from bot.delivery.in_process import deliver_due
from bot.digest import Digests
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from bot.web.carrier import WebCarrier
from flows.catalog import load
from flows.core import discover
from storage.database import Database
from storage.sample.this_week import Happening

HOUR = timedelta(hours=1)


def live_mornings(database: Database, hour: int, now: datetime, week: Iterable[Happening] | None = None) -> int:
    """Lives through the hours from last week's Monday until now; says how many messages have arrived.

    With the happenings of a running week, given in their order, people are asked in it and do what they did.
    """
    monday = datetime.combine(now.date() - timedelta(days=now.weekday()), time(), UTC)
    clock = SetClock(monday - timedelta(weeks=1))
    dispatcher = Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)
    digests = Digests(dispatcher, hour)
    running = None if week is None else RunningWeek(dispatcher, clock, week)
    carrier, arrived = WebCarrier(), 0
    for at in _hours(clock.at, now):
        if running and at >= monday:
            running.live_until(at)
        clock.at = at
        made = sum(digests.due(at))
        if made or running:
            arrived += deliver_due(database, carrier, at)
    return arrived


def _hours(first: datetime, last: datetime) -> Iterator[datetime]:
    """Each hour, and the last moment."""
    at = first
    while at < last:
        yield at
        at += HOUR
    yield last
