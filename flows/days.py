"""Days as people type them, in English and Chinese: 2026-09-30, 30 Sep, 9月30日, tomorrow, 下周五."""

import re
import unicodedata
from datetime import date, timedelta

_MONTH = (
    "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)  # whole names and no others: "Market 3 products" names no day
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HANZI_WEEKDAYS = "一二三四五六日"
_RELATIVE = {
    "today": 0, "tomorrow": 1, "yesterday": -1,
    "今天": 0, "今日": 0, "明天": 1, "后天": 2, "昨天": -1, "前天": -2,
}  # fmt: skip

_NUMBERS = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MONTH_DAY_HANZI = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{_MONTH}(?:,?\s+(\d{{4}}))?")
_MONTH_DAY = re.compile(rf"{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?")
_WEEKDAY = re.compile(
    r"(?:(next|last)\s+)?(mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
SLIP = timedelta(days=31)
"""A day that lies no further on the wrong side of today is taken as it stands, to be objected to."""
_DANGLING = re.compile(r"\s+(?:by|on|until|till)$", re.IGNORECASE)
_AROUND = " \t,，、:：;；-–—前"
_WEEKDAY_HANZI = re.compile(r"(上|下|这|本)?(?:周|星期|礼拜)([一二三四五六日天])")


def read_day(typed: str, today: date, *, ahead: bool | None = None) -> date | None:
    """The day that was meant, or None.

    A day without a year is the one nearest to today. When only days ahead (or only past ones) can be meant, it is
    the nearest of these, unless it has just gone by: then it is more likely a slip than next year's.
    """
    words = unicodedata.normalize("NFKC", typed).strip().casefold()
    if words in _RELATIVE:
        return today + timedelta(days=_RELATIVE[words])
    if match := _NUMBERS.fullmatch(words):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH_DAY_HANZI.fullmatch(words):
        return _nearest(int(match[1]), int(match[2]), today, ahead)
    if match := _DAY_MONTH.fullmatch(words):
        return _named(match[2], int(match[1]), match[3], today, ahead)
    if match := _MONTH_DAY.fullmatch(words):
        return _named(match[1], int(match[2]), match[3], today, ahead)
    if match := _WEEKDAY_HANZI.fullmatch(words):
        weekday = _HANZI_WEEKDAYS.index(match[2].replace("天", "日"))
        return today + timedelta(days=weekday - today.weekday() + {"上": -7, "下": 7}.get(match[1] or "", 0))
    if match := _WEEKDAY.fullmatch(words):
        coming = (_WEEKDAYS.index(match[2][:3]) - today.weekday()) % 7
        plain = coming - 7 if ahead is False and coming else coming
        return today + timedelta(days={"next": coming or 7, "last": coming - 7}.get(match[1] or "", plain))
    return None


def dated_line(line: str, today: date) -> tuple[date, str] | None:
    """The day ahead in a line and what else it says: `2026-04-30 pilot live`. None when either is missing."""
    words = line.split()
    for many in range(min(4, len(words) - 1), 0, -1):
        for day, rest in ((words[:many], words[many:]), (words[-many:], words[:-many])):
            found = read_day(" ".join(day).strip(_AROUND), today, ahead=True)
            if found and (what := _without_day(" ".join(rest))):
                return found, what
    plain = unicodedata.normalize("NFKC", line).strip()
    if found_at := _written_day(plain, today):
        found, start, end = found_at
        before, after = _without_day(plain[:start]), _without_day(plain[end:])
        what = plain if before and after else before or after  # in mid-sentence the day is part of it
        return (found, what) if what else None
    return None


def day_in(words: str, today: date) -> date | None:
    """The day ahead that is written out in a few words, such as 30 June 2026 in `by 30 June 2026`."""
    found = _written_day(unicodedata.normalize("NFKC", words), today)
    return found[0] if found else None


def _written_day(plain: str, today: date) -> tuple[date, int, int] | None:
    for pattern in (_NUMBERS, _MONTH_DAY_HANZI, _DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer("".join(each.lower() if each.isascii() else each for each in plain)):
            cut = plain[match.end() : match.end() + 1].isdecimal() or plain[: match.start()][-1:].isalnum()
            found = read_day(match[0], today, ahead=True)
            if found and (not cut or "月" in match[0]):
                return found, match.start(), match.end()
    return None


def _without_day(rest: str) -> str:
    return _DANGLING.sub("", rest.strip(_AROUND)).strip(_AROUND)


def _named(month: str, day: int, year: str | None, today: date, ahead: bool | None) -> date | None:
    number = _MONTHS.index(month[:3]) + 1
    return _day(int(year), number, day) if year else _nearest(number, day, today, ahead)


def _nearest(month: int, day: int, today: date, ahead: bool | None) -> date | None:
    found = [each for each in (_day(today.year + shift, month, day) for shift in (-1, 0, 1)) if each]
    if ahead is True:
        found = [each for each in found if each > today - SLIP]
    if ahead is False:
        found = [each for each in found if each < today + SLIP]
    return min(found, key=lambda each: abs(each - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
