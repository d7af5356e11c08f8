"""Every way a people file can be wrong is named, with its line, and nothing of the file is written."""

import pytest

from flows.catalog import LANGUAGES, load
from storage.database import Database
from storage.roster import reading
from storage.roster.importing import read_records
from storage.roster.managers import LOOP_SHOWN
from storage.roster.problems import Reason, Remark
from tests.storage.roster_files import TODAY, bring, csv_of, people_in, person, problems_of

HEADER = "Name,Work Email,Manager\n"
GOOD = "Ann Lee,ann@harbour.example,\n"


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"Work_Email": ""}, "missing_email", "Work Email"),
        ({"Work_Email": "ben.harbour.example"}, "malformed_email", "Work Email"),
        ({"Work_Email": "ben@harbour"}, "malformed_email", "Work Email"),
        ({"Work_Email": "ben@@harbour.example"}, "malformed_email", "Work Email"),
        ({"Work_Email": "ben harbour@harbour.example"}, "malformed_email", "Work Email"),
        ({"Work_Email": "ben..x@harbour.example"}, "malformed_email", "Work Email"),
        ({"Work_Email": "ANN@harbour.example"}, "duplicate_email", "Work Email"),
        ({"Name": ""}, "missing_name", "Name"),
        ({"Name": "=HYPERLINK(1)"}, "formula", "Name"),
        ({"Title": "@SUM(A1)"}, "formula", "Title"),
        ({"Title": "+1+1"}, "formula", "Title"),
        ({"Title": "-2+3"}, "formula", "Title"),
        ({"Title": "Engi\x07neer"}, "control_character", "Title"),
        ({"Title": "Engi\u202eneer"}, "control_character", "Title"),
        ({"Title": "x" * 40_000}, "too_long", "Title"),
        ({"Employee_ID": "E1"}, "duplicate_number", "Employee ID"),
        ({"Manager_Email": "nobody@harbour.example"}, "unknown_manager", "Manager Email"),
        ({"Manager_Email": "Nobody At All"}, "unknown_manager", "Manager Email"),
        ({"Time_Zone": "Mars/Olympus"}, "unknown_time_zone", "Time Zone"),
        ({"Time_Zone": "../../etc/passwd"}, "unknown_time_zone", "Time Zone"),
        ({"Country": "Atlantis"}, "unknown_country", "Country"),
        ({"Working_Days": "most"}, "unknown_working_days", "Working Days"),
        ({"Hire_Date": "2025-02-29"}, "impossible_date", "Hire Date"),
        ({"Hire_Date": "2025-13-01"}, "impossible_date", "Hire Date"),
        ({"Hire_Date": "1025-01-01"}, "impossible_date", "Hire Date"),
        ({"Hire_Date": "soon"}, "impossible_date", "Hire Date"),
        ({"Hire_Date": "2025-05-01", "Termination_Date": "2025-04-01"}, "left_before_joined", "Termination Date"),
    ],
)
def test_a_bad_cell(database: Database, cells: dict[str, str], reason: str, column: str) -> None:
    more = dict.fromkeys(
        ("Title", "Employee ID", "Time Zone", "Country", "Status", "Working Days", "Hire Date", "Termination Date"),
        "",
    )
    ann = person("ann") | more | {"Employee ID": "E1"}
    before = people_in(database)
    assert problems_of(database, csv_of([ann, person("ben", **cells) | more | person("ben", **cells)])) == [
        (3, reason, column)
    ]
    assert people_in(database) == before


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(1, "empty_file", None)]),
        (b"\xef\xbb\xbf", [(1, "empty_file", None)]),
        (b" \r\n\r\n", [(1, "empty_file", None)]),
        (HEADER.encode(), [(1, "no_rows", None)]),
        (b"PK\x03\x04\x14\0\x06\0", [(1, "workbook", None)]),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", [(3, "binary_file", None)]),
        (bytes(range(1, 256)), [(2, "unknown_encoding", None)]),
        (b"Name,Department\nAnn Lee,Sales\n", [(1, "missing_column", None)]),
        (b"Work Email\nann@harbour.example\n", [(1, "missing_name_column", None)]),
        ((HEADER + GOOD + "Ben Fox,ben@harbour.example\n").encode(), [(3, "ragged_row", None)]),
        ((HEADER + "Lee, Ann,ann@harbour.example,\n").encode(), [(2, "ragged_row", None)]),
        ((HEADER + GOOD + '"Ben,ben@harbour.example,\n').encode(), [(3, "broken_quotes", None)]),
        ("\ufeffName\tWork Email".encode("utf-16-le")[:-1], [(1, "unknown_encoding", None)]),
    ],
)
def test_a_file_that_is_no_roster(database: Database, data: bytes, expected: list[tuple[int, str, str | None]]) -> None:
    assert problems_of(database, data) == expected


def test_a_bad_word_leaves_its_row_out_and_nothing_else(database: Database) -> None:
    statuses = {"ann": "Active", "ben": "Promoted", "cy": "Active"}
    rows = [person(handle, Status=status) for handle, status in statuses.items()]
    rows[2]["Manager Email"] = "ben@harbour.example"
    report = bring(database, csv_of(rows))
    assert [(each.line, each.reason) for each in report.skipped] == [(3, "unknown_status"), (4, "unknown_manager")]
    people = people_in(database)
    assert "ben@harbour.example" not in people
    assert people["cy@harbour.example"]["manager"] is None


