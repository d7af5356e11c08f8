"""The directory: finding people by handle, e-mail, name or id, and who stands above whom."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, func, or_, select

from storage.columns import table
from storage.people import Department, Person, Role, RoleGrant, Status
from storage.references import Who
from storage.refusals import NobodyCalled, SeveralCalled

person = table(Person)
department = table(Department)
grant = table(RoleGrant)

_BY_ID = select(person).where(person.c.id == bindparam("person"))
_REPORTS = (
    select(person)
    .where(person.c.manager_id == bindparam("manager"), person.c.status != Status.left)
    .order_by(person.c.family_name, person.c.id)
)
_ROLES = select(grant).where(grant.c.person_id == bindparam("person"))
DEEPEST = 32
"""No reporting line is longer; a loop in the data ends here instead of running for ever."""


def who(row: RowMapping) -> Who:
    return Who(row["id"], row["given_name"], row["family_name"], row["native_name"])


def person_row(db: Connection, person_id: int) -> RowMapping:
    """The row of a person; raises `NobodyCalled`."""
    row = db.execute(_BY_ID, {"person": person_id}).mappings().first()
    if row is None:
        raise NobodyCalled(called=str(person_id))
    return row


def someone(db: Connection, person_id: int) -> Who:
    return who(person_row(db, person_id))


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
    columns = (person.c.id, person.c.manager_id, person.c.status)
    above = select(*columns).where(person.c.id == person_id).cte("above", recursive=True)
    step = select(*columns).join(above, person.c.id == above.c.manager_id)
    rows = {row[0]: row for row in db.execute(select(above.union(step).alias()))}
    line: list[int] = []
    current = rows[person_id].manager_id if person_id in rows else None
    while current is not None and current not in (person_id, *line) and len(line) < DEEPEST:
        line.append(current)
        current = rows[current].manager_id
    return tuple(each for each in line if rows[each].status != Status.left)


def roles_of(db: Connection, person_id: int) -> frozenset[tuple[str, int | None]]:
    """The roles a person holds, each with the department it is limited to or None for the whole company."""
    return frozenset(
        (row["role"], row["department_id"]) for row in db.execute(_ROLES, {"person": person_id}).mappings()
    )


def holds(db: Connection, person_id: int, *roles: Role) -> bool:
    return any(role in roles for role, _ in roles_of(db, person_id))


def find_person(db: Connection, called: str) -> Who:
    """The one person who is called so: an id, `@handle`, e-mail, or a name in either writing.

    A handle may be the beginning of the one in the e-mail (`@li` for li.na@…) if only one person's begins so.
    Those who left are not found. Raises `NobodyCalled`, or `SeveralCalled` with their names.
    """
    plain = called.strip().lstrip("@").casefold()
    if plain.isdecimal() and len(plain) < 10:
        matches = db.execute(select(person).where(person.c.id == int(plain), _here())).mappings().all()
    else:
        matches = _exact(db, plain) or search(db, plain, 6)
    if not matches:
        raise NobodyCalled(called=called.strip()[:80])
    if len(matches) > 1:
        raise SeveralCalled(called=called.strip()[:80], people=[who(row) for row in matches])
    return who(matches[0])


def search(db: Connection, begins: str, most: int) -> Sequence[RowMapping]:
    """People whose handle or a name begins so, for completing what somebody types."""
    pattern = _escaped(begins.strip().lstrip("@").casefold()) + "%"
    full = func.lower(person.c.given_name + " " + person.c.family_name)
    backwards = func.lower(person.c.family_name + " " + person.c.given_name)
    matches = or_(
        *(column.like(pattern, escape="\\") for column in (person.c.email, full, backwards)),
        func.lower(person.c.family_name).like(pattern, escape="\\"),
        person.c.native_name.like(pattern, escape="\\"),
    )
    return db.execute(select(person).where(matches, _here()).order_by(person.c.email).limit(most)).mappings().all()


def _exact(db: Connection, plain: str) -> Sequence[RowMapping]:
    handle = _escaped(plain) + "@%"
    full = func.lower(person.c.given_name + " " + person.c.family_name)
    same = or_(
        person.c.email == plain,
        person.c.email.like(handle, escape="\\"),
        full == plain,
        person.c.native_name == plain,
    )
    return db.execute(select(person).where(and_(same, _here())).limit(6)).mappings().all()


def _here() -> Any:
    return person.c.status != Status.left


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
