"""Bundles: messages that would have been too many for a week, told as the lines of one.

A row that is told so is `folded`: it is not sent by itself, and what becomes of the message that tells it becomes of
it (`settle`). So a report that counts what was sent, failed or skipped counts it as well.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, case, func, select, text, update

from storage.attention import BUNDLE
from storage.columns import table
from storage.journal import Delivery, Outbox, Urgency
from storage.ledger import insert_or_skip
from storage.wordings import Wording

TEXT = "several"

outbox, wording = table(Outbox), table(Wording)
whole = outbox.alias("whole")

_IS_HELD = text("status = 0 AND reason = 'budget'")  # the very words of the index
_IS_FOLDED = text("status = 5")
_IS_BUNDLE = outbox.c.dedupe.startswith(f"{BUNDLE}:")
_WAITING = select(outbox).where(outbox.c.status == Delivery.waiting)
_HELD = (
    select(outbox)
    .where(_IS_HELD, outbox.c.person_id == bindparam("person"), outbox.c.urgency == Urgency.ordinary, ~_IS_BUNDLE)
    .order_by(outbox.c.due_at, outbox.c.id)
    .with_for_update(skip_locked=True)
)
"""A bundle may be held itself, when something that binds has come before it; then it is no line of itself."""
_BUNDLE = _WAITING.where(outbox.c.person_id == bindparam("person"), _IS_BUNDLE).with_for_update(skip_locked=True)
_LINES = (
    select(outbox.c.bundle_id, func.count().label("count")).where(_IS_FOLDED).group_by(outbox.c.bundle_id).subquery()
)
_BUNDLES = (
    select(outbox.c.id, outbox.c.person_id, outbox.c.body, _LINES.c.count)
    .join(_LINES, _LINES.c.bundle_id == outbox.c.id)
    .where(outbox.c.status == Delivery.waiting)
)
_HAS_BUNDLE = select(_BUNDLES.subquery().c.person_id)
_TO_FOLD = (
    select(outbox.c.person_id)
    .where(_IS_HELD, outbox.c.urgency == Urgency.ordinary, ~_IS_BUNDLE)
    .group_by(outbox.c.person_id)
    .having((func.count() > 1) | outbox.c.person_id.in_(_HAS_BUNDLE))
)
"""Whoever has one message alone that is held is looked at again when that changes, and not every minute."""
_FOLDED = (
    select(outbox).where(_IS_FOLDED, outbox.c.bundle_id == bindparam("bundle")).order_by(outbox.c.due_at, outbox.c.id)
)
_TOLD = (
    select(outbox)
    .where(outbox.c.person_id == bindparam("person"), outbox.c.bundle_id == bindparam("bundle"))
    .where(outbox.c.status.in_((Delivery.folded, Delivery.sent)))
    .order_by(outbox.c.due_at, outbox.c.id)
)
_SAYS = case((wording.c.changed_at < whole.c.done_at, wording.c.revision), else_=0).label("revision")
"""A bundle that was taken to be sent after a change says it; of any other nobody knows."""
_ANNOUNCED = (
    select(outbox.c.id, outbox.c.bundle_id, outbox.c.about, _SAYS)
    .join(whole, whole.c.id == outbox.c.bundle_id)
    .outerjoin(wording, wording.c.about == outbox.c.about)
    .where(outbox.c.about.is_not(None))
    .where(text("outbox.status = 5"), outbox.c.bundle_id.in_(bindparam("bundles", expanding=True)))
)
_FOLD = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)), outbox.c.status == Delivery.waiting)
    .values(status=Delivery.folded, bundle_id=bindparam("into"), reason=None)
)
_REWRITE = (
    update(outbox)
    .where(outbox.c.id == bindparam("bundle"), outbox.c.status == Delivery.waiting)
    .values(body=bindparam("to_body"), status=bindparam("to_status"), reason=bindparam("to_reason"))
)
_SETTLE = (
    update(outbox)
    .where(_IS_FOLDED, outbox.c.bundle_id.in_(bindparam("bundles", expanding=True)))
    .values(status=bindparam("to_status"), reason=bindparam("to_reason"), done_at=bindparam("now"))
)


def to_fold(db: Connection) -> Sequence[int]:
    """The people for whom several messages wait because they would have been too much, or one beside their bundle."""
    return db.execute(_TO_FOLD).scalars().all()


def held(db: Connection, person: int) -> Sequence[RowMapping]:
    """What waits so for a person."""
    return db.execute(_HELD, {"person": person}).mappings().all()


def waiting_bundle(db: Connection, person: int) -> RowMapping | None:
    """The bundle that has not gone to a person yet."""
    return db.execute(_BUNDLE, {"person": person}).mappings().first()


def outdated(db: Connection) -> Sequence[RowMapping]:
    """The waiting bundles that tell more than there still is to tell."""
    return [row for row in db.execute(_BUNDLES).mappings() if row["body"]["values"]["count"] != row["count"]]


def folded(db: Connection, bundle: int) -> Sequence[RowMapping]:
    """What a bundle tells."""
    return db.execute(_FOLDED, {"bundle": bundle}).mappings().all()


def told_in(db: Connection, person: int, bundle: int) -> Sequence[RowMapping]:
    """What somebody's bundle tells, or has told once it was sent."""
    return db.execute(_TOLD, {"person": person, "bundle": bundle}).mappings().all()


def announced(db: Connection, bundles: Collection[int]) -> Sequence[RowMapping]:
    """What these bundles tell, before they are settled, that may be said differently later: each with its revision."""
    return db.execute(_ANNOUNCED, {"bundles": list(bundles)}).mappings().all() if bundles else ()


def begin(db: Connection, rows: Sequence[RowMapping], body: Mapping[str, Any]) -> int:
    """A new message that tells these; it goes when the first of them would have gone."""
    first = rows[0]
    dedupe = f"{BUNDLE}:{first['person_id']}:{first['id']}"
    row = {
        "dedupe": dedupe,
        "person_id": first["person_id"],
        "kind": "tell",
        "body": body,
        "urgency": Urgency.ordinary,
        "due_at": min(row["due_at"] for row in rows),
        "status": Delivery.waiting,
    }
    db.execute(insert_or_skip(Outbox, db.dialect.name), row)
    return int(db.execute(select(outbox.c.id).where(outbox.c.dedupe == dedupe)).scalar_one())


def fold(db: Connection, rows: Sequence[RowMapping], bundle: int) -> None:
    db.execute(_FOLD, {"rows": [row["id"] for row in rows], "into": bundle})


def rewrite(db: Connection, bundle: int, body: Mapping[str, Any], *, empty: bool = False) -> None:
    """What a bundle says from now on; one that has nothing left to tell is not sent."""
    to = Delivery.skipped if empty else Delivery.waiting
    db.execute(_REWRITE, {"bundle": bundle, "to_body": body, "to_status": to, "to_reason": "over" if empty else None})


def settle(db: Connection, ids: Sequence[int], status: Delivery, reason: str | None, now: datetime) -> None:
    """What became of some messages becomes of those that they tell; call it wherever an outcome is marked."""
    if ids and status in (Delivery.sent, Delivery.failed, Delivery.skipped):
        db.execute(_SETTLE, {"bundles": list(ids), "to_status": status, "to_reason": reason, "now": now})
