"""The last day of a period that people name instead of a day: end of Q4, by mid-May, year end, 3月底, 三季度末前.

A period is over on its last day: "by Q3", "3月底前" and "next month" are the last day of these. "Before May" and
"5月前" without an end are the day before May begins. The middle of a month is its 15th, of a year the 30th of June.
The start of a period is no end, a fiscal year may begin on any day, and "by 2027" may mean either of two years:
these are nobody's last day.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HANZI = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_ORDINALS = ("first", "second", "third", "fourth")

_EN = re.compile(
    r"(?<![\w-])(?P<lead>(?:by|in|during|within|until|till|before|no later than) )?(?:the )?"
    r"(?:(?P<end>(?:very )?(?:end|close))(?: of |[ -])(?:the )?|(?P<middle>mid|middle)(?: of |[ -]?)(?:the )?)?"
    rf"(?:(?P<month>{_MONTH})\.?|q(?P<quarter>[1-4])|(?P<ordinal>first|second|third|fourth) quarter|h(?P<half>[12])"
    r"|(?:(?P<which>this|next|last|current) )?(?P<unit>month|quarter|year)"
    r"|(?P<alone>20\d\d)|(?P<letters>eo[mqy]))"
    r"(?:(?:, ?| ?/ ?| of | )(?P<year>20\d\d)|(?:,| of)? (?P<said>this|next|last) year)?(?P<after>[ -]?end)?"
    r"(?![\w-]|[.,/]\d| \d| to | - )"
)
_ZH = re.compile(
    r"(?<![0-9一二两三四五六七八九十每逐])(?P<lead>截至|截止到?|赶在|在|到|于)?"
    r"(?:(?P<said>今年|本年度?|明年|来年|后年|去年)|(?P<year>20\d\d)年)?"
    r"(?:(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?(?![0-9一二三四五六七八九十])"
    r"|第?(?P<quarter>[一二三四1-4])季度?|q(?P<letters>[1-4])季?度?|(?P<half>[上下])半年"
    r"|(?P<which>本|这个?|当|下一?个?|上一?个?)(?P<unit>月|季度)|(?:(?<![\d\u4e00-\u9fff])|(?<=[年在到至于]))(?P<alone>年度?|月|季度|岁))?"
    r"(?P<middle>中旬|中(?=$|[前,，、\s]))?+(?P<end>[底末尾终](?![层薪端]|盘(?!点))|内(?![部容外])|结束)?+"
    r"(?P<before>(?:之|以)?前(?![端台期后言沿]))?+(?!初|以?后|起|[至到~-])"
)
_OTHERWISE = re.compile(
    r"\b(?:each|every|per|fiscal|financial|school|academic|tax|budget|half[ -]year)\b"
    r"|[每逐]|[财学][年季]|财务|财政|会计"
)
_YEARS = {"this": 0, "next": 1, "last": -1, "明年": 1, "来年": 1, "后年": 2, "去年": -1}
_SHIFTS = {"next": 1, "last": -1, "下": 1, "上": -1}

_UNITS = ("month", "quarter", "year", "月", "季度", "年", "年度", "岁")

Pick = Callable[[list[date]], date | None]
"""Chooses between the same day of several years."""


def otherwise(words: str) -> bool:
    """Whether the words count in periods that come again, or that begin on a day only their company knows."""
    return bool(_OTHERWISE.search(words))


def last_day(words: str, today: date, pick: Pick) -> date | None:
    """The last day that the words, in lower case and nothing around them, name."""
    for pattern in (_EN, _ZH):
        if (match := pattern.fullmatch(words)) and (day := _meant(match, today, pick)):
            return day
    return None


def last_day_in(words: str, today: date, pick: Pick) -> date | None:
    """The last day in a few words known to say a time; a period that is named and nothing more has one here too."""
    if otherwise(words):
        return None
    for pattern in (_EN, _ZH):
        for match in pattern.finditer(words):
            if day := _meant(match, today, pick, named=match[0] == words):
                return day
    return None


def last_day_beside(words: str, today: date, pick: Pick) -> tuple[date, int, int] | None:
    """A last day in Chinese with which a line begins or ends, and where it stands: 3月底完成培训."""
    for match in _ZH.finditer(words):
        if (match.start() == 0 or match.end() == len(words)) and (day := _meant(match, today, pick)):
            return day, match.start(), match.end()
    return None


def _meant(match: re.Match[str], today: date, pick: Pick, *, named: bool = False) -> date | None:
    found = {key: value for key, value in match.groupdict().items() if value}
    began = _period(found, today)
    if began is None:
        return None
    first, months = began
    ends = bool({"end", "after", "middle"} & found.keys()) or found.get("letters", "").startswith("eo")
    before = not ends and ("before" in found or found.get("lead") == "before ")
    if not ends and not before and "which" not in found and found.get("unit", found.get("alone", "")) in _UNITS:
        return None  # "month" alone is none in particular
    if found.get("lead", "").strip() not in ("", "in", "during", "within", "在", "于") and months == 12 and not ends:
        named = False
    told = ends or before or (months < 12 and bool({"lead", "which", "said", "year"} & found.keys()))
    if not (told or named):
        return None
    fixed = {"year", "said", "unit", "alone", "letters"} & found.keys() and not found.get("letters", "")[-1:].isdigit()
    starts = [first] if fixed else [first.replace(year=first.year + shift) for shift in (-1, 0, 1)]
    middle = "middle" in found
    if middle and months not in (1, 12):
        return None
    return pick([_last(start, months, before, middle) for start in starts])


def _last(first: date, months: int, before: bool, middle: bool) -> date:
    if before:
        return first - timedelta(days=1)
    if middle:
        return first.replace(day=15) if months == 1 else first.replace(month=6, day=30)
    return _later(first, months) - timedelta(days=1)


def _period(found: dict[str, str], today: date) -> tuple[date, int] | None:
    """The day on which the period begins, this year unless another is said, and how many months it has."""
    year = int(found["year"]) if "year" in found else today.year + _YEARS.get(found.get("said", ""), 0)
    shift = _SHIFTS.get(found.get("which", "").rstrip("个一"), 0)
    unit = found.get("unit") or found.get("alone") or found.get("letters") or ""
    if month := found.get("month"):
        return date(year, _month(month), 1), 1
    if quarter := found.get("quarter") or found.get("ordinal") or (unit if unit in "1234" else ""):
        return date(year, 3 * _quarter(quarter) - 2, 1), 3
    if half := found.get("half"):
        return date(year, 7 if half in "2下" else 1, 1), 6
    if unit in ("month", "月", "eom"):
        return _later(today.replace(day=1), shift), 1
    if unit in ("quarter", "季度", "eoq"):
        return _later(today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1), 3 * shift), 3
    if unit or {"year", "said"} & found.keys():
        return date(int(unit) if unit.isdigit() else year + shift, 1, 1), 12
    return None


def _month(said: str) -> int:
    if said.isdigit():
        return int(said)
    return _HANZI.index(said) + 1 if said in _HANZI else _NAMES.index(said[:3]) + 1


def _quarter(said: str) -> int:
    if said.isdigit():
        return int(said)
    return (_HANZI if said in _HANZI else _ORDINALS).index(said) + 1


def _later(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
