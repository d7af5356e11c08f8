"""The calendar: when a person may be written to, in the time of the place where they are.

Everything is asked of a `Habit`: where somebody is, which days they work, their quiet hours, and when they are away
or have asked for silence. It knows no database, so the rules can be tried on any day of any year. A day stands in
a person's own time; only its hours become instants.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from storage.columns import iso_week

FURTHEST = 800
"""Days that are looked through for the next one on which somebody may be written to."""
WEEKDAYS_ALONE = "12345"
"""Who works so makes up for a bridge day on a weekend, where their country does that."""

COMMON_TO = {"GB": ("ENG", "WLS", "NIR")}
"""Where the holidays of the whole country leave out what nearly all of it has: the parts whose common days count."""

Off = Literal["day_off", "holiday", "on_leave", "paused", "left", "not_started"]
"""Why nothing is sent on a day."""
Span = tuple[date, date]
"""The first day and the last."""


@dataclass(frozen=True)
class Quiet:
    """From this hour until that one nothing is sent; both alike: no hour is quiet."""

    begins: int
    ends: int

    @property
    def open_hours(self) -> tuple[int, ...]:
        return _open_hours(self.begins, self.ends)

    def hour_for(self, wanted: int) -> int:
        """The wanted hour of a day, or the nearest open one after it on that day, or else before it."""
        return min((hour for hour in self.open_hours if hour >= wanted), default=self.open_hours[-1])


NIGHT = Quiet(19, 8)
"""What is quiet where nobody has said otherwise: all but the working hours."""


@dataclass(frozen=True)
class Habit:
    """Where somebody is and when they work; thousands may share one."""

    time_zone: str = "UTC"
    working_days: str = WEEKDAYS_ALONE
    country: str | None = None
    region: str | None = None
    """The part of the country, where its holidays differ: BY, ENG, ON."""
    quiet: Quiet = NIGHT
    away: tuple[Span, ...] = ()
    """Their leave."""
    paused_until: date | None = None
    """The first day on which they want to hear of us again."""
    here_from: date | None = None
    """The day they joined."""
    here_until: date | None = None
    """Their last day, while the company still counts them in."""
    on_leave: bool = False
    """On leave until somebody says that they are back."""

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def local(self, now: datetime) -> datetime:
        return now.astimezone(self.zone)

    def off(self, day: date) -> Off | None:
        """Why nothing is sent on a day, if it is a day off."""
        if self.here_until and day > self.here_until:
            return "left"
        if self.here_from and day < self.here_from:
            return "not_started"
        if self.on_leave:
            return "on_leave"
        if any(first <= day <= last for first, last in self.away):
            return "on_leave"
        if self.paused_until and day < self.paused_until:
            return "paused"
        return _off(self.country, self.region, self.working_days, day)

    def is_open(self, now: datetime) -> bool:
        """Whether something may be sent to them at this moment."""
        return self.closed(now) is None

    def closed(self, now: datetime) -> Off | Literal["quiet"] | None:
        """Why nothing may be sent at this moment, or None if it may."""
        local = self.local(now)
        if reason := self.off(local.date()):
            return reason
        return None if local.hour in self.quiet.open_hours else "quiet"

    def next_open(self, now: datetime) -> datetime | None:
        """The first moment from now on at which something may be sent; None for whoever is never back."""
        if self.is_open(now):
            return now
        today = self.local(now).date()
        for day in self.open_days(today, FURTHEST):
            for hour in self.quiet.open_hours:
                if (moment := at_hour(day, hour, self.time_zone)) > now:
                    return moment
        return None

    def next_at(self, hour: int, now: datetime) -> datetime | None:
        """The first moment from now on at which it is that hour on a day that is not off.

        None for people who are never back, and for an hour within their quiet hours.
        """
        if hour not in self.quiet.open_hours:
            return None
        days = self.open_days(self.local(now).date(), FURTHEST)
        hours = (at_hour(day, hour, self.time_zone) for day in days)
        return next((moment for moment in hours if moment >= now), None)

    def quiet_ends(self, now: datetime) -> datetime:
        """The first moment from now on outside of their quiet hours, whatever day it is."""
        local = self.local(now)
        if local.hour in self.quiet.open_hours:
            return now
        days = (local.date(), local.date() + timedelta(days=1))
        hours = (at_hour(day, hour, self.time_zone) for day in days for hour in self.quiet.open_hours)
        return next((moment for moment in hours if moment > now), now)

    def open_days(self, first: date, many: int) -> Iterator[date]:
        """Of so many days those that are not off."""
        if self.on_leave:
            return
        days = (first + timedelta(days=ahead) for ahead in range(many))
        yield from (day for day in days if not self.off(day))

    def opens_after(self, day: date) -> datetime | None:
        """The first open moment after a day is over."""
        return self.next_open(at_hour(day + timedelta(days=1), 0, self.time_zone))

    def works_in(self, monday: date) -> bool:
        """Whether any day of a week is not off."""
        return any(self.open_days(monday, 7))


def at_hour(day: date, hour: int, zone: str) -> datetime:
    """An hour of a day in a place, as an instant in UTC; one that is skipped there is the first after it."""
    return at_time(day, time(hour), zone)


@lru_cache(maxsize=4096)
def at_time(day: date, clock: time, zone: str) -> datetime:
    """A time of a day in a place, as an instant in UTC.

    A time that a clock change skips is as long after the change as it would have been after its beginning; of one
    that comes twice it is the first.
    """
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def week_start(now: datetime) -> datetime:
    """The instant at which the week of a moment began, for counting: Sunday noon in Greenwich, for everybody.

    It is the weekend then, or night, wherever one is, and nobody gets another week by moving to another place.
    """
    shifted = now.astimezone(UTC) + timedelta(hours=12)
    return datetime.combine(shifted.date() - timedelta(days=shifted.weekday()), time(), UTC) - timedelta(hours=12)


def monday_of(week: str) -> date:
    return date.fromisoformat(f"{week}-1")


def weeks_between(first: str, last: str) -> list[str]:
    """The ISO weeks from one to another, both among them."""
    monday, end = monday_of(first), monday_of(last)
    count = (end - monday).days // 7 + 1
    return [iso_week(monday + timedelta(weeks=ahead)) for ahead in range(max(0, count))]


@cache
def _open_hours(begins: int, ends: int) -> tuple[int, ...]:
    if begins <= ends:
        return tuple(hour for hour in range(24) if not begins <= hour < ends)
    return tuple(hour for hour in range(24) if ends <= hour < begins)


@lru_cache(maxsize=65536)
def _off(country: str | None, region: str | None, working_days: str, day: date) -> Off | None:
    free, made_up_for = public_holidays(country, region, day.year)
    if day in free:
        return "holiday"
    if str(day.isoweekday()) in working_days:
        return None
    return None if day in made_up_for and working_days == WEEKDAYS_ALONE else "day_off"


@lru_cache(maxsize=2048)
def public_holidays(country: str | None, region: str | None, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The public holidays of a place, and the weekend days on which it works for them; none of an unknown country.

    Without a region, or with one that is not known, they are those of the whole country.
    """
    import holidays  # the calendars of two hundred countries, which a start need not wait for

    if country is None:
        return frozenset(), frozenset()
    try:
        if region is None and country in COMMON_TO:
            several = [holidays.country_holidays(country, subdiv=each, years=year) for each in COMMON_TO[country]]
            return frozenset.intersection(*map(frozenset, several)), frozenset()
        known_regions = holidays.country_holidays(country).subdivisions if region else ()
        known = holidays.country_holidays(country, subdiv=region if region in known_regions else None, years=year)
    except NotImplementedError:
        return frozenset(), frozenset()
    return frozenset(known), frozenset(getattr(known, "weekend_workdays", ()))
