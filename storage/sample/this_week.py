"""The week that is running in the sample company: what people have done in it by now.

The history ends with last week, and its rows are simply written. What happens in the running week is lived through by
the bot (`bot.commands.running_week`), so that a check-in can be edited, a win is told to its subject, and a call for
help reaches the manager. It follows from the clock alone: the later in the week, the more of the same has happened.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from storage.columns import iso_week
from storage.events import Kind
from storage.sample.chance import stream
from storage.sample.checkins import Row, sketches
from storage.sample.people import Colleague, Company
from storage.sample.temper import answers, temper_of
from storage.sample.voice import Voice
from storage.sample.weeks import Week, moment, worked

A_WEEK = timedelta(weeks=1)
ASKED = 8 * 60
"""Minutes after midnight at which people are asked on their first working day, as in a demo that has been running."""
BY_DAY = (8, 14, 22, 34, 22)
"""How many of a hundred check-ins are written on each working day of a week."""
MORE_PRAISE = 8
"""Words of praise in a week, besides those for the people one is suggested to be."""
_SPEAKS_OF_DAYS = re.compile("周[一二三四五六日末]|[上下]午|昨|前天|[三四]天|week|day", re.IGNORECASE)
"""Sentences that may not be true yet in the middle of a week."""


@dataclass(frozen=True)
class Asked:
    """Somebody is asked for their check-in."""

    at: datetime
    person: int
    week: str


@dataclass(frozen=True)
class CheckedIn:
    """Somebody fills in their check-in."""

    at: datetime
    person: int
    values: Mapping[str, str]
    more: str
    """What they say when they are asked for more."""


@dataclass(frozen=True)
class Told:
    """Somebody logs a win of a colleague or praises one, in one line."""

    at: datetime
    person: int
    kind: Kind
    subject: int
    text: str


Happening = Asked | CheckedIn | Told


def until(company: Company, now: datetime, today: date, suggested: Sequence[int]) -> list[Happening]:
    """What has happened since the Monday of `today`, in the order in which it did.

    The people one is suggested to be have not checked in yet, and each has something new about them.
    """
    monday = today - timedelta(days=today.weekday())
    weeks = (monday, monday + A_WEEK)  # further east it may be next week already
    happened = [
        each
        for start in weeks
        for some in (_asked(company, start), _checkins(company, start, suggested), _news(company, start, suggested))
        for each in some
        if each.at <= now
    ]
    return sorted(happened, key=lambda each: (each.at, each.person))


def _asked(company: Company, monday: date) -> Iterator[Asked]:
    for person in company.people:
        if days := _days(person, monday):
            yield Asked(moment(days[0], ASKED, person.time_zone), person.id, iso_week(monday))


def _days(person: Colleague, monday: date) -> list[date]:
    """The days of a week on which somebody works, none for those who have left or are on leave."""
    return worked(monday, person.seat.working_days, person.country) if person.at_work(monday) else []


def _checkins(company: Company, monday: date, suggested: Sequence[int]) -> Iterator[CheckedIn]:
    week = Week(monday, 0)
    first = _first_of_each_team(company, monday, suggested)
    for person in company.people:
        random = stream("this week", person.id, week.name)
        days = _days(person, monday)
        if not days or person.id in suggested:
            continue
        if person.id in first:
            at = moment(days[0], random.randint(ASKED + 2, ASKED + 50), person.time_zone)
        elif answers(person, temper_of(person), week, random.random()):
            at = _moment(days, person, random)
        else:
            continue
        yield _checkin(at, person.id, next(each for each in sketches(company, person, monday) if _is_true_yet(each)))


def _checkin(at: datetime, person: int, row: Row) -> CheckedIn:
    values = {"mood": str(row["mood"]), "share": "manager" if row["shared"] else "private"}
    words = {name: row[name] or "" for name in ("highlights", "blockers", "help_wanted")}
    return CheckedIn(at, person, values | words, row["more"] or "")


def _is_true_yet(row: Row) -> bool:
    return not any(_SPEAKS_OF_DAYS.search(row[name] or "") for name in ("highlights", "blockers", "help_wanted"))


def _first_of_each_team(company: Company, monday: date, suggested: Sequence[int]) -> frozenset[int]:
    """Somebody in every team has it done before anything else, so that no manager finds an empty week."""
    teams: dict[int, list[int]] = {}
    for person in company.people:
        if person.manager is not None and person.id not in suggested and _days(person, monday):
            teams.setdefault(person.manager, []).append(person.id)
    return frozenset(stream("first", manager).choice(team) for manager, team in teams.items())


def _moment(days: Sequence[date], person: Colleague, random: Random) -> datetime:
    day = random.choices(days, BY_DAY[-len(days) :])[0]
    minutes = random.choice((random.randint(9 * 60, 11 * 60 + 50), random.randint(13 * 60, 17 * 60 + 55)))
    return moment(day, minutes, person.time_zone)


def _news(company: Company, monday: date, suggested: Sequence[int]) -> Iterator[Told]:
    """A manager logs a win of everybody one is suggested to be, first thing; praise comes from other team mates."""
    here = [each for each in company.people if _days(each, monday)]
    praising = [each for each in here if each.id not in suggested]
    for number, subject in enumerate(each for each in here if each.id in suggested):
        if subject.manager and (manager := company[subject.manager]) in here:
            yield from _told(company, Kind.win, manager, subject, monday, 0, 9 * 60 + 5 + 7 * number)
        yield from _praised(company, subject, praising, monday, 1)
    random = stream("praise of this week", iso_week(monday))
    for subject in random.sample(here, min(MORE_PRAISE, len(here))):
        yield from _praised(company, subject, praising, monday, random.randint(0, 4))


def _praised(company: Company, subject: Colleague, here: Sequence[Colleague], monday: date, day: int) -> Iterator[Told]:
    """Praise from near by, in the language of the person it is for where one of those near writes it."""
    random = stream("praise of this week", subject.id, iso_week(monday))
    near = [each for each in company.around(subject, monday) if each in here and each.id != subject.id]
    if near:
        author = random.choice([each for each in near if each.locale == subject.locale] or near)
        yield from _told(company, Kind.praise, author, subject, monday, day, random.randint(10 * 60, 16 * 60))


def _told(
    company: Company, kind: Kind, author: Colleague, subject: Colleague, monday: date, day: int, minutes: int
) -> Iterator[Told]:
    """One line on that working day of the author's week, if there are so many; it names no colleague and no day."""
    days = _days(author, monday)
    if len(days) <= day:
        return
    voice = Voice(company, subject, author, f"{kind} of this week")
    fitting = voice.fitting(kind, subject.seat.craft)
    pool = tuple(each for each in fitting if "{peer}" not in each and not _SPEAKS_OF_DAYS.search(each))
    text = voice.say(pool, voice.blanks(days[day]))
    yield Told(moment(days[day], minutes, author.time_zone), author.id, kind, subject.id, text)
