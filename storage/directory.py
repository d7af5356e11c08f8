"""The directory: finding people by handle, e-mail, name or id, and who stands above whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, func, or_, select

from storage.columns import table
from storage.languages import LANGUAGE
from storage.people import Department, Person, Role, RoleGrant, Status
from storage.references import Option, Who
from storage.refusals import HasLeft, ManyCalled, NobodyCalled, SeveralCalled

person = table(Person)
department = table(Department)
grant = table(RoleGrant)

_BY_ID = select(*(each for each in person.c if each.name != "locale"), LANGUAGE.label("locale")).where(
    person.c.id == bindparam("person")
)
_DEPARTMENT = select(department).where(department.c.id == bindparam("department"))
_REPORTS = (
    select(person)
    .where(person.c.manager_id == bindparam("manager"), person.c.status != Status.left)
    .order_by(person.c.family_name, person.c.id)
)
_ROLES = (
    select(grant.c.role, grant.c.department_id, grant.c.until, person.c.time_zone)
    .join(person, person.c.id == grant.c.person_id)
    .where(grant.c.person_id == bindparam("person"), person.c.status != Status.left)
)
full_name = func.lower(person.c.given_name + " " + person.c.family_name)
name_backwards = func.lower(person.c.family_name + " " + person.c.given_name)
NAMED = 6
"""As many are listed of those somebody could mean."""
DEEPEST = 32
"""No reporting line is longer; a loop in the data ends here instead of running for ever."""

_STANDING = (person.c.id, person.c.manager_id, person.c.status)
_FROM = select(*_STANDING).where(person.c.id == bindparam("person")).cte("above", recursive=True)
_LINE = select(_FROM.union(select(*_STANDING).join(_FROM, person.c.id == _FROM.c.manager_id)).alias())


def who(row: RowMapping) -> Who:
    return Who(row["id"], row["given_name"], row["family_name"], row["native_name"])


def person_row(db: Connection, person_id: int) -> RowMapping:
    """The row of a person, with the language they read as `locale`; raises `NobodyCalled`."""
    row = db.execute(_BY_ID, {"person": person_id}).mappings().first()
    if row is None:
        raise NobodyCalled(called=str(person_id))
    return row


def someone(db: Connection, person_id: int) -> Who:
    return who(person_row(db, person_id))


def department_of(db: Connection, row: RowMapping) -> Option | None:
    """The department of a person, given their row."""
    found = db.execute(_DEPARTMENT, {"department": row["department_id"]}).mappings().first()
    return Option(str(found["id"]), found["name"], found["native_name"]) if found else None


def is_here(db: Connection, person_id: int) -> bool:
    """Whether somebody exists and has not left."""
    row = db.execute(_BY_ID, {"person": person_id}).mappings().first()
    return row is not None and row["status"] != Status.left


def reports_of(db: Connection, manager: int) -> Sequence[RowMapping]:
    """The people who report directly to somebody."""
    return db.execute(_REPORTS, {"manager": manager}).mappings().all()


def line_above(db: Connection, person_id: int) -> tuple[int, ...]:
    """The ids of a person's manager, that one's manager, and so on to the top.

    Somebody who has left stands above nobody: whoever is above them takes their place.
    """
    rows = {row[0]: row for row in db.execute(_LINE, {"person": person_id})}
    line: list[int] = []
    current = rows[person_id].manager_id if person_id in rows else None
    while current is not None and current not in (person_id, *line) and len(line) < DEEPEST:
        line.append(current)
        current = rows[current].manager_id
    return tuple(each for each in line if rows[each].status != Status.left)


def roles_of(db: Connection, person_id: int, now: datetime) -> frozenset[tuple[str, int | None]]:
    """The roles a person holds at a moment, each with the department it is limited to or None for the whole company.

    A role past its last day, and every role of a person who has left, is none.
    """
    rows = db.execute(_ROLES, {"person": person_id}).mappings()
    return frozenset((row["role"], row["department_id"]) for row in rows if still_holds(row, now))


def still_holds(row: RowMapping, now: datetime) -> bool:
    """Whether a grant, given its `until` and its holder's `time_zone`, has not ended."""
    return row["until"] is None or now.astimezone(zone_of(row["time_zone"])).date() <= row["until"]


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name, or UTC where there is none such."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def holds(db: Connection, person_id: int, now: datetime, *roles: Role) -> bool:
    return any(role in roles for role, _ in roles_of(db, person_id, now))


def find_person(db: Connection, called: str) -> Who:
    """The one person who is called so: an id, `@handle`, e-mail, or a name in either writing.

    A handle may be the beginning of the one in the e-mail (`@li` for li.na@…) if only one person's begins so.
    Those who left are not found. Raises `NobodyCalled` (`HasLeft` for them), `SeveralCalled` with their names and
    handles, or `ManyCalled` with some of them and how many there are.
    """
    plain = called.strip().lstrip("@").casefold()
    if plain.isdecimal() and len(plain) < 10:
        called_so = person.c.id == int(plain)
        matches = _people(db, called_so, NAMED)
    else:
        called_so = _exactly(plain)
        matches = _people(db, called_so, NAMED)
        if not matches:
            called_so = _beginning(plain)
            matches = _people(db, called_so, NAMED)
    if not matches:
        gone = person.c.id == int(plain) if plain.isdecimal() and len(plain) < 10 else _exactly(plain)
        if row := db.execute(select(person).where(gone, person.c.status == Status.left)).mappings().first():
            raise HasLeft(person=who(row))
        raise NobodyCalled(called=called.strip()[:80])
    if len(matches) > 1:
        known = {"called": called.strip()[:80], "people": [_with_handle(row) for row in matches]}
        count = db.execute(select(func.count()).select_from(person).where(called_so, _here())).scalar_one()
        raise ManyCalled(**known, count=count) if count > NAMED else SeveralCalled(**known)
    return who(matches[0])


def search(db: Connection, begins: str, most: int) -> Sequence[RowMapping]:
    """People whose handle or a name begins so, for completing what somebody types."""
    return _people(db, _beginning(begins.strip().lstrip("@").casefold()), most)


def is_name(db: Connection, called: str) -> bool:
    """Whether it is somebody's full name, whichever part comes first."""
    plain = called.lstrip("@").casefold()
    return bool(_people(db, or_(full_name == plain, name_backwards == plain), 1))


def _people(db: Connection, called_so: ColumnElement[bool], most: int) -> Sequence[RowMapping]:
    return db.execute(select(person).where(called_so, _here()).order_by(person.c.email).limit(most)).mappings().all()


def _beginning(plain: str) -> ColumnElement[bool]:
    pattern = _escaped(plain) + "%"
    return or_(
        *(column.like(pattern, escape="\\") for column in (person.c.email, full_name, name_backwards)),
        func.lower(person.c.family_name).like(pattern, escape="\\"),
        person.c.native_name.like(pattern, escape="\\"),
    )


def _exactly(plain: str) -> ColumnElement[bool]:
    return or_(
        person.c.email == plain,
        person.c.email.like(_escaped(plain) + "@%", escape="\\"),
        full_name == plain,
        name_backwards == plain,
        person.c.native_name == plain,
    )


def _with_handle(row: RowMapping) -> Option:
    """Somebody as one of several, with what to type to mean them."""
    handle = "@" + str(row["email"]).partition("@")[0]
    return Option(row["email"], f"{who(row).name('en')} ({handle})", f"{who(row).name('zh')}（{handle}）")


def _here() -> Any:
    return person.c.status != Status.left


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
