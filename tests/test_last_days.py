"""A known last day takes effect by itself, at midnight where the person is; a first day ahead is heeded likewise."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.app import upkeep
from bot.dispatcher import Dispatcher
from storage import directory
from storage.calendar import Habit
from storage.columns import table
from storage.database import Database
from storage.habits import habits_of
from storage.leaving import close_leavers
from storage.people import Person, Status
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, LI_NA

person = table(Person)
LAST = date(2026, 2, 27)


def leaves_on(database: Database, who: int, last: date | None, **more: object) -> None:
    with database.write() as db:
        db.execute(update(person).where(person.c.id == who).values(left_on=last, **more))


def status(database: Database, who: int) -> str:
    with database.read() as db:
        return str(directory.person_row(db, who)["status"])


@on_both
@pytest.mark.parametrize(
    ("who", "before", "after"),
    [
        (BEN, datetime(2026, 2, 27, 22, 59, tzinfo=UTC), datetime(2026, 2, 27, 23, tzinfo=UTC)),  # Berlin
        (LI_NA, datetime(2026, 2, 27, 15, 59, tzinfo=UTC), datetime(2026, 2, 27, 16, tzinfo=UTC)),  # Shanghai
    ],
)
def test_a_last_day_ends_at_midnight_where_the_person_is(
    database: Database, who: int, before: datetime, after: datetime
) -> None:
    leaves_on(database, who, LAST)
    assert sum(close_leavers(database, before)) == 0
    assert status(database, who) == Status.active
    assert sum(close_leavers(database, after)) == 1
    assert status(database, who) == Status.left
    assert sum(close_leavers(database, after)) == 0


def test_whoever_is_on_leave_leaves_too_and_nobody_else(database: Database) -> None:
    leaves_on(database, BEN, LAST, status=Status.leave)
    leaves_on(database, ANN, LAST + timedelta(days=365))
    assert sum(close_leavers(database, datetime(2026, 3, 5, tzinfo=UTC))) == 1
    assert (status(database, BEN), status(database, ANN), status(database, DORA)) == ("left", "active", "active")


def test_a_leaver_is_in_no_picker_and_no_audience(database: Database, dispatcher: Dispatcher) -> None:
    leaves_on(database, BEN, LAST)
    (tick,) = (each for each in upkeep(dispatcher) if each.name == "last days")
    assert sum(tick.work()) == 1
    with database.read() as db:
        assert not directory.is_here(db, BEN)
        assert directory.search(db, "ben", 5) == []
        assert BEN not in [row["id"] for row in directory.reports_of(db, ANN)]


def test_between_two_ticks_nothing_is_sent_after_midnight(database: Database) -> None:
    leaves_on(database, BEN, LAST)
    with database.read() as db:
        habit = habits_of(db, [BEN], datetime(2026, 2, 27, 12, tzinfo=UTC))[BEN]
    assert habit.off(LAST) is None
    assert habit.off(LAST + timedelta(days=3)) == "left"
    assert habit.next_open(datetime(2026, 2, 28, 9, tzinfo=UTC)) is None


def test_before_the_first_day_it_is_no_leave() -> None:
    habit = Habit(here_from=date(2026, 3, 9))
    assert habit.off(date(2026, 3, 6)) == "not_started"
    assert habit.off(date(2026, 3, 9)) is None
