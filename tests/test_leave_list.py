"""`evenhand leave list`: who is off on a day, from when to when, and where that came from."""

from datetime import UTC, date, datetime

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from bot.clock import SetClock
from bot.commands.leave import program
from bot.rest_leave import leave_router
from bot.wording import Language, Wording
from storage.columns import table
from storage.database import Database
from storage.leaves import Outcome, import_leaves
from storage.people import Person, Status
from storage.records import remember
from storage.rest import Leave
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, LI_NA

pytestmark = on_both

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
TOKEN = "a-long-token-for-tests"
person = table(Person)


def listed(database: Database, *options: str, now: datetime = NOW, language: Language = Language.en) -> Result:
    url = database.url.render_as_string(hide_password=False)
    runner = CliRunner(env={"EVENHAND_DATABASE": url, "COLUMNS": "40", "NO_COLOR": "1"})
    return runner.invoke(program(Wording(language), SetClock(now)), ["list", *options])


def own(database: Database, who: int, first: date, last: date, *, cancelled: bool = False) -> None:
    with database.write() as db:
        remember(db, Leave(saved_by=who, person_id=who, first_day=first, last_day=last, cancelled=cancelled), NOW)


def imported(database: Database, text: str) -> None:
    with database.write() as db:
        assert not import_leaves(db, text.encode(), NOW).faults


def over_rest(database: Database, first: str, last: str) -> int:
    app = FastAPI()
    app.include_router(leave_router(database, TOKEN, SetClock(NOW)))
    records = [{"employee": "E0003", "from": first, "to": last}]
    with TestClient(app) as client:
        answer = client.put("/api/v1/leave", json=records, headers={"Authorization": f"Bearer {TOKEN}"})
    return int(answer.json()["added"])


def change(database: Database, who: int, **values: object) -> None:
    with database.write() as db:
        db.execute(update(person).where(person.c.id == who).values(**values))


def test_nobody_is_off_and_nothing_is_printed(database: Database) -> None:
    own(database, ANN, date(2026, 3, 11), date(2026, 3, 12))
    own(database, DORA, date(2026, 3, 9), date(2026, 3, 12), cancelled=True)
    result = listed(database)
    assert (result.exit_code, result.output) == (0, "")


def test_each_is_one_line_with_the_days_and_where_they_came_from(database: Database) -> None:
    own(database, ANN, date(2026, 3, 9), date(2026, 3, 10))
    imported(database, "Employee,From,To\nE0002,2026-03-10,2026-03-10\n")
    assert over_rest(database, "2026-03-02", "2026-04-03") == 1
    change(database, DORA, status=Status.leave)
    lines = listed(database).output.splitlines()
    assert {line.partition(" <")[0]: line.partition(">: ")[2] for line in lines} == {
        "Ann Miller": "9 March 2026 to 10 March 2026 (entered by themselves)",
        "Na Li": "10 March 2026 (import)",
        "Ben Okafor": "2 March 2026 to 3 April 2026 (REST)",
        "Dora Weiss": "until HR reports them back (status in the people import)",
    }
    chinese = listed(database, language=Language.zh).output
    assert "李娜 <li.na@lumen.example>：2026年3月10日（导入）" in chinese
    assert "：2026年3月9日至2026年3月10日（本人填写）" in chinese


def test_leave_that_came_over_rest_is_known_to_a_later_import(database: Database) -> None:
    assert over_rest(database, "2026-03-09", "2026-03-13") == 1
    assert over_rest(database, "2026-03-09", "2026-03-13") == 0
    with database.write() as db:
        outcome = import_leaves(db, b"Employee,From,To\nE0002,2026-04-01,2026-04-03\n", NOW, complete=True)
    assert outcome == Outcome(added=1, called_off=1)
    assert listed(database).output == ""


@pytest.mark.parametrize("on", ["2026-12-24", "24.12.2026", "2026年12月24日", "24 December 2026"])
def test_another_day(database: Database, on: str) -> None:
    own(database, ANN, date(2026, 12, 24), date(2027, 1, 3))
    own(database, BEN, date(2026, 12, 25), date(2027, 1, 3))
    assert listed(database, "--on", on).output.startswith("Ann Miller ")
    assert listed(database, "--on", on).output.count("\n") == 1


@pytest.mark.parametrize("on", ["soon", "2026-02-30", "03/04/2026", ""])
def test_what_is_no_day_is_refused(database: Database, on: str) -> None:
    refused = listed(database, "--on", on)
    assert refused.exit_code == 1
    assert "isn’t a date" in " ".join(refused.output.split())


def test_one_department(database: Database) -> None:
    for who in (ANN, BEN, LI_NA, DORA):
        own(database, who, date(2026, 3, 10), date(2026, 3, 11))
    everybody, sales = listed(database).output, listed(database, "--department", "销售部").output
    assert everybody.count("\n") == 4
    assert 0 < sales.count("\n") < 4
    assert set(sales.splitlines()) < set(everybody.splitlines())
    assert listed(database, "--department", "Astrology").exit_code == 1


@pytest.mark.parametrize(("minute", "is_off"), [(59, False), (60, True)])
def test_today_is_the_day_it_is_where_the_person_is(database: Database, minute: int, is_off: bool) -> None:
    own(database, LI_NA, date(2026, 3, 11), date(2026, 3, 11))
    now = datetime(2026, 3, 10, 15 + minute // 60, minute % 60, tzinfo=UTC)  # midnight in Shanghai is 16:00
    assert bool(listed(database, now=now).output) is is_off


def test_people_who_have_left_are_not_off(database: Database) -> None:
    own(database, ANN, date(2026, 3, 9), date(2026, 3, 20))
    change(database, ANN, left_on=date(2026, 3, 10))
    assert "Ann" in listed(database).output
    assert "Ann" not in listed(database, "--on", "2026-03-11").output
    change(database, ANN, status=Status.left)
    assert listed(database).output == ""
