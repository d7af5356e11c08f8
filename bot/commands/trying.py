"""Whom it is most worth being in a playground: an employee, the manager they report to, and somebody from HR."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from storage.columns import table
from storage.directory import who
from storage.people import Person, Role, RoleGrant, Status

person = table(Person)
report = person.alias("report")
grant = table(RoleGrant)


@dataclass(frozen=True)
class Cast:
    """Their names, each as somebody who reads the language would write it."""

    employee: str
    manager: str
    hr: str


def cast_of(db: Connection, language: str) -> Cast:
    """People who read the language where there are any, and who have work to do: the manager of the most people."""
    reads = (person.c.locale == language).desc()
    active = person.c.status == Status.active
    team = select(func.count()).where(report.c.manager_id == person.c.id, report.c.status == Status.active)
    size = team.correlate(person).scalar_subquery()
    manager = db.execute(
        select(person).where(active, person.c.manager_id.is_not(None)).order_by(reads, size.desc(), person.c.id)
    )
    leads = manager.mappings().first()
    own = select(person).where(active, person.c.manager_id == (leads["id"] if leads else 0))
    works = db.execute(own.order_by(reads, size, person.c.id)).mappings().first()
    holds = select(grant.c.person_id).where(grant.c.role == Role.hrbp)
    hr = (
        db.execute(select(person).where(active, person.c.id.in_(holds)).order_by(reads, person.c.id)).mappings().first()
    )
    employee, manager_name, hr_name = (who(row).name(language) if row else "" for row in (works, leads, hr))
    return Cast(employee, manager_name, hr_name)
