"""Days as people type them, in English and Chinese: 2026-09-30, 30 Sep, 9月30日, tomorrow, 下周五, 3月底."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from flows.periods import last_day, last_day_beside, last_day_in, otherwise

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
_DAY_FIRST = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4})"
)  # between dots the day stands first, between slashes nobody knows
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
_SPACED = re.compile(r"(?<=\d) +(?=[年月日号])|(?<=[年月]) +(?=\d{1,2} ?[月日号])")
_BETWEEN = re.compile(r"\s*(?:\.\.+|…|~|–|—|\bto\b|\buntil\b|\btill\b|到|至|(?<=\s)-(?=\s))\s*", re.IGNORECASE)
_Reader = Callable[[str, date, bool | None], date | None]
_WEEKDAY_HANZI = re.compile(r"(上|下|这|本)?(?:周|星期|礼拜)([一二三四五六日天])")


def read_day(typed: str, today: date, *, ahead: bool | None = None) -> date | None:
    """The day that was meant, or None.

    A day without a year is the one nearest to today. When only days ahead (or only past ones) can be meant, it is
    the nearest of these, unless it has just gone by: then it is more likely a slip than next year's. A period is
    read as its last day where the words say that they mean its end.
    """
    words = " ".join(_plain(typed).casefold().split())
    return _one_day(words, today, ahead) or _last_of_period(words, today, ahead)


def _one_day(words: str, today: date, ahead: bool | None) -> date | None:
    if words in _RELATIVE:
        return today + timedelta(days=_RELATIVE[words])
    if match := _NUMBERS.fullmatch(words):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(words):
        return _day(int(match[3]), int(match[2]), int(match[1]))
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


def read_span(typed: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that were meant: `2026-12-21..2027-01-03`, `21 Dec to 3 Jan`, `12月21日到1月3日`.

    One day alone is both. A last day without a year is the next one after the first.
    """
    words = _plain(typed)
    if one := read_day(words, today, ahead=True):
        return one, one
    for match in _BETWEEN.finditer(words):
        first = read_day(words[: match.start()], today, ahead=True)
        last = read_day(words[match.end() :], max(first, today), ahead=True) if first else None
        if first and last:
            return first, last
    return None


def dated_line(line: str, today: date) -> tuple[date, str] | None:
    """The day ahead in a line and what else it says: `2026-04-30 pilot live`. None when either is missing.

    A day comes first, and only then the end of a period: "Year end audit 15 Jan" is due on the 15th.
    """
    plain = _plain(line)
    if found := named_day(line, today):
        return found
    if _written_day(plain, today):
        return None
    if found := _at_an_edge(plain.split(), 7, _last_of_period, today):
        return found
    beside = last_day_beside(_lower(plain), today, _ahead(today))
    return _parted(plain, *beside) if beside else None


def named_day(line: str, today: date) -> tuple[date, str] | None:
    """The same of a day alone: the end of a period is none here."""
    plain = _plain(line)
    if found := _at_an_edge(plain.split(), 4, _one_day, today):
        return found
    found_at = _written_day(plain, today)
    return _parted(plain, *found_at) if found_at else None


def day_in(times: Iterable[str], today: date) -> date | None:
    """The day ahead by which words for times are over: 30 June 2026 of `by 30 June 2026`, its last day of `in Q3`.

    The first day that is written out is taken. Of periods it is the last one: "June to September" ends in September.
    """
    plain = [" ".join(_lower(_plain(words)).split()) for words in times]
    if days := [found[0] for words in plain if (found := _written_day(words, today))]:
        return days[0]
    return max(filter(None, (last_day_in(words, today, _ahead(today)) for words in plain)), default=None)


def _at_an_edge(words: list[str], most: int, read: _Reader, today: date) -> tuple[date, str] | None:
    for many in range(min(most, len(words) - 1), 0, -1):
        edges = [(words[:many], words[many:])]
        # no day is meant by "close each month end"
        if read is not _last_of_period or not otherwise(words[-many - 1].casefold()):
            edges.append((words[-many:], words[:-many]))
        for day, rest in edges:
            named = " ".join(day).strip(_AROUND.removesuffix("前"))
            found = read(named.casefold(), today, True) or read(named.removesuffix("前").casefold(), today, True)
            if found and (what := _without_day(" ".join(rest))):
                return found, what
    return None


def _parted(plain: str, found: date, start: int, end: int) -> tuple[date, str] | None:
    before, after = _without_day(plain[:start]), _without_day(plain[end:])
    what = plain if before and after else before or after  # in mid-sentence the day is part of it
    return (found, what) if what else None


def _written_day(plain: str, today: date) -> tuple[date, int, int] | None:
    for pattern in (_NUMBERS, _DAY_FIRST, _MONTH_DAY_HANZI, _DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(_lower(plain)):
            cut = plain[match.end() : match.end() + 1].isdecimal() or plain[: match.start()][-1:].isalnum()
            found = _one_day(match[0], today, True)
            if found and (not cut or "月" in match[0]):
                return found, match.start(), match.end()
    return None


def _last_of_period(words: str, today: date, ahead: bool | None) -> date | None:
    return last_day(words, today, lambda found: _closest(found, today, ahead))


def _ahead(today: date) -> Callable[[list[date]], date | None]:
    return lambda found: _closest(found, today, True)


def _plain(words: str) -> str:
    """The words in plain characters; a Chinese date is closed up, as many write "6 月 30 日" with spaces."""
    return _SPACED.sub("", unicodedata.normalize("NFKC", words)).strip()


def _lower(plain: str) -> str:
    """Lower case with every character in its place."""
    return "".join(each.lower() if each.isascii() else each for each in plain)


def _without_day(rest: str) -> str:
    return _DANGLING.sub("", rest.strip(_AROUND)).strip(_AROUND)


def _named(month: str, day: int, year: str | None, today: date, ahead: bool | None) -> date | None:
    number = _MONTHS.index(month[:3]) + 1
    return _day(int(year), number, day) if year else _nearest(number, day, today, ahead)


def _nearest(month: int, day: int, today: date, ahead: bool | None) -> date | None:
    found = [each for each in (_day(today.year + shift, month, day) for shift in (-1, 0, 1)) if each]
    return _closest(found, today, ahead)


def _closest(found: list[date], today: date, ahead: bool | None) -> date | None:
    if ahead is True:
        found = [each for each in found if each >= today - SLIP]
    if ahead is False:
        found = [each for each in found if each <= today + SLIP]
    return min(found, key=lambda each: abs(each - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
