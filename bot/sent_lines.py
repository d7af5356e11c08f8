"""Sent lines: the newest announcements on the desk of their author and HR, each with how it stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select

from bot.notices import title_of
from bot.told import scheduled_for
from bot.visit import Visit
from storage.announcements import announcement
from storage.broadcasts import LISTS, Going, broadcast_row
from storage.directory import roles_of
from storage.reach import required, tally
from storage.references import When
from storage.refusals import NotYours

MOST = 4


@dataclass(frozen=True)
class Sent:
    title: str
    at: datetime
    needs_acknowledgement: bool
    audience: int
    """Everybody it was meant for."""
    received: int
    read: int
    acknowledged: int
    series: str = ""
    state: str = ""
    """In words, where it is not simply on its way or done: withdrawn, stopped, paused, scheduled."""


def sent_lines(visit: Visit) -> tuple[Sent, ...]:
    """The newest announcements whose reach is for the person to see."""
    if not roles_of(visit.db, visit.person, visit.now):
        return ()
    newest = select(announcement).where(announcement.c.current).order_by(announcement.c.id.desc()).limit(MOST)
    found = (_announced(visit, row) for row in visit.db.execute(newest).mappings().all())
    return tuple(sent for sent in found if sent)


def _announced(visit: Visit, row: RowMapping) -> Sent | None:
    try:
        required(visit.db, row["series"], visit.person, visit.now, again=True)
    except NotYours:
        return None  # of a department that is another HR partner's
    now = tally(visit.db, row)
    return Sent(
        title=title_of(row).name(visit.reader.language),
        at=row["saved_at"],
        needs_acknowledgement=row["needs_acknowledgement"],
        audience=sum(now[name] for name in LISTS),
        received=now["sent"],
        read=now["read"],
        acknowledged=now["acknowledged"],
        series=row["series"],
        state=_state_of(visit, row),
    )


def _state_of(visit: Visit, row: RowMapping) -> str:
    under_way = broadcast_row(visit.db, row["series"])
    if under_way is None or under_way["state"] != Going.on:
        return visit.say(f"desk.sent.states.{under_way['state']}") if under_way else ""
    scheduled = scheduled_for(visit.db, row, under_way)
    return visit.say("desk.sent.states.scheduled", at=When(scheduled)) if scheduled else ""
