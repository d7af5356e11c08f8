"""Facts about roles: who may give them, and who holds which."""

from datetime import date

from sqlalchemy import Connection

from storage.directory import holds, someone
from storage.facts.declaring import Start, fact
from storage.facts.people import LI
from storage.people import Role
from storage.references import Phrase, Who
from storage.roles import held, only_administrators

_SAID = {"person": LI, "role": Phrase("roles.names.hrbp"), "where": Phrase("roles.everywhere")}
_LINE = Phrase("roles.line", _SAID)
_ENDING = Phrase("roles.line_until", {**_SAID, "role": Phrase("roles.names.admin"), "until": date(2026, 12, 31)})


@fact(sample=True)
def gives_roles(db: Connection, start: Start) -> bool:
    """Whether giving and taking roles is the person's to do."""
    return holds(db, start.person, start.now, Role.admin)


@fact(sample=LI)
def role_giver(db: Connection, start: Start) -> Who:
    """The person, if giving and taking roles is theirs to do; raises `OnlyAdministrators`."""
    if not gives_roles(db, start):
        raise only_administrators(db, start.now)
    return someone(db, start.person)


@fact(sample=(_LINE,), others=((_ENDING,),))
def roles_held(db: Connection, start: Start) -> tuple[Phrase, ...]:
    """A line for each role that somebody holds."""
    lines = []
    for each in held(db, start.now):
        said = {
            "person": each.who,
            "role": Phrase(f"roles.names.{each.role}"),
            "where": each.department or Phrase("roles.everywhere"),
        }
        lines.append(
            Phrase("roles.line_until", {**said, "until": each.until}) if each.until else Phrase("roles.line", said)
        )
    return tuple(lines)


@fact(sample=("1:hrbp:1", "1:hrbp:"))
def role_keys(db: Connection, start: Start) -> tuple[str, ...]:
    """The same roles as keys: the id of the person, the role and the id of the department it is for, if it is."""
    return tuple(each.key for each in held(db, start.now))
