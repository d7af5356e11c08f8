"""The product as a reader: the only module here that knows its functions."""

from datetime import datetime
from decimal import Decimal

from flows.days import dated_line, read_day, read_span
from flows.fields import Amount
from flows.reading import _amount, _Wrong
from flows.times import timed_line
from tests.corpus.amounts import TypedAmount
from tests.corpus.lines import Line
from tests.eval.readings import Reading


def read(line: Line) -> Reading:
    """What the command's flow takes from the line before it asks anything."""
    today = line.now.date()
    match line.command:
        case "meet":
            found = timed_line(line.text, today)
            coming = found.at and datetime.combine(today, found.at) > line.now.replace(tzinfo=None)
            day = found.day or (today if coming else None)
            return Reading(day=day, at=found.at, minutes=found.minutes, left=found.what)
        case "away":
            first, last = read_span(line.text, today) or (None, None)
            return Reading(day=first, last=last)
        case "pause" | "snooze":
            return Reading(day=read_day(line.text.removeprefix("until ").removeprefix("到"), today, ahead=True))
        case "milestone":
            due, what = dated_line(line.text, today) or (None, line.text)
            return Reading(day=due, left=what)
        case "event":  # the line of a win or a miss is its text, and its day is today until the form says otherwise
            return Reading(left=line.text)


def amount(typed: TypedAmount) -> Decimal | None:
    """The number a field takes, or None where it asks again."""
    try:
        return Decimal(_amount(typed.text, Amount(unit="%" if typed.field == "percent" else "")))
    except _Wrong:
        return None
