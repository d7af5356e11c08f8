"""The running week of the sample company, lived through: who has checked in by now, and what was said of whom.

It goes through the dispatcher like the doings of anybody, so that each check-in can be edited, each win is told to
the person it is about, and a call for help reaches the manager. The event ids are fixed: living through the same
hours again changes nothing.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from bot.answers import Called, Submitted
from bot.cadence import start_one
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Reply, ShowPage
from storage.directory import person_row
from storage.planning import Piece, write
from storage.sample.company import suggested
from storage.sample.hiring import hired
from storage.sample.this_week import Asked, CheckedIn, Happening, Told, until
from storage.weekly import Planned

CHECKIN = "checkin"


def this_week(db: Connection, now: datetime, today: date) -> list[Happening]:
    """What has happened by now in the company that was hired in the week of `today`."""
    return until(hired(db, today), now, today, suggested(db))


class RunningWeek:
    """Lives through what has happened, hour by hour; `clock` is the one that the dispatcher goes by."""

    def __init__(self, dispatcher: Dispatcher, clock: SetClock, happenings: Iterable[Happening]) -> None:
        self.dispatcher = dispatcher
        self.clock = clock
        self._ahead = deque(happenings)

    def live_until(self, at: datetime) -> None:
        while self._ahead and self._ahead[0].at <= at:
            happening = self._ahead.popleft()
            self.clock.at = happening.at
            _live(self.dispatcher, happening)


def _live(dispatcher: Dispatcher, happening: Happening) -> None:
    match happening:
        case Asked(at=at, person=person, week=week):
            prompt = {"person_id": person, "flow": CHECKIN, "week": week, "due_at": at}
            with dispatcher.database.write() as db:
                write(db, Piece([{**prompt, "state": Planned.planned, "reason": None}], [], person))
                start_one(dispatcher, db, prompt, at)
        case CheckedIn(at=at, person=person, values=values, more=more):
            name = f"sample:{CHECKIN}:{at.date()}"
            page = dispatcher.handle(Called(name, person, CHECKIN, ""))
            asked = _sent(dispatcher, f"{name}:sent", person, page, values)
            _sent(dispatcher, f"{name}:more", person, asked, {"more": more})
        case Told(at=at, person=person, kind=kind, subject=subject, text=text):
            name = f"sample:{kind}:{subject}:{at:%Y-%m-%dT%H:%M}"
            page = dispatcher.handle(Called(name, person, kind.value, f"@{_handle(dispatcher, subject)} {text}"))
            _sent(dispatcher, f"{name}:sent", person, page, {"happened_on": at.date().isoformat()})


def _sent(dispatcher: Dispatcher, event: str, person: int, shown: Reply, values: Mapping[str, str]) -> Reply:
    """Sends a page that is shown, with what it was filled with and these answers."""
    if not isinstance(shown, ShowPage):
        return shown
    filled = {question.key: question.value for question in shown.page.questions}
    answers = {name: value for name, value in values.items() if name in filled}
    return dispatcher.handle(Submitted(event, person, shown.page.at, filled | answers))


def _handle(dispatcher: Dispatcher, person: int) -> str:
    with dispatcher.database.read() as db:
        return str(person_row(db, person)["email"]).partition("@")[0]