def test_two_equal_columns_are_one_and_differing_values_leave_their_row_out(database: Database) -> None:
    lines = ["Name,Email,Title,Title", "Ann Lee,ann@harbour.example,Lead,Lead", "Ben Fox,ben@harbour.example,,Cook"]
    lines.append("Cy Day,cy@harbour.example,Smith,Baker")
    report = bring(database, "\n".join(lines).encode())
    assert [(each.line, each.reason, each.column) for each in report.skipped] == [(4, "repeated_header", "Title")]
    people = people_in(database)
    assert (people["ann@harbour.example"]["title"], people["ben@harbour.example"]["title"]) == ("Lead", "Cook")
    assert "cy@harbour.example" not in people


def test_blank_lines_and_empty_cells_at_the_end_are_no_problem(database: Database) -> None:
    report = bring(database, (HEADER + "\n" + GOOD.replace("\n", ",,\n") + ",,\n").encode())
    assert report.problems == ()
    assert len(report.reading.rows) == 1


def test_a_line_is_counted_where_its_cell_with_line_breaks_begins(database: Database) -> None:
    data = HEADER + '"Ann\nLee",ann@harbour.example,\n"Ben\r\nFox",ben,\n'
    assert problems_of(database, data.encode()) == [(4, "malformed_email", "Work Email")]


def test_all_problems_of_a_file_are_named_at_once(database: Database) -> None:
    data = csv_of(
        [
            person("ann", Country="Atlantis"),
            person("ben", Country="DE", Work_Email="ben"),
            person("cy", Country="DE", Manager_Email="nobody@harbour.example"),
            person("ann", Country="DE"),
        ]
    )
    assert [(line, reason) for line, reason, _ in problems_of(database, data)] == [
        (2, "unknown_country"),
        (3, "malformed_email"),
        (4, "unknown_manager"),
        (5, "duplicate_email"),
    ]


@pytest.mark.parametrize("length", [2, 3, 7, LOOP_SHOWN + 5])
def test_a_loop_names_the_people_in_it_once(database: Database, length: int) -> None:
    rows = [person(f"p{n}", Manager_Email=f"p{(n + 1) % length}@harbour.example") for n in range(length)] + [
        person("outside", Manager_Email="p0@harbour.example")
    ]
    report = bring(database, csv_of(rows))
    (problem,) = report.problems
    assert problem.line == 2
    if length == 1:
        assert (problem.reason, problem.params["name"]) == ("own_manager", "P0 Test")
        return
    assert (problem.reason, problem.params["count"]) == ("manager_loop", length)
    named = str(problem.params["people"]).split(" → ")
    assert named[0] == named[-1] == "P0 Test"
    assert named[1] == "P1 Test"
    assert ("…" in named) == (length > LOOP_SHOWN)


def test_a_loop_through_people_who_are_not_in_the_file(database: Database) -> None:
    """Ann reports to Dora, Li Na to Ann; the file makes Dora report to Li Na."""
    rows = [{"Work Email": "dora.weiss@lumen.example", "Manager": "Li Na"}]
    (problem,) = bring(database, csv_of(rows)).problems
    assert (problem.line, problem.reason) == (2, "manager_loop")
    assert problem.params["people"] == "Dora Weiss → 李娜 → Ann Miller → Dora Weiss"


def test_a_manager_by_a_name_that_two_people_have(database: Database) -> None:
    rows = [person("ann"), person("ann", Work_Email="other@harbour.example")]
    rows.append(person("ben", Manager_Email="Ann Test"))
    (problem,) = bring(database, csv_of(rows)).problems
    assert (problem.line, problem.reason) == (4, "ambiguous_manager")
    assert problem.params["candidates"] == "ann@harbour.example, other@harbour.example"


def test_an_address_of_somebody_who_left_is_not_given_to_another_by_mistake(database: Database) -> None:
    rows = [person("fang", Work_Email="wang.fang@lumen.example", Employee_ID="E9999")]
    assert problems_of(database, csv_of(rows)) == [(2, "reused_email", "Work Email")]


def test_an_address_that_somebody_else_has(database: Database) -> None:
    rows = [person("ben", Work_Email="ann.miller@lumen.example", Employee_ID="E0003")]
    assert problems_of(database, csv_of(rows)) == [(2, "taken_email", "Work Email")]


def test_more_rows_than_any_company_has(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert problems_of(database, csv_of([person(f"p{n}") for n in range(4)])) == [(4, "too_many_rows", None)]


def test_a_header_without_end(database: Database) -> None:
    assert problems_of(database, b"," * 100_000 + b"\n,\n") == [(1, "missing_column", None)]
    records = [{str(n): ""} for n in range(10_000)]
    assert [problem.reason for problem in read_records(records, TODAY).problems] == ["missing_column"]


def test_every_reason_has_a_sentence_in_every_language() -> None:
    catalog = load("bot.texts")
    for language in LANGUAGES:
        keys = set(catalog.keys(language))
        assert {f"people.reason.{reason}" for reason in Reason} <= keys
        for remark in Remark:
            assert any(key.startswith(f"people.remark.{remark}") for key in keys)
    english, chinese = (
        {key for key in catalog.keys(language) if key.startswith("people.")} for language in ("en", "zh")
    )
    assert english == chinese
    assert all(catalog.places("en", key) >= catalog.places("zh", key) for key in english)
