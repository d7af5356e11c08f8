"""What systems really export is read: each file has the columns and words of one of them."""

from datetime import date
from typing import Any

import pytest

from storage.database import Database
from storage.roster.options import Defaults
from storage.roster.plan import Kind
from storage.roster.problems import Remark
from tests.storage.roster_files import bring, csv_of, people_in, person, problems_of

ANN = "Ann Lee,ann@harbour.example"


def imported(database: Database, text: str, **options: Any) -> dict[str, dict[str, Any]]:
    report = bring(database, text.encode(), **options)
    assert report.problems == ()
    return {email.partition("@")[0]: row for email, row in people_in(database).items() if "@lumen" not in email}


def remarks(database: Database, text: str, **options: Any) -> dict[Remark, Any]:
    return {note.remark: note for note in bring(database, text.encode(), dry_run=True, **options).notes}


@pytest.mark.parametrize(
    ("header", "cell", "status"),
    [
        ("是否在职", "否", "left"),
        ("是否在职", "是", "active"),
        ("已离职", "是", "left"),
        ("是否离职", "否", "active"),
        ("accountEnabled", "FALSE", "left"),
        ("accountEnabled", "True", "active"),
        ("Is Active", "No", "left"),
        ("Is Active", "1", "active"),
        ("Terminated", "Y", "left"),
        ("Terminated", "N", "active"),
        ("Block credential", "True", "left"),
        ("Aktiv", "nein", "left"),
        ("Status", "Suspended", "leave"),
        ("Status", "Archived", "left"),
        ("Status", "onboarding", "active"),
        ("Employee Status", "Relieved", "left"),
        ("状态", "待离职", "active"),
        ("员工状态", "停职", "leave"),
    ],
)
def test_who_works_here_is_told_in_many_ways(database: Database, header: str, cell: str, status: str) -> None:
    people = imported(database, f"Name,Email,{header}\n{ANN},{cell}\nBen Fox,ben@harbour.example,\n")
    assert (people["ann"]["status"], people["ben"]["status"]) == (status, "active")


def test_having_left_by_one_of_two_columns_is_having_left(database: Database) -> None:
    people = imported(database, f"Name,Email,Status,accountEnabled\n{ANN},Active,false\n")
    assert people["ann"]["status"] == "left"


@pytest.mark.parametrize(("header", "guest"), [("userType", "Guest"), ("Status", "Multi-Channel Guest")])
def test_guests_are_left_out_and_counted(database: Database, header: str, guest: str) -> None:
    rows = f"ann@x.example,{ANN},Member\ng@x.example,Guy Guest,g@q.example,{guest}\n"
    text = f"userPrincipalName,displayName,mail,{header}\n{rows}"
    assert remarks(database, text)[Remark.guests_left_out].count == 1
    assert imported(database, text).keys() == {"ann"}


def test_a_column_of_yes_and_no_that_is_not_used_is_worth_a_look(database: Database) -> None:
    text = f"Name,Email,Phone,Probation passed,FTE\n{ANN},+49 1,Yes,1\nBen Fox,ben@harbour.example,+49 2,No,1\n"
    note = remarks(database, text)[Remark.yes_no_unused]
    assert note.params["header"] == "Probation passed"


def test_another_systems_own_template(database: Database) -> None:
    text = (
        "Badge id,First Name,Last Name,Email,Job Position,Reporting Manager,Date joining\n"
        "K-5,Rosa,Quint,rosa@harbour.example,Director,Rosa Quint (K-5),2019-03-04\n"
        "K-7,Ann,Lee,ann@harbour.example,Engineer,Rosa Quint (K-5),04-Mar-24\n"
    )
    ann = imported(database, text)["ann"]
    assert (ann["employee_no"], ann["title"], ann["manager"]) == ("K-7", "Engineer", "rosa@harbour.example")
    assert ann["joined_on"] == date(2024, 3, 4)
    assert remarks(database, text)[Remark.own_manager].count == 1


