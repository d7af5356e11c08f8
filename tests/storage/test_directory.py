"""People are found by what others call them, on both databases."""

import pytest
from sqlalchemy import insert

from storage.columns import table
from storage.database import Database
from storage.directory import find_person
from storage.name_forms import keep_forms
from storage.people import Person
from storage.references import Option
from storage.refusals import ManyCalled, NobodyCalled, SeveralCalled
from tests.postgres import on_both
from tests.team import BEN, LI_NA, LI_WEI, PEOPLE, WANG_FANG

pytestmark = on_both
OEZIL = 40


@pytest.fixture
def company(database: Database) -> Database:
    with database.write() as db:
        row = {**PEOPLE[0], "id": OEZIL, "email": "o.oezil@lumen.example", "employee_no": "E0040"}
        db.execute(insert(table(Person)), [{**row, "given_name": "Ömer", "family_name": "Özil"}])
        keep_forms(db, [OEZIL])
    return database


@pytest.mark.parametrize(
    ("called", "found"),
    [
        ("@ben", BEN),
        ("@BEN.okafor", BEN),
        ("Ben Okafor", BEN),
        ("Okafor Ben", BEN),
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
    assert [each.label for each in several.value.values["people"]] == ["Na Li (@li.na)", "Wei Li (@li.wei)"]


def test_of_many_people_some_are_named_with_what_to_type_and_all_are_counted(company: Database) -> None:
    more = [{**PEOPLE[0], "id": 50 + n, "email": f"liang.{n}@lumen.example", "employee_no": f"L{n}"} for n in range(9)]
    with company.write() as db:
        db.execute(insert(table(Person)), [{**row, "given_name": "Liang", "family_name": "Xu"} for row in more])
        keep_forms(db, [row["id"] for row in more])
    with company.read() as db:
        with pytest.raises(ManyCalled) as many:
            find_person(db, "@li")
        with pytest.raises(ManyCalled) as alike:
            find_person(db, "Liang Xu")
    assert (many.value.values["count"], alike.value.values["count"]) == (11, 9)
    assert many.value.values["people"][0] == Option(str(LI_NA), "Na Li (@li.na)", "李娜（@li.na）", "Sales", "销售部")
    assert len(many.value.values["people"]) == 6
