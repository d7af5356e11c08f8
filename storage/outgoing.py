"""Outgoing: the statements that take promised messages out of the outbox and note what became of each.

Every message is in exactly one state at a time. Who wants to send one marks it `sending` with its own name (`run`)
first; a message that is still so marked when its process is gone may or may not have arrived.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    update,
)

from storage import bundles
from storage.broadcasts import Going, held_back, stopped
from storage.columns import table
from storage.journal import Delivery, Outbox, Urgency
from storage.participation import may_write
from storage.people import Person
from storage.reasons import Reason
from storage.wordings import Wording

outbox = table(Outbox)
person = table(Person)
wording = table(Wording)
_other = outbox.alias("other")


def _is(status: ColumnElement[int], what: Delivery) -> ColumnElement[bool]:
    """Written out and not bound: only so do both databases see that an index of just these rows will do."""
    return status == literal_column(str(int(what)))


_WAITING = _is(outbox.c.status, Delivery.waiting)
_SENDING = _is(outbox.c.status, Delivery.sending)
_IN_FLIGHT = exists().where(
    _other.c.person_id == outbox.c.person_id, _is(_other.c.status, Delivery.sending), _other.c.kind != "channel"
)
_REVISION = func.coalesce(wording.c.revision, 0).label("revision")
"""What a message says is at least as new as this, which is read before it is composed."""
_READY = (
    select(outbox, person.c.status.label("person_status"), may_write.label("may_write"), person.c.email, _REVISION)
    .join(person, person.c.id == outbox.c.person_id)
    .outerjoin(wording, wording.c.about == outbox.c.about)
    .where(_WAITING, outbox.c.due_at <= bindparam("now"))
    .where((outbox.c.kind == "channel") | ~_IN_FLIGHT, ~stopped(outbox.c.about))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=outbox)
)
_OF_CHUNK = _READY.where(outbox.c.chunk == bindparam("of_chunk"))
_FRESH = _READY.where(outbox.c.chunk.is_(None), outbox.c.id > bindparam("after"))
_IS_ANSWER = outbox.c.urgency == literal_column(str(int(Urgency.answer)))
_ANSWERS = _READY.where(outbox.c.chunk.is_(None), _IS_ANSWER)
_ANSWER_DUE = select(outbox.c.id).where(_WAITING, _IS_ANSWER, outbox.c.due_at <= bindparam("now")).limit(1)
_LOOSE = (
    select(outbox.c.id)
    .where(_WAITING, outbox.c.chunk.is_(None), outbox.c.due_at <= bindparam("now"), ~stopped(outbox.c.about))
    .where(~_IS_ANSWER)
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_GATHER = update(outbox).where(outbox.c.id == bindparam("of_id")).values(chunk=bindparam("to_chunk"))
_STILL_IN = select(outbox.c.id).where(_WAITING, outbox.c.chunk == bindparam("of_chunk")).order_by(outbox.c.id)
_RELEASE = update(outbox).where(outbox.c.id.in_(_STILL_IN.with_for_update())).values(chunk=None)
"""In the order of their numbers, as whoever pauses a broadcast locks them too, so that neither waits for the other."""
_TAKE = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), _WAITING)
    .values(
        status=Delivery.sending,
        run=bindparam("to_run"),
        platform=bindparam("to_platform"),
        place=bindparam("to_place"),
        done_at=bindparam("now"),
        chunk=None,
    )
)
_LEFT = _WAITING & (outbox.c.id == bindparam("of_id"))
_OURS = _SENDING & (outbox.c.id == bindparam("of_id")) & (outbox.c.run == bindparam("of_run"))
"""Only who has taken a message says what became of it: whoever was taken for dead meanwhile says nothing more."""
_ENDS: dict[str, Any] = {
    "status": bindparam("to_status"),
    "reason": bindparam("to_reason"),
    "done_at": bindparam("now"),
    "run": None,
}
_SKIP = update(outbox).where(_LEFT).values(_ENDS)
_OVER = update(outbox).where(_OURS).values(_ENDS)
_FIRST_DUE = func.coalesce(outbox.c.due_since, outbox.c.due_at)
_POSTPONE = (
    update(outbox)
    .where(_LEFT)
    .values(due_at=bindparam("to_due"), reason=bindparam("to_reason"), chunk=None, due_since=None)
)
_PUT_OFF = update(outbox).where(_LEFT).values(due_at=bindparam("to_due"), chunk=None, due_since=_FIRST_DUE)
_BACK = (
    update(outbox)
    .where(_OURS)
    .values(
        status=held_back(
            {
                Going.paused: Delivery.held,
                Going.cancelled: Delivery.skipped,
                Going.withdrawn: Delivery.skipped,
            },
            Delivery.waiting,
        ),
        due_since=_FIRST_DUE,
        due_at=bindparam("to_due"),
        attempts=bindparam("to_attempts"),
        reason=held_back({Going.cancelled: Reason.cancelled, Going.withdrawn: Reason.withdrawn}, None),
        done_at=None,
        run=None,
        chunk=None,
    )
)
_RUNS = select(outbox.c.run).where(_SENDING).distinct()
_ADOPT = update(outbox).where(_SENDING, outbox.c.run == bindparam("of_run")).values(run=bindparam("to_run"))
_HAND_OVER = update(outbox).where(_OURS).values(run=bindparam("to_run"))
_HELD_BY = (
    select(outbox, person.c.status.label("person_status"), person.c.email, literal_column("0").label("revision"))
    .join(person, person.c.id == outbox.c.person_id)
    .where(_SENDING, outbox.c.run == bindparam("of_run"))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)
_LAST_SENT = (
    select(outbox.c.person_id, func.max(outbox.c.done_at))
    .where(outbox.c.person_id.in_(bindparam("people", expanding=True)), outbox.c.kind != "channel")
    .where(_is(outbox.c.status, Delivery.sent), outbox.c.done_at > bindparam("after", type_=outbox.c.done_at.type))
    .group_by(outbox.c.person_id)
)
_IS_STOPPED = select(stopped(bindparam("of_about", type_=outbox.c.about.type)))
_NEWEST = select(func.max(outbox.c.id))


@dataclass(frozen=True)
class OfJob:
    chunk: str


@dataclass(frozen=True)
class Newer:
    """Those that are in no job, and newer than one."""

    after: int = 0


@dataclass(frozen=True)
class Answers:
    """Those that a platform did not take when they were said (`Urgency.answer`); they are in no job."""


Scope = OfJob | Newer | Answers
"""Which messages."""


def ready(db: Connection, scope: Scope, now: datetime, most: int) -> Sequence[RowMapping]:
    """Waiting messages that are due; each person's next one only."""
    which, of = _in(scope)
    rows = db.execute(which, {"now": now, "most": most, **of}).mappings().all()
    first: dict[object, RowMapping] = {}
    for row in rows:
        first.setdefault(("channel", row["id"]) if row["kind"] == "channel" else row["person_id"], row)
    return list(first.values())


