"""Broadcasts: how an announcement that was sent is doing, and what can still be done with its messages.

What waits can be held and let go again, or given up; what failed can be tried again. The state in its row says so for
all its messages at once, and nothing is sent that it stops (`stopped`); they are brought in line with it in lots, the
first at once and the others at the next ticks (`obey`). Each is done under the lock of that row, so that of two at once
the second finds what the first has made. Rows are locked in the order of their numbers, as everywhere in the outbox, so
that nobody waits in a circle. A message that is being sent at the moment is let alone; if it comes back, it does as the
others have (`held_back`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, table
from storage.journal import Delivery, Outbox
from storage.ledger import insert_or_skip
from storage.people import Person
from storage.reasons import Reason, worth_another_try
from storage.timing import Timing
from storage.wordings import PROGRESS, REMINDER, changed


class Going(StrEnum):
    on = "on"
    paused = "paused"
    cancelled = "cancelled"
    """What had not gone was given up."""
    withdrawn = "withdrawn"
    """The same, and what had gone was taken back."""


class Broadcast(SQLModel, table=True):
    """One announcement on its way. The numbers are as they were counted last; what is exact stands in the outbox."""

    __tablename__ = "broadcast"

    series: str = Field(primary_key=True)
    state: str = Going.on
    changed_by: int | None = Field(default=None, foreign_key="person.id")
    """Who gave the state it is in."""
    waiting: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    counted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_settled: bool = False
    """Nothing of it waits any more, and that was counted."""
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When whoever has not acknowledged it is reminded without anybody asking for it."""


LOT = 2000
"""Messages brought in line at once: nobody waits for longer than that takes, a fraction of a second."""
COUNTED_EVERY = timedelta(seconds=4)
WAITING = (Delivery.waiting, Delivery.sending, Delivery.folded, Delivery.held)
LISTS = ("waiting", "sent", "failed", "skipped")

broadcast = table(Broadcast)
outbox = table(Outbox)
person = table(Person)

_ONE = select(broadcast).where(broadcast.c.series == bindparam("of_series"))
_LOCKED = _ONE.with_for_update()
_NOT_GONE = outbox.c.status.in_((Delivery.waiting, Delivery.folded))
"""What is to be told as a line of another message (`storage.bundles`) is a line less of it then."""
_OF = outbox.c.about == bindparam("of_series")
_COUNTS = select(outbox.c.status, func.count()).where(_OF).group_by(outbox.c.status)
_FIRST_DUE = select(func.min(outbox.c.due_at)).where(_OF, outbox.c.status.in_(WAITING))
_UNSETTLED = (
    select(broadcast.c.series)
    .where(~broadcast.c.is_settled)
    .where(broadcast.c.counted_at.is_(None) | (broadcast.c.counted_at <= bindparam("before", type_=UtcDateTime)))
    .order_by(broadcast.c.series)
)
_REASONS = select(outbox.c.reason).where(_OF).distinct()
_TO_REMIND = select(broadcast.c.series).where(broadcast.c.remind_at <= bindparam("now", type_=UtcDateTime))
_BLANK: Mapping[str, Any] = {
    "state": Going.on,
    "changed_by": None,
    **dict.fromkeys(LISTS, 0),
    "counted_at": None,
    "is_settled": False,
    "remind_at": None,
}


def begin(db: Connection, series: str, remind_at: datetime | None = None) -> None:
    """Notes that an announcement goes out."""
    db.execute(insert_or_skip(Broadcast, db.dialect.name), {**_BLANK, "series": series, "remind_at": remind_at})


def remind_at(db: Connection, series: str, moment: datetime) -> None:
    """Has people who have not confirmed an announcement reminded at a moment."""
    _update(db, series, remind_at=moment)


def reschedule(db: Connection, series: str, timing: Timing, now: datetime) -> None:
    """Gives every message that waits the moment at which it is due by another timing."""
    _locked(db, series)
    waits = (outbox.c.about == series, outbox.c.status.in_(WAITING))
    zones = select(person.c.time_zone).join(outbox, outbox.c.person_id == person.c.id).where(*waits).distinct()
    for zone in db.execute(zones).scalars().all():
        there = outbox.c.person_id.in_(select(person.c.id).where(person.c.time_zone == zone))
        _set(db, series, and_(outbox.c.status.in_(WAITING), there), None, due_at=timing.due(now, zone), reason=None)
    recount(db, series)


def broadcast_row(db: Connection, series: str) -> RowMapping | None:
    return db.execute(_ONE, {"of_series": series}).mappings().first()


def pause(db: Connection, series: str, by: int, now: datetime) -> None:
    """Holds what waits."""
    if _moves(db, series, by, Going.paused, {Going.on}):
        obey(db, series, now)


def joined(db: Connection, series: str, now: datetime) -> None:
    """Has what was promised since do as the others have, in whatever state the announcement is by now."""
    obey(db, series, now)
    recount(db, series)


def resume(db: Connection, series: str, by: int, now: datetime) -> None:
    """Lets what was held go on its way again."""
    if _moves(db, series, by, Going.on, {Going.paused}):
        obey(db, series, now)


def cancel(db: Connection, series: str, by: int, now: datetime) -> None:
    """Gives up what has not gone."""
    if _moves(db, series, by, Going.cancelled, {Going.on, Going.paused}):
        obey(db, series, now)


def withdraw(db: Connection, series: str, by: int, now: datetime) -> None:
    """Gives up what has not gone, and has what has gone say that it was withdrawn."""
    if _moves(db, series, by, Going.withdrawn, {Going.on, Going.paused, Going.cancelled}):
        obey(db, series, now)
        changed(db, now, series, REMINDER + series)


