"""What a table of leave requests says: only approved whole days of people who are here are leave."""

from datetime import date

import pytest

from storage.leave_table import Away, Fault, LeaveTable, Staff, read_leave
from storage.roster.dates import Order
from storage.roster.decoding import ListSheet, decode

STAFF = Staff({"ann@harbour.example": 1, "e1": 1, "ben@harbour.example": 2, "e2": 2}, frozenset({"e9"}))


def table(text: str, order: Order | None = None) -> LeaveTable:
    return read_leave(decode(text.encode()), STAFF, order)


def spans(text: str) -> list[tuple[int, str, str]]:
    found = table(text)
    assert found.faults == ()
    return [(away.person, away.first.isoformat(), away.last.isoformat()) for away in found.rows]


@pytest.mark.parametrize("header", ["Status", "Approval Status", "审批状态", "Leave Status", "State"])
@pytest.mark.parametrize(
    ("word", "holds"),
    [
        ("Approved", True),
        ("APPROVED", True),
        ("Taken", True),
        ("booked", True),
        ("已通过", True),
        ("已同意", True),
        ("审批通过", True),
        ("genehmigt", True),
        ("Rejected", False),
        ("Cancelled", False),
        ("Canceled", False),
        ("Declined", False),
        ("Pending", False),
        ("Pending approval", False),
        ("Not approved", False),
        ("Draft", False),
        ("已撤销", False),
        ("已拒绝", False),
        ("审批中", False),
        ("未通过", False),
        ("abgelehnt", False),
        ("quux", False),
        ("", False),
    ],
)
def test_only_a_leave_that_was_approved_holds(header: str, word: str, holds: bool) -> None:
    found = table(f"Email,Start date,End date,{header}\nann@harbour.example,2026-12-07,2026-12-11,{word}\n")
    assert found.faults == ()
    assert len(found.rows) == holds
    assert found.left_out.not_approved == (not holds)


@pytest.mark.parametrize(
    ("header", "word", "holds"),
    [
        ("Approved", "yes", True),
        ("Approved", "FALSE", False),
        ("是否通过", "是", True),
        ("是否通过", "否", False),
        ("Cancelled", "no", True),
        ("Cancelled", "Yes", False),
        ("Cancelled", "", True),
        ("Cancelled", "2026-11-01", False),
        ("是否撤销", "是", False),
        ("是否撤销", "否", True),
    ],
)
def test_a_yes_or_no_says_so_too(header: str, word: str, holds: bool) -> None:
    found = table(f"Email,From,To,{header}\nann@harbour.example,2026-12-07,2026-12-11,{word}\n")
    assert len(found.rows) == holds


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("From,To,Days", "2026-12-21,2026-12-21,0.5"),
        ("From,To,Half Day", "2026-12-21,2026-12-21,1"),
        ("From,To,Half day", "2026-12-21,2026-12-21,PM"),
        ("From,To,Hours", "2026-12-21,2026-12-21,2"),
        ("From,To,Duration", "2026-12-21,2026-12-21,4 hours"),
        ("开始时间,结束时间,时长", "2026-12-07 09:00,2026-12-07 12:00,3小时"),
        ("开始时间,结束时间,时长", "2026-12-07,2026-12-07,0.5天"),
        ("开始时间,结束时间", "2026/12/8 14:00,2026/12/8 16:00"),
        ("From,To", "2026-12-07 9:00 AM,2026-12-07 12:30 PM"),
        ("开始时间,结束时间", "2026-12-07 下午,2026-12-07 下午"),
        ("From,To", "2026-12-07 14:00,2026-12-08 12:00"),
    ],
)
def test_less_than_a_day_is_no_day_off(header: str, row: str) -> None:
    found = table(f"Email,{header}\nann@harbour.example,{row}\n")
    assert (found.faults, found.rows, found.left_out.parts_of_days) == ((), (), 1)


