"""The product as a reader: the only module here that knows its functions."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flows.days import days_off, due_line, pause_end
from flows.fields import Amount
from flows.line import Open, Part, Read, Wanted, read_line
from flows.reading import _amount, _Wrong
from tests.corpus.amounts import TypedAmount
from tests.corpus.lines import Line
from tests.eval.readings import Reading

_ASKED: dict[Part, str] = {"day": "day", "time": "at", "zone": "zone", "length": "minutes"}


def read(line: Line) -> Reading:
    """What the command's flow takes from the line before it asks anything, and what it asks."""
    today = line.now.date()
    match line.command:
        case "meet":
            return _meeting(line)
        case "away":
            found = days_off(line.text, today)
            asked = frozenset("last" if each == "minutes" else each for each in _asked(found))
            return Reading(day=found.day, last=found.last, asked=asked)
        case "pause" | "snooze":
            return _day(pause_end(line.text, today))
        case "milestone":
            due = due_line(line.text, today)
            return Reading(day=due[0], left=due[1]) if isinstance(due, tuple) else _day(due, line.text)
        case "event":
            found = read_line(line.text, today, Wanted(ahead=False, only_days=True, dotted=False))
            return Reading(day=found.day, left=line.text, asked=_asked(found))


def _meeting(line: Line) -> Reading:
    today, zone = line.now.date(), str(line.now.tzinfo)
    found = read_line(line.text, today, Wanted(zone=zone, clock=line.now.time()))
    coming = found.at and found.may_be_today and datetime.combine(today, found.at) > line.now.replace(tzinfo=None)
    day = found.day or (today if coming and not found.open else None)
    asked = _asked(found) - {"minutes"}
    plain = Reading(day=day, at=found.at, minutes=found.minutes, left=found.what, asked=asked)
    names_a_zone = read_line(line.text, today).is_open("zone")
    return _there(plain, line) if names_a_zone else plain


def _there(reading: Reading, line: Line) -> Reading:
    """The moment in the zone that the corpus gives it in; the product has it in the writer's."""
    if reading.day is None or reading.at is None:
        return reading
    moment = datetime.combine(reading.day, reading.at, line.now.tzinfo)
    there = moment.astimezone(ZoneInfo(line.zone)) if line.zone else moment
    return replace(reading, day=there.date(), at=there.time(), offset=there.utcoffset())


def _asked(found: Read) -> frozenset[str]:
    return frozenset(_ASKED[each.part] for each in found.open)


def _day(found: object, left: str | None = None) -> Reading:
    match found:
        case Open(part=part):
            return Reading(left=left, asked=frozenset({_ASKED[part], "day"}))
        case date() as day:
            return Reading(day=day, left=left)
        case _:
            return Reading(left=left)


def amount(typed: TypedAmount) -> Decimal | None:
    """The number a field takes, or None where it asks again."""
    try:
        return Decimal(_amount(typed.text, Amount(unit="%" if typed.field == "percent" else "")))
    except _Wrong:
        return None
