"""The rules of the calendar, on days and places nobody has chosen: an open moment is open, next, and there is one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.reminders import moments
from storage.attention import Rules
from storage.calendar import Habit, Quiet, at_hour, at_time, monday_of, week_start, weeks_between
from storage.columns import iso_week
from storage.planning import closes, excuse, moment
from storage.rest import Reminders

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "UTC")
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
quiets = st.builds(Quiet, st.integers(0, 23), st.integers(0, 23)).filter(lambda quiet: quiet.open_hours)
spans = st.builds(lambda first, many: (first, first + timedelta(days=many)), days, st.integers(0, 30))
habits = st.builds(
    Habit,
    time_zone=st.sampled_from(ZONES),
    working_days=st.sets(st.sampled_from("1234567"), min_size=1).map(lambda found: "".join(sorted(found))),
    country=st.sampled_from(("DE", "US", "CN", None, "XX")),
    quiet=quiets,
    away=st.lists(spans, max_size=2).map(tuple),
    paused_until=st.none() | days,
)


@given(habits, instants)
def test_the_next_open_moment_is_open_and_none_before_it_is(habit: Habit, now: datetime) -> None:
    assume(habit.paused_until is None or habit.paused_until < now.date() + timedelta(days=600))
    found = habit.next_open(now)
    assert found is not None
    assert found >= now
    assert habit.is_open(found)
    if habit.is_open(now):
        assert found == now
    else:
        between = (found - now) / 7
        assert not any(habit.is_open(now + between * step) for step in range(1, 7))
        assert not habit.is_open(found - timedelta(minutes=1))


@given(habits, days, st.integers(1, 7), st.integers(0, 23))
def test_a_week_is_asked_for_at_an_open_moment_on_its_day_or_soon_after_or_excused(
    habit: Habit, day: date, weekday: int, hour: int
) -> None:
    monday = day - timedelta(days=day.weekday())
    found = moment(habit, monday, weekday, hour)
    if found is None:
        assert excuse(habit, monday) in ("on_leave", "paused", "holiday", "day_off")
        return
    assert habit.is_open(found)
    wanted = monday + timedelta(days=weekday - 1)
    assert wanted <= habit.local(found).date() < wanted + timedelta(days=7)
    assert all(habit.off(wanted + timedelta(days=ahead)) for ahead in range((habit.local(found).date() - wanted).days))
    assert closes(habit, monday, found) > found


@given(habits, days, st.integers(1, 7), st.integers(0, 23))
def test_weeks_are_asked_for_in_their_order(habit: Habit, day: date, weekday: int, hour: int) -> None:
    monday = day - timedelta(days=day.weekday())
    this, following = (moment(habit, monday + timedelta(weeks=ahead), weekday, hour) for ahead in (0, 1))
    assert this is None or following is None or this <= following


@given(instants, st.sampled_from(ZONES))
def test_a_moment_of_a_working_day_counts_to_the_week_it_lies_in_where_one_is(now: datetime, zone: str) -> None:
    local = now.astimezone(ZoneInfo(zone))
    if local.isoweekday() <= 5 and 8 <= local.hour < 19:
        start = week_start(now)
        middle = start + timedelta(days=3)
        assert start <= now < start + timedelta(days=7)
        assert iso_week(middle.date()) == iso_week(local.date())


@given(days, st.integers(0, 40))
def test_weeks_follow_one_another(day: date, many: int) -> None:
    weeks = weeks_between(iso_week(day), iso_week(day + timedelta(weeks=many)))
    assert len(weeks) == many + 1
    assert [monday_of(week).isoweekday() for week in weeks] == [1] * len(weeks)


@given(st.integers(1, 50))
def test_a_budget_leaves_something_to_everything(budget: int) -> None:
    rules = Rules(budget)
    assert 1 <= rules.for_singles <= rules.for_bundles <= budget


@pytest.mark.parametrize(
    ("quiet", "wanted", "hour"),
    [
        (Quiet(19, 8), 14, 14),
        (Quiet(19, 8), 7, 8),
        (Quiet(19, 8), 22, 18),
        (Quiet(0, 0), 23, 23),
        (Quiet(9, 17), 12, 17),
    ],
)
def test_an_hour_that_is_quiet_gives_way_to_the_nearest_open_one(quiet: Quiet, wanted: int, hour: int) -> None:
    assert quiet.hour_for(wanted) == hour


def test_half_past_two_in_the_night_the_clock_changes_is_one_instant() -> None:
    half_past = datetime(2026, 1, 1, 2, 30).time()  # noqa: DTZ001
    forward = at_time(date(2026, 3, 29), half_past, "Europe/Berlin")
    back = at_time(date(2026, 10, 25), half_past, "Europe/Berlin")
    assert forward == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30, as 02:30 does not exist
    assert back == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of two
    assert at_hour(date(2026, 3, 29), 2, "Europe/Berlin") == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_moments_do_not_depend_on_when_they_are_asked_for() -> None:
    berlin = Habit("Europe/Berlin", country="DE")
    opened, due = datetime(2026, 4, 2, 12, tzinfo=UTC), datetime(2026, 4, 9, 12, tzinfo=UTC)
    found = moments(Reminders.active, berlin, 14, opened, due)
    assert [f"{each:%a %d}" for each in found] == ["Tue 07", "Wed 08"]  # Good Friday, the weekend, Easter Monday
    assert moments(Reminders.light, berlin, 14, opened, None) == ()
