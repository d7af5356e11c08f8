"""A year of a company on a set clock: nothing outside hours, nothing twice, nothing missed, never more than the budget.

What may reach somebody is worked out once more here, from what the year holds in store for them and not from the
program's own tables.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from sqlalchemy import exists, func, insert, select, update

from bot.bundling import fold_held
from bot.cadence import Weekly, settle_due
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.reminders import Reminding, remind
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage import ledger
from storage.attention import BUDGET as BUDGETED
from storage.attention import Rules
from storage.calendar import at_hour
from storage.columns import table
from storage.database import Database
from storage.journal import Conversation, Delivery, OpenAsk, Outbox, Urgency
from storage.people import Person
from storage.planning import Cadence
from storage.records import remember
from storage.rest import Leave, Pause, Preference
from storage.weekly import Planned, WeeklyPrompt
from tests.courier import Courier
from tests.player import Player

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THURSDAY, AT = 4, 14
PLACES = (
    ("Europe/Berlin", "DE"),
    ("America/New_York", "US"),
    ("Australia/Sydney", "AU"),
    ("Asia/Shanghai", "CN"),
    ("Asia/Kolkata", "IN"),
    ("America/Los_Angeles", "US"),
)
FREE = {country: holidays.country_holidays(country, years=(2025, 2026, 2027)) for _, country in PLACES}
BUDGET = 5
FIRST = 1000

outbox = table(Outbox)


@dataclass
class Life:
    """One person's year, as it will be."""

    number: int
    days: str = "12345"
    hour: int = AT
    quiet: tuple[int, int] = (19, 8)
    places: list[tuple[datetime, str, str]] = field(default_factory=list)
    """From when they are where."""
    leaves: list[tuple[datetime, date, date]] = field(default_factory=list)
    """When it is said, and the days."""
    pauses: list[tuple[datetime, date]] = field(default_factory=list)

    def place(self, now: datetime) -> tuple[str, str]:
        return next((zone, country) for since, zone, country in reversed(self.places) if since <= now)

    def is_off(self, day: date, now: datetime) -> bool:
        """Whether a day is off, by what is known at a moment."""
        _, country = self.place(now)
        free = FREE[country]
        if day in free:
            return True
        made_up = self.days == "12345" and day in getattr(free, "weekend_workdays", ())
        if str(day.isoweekday()) not in self.days and not made_up:
            return True
        if any(said <= now and first <= day <= last for said, first, last in self.leaves):
            return True
        paused = [until for said, until in self.pauses if said <= now]
        return bool(paused) and day < paused[-1]

    def may_be_reached(self, now: datetime) -> bool:
        local = now.astimezone(ZoneInfo(self.place(now)[0]))
        begins, ends = self.quiet
        quiet = begins <= local.hour or local.hour < ends
        return not quiet and not self.is_off(local.date(), now)

    def is_plain(self, monday: date) -> bool:
        """Whether nothing unforeseen happens in the weeks around this one."""
        begin = datetime(monday.year, monday.month, monday.day, tzinfo=UTC) - 9 * DAY
        said: list[datetime] = [each[0] for each in self.places[1:]]
        said += [each[0] for each in self.leaves] + [each[0] for each in self.pauses]
        return not any(begin <= each <= begin + 26 * DAY for each in said)

    def wanted(self, monday: date, now: datetime) -> date | None:
        """The day on which a week is asked for, if it is."""
        if all(self.is_off(monday + ahead * DAY, now) for ahead in range(7)):
            return None
        thursday = monday + (THURSDAY - 1) * DAY
        return next((day for ahead in range(7) if not self.is_off(day := thursday + ahead * DAY, now)), None)


