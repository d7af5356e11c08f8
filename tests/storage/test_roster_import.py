"""What an import does to the people who are remembered: matched, changed, closed, opened again, never deleted."""

from datetime import date

import pytest
from sqlalchemy import event, insert

from storage.columns import table
from storage.database import Database
from storage.people import Person
from storage.roster.importing import carry_out, import_people, preview, read_file, read_records
from storage.roster.plan import Kind
from storage.roster.problems import Remark
from tests.postgres import on_both
from tests.storage.roster_files import TODAY, bring, csv_of, people_in, person

pytestmark = on_both

BEN = "ben.okafor@lumen.example"
FANG = "wang.fang@lumen.example"


def test_columns_that_are_not_in_the_file_leave_values_alone(database: Database) -> None:
    before = people_in(database)
    report = bring(database, csv_of([{"Work Email": BEN, "Job Title": "Account Manager"}]))
    assert report.count(Kind.change) == 1
    assert people_in(database) == before | {BEN: before[BEN] | {"title": "Account Manager"}}


def test_an_empty_cell_takes_a_value_away_but_never_one_that_everybody_has(database: Database) -> None:
    row = {"Work Email": BEN, "Location": "", "Time Zone": "", "Language": "", "Working Days": "", "Manager": ""}
    bring(database, csv_of([row]))
    ben = people_in(database)[BEN]
    assert (ben["location"], ben["manager"]) == (None, None)
    assert (ben["time_zone"], ben["locale"], ben["working_days"]) == ("Europe/Berlin", "en", "12345")


def test_changes_are_told_field_by_field(database: Database) -> None:
    rows = [{"Work Email": BEN, "Department": "Engineering", "Manager": "Dora Weiss"}]
    report = bring(database, csv_of(rows), dry_run=True)
    assert report.plan
    (change,) = report.plan.shown()
    assert (change.kind, change.line, change.email) == (Kind.change, 2, BEN)
    assert [(one.field, one.before, one.after) for one in change.changes] == [
        ("department", "Sales", "Engineering"),
        ("manager", "ann.miller@lumen.example", "dora.weiss@lumen.example"),
    ]


def test_a_dry_run_writes_nothing(database: Database) -> None:
    before = people_in(database)
    report = bring(database, csv_of([person("new", Department="Legal")]), close_missing=True, dry_run=True)
    assert (report.count(Kind.add), report.count(Kind.close)) == (1, 6)
    assert not report.applied
    assert people_in(database) == before


def test_departments_are_found_in_either_language_or_created(database: Database) -> None:
    rows = [
        person("a", Department="销售部"),
        person("b", Department="ENGINEERING"),
        person("c", Department="Legal"),
        person("d", Department="legal"),
    ]
    report = bring(database, csv_of(rows))
    assert report.plan
    assert report.plan.new_departments == ("Legal",)
    people = people_in(database)
    assert [people[f"{handle}@harbour.example"]["department"] for handle in "abcd"] == [
        "Sales",
        "Engineering",
        "Legal",
        "Legal",
    ]


def test_a_manager_may_come_later_in_the_file_or_be_known_already(database: Database) -> None:
    rows = [
        person("low", Manager_Email="middle@harbour.example"),
        person("middle", Manager_Email="high@harbour.example"),
        person("high", Manager_Email="DORA.WEISS@lumen.example"),
    ]
    bring(database, csv_of(rows))
    people = people_in(database)
    assert people["low@harbour.example"]["manager"] == "middle@harbour.example"
    assert people["high@harbour.example"]["manager"] == "dora.weiss@lumen.example"


@pytest.mark.parametrize(
    "called",
    ["E0001", "Ann Miller", "Miller, Ann", "ann miller", "Ann Miller (E0001)", "Ann Miller <ann.miller@lumen.example>"],
)
def test_a_manager_by_number_name_or_address(database: Database, called: str) -> None:
    bring(database, csv_of([{"Name": "New Person", "Work Email": "new@harbour.example", "Reports to": called}]))
    assert people_in(database)["new@harbour.example"]["manager"] == "ann.miller@lumen.example"


def test_a_changed_address_is_the_same_person_by_number(database: Database) -> None:
    before = people_in(database)
    bring(database, csv_of([person("ben.fox", Employee_ID="E0003")]))
    after = people_in(database)
    assert after["ben.fox@harbour.example"]["id"] == before[BEN]["id"]
    assert BEN not in after


def test_two_people_can_swap_addresses_and_numbers(database: Database) -> None:
    before = people_in(database)
    ann, dora = "ann.miller@lumen.example", "dora.weiss@lumen.example"
    bring(database, csv_of([{"Email": dora, "Employee ID": "E0001"}, {"Email": ann, "Employee ID": "E0006"}]))
    after = people_in(database)
    assert (after[dora]["id"], after[ann]["id"]) == (before[ann]["id"], before[dora]["id"])


@pytest.mark.parametrize(
    ("cells", "left_on"),
    [
        ({"Status": "Terminated"}, TODAY),
        ({"Status": "离职"}, TODAY),
        ({"Status": "Terminated", "Termination Date": "2026-06-30"}, date(2026, 6, 30)),
        ({"Status": "Active", "Termination Date": "2026-11-19"}, date(2026, 11, 19)),
        ({"Termination Date": "2026-06-30"}, date(2026, 6, 30)),
    ],
)
def test_a_person_who_left_is_kept_and_closed(database: Database, cells: dict[str, str], left_on: date) -> None:
    before = people_in(database)
    report = bring(database, csv_of([{"Work Email": BEN, **cells}]))
    assert report.count(Kind.close) == 1
    assert people_in(database) == before | {BEN: before[BEN] | {"status": "left", "left_on": left_on}}
    again = bring(database, csv_of([{"Work Email": BEN, **cells}]))
    assert again.plan
    assert not again.plan.planned


