"""Local time: an hour of a day in a place is one instant, also when a clock change skips or repeats it."""

from datetime import UTC, date, datetime

import pytest

from storage.calendar import Habit, at_hour
from storage.planning import moment

THURSDAY, TWO = 4, 14


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "instant"),
    [
        ("Europe/Berlin", "2026-03-29", 2, "2026-03-29 01:00"),  # skipped: the first hour after it, 03:00 summer time
        ("Europe/Berlin", "2026-03-29", 14, "2026-03-29 12:00"),
        ("Europe/Berlin", "2026-10-25", 2, "2026-10-25 00:00"),  # comes twice: the first
        ("America/New_York", "2026-03-08", 2, "2026-03-08 07:00"),
        ("America/New_York", "2026-11-01", 1, "2026-11-01 05:00"),
        ("Asia/Shanghai", "2026-03-29", 2, "2026-03-28 18:00"),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice_is_one_instant(zone: str, day: str, hour: int, instant: str) -> None:
    assert at_hour(date.fromisoformat(day), hour, zone) == utc(instant)


def test_the_hour_is_kept_through_the_change_of_the_clock() -> None:
    berlin = Habit("Europe/Berlin")
    before = moment(berlin, date(2026, 3, 23), THURSDAY, TWO)
    after = moment(berlin, date(2026, 3, 30), THURSDAY, TWO)
    assert (before, after) == (utc("2026-03-26 13:00"), utc("2026-04-02 12:00"))
