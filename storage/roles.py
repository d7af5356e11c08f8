"""Roles: who may give them, what each change leaves behind, and how they end.

The first administrator is named by the operator at the command line (`evenhand roles grant EMAIL admin`), who can write
to the database anyway. A setting would grant the role again at every start, also after it was taken away. From then on
administrators give and take roles in chat (`/roles`), or have the operator do it.

Every change is a row of `role_change` that is never changed, and a row of the audit. Nobody gives themself a role. One
administrator whose role has no end always stays. A role ends with its last day and when its holder leaves: both are
looked at each time the role is used (`storage.directory.roles_of`), and tidied up by the clock afterwards.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, table
from storage.directory import department, grant, holds, person, person_row, still_holds, who
from storage.effects import Effective
from storage.journal import Audit
from storage.people import Role, Status
from storage.records import remember
from storage.references import Option, Phrase, Who
from storage.refusals import LastAdministrator, NotYourRole, OnlyAdministrators, OwnRole

OPERATOR = 0
"""Who changed a role at the command line, as the audit names them: no person has this number."""
LEFT, OVER = "left", "over"
"""Reasons the clock gives for ending a role: its holder has left, or its last day is past."""

_HELD = (
    select(
        person,
        grant.c.id.label("grant_id"),
        grant.c.role,
        grant.c.department_id.label("for_department"),
        grant.c.until,
        department.c.name.label("department_name"),
        department.c.native_name.label("department_native"),
    )
    .join(person, person.c.id == grant.c.person_id)
    .outerjoin(department, department.c.id == grant.c.department_id)
    .order_by(grant.c.role, person.c.family_name, person.c.id, grant.c.department_id)
)


class RoleChange(SQLModel, Effective, table=True):
    """A role given or taken. Remembering it is doing it, in the same transaction.

    Raises `OnlyAdministrators`, `OwnRole` or `LastAdministrator`.
    """

    __tablename__ = "role_change"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    department_id: int | None = Field(default=None, foreign_key="department.id")
    """Empty: for the whole company."""
    granted: bool
    reason: str | None = None
    until: date | None = None
    saved_by: int | None = Field(default=None, foreign_key="person.id")
    """Empty: the operator, at the command line, or the clock."""
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)

    def take_effect(self, db: Connection, at: datetime) -> None:
        if self.saved_by is not None:
            if not holds(db, self.saved_by, at, Role.admin):
                raise only_administrators(db, at)
            if self.saved_by == self.person_id:
                raise OwnRole
        if self.role == Role.admin and (not self.granted or self.until):
            _require_another(db, self.person_id, at)
        this = (grant.c.person_id == self.person_id, grant.c.role == self.role)
        db.execute(delete(grant).where(*this, grant.c.department_id.is_not_distinct_from(self.department_id)))
        if self.granted:
            kept = {"person_id": self.person_id, "role": self.role, "department_id": self.department_id}
            db.execute(insert(grant), {**kept, "until": self.until})
        db.execute(
            insert(table(Audit)),
            {
                "at": at,
                "viewer_id": self.saved_by or OPERATOR,
                "owner_id": self.person_id,
                "what": f"role:{'granted' if self.granted else 'revoked'}:{self.role}",
                "allowed": True,
            },
        )


@dataclass(frozen=True)
class Held:
    """A role somebody holds."""

    who: Who
    role: str
    department: Option | None
    """Empty: for the whole company."""
    until: date | None
    email: str

    @property
    def key(self) -> str:
        return f"{self.who.id}:{self.role}:{self.department.key if self.department else ''}"


def held(db: Connection, now: datetime) -> tuple[Held, ...]:
    """Every role that somebody holds at a moment, by role and name."""
    rows = db.execute(_HELD.where(person.c.status != Status.left)).mappings()
    return tuple(
        Held(who(row), row["role"], _unit(row), row["until"], row["email"]) for row in rows if still_holds(row, now)
    )


def _unit(row: RowMapping) -> Option | None:
    if row["for_department"] is None:
        return None
    return Option(str(row["for_department"]), row["department_name"], row["department_native"])


def administrators(db: Connection, now: datetime) -> tuple[Who, ...]:
    return tuple(dict.fromkeys(each.who for each in held(db, now) if each.role == Role.admin))


def contacts(db: Connection, now: datetime) -> tuple[Who, ...] | Phrase:
    """Whom people may ask: administrators by name, or where there is none, whoever operates Evenhand."""
    return administrators(db, now)[:3] or Phrase("chrome.operator")


def not_your_role(db: Connection, now: datetime) -> NotYourRole:
    return NotYourRole(whom=contacts(db, now))


def only_administrators(db: Connection, now: datetime) -> OnlyAdministrators:
    return OnlyAdministrators(whom=contacts(db, now))


def _require_another(db: Connection, but: int, now: datetime) -> None:
    """Raises `LastAdministrator` unless an administrator other than this person stays, without an end."""
    stays = (each for each in held(db, now) if each.role == Role.admin and each.until is None)
    if not any(each.who.id != but for each in stays):
        raise LastAdministrator(person=who(person_row(db, but)))


@dataclass(frozen=True)
class Ended:
    count: int
    kept: Who | None
    """The last administrator, who has left: the role is kept until there is another, though it lets nobody in."""


def end_what_is_over(db: Connection, now: datetime) -> Ended:
    """Takes the roles of people who have left, and those whose last day is past, out of the list."""
    count, kept = 0, None
    for row in db.execute(_HELD).mappings().all():
        has_left = row["status"] == Status.left
        if not has_left and still_holds(row, now):
            continue
        change = RoleChange(
            person_id=row["id"],
            role=row["role"],
            department_id=row["for_department"],
            granted=False,
            reason=LEFT if has_left else OVER,
        )
        try:
            with db.begin_nested():
                remember(db, change, now)
            count += 1
        except LastAdministrator:
            kept = who(row)
    return Ended(count, kept)
