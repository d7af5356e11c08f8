"""The digest: what a manager's team shared and achieved since the last one, in one message on a working day.

It is due at an hour where the manager is, and looks at what had been sent by that hour, so that it comes out the
same whenever it is made: after a restart, by a second process, or by a machine that slept. Who was asked the
day before and has not answered yet is named once, without comment, and never without news beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, String, bindparam, cast, exists, func, literal, select, tuple_

from bot.digest_message import DIGEST, SAID, Part
from bot.dispatcher import Dispatcher
from bot.logs import went_wrong
from bot.shortening import in_one_line
from storage import habits
from storage.access import View
from storage.attendance import not_yet, shared_with, wins_logged
from storage.calendar import NIGHT, Quiet, at_hour
from storage.columns import iso_week, table
from storage.directory import someone
from storage.journal import Delivery, Outbox, Urgency
from storage.json_values import written
from storage.languages import LANGUAGE
from storage.ledger import insert_or_skip
from storage.participation import takes_part
from storage.people import Person, Status
from storage.references import Who

LOOK_BACK = timedelta(days=14)
"""How far back wins are looked for, if there was no digest for so long."""
SINCE = timedelta(days=7)
"""How far back the first digest of a manager looks."""
CHUNK = 200
"""Managers looked up at once."""
LOOKED_AROUND = timedelta(minutes=10)
"""So long it is remembered where people are and which days they work."""
MOST = 20
"""People described in one digest; of the others it says how many. Slack takes 50 blocks, two for each of them."""
AT_ONCE = 10
"""Digests made in one transaction, while an answer may have to wait."""
LONGEST = 240
"""Characters of one answer; the whole is in the closer look."""
COURSE = 6
"""Check-ins whose moods are shown beside each other."""
WINS = 20
"""Key events of a person among which their new wins are."""
ANSWERS = ("reply",)
"""The flows that answer a check-in, where there are such flows."""

person = table(Person)
outbox = table(Outbox)
report = person.alias("report")

_OF_MANAGER = literal("digest:", String) + cast(person.c.id, String) + ":"
_MANAGERS = (
    select(person, LANGUAGE.label("reads"))
    .where(person.c.status == Status.active, person.c.id > bindparam("after"), takes_part)
    .where(tuple_(person.c.time_zone, person.c.working_days) == tuple_(bindparam("zone"), bindparam("days")))
    .where(exists().where(report.c.manager_id == person.c.id, report.c.status != Status.left))
    .where(~exists().where(outbox.c.dedupe == _OF_MANAGER + bindparam("date", type_=String)))
    .order_by(person.c.id)
    .limit(CHUNK)
)
_LAST = select(func.max(outbox.c.due_at)).where(
    outbox.c.person_id == bindparam("manager"), outbox.c.dedupe.startswith("digest:")
)


_RHYTHMS = select(person.c.time_zone, person.c.working_days).where(person.c.status == Status.active).distinct()


@dataclass(frozen=True)
class Rhythm:
    """Where people are and which days they work; thousands share one."""

    time_zone: str
    working_days: str

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.time_zone))

    def works_on(self, day: date) -> bool:
        return str(day.isoweekday()) in self.working_days


@dataclass(frozen=True)
class Issue:
    """The digest of one local day for everybody who shares a rhythm."""

    rhythm: Rhythm
    day: date
    moment: datetime

    @property
    def day_before(self) -> date:
        """The working day before, or yesterday for whoever works on no day."""
        earlier = (self.day - timedelta(days=back) for back in range(1, 8))
        return next((day for day in earlier if self.rhythm.works_on(day)), self.day - timedelta(days=1))


@dataclass(frozen=True)
class News:
    """What is new to a manager after an instant: whose check-ins, and which wins that reports logged themselves."""

    manager: RowMapping
    since: datetime
    checked_in: frozenset[int]
    wins: Mapping[int, frozenset[str]]
    """Series of key events, by whose they are."""
    owners: tuple[int, ...]
    """Everyone of whom there is something."""


class Digests:
    """Makes the digests that are due, and knows which it has looked for already."""

    def __init__(self, dispatcher: Dispatcher, hour: int, quiet: Quiet = NIGHT) -> None:
        self.dispatcher = dispatcher
        self.hour = hour
        self.quiet = quiet
        self._looked: dict[Rhythm, date] = {}
        self._rhythms: tuple[datetime, list[Rhythm]] | None = None

    def due(self, now: datetime) -> Iterator[int]:
        """Makes them, some managers in a transaction; each day of each rhythm is looked at once."""
        for rhythm in self._known_rhythms(now):
            day = rhythm.local(now).date()
            issue = Issue(rhythm, day, at_hour(day, self.hour, rhythm.time_zone))
            if rhythm.works_on(day) and issue.moment <= now and self._looked.get(rhythm) != day:
                yield from self._make(issue, now)
                self._looked[rhythm] = day

    def _known_rhythms(self, now: datetime) -> list[Rhythm]:
        """Every rhythm somebody active has; finding them looks at everybody, so it is not done every time."""
        if self._rhythms is None or now - self._rhythms[0] >= LOOKED_AROUND:
            with self.dispatcher.database.read() as db:
                found = [Rhythm(zone, days) for zone, days in db.execute(_RHYTHMS) if habits.is_place(zone)]
            self._rhythms = now, found
        return self._rhythms[1]

    def _make(self, issue: Issue, now: datetime) -> Iterator[int]:
        of = {"zone": issue.rhythm.time_zone, "days": issue.rhythm.working_days, "date": issue.day.isoformat()}
        after = 0
        while True:
            with self.dispatcher.database.read() as db:
                managers = db.execute(_MANAGERS, {**of, "after": after}).mappings().all()
                fresh = list(news_of(db, issue, self._at_work(db, issue, managers)))
            if not managers:
                return
            after = managers[-1]["id"]
            for first in range(0, len(fresh), AT_ONCE):
                with self.dispatcher.database.write() as db:
                    made = sum(self._tell(db, issue, news, now) for news in fresh[first : first + AT_ONCE])
                yield made

    def _at_work(self, db: Connection, issue: Issue, managers: Sequence[RowMapping]) -> Sequence[RowMapping]:
        """Those who are not on leave, on a holiday or paused that day; what is new waits for their next digest."""
        known = habits.habits_of(db, [row["id"] for row in managers], issue.moment, self.quiet)
        return [row for row in managers if not known[row["id"]].off(issue.day)]

    def _tell(self, db: Connection, issue: Issue, news: News, now: datetime) -> bool:
        """One manager's digest, unless somebody else has made it meanwhile."""
        known = self.dispatcher.repertoire
        manager = news.manager
        weekly = [flow.name for flow in known.register.newest() if flow.is_weekly]
        answers = tuple(name for name in ANSWERS if any(flow.name == name for flow in known.register.newest()))
        try:
            with db.begin_nested() as attempt:
                parts = _parts(db, issue, news, now, answers)
                if not parts:  # what was news a moment ago has been made private or taken back since
                    return False
                row = _message(issue, manager["id"], parts, _missing(db, manager["id"], issue, weekly))
                made = db.execute(insert_or_skip(Outbox, db.dialect.name), row).rowcount == 1
                if not made:
                    attempt.rollback()
                return made
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one team is that team's alone
            went_wrong("a digest could not be made", error, manager=manager["id"])
            return False