@pytest.mark.parametrize(
    ("manager", "number"),
    [
        ("Supervisor EID", "Employee #"),
        ("直属上级ID", "员工ID"),
        ("Reporting Manager Code", "Emp Code"),
        ("Manager Badge ID", "Badge ID"),
        ("汇报上级工号", "人员编码"),
        ("Reports To Associate ID", "Associate ID"),
    ],
)
def test_managers_by_number(database: Database, manager: str, number: str) -> None:
    text = f"Name,Email,{number},{manager}\nBoss Fox,boss@harbour.example,00070,NO_MANAGER\n{ANN},71,70\n"
    assert imported(database, text)["ann"]["manager"] == "boss@harbour.example"


def test_a_german_file(database: Database) -> None:
    text = (
        "Vorname;Nachname;E-Mail;Personalnummer;Abteilung;Standort;Vorgesetzter;Eintrittsdatum;Status\n"
        "Jörg;Groß;joerg@harbour.example;1;Einkauf;München;;01.02.2019;aktiv\n"
        "Ute;Bär;ute@harbour.example;2;Einkauf;Wien;Joerg Gross;1. März 2024;Elternzeit\n"
    )
    ute = imported(database, text)["ute"]
    assert (ute["manager"], ute["department"], ute["status"]) == ("joerg@harbour.example", "Einkauf", "leave")
    assert (ute["time_zone"], ute["joined_on"]) == ("Europe/Vienna", date(2024, 3, 1))


@pytest.mark.parametrize(
    "written", ["Rosa M. Quint", "Rosa María Quint", "rosa quint", "Quint, Rosa", "Rosá Quint", "Rosie Quint"]
)
def test_managers_whose_name_is_written_a_little_differently(database: Database, written: str) -> None:
    text = f'Name,Email,Manager\n"Rosa ""Rosie"" Quint",rosa@harbour.example,\n{ANN},"{written}"\n'
    assert imported(database, text)["ann"]["manager"] == "rosa@harbour.example"


def test_two_who_could_be_meant_are_none(database: Database) -> None:
    text = f"Name,Email,Manager\nRosá Quint,r1@harbour.example,\nRosa X Quint,r2@harbour.example,\n{ANN},Rösa Quint\n"
    assert problems_of(database, text.encode()) == [(4, "unknown_manager", "Manager")]


def test_no_managers_and_lost_fields_are_worth_a_look(database: Database) -> None:
    rows = f"Name,Email\n{ANN}\nBen Fox,ben@harbour.example\n"
    assert Remark.no_manager_column in remarks(database, rows)
    lost = {
        n.params["field"]
        for n in bring(database, rows.encode(), dry_run=True).notes
        if n.remark is Remark.field_missing
    }
    assert {"department", "employee_no"} <= lost
    emptied = remarks(database, f"Name,Email,Department\n{ANN},\nBen Fox,ben@harbour.example,\n")
    assert emptied[Remark.field_emptied].params["field"] == "department"


def test_a_second_line_of_headers_is_no_person(database: Database) -> None:
    text = f"STATUS,USERID,NAME,EMAIL,MANAGER\nStatus,User ID,Name,E-mail,Manager\nactive,1,{ANN},NO_MANAGER\n"
    people = imported(database, text)
    assert people.keys() == {"ann"}
    chinese = "Name,Work Email,Department\n姓名,邮箱,部门\nLi Na,li@harbour.example,Sales\n"
    assert remarks(database, chinese)[Remark.label_row].line == 2


def test_departments_in_steps(database: Database) -> None:
    rows = f"{ANN},研发中心,平台部,\nBen Fox,ben@harbour.example,研发中心,平台部,一组\n"
    text = f"姓名,邮箱,一级部门,二级部门,三级部门\n{rows}"
    people = imported(database, text)
    assert (people["ann"]["department"], people["ben"]["department"]) == ("研发中心/平台部", "研发中心/平台部/一组")


def test_numbers_of_departments_are_no_names(database: Database) -> None:
    text = f"姓名,邮箱,所在部门\n{ANN},1;3\nBen Fox,ben@harbour.example,1\n"
    assert remarks(database, text)[Remark.department_numbers].count == 1
    assert {row["department"] for row in imported(database, text).values()} == {None}