def obey(db: Connection, series: str, now: datetime) -> bool:
    """Brings a lot of the messages of an announcement in line with its state; whether there may be more of them."""
    row = _locked(db, series)
    match row["state"] if row else None:
        case Going.on:
            moved = _set(db, series, outbox.c.status == Delivery.held, status=Delivery.waiting)
        case Going.paused:
            moved = _set(db, series, _NOT_GONE, status=Delivery.held, chunk=None, bundle_id=None)
        case Going.cancelled:
            moved = _give_up(db, series, Reason.cancelled, now)
        case Going.withdrawn:
            moved = max(_give_up(db, about, Reason.withdrawn, now) for about in (REMINDER + series, series))
        case _:
            moved = 0
    return moved == LOT


def stopped(about: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether nothing about this may be sent, because its announcement was paused, given up or taken back.

    What reminds of an announcement is stopped by the last of these alone.
    """
    own = broadcast.c.series == about
    state = broadcast.c.state
    either = or_(state == literal_column(f"'{Going.withdrawn}'"), and_(own, state != literal_column(f"'{Going.on}'")))
    return exists().where(broadcast.c.series == func.replace(about, REMINDER, ""), either)


def retry(db: Connection, series: str, now: datetime, *, whatever: bool) -> None:
    """Has what was not delivered tried again: what may work by now, or `whatever` failed."""
    row = _locked(db, series)
    if row is None or row["state"] not in (Going.on, Going.paused):
        return
    codes = undelivered(db, series, whatever=whatever)
    again = and_(outbox.c.status.in_((Delivery.failed, Delivery.skipped)), outbox.c.reason.in_(codes))
    status = Delivery.held if row["state"] == Going.paused else Delivery.waiting
    begun: dict[str, Any] = {"done_at": None, "due_at": now, "attempts": 0}
    _set(db, series, again, None, status=status, reason=None, bundle_id=None, **begun)
    recount(db, series)


def undelivered(db: Connection, series: str, *, whatever: bool) -> list[str]:
    """The codes with which messages ended that are worth another try."""
    codes = [code for code in db.execute(_REASONS, {"of_series": series}).scalars() if code]
    return worth_another_try(codes, whatever=whatever)


def recount(db: Connection, series: str) -> None:
    """Has it counted anew soon, and shown to whoever looks."""
    _update(db, series, is_settled=False, counted_at=None)


def counts(db: Connection, series: str) -> dict[str, int]:
    """How many messages are in each of the four lists."""
    found = {row[0]: row[1] for row in db.execute(_COUNTS, {"of_series": series})}
    waiting = sum(found.get(each, 0) for each in WAITING)
    return {"waiting": waiting} | {name: found.get(Delivery[name], 0) for name in LISTS[1:]}


def first_due(db: Connection, series: str) -> datetime | None:
    """When the first message that waits is due."""
    return db.execute(_FIRST_DUE, {"of_series": series}).scalar()


def unsettled(db: Connection, now: datetime) -> Sequence[str]:
    """The announcements on their way whose numbers are not of just now."""
    return db.execute(_UNSETTLED, {"before": now - COUNTED_EVERY}).scalars().all()


def count(db: Connection, series: str, now: datetime) -> bool:
    """Counts an announcement; whether anything was different, which its author's message then says."""
    row, found = _locked(db, series), counts(db, series)
    if row is None or (row["counted_at"] is not None and row["counted_at"] > now - COUNTED_EVERY):
        return False
    _update(db, series, **found, counted_at=now, is_settled=not found["waiting"])
    is_news = row["counted_at"] is None or any(row[name] != found[name] for name in LISTS)
    if is_news:
        changed(db, now, PROGRESS + series)
    return is_news


def to_remind(db: Connection, now: datetime) -> Sequence[str]:
    """The announcements whose time to remind of has come."""
    return db.execute(_TO_REMIND, {"now": now}).scalars().all()


def reminded(db: Connection, series: str) -> bool:
    """Notes that nobody needs to think of the reminder any more; False if somebody noted it before."""
    row = _locked(db, series)
    if row is None or row["remind_at"] is None:
        return False
    _update(db, series, remind_at=None)
    return True


def held_back(is_so: Mapping[Going, Any], otherwise: Any) -> ColumnElement[Any]:
    """A value for a message that comes back, by the state its announcement is in."""
    state = select(broadcast.c.state).where(broadcast.c.series == outbox.c.about).scalar_subquery()
    return case(*((state == going, value) for going, value in is_so.items()), else_=otherwise)


def _moves(db: Connection, series: str, by: int, to: Going, states: Collection[Going]) -> bool:
    """Gives an announcement another state, if it is in one of these."""
    row = _locked(db, series)
    if row is None or row["state"] not in states:
        return False
    _update(db, series, state=to, changed_by=by)
    recount(db, series)
    return True


def _give_up(db: Connection, about: str, reason: Reason, now: datetime) -> int:
    waits = _NOT_GONE | (outbox.c.status == Delivery.held)
    ends: dict[str, Any] = {"status": Delivery.skipped, "reason": reason, "done_at": now}
    return _set(db, about, waits, **ends, bundle_id=None, chunk=None)


def _set(db: Connection, about: str, which: ColumnElement[bool], most: int | None = LOT, **values: Any) -> int:
    """Changes some messages, the first of them by their numbers; says how many."""
    rows = select(outbox.c.id).where(outbox.c.about == about, which).order_by(outbox.c.id).limit(most)
    return db.execute(update(outbox).where(outbox.c.id.in_(rows.with_for_update())).values(**values)).rowcount


def _locked(db: Connection, series: str) -> RowMapping | None:
    return db.execute(_LOCKED, {"of_series": series}).mappings().first()


def _update(db: Connection, series: str, **values: Any) -> None:
    db.execute(update(broadcast).where(broadcast.c.series == series).values(**values))
