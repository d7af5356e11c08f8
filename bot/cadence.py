"""The cadence: who is asked this week, where their week has reached the day and hour; and what is overdue.

A week's moment is the hour of the weekday where the person is, or of their next working day after it. It has
passed or it has not: a machine that slept catches up, an hour that a clock change skips counts as the first
one after it, and one that comes twice counts once, because the subject of the conversation carries the week.
Who has no conversation yet is one query for everybody, so that a tick with nothing to do stays cheap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, delete, exists, literal, select, tuple_

from bot.dispatcher import Dispatcher
from bot.logs import went_wrong
from flows.core import Flow
from flows.replay import FlowError
from storage import ledger
from storage.columns import iso_week, table
from storage.database import Database
from storage.facts import Start
from storage.journal import Conversation, Inbox
from storage.people import Person, Status

CHUNK = 200
"""People looked up at once."""
AT_ONCE = 25
"""Conversations started in one transaction, while an answer may have to wait."""
LATEST = timedelta(days=2)
"""So long after its moment a week is still asked for, even when the next week has begun."""
REMEMBERED = timedelta(days=14)
"""For so long the same event is known to be the same."""

person = table(Person)
conversation = table(Conversation)
inbox = table(Inbox)

_RHYTHMS = select(person.c.time_zone, person.c.working_days).where(person.c.status == Status.active).distinct()
_OLD_EVENTS = select(inbox.c.id).where(inbox.c.at < bindparam("before")).order_by(inbox.c.at).limit(bindparam("most"))
_FORGET = delete(inbox).where(inbox.c.id.in_(_OLD_EVENTS))


class NotForEverybody(FlowError):
    def __init__(self, flow: Flow) -> None:
        super().__init__(
            f"flow {flow.name!r} is started for everybody every week, so its `once` must say which conversation "
            f"that is by me and week alone, such as '{{me}}:{{week}}', and not {flow.once!r}"
        )


@dataclass(frozen=True)
class Rhythm:
    """Where people are and which days they work; thousands share one."""

    time_zone: str
    working_days: str

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.time_zone))

    def works_on(self, day: date) -> bool:
        return str(day.isoweekday()) in self.working_days

    def moment(self, monday: date, weekday: int, hour: int) -> datetime:
        """The instant at which the week that begins on `monday` is asked for."""
        wanted = monday + timedelta(days=weekday - 1)
        coming = (wanted + timedelta(days=ahead) for ahead in range(7))
        day = next((day for day in coming if self.works_on(day)), wanted)
        return at_hour(day, hour, self.time_zone)

    def week_due(self, now: datetime, weekday: int, hour: int) -> str | None:
        """The ISO week that is to be asked for now, if any: this one, or the one before, shortly after it."""
        today = self.local(now).date()
        this = today - timedelta(days=today.isoweekday() - 1)
        if self.moment(this, weekday, hour) <= now:
            return iso_week(this)
        last = this - timedelta(days=7)
        if self.moment(last, weekday, hour) <= now < self.moment(last, weekday, hour) + LATEST:
            return iso_week(last)
        return None


def at_hour(day: date, hour: int, zone: str) -> datetime:
    """An hour of a day in a place, as an instant in UTC; one that is skipped there is the first after it."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def rhythms(database: Database) -> list[Rhythm]:
    """Every rhythm somebody active has; one whose place is unknown is logged and left out."""
    with database.read() as db:
        found = [Rhythm(zone, days) for zone, days in db.execute(_RHYTHMS)]
    return [each for each in found if _is_place(each.time_zone)]


