"""Facts about an announcement that was sent, for those whose it is to look after: how it is doing, what it says."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, func, select

from storage.announcements import current
from storage.audience import Audience, members, not_told
from storage.broadcasts import Going, broadcast_row, counts, first_due, undelivered
from storage.columns import table
from storage.directory import person_row
from storage.facts.announcements import SAMPLE, announcer, named
from storage.facts.declaring import Start, fact
from storage.journal import Delivery, Outbox
from storage.reach import required
from storage.references import AnnouncementRef
from storage.refusals import NobodyToRemind, NothingOpen

outbox = table(Outbox)

_SAMPLE = {
    "state": "on",
    "waiting": 20,
    "sent": 97,
    "failed": 2,
    "skipped": 1,
    "passing": 1,
    "undelivered": 2,
    "acknowledge": True,
    "audience": Audience(),
    "hour": 9,
    "timing": {"hour": 9, "day": None, "at": None},
    "chosen": {"when": "local", "day": date(2026, 3, 6), "hour": 9},
    "confirmed": 41,
    "begun": True,
}
KEPT = ("language", "audience", "local_hour", "send_on", "send_at", "needs_acknowledgement", "remind_after")
"""What a change of its words leaves as it is."""
_KEPT: dict[str, Any] = {
    "language": "en",
    "audience": {},
    "local_hour": None,
    "send_on": None,
    "send_at": None,
    "needs_acknowledgement": True,
    "remind_after": None,
}
_LETTER = {
    "headline": "New review cycle",
    "body": "It begins on Monday.",
    "headline_other": None,
    "body_other": None,
    "kept": _KEPT,
}


@fact(sample=SAMPLE)
def steered(db: Connection, start: Start) -> AnnouncementRef:
    """The announcement a button names, for its author and HR.

    Raises `NothingOpen`, `NotYours`, or `NotYourRole` where announcing is the author's no more.
    """
    found = named(db, start)
    required(db, found.key, start.person, start.now)
    announcer(db, start)
    return found


@fact(
    sample=_SAMPLE,
    others=(
        {**_SAMPLE, "state": "paused"},
        {**_SAMPLE, "state": "cancelled"},
        {**_SAMPLE, "state": "withdrawn"},
        {**_SAMPLE, "waiting": 0, "passing": 0, "undelivered": 0, "acknowledge": False, "hour": None, "confirmed": 0},
        {**_SAMPLE, "waiting": 120, "sent": 0, "failed": 0, "skipped": 0, "begun": False, "confirmed": 0},
        {**_SAMPLE, "passing": 0},
    ),
)
def going(db: Connection, start: Start) -> Mapping[str, Any]:
    """How the announcement a button names is doing: its state, its lists in numbers, and what may be tried again."""
    series = named(db, start).key
    row, under_way = current(db, series), broadcast_row(db, series)
    if row is None:
        raise NothingOpen
    found, due = counts(db, series), first_due(db, series)
    return {
        "state": str(under_way["state"] if under_way else Going.on),
        **found,
        "begun": found["waiting"] < sum(found.values()) or due is None or due <= start.now,
        "chosen": _chosen(db, start, row),
        "confirmed": _confirmed(db, series, start.now),
        "timing": {"hour": row["local_hour"], "day": row["send_on"], "at": row["send_at"]},
        "passing": _ended(db, series, undelivered(db, series, whatever=False)),
        "undelivered": _ended(db, series, undelivered(db, series, whatever=True)),
        "acknowledge": row["needs_acknowledgement"],
        "audience": Audience.of(row["audience"]),
        "hour": row["local_hour"],
    }


@fact(sample=2, others=(0,))
def newcomers(db: Connection, start: Start) -> int:
    """How many people belong to the audience by now who were never sent the announcement a button names."""
    row = current(db, named(db, start).key)
    if row is None:
        raise NothingOpen
    chosen = not_told(members(db, Audience.of(row["audience"]), start.now), row["series"])
    return int(db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one())


@fact(sample=41)
def unconfirmed(db: Connection, start: Start) -> int:
    """How many people have the announcement a button names and have not acknowledged it; raises `NobodyToRemind`."""
    now = going(db, start)
    chosen = members(db, Audience(unconfirmed=named(db, start).key), start.now)
    count = int(db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one())
    if not (count and now["acknowledge"] and now["state"] in (Going.on, Going.paused)):
        raise NobodyToRemind
    return count


@fact(sample=_LETTER, others=({**_LETTER, "headline_other": "新的评估周期", "body_other": "周一开始。"},))
def letter(db: Connection, start: Start) -> Mapping[str, Any]:
    """What the announcement a button names says by now."""
    row = current(db, named(db, start).key)
    if row is None:
        raise NothingOpen
    return {
        "headline": row["title"],
        "body": row["body"],
        "headline_other": row["title_other"],
        "body_other": row["body_other"],
        "kept": {name: row[name] for name in KEPT},
    }


def _confirmed(db: Connection, series: str, now: datetime) -> int:
    """How many people have confirmed the newest text."""
    chosen = members(db, Audience(confirmed=series), now).subquery()
    return int(db.execute(select(func.count()).select_from(chosen)).scalar_one())


def _chosen(db: Connection, start: Start, row: RowMapping) -> Mapping[str, Any]:
    """When it goes out, as its author chose it in the form."""
    if row["send_at"] is not None:
        there = row["send_at"].astimezone(ZoneInfo(person_row(db, start.person)["time_zone"]))
        return {"when": "own", "day": there.date(), "hour": there.hour}
    return {
        "when": "now" if row["local_hour"] is None else "local",
        "day": row["send_on"],
        "hour": row["local_hour"],
    }


def _ended(db: Connection, series: str, codes: list[str]) -> int:
    ended = (outbox.c.status.in_((Delivery.failed, Delivery.skipped)), outbox.c.reason.in_(codes))
    return int(db.execute(select(func.count()).where(outbox.c.about == series, *ended)).scalar_one())