def lives(chance: Random, count: int, begin: datetime, days: int) -> Iterator[Life]:
    for number in range(FIRST, FIRST + count):
        zone, country = chance.choice(PLACES)
        life = Life(number, places=[(datetime(2000, 1, 1, tzinfo=UTC), zone, country)])
        life.days = chance.choices(("12345", "1235", "123", "23456"), (8, 1, 1, 1))[0]
        if chance.random() < 0.2:
            life.hour = chance.choice((9, 11, 17))
        if chance.random() < 0.1:
            life.quiet = (16, 10)

        def sometime() -> datetime:
            return begin + timedelta(hours=chance.randrange(days * 24))

        for _ in range(chance.choices((0, 1, 2, 3), (1, 3, 3, 1))[0]):
            first = (begin + chance.randrange(days) * DAY).date()
            ahead = chance.choice((0, 0, 40, 400))
            said = datetime(first.year, first.month, first.day, chance.randrange(24), tzinfo=UTC) - ahead * DAY
            life.leaves.append((said, first, first + chance.choice((0, 2, 4, 9, 16)) * DAY))
        if chance.random() < 0.3:
            moved = sorted(sometime() for _ in range(chance.randrange(1, 4)))
            life.places += [(moment, *chance.choice(PLACES)) for moment in moved]
        if chance.random() < 0.2:
            said = sometime()
            life.pauses.append((said, said.date() + chance.randrange(2, 20) * DAY))
        yield life


