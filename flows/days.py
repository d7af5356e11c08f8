"""Days as people type them, in English and Chinese: 2026-09-30, 30 Sep, 9月30日, tomorrow, 下周五."""

import re
import unicodedata
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HANZI_WEEKDAYS = "一二三四五六日"
_RELATIVE = {
    "today": 0, "tomorrow": 1, "yesterday": -1,
    "今天": 0, "今日": 0, "明天": 1, "后天": 2, "昨天": -1, "前天": -2,
}  # fmt: skip

_NUMBERS = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MONTH_DAY_HANZI = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+([a-z]{3})[a-z]*\.?(?:,?\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?")
_WEEKDAY = re.compile(r"(?:(next|last)\s+)?([a-z]{3})[a-z]*")
_WEEKDAY_HANZI = re.compile(r"(上|下|这|本)?(?:周|星期|礼拜)([一二三四五六日天])")


def read_day(typed: str, today: date) -> date | None:
    """The day that was meant, or None. A day without a year is the one nearest to today."""
    words = unicodedata.normalize("NFKC", typed).strip().casefold()
    if words in _RELATIVE:
        return today + timedelta(days=_RELATIVE[words])
    if match := _NUMBERS.fullmatch(words):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH_DAY_HANZI.fullmatch(words):
        return _nearest(int(match[1]), int(match[2]), today)
    if match := _DAY_MONTH.fullmatch(words):
        return _named(match[2], int(match[1]), match[3], today)
    if match := _MONTH_DAY.fullmatch(words):
        return _named(match[1], int(match[2]), match[3], today)
    if match := _WEEKDAY_HANZI.fullmatch(words):
        weekday = _HANZI_WEEKDAYS.index(match[2].replace("天", "日"))
        return today + timedelta(days=weekday - today.weekday() + {"上": -7, "下": 7}.get(match[1] or "", 0))
    if (match := _WEEKDAY.fullmatch(words)) and match[2] in _WEEKDAYS:
        ahead = (_WEEKDAYS.index(match[2]) - today.weekday()) % 7
        return today + timedelta(days={"next": ahead or 7, "last": (ahead - 7)}.get(match[1] or "", ahead))
    return None


def _named(month: str, day: int, year: str | None, today: date) -> date | None:
    if month not in _MONTHS:
        return None
    number = _MONTHS.index(month) + 1
    return _day(int(year), number, day) if year else _nearest(number, day, today)


def _nearest(month: int, day: int, today: date) -> date | None:
    candidates = [_day(today.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((found for found in candidates if found), key=lambda found: abs(found - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
