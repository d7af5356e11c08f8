"""Public holidays are those of the region where one is known, and of the whole country otherwise."""

from datetime import date

import pytest

from storage.calendar import Habit

EASTER_MONDAY = date(2026, 4, 6)


@pytest.mark.parametrize(
    ("country", "region", "day", "off"),
    [
        ("GB", None, EASTER_MONDAY, True),
        ("GB", "ENG", EASTER_MONDAY, True),
        ("GB", "SCT", EASTER_MONDAY, False),
        ("GB", "SCT", date(2026, 8, 3), True),
        ("GB", None, date(2026, 8, 31), True),
        ("GB", None, date(2026, 12, 25), True),
        ("GB", None, date(2026, 3, 17), False),
        ("GB", "NIR", date(2026, 3, 17), True),
        ("DE", None, date(2027, 11, 1), False),
        ("DE", "BY", date(2027, 11, 1), True),
        ("CA", "ON", date(2026, 10, 12), True),
        ("CH", "ZH", date(2026, 4, 3), True),
        ("AU", "NSW", date(2026, 6, 8), True),
        ("DE", "no such part", date(2026, 10, 3), True),
        ("ZZ", "BY", date(2026, 10, 3), False),
    ],
)
def test_a_day(country: str, region: str | None, day: date, off: bool) -> None:
    habit = Habit(country=country, region=region, working_days="1234567")
    assert habit.off(day) == ("holiday" if off else None)
