"""The people and departments that are already remembered, as the import compares with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from storage.columns import table
from storage.people import Department, Person
from storage.roster.rows import full_name

person = table(Person)
department = table(Department)
AT_ONCE = 2000


class Known(NamedTuple):
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


OWN = Known._fields.index("title")
"""Up to here each value is the person's own; from here many people share it."""
DATED = Known._fields.index("joined_on")
"""From here on values are no texts."""


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
        self._met: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if name not in self._met:
            self._met[name] = self._names.setdefault(name.casefold(), name)
        return self._met[name]


def load(db: Connection) -> Population:
    departments = db.execute(select(department.c.id, department.c.name, department.c.native_name)).all()
    columns = [department.c.name if name == "department" else person.c[name] for name in Known._fields]
    rows = db.execute(select(*columns).select_from(person.outerjoin(department)).order_by(person.c.id))
    once: dict[Any, Any] = {}
    return Population(
        tuple(_known(row, once.setdefault) for some in rows.partitions(AT_ONCE) for row in some),
        {name: id_ for id_, name, _ in departments},
        {native: name for _, name, native in departments if native},
    )


def _known(row: Sequence[Any], once: Callable[[Any, Any], Any]) -> Known:
    """Equal texts are one object: most of a company shares a department, a place and a time zone."""
    shared = row[OWN:DATED]
    return Known._make((*row[:OWN], *map(once, shared, shared), *row[DATED:]))
