"""A small team for tests: a head, a manager, two reports, HR, and somebody who has left.

Ann (1) leads Sales and reports to Dora (6). Li Na (2) and Ben (3) report to Ann; Li Na reads Chinese. Wang Fang
(4) has left. Hanna (5) is HR partner for the whole company. Li Wei (7) in Engineering makes `@li` ambiguous.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, text

from storage.columns import table
from storage.database import Database
from storage.name_forms import keep_forms
from storage.participation import Part, say_who
from storage.people import Department, Person, Role, RoleGrant

DEPARTMENTS: tuple[dict[str, Any], ...] = (
    {"id": 1, "name": "Sales", "native_name": "销售部"},
    {"id": 2, "name": "Engineering", "native_name": "研发部"},
)


def _person(number: int, handle: str, given: str, family: str, **more: Any) -> dict[str, Any]:
    row = {
        "id": number,
        "email": f"{handle}@lumen.example",
        "employee_no": f"E{number:04d}",
        "given_name": given,
        "family_name": family,
        "native_name": None,
        "title": None,
        "department_id": 1,
        "manager_id": None,
        "location": "Munich",
        "country": "DE",
        "locale": "en",
        "time_zone": "Europe/Berlin",
        "working_days": "12345",
        "status": "active",
        "joined_on": None,
        "left_on": None,
    }
    return {**row, **more}


_CHINA = {"locale": "zh", "time_zone": "Asia/Shanghai", "country": "CN", "location": "Shanghai"}

PEOPLE: tuple[dict[str, Any], ...] = (
    _person(6, "dora.weiss", "Dora", "Weiss", department_id=None),
    _person(1, "ann.miller", "Ann", "Miller", manager_id=6),
    _person(2, "li.na", "Na", "Li", native_name="李娜", manager_id=1, **_CHINA),
    _person(3, "ben.okafor", "Ben", "Okafor", manager_id=1),
    _person(4, "wang.fang", "Fang", "Wang", native_name="王芳", manager_id=1, status="left", **_CHINA),
    _person(5, "hanna.vogel", "Hanna", "Vogel", manager_id=6, department_id=None),
    _person(7, "li.wei", "Wei", "Li", native_name="李伟", manager_id=6, **{**_CHINA, "department_id": 2}),
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Since when everybody takes part."""

ANN, LI_NA, BEN, WANG_FANG, HANNA, DORA, LI_WEI = 1, 2, 3, 4, 5, 6, 7


def move_in(database: Database) -> None:
    """Puts the team into an empty database."""
    with database.write() as db:
        db.execute(insert(table(Department)), list(DEPARTMENTS))
        db.execute(insert(table(Person)), list(PEOPLE))
        keep_forms(db)
        db.execute(insert(table(RoleGrant)), [{"person_id": HANNA, "role": Role.hrbp, "department_id": None}])
        say_who(db, Part.everybody, LONG_AGO)
        if not database.is_sqlite:
            for name in ("person", "department"):  # ids were given, so the sequences have not moved
                db.execute(text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))
