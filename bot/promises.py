"""Promises: the outbox rows a `tell` makes, one for each recipient, due at once or at their own hour."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from flows.steps import Tell
from storage.audience import Audience, members
from storage.directory import person_row
from storage.people import Status
from storage.references import Who, written


def messages(
    db: Connection, conversation: int, starter: int, flow: str, step: Tell, now: datetime
) -> Iterator[dict[str, Any]]:
    """The rows of a `tell`. Somebody who has left is told nothing."""
    body = {
        "flow": flow,
        "text": step.text,
        "values": written(step.values),
        "buttons": [[name, written(given)] for name, given in step.buttons],
    }
    for person, kind in _recipients(db, step, starter):
        yield {
            "dedupe": f"tell:{conversation}:{step.key}:{person['id']}",
            "person_id": person["id"],
            "kind": kind,
            "about": step.about,
            "conversation_id": conversation,
            "key": step.key,
            "body": body,
            "due_at": at_local_hour(now, step.hour, person["time_zone"]),
        }


def _recipients(db: Connection, step: Tell, starter: int) -> Iterator[tuple[RowMapping, str]]:
    match step.to:
        case "everyone":
            yield person_row(db, starter), "channel"
        case Audience() as audience:
            yield from ((row, "tell") for row in db.execute(members(audience)).mappings())
        case Who() as one:
            yield from _present(db, [one])
        case Sequence() as several:
            yield from _present(db, list(several))


def _present(db: Connection, people: Sequence[Who]) -> Iterator[tuple[RowMapping, str]]:
    for each in dict.fromkeys(people):
        row = person_row(db, each.id)
        if row["status"] != Status.left:
            yield row, "tell"


def at_local_hour(now: datetime, hour: int | None, zone: str) -> datetime:
    """The next time it is that full hour where the person is, or now when no hour is asked for.

    An hour that a clock change skips counts as the first one after it.
    """
    if hour is None:
        return now
    local = now.astimezone(ZoneInfo(zone))
    target = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if target < local:
        target = (local + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return target.astimezone(now.tzinfo)