@pytest.mark.parametrize(
    ("header", "row", "first", "last"),
    [
        ("From,To,Days", "2026-12-21,2026-12-21,1", "2026-12-21", "2026-12-21"),
        ("From,To,Half Day", "2026-12-21,2026-12-21,0", "2026-12-21", "2026-12-21"),
        ("From,To,Hours", "2026-12-21,2026-12-21,8", "2026-12-21", "2026-12-21"),
        ("From,To", "2026-12-21 09:00,2026-12-21 18:00", "2026-12-21", "2026-12-21"),
        ("From,To", "2026-12-21 00:00:00,2026-12-22 00:00:00", "2026-12-21", "2026-12-22"),
        ("From,To", "2026-12-21T00:00:00.000,2026-12-22T00:00:00.000", "2026-12-21", "2026-12-22"),
        ("开始时间,结束时间", "2026-12-21 上午,2026-12-22 下午", "2026-12-21", "2026-12-22"),
        ("开始时间,结束时间", "2026-12-21 下午,2026-12-23 下午", "2026-12-22", "2026-12-23"),
        ("From,To", "2026-12-21 09:00,2026-12-23 12:00", "2026-12-21", "2026-12-22"),
        ("Von,Bis", "21.12.2026,22.12.26", "2026-12-21", "2026-12-22"),
        ("From,To", "21-Dec-2026,22-Dec-26", "2026-12-21", "2026-12-22"),
        ("From,To", "21–12–2026,22–12–2026", "2026-12-21", "2026-12-22"),
    ],
)
def test_whole_days_are(header: str, row: str, first: str, last: str) -> None:
    assert spans(f"Email,{header}\nann@harbour.example,{row}\n") == [(1, first, last)]


@pytest.mark.parametrize(
    "row", ["Li Na,ben@harbour.example,", "Ben Okafor,,E2", ",,e2", "Li Na,old@harbour.example,E2", "E2,,"]
)
def test_a_person_is_found_by_any_of_the_columns(row: str) -> None:
    text = f"Employee,Email,Employee ID,From,To\n{row},2026-12-07,2026-12-08\n"
    assert spans(text) == [(2, "2026-12-07", "2026-12-08")]


def test_leavers_and_strangers_are_counted_and_keep_nobody_else_out() -> None:
    days = "2026-12-07,2026-12-08"
    found = table(f"Employee ID,From,To\nE9,{days}\nE77,{days}\nE78,{days}\nE1,{days}\n")
    assert (found.left_out.former, found.left_out.strangers, len(found.rows)) == (1, 2, 1)


def test_what_does_not_hold_need_not_be_readable() -> None:
    found = table("Email,From,To,Status\nann@harbour.example,soon,later,Draft\n")
    assert (found.faults, found.left_out.states) == ((), ("Draft",))


def test_dates_that_can_be_read_in_two_ways_are_asked() -> None:
    text = "Email,From,To\nann@harbour.example,03/04/2027,05/04/2027\n"
    assert table(text).faults == (Fault(2, "dates_unproven"),)
    assert table(text, Order.day_first).rows == (Away(1, date(2027, 4, 3), date(2027, 4, 5)),)
    assert table(text, Order.month_first).rows == (Away(1, date(2027, 3, 4), date(2027, 5, 4)),)
    proved = text + "ben@harbour.example,24/12/2026,24/12/2026\n"
    assert table(proved).rows[0] == Away(1, date(2027, 4, 3), date(2027, 4, 5))
    assert spans("Email,From,To\nann@harbour.example,03/03/2027,03/03/2027\n") == [(1, "2027-03-03", "2027-03-03")]


def test_a_title_above_the_header_and_columns_that_say_nothing() -> None:
    found = table(
        "Absences 2026\nWorker,Work Email,From,To,Reason\nAnn Lee,ann@harbour.example,2026-12-07,2026-12-07,\n"
    )
    assert len(found.rows) == 1
    assert found.columns[-1] == ("Reason", None)


def test_a_list_of_objects_is_read_alike() -> None:
    record = {"employee": "E1", "from": "2026-12-07", "to": "2026-12-08", "status": "rejected"}
    found = read_leave(ListSheet([record, {**record, "status": "approved"}]), STAFF)
    assert (len(found.rows), found.left_out.not_approved) == (1, 1)
