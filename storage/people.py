"""People, departments and roles: who works here, for whom, where, and in which language."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel


class Status(StrEnum):
    active = "active"
    leave = "leave"
    left = "left"


class Role(StrEnum):
    """Roles that are granted. Everyone is an employee; a manager is whoever somebody reports to."""

    hrbp = "hrbp"
    performance_manager = "performance_manager"
    admin = "admin"


class Department(SQLModel, table=True):
    __tablename__ = "department"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    native_name: str | None = None


_STILL_HERE = text("left_on IS NOT NULL AND status <> 'left'")


class Person(SQLModel, table=True):
    __tablename__ = "person"
    __table_args__ = (Index("ix_person_leaving", "left_on", sqlite_where=_STILL_HERE, postgresql_where=_STILL_HERE),)

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    """Lower case; the part before the @ is the handle that `/win @li` looks for."""
    employee_no: str | None = Field(default=None, unique=True)
    given_name: str
    family_name: str
    native_name: str | None = None
    """The name as its own language writes it, such as 李伟; shown to readers of that language."""
    title: str | None = None
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    manager_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    location: str | None = None
    country: str | None = None
    """ISO 3166 alpha-2, such as CN."""
    region: str | None = None
    """The part of the country whose public holidays hold, as ISO 3166-2 has it behind the country: BY of DE-BY."""
    locale: str = "en"
    """`en` or `zh`."""
    time_zone: str = "UTC"
    """An IANA name, such as Asia/Shanghai."""
    working_days: str = "12345"
    """ISO weekday digits, Monday = 1."""
    status: str = Field(default=Status.active, index=True)
    joined_on: date | None = None
    left_on: date | None = None


class RoleGrant(SQLModel, table=True):
    """A role a person holds, for one department or (when that is empty) for the whole company."""

    __tablename__ = "role_grant"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    department_id: int | None = Field(default=None, foreign_key="department.id")
    until: date | None = None
    """The last day on which it holds, where its holder is; empty: no end is set."""