def _in(scope: Scope) -> tuple[Select[Any], dict[str, Any]]:
    match scope:
        case OfJob(chunk=chunk):
            return _OF_CHUNK, {"of_chunk": chunk}
        case Newer(after=after):
            return _FRESH, {"after": after}
        case Answers():
            return _ANSWERS, {}


def is_answer_due(db: Connection, now: datetime) -> bool:
    return db.execute(_ANSWER_DUE, {"now": now}).first() is not None


def loose(db: Connection, now: datetime, most: int) -> Sequence[int]:
    """Messages that are due and in no job yet; late answers go by none, so that they wait behind nobody else's."""
    return db.execute(_LOOSE, {"now": now, "most": most}).scalars().all()


def gather(db: Connection, chunks: Mapping[str, Sequence[int]]) -> None:
    """Puts messages into jobs."""
    rows = [{"of_id": number, "to_chunk": chunk} for chunk, numbers in chunks.items() for number in numbers]
    if rows:
        db.execute(_GATHER, rows)


def release(db: Connection, chunk: str) -> int:
    """Takes what a job has not sent out of it, for the next one; says how many messages that was."""
    return db.execute(_RELEASE, {"of_chunk": chunk}).rowcount


def take(db: Connection, rows: Iterable[tuple[int, str, str]], run: str, now: datetime) -> None:
    """Marks messages as about to be sent by a process, each to a place on a platform."""
    listed = [{"of_id": n, "to_platform": platform, "to_place": place} for n, platform, place in rows]
    if listed:
        db.execute(_TAKE, [{**each, "to_run": run, "now": now} for each in listed])


