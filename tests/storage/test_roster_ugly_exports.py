"""What exports hold beside people: totals, full-width signs, nested groups, and states in every system's words."""

from datetime import date

import pytest

from storage.people import Status
from storage.roster.importing import compare, read_file, read_records
from storage.roster.population import Population
from storage.roster.problems import Reason, Remark

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize("total", ["Total,,", "Grand Total: 2,,", "合计,2,", "共计：2人,,", "总计（2人）,2,"])
def test_a_row_of_totals_is_nobody(total: str) -> None:
    read = read_file(f"Name,Email,Status\nAnn Lee,ann@harbour.example,Active\n{total}\n".encode(), TODAY)
    assert [row.email for row in read.rows] == ["ann@harbour.example"]
    assert not read.problems
    assert [(note.remark, note.line) for note in read.notes if note.remark is Remark.total_row] == [
        (Remark.total_row, 3)
    ]


def test_a_person_called_total_is_one() -> None:
    read = read_file(b"Name,Email\nTotal,total@harbour.example\n", TODAY)
    assert [row.given_name for row in read.rows] == ["Total"]


def test_a_row_without_an_address_is_still_a_problem() -> None:
    read = read_file(b"Name,Email\nTotalska Ann,\n", TODAY)
    assert [problem.reason for problem in read.problems] == [Reason.missing_email]


def test_full_width_signs_are_those_of_ascii() -> None:
    text = "姓名,邮箱,工号,状态\n王伟,Ｗ.wang＠harbour.example,Ａ１０４２,ＬＯＡ\n"
    (row,) = read_file(text.encode(), TODAY).rows
    assert (row.email, row.employee_no, row.status) == ("w.wang@harbour.example", "A1042", Status.leave)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Garden Leave", Status.leave),
        ("Paid_LOA", Status.leave),
        ("Suspended - Payroll Eligible", Status.leave),
        ("休产假", Status.leave),
        ("实习期", Status.active),
        ("拟离职", Status.active),
        ("Retiree", Status.left),
    ],
)
def test_states_in_the_words_of_each_system(said: str, status: Status) -> None:
    (row,) = read_file(f"Name,Email,Status\nAnn Lee,ann@harbour.example,{said}\n".encode(), TODAY).rows
    assert row.status == status


def test_the_manager_of_a_workday_report_lies_in_a_group() -> None:
    """The shape of https://github.com/cartography-cncf/cartography, docs/root/modules/workday/config.md."""
    records = [
        {
            "Employee_ID": "E001",
            "Name": "Ann Lee",
            "businessTitle": "Engineer",
            "Email_-_Work": "ann@harbour.example",
            "Supervisory_Organization": "Platform",
            "Worker_s_Manager_group": [{"Manager_ID": "E002"}],
        },
        {"Employee_ID": "E002", "Name": "Li Na", "Email_-_Work": "li.na@harbour.example", "Worker_s_Manager_group": []},
    ]
    report = compare(read_records(records, TODAY), Population(), TODAY)
    assert report.plan
    assert report.plan.managers == [1, None]


def test_any_other_nested_value_is_refused() -> None:
    read = read_records([{"Email": "ann@harbour.example", "Name": "Ann", "Phones": ["1", "2"]}], TODAY)
    assert [problem.reason for problem in read.problems] == [Reason.not_a_record]


def test_the_fields_of_bamboohr() -> None:
    """Named in https://docs.workato.com/connectors/bamboo-hr/new-employee-trigger.html."""
    header = "First name,Last name,Employee number,Job title,Department,Supervisor E ID,Work Email"
    rows = ["Ann,Lee,7,Engineer,Platform,8,ann@harbour.example", "Li,Na,8,Director,Platform,,li.na@harbour.example"]
    reading = read_file("\n".join([header, *rows]).encode(), TODAY)
    report = compare(reading, Population(), TODAY)
    assert all(column.field for column in reading.header.columns)
    assert report.plan
    assert report.plan.managers == [1, None]
