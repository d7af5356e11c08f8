"""Whatever the bytes and whatever the order: an import reports, and the same organisation comes out."""

import random
from datetime import date
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.roster_words import RosterWords
from storage.database import Database
from storage.roster.importing import Report, compare, import_people, read_file, read_records
from storage.roster.options import Options
from storage.roster.population import Population
from storage.roster.problems import Unusable
from tests.storage.roster_files import TODAY, csv_of, people_in, person, without_ids

HEADERS = (
    "Name",
    "Work Email",
    "Manager",
    "Employee ID",
    "Hire Date",
    "Termination Date",
    "Status",
    "Time Zone",
    "Country",
    "Location",
    "Language",
    "Working Days",
    "Department",
    "姓名",
    "英文名",
    "Preferred Name",
)
cell = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["ann@harbour.example", "E1", "Ann Lee", "2024-02-30", "离职", "Shanghai", "CN", "=1", "", "1/2/2024", '"']
    ),
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roster")


def reported(data: bytes) -> None:
    """Reads and compares, and says everything there is to say about it in both languages."""
    report: Report | None = None
    try:
        report = compare(read_file(data, TODAY), Population(), TODAY, Options(close_missing=True))
        problems = list(report.problems)
    except Unusable as unusable:
        problems = [unusable.problem]
    for words in (RosterWords("en"), RosterWords("zh")):
        assert all(words.problem(problem) for problem in problems)
        assert all(words.note(note) for note in (report.notes if report else ()))
    if report and report.plan:
        assert len(list(report.plan.shown())) == len(report.reading.rows)
    else:
        assert problems


@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_report(data: bytes) -> None:
    reported(data)


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "gb18030", "utf-8-sig"]))
def test_any_bytes_below_a_header_end_in_a_report(data: bytes, encoding: str) -> None:
    reported("Name,Work Email,Manager,Hire Date\nAnn Lee,ann@harbour.example,,\n".encode(encoding) + data)


@given(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=8, unique=True), st.data())
def test_any_cells_end_in_a_report(headers: list[str], data: st.DataObject) -> None:
    row = st.fixed_dictionaries({"Work Email": cell} | dict.fromkeys(headers, cell))
    rows = data.draw(st.lists(row, min_size=1, max_size=5))
    reported(csv_of(rows).replace(b"\0", b"\1"))
    read_records(rows, TODAY)


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.floats(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_json_ends_in_a_report(records: list[object]) -> None:
    assert read_records(records, TODAY).problems


@st.composite
def organisations(draw: st.DrawFn) -> list[dict[str, str]]:
    """A forest: everybody reports to somebody before them, by address, number or name, or to nobody."""
    rows: list[dict[str, str]] = []
    for n in range(draw(st.integers(1, 25))):
        above = draw(st.integers(-1, n - 1))
        called = [f"p{above}@harbour.example", f"N{above}", f"P{above} Test", f"Test, P{above}"]
        manager = draw(st.sampled_from(called)) if above >= 0 else ""
        country = draw(st.sampled_from(["CN", "Germany", "US", ""]))
        left = draw(st.sampled_from(["", "2026-01-31", "2027-01-31"]))
        rows.append(person(f"p{n}", Employee_ID=f"N{n}", Reports_to=manager, Country=country, Termination_Date=left))
    for row in rows:
        del row["Manager Email"]
    return rows


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(organisations(), st.integers(0, 2**32))
def test_an_organisation_in_any_order_is_the_same_organisation(
    migrated: Path, company: Path, rows: list[dict[str, str]], seed: int
) -> None:
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    with TemporaryDirectory(dir=company) as folder:
        outcomes = []
        for name, order in (("one", rows), ("two", shuffled)):
            file = copy(migrated, Path(folder, f"{name}.sqlite3"))
            database = Database(f"sqlite:///{file}", synchronous="NORMAL")
            data = csv_of(order)
            assert import_people(database, read_file(data, TODAY), TODAY).applied
            again = import_people(database, read_file(csv_of(shuffled), TODAY), date(2026, 11, 21))
            assert again.plan
            assert not again.plan.planned
            outcomes.append(without_ids(people_in(database)))
            database.close()
        assert outcomes[0] == outcomes[1]
        assert len(outcomes[0]) == len(rows)
