"""Roles in chat: an administrator sees who holds which, gives one or takes one, and looks at it once more before."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from flows.core import Ending, command, ends, flow
from flows.fields import Colleague, ComingDay, Pick, ShortText
from flows.steps import Form, Objection, ask, look, save, tell
from storage.references import Option, Phrase, Who
from storage.roles import RoleChange


class Change(Form):
    act: Literal["grant", "revoke"]
    who: Colleague
    role: Literal["hrbp", "performance_manager", "admin"]
    department: Pick | None
    until: ComingDay | None
    reason: ShortText | None

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        if self.who == context["giver"].id:
            yield Objection("who", "own_role")
        elif self.role == "admin" and self.department:
            yield Objection("department", "admin_for_all")
        elif self.act == "revoke" and f"{self.who}:{self.role}:{self.department or ''}" not in context["keys"]:
            yield Objection("role", "role_not_held")


class Granting(Form):
    certain: bool


class Revoking(Form):
    certain: bool


@flow("roles", on=command("roles"), offered="gives_roles", menu=160)
async def roles(
    role_giver: Who, roles_held: tuple[Phrase, ...], role_keys: tuple[str, ...], departments: tuple[Option, ...]
) -> Ending:
    known = roles_held or (Phrase("roles.none"),)
    wish = await ask(
        role_giver, Change, offer={"department": departments}, held=known, keys=role_keys, giver=role_giver
    )
    holder: Who = await look("whoever", person=wish.who)
    granted = wish.act == "grant"
    said: dict[str, Any] = {
        "role": Phrase(f"roles.names.{wish.role}"),
        "where": next((each for each in departments if each.key == wish.department), Phrase("roles.everywhere")),
        "until": (wish.until if granted else None) or Phrase("roles.no_end"),
        "reason": wish.reason or Phrase("roles.no_reason"),
    }
    sure = await ask(role_giver, Granting if granted else Revoking, holder=holder, **said)
    if not sure.certain:
        return ends("unchanged")
    await save(
        RoleChange(
            person_id=holder.id,
            role=wish.role,
            department_id=int(wish.department) if wish.department else None,
            granted=granted,
            reason=wish.reason,
            until=wish.until if granted else None,
            saved_by=role_giver.id,
        )
    )
    await tell(holder, "granted" if granted else "revoked", binding=True, by=role_giver, **said)
    return ends("granted" if granted else "revoked", holder=holder, **said)
