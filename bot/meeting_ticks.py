"""The clock of meetings: reminds of what is coming, and asks once whether what is over has happened.

A reminder is a row that is due; what is done about it depends on how the meeting stands by then. Of one that was
moved or called off nothing is said, and a machine that slept reminds of nothing that has begun. Two processes at
once do no harm: a row is taken by one of them, and the message and the question are known by their subject.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from bot.dispatcher import Dispatcher
from bot.logs import went_wrong
from flows.appointment import offered, said_of
from storage.columns import table
from storage.directory import is_here
from storage.facts import Start
from storage.journal import Delivery, Outbox, Urgency
from storage.json_values import written
from storage.ledger import insert_or_skip
from storage.meetings import SHORTLY, MeetingReminder, MeetingState, Reminding, newest, reference
from storage.participation import participates
from storage.references import MeetingRef, Who

FLOW = "meeting_reminder"
ASKED_BY = "meeting_after"
AT_ONCE = 25
"""Reminders taken in one transaction, while an answer may have to wait."""
LATEST = timedelta(days=14)
"""So long after its end a meeting is still asked about."""

reminder = table(MeetingReminder)

_DUE = (
    select(reminder)
    .where(reminder.c.done_at.is_(None), reminder.c.due_at <= bindparam("now"))
    .where(reminder.c.id.not_in(bindparam("but", expanding=True)))
    .order_by(reminder.c.due_at, reminder.c.id)
    .limit(AT_ONCE)
)
_TAKE = (
    update(reminder)
    .where(reminder.c.id == bindparam("of_id"), reminder.c.done_at.is_(None))
    .values(done_at=bindparam("now"))
)


def remind_due(dispatcher: Dispatcher) -> Iterator[int]:
    """Does what is due about meetings; what goes wrong with one does not keep the others waiting."""
    failed: list[int] = []
    while True:
        now = dispatcher.clock.now()
        with dispatcher.database.read() as db:
            due = db.execute(_DUE, {"now": now, "but": failed}).mappings().all()
        if not due:
            return
        with dispatcher.database.write() as db:
            done = sum(_done(dispatcher, db, row, now, failed) for row in due)
        yield done


def _done(dispatcher: Dispatcher, db: Connection, row: RowMapping, now: datetime, failed: list[int]) -> bool:
    """Whether anything was said; a row that another process took in between is left to it."""
    try:
        with db.begin_nested():
            taken = db.execute(_TAKE, {"of_id": row["id"], "now": now}).rowcount == 1
            return taken and _said(dispatcher, db, row, now)
    except Exception as error:  # noqa: BLE001  # whatever is wrong with one meeting is wrong with that one alone
        went_wrong("nothing could be said about a meeting", error, reminder=row["id"])
        failed.append(row["id"])
        return False


def _said(dispatcher: Dispatcher, db: Connection, row: RowMapping, now: datetime) -> bool:
    found = newest(db, row["meeting"])
    if found is None or found["state"] != MeetingState.planned or found["moves"] != row["moves"]:
        return False
    ref = reference(db, found)
    kind = Reminding(row["kind"])
    if kind == Reminding.after:
        return ref.ends_at + LATEST > now and _asked(dispatcher, db, ref, now)
    told_when_planned = row["due_at"] <= row["saved_at"]
    too_late = ref.starts_at <= now or (kind == Reminding.day and ref.starts_at - SHORTLY <= now)
    if told_when_planned or too_late:
        return False
    rows = [_message(ref, kind, each, now) for each in ref.people if is_here(db, each.id)]
    skipping = insert_or_skip(Outbox, db.dialect.name)
    return sum(db.execute(skipping, each).rowcount for each in rows) > 0


def _asked(dispatcher: Dispatcher, db: Connection, ref: MeetingRef, now: datetime) -> bool:
    """Asks the organiser, or whoever else was in it where the organiser has left."""
    present = (each for each in (ref.organiser, *ref.people) if is_here(db, each.id) and participates(db, each.id))
    whom = next(present, None)
    flow = dispatcher.repertoire.register.named(ASKED_BY)
    if whom is None:
        return False
    return dispatcher.start(db, flow, Start(whom.id, now, given={"meeting": ref.key})) is not None


def _message(ref: MeetingRef, kind: Reminding, reader: Who, now: datetime) -> dict[str, Any]:
    said = {name: value for name, value in said_of(reader, ref).items() if name != "invitation"}
    buttons = [[name, written(given)] for name, given in offered(reader, ref)]
    return {
        "dedupe": f"meeting:{ref.key}:{ref.moves}:{kind}:{reader.key}",
        "person_id": reader.id,
        "urgency": Urgency.reply,  # of what they have agreed to; after it has begun it is of no use
        "kind": "tell",
        "body": {"flow": FLOW, "text": str(kind), "values": written(said), "buttons": buttons},
        "due_at": now,
        "status": Delivery.waiting,
    }
