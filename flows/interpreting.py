"""What an expression means: from the tokens that make it to a day, a time or a length."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from flows.calendar_days import (
    Date,
    Either,
    Month,
    Said,
    Shifted,
    Stretch,
    Weekday,
    WeeksOn,
    Whole,
)
from flows.calendar_sums import day_of
from flows.clock_times import Clock, Span
from flows.tokens import Token, copied


class Found(NamedTuple):
    """An expression, and where it stands in the line."""

    kind: str
    """`A` a day, `B` a time, `+` the part of the day of one, `C` a length in minutes, `U` one in days, `V` a time that
    hangs on this moment ("in two hours"), or the kind of a token."""
    start: int
    end: int
    value: Any = None
    bound: str = ""
    """What stands beside a day: `by`, `until`, `after`, `from`, `every`, `back`, or `of` where it owns what follows;
    and beside a length `for`."""


def _day(value: Said | None) -> Found | None:
    return Found("A", 0, 0, value) if value else None


def _first(taken: list[Token], kinds: str) -> Any:
    return next((word.value for word in taken if word.kind in kinds), None)


def _dated(taken: list[Token], day: Any) -> Date:
    return Date(day, _first(taken, "Mm"), _first(taken, "Y"), _first(taken, "y"))


def _read_date(taken: list[Token], line: str) -> Found | None:
    if taken[0].kind == "D":
        return _full(copied(line[taken[0].start : taken[0].end]))
    if taken[0].kind == "H":
        day, month = taken[0].value
        return _day(Date(day, month, _first(taken, "Y")))
    day = _first(taken, "noj")
    return _day(_dated(taken, day)) if day and 0 < day < 32 else None


def _full(text: str) -> Found | None:
    numbers = [int(each) for each in re.findall("[0-9]+", text)]
    if len(re.match("[0-9]+", text)[0]) == 4:  # type: ignore[index]  # it begins with a digit
        return _either((numbers[1], numbers[2]), year=numbers[0])
    year = numbers[2] + (2000 if numbers[2] < 100 else 0)
    orders = [(numbers[1], numbers[0])]
    if "." not in text:
        orders.append((numbers[0], numbers[1]))  # between dots the day stands first, between slashes nobody knows
    return _either(*orders, year=year)


def _either(*orders: tuple[int, int], year: int | None = None) -> Found | None:
    possible = [
        Date(day, month, year, order=("dm", "md")[place] if len(orders) == 2 and month != day else "")
        for place, (month, day) in enumerate(dict.fromkeys(orders))
        if day_of(year or 2024, month, day) is not None
    ]
    if year and not possible:
        return _day(Either(()))
    return _day(possible[0] if len(possible) == 1 else Either(tuple(possible))) if possible else None


def _read_numbers(taken: list[Token], line: str) -> Found | None:
    text = line[taken[0].start : taken[0].end]
    first, second = (int(each) for each in re.findall("[0-9]+", copied(text)))
    orders = [(second, first)] if text.endswith(".") else [(second, first), (first, second)]
    return _either(*orders)


def _read_stretch(taken: list[Token], line: str) -> Found | None:
    if taken[-1].kind == "d":
        last = _read_numbers(taken[-1:], line)
        if last is None or not isinstance(last.value, Date):
            return None
        return _day(Stretch(Date(taken[0].value, last.value.month), last.value))
    first, last_day = [word.value for word in taken if word.kind in "noj"]
    if not (0 < first < 32 and 0 < last_day < 32):
        return None
    return _day(Stretch(_dated(taken, first), _dated(taken, last_day)))


def _read_listed(taken: list[Token], _: str) -> Found | None:
    """24 and 25 December: days off where one follows the other, and otherwise no one day."""
    first, last = [word.value for word in taken if word.kind in "noj"]
    if not (0 < first < 32 and 0 < last < 32):
        return None
    return _day(Stretch(_dated(taken, first), _dated(taken, last)) if last - first == 1 else Either(()))


def _read_weekday(taken: list[Token], _: str) -> Found | None:
    weekday, shift = _first(taken, "W"), _first(taken, "x")
    if shift is None:
        return Found("W", 0, 0, Weekday(weekday))
    if any(word.kind == "u" for word in taken):
        weeks = _weeks(shift) if _first(taken, "u") == "week" else None
        return _day(Weekday(weekday, weeks)) if weeks is not None else None
    if isinstance(shift, int) or shift == "this":
        return _day(Weekday(weekday, _weeks(shift)))
    return _day(Weekday(weekday, which=shift))


def _weeks(shift: Any) -> int:
    return shift if isinstance(shift, int) else {"next": 1, "last": -1, "coming": 1}.get(shift, 0)


def _read_monthday(taken: list[Token], _: str) -> Found | None:
    day, shift = _first(taken, "jo"), _first(taken, "x")
    if shift is None:
        return _day(Date(day))
    return _day(Date(day, months_on=_weeks(shift))) if _first(taken, "u") == "month" else None


def _read_ahead(taken: list[Token], _: str) -> Found | None:
    return _day(_counted(taken, 1))


def _read_ago(taken: list[Token], _: str) -> Found | None:
    return _day(_counted(taken, -1))


def _counted(taken: list[Token], sign: int) -> Shifted | None:
    count, unit = _first(taken, "n") or 1, _first(taken, "uq")
    if any(word.kind == "F" for word in taken):
        half = {"month": (15, "day"), "year": (6, "month")}.get(unit)
        return Shifted(sign * half[0], half[1]) if half else None
    return Shifted(sign * count, unit)


def _read_overmorrow(taken: list[Token], _: str) -> Found | None:
    steps = {("v", 1): 2, ("b", -1): -2}.get((_first(taken, "") or taken[-2].kind, taken[-1].value))
    return _day(Shifted(steps)) if steps and _first(taken, "u") == "day" else None


def _read_whole(taken: list[Token], _: str) -> Found | None:
    unit = "weekend" if taken[-1].kind == "e" else _first(taken, "u")
    return _day(Whole(unit, _weeks(_first(taken, "x") or 0))) if unit in ("week", "month", "weekend") else None


def _read_all(taken: list[Token], line: str) -> Found | None:
    if month := _first(taken, "Mm"):
        return _day(Month(month, _first(taken, "Y")))
    return _read_whole(taken, line)


def _read_pair(taken: list[Token], _: str) -> Found | None:
    first, last = taken[0].value
    return _day(Stretch(Shifted(first), Shifted(last)))


def _read_week_on(taken: list[Token], _: str) -> Found | None:
    weeks = {"week": 1, "fortnight": 2}.get(_first(taken, "u"))
    day = next(word for word in taken if word.kind in "Wr")
    said = Weekday(day.value) if day.kind == "W" else Shifted(day.value)
    return _day(WeeksOn(said, weeks * (_first(taken, "n") or 1))) if weeks else None


def _read_to(taken: list[Token], _: str) -> Found:
    """Quarter to four: a quarter before the hour, which is the one before."""
    to = next(place for place, word in enumerate(taken) if word.kind == "t")
    said = next(word for word in taken[:to] if word.kind in "qn")
    clock = _clock(taken[to + 1 :])
    minute = 60 - (15 if said.kind == "q" else said.value)
    return Found("B", 0, 0, replace(clock, hour=(clock.hour or 0) - 1 or 12, minute=minute))


def _read_today(taken: list[Token], _: str) -> Found | None:
    return _day(Shifted(taken[0].value))


def _read_thisday(taken: list[Token], _: str) -> Found | None:
    return _day(Shifted({"this": 0, "last": -1}[taken[0].value])) if taken[0].value in ("this", "last") else None


def _read_minutes(taken: list[Token], _: str) -> Found | None:
    total, number = 0.0, None
    if taken[-1].kind == "L":
        return Found("C", 0, 0, taken[-1].value)
    if taken[-1].kind == "h" and [each.kind for each in taken if each.kind not in "RagG"] == ["F", "h"]:
        return Found("C", 0, 0, 30)
    for word in taken:
        match word.kind:
            case "n" | "N":
                number = _decimal(word.value)
                if number is None:
                    return None
            case "a":
                number = 1.0 if number is None else number
            case "h" | "i":
                total += (1.0 if number is None and taken[0].kind != "F" else number or 0) * word.value
                number = None
            case "F":
                total += 30
            case _:
                continue
    return Found("C", 0, 0, round(total)) if total else None


def _decimal(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _read_days(taken: list[Token], _: str) -> Found | None:
    unit = _first(taken, "u")
    if any(word.kind == "F" for word in taken):
        return Found("U", 0, 0, (15, "day")) if unit == "month" else Found("s", 0, 0)
    return Found("U", 0, 0, (_first(taken, "n") or 1, unit), "for" if taken[0].kind == "R" else "")


def _read_time(taken: list[Token], _: str) -> Found:
    return Found("B", 0, 0, _clock(taken))


def _clock(taken: list[Token]) -> Clock:
    part = _first(taken, "P") or _first(taken, "p") or ""
    for word in taken:
        match word.kind:
            case "c":
                return Clock(word.value[0], word.value[1], part, is_clock=True)
            case "T":
                return Clock(word.value[0], word.value[1], part)
            case "K":
                return Clock(12, 0, "noon" if word.value == "noon" else "midnight", is_clock=word.value == "noon")
            case "n":
                return Clock(word.value, 0, part, is_bare=True)
            case _:
                continue
    return Clock(None)


def _read_past(taken: list[Token], _: str) -> Found:
    past = next(place for place, word in enumerate(taken) if word.kind == ">")
    said = next(word for word in taken[:past] if word.kind in "Fqn")
    minute = {"F": 30, "q": 15}.get(said.kind, said.value)
    return Found("B", 0, 0, replace(_clock(taken[past + 1 :]), minute=minute))


def _read_range(taken: list[Token], _: str) -> Found:
    middle = next(place for place, word in enumerate(taken) if place and word.kind in "t-l&")
    first, last = _clock(taken[:middle]), _clock(taken[middle + 1 :])
    if first.is_bare and any(word.kind == "T" for word in taken[middle:]):  # 10-11 Uhr, 10-11点
        first = replace(first, is_bare=False)
    return Found("B", 0, 0, Span(first, last))


def _read_moment(_: list[Token], __: str) -> Found:
    return Found("V", 0, 0)


def _read_zone(_: list[Token], __: str) -> Found:
    return Found("z", 0, 0)


READERS: dict[str, Callable[[list[Token], str], Found | None]] = {
    "listed": _read_listed,
    "stretch": _read_stretch, "moment": _read_moment, "ago": _read_ago, "overmorrow": _read_overmorrow,
    "ahead": _read_ahead, "minutes": _read_minutes, "days": _read_days, "weekday": _read_weekday, "date": _read_date,
    "range": _read_range, "past": _read_past, "time": _read_time, "monthday": _read_monthday,
    "numbers": _read_numbers, "today": _read_today, "thisday": _read_thisday, "whole": _read_whole, "zone": _read_zone,
    "all": _read_all,
    "pair": _read_pair, "week_on": _read_week_on, "to": _read_to,
}  # fmt: skip
