"""The people and departments that are already remembered, as the import compares with them."""

from dataclasses import dataclass, field, fields
from datetime import date
from sys import intern
from typing import Any

from sqlalchemy import Connection, select

from storage.columns import table
from storage.people import Department, Person
from storage.roster.rows import full_name

person = table(Person)
department = table(Department)


@dataclass(frozen=True, slots=True)
class Known:
    """A remembered person, with the department's name in place of its id."""

    id: int
    email: str
    employee_no: str | None
    given_name: str
    family_name: str
    native_name: str | None
    title: str | None
    department: str | None
    location: str | None
    country: str | None
    region: str | None
    locale: str
    time_zone: str
    working_days: str
    status: str
    joined_on: date | None
    left_on: date | None
    manager_id: int | None

    @property
    def name(self) -> str:
        return full_name(self.given_name, self.family_name, self.native_name)


@dataclass(frozen=True)
class Population:
    people: tuple[Known, ...] = ()
    departments: dict[str, int] = field(default_factory=dict)
    """Ids by name."""
    native: dict[str, str] = field(default_factory=dict)
    """Names by what the department is called in its own language."""

    def spelling(self) -> "Spelling":
        return Spelling(self)


class Spelling:
    """One spelling for each department: the remembered one, otherwise the first that comes up."""

    def __init__(self, population: Population) -> None:
        self._names = {native.casefold(): name for native, name in population.native.items()}
        self._names |= {name.casefold(): name for name in population.departments}

    def __call__(self, name: str) -> str:
        return self._names.setdefault(name.casefold(), name)


def load(db: Connection) -> Population:
    departments = db.execute(select(department.c.id, department.c.name, department.c.native_name)).all()
    columns = [department.c.name if f.name == "department" else person.c[f.name] for f in fields(Known)]
    rows = db.execute(select(*columns).select_from(person.outerjoin(department)).order_by(person.c.id))
    return Population(
        tuple(Known(*(_once(value) for value in row)) for row in rows),
        {name: id_ for id_, name, _ in departments},
        {native: name for _, name, native in departments if native},
    )


def _once(value: Any) -> Any:
    """Equal texts are one object: most of a company shares a department, a place and a time zone."""
    return intern(value) if type(value) is str else value
