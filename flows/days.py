"""Days where one is asked for, days off, and lines that begin or end with the day on which something is due."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from flows.calendar_days import Now, closest
from flows.calendar_sums import shifted
from flows.line import Open, Read, Wanted, read_line
from flows.periods import last_day, last_day_beside, last_day_in, otherwise
from flows.tokens import copied

_LONGEST_OFF = timedelta(days=183)
"""What is longer came of a day that was before the first one, and was taken for next year's."""
_OF_TIMES = frozenset({"time_unread", "time_half", "times_differ", "zone_unread", "length_unread"})
"""Texts that ask for a time of day or a length, which no answer to a question for a day can be."""
_LISTED = re.compile(r"(?<![0-9.:/])[0-9]{1,2}(?=(?:[、,，][0-9]{1,2})+[号日])")
"""Days of a month that share one sign: 12月3、4、5号."""
_DUE = ("by", "until")
_NAMED_PERIOD = re.compile(
    r"\s*(?:(?:q[1-4]|h[12]|(?:first|second|third|fourth) quarter"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)[ ,/]*20\d\d(?![\d/.-])"
    r"|20\d\d ?(?:q[1-4]|h[12])(?!\d)|20\d\d年 ?(?:q[1-4]|h[12]|第?[一二三四]季度|[上下]半年)(?![底末前内中])"
    r"|20\d\d年 ?(?:1[0-2]|[1-9])月份?(?![底末前内中初\d]|[之以][前内])\s?)"
)
_AROUND = " \t,，、:：;；-–—"
_LONGEST_PERIOD = 7
"""Words: "before the end of the next quarter"."""
_AWAY_UNTIL = re.compile(
    r"^(?:(?:i am|i'?m|i'?ll be|i will be|we'?re|off|out|away|on leave|on holiday|on vacation)\s+"
    r"|(?:我|要|会|将|都|一直|会一直|请假|休假|休息|休年假|年假|放假|休|不在|出差|外出)\s*)*"
    r"(until |till |til |through |直到|截止到|截至|到|至)"
)
_HALF_SAID = re.compile(r"\d|\bhalf\b|\bhalbe?r?n?\b|半|\b(?:early|late|most|part|some) |除|\bexcept\b|\bbut\b")
"""What is left over of a line that says more about the days than was understood."""
_UNTIL = ("until ", "till ", "til ", "through ", "直到", "截止到", "截至", "到", "至")


def read_day(typed: str, today: date, *, ahead: bool | None = None) -> date | None:
    """The day that was meant, or None."""
    found = day_typed(typed, today, ahead)
    return found if isinstance(found, date) else None


def day_typed(typed: str, today: date, ahead: bool | None = None) -> date | Open | None:
    """The day that was meant; what leaves it open; or None where no day is spoken of.

    A day without a year is the one nearest to today. When only days ahead (or only past ones) can be meant, it is
    the nearest of these, unless it has just gone by: then it is more likely a slip than next year's. A period is
    read as its last day where the words say that they mean its end.
    """
    read = read_line(typed, today, Wanted(ahead, bounds=_DUE))
    alone = not read.what and read.at is None and read.minutes is None and not read.open
    if read.day and alone:
        return read.day
    if period := last_of_period(typed, today, ahead):
        return period
    return _for_a_day(read.open[0], typed) if read.open else None


def last_of_period(typed: str, today: date, ahead: bool | None = True) -> date | None:
    """The last day of a period, where nothing else is said: end of Q4, 3月底."""
    words = " ".join(_closed_up(copied(typed)).split())
    return last_day(words, today, lambda found: closest(found, Now(today, ahead)))


