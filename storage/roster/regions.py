"""Regions: the part of a country whose public holidays hold, from its code or name or from the city."""

import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from storage.roster.naming import PARTS, folded


@lru_cache(maxsize=20_000)
def region_of(country: str, written: str) -> str | None:
    """The code of a region, as `BY`, from `BY`, `DE-BY`, `Bayern`, `Bavaria`, or a place in it; None if it names none.

    The codes and names are those of the `holidays` package, so that every region found has holidays of its own.
    """
    codes, names = _of(country)
    if not codes:
        return None
    for text in (written, *reversed(PARTS.split(written))):
        code = text.strip().upper().removeprefix(f"{country}-").removeprefix(f"{country} ")
        if code in codes:
            return code
    for text in (written, *PARTS.split(written)):
        if found := names.get(folded(text)):
            return found
    return None


@cache
def has_regions(country: str) -> bool:
    return bool(_of(country)[0])


@cache
def _of(country: str) -> tuple[frozenset[str], dict[str, str]]:
    import holidays  # the calendars of two hundred countries, which a start need not wait for

    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return frozenset(), {}
    codes = frozenset(known.subdivisions)
    aliases = getattr(known, "subdivisions_aliases", {})
    names = {folded(name): code for name, code in aliases.items() if len(folded(name)) > 1}
    return codes, names | {folded(city): code for code, all_ in _cities().get(country, {}).items() for city in all_}


@cache
def _cities() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("storage.roster").joinpath("regions.toml").read_text("utf-8"))