def test_a_last_day_that_is_still_to_come_closes_nobody(database: Database) -> None:
    bring(database, csv_of([{"Work Email": BEN, "Termination Date": "2026-12-31"}]))
    ben = people_in(database)[BEN]
    assert (ben["status"], ben["left_on"]) == ("active", date(2026, 12, 31))


def test_a_person_who_returns_is_opened_again(database: Database) -> None:
    report = bring(database, csv_of([{"Work Email": FANG, "Status": "Active"}]))
    assert report.count(Kind.reopen) == 1
    assert (people_in(database)[FANG]["status"], people_in(database)[FANG]["left_on"]) == ("active", None)


def test_the_absent_are_left_alone_unless_the_file_is_the_whole_company(database: Database) -> None:
    data = csv_of([{"Work Email": BEN, "Location": "Munich"}])
    before = people_in(database)
    report = bring(database, data)
    assert [note.params["people"] for note in report.notes if note.remark is Remark.not_in_file] == [5]
    assert people_in(database) == before | {BEN: before[BEN] | {"region": "BY"}}
    report = bring(database, data, close_missing=True)
    assert report.count(Kind.close) == 5
    after = people_in(database)
    assert after.keys() == before.keys()
    assert {email for email, row in after.items() if row["status"] != "left"} == {BEN}
    assert bring(database, data, close_missing=True).count(Kind.close) == 0


def test_in_a_file_of_the_whole_company_whoever_stands_in_it_works_here(database: Database) -> None:
    report = bring(database, csv_of([{"Work Email": FANG}]), dry_run=True)
    assert report.count(Kind.reopen) == 0
    report = bring(database, csv_of([{"Work Email": FANG}]), close_missing=True, dry_run=True)
    assert report.count(Kind.reopen) == 1


def test_somebody_who_reports_to_a_person_who_left_is_told(database: Database) -> None:
    report = bring(database, csv_of([{"Work Email": BEN, "Manager": FANG}]))
    named = [note for note in report.notes if "name" in note.params]
    assert [(note.remark, note.params["name"]) for note in named] == [(Remark.manager_left, "王芳")]


def test_one_bad_row_keeps_all_others_out(database: Database) -> None:
    before = people_in(database)
    rows = [person(f"p{n}") for n in range(50)] + [person("bad", Work_Email="bad")]
    report = bring(database, csv_of(rows))
    assert (len(report.problems), report.plan, report.applied) == (1, None, False)
    assert people_in(database) == before


def test_a_failure_in_the_middle_of_writing_leaves_nothing_behind(database: Database) -> None:
    before = people_in(database)

    def fail(done: int) -> None:
        if done > 2000:
            raise ConnectionError("the power went out")

    rows = [person(f"p{n}", Department="Legal") for n in range(5000)]
    with pytest.raises(ConnectionError):
        import_people(database, read_file(csv_of(rows), TODAY), TODAY, progress=lambda _s, done, _t: fail(done))
    report = preview(database, read_file(csv_of(rows), TODAY), TODAY)
    with pytest.raises(ConnectionError):
        carry_out(database, report, progress=lambda _s, done, _t: fail(done))
    assert people_in(database) == before


def test_the_second_import_writes_nothing_at_all(database: Database) -> None:
    rows = [person("a", Department="Legal", Hire_Date="2020-01-01", Title="Counsel"), person("b")]
    rows[1] |= {"Department": "", "Hire Date": "", "Title": ""}
    bring(database, csv_of(rows))
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))
    report = bring(database, csv_of(rows))
    assert report.plan
    assert report.plan.unchanged == 2
    assert [s for s in statements if s != "BEGIN" and not s.startswith("SELECT")] == []


def test_somebody_changed_between_the_preview_and_the_writing(database: Database) -> None:
    reading = read_file(csv_of([{"Work Email": "late@harbour.example", "Name": "Late Comer"}]), TODAY)
    report = preview(database, reading, TODAY)
    late = {"email": "late@harbour.example", "given_name": "Late", "family_name": "Old", "native_name": None}
    with database.write() as db:
        db.execute(
            insert(table(Person)),
            {**late, "locale": "en", "time_zone": "UTC", "working_days": "12345", "status": "active"},
        )
    assert report.count(Kind.add) == 1
    done = carry_out(database, report)
    assert (done.count(Kind.add), done.count(Kind.change), done.applied) == (0, 1, True)
    assert people_in(database)["late@harbour.example"]["family_name"] == "Comer"


def test_records_as_the_rest_route_takes_them(database: Database) -> None:
    records = [
        {"Work Email": "a@harbour.example", "Name": "A Test", "Employee ID": 17},
        {"Work Email": "b@harbour.example", "Name": "B Test", "Manager": "17", "Title": None},
    ]
    report = import_people(database, read_records(records, TODAY), TODAY)
    assert report.applied
    people = people_in(database)
    assert people["a@harbour.example"]["employee_no"] == "17"
    assert people["b@harbour.example"]["manager"] == "a@harbour.example"