def read_span(typed: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that were meant, or None."""
    read = days_off(typed, today)
    return (read.day, read.last) if read.day and read.last else None


def days_off(line: str, today: date) -> Read:
    """The first and the last day of an absence ahead; what is not known is open.

    `21 Dec to 3 Jan`, `下周`, `until Friday` (from today on), `tomorrow for 3 days`, `下周三请假一天`.
    """
    line = _LISTED.sub(r"\g<0>号", line)
    words = copied(line).strip()
    if until := _AWAY_UNTIL.match(words):
        if period := last_of_period(words[until.end() :], today):
            return Read(day=today, last=period)
        line = line.strip()[until.start(1) :]  # 休到下周三 is 到下周三
    read = read_line(line, today, Wanted(ahead=True, several=True, bounds=("until", "from", "back")))
    if read.back:
        return _until_back(read, read.back)
    if read.open or read.at or read.minutes:
        asked = read.open or (Open("day", "whole_days_only", {"words": line.strip()}),)
        return replace(read, open=tuple(_for_a_day(each, line) for each in asked))
    if read.day is None:
        return _open(read, "from_which_day") if read.length else read
    if _HALF_SAID.search(copied(read.what)):  # "half of Friday", "Friday from 12", "Dec 12, 15 and 16"
        return Read(day=read.day, what=read.what, open=(Open("length", "days_half_said", {"words": line.strip()}),))
    first, last = read.day, read.last
    if read.bound == "until":
        first = today
    if read.length:
        until_day = shifted(first, *read.length)
        last = until_day - timedelta(days=1) if until_day else None
        if last and read.length[1] == "day" and read.is_plain_length and _has_weekend(first, last):
            # five days from a Thursday on end on Monday by the calendar, and on Wednesday by days at work
            return Read(day=first, what=read.what, open=(Open("length", "which_last_day", {"words": line.strip()}),))
    elif read.bound == "from":
        last = None
    begun = (Open("day", "began_before", {"day": first}),) if last and first < today <= last else ()
    return Read(day=first, last=last, what=read.what, open=begun)


def _for_a_day(asked: Open, line: str) -> Open:
    """What is asked where only a day can be answered: of a time or a length, which whole day is meant."""
    if asked.text not in _OF_TIMES:
        return asked
    return Open("day", "whole_days_only", {"words": line.strip()})


def _until_back(read: Read, back: date) -> Read:
    """Days off up to the day before the first one at work again; without a first day that one is asked."""
    last = back - timedelta(days=1)
    if read.open or read.at or read.minutes or read.length or read.bound == "until":
        return replace(read, day=None, last=last, open=read.open or (Open("day", "from_which_day"),))
    if read.day is None:
        return Read(last=last, what=read.what, open=(Open("day", "from_which_day"),))
    ends_otherwise = read.last is not None and read.last not in (read.day, last)
    if not timedelta() <= last - read.day <= _LONGEST_OFF or ends_otherwise:
        days = {"first": read.last, "second": last}
        return Read(day=read.day, what=read.what, open=(Open("length", "days_differ", days),))
    return Read(day=read.day, last=last, what=read.what)


def _has_weekend(first: date, last: date) -> bool:
    return (last - first).days > 5 or any(
        (first + timedelta(days=each)).weekday() > 4 for each in range((last - first).days + 1)
    )


def pause_end(line: str, today: date) -> date | Open | None:
    """The day until which a pause lasts: `2 weeks`, 到周五, "until next week" (which begins on its Monday)."""
    read = read_line(line, today, Wanted(ahead=True, several=True, bounds=_DUE))
    words = copied(line).strip()
    until = next((each for each in _UNTIL if words.startswith(each)), "")
    if period := last_of_period(words.removeprefix(until), today):
        return period
    if read.open or read.at or read.minutes:
        return _for_a_day(read.open[0] if read.open else Open("time", "time_unread", {"words": line.strip()}), line)
    if (read.length or read.day) and _HALF_SAID.search(copied(read.what)):
        return Open("day", "day_unread", {"words": line.strip()})
    if read.length:
        return shifted(read.day or today, *read.length)
    if read.day and read.day != read.last and read.bound != "until":
        return Open("day", "day_unread", {"words": line.strip()})
    return read.day


def _open(read: Read, text: str, **values: object) -> Read:
    return Read(what=read.what, open=(Open("day", text, values),))


def dated_line(line: str, today: date) -> tuple[date, str] | None:
    """The day ahead in a line and what else it says: `2026-04-30 pilot live`. None when either is missing."""
    found = due_line(line, today)
    return None if isinstance(found, Open) else found


def due_line(line: str, today: date) -> tuple[date, str] | Open | None:
    """The same, or what leaves the day open.

    A day comes first, and only then the end of a period: "Year end audit 15 Jan" is due on the 15th. Something that
    lasts from one day to another is due on the last.
    """
    read = read_line(line, today, Wanted(ahead=True, several=True, bounds=_DUE, only_days=True))
    if read.last and not read.open:
        what = line.strip() if read.is_cut else read.what  # in mid-sentence the day is part of it
        return (read.last, what) if what else None
    if read.names_a_day:
        return read.open[0] if read.open else None
    if found := _period_at_an_edge(line, today):
        return found
    if named := _NAMED_PERIOD.match(copied(line)):
        return Open("day", "day_unread", {"words": named[0].strip()})
    plain = _closed_up(copied(line))
    if len(plain) == len(line) and (beside := last_day_beside(plain, today, _ahead(today))):
        day, start, end = beside
        before, after = (each.strip(_AROUND) for each in (line[:start], line[end:]))
        what = line.strip() if before and after else before or after
        return (day, what) if what else None
    return read.open[0] if read.open else None


def day_in(times: Iterable[str], today: date) -> date | None:
    """The day ahead by which words for times are over: 30 June 2026 of `by 30 June 2026`, its last day of `in Q3`.

    The first day that is written out is taken. Of periods it is the last one: "June to September" ends in September.
    """
    words = list(times)
    for each in words:
        read = read_line(each, today, Wanted(ahead=True, several=True, bounds=_DUE, only_days=True))
        if read.last and not read.open:
            return read.last
    plain = [" ".join(_closed_up(copied(each)).split()) for each in words]
    return max(filter(None, (last_day_in(each, today, _ahead(today)) for each in plain)), default=None)


def _period_at_an_edge(line: str, today: date) -> tuple[date, str] | None:
    words = line.split()
    for many in range(min(_LONGEST_PERIOD, len(words) - 1), 0, -1):
        edges = [(words[:many], words[many:])]
        if not otherwise(words[-many - 1].casefold()):  # no day is meant by "close each month end"
            edges.append((words[-many:], words[:-many]))
        for period, rest in edges:
            named = " ".join(period).strip(_AROUND)
            if _NAMED_PERIOD.fullmatch(copied(named)):
                continue  # "Q1 2027 budget signed" says which budget, and not by when
            if (day := last_of_period(named, today)) and (what := " ".join(rest).strip(_AROUND)):
                return day, what
    return None


def _closed_up(plain: str) -> str:
    """A Chinese period without the spaces that many write in it: 12 月底."""
    closed = plain
    for unit in "年月日号":
        closed = closed.replace(f" {unit}", unit)
    return closed


def _ahead(today: date) -> Callable[[list[date]], date | None]:
    return lambda found: closest(found, Now(today, ahead=True))
