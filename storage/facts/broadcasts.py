"""Facts about an announcement that was sent, for those whose it is to look after: how it is doing, what it says."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from storage.announcements import current
from storage.audience import Audience, members, not_told
from storage.broadcasts import Going, broadcast_row, counts, undelivered
from storage.columns import table
from storage.facts.announcements import SAMPLE, named
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
}
_KEPT: dict[str, Any] = {"audience": {}, "local_hour": None, "needs_acknowledgement": True, "remind_after": None}
_LETTER = {
    "headline": "New review cycle",
    "body": "It begins on Monday.",
    "headline_zh": None,
    "body_zh": None,
    "kept": _KEPT,
}


@fact(sample=SAMPLE)
def steered(db: Connection, start: Start) -> AnnouncementRef:
    """The announcement a button names, for its author and HR; raises `NothingOpen` or `NotYours`."""
    found = named(db, start)
    required(db, found.key, start.person, start.now)
    return found


@fact(
    sample=_SAMPLE,
    others=(
        {**_SAMPLE, "state": "paused"},
        {**_SAMPLE, "state": "cancelled"},
        {**_SAMPLE, "state": "withdrawn"},
        {**_SAMPLE, "waiting": 0, "passing": 0, "undelivered": 0, "acknowledge": False, "hour": None},
        {**_SAMPLE, "passing": 0},
    ),
)
def going(db: Connection, start: Start) -> Mapping[str, Any]:
    """How the announcement a button names is doing: its state, its lists in numbers, and what may be tried again."""
    series = named(db, start).key
    row, under_way = current(db, series), broadcast_row(db, series)
    if row is None:
        raise NothingOpen
    return {
        "state": str(under_way["state"] if under_way else Going.on),
        **counts(db, series),
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
    chosen = not_told(members(Audience.of(row["audience"])), row["series"])
    return int(db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one())


@fact(sample=41)
def unconfirmed(db: Connection, start: Start) -> int:
    """How many people have the announcement a button names and have not acknowledged it; raises `NobodyToRemind`."""
    now = going(db, start)
    chosen = members(Audience(unconfirmed=named(db, start).key))
    count = int(db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one())
    if not (count and now["acknowledge"] and now["state"] in (Going.on, Going.paused)):
        raise NobodyToRemind
    return count


@fact(sample=_LETTER, others=({**_LETTER, "headline_zh": "新的评估周期", "body_zh": "周一开始。"},))
def letter(db: Connection, start: Start) -> Mapping[str, Any]:
    """What the announcement a button names says by now."""
    row = current(db, named(db, start).key)
    if row is None:
        raise NothingOpen
    said = {"headline": row["title"], "body": row["body"], "headline_zh": row["title_zh"], "body_zh": row["body_zh"]}
    kept = ("audience", "local_hour", "needs_acknowledgement", "remind_after")
    return {**said, "kept": {name: row[name] for name in kept}}


def _ended(db: Connection, series: str, codes: list[str]) -> int:
    ended = (outbox.c.status.in_((Delivery.failed, Delivery.skipped)), outbox.c.reason.in_(codes))
    return int(db.execute(select(func.count()).where(outbox.c.about == series, *ended)).scalar_one())
