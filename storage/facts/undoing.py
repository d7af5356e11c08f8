"""Facts about taking back and correcting: what the person logged last and can still undo, or what a button names."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from storage.columns import table
from storage.directory import someone
from storage.events import UNDO_TIME, LoggedEntry, entry_of
from storage.facts.declaring import Start, fact
from storage.facts.events import event, reference
from storage.facts.meetings import SAMPLE
from storage.facts.people import ANN, LI
from storage.meetings import Meeting, MeetingState
from storage.meetings import reference as meeting_reference
from storage.references import EventRef, MeetingRef, Who
from storage.refusals import (
    AlreadyUndone,
    MeetingCancelled,
    MeetingOver,
    NotYours,
    Refusal,
    TooLateToCorrect,
    TooLateToUndo,
    TooLateToUndoLeave,
    TooLateToUndoMeeting,
)
from storage.rest import Leave

leave = table(Leave)
meeting = table(Meeting)

_DAY = date(2026, 3, 5)
_CARD = EventRef("e1", 1, "win", "closed the Acme renewal", LI, ANN, _DAY)
_OWN = EventRef("e1", 1, "win", "closed it", ANN, ANN, _DAY)
_MISS = EventRef("e1", 1, "miss", "sent the offer late", LI, ANN, _DAY)
_COACHING = EventRef("e1", 1, "coaching", "practised discovery calls", LI, ANN, _DAY)
_PRAISE = EventRef("e1", 1, "praise", "the calm in the Acme talks", LI, ANN, _DAY, "public")
_LEAVE = {"series": "l1", "first": date(2026, 3, 9), "last": date(2026, 3, 10)}
_DAY_OFF = {**_LEAVE, "last": _LEAVE["first"]}

Undoable = tuple[EventRef, ...] | MeetingRef | Mapping[str, Any] | None
"""The events of one entry, as many as it has subjects; a meeting; leave by its series and days; or nothing."""


@fact(sample=(_CARD,), others=((_OWN,), SAMPLE, _LEAVE, _DAY_OFF, None))
def undoable(db: Connection, start: Start) -> Undoable:
    """What a button names, or the last thing the person logged in these minutes.

    Raises a refusal for what a button names and can be taken back no more.
    """
    match start.given:
        case {"event": series}:
            return _events(db, _own_entry(db, start, str(series), TooLateToUndo))
        case {"meeting": series}:
            return meeting_reference(db, _meeting(db, start, str(series)))
        case {"leave": series}:
            return _days(_leave(db, start, str(series)))
        case _:
            return _last(db, start)


@fact(sample=_CARD, others=(_OWN, _MISS, _COACHING, _PRAISE))
def correctable(db: Connection, start: Start) -> EventRef:
    """The first event of the entry a button names, for its author to correct; raises a refusal once it is too late."""
    return reference(db, _to_correct(db, start).events[0])


@fact(sample=(LI,), others=((ANN,),))
def subjects(db: Connection, start: Start) -> tuple[Who, ...]:
    """Whom the entry is about that a button names."""
    return tuple(someone(db, row["subject_id"]) for row in _to_correct(db, start).events)


@fact(sample=(_CARD,), others=((_OWN,), (_MISS,), (_COACHING,), (_PRAISE,)))
def entry_now(db: Connection, start: Start) -> tuple[EventRef, ...]:
    """The events of the person's own entry (`about`) that stand at this moment."""
    entry = entry_of(db, str(start.given["event"]))
    return _events(db, entry) if entry and entry.author == start.person else ()


@fact(sample=UNDO_TIME)
def undo_time(db: Connection, start: Start) -> timedelta:  # the same for everyone
    """For how long what somebody logs can be taken back."""
    return UNDO_TIME


def _to_correct(db: Connection, start: Start) -> LoggedEntry:
    return _own_entry(db, start, str(start.given.get("event")), TooLateToCorrect)


def _own_entry(db: Connection, start: Start, series: str, too_late: type[Refusal]) -> LoggedEntry:
    """The entry of an event, if its author can still change it."""
    entry = entry_of(db, series)
    if entry is None or entry.author != start.person:
        raise NotYours(start.person, entry.author if entry else None, "key_event")
    if not entry.events:
        raise AlreadyUndone
    if entry.at + UNDO_TIME <= start.now:
        raise too_late(due=entry.at + UNDO_TIME)
    return entry


def _meeting(db: Connection, start: Start, series: str) -> RowMapping:
    first, now = _versions(db, start, meeting, series)
    if now["state"] == MeetingState.cancelled:
        raise MeetingCancelled
    if now["state"] != MeetingState.planned:
        raise MeetingOver
    if first["saved_at"] + UNDO_TIME <= start.now:
        raise TooLateToUndoMeeting(due=first["saved_at"] + UNDO_TIME)
    return now


def _leave(db: Connection, start: Start, series: str) -> RowMapping:
    first, now = _versions(db, start, leave, series)
    if now["cancelled"]:
        raise AlreadyUndone
    if first["saved_at"] + UNDO_TIME <= start.now:
        raise TooLateToUndoLeave(due=first["saved_at"] + UNDO_TIME)
    return now


def _versions(db: Connection, start: Start, records: Table, series: str) -> tuple[RowMapping, RowMapping]:
    """The first version of the person's own record, and the one it has now."""
    of = select(records).where(records.c.series == series)
    first = db.execute(of.where(records.c.version == 1)).mappings().first()
    if first is None or first["saved_by"] != start.person:
        raise NotYours(start.person, first["saved_by"] if first else None, records.name)
    return first, db.execute(of.where(records.c.current)).mappings().one()


def _last(db: Connection, start: Start) -> Undoable:
    """What the person logged last in these minutes and still stands."""
    logged = (each for records in (event, meeting, leave) for each in _logged(db, start, records))
    for records, row in sorted(logged, key=lambda each: (each[1]["saved_at"], each[1]["id"]), reverse=True):
        now = select(records).where(records.c.series == row["series"], records.c.current)
        if records is event:
            entry = entry_of(db, row["series"])
            if entry and entry.events:
                return _events(db, entry)
        elif records is meeting:
            planned = db.execute(now.where(meeting.c.state == MeetingState.planned)).mappings().first()
            if planned:
                return meeting_reference(db, planned)
        elif off := db.execute(now.where(~leave.c.cancelled)).mappings().first():
            return _days(off)
    return None


def _logged(db: Connection, start: Start, records: Table) -> list[tuple[Table, RowMapping]]:
    """The first versions of what the person saved in a table in these minutes; of an entry its first event."""
    mine = select(records).where(records.c.saved_by == start.person, records.c.version == 1)
    recent = mine.where(records.c.saved_at > start.now - UNDO_TIME)
    if records is event:
        recent = recent.where(event.c.entry.is_(None))
    return [(records, row) for row in db.execute(recent).mappings()]


def _events(db: Connection, entry: LoggedEntry) -> tuple[EventRef, ...]:
    return tuple(reference(db, row) for row in entry.events)


def _days(row: RowMapping) -> Mapping[str, Any]:
    return {"series": row["series"], "first": row["first_day"], "last": row["last_day"]}
