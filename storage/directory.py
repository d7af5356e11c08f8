"""The directory: finding people by handle, e-mail, name or id, and who stands above whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, bindparam, or_, select

from storage.columns import table
from storage.languages import LANGUAGE
from storage.last_days import gone, has_left, zone_of
from storage.name_forms import fold, name_form
from storage.naming import Near, alike, beginning, count, hits
from storage.people import Department, Person, Role, RoleGrant, Status
from storage.references import BEFORE_ABOUT, Option, Who
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
_TEAM = select(person.c.id).where(
    or_(person.c.manager_id == bindparam("viewer"), person.c.manager_id == bindparam("manager")),
    person.c.status != Status.left,
    person.c.id != bindparam("viewer"),
)
_ROLES = (
    select(grant.c.role, grant.c.department_id, grant.c.until, person.c.time_zone)
    .join(person, person.c.id == grant.c.person_id)
    .where(grant.c.person_id == bindparam("person"), person.c.status != Status.left)
)
NAMED = 6
"""As many are listed of those somebody could mean."""
DEEPEST = 32
"""No reporting line is longer; a loop in the data ends here instead of running for ever."""

_STANDING = (person.c.id, person.c.manager_id, person.c.status, person.c.department_id)
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


def is_here(db: Connection, person_id: int, now: datetime | None = None) -> bool:
    """Whether somebody exists and has not left; with `now` their last day counts as soon as it is over."""
    row = db.execute(_BY_ID, {"person": person_id}).mappings().first()
    if row is None:
        return False
    return not has_left(row, now) if now else row["status"] != Status.left


def reports_of(db: Connection, manager: int, now: datetime | None = None) -> Sequence[RowMapping]:
    """The people who report directly to a manager; with `now` without those whose last day is over by then."""
    rows = db.execute(_REPORTS, {"manager": manager}).mappings().all()
    return [row for row in rows if not has_left(row, now)] if now else rows


def line_above(db: Connection, person_id: int, now: datetime | None = None) -> tuple[int, ...]:
    """The ids of a person's manager, that one's manager, and so on to the top.

    Somebody who has left stands above nobody: whoever is above them takes their place. With `now` that holds as soon
    as their last day is over.
    """
    line = _upwards({row.id: row for row in db.execute(_LINE, {"person": person_id})}, person_id)
    over = gone(db, now) if now else ()
    return tuple(each for each in line if each not in over)


def _upwards(rows: Mapping[int, Row[Any]], person_id: int) -> tuple[int, ...]:
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


def holds(db: Connection, person_id: int, now: datetime, *roles: Role) -> bool:
    return any(role in roles for role, _ in roles_of(db, person_id, now))


def find_person(db: Connection, called: str, viewer: int | None = None, now: datetime | None = None) -> Who:
    """The one person who is called so: by id, `@handle`, e-mail, or a name as colleagues say it (`storage.naming`).

    Those who left are not found. Raises `NobodyCalled` (`HasLeft` for those who left) with the people whose names are
    nearly so, `SeveralCalled` with those who could be meant, or `ManyCalled` with some of them and how many there are.
    With a viewer their own team comes first; with `now` those have left whose last day is over by then.
    """
    near = near_to(db, viewer, now)
    found = hits(db, called, near)
    if found.sure:
        return who(found.sure.row)
    shown = called.strip()[:80]
    options = [as_option(db, hit.row) for hit in found.people[:NAMED]]
    if len(found.people) > NAMED:
        raise ManyCalled(called=shown, people=options, count=max(len(found.people), count(db, called)))
    if options:
        raise SeveralCalled(called=shown, people=options)
    if row := _left(db, called, near.gone):
        raise HasLeft(person=who(row))
    raise NobodyCalled(called=shown, people=[as_option(db, hit.row) for hit in alike(db, called, near)])


def search(
    db: Connection, begins: str, most: int, viewer: int | None = None, now: datetime | None = None
) -> Sequence[RowMapping]:
    """People whose handle or a name begins so, for completing what a viewer types; their own team comes first."""
    return [hit.row for hit in beginning(db, begins, near_to(db, viewer, now), most)]


def near_to(db: Connection, viewer: int | None, now: datetime | None = None) -> Near:
    """The people around a viewer, if there is one: their team and those who lead it. With `now` also who is gone."""
    over = gone(db, now) if now else frozenset()
    if viewer is None:
        return Near(gone=over)
    above = {row.id: row for row in db.execute(_LINE, {"person": viewer})}
    if viewer not in above:
        return Near(gone=over)
    row = above[viewer]
    team = db.execute(_TEAM, {"viewer": viewer, "manager": row.manager_id}).scalars()
    return Near(frozenset(team), frozenset(_upwards(above, viewer)), row.department_id, viewer, over)


def as_option(db: Connection, row: RowMapping) -> Option:
    """A person as one of several to choose from, with the handle that tells them apart, their title and department."""
    handle = "@" + str(row["email"]).partition("@")[0]
    unit = department_of(db, row)
    about, native = (
        BEFORE_ABOUT.join(filter(None, (row["title"], unit.name(language) if unit else "")))
        for language in ("en", "zh")
    )
    names = (f"{who(row).name('en')} ({handle})", f"{who(row).name('zh')}（{handle}）")
    return Option(str(row["id"]), *names, about, native)


def _left(db: Connection, called: str, over: frozenset[int]) -> RowMapping | None:
    """Somebody who has left and was called so."""
    plain = called.strip().lstrip("@").casefold()
    if plain.isdecimal() and len(plain) < 10:
        meant = person.c.id == int(plain)
    else:
        forms = (name_form.c.form == form for form in {fold(called), f"@{plain}"} if form)
        meant = or_(person.c.email == plain, person.c.id.in_(select(name_form.c.person_id).where(or_(*forms))))
    is_left = or_(person.c.status == Status.left, person.c.id.in_(over))
    return db.execute(select(person).where(meant, is_left)).mappings().first()
