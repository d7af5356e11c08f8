"""Times of a day as people type them, in English and Chinese, and the lines they stand in: 15:00, 3pm, 下午三点半.

Nothing is guessed: "3点" and "at 3" may be in the night or in the afternoon, so they are no time until somebody says.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.days import named_day, read_day

_CLOCK = r"(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::[0-5]\d)?"
_AFTER_NOON = r" ?(?P<half>[ap])\.?m\b\.?"
_TWENTY_FOUR = re.compile(rf"{_CLOCK}(?:{_AFTER_NOON})?")
_TWELVE = re.compile(rf"(?P<hour>1[0-2]|0?[1-9]){_AFTER_NOON}")
_NAMED = re.compile(r"\b(?:noon|midday)\b")
_PARTS = "凌晨|清晨|早上|早晨|上午|中午|正午|下午|午后|傍晚|晚上|晚间|今晚"
_NUMBER = r"\d{1,2}|[零〇一二两三四五六七八九十]{1,3}"
_ENDS = "(?! ?(?:个|小时|分钟|[0-9零一二三四五六七八九十]))"
_MINUTES = rf"(?:{_NUMBER})(?= ?分(?!钟))|\d\d{_ENDS}|[零〇一二三四五六七八九十]{{2,3}}{_ENDS}"
_HANZI = re.compile(
    rf"(?P<part>{_PARTS})? ?(?:(?P<hour>{_NUMBER}) ?(?:点钟|点|时(?!间|候|长|刻|段))"
    rf" ?(?:(?P<piece>半|一刻|三刻|整)|(?P<minute>{_MINUTES}) ?分?)?|(?P<clock>[01]?\d:[0-5]\d))"
)
_DIGITS = {hanzi: value for value, hanzi in enumerate("零一二三四五六七八九十")} | {"〇": 0, "两": 2}
_PIECES = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}
_MORNING, _NOON = ("早上", "早晨", "上午", "清晨"), ("中午", "正午")
_LATER = ("下午", "午后", "傍晚", "晚上", "晚间", "今晚")

_TO = re.compile(r"\s*(?:-|–|—|~|to\b|until\b|till\b|到|至)\s*", re.IGNORECASE)
_BEGUN = re.compile(r"(?<![\w.:/-])(\d{1,2}(?::\d\d)?)\s*(?:-|–|—|~|\bto\b)\s*$")
_LASTS = re.compile(
    r"(?:\bfor )?(?<![\d.:/⁄])(?P<minutes>\d{1,3}) ?-?(?:min(?:ute)?s?\b|分钟)"
    r"|(?:\bfor )?(?<![\d.:/⁄])(?P<hours>\d(?:\.\d)?) ?-?(?:h(?:ou)?rs?\b|h\b|hours?\b|个?小时)"
    r"|(?:\bfor )?(?:half an hour\b|(?P<half>半个?(?:小时|钟头)))|(?:\bfor )?(?P<one>an hour\b|一个?(?:小时|钟头))"
)
_DAY_HANZI = re.compile(
    "(?<![每下上])(?:今天|今日|今晚|明天|明日|大后天|后天|(?:下|这|本)?(?:周|星期|礼拜)[一二三四五六日天](?![一二三四五六七八九十]))"
)
_SPELT = {"明日": "明天", "今晚": "今天"}
_BEFORE_TIME = re.compile(r"(?:\b(?:at|from|by|around)|@|在|于|从)\s*$", re.IGNORECASE)
_ON = re.compile(r"^on\s+", re.IGNORECASE)
_HAN = re.compile("[\u4e00-\u9fff]")
_GOES_BEFORE, _GOES_ON = re.compile(r"[a-z0-9.:/]$"), re.compile(r"[a-z0-9%]|[.:]\d")
_AROUND = " \t,，、:：;；.。-–—"
_LEADING = re.compile(r"^(?:about|re|on|regarding|to discuss|for)\b[\s:]*|^关于", re.IGNORECASE)


@dataclass(frozen=True)
class Timed:
    """What a line says: a day, a time, how long, and the rest of it."""

    day: date | None
    at: time | None
    minutes: int | None
    what: str


def read_time(typed: str) -> time | None:
    """The time that was meant, or None."""
    words = " ".join(_plain(typed).split()).removeprefix("at ")
    for pattern in (_TWENTY_FOUR, _TWELVE, _NAMED, _HANZI):
        if match := pattern.fullmatch(words):
            return _meant(match)
    return None


def timed_line(line: str, today: date) -> Timed:
    """The day ahead, the time and how long it takes, wherever they stand in a line, and what else it says."""
    rest = unicodedata.normalize("NFKC", line)
    at, minutes, tonight = None, None, "今晚" in rest
    if found := _first_time(rest):
        span = _span(rest, found)
        at, minutes = span.at, span.minutes
        rest = _without(_BEFORE_TIME.sub("", rest[: span.start]), rest[span.end :])
    if lasts := _LASTS.search(_plain(rest)):
        minutes = minutes or _length(lasts)
        rest = _without(rest[: lasts.start()], rest[lasts.end() :])
    day, what = _day_of(rest.strip(_AROUND), today)
    what = what.strip(_AROUND)
    return Timed(day or (today if tonight else None), at, minutes, _LEADING.sub("", what).strip(_AROUND) or what)


def instant(day: date, at: time, zone: str) -> datetime:
    """A time of a day in a place; of one that comes twice as the clocks go back, the first."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def is_skipped(day: date, at: time, zone: str) -> bool:
    """Whether the clocks are put forward over it, so that no clock there shows it."""
    there = instant(day, at, zone).astimezone(ZoneInfo(zone))
    return (there.date(), there.time()) != (day, at)


