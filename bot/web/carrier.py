"""The carrier of the playground: a promised message becomes a line of somebody's chat.

The line is written and the promise marked kept in one transaction, and a line names the promise it came from:
so a message is neither lost nor shown twice, whatever is cut off in between.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, bindparam, update

from bot.told import is_over
from storage.chat import LineKind, add_line, has_card, spoken
from storage.columns import table
from storage.journal import Delivery, Outbox
from storage.reasons import Reason

JUST_NOW = timedelta(minutes=10)

outbox = table(Outbox)

_ENDS = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)))
    .values(status=bindparam("to_status"), reason=bindparam("to_reason"), done_at=bindparam("now"))
)


class WebCarrier:
    """Carries to the chat lines of the playground."""

    def carry(self, db: Connection, rows: Sequence[RowMapping], now: datetime) -> None:
        over = [row["id"] for row in rows if is_over(db, row)]
        for row in rows:
            if row["id"] in over or (row["kind"] == LineKind.ask and _is_there(db, row, now)):
                continue
            body = {**row["body"], "about": row["about"]} if row["about"] else row["body"]
            add_line(
                db,
                spoken(
                    row["person_id"],
                    LineKind(row["kind"]),
                    body,
                    now,
                    conversation_id=row["conversation_id"],
                    key=row["key"],
                    outbox_id=row["id"],
                ),
            )
        carried = [row["id"] for row in rows if row["id"] not in over]
        for numbers, status, reason in ((carried, Delivery.sent, None), (over, Delivery.skipped, Reason.over)):
            if numbers:
                db.execute(_ENDS, {"rows": numbers, "now": now, "to_status": status, "to_reason": reason})


def _is_there(db: Connection, row: RowMapping, now: datetime) -> bool:
    """Whether the page was put there a moment ago, because its person was quicker than the delivery."""
    return has_card(db, row["person_id"], row["conversation_id"], row["key"], now - JUST_NOW)
