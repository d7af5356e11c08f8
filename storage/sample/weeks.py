"""The two years before today, week by week: what happened to the company, and which days people worked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from storage.columns import iso_week
from storage.sample.phrases import contents

LENGTH = 104
REGIONS = {"CN": None, "DE": "BY", "US": "IL"}


@dataclass(frozen=True)
class Week:
    """One week of the history; `ago` is 1 for last week."""

    monday: date
    ago: int

    @property
    def name(self) -> str:
        return iso_week(self.monday)

    @property
    def friday(self) -> date:
        return self.monday + timedelta(days=4)


@dataclass(frozen=True)
class Phase:
    """A stretch of the company's story, and what it did to the mood of each department."""

    name: str
    mood: Mapping[str, float]
    first: int = LENGTH
    last: int = 1

    def share(self, ago: int) -> int:
        """How far it has come, in percent."""
        return 7 + 88 * (self.first - ago) // max(self.first - self.last, 1)


def history(today: date) -> tuple[Week, ...]:
    """The weeks of the story, oldest first; the week of today is not among them."""
    this_monday = today - timedelta(days=today.weekday())
    return tuple(Week(this_monday - timedelta(weeks=ago), ago) for ago in range(LENGTH, 0, -1))


@cache
def phase_of(ago: int) -> Phase:
    for phase in contents("company.toml")["phase"]:
        first, last = phase["weeks"]
        if first >= ago >= last:
            return Phase(phase["name"], phase.get("mood", {}), first, last)
    return Phase("calm", {})


@cache
def days_off(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, subdiv=REGIONS[country], years=year))


def worked(monday: date, working_days: str, country: str) -> list[date]:
    """The days of a week on which somebody works there."""
    days = (monday + timedelta(days=int(digit) - 1) for digit in working_days)
    return [day for day in days if day not in days_off(country, day.year)]


def presence(monday: date, country: str) -> float:
    """How likely an answer is in a week, from 1 in a plain one to very little around the great holidays."""
    off = 5 - len(worked(monday, "12345", country))
    share = (1.0, 0.93, 0.8, 0.4, 0.15, 0.0)[off]
    if country != "CN" and (monday.month, monday.day) >= (12, 21):
        return share * 0.4
    if country == "DE" and monday.month == 8:
        return share * 0.75
    return share


def moment(day: date, minutes: int, time_zone: str) -> datetime:
    """So many minutes after midnight where somebody is, as an instant in UTC."""
    local = datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(time_zone))
    return local.astimezone(UTC)