def news_of(db: Connection, issue: Issue, managers: Sequence[RowMapping]) -> Iterator[News]:
    """What is new to each of some managers; those to whom nothing is are left out."""
    ids, weeks = [row["id"] for row in managers], (iso_week(issue.day), iso_week(issue.day - timedelta(days=7)))
    shared: dict[int, list[tuple[int, datetime]]] = {}
    for manager, owner, saved_at in shared_with(db, ids, *weeks, issue.moment):
        shared.setdefault(manager, []).append((owner, saved_at))
    wins: dict[int, list[tuple[int, str, datetime]]] = {}
    for manager, owner, series, saved_at in wins_logged(db, ids, issue.moment - LOOK_BACK, issue.moment):
        wins.setdefault(manager, []).append((owner, series, saved_at))
    for row in managers:
        if row["id"] in shared or row["id"] in wins:
            since = db.execute(_LAST, {"manager": row["id"]}).scalar() or issue.moment - SINCE
            checked_in = [owner for owner, saved_at in shared.get(row["id"], ()) if saved_at > since]
            won: dict[int, frozenset[str]] = {}
            for owner, series, saved_at in wins.get(row["id"], ()):
                if saved_at > since:
                    won[owner] = won.get(owner, frozenset()) | {series}
            if owners := tuple(dict.fromkeys([*checked_in, *won])):
                yield News(row, since, frozenset(checked_in), won, owners)


def _parts(db: Connection, issue: Issue, news: News, now: datetime, answers: tuple[str, ...]) -> list[Part]:
    """What is new, as the manager may see it: those who ask for help first, then those who have checked in."""
    found = [_part(db, issue, news, owner, now, answers) for owner in news.owners]
    told = [part for part in found if part.checkin or part.wins]
    return sorted(told, key=lambda part: (not any(name == "help_wanted" for name, _ in part.said), not part.checkin))


def _part(db: Connection, issue: Issue, news: News, owner: int, now: datetime, answers: tuple[str, ...]) -> Part:
    view = View(db, news.manager["id"], owner, now)
    rows = view.checkins(COURSE) if owner in news.checked_in else ()
    shared = [row for row in rows if row["saved_at"] <= issue.moment]
    fresh = [row for row in shared if row["saved_at"] > news.since]
    won = news.wins.get(owner, frozenset())
    events = [row for row in view.events(WINS) if row["series"] in won] if won else []
    wins = tuple((row["series"], in_one_line(row["text"], LONGEST)) for row in events)
    if not fresh:
        return Part(someone(db, owner), wins=wins)
    until = shared[shared.index(fresh[0]) :]
    return Part(
        person=someone(db, owner),
        checkin=fresh[0]["series"],
        moods=tuple(row["mood"] for row in reversed(until)),
        said=tuple((name, in_one_line(row[name], LONGEST)) for row in fresh for name in SAID if row[name]),
        wins=wins,
        flows=answers,
    )


def _missing(db: Connection, manager: int, issue: Issue, weekly: Sequence[str]) -> Sequence[Who]:
    zone = issue.rhythm.time_zone
    return not_yet(db, manager, weekly, at_hour(issue.day_before, 0, zone), at_hour(issue.day, 0, zone))


def _message(issue: Issue, manager: int, parts: Sequence[Part], missing: Sequence[Who]) -> dict[str, Any]:
    flow, text = DIGEST
    shown, more = [part.kept() for part in parts[:MOST]], max(0, len(parts) - MOST)
    values = written({"parts": shown, "more": more, "missing": missing})
    return {
        "dedupe": f"digest:{manager}:{issue.day.isoformat()}",
        "person_id": manager,
        "kind": "tell",
        "body": {"flow": flow, "text": text, "values": values, "buttons": []},
        "due_at": issue.moment,
        "urgency": Urgency.ordinary,
        "status": Delivery.waiting,
    }
