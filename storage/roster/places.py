"""Countries, time zones and languages: what a cell means, and what follows from where somebody works.

The names come from CLDR by way of Babel; `words.toml` adds offices that are no city of the time zone database.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from storage.roster.naming import PARTS, folded
from storage.roster.problems import BadCell, Reason, shown
from storage.roster.words import WORDS

NOTHING = frozenset({"", "-", "--", "—", "/", "n/a", "null", "无"})
CHINESE_SPOKEN = frozenset({"CN", "TW", "HK", "MO"})
ONE_CLOCK: dict[str, str] = WORDS["one_clock"]
NO_COUNTRY = frozenset(WORDS["not_a_country"]["codes"])
STATES = frozenset(WORDS["states"]["codes"])
HAN = re.compile("[\u4e00-\u9fff]")
IN_BRACKETS = re.compile(r"[(（]([^)）]*)[)）]")
OF = re.compile(r"(?P<name>[^,]+),\s*(?:the\s+)?(?P<kind>.+?)(?:\s+of(?:\s+the)?)?", re.IGNORECASE)
"""`Tanzania, United Republic of`: ISO 3166 turns its names round to sort them."""
DIVISION = re.compile(r"(?<=省)|(?<=自治区)|(?<=特别行政区)|(?<=市)|(?<=自治州)|(?<=[区縣县])")
DIVISION_WORD = re.compile(r"(?:特别行政区|特別行政區|(?:壮族|回族|维吾尔)?自治区|自治州|[省市区縣县])$")
FORM_OF_STATE = re.compile(
    r"^\s*(?:[a-z']+\s+){0,3}(?:republic|kingdom|states?|commonwealth|principality|sultanate)\s+of\s+(?:the\s+)?",
    re.IGNORECASE,
)
IN_CHINA = re.compile(r"^(?:中华人民共和国|中国大陆|中国|中國)(?=.)")
NATIVE: dict[str, Any] = tomllib.loads(files("storage.roster").joinpath("native_names.toml").read_text("utf-8"))
CHINA: dict[str, Any] = tomllib.loads(files("storage.roster").joinpath("china.toml").read_text("utf-8"))
CHINESE_CITIES = frozenset(CHINA["cities"]["names"])
SHORT_CODE = re.compile(r"[A-Za-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Place:
    country: str
    zone: str | None


@lru_cache(maxsize=5000)
def country(cell: str) -> str | None:
    """ISO 3166 alpha-2, from a code of two or three letters or a name in English or Chinese."""
    if cell.casefold() in NOTHING:
        return None
    if code := _country(cell) or _country(IN_BRACKETS.sub("", cell)):
        return code
    raise BadCell(Reason.unknown_country, value=shown(cell))


def _country(name: str) -> str | None:
    if SHORT_CODE.fullmatch(name := name.strip()):
        code = name.upper()
        if code in _territories():
            return code
        aliases = get_global("territory_aliases").get(code, [])
        if len(aliases) == 1 and aliases[0] in _territories():
            return str(aliases[0])
    known = _country_names()
    return next((known[folded(each)] for each in _spellings(name) if folded(each) in known), None)


def _spellings(name: str) -> Iterator[str]:
    """A country as it stands, and as CLDR would write what ISO 3166 or a form has."""
    yield name
    plain = re.sub(r"\band\b|&", " ", re.sub(r"^\s*the\s+", "", name, flags=re.IGNORECASE), flags=re.IGNORECASE)
    yield plain
    yield DIVISION_WORD.sub("", IN_CHINA.sub("", name))
    if turned := OF.fullmatch(name):
        yield f"{turned['kind']} of {turned['name']}"
        if turned["name"].casefold() not in TWO_OF_THEM:
            yield from (turned["name"], re.sub(r"\band\b|&", " ", turned["name"]))
    yield FORM_OF_STATE.sub("", plain)
    yield re.sub(r"(?i)\bst\.?\s", "Saint ", plain)
    yield re.sub(r"(?i)\bsaint\s", "St. ", plain)


TWO_OF_THEM = frozenset({"korea", "congo", "virgin islands"})
"""Names that two countries share; only what stands behind the comma tells which."""


@cache
def _territories() -> frozenset[str]:
    codes = map(str, Locale.parse("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - NO_COUNTRY


@cache
def _country_names() -> dict[str, str]:
    names = {
        folded(name): code
        for language in ("en", "zh", "zh_Hant")
        for code, name in Locale.parse(language).territories.items()
        if code in _territories()
    }
    native = {folded(name): code for code, names_ in NATIVE["countries"].items() for name in names_}
    said = {name: code for code, names_ in WORDS["countries"].items() for name in names_}
    with_and = {folded(re.sub(r"&|\band\b", " ", name)): code for name, code in _english().items()}
    return native | with_and | names | said


def _english() -> dict[str, str]:
    return {name: code for code, name in Locale.parse("en").territories.items() if code in _territories()}


@lru_cache(maxsize=5000)
def time_zone(cell: str) -> str | None:
    """An IANA name, from one in any case, a Windows name, or what stands in the brackets of `GMT+08:00 (Shanghai)`."""
    if cell.casefold() in NOTHING:
        return None
    bracketed = IN_BRACKETS.findall(cell)
    for text in (cell, *reversed(bracketed), IN_BRACKETS.sub("", cell)):
        name = text.strip().casefold()
        if zone := _zones().get(name.replace(" ", "_")) or WORDS["zones"].get(folded(name)):
            return zone
    for text in (cell, *bracketed, IN_BRACKETS.sub("", cell).partition(",")[0]):
        if (found := _cities().get(folded(text))) and found.zone:
            return found.zone
    raise BadCell(Reason.unknown_time_zone, value=shown(cell))


@cache
def _zones() -> dict[str, str]:
    windows = {
        name.casefold().replace(" ", "_"): str(zone) for name, zone in get_global("windows_zone_mapping").items()
    }
    names = available_timezones() - {"Factory", "localtime", "posixrules"}
    return windows | {name.casefold(): name for name in sorted(names)}


@lru_cache(maxsize=5000)
def locale(cell: str) -> str | None:
    """`zh` for any Chinese, otherwise `en`; what Evenhand does not speak comes back as `other:` and the cell."""
    language = cell.casefold()
    if language in NOTHING:
        return None
    if language.startswith(("zh", "chinese", "mandarin", "cantonese", "中文", "汉语", "简体", "繁", "简中", "普通话")):
        return "zh"
    if re.match(r"en\b|en_|eng|英", language):
        return "en"
    return "other:" + shown(cell)


@lru_cache(maxsize=20_000)
def place(location: str) -> Place | None:
    """The city or country in `Berlin`, `Berlin, Germany`, `US - San Francisco`, `Paris, TX` or `中国-上海`."""
    parts = [*PARTS.split(location), *_divisions(location)]
    found = [known for part in (location, *parts) if (known := _cities().get(folded(part)))]
    named = {code for part in parts for code in _countries_of(part)}
    for known in found:
        if not named or known.country in named:
            return known
    return Place(named.pop(), None) if len(named) == 1 else None


def _divisions(location: str) -> list[str]:
    """The province and the city in 广东省深圳市, 北京市海淀区 or 浙江杭州, without the words that say what they are."""
    if not HAN.search(location):
        return []
    found = []
    for part in (IN_CHINA.sub("", each) for each in PARTS.split(location)):
        for piece in filter(None, DIVISION.split(part)):
            name = DIVISION_WORD.sub("", piece) or piece
            if province := next((each for each in CHINA["provinces"] if name.startswith(each)), None):
                found += [name[len(province) :], province]
            city = next((name[:size] for size in (5, 4, 3, 2) if name[:size] in CHINESE_CITIES), "")
            found += [name, piece[:-1], city]
    return [each for each in found if each]


def _countries_of(part: str) -> set[str]:
    """DE is Germany and Delaware, Georgia is Georgia and Georgia: both are meant until the city tells."""
    named = _country_names().get(folded(part))
    codes = {named} if named else set()
    if named == "GE":
        codes.add("US")
    if len(part) == 2 and part.isupper():
        codes |= {part} & _territories()
        if part in STATES:
            codes.add("US")
    return codes


@cache
def _cities() -> dict[str, Place]:
    """Cities by name; a name that two zones share names neither."""
    chinese = Locale.parse("zh").time_zones
    cities: dict[str, Place | None] = {}
    zone_territories = get_global("zone_territories")
    for zone, territory in zone_territories.items():
        if territory not in _territories() or zone not in available_zones():
            continue
        for city in {zone.rpartition("/")[2], str((chinese.get(zone) or {}).get("city", zone))}:
            known, here = cities.get(folded(city)), Place(territory, ONE_CLOCK.get(territory, zone))
            cities[folded(city)] = here if known in {None, here} else None
    for zone, names in NATIVE["cities"].items():
        for city in names:
            cities.setdefault(folded(city), Place(zone_territories[zone], zone))
    cities |= {folded(city): Place("CN", ONE_CLOCK["CN"]) for city in (*CHINA["cities"]["names"], *CHINA["provinces"])}
    cities |= {folded(city): Place("CN", ONE_CLOCK["CN"]) for city in CHINA["provinces"].values()}
    for office in WORDS["offices"]:
        cities |= {folded(city): Place(office["country"], office["zone"]) for city in office["cities"]}
    return {city: found for city, found in cities.items() if found and city}


@cache
def available_zones() -> frozenset[str]:
    return frozenset(_zones().values())


@cache
def zone_of_country(code: str) -> str | None:
    """The time zone of a country in which all clocks show the same."""
    if code in ONE_CLOCK:
        return ONE_CLOCK[code]
    zones = [zone for zone in get_global("territory_zones").get(code, []) if zone in available_zones()]
    clocks = {tuple(_offset(zone, month) for month in range(1, 13)) for zone in zones}
    return str(zones[0]) if len(clocks) == 1 else None


def _offset(zone: str, month: int) -> float:
    """The difference to UTC in a month of a year in which today's rules hold everywhere."""
    moment = datetime(2026, month, 15, 12, tzinfo=UTC)
    return (moment.astimezone(ZoneInfo(zone)).utcoffset() or moment - moment).total_seconds()
