"""`evenhand roles` and `evenhand pilot`: what they change, what they ask before, and what they refuse."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from typer.testing import CliRunner, Result

from bot.cli import root
from bot.wording import Language, Wording
from storage.columns import table
from storage.database import Database
from storage.journal import Audit, Outbox
from storage.participation import Part, Participation, counted, participants, who_takes_part
from storage.people import Person, RoleGrant, Status
from storage.role_words import roles_called
from storage.roles import OPERATOR, RoleChange, end_what_is_over, held
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI, WANG_FANG

pytestmark = on_both
NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def environment(log_of_its_own: None, monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("EVENHAND_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("EVENHAND_DATABASE", database_url)
    monkeypatch.setenv("EVENHAND_FOLDER", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def quiet(database: Database) -> Database:
    """A company that has been imported and has not begun."""
    with database.write() as db:
        db.execute(delete(table(Participation)))
        db.execute(delete(table(RoleGrant)))
    return database


def evenhand(*arguments: str) -> Result:
    return CliRunner().invoke(root(Wording(Language.en)), list(arguments))


def said(result: Result) -> str:
    return " ".join(result.output.split())


def roles(database: Database) -> set[tuple[int, str, str | None]]:
    with database.read() as db:
        return {(each.who.id, each.role, each.department.label if each.department else None) for each in held(db, NOW)}


def taking_part(database: Database) -> set[int]:
    with database.read() as db:
        return {row["id"] for row in participants(db)}


def test_the_first_administrator_is_named_on_an_empty_company(quiet: Database) -> None:
    assert "evenhand roles grant EMAIL admin" in said(evenhand("roles", "list"))
    result = evenhand("roles", "grant", "dora.weiss@lumen.example", "Admin", "--reason", "set-up", "--yes")
    assert result.exit_code == 0, result.output
    assert roles(quiet) == {(DORA, "admin", None)}
    with quiet.read() as db:
        audit, change, outbox = table(Audit), table(RoleChange), table(Outbox)
        looked = db.execute(select(audit.c.viewer_id, audit.c.owner_id, audit.c.what)).all()
        assert [tuple(row) for row in looked] == [(OPERATOR, DORA, "role:granted:admin")]
        assert db.execute(select(change.c.reason, change.c.saved_by)).all() == [("set-up", None)]
        assert db.execute(select(outbox.c.person_id)).scalars().all() == [DORA]
    assert "Dora Weiss <dora.weiss@lumen.example>" in said(evenhand("roles", "list"))


def test_nothing_changes_while_nobody_has_said_yes(quiet: Database) -> None:
    result = evenhand("roles", "grant", "dora.weiss@lumen.example", "admin")
    assert result.exit_code == 1
    assert "Dora Weiss will be administrator (whole company, no end date)" in said(result)
    assert "--yes" in said(result)
    assert roles(quiet) == set()


def test_a_role_may_be_for_a_department_and_until_a_day(quiet: Database) -> None:
    evenhand("roles", "grant", "ben.okafor", "hr", "--department", "销售部", "--until", "2099-03-31", "--yes")
    assert roles(quiet) == {(BEN, "hrbp", "Sales")}
    evenhand("roles", "grant", "ben.okafor", "HRBP", "--department", "sales", "--yes")
    with quiet.read() as db:
        assert [each.until for each in held(db, NOW)] == [None]
    assert evenhand("roles", "revoke", "ben.okafor", "hrbp", "--yes").exit_code == 1  # that is of the whole company
    assert evenhand("roles", "revoke", "ben.okafor", "hrbp", "--department", "Sales", "--yes").exit_code == 0
    assert roles(quiet) == set()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("nobody@lumen.example", "hrbp"), "No one here is called"),
        (("wang.fang@lumen.example", "hrbp"), "has left"),
        (("li", "hrbp"), "could be"),
        (("ben.okafor", "boss"), "hrbp, performance_manager, admin"),
        (("ben.okafor", "hrbp", "--department", "Salez"), "Engineering, Sales"),
        (("ben.okafor", "admin", "--department", "Sales"), "whole company"),
        (("ben.okafor", "hrbp", "--until", "31.03.2027"), "2027-03-31"),
        (("ben.okafor", "hrbp", "--until", "2020-01-01"), "has already passed"),
        (("ben.okafor", "admin", "--until", "2099-01-01"), "only administrator whose role has no end"),
    ],
)
def test_what_is_refused_says_what_to_do(quiet: Database, arguments: tuple[str, ...], why: str) -> None:
    result = evenhand("roles", "grant", *arguments, "--yes")
    assert result.exit_code == 1
    assert why in said(result)
    assert roles(quiet) == set()


def test_the_last_administrator_stays(quiet: Database) -> None:
    evenhand("roles", "grant", "dora.weiss", "admin", "--yes")
    refused = evenhand("roles", "revoke", "dora.weiss", "admin", "--yes")
    assert refused.exit_code == 1
    assert "only administrator" in said(refused)
    evenhand("roles", "grant", "hanna.vogel", "admin", "--yes")
    assert evenhand("roles", "revoke", "dora.weiss", "admin", "--yes").exit_code == 0
    assert roles(quiet) == {(HANNA, "admin", None)}


def test_a_leavers_roles_end_but_for_the_last_administrators(quiet: Database) -> None:
    evenhand("roles", "grant", "dora.weiss", "admin", "--yes")
    evenhand("roles", "grant", "dora.weiss", "hrbp", "--yes")
    with quiet.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == DORA).values(status=Status.left))
        ended = end_what_is_over(db, NOW)
        assert (ended.count, ended.kept and ended.kept.id) == (1, DORA)
        assert held(db, NOW) == ()  # kept on paper, and of no use to somebody who is gone
    evenhand("roles", "grant", "hanna.vogel", "admin", "--yes")
    with quiet.write() as db:
        assert end_what_is_over(db, NOW).count == 1
        db.execute(update(table(Person)).where(table(Person).c.id == DORA).values(status=Status.active))
        assert {each.who.id for each in held(db, NOW)} == {HANNA}  # a return brings nothing back


def test_a_company_that_was_imported_begins_with_nobody(quiet: Database) -> None:
    assert taking_part(quiet) == set()
    assert "0 of 6 take part" in said(evenhand("pilot", "list"))


def test_people_departments_and_files_are_added_and_taken_out(quiet: Database, tmp_path: Path) -> None:
    added = evenhand("pilot", "add", "--person", "li.na@lumen.example", "--yes")
    assert added.exit_code == 0, added.output
    assert "1 of 6 take part" in said(added)
    assert "Ann Miller" in said(added)  # Li Na's manager hears nothing of what she shares
    evenhand("pilot", "add", "--department", "Engineering", "--yes")
    assert taking_part(quiet) == {LI_NA, LI_WEI}
    listed = tmp_path / "pilot.csv"
    listed.write_text("Name,Work Email\nBen,BEN.OKAFOR@lumen.example\nAnn,ann.miller@lumen.example\n", "utf-8")
    evenhand("pilot", "add", str(listed), "--yes")
    assert taking_part(quiet) == {LI_NA, LI_WEI, BEN, ANN}
    evenhand("pilot", "remove", "--person", "li.wei", "--yes")
    assert taking_part(quiet) == {LI_NA, BEN, ANN}  # out of a department that takes part
    evenhand("pilot", "remove", "--department", "Engineering", "--yes")
    evenhand("pilot", "remove", str(listed), "--yes")
    assert taking_part(quiet) == {LI_NA}


def test_newcomers_of_a_listed_department_take_part(quiet: Database) -> None:
    evenhand("pilot", "add", "--department", "Engineering", "--yes")
    with quiet.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == BEN).values(department_id=2))
    assert taking_part(quiet) == {LI_WEI, BEN}


@pytest.mark.parametrize("content", ["ben.okafor@lumen.example\nE0002\n", "Employee ID\nE0003\nE0002\n"])
def test_a_list_may_be_addresses_or_numbers(quiet: Database, tmp_path: Path, content: str) -> None:
    listed = tmp_path / "pilot.txt"
    listed.write_text(content, "utf-8")
    assert evenhand("pilot", "add", str(listed), "--yes").exit_code == 0
    assert taking_part(quiet) == {BEN, LI_NA}


def test_a_list_with_a_stranger_changes_nothing_and_names_the_line(quiet: Database, tmp_path: Path) -> None:
    listed = tmp_path / "pilot.txt"
    listed.write_text("ben.okafor@lumen.example\nwang.fang@lumen.example\nnobody@x.example\n", "utf-8")
    result = evenhand("pilot", "add", str(listed), "--yes")
    assert result.exit_code == 1
    assert "Line 2" in said(result)
    assert "Line 3" in said(result)
    assert taking_part(quiet) == set()
    assert WANG_FANG not in taking_part(quiet)


def test_everybody_and_off_keep_the_list(quiet: Database) -> None:
    evenhand("pilot", "add", "--person", "li.na", "--yes")
    assert evenhand("pilot", "everybody").exit_code == 1  # nobody has said yes
    evenhand("pilot", "everybody", "--yes")
    with quiet.read() as db:
        assert counted(db) == (6, 6)
    assert "pilot off" in said(evenhand("pilot", "add", "--person", "ben.okafor", "--yes"))
    evenhand("pilot", "off", "--yes")
    assert taking_part(quiet) == set()
    evenhand("pilot", "add", "--person", "ben.okafor", "--yes")
    with quiet.read() as db:
        assert who_takes_part(db) is Part.listed
    assert taking_part(quiet) == {LI_NA, BEN}


PEOPLE_FILE = "Work Email,First Name,Last Name,Evenhand Role\n"


def imported(file: Path, *options: str) -> Result:
    return evenhand("people", "import", str(file), "--database", os.environ["EVENHAND_DATABASE"], "--yes", *options)


def test_the_import_reads_roles_only_when_asked_to(quiet: Database, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    rows = "dora.weiss@lumen.example,Dora,Weiss,Administrator\nben.okafor@lumen.example,Ben,Okafor,\n"
    file.write_text(
        PEOPLE_FILE + rows + "hanna.vogel@lumen.example,Hanna,Vogel,HR Partner, ".rstrip(", ") + "\n", "utf-8"
    )
    assert imported(file).exit_code == 0
    assert roles(quiet) == set()
    assert "Roles to give: 2" in said(imported(file, "--roles", "--dry-run"))
    assert roles(quiet) == set()
    assert imported(file, "--roles").exit_code == 0
    assert roles(quiet) == {(DORA, "admin", None), (HANNA, "hrbp", None)}
    assert "Roles to give: 0" in said(imported(file, "--roles"))
    file.write_text(PEOPLE_FILE + "dora.weiss@lumen.example,Dora,Weiss,\n", "utf-8")
    imported(file, "--roles")
    assert (DORA, "admin", None) in roles(quiet)  # an empty cell takes nothing away


@pytest.mark.parametrize("role", ["Boss", "HR partner, boss"])
def test_an_unknown_role_in_the_file_writes_nothing_at_all(quiet: Database, tmp_path: Path, role: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f'{PEOPLE_FILE}new.one@lumen.example,New,One,"{role}"\n', "utf-8")
    result = imported(file, "--roles")
    assert result.exit_code == 1
    assert "Line 2" in said(result)
    with quiet.read() as db:
        assert counted(db)[1] == 6
    assert roles(quiet) == set()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("HRBP", ["hrbp"]),
        ("hr business partner", ["hrbp"]),
        ("管理员", ["admin"]),
        ("Performance-Manager / Admin", ["performance_manager", "admin"]),
        ("人事伙伴、绩效经理", ["hrbp", "performance_manager"]),
        (" ", []),
    ],
)
def test_roles_are_called_as_hr_calls_them(cell: str, expected: list[str]) -> None:
    assert [str(role) for role in roles_called(cell)] == expected
