"""A closer look: the weeks, goals and key events of one person, and whom an announcement has reached.

Both are opened from the desk. What is in a look is what the one who looks may see; each read of somebody else's
data leaves an audit row, so a look needs a transaction that writes, and `NotYours` is raised where there is nothing
to be seen.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select

from bot.desk import EventLine, Goals, event_line, goals_of
from bot.visit import Visit
from storage.access import View
from storage.announcements import Announcement
from storage.columns import table
from storage.directory import person_row, who
from storage.reach import Reach, Recipient, watched
from storage.references import IsoWeek, Who

WEEKS, EVENTS = 8, 20

announcement = table(Announcement)
Lists = tuple[tuple[str, tuple[Recipient, ...]], ...]


@dataclass(frozen=True)
class Progress:
    title: str
    percent: int


@dataclass(frozen=True)
class PastWeek:
    name: IsoWeek
    at: datetime
    mood: int
    highlights: str
    more: str
    blockers: str
    help_wanted: str
    progress: tuple[Progress, ...]
    shared: bool


@dataclass(frozen=True)
class PersonDesk:
    who: Who
    title: str
    is_me: bool
    weeks: tuple[PastWeek, ...] | None
    """The newest first; None where check-ins are not for whoever looks."""
    goals: Goals
    events: tuple[EventLine, ...]


@dataclass(frozen=True)
class ReachOf:
    """Everybody an announcement was meant for, by what became of it."""

    title: str
    audience: int
    lists: Lists
    """Keys of `[desk.reach]`, each with its people."""


def person_desk(visit: Visit, person: int) -> PersonDesk:
    """What the person who is visiting may see of somebody; raises `NotYours`, or `NobodyCalled`."""
    row = person_row(visit.db, person)
    view = View(visit.db, visit.person, person, visit.now)
    goals = goals_of(view)  # whoever may not see these may see nothing here
    return PersonDesk(
        who=who(row),
        title=row["title"] or "",
        is_me=view.is_self,
        weeks=_weeks(view) if view.is_self or view.is_manager else None,
        goals=goals,
        events=tuple(event_line(visit, event, view) for event in view.events(EVENTS)),
    )


def reach_of(visit: Visit, series: str) -> ReachOf:
    """Whom an announcement has reached, for its author and HR; raises `NotYours`, or `NothingOpen`."""
    now = watched(visit.db, series, visit.person, visit.now)
    newest = select(announcement).where(announcement.c.series == series, announcement.c.current)
    row = visit.db.execute(newest).mappings().one()
    failing = (("waiting", now.waiting), ("failed", now.failed), ("skipped", now.skipped))
    title = row["title_zh"] if visit.reader.language == "zh" and row["title_zh"] else row["title"]
    return ReachOf(title, now.audience, (*_confirmed(row, now), ("sent", now.sent), *failing))


def _confirmed(row: RowMapping, now: Reach) -> Lists:
    """Who has it and has not read it yet, or not acknowledged it where that was asked for; and who has."""
    missing = now.missing(acknowledging=row["needs_acknowledgement"])
    if row["needs_acknowledgement"]:
        return (("unacknowledged", missing), ("acknowledged", now.acknowledged), ("read", now.read))
    return (("unread", missing), ("read", now.read))


def _weeks(view: View) -> tuple[PastWeek, ...]:
    rows = view.checkins(WEEKS)
    titles = view.goal_titles({series for row in rows for series in row["progress"]})
    return tuple(_week(row, titles) for row in rows)


def _week(row: RowMapping, titles: dict[str, str]) -> PastWeek:
    return PastWeek(
        name=IsoWeek(row["week"]),
        at=row["saved_at"],
        mood=row["mood"],
        highlights=row["highlights"],
        more=row["more"] or "",
        blockers=row["blockers"] or "",
        help_wanted=row["help_wanted"] or "",
        progress=tuple(Progress(titles[key], value) for key, value in row["progress"].items() if key in titles),
        shared=row["shared"],
    )
