"""Event lines: wins, misses, coaching and praise as a desk or a closer look shows them, with what was said of each."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import RowMapping

from bot.event_buttons import event_buttons
from bot.visit import Visit
from flows.core import Register
from flows.message import Labelled
from storage.access import View
from storage.directory import someone
from storage.events import UNDO_TIME, Kind, entry_of
from storage.references import Who

RESPONSE_DAYS = 7
"""For how long the desk offers to respond to a key event."""


@dataclass(frozen=True)
class ResponseLine:
    stance: str
    text: str
    by: Who
    earlier: str = ""
    """What the event said when this was said of it, if its author has corrected it since."""


@dataclass(frozen=True)
class EventLine:
    series: str
    kind: Kind
    text: str
    day: date
    author: Who
    subject: Who
    responses: tuple[ResponseLine, ...]
    open: bool
    """The person can respond to it now."""
    changes: tuple[str, ...] = ()
    """The flows with which its author can correct it or take it back now."""
    buttons: tuple[Labelled, ...] = ()
    """What the person can do about what was said of it."""


def flows_with(register: Register, fact: str) -> tuple[str, ...]:
    """The flows that a button starts about such a thing."""
    return tuple(flow.name for flow in register.newest() if flow.is_button and fact in flow.facts)


def event_line(visit: Visit, row: RowMapping, view: View | None = None) -> EventLine:
    """An event, with what was said of it where it is looked at through a view of its subject."""
    responses = view.responses(row["series"]) if view else ()
    recent = visit.now - row["saved_at"] < timedelta(days=RESPONSE_DAYS)
    return EventLine(
        series=row["series"],
        kind=Kind(row["kind"]),
        text=row["text"],
        day=row["happened_on"],
        author=someone(visit.db, row["saved_by"]),
        subject=someone(visit.db, row["subject_id"]),
        responses=tuple(_response(visit, each, row["text"]) for each in responses),
        open=recent and row["subject_id"] == visit.person and row["saved_by"] != visit.person,
        changes=_changes(visit, row),
        buttons=event_buttons(visit, view, row, responses) if view else (),
    )


def _response(visit: Visit, said: RowMapping, now: str) -> ResponseLine:
    earlier = said["answered"] if said["answered"] not in (None, now) else ""
    return ResponseLine(said["stance"], said["text"], someone(visit.db, said["saved_by"]), earlier)


def _changes(visit: Visit, row: RowMapping) -> tuple[str, ...]:
    is_own = row["saved_by"] == visit.person
    if not is_own or visit.now >= row["saved_at"] + UNDO_TIME:  # a later version gives nobody more time
        return ()
    entry = entry_of(visit.db, row["series"])
    if entry is None or visit.now >= entry.at + UNDO_TIME:
        return ()
    return tuple(name for fact in ("correctable", "undoable") for name in flows_with(visit.repertoire.register, fact))