def test_where_one_column_says_nothing_another_is_asked(database: Database) -> None:
    text = f"Name,Email,Office,City,Country\n{ANN},HQ Tower 2,Perth,Australia\nBen Fox,ben@harbour.example,,Perth,AU\n"
    people = imported(database, text)
    assert {row["time_zone"] for row in people.values()} == {"Australia/Perth"}
    assert (people["ann"]["location"], people["ann"]["region"], people["ben"]["location"]) == (
        "HQ Tower 2",
        "WA",
        "Perth",
    )
    text = "Name,Work Email,Email,Worker Status,Employment Status\nCy Fox,,cy@harbour.example,Full-house,Terminated\n"
    assert imported(database, text)["cy"]["status"] == "left"


def test_the_end_of_a_contract_is_no_last_day_beside_one(database: Database) -> None:
    text = f"Name,Email,Termination Date,End Date\n{ANN},,2026-01-31\n"
    assert imported(database, text)["ann"]["left_on"] is None


def test_defaults_of_the_company(database: Database) -> None:
    text = "姓名,帐号,邮箱,职位\nLi Na,lina,li@harbour.example,HR\n"
    ours = Defaults(country="CN", locale="zh", time_zone="Asia/Shanghai")
    assert imported(database, text)["li"]["time_zone"] == "UTC"
    li = imported(database, text, defaults=ours)["li"]  # whoever was imported before the default was known gets it too
    assert (li["country"], li["locale"], li["time_zone"]) == ("CN", "zh", "Asia/Shanghai")
    people = imported(database, f"Name,Email,Location\n{ANN},Berlin\n", defaults=ours)
    assert (people["ann"]["country"], people["ann"]["locale"], people["ann"]["time_zone"]) == (
        "DE",
        "en",
        "Europe/Berlin",
    )
    new = remarks(database, "Name,Email\nCy Fox,cy@harbour.example\nDi Fox,di@harbour.example\n", defaults=ours)
    assert new[Remark.company_default].count == 2


def test_the_language_is_only_what_the_file_says(database: Database) -> None:
    imported(database, f"Name,Email,Country,Language\n{ANN},DE,zh\n")
    assert (
        imported(database, f"Name,Email,Country\n{ANN},DE\n", defaults=Defaults(locale="en"))["ann"]["locale"] == "zh"
    )


@pytest.mark.parametrize(
    ("location", "country", "zone"),
    [
        ("北京市", "CN", "Asia/Shanghai"),
        ("广东省深圳市", "CN", "Asia/Shanghai"),
        ("北京市海淀区", "CN", "Asia/Shanghai"),
        ("中国北京", "CN", "Asia/Shanghai"),
        ("四川省", "CN", "Asia/Shanghai"),
        ("香港特别行政区", "HK", "Asia/Hong_Kong"),
        ("Wien", "AT", "Europe/Vienna"),
        ("CDMX", "MX", "America/Mexico_City"),
        ("苏州工业园区", "CN", "Asia/Shanghai"),
    ],
)
def test_places(database: Database, location: str, country: str, zone: str) -> None:
    ann = imported(database, f"Name,Email,工作地点\n{ANN},{location}\n")["ann"]
    assert (ann["country"], ann["time_zone"]) == (country, zone)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Korea, Republic of", "KR"),
        ("Tanzania, United Republic of", "TZ"),
        ("Bosnia and Herzegovina", "BA"),
        ("Congo, The Democratic Republic of the", "CD"),
        ("Macau SAR", "MO"),
        ("U.S.", "US"),
        ("Österreich", "AT"),
        ("the Netherlands", "NL"),
    ],
)
def test_countries_by_their_names_in_iso_3166(database: Database, written: str, code: str) -> None:
    assert imported(database, f'Name,Email,Country\n{ANN},"{written}"\n')["ann"]["country"] == code


@pytest.mark.parametrize(
    ("columns", "cells", "region"),
    [
        ("Location", "Munich", "BY"),
        ("Country,Bundesland", "DE,Bayern", "BY"),
        ("Country,State", "US,TX", "TX"),
        ("Country,Province", "CA,Ontario", "ON"),
        ("Location", "Edinburgh", "SCT"),
        ("Location,Region (holidays)", "London,GB-WLS", "WLS"),
        ("Country", "DE", None),
        ("Location", "上海", None),
    ],
)
def test_regions(database: Database, columns: str, cells: str, region: str | None) -> None:
    assert imported(database, f"Name,Email,{columns}\n{ANN},{cells}\n")["ann"]["region"] == region


