"""A closer look: the weeks, goals and key events of one person, and whom an announcement has reached.

Both are opened from the desk. What is in a look is what the one who looks may see; each read of somebody else's
data leaves an audit row, so a look needs a transaction that writes, and `NotYours` is raised where there is nothing
to be seen.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping

from bot.checkin_replies import Thread, threads_of
from bot.desk import EventLine, Goals, event_line, goals_of, today_of
from bot.notices import title_of
from bot.told import controls_for, how_far
from bot.visit import Visit
from storage.access import View
from storage.broadcasts import broadcast_row
from storage.directory import person_row, who
from storage.reach import Reach, Recipient, reach, required
from storage.references import IsoWeek, Who

WEEKS, EVENTS = 8, 20

Lists = tuple[tuple[str, int, tuple[Recipient, ...]], ...]


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
    thread: Thread


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

    series: str
    title: str
    audience: int
    far: str
    """How far it is, in words."""
    untold: int
    """How many have it where nobody tells who has opened it."""
    lists: Lists
    """Keys of `[desk.reach]`, each with how many there are, and the first of them."""
    versions: int
    """How often its words were given."""
    controls: tuple[str, ...]
    """The flows that can be started about it now."""


def person_desk(visit: Visit, person: int, *, again: bool = False) -> PersonDesk:
    """What the person who is visiting may see of somebody; raises `NotYours`, or `NobodyCalled`.

    `again`: it is shown already, and renews itself.
    """
    row = person_row(visit.db, person)
    view = View(visit.db, visit.person, person, visit.now, again=again)
    goals = goals_of(view, today_of(visit))  # whoever may not see these may see nothing here
    return PersonDesk(
        who=who(row),
        title=row["title"] or "",
        is_me=view.is_self,
        weeks=_weeks(visit, view) if view.is_self or view.is_manager else None,
        goals=goals,
        events=tuple(event_line(visit, event, view) for event in view.events(EVENTS)),
    )


def reach_of(visit: Visit, series: str) -> ReachOf:
    """Whom an announcement has reached, for its author and HR; raises `NotYours`, or `NothingOpen`."""
    row = required(visit.db, series, visit.person, visit.now)
    now, under_way = reach(visit.db, row), broadcast_row(visit.db, series)
    delivered = (_list(name, now) for name in ("sent", "waiting", "failed", "skipped"))
    return ReachOf(
        series=series,
        title=title_of(row).name(visit.reader.language),
        audience=now.audience,
        far=how_far(visit.db, visit.repertoire.texts, visit.reader, row, under_way, now.counts),
        untold=now.untold,
        lists=(*_confirmed(row, now), *delivered),
        versions=row["version"],
        controls=controls_for(visit.db, row, under_way),
    )


def _confirmed(row: RowMapping, now: Reach) -> Lists:
    """Who has it and has not read it yet, or not acknowledged it where that was asked for; and who has."""
    if row["needs_acknowledgement"]:
        earlier = (_list("earlier", now),) if now.earlier else ()
        return (_list("missing", now, "unacknowledged"), _list("acknowledged", now), *earlier, _list("read", now))
    return (_list("missing", now, "unread"), _list("read", now))


def _list(name: str, now: Reach, called: str = "") -> tuple[str, int, tuple[Recipient, ...]]:
    return called or name, now.counts[name], getattr(now, name)


def _weeks(visit: Visit, view: View) -> tuple[PastWeek, ...]:
    rows = view.checkins(WEEKS)
    titles = view.goal_titles({series for row in rows for series in row["progress"]})
    threads = threads_of(visit, view, rows)
    return tuple(_week(row, titles, threads[row["series"]]) for row in rows)


def _week(row: RowMapping, titles: dict[str, str], thread: Thread) -> PastWeek:
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
        thread=thread,
    )
