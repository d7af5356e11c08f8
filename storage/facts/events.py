"""Facts about key events: the one a button names, for whoever wrote it and whoever it is about."""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, RowMapping, func, select

from storage.access import View
from storage.columns import table
from storage.directory import line_above, someone
from storage.events import CARD_TIME, RESPONSE_TIME, EventState, KeyEvent
from storage.facts.declaring import Start, fact
from storage.facts.people import ANN, LI
from storage.references import EventRef, GoalRef
from storage.refusals import AlreadyUndone, CardClosed, NotYours, ResponseClosed

event = table(KeyEvent)

_CARD = ("e1", 1, "win", "closed the Acme renewal")
_DAY = date(2026, 3, 5)


@fact(sample=EventRef(*_CARD, ANN, LI, _DAY), others=(EventRef(*_CARD, ANN, ANN, _DAY),))
def key_event(db: Connection, start: Start) -> EventRef:
    """The event a button names, for its subject to respond to; raises `NotYours` or `ResponseClosed`."""
    row = _named(db, start)
    if row["subject_id"] != start.person:
        raise NotYours(start.person, row["subject_id"], "key_event")
    if (closed := _logged_at(db, row) + RESPONSE_TIME) <= start.now:
        raise ResponseClosed(due=closed, author=someone(db, row["saved_by"]))
    return reference(db, row)


@fact(sample=RESPONSE_TIME)
def response_time(db: Connection, start: Start) -> timedelta:
    """How long the subject of that event can still respond."""
    return _logged_at(db, _named(db, start)) + RESPONSE_TIME - start.now


@fact(sample=EventRef(*_CARD, LI, ANN, _DAY), others=(EventRef(*_CARD, ANN, ANN, _DAY),))
def own_event(db: Connection, start: Start) -> EventRef:
    """The event a button names, for its author to add to; raises `NotYours` or `CardClosed`."""
    row = _named(db, start)
    if row["saved_by"] != start.person:
        raise NotYours(start.person, row["subject_id"], "key_event")
    if (closed := _logged_at(db, row) + CARD_TIME) <= start.now:
        raise CardClosed(due=closed)
    return reference(db, row)


def shared_event(db: Connection, start: Start, *, manager: bool = False) -> EventRef:
    """The event a button names, for its author and its subject to talk about, and perhaps for the subject's manager.

    Raises `NotYours` or `AlreadyUndone`.
    """
    row = _named(db, start)
    theirs = (row["saved_by"], row["subject_id"], *(line_above(db, row["subject_id"])[:1] if manager else ()))
    if start.person not in theirs:
        raise NotYours(start.person, row["subject_id"], "key_event")
    if row["state"] == EventState.withdrawn:
        raise AlreadyUndone
    return reference(db, row)


@fact(sample=CARD_TIME)
def card_time(db: Connection, start: Start) -> timedelta:
    """How long the author of that event can still add to it."""
    return _logged_at(db, _named(db, start)) + CARD_TIME - start.now


@fact(sample=(GoalRef("g1", "Renew 90 % of contracts by June", 40, 60, 1),))
def event_goals(db: Connection, start: Start) -> tuple[GoalRef, ...]:
    """The subject's goals that event may be evidence for, as far as the person may see them."""
    try:
        rows = View(db, start.person, _named(db, start)["subject_id"], start.now).goals()
    except NotYours:
        return ()
    return tuple(GoalRef(row["series"], _with_indicator(row)) for row in rows)


def _with_indicator(goal: RowMapping) -> str:
    return f"{goal['title']} ({goal['indicator']})" if goal["indicator"] else str(goal["title"])


def _named(db: Connection, start: Start) -> RowMapping:
    found = select(event).where(event.c.series == str(start.given.get("event")), event.c.current)
    row = db.execute(found).mappings().first()
    if row is None:
        raise NotYours(start.person, None, "key_event")
    if row["state"] == EventState.withdrawn and start.person in (row["saved_by"], row["subject_id"]):
        raise AlreadyUndone
    return row


def _logged_at(db: Connection, row: RowMapping) -> datetime:
    """When it was first saved: adding to a card gives nobody more time."""
    first = select(func.min(event.c.saved_at)).where(event.c.series == row["series"])
    at: datetime = db.execute(first).scalar_one()
    return at


def reference(db: Connection, row: RowMapping) -> EventRef:
    return EventRef(
        row["series"],
        row["version"],
        row["kind"],
        row["text"],
        someone(db, row["subject_id"]),
        someone(db, row["saved_by"]),
        row["happened_on"],
        row["visibility"],
        row["goal"],
    )
