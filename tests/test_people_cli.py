"""`evenhand people import` as somebody at a terminal sees it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands.people import app
from bot.commands.people_tables import PROBLEMS_SHOWN
from storage.database import Database
from tests.storage.roster_files import ROSTERS, csv_of, people_in, person


def run(file: Path, database: Path, *options: str) -> Result:
    arguments = ["import", str(file), "--database", f"sqlite:///{database}", "--language", "en", *options]
    return CliRunner(env={"COLUMNS": "160", "NO_COLOR": "1"}).invoke(app, arguments)


def people(file: Path) -> set[str]:
    database = Database(f"sqlite:///{file}")
    found = set(people_in(database))
    database.close()
    return found


def test_the_first_import_makes_the_database_and_the_second_changes_nothing(tmp_path: Path) -> None:
    store = tmp_path / "var" / "evenhand.sqlite3"
    first = run(ROSTERS / "workday.csv", store)
    assert first.exit_code == 0, first.output
    assert "Done. 6 people were added or updated." in first.output
    assert "wei.chen@harbour.example" in people(store)
    second = run(ROSTERS / "workday.csv", store)
    assert second.exit_code == 0
    assert "Nothing to change" in second.output


def test_a_dry_run_shows_mapping_counts_and_changes_and_leaves_no_trace(tmp_path: Path) -> None:
    store = tmp_path / "var" / "evenhand.sqlite3"
    result = run(ROSTERS / "beisen.csv", store, "--dry-run")
    assert result.exit_code == 0
    for shown in ("GB18030", "公司邮箱", "诸葛明远", "Time zone: Asia/Shanghai", "dry run"):
        assert shown in result.output
    assert not store.parent.exists()


def test_a_workday_report_saved_as_json(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text('{"Report_Entry": [{"Employee_ID": "E7", "Name": "Ann Lee", "Email": "ann@harbour.example"}]}')
    store = tmp_path / "evenhand.sqlite3"
    result = run(file, store)
    assert result.exit_code == 0, result.output
    assert "report.json: JSON, one object per person" in result.output
    assert people(store) == {"ann@harbour.example"}


def test_roles_are_read_from_json_too(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text('[{"Name": "Ann Lee", "Email": "ann@harbour.example", "Evenhand role": "emperor"}]')
    result = run(file, tmp_path / "evenhand.sqlite3", "--roles")
    assert "emperor" in result.output


def test_close_missing_is_shown_first(tmp_path: Path) -> None:
    store = tmp_path / "evenhand.sqlite3"
    run(ROSTERS / "feishu.csv", store)
    result = run(ROSTERS / "beisen.csv", store, "--close-missing", "--dry-run", "--changes", "4")
    assert "The first 4 of 10 changes" in result.output
    assert result.output.count("not in the file") == 4
    assert "Status: active → left" in result.output


def test_problems_are_all_counted_and_at_most_so_many_shown(tmp_path: Path) -> None:
    file = tmp_path / "org.csv"
    file.write_bytes(csv_of([person(f"p{n}", Work_Email="wrong") for n in range(PROBLEMS_SHOWN + 30)]))
    store = tmp_path / "evenhand.sqlite3"
    result = run(file, store)
    assert result.exit_code == 1
    assert result.output.count("“wrong” isn’t an e-mail address.") == PROBLEMS_SHOWN
    assert "30 more problems aren’t shown." in result.output
    assert f"Nothing was written, because of {PROBLEMS_SHOWN + 30} problems." in result.output
    assert people(store) == set()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty. Export it again."),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\x00\x01", "isn’t a text file"),
        (None, "Can’t read the file"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, data: bytes | None, said: str) -> None:
    file = tmp_path / "org.csv"
    if data is not None:
        file.write_bytes(data)
    result = run(file, tmp_path / "evenhand.sqlite3")
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_used(url: str) -> None:
    arguments = ["import", str(ROSTERS / "workday.csv"), "--database", url, "--language", "en"]
    result = CliRunner(env={"COLUMNS": "160"}).invoke(app, arguments)
    assert result.exit_code == 2, result.output
    assert "Can’t use the database" in result.output


def test_text_of_the_file_is_never_taken_as_markup(tmp_path: Path) -> None:
    file = tmp_path / "org.csv"
    file.write_bytes(csv_of([person("ann", Title="[bold]Boss[/bold]", Country="[red]x")]))
    result = run(file, tmp_path / "evenhand.sqlite3", "--dry-run")
    assert result.exit_code == 1
    assert "“[red]x” isn’t a known country" in result.output


def test_the_whole_report_in_chinese(tmp_path: Path) -> None:
    result = run(ROSTERS / "feishu.csv", tmp_path / "evenhand.sqlite3", "--language", "zh")
    assert "已完成，新增或更新了 4 人。" in result.output
    assert "Read as" not in result.output


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    assert run(ROSTERS / "feishu.csv", tmp_path / "evenhand.sqlite3", "--language", "fr").exit_code == 2
