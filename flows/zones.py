"""Time zones as people type them beside a time: PST, CET, UTC+8, 北京时间, "Munich time", "your time"."""

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from storage.roster.places import place

# An abbreviation says a zone and an offset from UTC in hours. Where the zone keeps another offset on the day ("PST" in
# July), or the letters mean several zones (CST, IST, BST), nobody knows what is meant.
_NAMED: dict[str, tuple[str, float]] = {
    "PST": ("America/Los_Angeles", -8), "PDT": ("America/Los_Angeles", -7), "MDT": ("America/Denver", -6),
    "CDT": ("America/Chicago", -5), "EST": ("America/New_York", -5), "EDT": ("America/New_York", -4),
    "CET": ("Europe/Berlin", 1), "CEST": ("Europe/Berlin", 2), "MEZ": ("Europe/Berlin", 1),
    "MESZ": ("Europe/Berlin", 2), "EET": ("Europe/Helsinki", 2),
    "EEST": ("Europe/Helsinki", 3), "WET": ("Europe/Lisbon", 0), "WEST": ("Europe/Lisbon", 1),
    "UTC": ("UTC", 0), "GMT": ("UTC", 0), "JST": ("Asia/Tokyo", 9), "KST": ("Asia/Seoul", 9),
    "SGT": ("Asia/Singapore", 8), "HKT": ("Asia/Hong_Kong", 8), "AEST": ("Australia/Sydney", 10),
    "AEDT": ("Australia/Sydney", 11), "NZST": ("Pacific/Auckland", 12), "NZDT": ("Pacific/Auckland", 13),
}  # fmt: skip
_UNSURE = frozenset(("CST", "MST", "IST", "BST", "AST", "MSK"))
_WALL = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
"""American clocks, whether they are put forward or not."""
_REGIONS = {
    "北京": "Asia/Shanghai", "中国": "Asia/Shanghai", "北京标准": "Asia/Shanghai", "beijing": "Asia/Shanghai",
    "china": "Asia/Shanghai", "eastern": "America/New_York", "美东": "America/New_York", "美国东部": "America/New_York",
    "pacific": "America/Los_Angeles", "美西": "America/Los_Angeles", "太平洋": "America/Los_Angeles",
    "central european": "Europe/Berlin", "欧洲中部": "Europe/Berlin", "德国": "Europe/Berlin",
    "german": "Europe/Berlin",
    "uk": "Europe/London", "英国": "Europe/London", "日本": "Asia/Tokyo", "格林尼治": "UTC", "格林威治": "UTC",
}  # fmt: skip
_MINE = frozenset(("my", "our", "我", "我的", "我们", "我这边", "我这里", "我们这边"))
_YOURS = re.compile(
    r"(?:\b(?:your|their|his|her|local|the other)|(?:你|您|他|她|对方|当地|本地)(?:们)?(?:的|那边|那里|那儿)?)\s*$",
    re.IGNORECASE,
)
_OURS = re.compile(r"(?:\b(?:my|our) |我们?(?:这边|这里|的)?)$", re.IGNORECASE)
_LATIN = re.compile(r"(?:^|(?<=[\s(（,，]))(?:([A-Za-z]+) )?([A-Za-z]+) $")
_PART_BEFORE = re.compile(r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里)?\s*$")
_WIDE = "美国|加拿大|澳大利亚|澳洲|巴西|俄罗斯|墨西哥|欧洲|美东|美西|海外|当地"
"""Places of which it is not known which zone is meant."""
_WIDE_BEFORE = re.compile(rf"(?:{_WIDE})$")
_WIDE_TIME = re.compile(rf"(?:{_WIDE})时间")
_IN_BRACKETS = re.compile(r"[(（\[]\s*([A-Z][A-Za-z .'-]{1,30}|[\u4e00-\u9fff]{2,8})\s*[)）\]]")
_HAN = re.compile("[\u4e00-\u9fff]{1,6}$")
_OFFSET = re.compile(r"(?:utc|gmt) ?([+-]) ?(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)


def is_abbreviation(word: str) -> bool:
    return word in _NAMED or word in _UNSURE or word in _WALL


def place_before(line: str, end: int) -> int | None:
    """Where a name of a zone begins that ends just before "time" or 时间, or None where no zone is named."""
    before = line[max(0, end - 40) : end]
    if (said := _YOURS.search(before)) or (
        said := re.search(r"(?:\b(?:my|our) |我们?(?:这边|这里|的)?)$", before, re.IGNORECASE)
    ):
        return end - len(before) + said.start()
    if found := _LATIN.search(before):
        for words, start in ((f"{found[1]} {found[2]}", found.start()), (found[2], found.start(2))):
            if not words.startswith("None ") and _region(words, words[:1].isupper()):
                return end - len(before) + start
    if found := _HAN.search(before):
        for start in range(len(found[0]) - 1):
            if _region(found[0][start:]):
                return end - len(found[0]) + start
    return None


def place_of_time(line: str, end: int, today: date, zone: str) -> str | None:
    """The place that makes a time another's than the writer's own: 德国早上9点, 9点 美国时间."""
    if wide := _WIDE_TIME.search(line):
        return wide[0]
    before = line[:end]
    if part := _PART_BEFORE.search(before):
        before = before[: part.start()]
    if wide := _WIDE_BEFORE.search(before):
        return wide[0]
    start = place_before(line, len(before))
    if start is None or not "\u4e00" <= line[start] <= "\u9fff":
        return None
    said, noon = line[start : len(before)], time(12)
    return said if zone and converted(said, today, noon, zone) != (today, noon) else None


def is_place(name: str) -> bool:
    """Whether the words name a place or a zone, which `place_of_time` asks about where it is another one."""
    return _WIDE_BEFORE.fullmatch(name) is not None or _region(name) is not None


def bracketed_place(line: str, today: date, zone: str) -> tuple[int, int, bool] | None:
    """Where a place stands in brackets, such as `(Munich)`, and whether its clocks show the writer's own time."""
    for said in _IN_BRACKETS.finditer(line) if zone else ():
        name, noon = said[1].strip(), time(12)
        if _WIDE_BEFORE.fullmatch(name):
            return *said.span(), False
        if there := converted(name, today, noon, zone):
            return *said.span(), there == (today, noon)
    return None


@lru_cache(maxsize=500)
def _region(name: str, is_name: bool = True) -> str | None:
    if known := _REGIONS.get(name.casefold()):
        return known
    found = place(name) if is_name and len(name) > 1 else None
    return found.zone if found else None


def converted(said: str, day: date, at: time, zone: str) -> tuple[date, time] | None:
    """A time in the zone that was said, as day and time in the person's own; None where it is not known which."""
    there = _meant(said.strip(), day, at, zone)
    if there is None:
        return None
    here = datetime.combine(day, at, there).astimezone(ZoneInfo(zone))
    return here.date(), here.time().replace(tzinfo=None)


def _meant(said: str, day: date, at: time, zone: str) -> tzinfo | None:
    if offset := _OFFSET.fullmatch(said):
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(shift if offset[1] == "+" else -shift) if shift < timedelta(hours=15) else None
    if named := _NAMED.get(said):
        there = ZoneInfo(named[0])
        return there if datetime.combine(day, at, there).utcoffset() == timedelta(hours=named[1]) else None
    if wall := _WALL.get(said):
        return ZoneInfo(wall)
    name = re.sub(r"\s*(?:time|时间)$", "", said, flags=re.IGNORECASE)
    if name.casefold() in _MINE:
        return ZoneInfo(zone)
    found = _region(name)
    return ZoneInfo(found) if found else None
