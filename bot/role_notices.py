"""What a person is told whose role was given or taken at the command line; in chat the flow says it (`flows.roles`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from storage.columns import table
from storage.directory import department
from storage.journal import Delivery, Outbox, Urgency
from storage.json_values import written
from storage.references import Option, Phrase
from storage.roles import RoleChange


def tell_holder(db: Connection, change: RoleChange, number: int, now: datetime) -> None:
    """Promises the message; `number` is the id of the change."""
    values = {
        "by": Phrase("chrome.operator"),
        "role": Phrase(f"roles.names.{change.role}"),
        "where": where(db, change.department_id),
        "until": change.until or Phrase("roles.no_end"),
        "reason": change.reason or Phrase("roles.no_reason"),
    }
    row: dict[str, Any] = {
        "dedupe": f"role:{number}",
        "person_id": change.person_id,
        "kind": "tell",
        "body": {
            "flow": "roles",
            "text": "granted" if change.granted else "revoked",
            "values": written(values),
            "buttons": [],
        },
        "urgency": Urgency.binding,
        "due_at": now,
        "status": Delivery.waiting,
    }
    db.execute(insert(table(Outbox)), row)


def where(db: Connection, number: int | None) -> Option | Phrase:
    if number is None:
        return Phrase("roles.everywhere")
    row = db.execute(department.select().where(department.c.id == number)).mappings().one()
    return Option(str(number), row["name"], row["native_name"])
