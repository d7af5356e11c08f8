"""Promises: the outbox rows a `tell` makes, one for each recipient, due at once or at their own hour.

What is told to many at once is put into jobs as it is promised, in the same transaction: there is never a message
without the job that carries it, nor a job without its messages. It is written in lots, so that telling a hundred
thousand people takes no more memory than telling a thousand.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, RowMapping

from bot.links import Links, for_person
from flows.steps import Tell
from storage import ledger
from storage.attention import BEFORE, HOUR
from storage.audience import Audience, members, not_told
from storage.directory import person_row
from storage.journal import Urgency
from storage.json_values import written
from storage.participation import visitor
from storage.people import Status
from storage.references import Link, Who
from storage.timing import Timing

Enqueue = Callable[[Connection, str], None]
"""Puts the job of a name into its queue, in the transaction it is given."""
FEW = 20
"""Messages of one step that need no job: the process that promised them sends them."""
CHUNK = 100
"""Messages of one job."""
LOT = 1000
"""Rows written at once."""
ONCE = "once:"
"""What the name of a promise begins with that whoever has it keeps whatever else is promised about the same."""


def keep(db: Connection, rows: Iterable[dict[str, Any]], name: str, now: datetime, enqueue: Enqueue | None) -> None:
    """Writes promises down, and the jobs that carry them where they are many; `name` is what the jobs are called by."""
    waiting = iter(rows)
    lot = list(islice(waiting, LOT))
    is_broadcast = enqueue is not None and len(lot) > FEW
    jobs = 0
    while lot:
        if is_broadcast and enqueue:
            now_due = [row for row in lot if row["due_at"] <= now]
            for first in range(0, len(now_due), CHUNK):
                chunk = f"{name}:{jobs}"
                jobs += 1
                for row in now_due[first : first + CHUNK]:
                    row["chunk"] = chunk
                enqueue(db, chunk)
        ledger.promise(db, lot, unless_there=lot[0]["dedupe"].startswith(ONCE))
        lot = list(islice(waiting, LOT))


def messages(
    db: Connection,
    conversation: int,
    starter: int,
    flow: str,
    step: Tell,
    now: datetime,
    links: Links,
    actor: int | None = None,
    untold: list[Who] | None = None,
) -> Iterator[dict[str, Any]]:
    """The rows of a `tell`. Somebody who has left is told nothing; to the `actor` it is a reply.

    Those to whom it will not be sent, because they do not take part yet, are added to `untold`.
    """
    body: dict[str, Any] = {
        "flow": flow,
        "text": step.text,
        "values": written(step.values),
        "buttons": [[name, written(given)] for name, given in step.buttons],
    }
    timing = step.hour if isinstance(step.hour, Timing) else Timing(step.hour)
    if timing.hour is not None:
        body[HOUR] = timing.hour
    if isinstance(step.binding, datetime):
        body[BEFORE] = step.binding.isoformat()
    has_links = any(isinstance(value, Link) for value in step.values.values())
    once = f"{ONCE}{step.about}" if step.once else f"tell:{conversation}:{step.key}"
    for person, kind in _recipients(db, step, starter, untold if untold is not None else [], now):
        yield {
            "dedupe": f"{once}:{person['id']}",
            "person_id": person["id"],
            "kind": kind,
            "about": step.about,
            "conversation_id": conversation,
            "key": step.key,
            "body": {**body, "values": _addressed(step, links, person["id"], now)} if has_links else body,
            "urgency": Urgency.reply if person["id"] == actor else _unasked(step),
            "due_at": timing.due(now, person["time_zone"]),
        }


def _addressed(step: Tell, links: Links, person: int, now: datetime) -> Any:
    return written(for_person(step.values, links, person, now))


def _unasked(step: Tell) -> Urgency:
    return Urgency.binding if step.binding else Urgency.ordinary


def _recipients(
    db: Connection, step: Tell, starter: int, untold: list[Who], now: datetime
) -> Iterator[tuple[RowMapping, str]]:
    match step.to:
        case "everyone":
            yield person_row(db, starter), "channel"
        case Audience() as audience:
            among = members(db, audience, now)
            chosen = not_told(among, step.about) if step.once and step.about else among
            many = db.execute(chosen.execution_options(yield_per=LOT))
            yield from ((row, "tell") for row in many.mappings())
        case Who() as one:
            yield from _present(db, [one], untold)
        case Sequence() as several:
            yield from _present(db, list(several), untold)


def _present(db: Connection, people: Sequence[Who], untold: list[Who]) -> Iterator[tuple[RowMapping, str]]:
    for each in dict.fromkeys(people):
        row = visitor(db, each.id)
        if row["status"] != Status.left:
            if not row["may_write"]:
                untold.append(each)
            yield row, "tell"
