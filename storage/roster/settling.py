"""What follows for a person from where they work, and from what holds for the whole company."""

from typing import Any

from storage.roster import places
from storage.roster.options import Defaults
from storage.roster.population import Known
from storage.roster.problems import Notes, Remark
from storage.roster.regions import has_regions, region_of
from storage.roster.rows import KEEP, Row

DEFAULT_LOCALE = "en"
DEFAULT_ZONE = "UTC"


def place_of(row: Row, location: str | None) -> places.Place | None:
    return (places.place(location) if location else None) or (places.place(row.near) if row.near else None)


def settle_new(row: Row, said: dict[str, Any], defaults: Defaults, notes: Notes) -> None:
    """Fills in country, language, time zone and region of a new person, where the file leaves them open."""
    where = place_of(row, said["location"])
    source = row.near if where and row.near and not places.place(said["location"] or "") else said["location"]
    if not said["country"] and where:
        said["country"] = where.country
        notes.add(Remark.derived_country, row.line, source=source, value=where.country)
    elif not said["country"] and defaults.country:
        said["country"] = defaults.country
        notes.add(Remark.company_default, row.line, field="country", value=defaults.country)
    country = said["country"]
    _settle_locale(row, said, country, defaults, notes)
    _settle_zone(row, said, where, source, defaults, notes)
    said["region"] = region(row, country, said["location"], notes)


def _settle_locale(row: Row, said: dict[str, Any], country: str | None, defaults: Defaults, notes: Notes) -> None:
    if said["locale"]:
        return
    if defaults.locale and country in {None, defaults.country}:
        said["locale"] = defaults.locale
        notes.add(Remark.company_default, row.line, field="locale", value=defaults.locale)
    elif country:
        said["locale"] = "zh" if country in places.CHINESE_SPOKEN else DEFAULT_LOCALE
        notes.add(Remark.derived_locale, row.line, source=country, value=said["locale"])
    else:
        said["locale"] = DEFAULT_LOCALE
        notes.add(Remark.default_locale, row.line, value=DEFAULT_LOCALE)


def _settle_zone(
    row: Row,
    said: dict[str, Any],
    where: places.Place | None,
    source: str | None,
    defaults: Defaults,
    notes: Notes,
) -> None:
    if said["time_zone"]:
        return
    country = said["country"]
    city = where if where and where.country == country else None
    if zone := (city and city.zone) or (country and places.zone_of_country(country)):
        said["time_zone"] = zone
        notes.add(
            Remark.derived_time_zone, row.line, source=(source if city and city.zone else country) or "", value=zone
        )
    elif defaults.time_zone:
        said["time_zone"] = defaults.time_zone
        notes.add(Remark.company_default, row.line, field="time_zone", value=defaults.time_zone)
    else:
        said["time_zone"] = DEFAULT_ZONE
        notes.add(Remark.default_time_zone, row.line, value=DEFAULT_ZONE)


def region(row: Row, country: str | None, location: str | None, notes: Notes) -> str | None:
    """The part of the country whose holidays hold: what the file says, or else where the place is."""
    if not country or not has_regions(country):
        return None
    if isinstance(row.region, str):
        if stated := region_of(country, row.region):
            return stated
        notes.add(Remark.unknown_region, row.line, value=row.region, country=country)
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
    where = place_of(row, location)
    if not country and row.country in {KEEP, None}:
        country = where.country if where else defaults.country
        if country:
            values["country"] = country
    nothing_known = known.country is None and known.time_zone == DEFAULT_ZONE
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
        now = region(row, country, location, notes)
        if now != known.region and (now or moved):
            values["region"] = now
