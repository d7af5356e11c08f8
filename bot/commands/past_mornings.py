"""Past mornings: the digests of the sample company's managers since last week, made and delivered by what makes and
delivers them every day, so that whoever looks at the demo need not wait for the next working morning.
"""

from datetime import UTC, datetime, time, timedelta

from bot.app import TEXTS
from bot.clock import SetClock
from bot.delivery.in_process import deliver_due
from bot.digest import Digests
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from bot.web.carrier import WebCarrier
from flows.catalog import load
from flows.core import discover
from storage.database import Database

HOUR = timedelta(hours=1)


def live_mornings(database: Database, hour: int, now: datetime) -> int:
    """Lives through the hours from last week's Monday until now; says how many messages have arrived."""
    monday = now.date() - timedelta(days=now.weekday(), weeks=1)
    clock = SetClock(datetime.combine(monday, time(), UTC))
    digests = Digests(Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock), hour)
    carrier, arrived = WebCarrier(), 0
    while clock.at <= now:
        if sum(digests.due(clock.at)):
            arrived += deliver_due(database, carrier, clock.at)
        clock.move(HOUR)
    return arrived
