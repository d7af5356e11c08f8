"""A courier: delivers what the outbox promises to nowhere, by the decisions of `storage.attention`, on a set clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, update

from storage import bundles
from storage.attention import Go, Later, Rules, Skip, decide
from storage.columns import table
from storage.database import Database
from storage.journal import Delivery, Outbox

AT_ONCE = 50

outbox = table(Outbox)
_DUE = (
    select(outbox)
    .where(outbox.c.status == Delivery.waiting, outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
)
_MARK = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"))
    .values(
        status=bindparam("to_status"),
        reason=bindparam("to_reason"),
        due_at=bindparam("to_due"),
        done_at=bindparam("at"),
    )
)


@dataclass
class Courier:
    database: Database
    rules: Rules = field(default_factory=Rules)
    sent: list[tuple[datetime, RowMapping]] = field(default_factory=list)
    """Each message and when it went, in order."""

    def deliver(self, now: datetime) -> int:
        """Everything that may go now; says how many messages went."""
        before = len(self.sent)
        while True:
            with self.database.write() as db:
                rows: Sequence[RowMapping] = db.execute(_DUE, {"now": now}).mappings().all()
                if not rows:
                    return len(self.sent) - before
                decisions = decide(db, rows, now, self.rules)
                marks = [self._mark(row, decisions[row["id"]], now) for row in rows]
                db.execute(_MARK, marks)
                for mark in marks:
                    status = Delivery(mark["to_status"])
                    bundles.settle(db, [mark["of_id"]], status, mark["to_reason"], now)

    def _mark(self, row: RowMapping, decision: Any, now: datetime) -> dict[str, Any]:
        same = {"of_id": row["id"], "to_due": row["due_at"]}
        match decision:
            case Go():
                self.sent.append((now, row))
                return {**same, "to_status": Delivery.sent, "to_reason": None, "at": now}
            case Later(until=until, reason=reason):
                assert until > now
                return {**same, "to_status": Delivery.waiting, "to_reason": reason, "to_due": until, "at": None}
            case Skip(reason=reason):
                return {**same, "to_status": Delivery.skipped, "to_reason": reason, "at": now}
            case _:
                raise TypeError(decision)
