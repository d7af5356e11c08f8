"""HR's table of leaves: read as exports write it, taken whole or not at all, and given again without harm."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from bot.cli import COMMANDS
from bot.clock import SetClock
from bot.rest_leave import leave_router
from bot.wording import Language, Wording
from storage.columns import table
from storage.database import Database
from storage.leave_table import Fault
from storage.leaves import Outcome, import_leaves
from storage.records import remember
from storage.rest import Leave
from tests.postgres import on_both
from tests.team import ANN, BEN, LI_NA

pytestmark = on_both

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
CSV = b"Employee,From,To\nben.okafor@lumen.example,2026-03-09,2026-03-13\nE0002,2026-04-01,2026-04-03\n"
TOKEN = "a-long-token-for-tests"


def taken(database: Database, source: bytes | list[Any], **more: Any) -> Outcome:
    with database.write() as db:
        return import_leaves(db, source, NOW, **more)


def standing(database: Database) -> set[tuple[int, date, date, str]]:
    leave = table(Leave)
    columns = (leave.c.person_id, leave.c.first_day, leave.c.last_day, leave.c.told_by)
    with database.read() as db:
        rows = db.execute(select(*columns).where(leave.c.current, ~leave.c.cancelled))
        return {(row[0], row[1], row[2], row[3]) for row in rows}


BENS = (BEN, date(2026, 3, 9), date(2026, 3, 13), "hr")
LI_NAS = (LI_NA, date(2026, 4, 1), date(2026, 4, 3), "hr")


def test_a_table_is_taken_and_a_second_time_changes_nothing(database: Database) -> None:
    assert taken(database, CSV) == Outcome(added=2)
    assert standing(database) == {BENS, LI_NAS}
    assert taken(database, CSV) == Outcome(unchanged=2)


def test_chinese_headers_semicolons_and_days_of_either_order(database: Database) -> None:
    text = "工号;开始日期;结束日期\nE0003;13/03/2026;14/03/2026\nE0002;2026年4月1日;2026/4/3\n"
    assert taken(database, text.encode("gb18030")) == Outcome(added=2)
    assert standing(database) == {(BEN, date(2026, 3, 13), date(2026, 3, 14), "hr"), LI_NAS}


def test_a_complete_table_calls_off_what_is_not_in_it_and_leaves_alone_what_people_said(database: Database) -> None:
    taken(database, CSV)
    own = Leave(saved_by=ANN, person_id=ANN, first_day=date(2026, 3, 9), last_day=date(2026, 3, 9))
    with database.write() as db:
        remember(db, own, NOW)
    rest = CSV.replace(b"E0002,2026-04-01,2026-04-03\n", b"")
    assert taken(database, rest, complete=True, dry_run=True) == Outcome(unchanged=1, called_off=1)
    assert LI_NAS in standing(database)
    assert taken(database, rest, complete=True) == Outcome(unchanged=1, called_off=1)
    assert standing(database) == {BENS, (ANN, date(2026, 3, 9), date(2026, 3, 9), "self")}
    assert taken(database, CSV) == Outcome(added=1, unchanged=1)  # back again, as a version of its own
    assert LI_NAS in standing(database)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",2026-03-09,2026-03-13", Fault(3, "no_person")),
        ("E0002,2026-02-30,2026-03-13", Fault(3, "no_day", "2026-02-30 – 2026-03-13")),
        ("E0002,,2026-03-13", Fault(3, "no_day", " – 2026-03-13")),
        ("E0002,2026-03-13,2026-03-09", Fault(3, "ends_before")),
        ("E0002,2026-03-13", Fault(3, "ragged_row")),
    ],
)
def test_one_line_that_cannot_be_used_keeps_everything_out(database: Database, row: str, fault: Fault) -> None:
    data = CSV.splitlines()[:2]
    assert taken(database, b"\n".join([*data, row.encode()])).faults == (fault,)
    assert standing(database) == set()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file"),
        (b"Ref,From,To\nBen,2026-03-09,2026-03-13\n", "no_who"),
        (b"Employee,From,To\nE0003,04/03/2026,06/03/2026\n", "dates_unproven"),
        (b"Employee,From\nE0003,2026-03-09\n", "no_last"),
        (b"PK\x03\x04rest", "workbook"),
    ],
)
def test_what_is_no_such_table_is_refused(database: Database, data: bytes, reason: str) -> None:
    assert [fault.reason for fault in taken(database, data).faults] == [reason]


def test_over_rest_as_a_list_of_objects(database: Database) -> None:
    app = FastAPI()
    app.include_router(leave_router(database, TOKEN, SetClock(NOW)))
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    records = [{"employee": "E0003", "from": "2026-03-09", "to": "2026-03-13"}]
    with TestClient(app) as client:
        assert client.put("/api/v1/leave", json=records).status_code == 401
        answer = client.put("/api/v1/leave", json=records, headers=bearer)
        said = answer.json()
        assert said.pop("columns") == {"employee": "anyone", "from": "first", "to": "last"}
        assert said.pop("added") == 1
        assert not any(said.values())
        wrong = client.put("/api/v1/leave?language=zh", json=[{**records[0], "to": "soon"}], headers=bearer)
        unusable = client.put("/api/v1/leave", content=b"{", headers={**bearer, "Content-Type": "application/json"})
    assert standing(database) == {(*BENS[:3], "api")}
    assert wrong.status_code == 422
    assert wrong.json()["problems"] == [
        {"line": 1, "reason": "no_day", "message": "“2026-03-09 – soon”无法识别为两个日期，请写成 2026-03-31"}
    ]
    assert unusable.status_code == 422


def run(database: Database, file: Path, *options: str) -> Result:
    program = COMMANDS["leave"](Wording(Language.en))
    url = database.url.render_as_string(hide_password=False)
    runner = CliRunner(env={"EVENHAND_DATABASE": url, "COLUMNS": "160", "NO_COLOR": "1"})
    return runner.invoke(program, ["import", str(file), *options])


def test_on_the_command_line(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "leave.csv"
    file.write_bytes(CSV)
    assert "It would be 2 new" in run(database, file, "--dry-run").output
    assert standing(database) == set()
    assert "Done: 2 new" in run(database, file).output
    file.write_bytes(CSV + b"E9999,2026-03-09,2026-03-13\n")
    stranger = run(database, file)
    assert "Left out: 1 line about a person who isn’t on your list." in stranger.output
    assert "Employee → who; From → first day; To → last day" in stranger.output
    file.write_bytes(CSV + b"E0003,2026-03-09,soon\n")
    failed = run(database, file)
    assert failed.exit_code == 1
    assert "Line 4: “2026-03-09 – soon” can’t be read as two dates" in failed.output
    file.write_bytes(b"Employee,From,To\nE0003,05/06/2026,07/06/2026\n")
    assert "--dates day-first" in run(database, file).output
    assert "Done: 1 new" in run(database, file, "--dates", "day-first").output
    assert (BEN, date(2026, 6, 5), date(2026, 6, 7), "hr") in standing(database)
