"""The roll: everybody who works here as a list to choose from, with their department, reports and roles."""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select

from storage.directory import department, grant, person, search, who
from storage.languages import LANGUAGE
from storage.naming import by_name
from storage.people import Status
from storage.place_names import place_name
from storage.references import Option, Who

_COLUMNS = (
    person,
    LANGUAGE.label("reads"),
    department.c.name.label("department_name"),
    department.c.native_name.label("department_native"),
)
_WITH_DEPARTMENT = select(*_COLUMNS).join(department, department.c.id == person.c.department_id, isouter=True)
_HERE = person.c.status != Status.left


@dataclass(frozen=True)
class Listed:
    """One person of the roll."""

    who: Who
    handle: str
    title: str
    department: Option | None
    location: str
    language: str
    manager: int | None
    reports: int
    """How many people report directly to them."""
    roles: frozenset[str]
    company_wide: bool
    """One of the roles is for the whole company and not for single departments."""
    status: str


@dataclass(frozen=True)
class Cast:
    """Whom it is most worth being when trying things out."""

    employee: Listed | None
    manager: Listed | None
    """The one the employee reports to."""
    hr: Listed | None


def cast(people: Sequence[Listed], language: str) -> Cast:
    """An employee, their manager and somebody of HR, of those who read the language where there are any."""

    def first(found: Iterable[Listed], busiest: int) -> Listed | None:
        ranked = sorted(found, key=lambda one: (one.language != language, busiest * one.reports, one.who.id))
        return next(iter(ranked), None)

    here = [one for one in people if one.status == Status.active]
    manager = first((one for one in here if one.manager is not None and one.reports), -1)
    led = (one for one in here if manager and one.manager == manager.who.id)
    partners = [one for one in here if one.roles]
    return Cast(first(led, 1), manager, first([one for one in partners if one.company_wide] or partners, 1))


def roll(db: Connection) -> tuple[Listed, ...]:
    """Everybody who has not left, by department and name."""
    everybody = db.execute(_WITH_DEPARTMENT.where(_HERE)).mappings().all()
    return _listed(db, sorted(everybody, key=lambda row: (row["department_name"] or "", *by_name(row))))


def called_like(
    db: Connection, words: str, most: int = 8, viewer: int | None = None, now: datetime | None = None
) -> tuple[Listed, ...]:
    """People whose handle or name begins so, those near to a viewer first; `now` is as for `search`."""
    ids = [row["id"] for row in search(db, words, most, viewer, now)]
    rows = {row["id"]: row for row in db.execute(_WITH_DEPARTMENT.where(person.c.id.in_(ids))).mappings()}
    return _listed(db, [rows[each] for each in ids], ids)


def matching(people: Sequence[Listed], words: str) -> tuple[Listed, ...]:
    """Those of whom a name, handle, title, department or place has the words in it."""
    plain = words.strip().lstrip("@").casefold()

    def text(one: Listed) -> str:
        unit = f"{one.department.label} {one.department.native or ''}" if one.department else ""
        names = f"{one.who.name('en')} {one.who.name('zh')} {one.handle}"
        place = f"{one.location} {place_name(one.location, 'zh')} {place_name(one.location, 'en')}"
        return f"{names} {one.title} {unit} {place}".casefold()

    return tuple(one for one in people if plain in text(one))


def _listed(db: Connection, rows: Sequence[RowMapping], only: Sequence[int] | None = None) -> tuple[Listed, ...]:
    """The rows as people of the roll; `only` are the ids of a few, so that nobody else is counted."""
    counted = select(person.c.manager_id, func.count()).where(_HERE, person.c.manager_id.is_not(None))
    granted = select(grant.c.person_id, grant.c.role, grant.c.department_id)
    if only is not None:
        counted = counted.where(person.c.manager_id.in_(only))
        granted = granted.where(grant.c.person_id.in_(only))
    reports = {row[0]: row[1] for row in db.execute(counted.group_by(person.c.manager_id))}
    held = defaultdict(set)
    for number, role, limit in db.execute(granted):
        held[number].add((role, limit))
    return tuple(_one(row, reports.get(row["id"], 0), held[row["id"]]) for row in rows)


def _one(row: RowMapping, reports: int, held: Set[tuple[str, int | None]]) -> Listed:
    unit = row["department_name"]
    return Listed(
        who=who(row),
        handle=str(row["email"]).partition("@")[0],
        title=row["title"] or "",
        department=Option(str(row["department_id"]), unit, row["department_native"]) if unit else None,
        location=row["location"] or "",
        language=row["reads"],
        manager=row["manager_id"],
        reports=reports,
        roles=frozenset(role for role, _ in held),
        company_wide=any(limit is None for _, limit in held),
        status=row["status"],
    )
