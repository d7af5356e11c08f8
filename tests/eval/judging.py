"""Which of five things became of a line."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from tests.corpus.amounts import TypedAmount
from tests.corpus.lines import Line
from tests.eval.readings import Reading, acts, for_command


class Verdict(StrEnum):
    right = "right"
    asked = "asked rightly"
    unread = "not read"
    """Something was left open that the line says, and nothing wrong was understood: the person types it again."""
    form = "wrong, form open"
    """Something wrong was understood, but the person is asked for something else and may see it."""
    silent = "silently wrong"
    """The command goes ahead with what was not meant."""


def judged(line: Line, reading: Reading) -> Verdict:
    """On the day, the last day, the time, and the zone where it moves the time."""
    reading = for_command(reading, line.command, line.now)
    if _wrong(line, reading):
        return Verdict.silent if acts(reading, line.command) else Verdict.form
    if line.ask:
        return Verdict.asked if not acts(reading, line.command) else Verdict.silent
    if line.command == "event":
        return Verdict.right if reading.day == line.day and not reading.asked else Verdict.unread
    return Verdict.right if acts(reading, line.command) else Verdict.unread


def judged_amount(typed: TypedAmount, value: Decimal | None) -> Verdict:
    """None is a question."""
    if value is None:
        return Verdict.unread if typed.value is not None else Verdict.asked
    return Verdict.right if value == typed.value else Verdict.silent


def whole(line: Line, reading: Reading) -> bool:
    """Whether the length and what is left of the line are right as well. Where one asks, every word is kept anyhow."""
    return bool(line.ask) or (reading.minutes == line.minutes and (line.left is None or reading.left == line.left))


def _wrong(line: Line, reading: Reading) -> bool:
    if reading.day not in {None, line.day}:
        return True
    if line.command == "event":  # a day that was overlooked is taken for today
        return bool(line.day and line.day != line.now.date() and reading.day is None and not reading.asked)
    if line.command == "away" and reading.last not in {None, line.last, line.or_last}:
        return True
    return line.command == "meet" and (reading.at not in {None, line.at} or _hours_off(line, reading))


def _hours_off(line: Line, reading: Reading) -> bool:
    """Whether the time was taken for one of another place."""
    if not (reading.at and reading.day):
        return False
    if "zone" in line.ask:
        return "zone" not in reading.asked and reading.offset is not None
    own = _offset(line.now, reading)
    meant = _offset(line.now.astimezone(ZoneInfo(line.zone)), reading) if line.zone else own
    return (own if reading.offset is None else reading.offset) != meant


def _offset(there: datetime, reading: Reading) -> timedelta | None:
    if reading.day is None or reading.at is None:
        return None
    return datetime.combine(reading.day, reading.at, there.tzinfo).utcoffset()
