"""What follows for a person from where they work, and from what holds for the whole company."""

from functools import lru_cache
from typing import Any, NamedTuple

from storage.roster import places
from storage.roster.options import Defaults
from storage.roster.population import Known
from storage.roster.problems import Notes, Remark, Said
from storage.roster.regions import has_regions, region_of
from storage.roster.rows import KEEP, Row

DEFAULT_LOCALE = "en"
DEFAULT_ZONE = "UTC"


class Stated(NamedTuple):
    """What a row says of where a person works."""

    location: str | None
    near: str | None
    country: str | None
    locale: str | None
    time_zone: str | None
    region: str | None


class Settled(NamedTuple):
    """What follows from it: values by field, and the remarks on what was filled in."""

    values: dict[str, str | None]
    remarks: tuple[Said, ...]


def place_of(near: str | None, location: str | None) -> places.Place | None:
    return (places.place(location) if location else None) or (places.place(near) if near else None)


def settled(row: Row, defaults: Defaults) -> Settled:
    """Country, language, time zone and region of a new person, where the file leaves them open."""
    said = (row.location, row.near, row.country, row.locale, row.time_zone, row.region)
    return _settled(Stated(*(None if value is KEEP else value for value in said)), defaults)


@lru_cache(maxsize=20_000)
def _settled(stated: Stated, defaults: Defaults) -> Settled:
    """Of a company's many people few work under different conditions."""
    notes = Notes()
    where = place_of(stated.near, stated.location)
    source = stated.near if where and stated.near and not places.place(stated.location or "") else stated.location
    country = stated.country
    if not country and where:
        country = where.country
        notes.add(Remark.derived_country, 0, source=source or "", value=country)
    elif not country and defaults.country:
        country = defaults.country
        notes.add(Remark.company_default, 0, field="country", value=country)
    values = {
        "country": country,
        "locale": stated.locale or _locale(country, defaults, notes),
        "time_zone": stated.time_zone or _zone(country, where, source, defaults, notes),
        "region": region(stated, country, stated.location, notes, 0),
    }
    return Settled(values, notes.said())


def _locale(country: str | None, defaults: Defaults, notes: Notes) -> str:
    if defaults.locale and country in {None, defaults.country}:
        notes.add(Remark.company_default, 0, field="locale", value=defaults.locale)
        return defaults.locale
    if not country:
        notes.add(Remark.default_locale, 0, value=DEFAULT_LOCALE)
        return DEFAULT_LOCALE
    locale = "zh" if country in places.CHINESE_SPOKEN else DEFAULT_LOCALE
    notes.add(Remark.derived_locale, 0, source=country, value=locale)
    return locale


def _zone(country: str | None, where: places.Place | None, source: str | None, defaults: Defaults, notes: Notes) -> str:
    city = where if where and where.country == country else None
    if zone := (city and city.zone) or (country and places.zone_of_country(country)):
        told_by = (source if city and city.zone else country) or ""
        notes.add(Remark.derived_time_zone, 0, source=told_by, value=zone)
        return zone
    if defaults.time_zone:
        notes.add(Remark.company_default, 0, field="time_zone", value=defaults.time_zone)
        return defaults.time_zone
    notes.add(Remark.default_time_zone, 0, value=DEFAULT_ZONE)
    return DEFAULT_ZONE


def region(row: Row | Stated, country: str | None, location: str | None, notes: Notes, line: int) -> str | None:
    """The part of the country whose holidays hold: what the file says, or else where the place is."""
    if not country or not has_regions(country):
        return None
    if isinstance(row.region, str):
        if stated := region_of(country, row.region):
            return stated
        notes.add(Remark.unknown_region, line, value=row.region, country=country)
    for written in (location, row.near):
        if written and (found := region_of(country, written)):
            return found
    return None


def settle_known(row: Row, known: Known, values: dict[str, Any], defaults: Defaults, notes: Notes) -> None:
    """What an earlier import could not tell and this one can: a country, its clock, and the region.

    The time zone is touched only where it is UTC for want of anything better, the language only by a default of the
    company where nothing said where the person is.
    """
    location = values.get("location", known.location)
    country = values.get("country", known.country)
    nothing_known = known.country is None and known.time_zone == DEFAULT_ZONE
    where = place_of(row.near, location) if nothing_known or not country else None
    if not country and row.country in {KEEP, None}:
        country = where.country if where else defaults.country
        if country:
            values["country"] = country
    if nothing_known and row.time_zone is KEEP:
        city = where.zone if where and where.country == country else None
        zone = city or (country and places.zone_of_country(country)) or defaults.time_zone
        if zone and zone != known.time_zone:
            values["time_zone"] = zone
    if nothing_known and row.locale is KEEP and known.locale == DEFAULT_LOCALE:
        is_chinese = where and where.country in places.CHINESE_SPOKEN
        locale = defaults.locale if country in {None, defaults.country} else "zh" if is_chinese else None
        if locale and locale != known.locale:
            values["locale"] = locale
    if row.location is KEEP and row.region is KEEP:
        return
    moved = "location" in values or "country" in values
    if isinstance(row.region, str) or known.region is None or moved:
        now = region(row, country, location, notes, row.line)
        if now != known.region and (now or moved):
            values["region"] = now
