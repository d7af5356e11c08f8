"""Excel workbooks as HR systems export them: the same people and leave as from CSV, and clear words where not."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from storage.database import Database
from storage.leaves import import_leaves
from storage.roster import workbook as reading_workbooks
from tests.storage.roster_files import bring, people_in, problems_of
from tests.storage.workbooks import Rows, packed, workbook

HEADER = ["工号", "姓名", "邮箱", "部门", "入职日期", "离职日期", "是否在职"]
JOINED, LEAVING = date(2024, 3, 1), date(2026, 12, 31)
PEOPLE: Rows = [
    ["员工名单（2026-11）"],
    [],
    HEADER,
    [1042, "林晓雨", "xiaoyu@harbour.example", "质量部", JOINED, LEAVING, True],
    [1043.0, "陈立", "li@harbour.example", None, "2024-03-01", None, True],
    [1044, "Rosa Quint", "rosa@harbour.example", "Sales", "2024年3月1日", None, False],
    [None] * 7,
    [None] * 7,
]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize("from_1904", [False, True])
def test_people_of_a_workbook(database: Database, from_1904: bool) -> None:
    data = workbook({"说明": [["导出说明"]], "名单": PEOPLE}, from_1904=from_1904, merged=["A1:G1", "D4:D5"])
    report = bring(database, data)
    assert (report.problems, report.reading.encoding, report.reading.header.line) == ((), "Excel, 名单", 3)
    people = {mail: each for mail, each in people_in(database).items() if mail.endswith("@harbour.example")}
    assert {each["employee_no"] for each in people.values()} == {"1042", "1043", "1044"}
    assert {each["joined_on"] for each in people.values()} == {JOINED}
    assert people["xiaoyu@harbour.example"]["left_on"] == LEAVING
    assert people["li@harbour.example"]["department"] == people["xiaoyu@harbour.example"]["department"] == "质量部"
    assert people["rosa@harbour.example"]["status"] == "left"


@pytest.mark.parametrize(("from_1904", "serial"), [(False, 45352), (True, 45352 - 1462)])
def test_a_day_without_a_date_format_is_counted_from_the_workbooks_own_epoch(
    database: Database, from_1904: bool, serial: int
) -> None:
    rows: Rows = [["Name", "Email", "Hire Date"], ["Ann Lee", "ann@harbour.example", serial]]
    assert bring(database, workbook({"Staff": rows}, from_1904=from_1904)).problems == ()
    assert people_in(database)["ann@harbour.example"]["joined_on"] == JOINED


def test_a_number_that_a_spreadsheet_rounded_is_named(database: Database) -> None:
    rows: Rows = [["Name", "Email", "Employee ID"], ["Ann Lee", "ann@harbour.example", 1234567890123456789]]
    assert problems_of(database, workbook({"Staff": rows})) == [(2, "spreadsheet_number", "Employee ID")]


STAFF: Rows = [["Name", "Email"], ["Ann Lee", "ann@harbour.example"]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (workbook({"A": STAFF, "B": STAFF}), "several_sheets"),
        (workbook({"A": [["x"]], "B": [["y"]]}), "no_sheet_known"),
        (workbook({"A": STAFF}, hidden=["A"]), "hidden_sheets"),
        (workbook({"A": []}), "empty_file"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "locked_workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "workbook"),
        (packed({"word/document.xml": "<x/>"}), "workbook"),
        (packed({"xl/workbook.xml": "<x"}), "workbook"),
        (workbook({"A": STAFF})[:-40], "workbook"),
    ],
)
def test_a_workbook_that_cannot_be_used_is_refused_with_its_reason(
    database: Database, data: bytes, reason: str
) -> None:
    assert problems_of(database, data) == [(1, reason, None)]


def test_a_hidden_sheet_beside_the_table_is_not_read(database: Database) -> None:
    assert bring(database, workbook({"Now": STAFF, "Old": STAFF}, hidden=["Old"])).problems == ()


def test_a_workbook_that_unpacks_to_too_much_is_refused_whatever_its_archive_states(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = workbook({"Staff": [*STAFF, ["x" * 5000, ""]]})
    monkeypatch.setattr(reading_workbooks, "MOST_BYTES", 4000)
    stated = zipfile.ZipFile(io.BytesIO(data)).getinfo("xl/worksheets/s1.xml").file_size
    lying = data.replace(stated.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != data
    assert problems_of(database, data) == problems_of(database, lying) == [(1, "too_large_workbook", None)]


def test_one_cell_far_away_is_refused_before_it_takes_all_memory(database: Database) -> None:
    far = '<row r="1048576"><c r="XFD1048576"/></row>'
    files = {
        "xl/workbook.xml": "<workbook/>",
        "xl/worksheets/s1.xml": f"<worksheet><sheetData>{far}</sheetData></worksheet>",
    }
    assert problems_of(database, packed(files)) == [(1, "too_large_workbook", None)]


def test_leave_of_a_workbook(database: Database) -> None:
    bring(database, workbook({"名单": PEOPLE}))
    rows: Rows = [
        ["请假记录"],
        ["工号", "开始时间", "结束时间", "审批状态"],
        [1042, date(2026, 12, 1), date(2026, 12, 4), "已通过"],
        [1043, 46359, 46360, "待审批"],
        [1043, "2026-12-07", date(2026, 12, 8), "已通过"],
    ]
    with database.write() as db:
        outcome = import_leaves(db, workbook({"说明": [["…"]], "请假": rows}), NOW)
    assert (outcome.faults, outcome.added, outcome.left_out.not_approved) == ((), 2, 1)