def _is_place(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as unknown:
        went_wrong("there is no such time zone; its people are not asked", unknown, zone=zone)
        return False
    return True


def begin_weekly(dispatcher: Dispatcher, now: datetime, weekday: int, hour: int) -> Iterator[int]:
    """Starts every weekly flow for everybody whose week has come and who has no conversation for it yet."""
    weeks: dict[str, list[Rhythm]] = {}
    for rhythm in rhythms(dispatcher.database):
        if week := rhythm.week_due(now, weekday, hour):
            weeks.setdefault(week, []).append(rhythm)
    for flow in dispatcher.repertoire.register.newest():
        if flow.is_weekly:
            for week, whose in sorted(weeks.items()):
                yield from _begin(dispatcher, flow, week, whose, now)


def _begin(dispatcher: Dispatcher, flow: Flow, week: str, whose: Sequence[Rhythm], now: datetime) -> Iterator[int]:
    wanted = {"week": week, "rhythms": [(each.time_zone, each.working_days) for each in whose], "after": 0}
    while True:
        with dispatcher.database.read() as db:
            people = db.execute(_not_begun(flow), wanted).scalars().all()
        if not people:
            return
        for first in range(0, len(people), AT_ONCE):
            yield _start_all(dispatcher, flow, week, people[first : first + AT_ONCE], now)
        wanted["after"] = people[-1]


def _start_all(dispatcher: Dispatcher, flow: Flow, week: str, people: Sequence[int], now: datetime) -> int:
    """Starts the flow for some people in one transaction; one who cannot be asked does not stop the others."""
    started = 0
    with dispatcher.database.write() as db:
        for each in people:
            try:
                with db.begin_nested():
                    started += dispatcher.start(db, flow, Start(each, now, given={"week": week})) is not None
            except Exception as error:  # noqa: BLE001  # whatever is wrong with one person's data is theirs alone
                went_wrong("a weekly conversation could not be started", error, flow=flow.name, person=each)
    return started


@cache
def _not_begun(flow: Flow) -> Select[Any]:
    """The next people, by id, with one of the rhythms and without the conversation of a week."""
    begun = exists().where(conversation.c.subject == _subject(flow))
    return (
        select(person.c.id)
        .where(person.c.status == Status.active, person.c.id > bindparam("after"))
        .where(tuple_(person.c.time_zone, person.c.working_days).in_(bindparam("rhythms", expanding=True)))
        .where(~begun)
        .order_by(person.c.id)
        .limit(CHUNK)
    )


def _subject(flow: Flow) -> ColumnElement[str]:
    """The subject of a person's conversation as SQL, the same that starting it makes in Python."""
    subject: ColumnElement[str] = literal(f"{flow.name}:", String)
    places = set()
    for words, place, *_ in Formatter().parse(flow.once or ""):
        subject += literal(words, String)
        places.add(place)
        match place:
            case "me":
                subject += cast(person.c.id, String)
            case "week":
                subject += bindparam("week", type_=String)
            case None:
                pass
            case _:
                raise NotForEverybody(flow)
    if not {"me", "week"} <= places:
        raise NotForEverybody(flow)
    return subject


def settle_due(dispatcher: Dispatcher) -> Iterator[int]:
    """Closes the asks whose time is over; one that cannot be closed does not keep the others open."""
    tried: set[tuple[int, str]] = set()
    while True:
        with dispatcher.database.read() as db:
            due = [(row["conversation_id"], row["key"]) for row in ledger.due(db, dispatcher.clock.now())]
        due = [each for each in due if each not in tried]
        if not due:
            return
        for conversation_id, key in due:
            tried.add((conversation_id, key))
            try:
                dispatcher.settle(conversation_id, key)
            except Exception as error:  # noqa: BLE001  # a conversation that cannot go on stays as it is, and is named
                went_wrong("a deadline could not be settled", error, conversation=conversation_id)
            yield 1


def forget_old_events(database: Database, now: datetime) -> Iterator[int]:
    """Deletes what is known of events that nobody will send again."""
    while True:
        with database.write() as db:
            forgotten = db.execute(_FORGET, {"before": now - REMEMBERED, "most": 1000}).rowcount
        if not forgotten:
            return
        yield forgotten