def test_numbers_that_went_through_a_spreadsheet(database: Database) -> None:
    imported(database, f"Name,Email,Employee ID\n{ANN},00042\nBen Fox,ben@harbour.example,'00043\n")
    text = "Name,Email,Employee ID,Manager ID\nAnn Lee,ann@harbour.example,42.0,\nBen Fox,b2@harbour.example,43,42\n"
    report = bring(database, text.encode())
    assert (report.count(Kind.add), report.problems) == (0, ())
    people = people_in(database)
    assert people["b2@harbour.example"]["employee_no"] == "00043"
    assert people["b2@harbour.example"]["manager"] == "ann@harbour.example"
    assert problems_of(database, f"Name,Email,Employee ID\n{ANN},1.2E+05\n".encode()) == [
        (2, "spreadsheet_number", "Employee ID")
    ]


def company(database: Database, many: int) -> list[dict[str, str]]:
    rows = [person(f"p{number}", Employee_ID=f"P{number}") for number in range(many)]
    bring(database, csv_of(rows))
    return rows


def test_no_import_closes_much_of_the_company_unless_the_number_is_said(database: Database) -> None:
    rows = company(database, 60)
    report = bring(database, csv_of(rows[:40]), close_missing=True)
    gone = 20 + 6
    assert (report.held, report.applied, report.count(Kind.close), report.here) == (True, False, gone, 66)
    assert people_in(database)["p59@harbour.example"]["status"] == "active"
    assert bring(database, csv_of(rows[:40]), close_missing=True, closing=gone - 1).held
    assert bring(database, csv_of(rows[:40]), close_missing=True, closing=gone).applied
    assert people_in(database)["p59@harbour.example"]["status"] == "left"


def test_closing_by_status_is_held_likewise(database: Database) -> None:
    rows = company(database, 60)
    closing = [row | {"Status": "Terminated" if number < 11 else ""} for number, row in enumerate(rows)]
    assert bring(database, csv_of(closing)).held
    assert bring(database, csv_of(closing[1:])).applied  # ten are few


def test_what_cannot_be_read_need_not_keep_the_rest_out(database: Database) -> None:
    rows = company(database, 5)
    rows[1] |= {"Status": "Gone fishing"}
    rows = [{"Status": ""} | row for row in rows]
    rows[2]["Manager Email"] = "nobody@harbour.example"
    rows[3]["Name"] = "Renamed Person"
    left_out = bring(database, csv_of(rows), dry_run=True).skipped
    assert [problem.reason for problem in left_out] == ["unknown_status", "unknown_manager"]
    report = bring(database, csv_of(rows), skip_unread=True, close_missing=True)
    assert [(problem.line, problem.reason) for problem in report.skipped] == [
        (3, "unknown_status"),
        (4, "unknown_manager"),
    ]
    people = people_in(database)
    assert people["p3@harbour.example"]["family_name"] == "Person"
    assert people["p1@harbour.example"]["status"] == "active"  # left out is not gone


def test_nobody_is_closed_where_a_row_does_not_tell_whose_it_is(database: Database) -> None:
    rows = company(database, 5)
    text = csv_of(rows[:3]) + b"a,row\n"
    report = bring(database, text, skip_unread=True, close_missing=True)
    assert (report.count(Kind.close), report.applied) == (0, False)
    assert Remark.nobody_closed in {note.remark for note in report.notes}


def test_what_is_wrong_with_the_file_itself_is_not_skipped(database: Database) -> None:
    report = bring(database, b'Name,Email\nAnn Lee,ann@harbour.example\n"Ben,b@harbour.example\n', skip_unread=True)
    assert [problem.reason for problem in report.problems] == ["broken_quotes"]


def test_the_clock_and_the_file_agree_on_a_last_day_that_is_over_somewhere(database: Database) -> None:
    text = f"Name,Email,Status,Termination Date\n{ANN},Active,2026-11-20\n"
    imported(database, text)
    assert people_in(database)["ann@harbour.example"]["status"] == "active"  # today is that day
