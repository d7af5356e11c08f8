"""Writes a plan: everything in the caller's one transaction, in bulk, managers before those who report to them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, insert, text, update

from storage import name_forms
from storage.bulk import in_lots, insert_many, new_ids
from storage.roster.plan import Kind, Plan, Planned
from storage.roster.population import Population, department, person

AT_ONCE = 2000
STANDARD = {column.name: getattr(column.default, "arg", None) for column in person.columns}
"""What a new person has where a plan says nothing."""
_in_order = itemgetter(*STANDARD)
_named = itemgetter("id", "email", "given_name", "family_name", "native_name")

Progress = Callable[[int], None]
"""Is told how many people are written."""


def lock(db: Connection) -> None:
    """Keeps other imports out until this transaction ends; on SQLite the transaction itself does."""
    if db.dialect.name == "postgresql":
        db.execute(text("LOCK TABLE department, person IN SHARE ROW EXCLUSIVE MODE"))


def apply(db: Connection, plan: Plan, population: Population, progress: Progress) -> None:
    departments = population.departments | _departments(db, plan.new_departments)
    new = [planned for planned in plan.planned if planned.kind is Kind.add]
    old = [planned for planned in plan.planned if planned.kind is not Kind.add]
    _free(db, plan, old)
    ids = {who: known.id for who in range(len(plan.company)) if (known := plan.company.remembered(who))}

    def stored(planned: Planned) -> dict[str, Any]:
        values = {**plan.values(planned)}
        if "department" in values:
            name = values.pop("department")
            values["department_id"] = departments[name] if name else None
        if "manager" in values:
            manager = values.pop("manager")
            values["manager_id"] = None if manager is None else ids[manager]
        return values

    new = _managers_first(plan, new)
    ids |= zip((planned.who for planned in new), new_ids(db, person, len(new)), strict=True)
    done = 0
    for some in in_lots(new, AT_ONCE):
        rows = [STANDARD | stored(planned) | {"id": ids[planned.who]} for planned in some]
        insert_many(db, person, map(_in_order, rows))
        name_forms.add_forms(db, map(_named, rows))
        progress(done := done + len(some))
    for some in in_lots(old, AT_ONCE):
        _update(db, ((ids[planned.who], stored(planned)) for planned in some))
        progress(done := done + len(some))
    renamed = [ids[planned.who] for planned in old if name_forms.NAMED_BY & plan.values(planned).keys()]
    name_forms.keep_forms(db, renamed)


def _departments(db: Connection, names: tuple[str, ...]) -> dict[str, int]:
    if not names:
        return {}
    adding = insert(department).returning(department.c.id, department.c.name)
    return {name: id_ for id_, name in db.execute(adding, [{"name": name} for name in names])}


def _free(db: Connection, plan: Plan, old: Iterable[Planned]) -> None:
    """Parks addresses and numbers that change, so that two people can swap theirs in one import."""
    moving: dict[str, list[dict[str, Any]]] = {"email": [], "employee_no": []}
    for planned in old:
        known = plan.company.remembered(planned.who)
        for column in moving.keys() & plan.values(planned).keys():
            if known:
                parked = f"{known.id}@moving.invalid" if column == "email" else None
                moving[column].append({"of_id": known.id, column: parked})
    for column, rows in moving.items():
        if rows:
            statement = update(person).where(person.c.id == bindparam("of_id"))
            db.execute(statement.values({column: bindparam(column)}), rows)


def _managers_first(plan: Plan, new: list[Planned]) -> list[Planned]:
    """New people by how many other new people stand above them, and among these by address, as the index has them."""
    waiting = {planned.who for planned in new}
    depth: dict[int, int] = {}
    for who in waiting:
        path = []
        above: Any = who
        while above in waiting and above not in depth:
            path.append(above)
            above = plan.managers[above]
        base = depth.get(above, -1)
        for steps, below in enumerate(reversed(path), start=1):
            depth[below] = base + steps
    return sorted(new, key=lambda planned: (depth[planned.who], plan.company.email(planned.who)))


def _update(db: Connection, changed: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """One statement for each set of columns, with as many rows as change just these."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for id_, values in changed:
        alike[tuple(values)].append({"of_id": id_, **values})
    for columns, rows in alike.items():
        statement = update(person).where(person.c.id == bindparam("of_id"))
        db.execute(statement.values({column: bindparam(column) for column in columns}), rows)
