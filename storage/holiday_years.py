"""Holiday years: what the installed calendars do not know yet about a year, for the places where people work."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from importlib.metadata import version

from sqlalchemy import Connection, select

from storage.calendar import public_holidays
from storage.columns import table
from storage.people import Person, Status

YEARS_BACK = 2
"""A country that moved days off in one of so many years before is expected to do it again."""

person = table(Person)
_PLACES = (
    select(person.c.country, person.c.region)
    .where(person.c.status != Status.left, person.c.country.is_not(None))
    .distinct()
    .order_by(person.c.country, person.c.region)
)


class Lacking(StrEnum):
    """What is not known about a year."""

    holidays = "holidays"
    days_in_lieu = "days_in_lieu"
    """The bridge days and the weekend days worked for them, which governments announce year by year."""


def calendar_release() -> str:
    """The version of the package the public holidays come from."""
    return version("holidays")


def lacking(country: str, region: str | None, year: int) -> Lacking | None:
    """What the installed calendars lack of a year in a place; None if they have all of it."""
    free, _ = public_holidays(country, region, year)
    if not any(day.year == year for day in free):
        return Lacking.holidays
    moves_days = any(_worked_weekends(country, region, earlier) for earlier in range(year - YEARS_BACK, year))
    return Lacking.days_in_lieu if moves_days and not _worked_weekends(country, region, year) else None


def lacking_here(db: Connection, year: int) -> Mapping[str, Lacking | None]:
    """The same for each country or region where people work, as `CN` or `DE-BY`."""
    places = db.execute(_PLACES).all()
    return {f"{country}-{region}" if region else country: lacking(country, region, year) for country, region in places}


def _worked_weekends(country: str, region: str | None, year: int) -> frozenset[date]:
    _, worked = public_holidays(country, region, year)  # the library gives those of every year it knows
    return frozenset(day for day in worked if day.year == year)
