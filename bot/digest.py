"""The digest: what a manager's team shared since the last one, as one message on a working day, never a stream.

It is due at an hour where the manager is, and looks at what had been sent by that hour, so that it comes out the
same whenever it is made: after a restart, by a second process, or by a machine that slept. Who was asked the
day before and has not answered yet is named once, without comment, and never without news beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, String, bindparam, cast, exists, func, literal, select, tuple_

from bot import composing
from bot.dispatcher import Dispatcher
from bot.logs import went_wrong
from flows.catalog import Catalog
from storage import habits
from storage.access import View
from storage.attendance import not_yet, shared_with
from storage.calendar import NIGHT, Quiet, at_hour
from storage.columns import iso_week, table
from storage.directory import someone
from storage.journal import Delivery, Outbox, Urgency
from storage.languages import LANGUAGE
from storage.ledger import insert_or_skip
from storage.participation import takes_part
from storage.people import Person, Status
from storage.references import Who, written

FLOW, TEXT = "digest", "news"
SINCE = timedelta(days=7)
"""How far back the first digest of a manager looks."""
CHUNK = 200
"""Managers looked up at once."""
LOOKED_AROUND = timedelta(minutes=10)
"""So long it is remembered where people are and which days they work."""
MOST = 30
"""People described in one digest; of the others it says how many."""
AT_ONCE = 10
"""Digests made in one transaction, while an answer may have to wait."""
LONGEST = 160
"""Characters of one line; the whole is at the manager's desk."""

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


Entry = tuple[Who, RowMapping]
"""Somebody's check-in."""


@dataclass(frozen=True)
class News:
    """What is new to a manager: the shared check-ins of these reports, after an instant."""

    manager: RowMapping
    since: datetime
    owners: tuple[int, ...]


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
        try:
            with db.begin_nested() as attempt:
                entries = list(_entries(db, issue, news, now))
                if not entries:  # what was news a moment ago has been made private since
                    return False
                text = composed(known.texts, manager["reads"], entries, _missing(db, manager["id"], issue, weekly))
                row = _message(issue, manager["id"], text, len(entries))
                made = db.execute(insert_or_skip(Outbox, db.dialect.name), row).rowcount == 1
                if not made:
                    attempt.rollback()
                return made
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one team is that team's alone
            went_wrong("a digest could not be made", error, manager=manager["id"])
            return False


def news_of(db: Connection, issue: Issue, managers: Sequence[RowMapping]) -> Iterator[News]:
    """What is new to each of some managers; those to whom nothing is are left out."""
    weeks = (iso_week(issue.day), iso_week(issue.day - timedelta(days=7)))
    shared: dict[int, list[tuple[int, datetime]]] = {}
    for manager, owner, saved_at in shared_with(db, [manager["id"] for manager in managers], *weeks, issue.moment):
        shared.setdefault(manager, []).append((owner, saved_at))
    for row in managers:
        if row["id"] in shared:
            since = db.execute(_LAST, {"manager": row["id"]}).scalar() or issue.moment - SINCE
            owners = dict.fromkeys(owner for owner, saved_at in shared[row["id"]] if saved_at > since)
            if owners:
                yield News(row, since, tuple(owners))


def _entries(db: Connection, issue: Issue, news: News, now: datetime) -> Iterator[Entry]:
    """The new check-ins, as the manager may see them."""
    for owner in news.owners:
        for row in View(db, news.manager["id"], owner, now).checkins(weeks=2):
            if news.since < row["saved_at"] <= issue.moment:
                yield someone(db, owner), row


def composed(texts: Catalog, language: str, entries: Sequence[Entry], missing: Sequence[Who]) -> str:
    """The lines of a digest: whoever wants help first, then by name."""

    def say(key: str, **values: Any) -> str:
        return texts.say(language, f"digest.{key}", values)

    def lines(whose: Who, row: RowMapping) -> Iterator[str]:
        word = texts.say(language, f"checkin.Pulse.choices.mood.{row['mood']}")
        yield say("person", person=whose, mood=row["mood"], word=word)
        for part in ("help_wanted", "blockers", "highlights"):
            if row[part]:
                yield say(part, what=first_line(row[part]))

    ordered = sorted(entries, key=lambda entry: not entry[1]["help_wanted"])

    def shown(whose: Who, row: RowMapping) -> list[str]:
        """The lines of one check-in, or that these cannot be shown; the others are none the worse for it."""
        made = composing.composed(f"check-in of {whose.id} in a digest", lambda: list(lines(whose, row)))
        return [say("unshown", person=whose)] if made is None else made

    found = [line for whose, row in ordered[:MOST] for line in shown(whose, row)]
    if len(ordered) > MOST:
        found.append(say("more", count=len(ordered) - MOST))
    if missing:
        found.append(say("not_yet", people=list(missing)))
    return "\n".join(found)


def first_line(text: str) -> str:
    return shortened(text.strip().partition("\n")[0].rstrip(), LONGEST)


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _missing(db: Connection, manager: int, issue: Issue, weekly: Sequence[str]) -> Sequence[Who]:
    zone = issue.rhythm.time_zone
    return not_yet(db, manager, weekly, at_hour(issue.day_before, 0, zone), at_hour(issue.day, 0, zone))


def _message(issue: Issue, manager: int, lines: str, count: int) -> dict[str, Any]:
    return {
        "dedupe": f"digest:{manager}:{issue.day.isoformat()}",
        "person_id": manager,
        "kind": "tell",
        "body": {"flow": FLOW, "text": TEXT, "values": written({"count": count, "lines": lines}), "buttons": []},
        "due_at": issue.moment,
        "urgency": Urgency.ordinary,
        "status": Delivery.waiting,
    }
