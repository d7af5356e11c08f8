"""Announced: what a process does about announcements that are on their way, at every tick.

What waits of one that was paused, stopped or taken back is brought in line with that, in lots. They are counted every
few seconds, so that their authors see how far they are; and whoever has not acknowledged one
whose time to remind of has come is reminded, as its author would do it.
"""

from collections.abc import Iterator

from bot.dispatcher import Dispatcher
from bot.logs import note
from storage import broadcasts
from storage.announcements import current
from storage.facts import Start
from storage.reach import author_of
from storage.refusals import Refusal

REMIND = "remind"


def count_under_way(dispatcher: Dispatcher) -> Iterator[int]:
    """Brings what waits in line with the state of its announcement, and counts it; in small transactions."""
    database, now = dispatcher.database, dispatcher.clock.now()
    with database.read() as db:
        under_way = broadcasts.unsettled(db, now)
    for series in under_way:
        more = True
        while more:
            with database.write() as db:
                more = broadcasts.obey(db, series, now)
            yield int(more)
        with database.write() as db:
            counted = broadcasts.count(db, series, now)
        yield int(counted)


def remind_due(dispatcher: Dispatcher) -> Iterator[int]:
    """Reminds the missing of every announcement whose time for that has come; one transaction each."""
    database, now = dispatcher.database, dispatcher.clock.now()
    with database.read() as db:
        due = broadcasts.to_remind(db, now)
    for series in due:
        try:
            _remind(dispatcher, series)
        except Refusal as refusal:
            note("nobody is reminded of an announcement whose time for that has come", why=str(refusal))
            with database.write() as db:
                broadcasts.reminded(db, series)
        yield 1


def _remind(dispatcher: Dispatcher, series: str) -> None:
    with dispatcher.database.write() as db:
        row = current(db, series)
        if broadcasts.reminded(db, series) and row is not None:
            flow = dispatcher.repertoire.register.named(REMIND)
            start = Start(author_of(db, row), dispatcher.clock.now(), given={"announcement": series})
            dispatcher.start(db, flow, start)