def skip(db: Connection, number: int, reason: str, now: datetime) -> None:
    """Notes that a waiting message will not be sent, and why."""
    db.execute(_SKIP, {"of_id": number, "to_status": Delivery.skipped, "to_reason": reason, "now": now})
    bundles.settle(db, [number], Delivery.skipped, reason, now)


def postpone(db: Connection, number: int, due: datetime, reason: str) -> None:
    """Has a waiting message wait longer, because its person is spared; it is due then and no sooner."""
    db.execute(_POSTPONE, {"of_id": number, "to_due": due, "to_reason": reason})


def put_off(db: Connection, number: int, due: datetime) -> None:
    """Has a waiting message wait for its platform; since when it is late is kept, for whoever watches over that."""
    db.execute(_PUT_OFF, {"of_id": number, "to_due": due})


def over(db: Connection, run: str, numbers: Sequence[int], status: Delivery, reason: str | None, now: datetime) -> None:
    """Notes what messages that a process was sending came to, once and for all."""
    if numbers:
        values = {"of_run": run, "to_status": status, "to_reason": reason, "now": now}
        db.execute(_OVER, [{"of_id": number, **values} for number in numbers])
        bundles.settle(db, numbers, status, reason, now)


def back(db: Connection, run: str, number: int, due: datetime, attempts: int) -> None:
    """Puts a message that is certain not to have been sent back among those that wait."""
    db.execute(_BACK, {"of_run": run, "of_id": number, "to_due": due, "to_attempts": attempts})


def runs(db: Connection) -> set[str]:
    """The processes that are sending something, or were when they ended."""
    return {run for run in db.execute(_RUNS).scalars() if run}


def adopt(db: Connection, run: str, by: str) -> int:
    """Hands what a process was sending over to another, which finds out what became of it."""
    return db.execute(_ADOPT, {"of_run": run, "to_run": by}).rowcount


def held_by(db: Connection, run: str, most: int) -> Sequence[RowMapping]:
    """What is marked as being sent by a process."""
    return db.execute(_HELD_BY, {"of_run": run, "most": most}).mappings().all()


def last_sent(db: Connection, people: Iterable[int], after: datetime) -> Mapping[int, datetime]:
    """When each of some people last got a message, if that was after an instant."""
    rows = db.execute(_LAST_SENT, {"people": list(people), "after": after})
    return {row[0]: row[1] for row in rows}


def may_go(db: Connection, about: str | None) -> bool:
    """Whether what is about something may still be sent: nobody has paused it, given it up or taken it back."""
    return about is None or not db.execute(_IS_STOPPED, {"of_about": about}).scalar_one()


def newest(db: Connection) -> int:
    """The number of the last message promised."""
    return int(db.execute(_NEWEST).scalar() or 0)


def hand_over(db: Connection, run: str, number: int, to: str) -> None:
    """Leaves a message of which nobody knows whether it arrived to whoever looks such things up."""
    db.execute(_HAND_OVER, {"of_run": run, "of_id": number, "to_run": to})
