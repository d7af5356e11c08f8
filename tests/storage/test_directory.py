"""People are found by what others call them, on both databases."""

import pytest
from sqlalchemy import insert

from storage.columns import table
from storage.database import Database
from storage.directory import find_person
from storage.people import Person
from storage.refusals import NobodyCalled, SeveralCalled
from tests.postgres import on_both
from tests.team import BEN, LI_NA, LI_WEI, PEOPLE, WANG_FANG

pytestmark = on_both
OEZIL = 40


@pytest.fixture
def company(database: Database) -> Database:
    with database.write() as db:
        row = {**PEOPLE[0], "id": OEZIL, "email": "o.oezil@lumen.example", "employee_no": "E0040"}
        db.execute(insert(table(Person)), [{**row, "given_name": "Ömer", "family_name": "Özil"}])
    return database


@pytest.mark.parametrize(
    ("called", "found"),
    [
        ("@ben", BEN),
        ("@BEN.okafor", BEN),
        ("Ben Okafor", BEN),
        ("okafor", BEN),
        ("李娜", LI_NA),
        ("li.wei", LI_WEI),
        ("özil", OEZIL),
        ("ÖMER ÖZIL", OEZIL),
        ("ömer", OEZIL),
        (str(BEN), BEN),
    ],
)
def test_somebody_is_found_by(company: Database, called: str, found: int) -> None:
    with company.read() as db:
        assert find_person(db, called).id == found


@pytest.mark.parametrize("called", ["@nobody", "%", "_", "\\", "王芳", str(WANG_FANG), "999999", "9" * 30, " "])
def test_nobody_is_called(company: Database, called: str) -> None:
    with company.read() as db, pytest.raises((NobodyCalled, SeveralCalled)):
        find_person(db, called)


def test_whoever_shares_the_beginning_of_a_name_is_named(company: Database) -> None:
    with company.read() as db, pytest.raises(SeveralCalled) as several:
        find_person(db, "@li")
    assert {each.id for each in several.value.values["people"]} == {LI_NA, LI_WEI}