class Year:
    """The program, hour by hour, with all these lives in it."""

    def __init__(self, database: Database, count: int, begin: datetime, days: int, seed: int) -> None:
        self.chance = Random(seed)
        self.begin, self.end = begin, begin + days * DAY
        self.database = database
        self.clock = SetClock(begin)
        texts = load("flows.texts", "bot.texts")
        self.dispatcher = Dispatcher(database, Repertoire.of(discover(), texts, {}), self.clock)
        self.weekly = Weekly(self.dispatcher, Cadence(THURSDAY, AT))
        self.lives = {life.number: life for life in lives(self.chance, count, begin, days)}
        self.numbers = list(self.lives)
        self.coming = sorted(self._events(), key=lambda event: event[0])
        self.promised = 0
        self._move_in()
        self.courier = Courier(database, Rules(budget=BUDGET))

    def _move_in(self) -> None:
        same = {"given_name": "P", "family_name": "Q", "locale": "en", "status": "active"}
        with self.database.write() as db:
            for life in self.lives.values():
                _, zone, country = life.places[0]
                own = {"id": life.number, "email": f"p{life.number}@year.example", "working_days": life.days}
                db.execute(insert(table(Person)), [{**same, **own, "time_zone": zone, "country": country}])
                if life.hour != AT or life.quiet != (19, 8):
                    named: dict[str, Any] = {"saved_by": life.number, "person_id": life.number}
                    own_quiet: dict[str, Any] = {"quiet_begins": life.quiet[0], "quiet_ends": life.quiet[1]}
                    wish = Preference(**named, **own_quiet, series=str(life.number), hour=life.hour)
                    remember(db, wish, self.begin)

    def _events(self) -> Iterator[tuple[datetime, int, str, Any]]:
        for life in self.lives.values():
            yield from ((since, life.number, "place", (zone, country)) for since, zone, country in life.places[1:])
            yield from ((said, life.number, "leave", (first, last)) for said, first, last in life.leaves)
            yield from ((said, life.number, "pause", until) for said, until in life.pauses)

    def live(self, asleep: tuple[datetime, datetime]) -> None:
        while self.clock.at < self.end:
            now = self.clock.at
            self._happen(now)
            if not asleep[0] <= now < asleep[1]:
                self._tick(now)
            self.clock.move(HOUR)

    def _happen(self, now: datetime) -> None:
        with self.database.write() as db:
            while self.coming and self.coming[0][0] <= now:
                _, number, what, value = self.coming.pop(0)
                named: dict[str, Any] = {"saved_by": number, "person_id": number}
                match what:
                    case "place":
                        here = update(table(Person)).where(table(Person).c.id == number)
                        db.execute(here.values(time_zone=value[0], country=value[1]))
                    case "leave":
                        remember(db, Leave(**named, first_day=value[0], last_day=value[1]), now)
                    case _:
                        remember(db, Pause(**named, series=str(number), until=value), now)
            ledger.promise(db, self._promises(now))

    def _promises(self, now: datetime) -> Iterator[dict[str, Any]]:
        """What others want to tell people: about three messages a week, sometimes four at once."""
        body = {"flow": "checkin", "text": "help_wanted", "values": {"person": "Ben", "what": "Boxes"}, "buttons": []}
        row = {"kind": "tell", "about": None, "conversation_id": None, "key": None, "body": body, "due_at": now}
        for number in self.numbers:
            if self.chance.random() < 1 / 100:
                for _ in range(self.chance.choice((1, 1, 1, 4))):
                    self.promised += 1
                    urgency = self.chance.choice((Urgency.ordinary, Urgency.ordinary, Urgency.binding))
                    yield {**row, "person_id": number, "dedupe": f"year:{self.promised}", "urgency": urgency}

    def _tick(self, now: datetime) -> None:
        sum(settle_due(self.dispatcher))
        sum(self.weekly.tick(now))
        sum(remind(self.dispatcher, now, Reminding()))
        self.courier.deliver(now)
        sum(fold_held(self.dispatcher))
        if now.hour % 6 == 0:
            self._answer(self.chance.choice(self.numbers))

    def _answer(self, number: int) -> None:
        player = Player(self.dispatcher, number)
        if player.waiting():
            player.opens_what_waits()
            player.sends(mood="4", highlights="Signed the contract with Acme for two more years.", share="private")

    # what must hold

    @property
    def sent(self) -> list[tuple[datetime, Any]]:
        """What went to those whose year it is."""
        return [(now, row) for now, row in self.courier.sent if row["person_id"] in self.lives]

    def nothing_outside_hours(self) -> None:
        wrong = [
            (self.lives[row["person_id"]], now, row["dedupe"])
            for now, row in self.sent
            if row["urgency"] != Urgency.reply and not self.lives[row["person_id"]].may_be_reached(now)
        ]
        assert wrong == []

    def never_over_the_budget(self) -> None:
        weeks: Counter[tuple[int, tuple[int, int]]] = Counter()
        for now, row in self.sent:
            weeks[self._week(row["person_id"], now)] += row["urgency"] != Urgency.reply
        assert max(weeks.values()) == BUDGET  # it was spent, and never more

    def _week(self, number: int, now: datetime) -> tuple[int, tuple[int, int]]:
        local = now.astimezone(ZoneInfo(self.lives[number].place(now)[0]))
        return number, local.isocalendar()[:2]

    def nothing_twice(self) -> None:
        assert max(Counter(row["id"] for _, row in self.sent).values()) == 1
        prompts = Counter((row["conversation_id"]) for _, row in self.sent if row["dedupe"].startswith("ask:"))
        assert max(prompts.values()) == 1
        conversation = table(Conversation)
        query = select(conversation.c.starter_id, conversation.c.params).where(conversation.c.flow == "checkin")
        with self.database.read() as db:
            weeks = Counter((row[0], str(row[1]["week"])) for row in db.execute(query))
        assert max(weeks.values()) == 1

    def nothing_missed(self) -> None:
        """Every week of everybody stands as asked or excused; where nothing unforeseen came, on the very day."""
        rows = self._prompts()
        mondays = [self._monday() + week * 7 * DAY for week in range((self.end - self.begin).days // 7 - 1)]
        checked = 0
        for life in self.lives.values():
            for monday in mondays:
                row = rows.get((life.number, f"{monday:%G-W%V}"))
                assert row is not None, (life, monday)
                assert row["state"] in (Planned.asked, Planned.excused), (life, monday, row)
                if life.is_plain(monday):
                    checked += 1
                    self._as_foreseen(life, monday, row)
        assert checked > len(self.lives) * len(mondays) // 3

    def _as_foreseen(self, life: Life, monday: date, row: Any) -> None:
        now = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
        day = life.wanted(monday, now)
        assert (row["state"] == Planned.asked) == (day is not None), (life, monday, row)
        if day:
            hour = max(life.hour, 10) if life.quiet == (16, 10) else life.hour
            hour = 15 if life.quiet == (16, 10) and life.hour > 15 else hour
            assert row["due_at"] == at_hour(day, hour, life.place(now)[0]), (life, monday, row)

    def everything_has_come_to_an_end(self) -> None:
        """Each message was sent, skipped with a reason, or waits with one; none is lost and none fails."""
        query = select(outbox.c.status, outbox.c.reason, func.count()).group_by(outbox.c.status, outbox.c.reason)
        with self.database.read() as db:
            found = {(row[0], row[1]): row[2] for row in db.execute(query)}
        assert {status for status, _ in found} <= {
            Delivery.waiting,
            Delivery.sent,
            Delivery.skipped,
            Delivery.folded,
        }
        assert {reason for status, reason in found if status == Delivery.skipped} <= {
            "over",
            "budget",
            "on_leave",
            "paused",
            "day_off",
            "holiday",
            "quiet",
        }

    def what_waits_has_a_time_to_come(self) -> None:
        """Nothing that was due is left lying, and what is told as a line of another message goes with that one."""
        last = self.end - HOUR
        other = outbox.alias()
        overdue = select(outbox.c.dedupe).where(outbox.c.status == Delivery.waiting, outbox.c.due_at <= last)
        lost = select(outbox.c.dedupe).where(
            outbox.c.status == Delivery.folded,
            ~exists().where(other.c.id == outbox.c.bundle_id, other.c.status == Delivery.waiting),
        )
        with self.database.read() as db:
            assert db.execute(overdue).all() == []
            assert db.execute(lost).all() == []

    def no_question_gives_way_but_to_a_full_week(self) -> None:
        """A weekly question that is put to nobody's chat had no room: all was used up, and not by what could wait."""
        crowded_out = select(outbox.c.person_id, outbox.c.done_at).where(
            outbox.c.dedupe.startswith("ask:"), outbox.c.status == Delivery.skipped, outbox.c.reason == BUDGETED
        )
        with self.database.read() as db:
            gave_way = [(row[0], row[1]) for row in db.execute(crowded_out) if row[0] in self.lives]
        weeks: defaultdict[tuple[int, tuple[int, int]], list[int]] = defaultdict(list)
        for now, row in self.sent:
            if row["urgency"] != Urgency.reply:
                weeks[self._week(row["person_id"], now)].append(row["urgency"])
        for number, now in gave_way:
            urgencies = weeks[self._week(number, now)]
            assert len(urgencies) == BUDGET, (number, now)
            assert Urgency.binding in urgencies, (number, now)
        put = sum(row["dedupe"].startswith("ask:") for _, row in self.sent)
        assert len(gave_way) * 20 < put

    def reminders_are_few_and_none_after_the_answer(self) -> None:
        reminders: defaultdict[tuple[int, str], list[datetime]] = defaultdict(list)
        for now, row in self.sent:
            if row["dedupe"].startswith("remind:"):
                reminders[row["conversation_id"], row["key"]].append(now)
        assert reminders
        open_ask = table(OpenAsk)
        with self.database.read() as db:
            asks = {(row["conversation_id"], row["key"]): row for row in db.execute(select(open_ask)).mappings()}
        for name, times in reminders.items():
            ask, life = asks[name], self.lives[asks[name]["person_id"]]
            moved = any(ask["opened_at"] <= since <= ask["due_at"] for since, *_ in life.places)
            assert len(times) <= 2 + moved, (life, times)  # elsewhere the days are counted anew
            assert all(later - sooner >= 12 * HOUR for sooner, later in pairwise(times)), (life, times)
            assert times[-1] < ask["due_at"], (life, times)

    def _monday(self) -> date:
        return self.begin.date() + (7 - self.begin.weekday()) % 7 * DAY

    def _prompts(self) -> dict[tuple[int, str], Any]:
        query = select(table(WeeklyPrompt)).where(table(WeeklyPrompt).c.person_id >= FIRST)
        with self.database.read() as db:
            return {(row["person_id"], row["week"]): row for row in db.execute(query).mappings()}

    def must_hold(self) -> None:
        self.nothing_outside_hours()
        self.never_over_the_budget()
        self.nothing_twice()
        self.nothing_missed()
        self.everything_has_come_to_an_end()
        self.what_waits_has_a_time_to_come()
        self.no_question_gives_way_but_to_a_full_week()
        self.reminders_are_few_and_none_after_the_answer()


def test_eight_weeks_over_three_changes_of_the_clock(database: Database) -> None:
    """From February to April: New York and Berlin go forward, Sydney back; the Spring Festival, Easter, Qingming."""
    begin = datetime(2026, 2, 23, tzinfo=UTC)
    year = Year(database, count=30, begin=begin, days=56, seed=7)
    year.live(asleep=(datetime(2026, 3, 19, 10, tzinfo=UTC), datetime(2026, 3, 20, 12, tzinfo=UTC)))
    year.must_hold()


@pytest.mark.stress
def test_a_year_of_a_thousand_people(database: Database) -> None:
    year = Year(database, count=1000, begin=datetime(2026, 1, 5, tzinfo=UTC), days=364, seed=11)
    year.live(asleep=(datetime(2026, 9, 17, 10, tzinfo=UTC), datetime(2026, 9, 18, 12, tzinfo=UTC)))
    year.must_hold()
