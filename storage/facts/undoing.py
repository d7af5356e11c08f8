"""Facts about taking back: what the person logged last and can still undo, or what a button names."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from storage.columns import table
from storage.events import UNDO_TIME, EventState
from storage.facts.declaring import Start, fact
from storage.facts.events import event, reference
from storage.facts.meetings import SAMPLE
from storage.facts.people import ANN, LI
from storage.meetings import Meeting, MeetingState
from storage.meetings import reference as meeting_reference
from storage.references import EventRef, MeetingRef
from storage.refusals import AlreadyUndone, NotYours, TooLateToUndo
from storage.rest import Leave

leave = table(Leave)
meeting = table(Meeting)

_CARD = EventRef("e1", 1, "win", "closed the Acme renewal", LI, ANN, date(2026, 3, 5))
_OWN = EventRef("e1", 1, "win", "closed it", ANN, ANN, date(2026, 3, 5))
_LEAVE = {"series": "l1", "first": date(2026, 3, 9), "last": date(2026, 3, 10)}
_DAY_OFF = {**_LEAVE, "last": _LEAVE["first"]}


Undoable = tuple[EventRef, ...] | MeetingRef | Mapping[str, Any] | None
"""The events of one entry, as many as it has subjects; a meeting; leave by its series and days; or nothing."""


@fact(sample=(_CARD,), others=((_OWN,), SAMPLE, _LEAVE, _DAY_OFF, None))
def undoable(db: Connection, start: Start) -> Undoable:
    """What a button names, or the last thing the person logged in these minutes.

    Raises `NotYours`, `AlreadyUndone` or `TooLateToUndo` for a button.
    """
    if "event" in start.given:
        return tuple(reference(db, row) for row in _named(db, start))
    found = ((records, row) for records in (event, meeting, leave) if (row := _last(db, start, records)))
    match max(found, key=lambda each: each[1]["saved_at"], default=None):
        case (records, row) if records is meeting:
            return meeting_reference(db, row)
        case (records, row) if records is leave:
            return {"series": row["series"], "first": row["first_day"], "last": row["last_day"]}
        case (_, row):
            return tuple(reference(db, each) for each in _of_one_entry(db, row))
        case _:
            return None


def _named(db: Connection, start: Start) -> Sequence[RowMapping]:
    """The entry of the event that a button names, as long as its author can take it back."""
    query = select(event).where(event.c.series == str(start.given["event"]))
    first = db.execute(query.where(event.c.version == 1)).mappings().first()
    if first is None or first["saved_by"] != start.person:
        raise NotYours(start.person, first["subject_id"] if first else None, "key_event")
    if not (rows := _of_one_entry(db, first)):
        raise AlreadyUndone
    if first["saved_at"] + UNDO_TIME <= start.now:
        raise TooLateToUndo(due=first["saved_at"] + UNDO_TIME)
    return rows


def _of_one_entry(db: Connection, first: RowMapping) -> Sequence[RowMapping]:
    """What was logged together with an event, as it is now; without what was taken back already."""
    same = select(event.c.series).where(
        event.c.saved_by == first["saved_by"],
        event.c.saved_at == first["saved_at"],
        event.c.kind == first["kind"],
        event.c.version == 1,
    )
    now = select(event).where(event.c.series.in_(same), event.c.current, event.c.state != EventState.withdrawn)
    return db.execute(now.order_by(event.c.id)).mappings().all()


def _last(db: Connection, start: Start, records: Table) -> RowMapping | None:
    """The first version of what the person saved last in a table, if it still stands and can be taken back."""
    standing = {
        "key_event": event.c.state != EventState.withdrawn,
        "meeting": meeting.c.state == MeetingState.planned,
        "leave": ~leave.c.cancelled,
    }
    mine = select(records).where(records.c.saved_by == start.person, records.c.version == 1, records.c.current)
    recent = mine.where(records.c.saved_at > start.now - UNDO_TIME, standing[records.name])
    return db.execute(recent.order_by(records.c.saved_at.desc(), records.c.id.desc()).limit(1)).mappings().first()