@dataclass(frozen=True)
class _Span:
    """A time in a line, with its end where one is said, and where both stand."""

    at: time
    minutes: int | None
    start: int
    end: int


def _span(line: str, found: tuple[time, int, int]) -> _Span:
    at, start, end = found
    said = _plain(line[start:end])
    if (half := re.search(r"[ap]\.?m\.?$", said)) and (begun := _BEGUN.search(line[:start])):
        first = read_time(f"{begun[1]}{half[0]}")  # 3-4pm
        if first and (minutes := _between(first, at)):
            return _Span(first, minutes, begun.start(1), end)
    if to := _TO.match(line, end):
        part = next((each for each in _PARTS.split("|") if said.startswith(each)), "")
        for words in (line[to.end() :], part + line[to.end() :]):  # 下午3点到4点
            until = _first_time(words)
            if until and until[1] == 0 and (minutes := _between(at, until[0])):
                return _Span(at, minutes, start, len(line) - len(words) + until[2])
    return _Span(at, None, start, end)


def _without(before: str, after: str) -> str:
    """What is left of a line when a piece is taken out; between Chinese characters without a gap."""
    together = _HAN.match(before[-1:]) and _HAN.match(after[:1])
    return before + after if together else f"{before} {after}"


def _day_of(rest: str, today: date) -> tuple[date | None, str]:
    plain = _ON.sub("", rest)
    if day := read_day(plain, today, ahead=True):
        return day, ""
    if found := named_day(plain, today):
        return found
    if match := _DAY_HANZI.search(rest):
        word = _SPELT.get(match[0], match[0])
        return _spoken(word, today), _without(rest[: match.start()], rest[match.end() :])
    return None, rest


def _spoken(word: str, today: date) -> date | None:
    return today + timedelta(days=3) if word == "大后天" else read_day(word, today, ahead=True)


def _first_time(words: str) -> tuple[time, int, int] | None:
    """The first time in some words, and where it stands; no part of a longer word or number is one."""
    plain, found = _plain(words), []
    for pattern in (_TWENTY_FOUR, _TWELVE, _NAMED, _HANZI):
        for match in pattern.finditer(plain):
            ends_apart = _HAN.match(match[0][-1]) or not _GOES_ON.match(plain, match.end())
            meant = _meant(match) if ends_apart and not _GOES_BEFORE.search(plain[: match.start()]) else None
            if meant is not None:
                found.append((match.start(), -match.end(), meant))
                break
    if not found:
        return None
    start, end, meant = min(found)
    return meant, start, -end


def _meant(match: re.Match[str]) -> time | None:
    found = {name: text for name, text in match.groupdict().items() if text}
    if "clock" in found:
        hour, _, minute = found["clock"].partition(":")
        found |= {"hour": hour, "minute": minute}
    if "hour" not in found:
        return time(12)
    hours, minutes = _number(found["hour"]), _PIECES.get(found.get("piece", ""), _number(found.get("minute", "0")))
    if hours is None or minutes is None or minutes > 59:
        return None
    if "half" in found:
        hours = hours % 12 + (12 if found["half"] == "p" else 0) if 1 <= hours <= 12 else None
    elif match.re is _HANZI and "clock" not in found:
        hours = _of_day(hours, found.get("part", ""))
    elif "part" in found:
        hours = _of_day(hours, found["part"])
    return time(hours, minutes) if hours is not None and hours < 24 else None


def _of_day(hour: int, part: str) -> int | None:
    """The hour of a day of twenty-four, or None where the words leave open which one is meant, or mean none."""
    if part in _MORNING:
        return hour if 4 <= hour <= 12 else None
    if part == "凌晨":
        return hour if hour < 6 else None
    if part in _NOON:
        return hour + 12 if hour in (1, 2) else hour if 11 <= hour <= 14 else None
    if part in _LATER:
        if hour == 12:
            return 12 if part in ("下午", "午后") else None
        return hour + 12 if 1 <= hour < 12 else hour if hour > 12 else None
    return None if 1 <= hour <= 6 else hour


def _number(text: str) -> int | None:
    """12, 十二, 二十三, 零五 as numbers."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.lstrip("零〇").partition("十")
    if not ten:
        return _DIGITS.get(tens, 0) if len(tens) < 2 else None
    if len(tens) > 1 or len(ones) > 1:
        return None
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


def _between(first: time, last: time) -> int | None:
    minutes = (last.hour - first.hour) * 60 + last.minute - first.minute
    return minutes if minutes > 0 else None


def _length(match: re.Match[str]) -> int:
    if match["minutes"]:
        return int(match["minutes"])
    if match["hours"]:
        return int(float(match["hours"]) * 60)
    return 60 if match["one"] else 30


def _plain(words: str) -> str:
    """Lower case with every character in its place."""
    return "".join(each.lower() if each.isascii() else each for each in unicodedata.normalize("NFKC", words))
