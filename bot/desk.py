"""The desk: what is waiting for one person and what they look after, before any surface shows it.

Slack shows it as the App Home, Teams as a card, the browser as a column. Its words are `[desk]` in the texts.
Building a desk looks at other people's data for those who may see it, which leaves audit rows: it needs a
transaction that writes. Building it anew within a short time is the same look (see `storage.access`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from bot.agenda import MeetingLine, agenda_of
from bot.checkin_replies import NO_CALL, NO_THREAD, HelpCall, Thread, help_call, threads_of
from bot.composing import composed
from bot.event_lines import EventLine, event_line, flows_with
from bot.helping import waiting_for
from bot.notices import confirmations_for
from bot.participation import NOT_COUNTED, Participating, participating
from bot.replies import ToConfirm, Waiting
from bot.sent_lines import Sent, sent_lines
from bot.starting import begin_due
from bot.turn import Overtaken
from bot.visit import Visit
from flows.page import Reader
from storage import ledger
from storage.access import View, checked_in, logged_by, public_events
from storage.columns import iso_week
from storage.directory import person_row, reports_of, who
from storage.events import Kind
from storage.goals import marks_of
from storage.references import IsoWeek, Who

T = TypeVar("T")
CHECKIN = "checkin"
EVENTS, LOGGED, PRAISE, WINS = 5, 5, 4, 4


@dataclass(frozen=True)
class GoalLine:
    series: str
    title: str
    indicator: str
    percent: int | None
    weight: int
    due: date | None
    missing: tuple[str, ...]
    """Keys of `[desk.missing]`."""
    marks: tuple[str, ...] = ()
    """Keys of `[desk.marks]`: what is worth a look at a goal that is not reached."""


@dataclass(frozen=True)
class Goals:
    lines: tuple[GoalLine, ...]
    weight: int
    """What the weights add up to; 100 when they are complete."""


@dataclass(frozen=True)
class Week:
    name: IsoWeek
    mood: int | None
    """Empty while the person has not checked in."""
    at: datetime | None
    shared: bool
    waiting: bool = False
    """The check-in stands among what is waiting already."""
    said_of: IsoWeek | None = None
    """The week of the newest check-in, if something was said about it."""
    thread: Thread = NO_THREAD


@dataclass(frozen=True)
class Teammate:
    who: Who
    title: str
    checked_in: bool
    mood: int | None
    """Only if the check-in was shared."""
    help_wanted: str
    help: HelpCall = NO_CALL


@dataclass(frozen=True)
class Desk:
    reader: Reader
    me: Who
    title: str
    waiting: tuple[Waiting, ...]
    week: Week
    goals: Goals
    events: tuple[EventLine, ...]
    respond: str | None
    """The flow that takes a response to a key event, if there is one."""
    team: tuple[Teammate, ...]
    sent: tuple[Sent, ...]
    praise: tuple[EventLine, ...]
    on_goals: tuple[str, ...] = ()
    """The flows that a button starts about one of one's own goals."""
    logged: tuple[EventLine, ...] = ()
    """What the person logged about others, with what these said of it."""
    wins: tuple[EventLine, ...] = ()
    """Wins that everybody may see."""
    meetings: tuple[MeetingLine, ...] = ()
    confirm: tuple[ToConfirm, ...] = ()
    participation: Participating = NOT_COUNTED
    unshown: tuple[str, ...] = ()
    """The sections, as keys of `[desk]`, that cannot be shown just now; they are empty."""


def desk_of(visit: Visit) -> Desk:
    """The desk of the person who is visiting."""
    known = visit.repertoire
    _begin_due(visit)
    row = person_row(visit.db, visit.person)
    mine = View(visit.db, visit.person, visit.person, visit.now)
    respond = next(iter(flows_with(known.register, "key_event")), None)
    unshown: list[str] = []

    def section(name: str, look: Callable[[], T], empty: T) -> T:
        made = composed(f"desk {name}", look)
        if made is None:
            unshown.append(name)
        return empty if made is None else made

    week = IsoWeek(_week_there(row, visit.now))
    return Desk(
        reader=visit.reader,
        me=who(row),
        title=row["title"] or "",
        waiting=section(
            "waiting",
            lambda: waiting_for(visit.db, known.register, known.composer, visit.person, visit.reader),
            (),
        ),
        week=section("week", lambda: _week(visit, mine, week.key), Week(week, None, None, shared=False, waiting=True)),
        goals=section("goals", lambda: goals_of(mine, today_of(visit)), Goals((), 0)),
        events=section("events", lambda: tuple(event_line(visit, each, mine) for each in mine.events(EVENTS)), ()),
        respond=respond,
        team=section("team", lambda: team_of(visit), ()),
        sent=section("sent", lambda: sent_lines(visit), ()),
        praise=section("praise", lambda: _public(visit, Kind.praise, PRAISE), ()),
        on_goals=flows_with(known.register, "own_goal"),
        logged=section("logged", lambda: _logged(visit), ()),
        wins=section("public", lambda: _public(visit, Kind.win, WINS), ()),
        meetings=section("meetings", lambda: agenda_of(visit), ()),
        participation=section("participation", lambda: participating(visit), NOT_COUNTED),
        confirm=section(
            "waiting", lambda: confirmations_for(visit.db, known.texts, visit.person, visit.reader.language), ()
        ),
        unshown=tuple(dict.fromkeys(unshown)),
    )


def _begin_due(visit: Visit) -> None:
    """What cannot be begun stays due, and takes nothing of the desk with it."""

    def begin() -> None:
        with visit.db.begin_nested():
            begin_due(visit)

    composed("what is due", begin, Overtaken)


def unshown(desk: Desk, undrawn: Iterable[str], say: Callable[[str], str]) -> list[str]:
    """What the sections are called that cannot be shown just now, also as a surface could not draw them.

    `say` says a text by its key.
    """
    return [say(f"desk.{name}.title") for name in dict.fromkeys((*desk.unshown, *undrawn))]


def _logged(visit: Visit) -> tuple[EventLine, ...]:
    """What the person logged about others, each with what its subject said of it."""
    rows = logged_by(visit.db, visit.person, LOGGED)
    return tuple(event_line(visit, row, _glance(visit, row["subject_id"])) for row in rows)


def _glance(visit: Visit, owner: int) -> View:
    """The look at somebody that their colleague's desk is."""
    return View(visit.db, visit.person, owner, visit.now, again=True)


def _week(visit: Visit, mine: View, week: str) -> Week:
    waiting = any(row["flow"] == CHECKIN for row in ledger.open_for(visit.db, visit.person))
    newest = next(iter(mine.checkins(1)), None)
    if newest is None:
        return Week(IsoWeek(week), None, None, shared=False, waiting=waiting)
    thread = threads_of(visit, mine, [newest])[newest["series"]]
    said = (None if thread.is_empty else IsoWeek(newest["week"]), thread)
    if newest["week"] != week:
        return Week(IsoWeek(week), None, None, False, waiting, *said)
    return Week(IsoWeek(week), newest["mood"], newest["saved_at"], newest["shared"], waiting, *said)


def goals_of(view: View, today: date) -> Goals:
    """The active goals of somebody, as whoever looks may see them; `today` is the day where they look."""
    lines = tuple(_goal(row, view.now, today) for row in view.goals())
    return Goals(lines, sum(line.weight for line in lines))


def _goal(row: RowMapping, now: datetime, today: date) -> GoalLine:
    needed: Mapping[str, Any] = {"indicator": row["indicator"], "target": row["target"], "due": row["due"]}
    missing = tuple(name for name, value in needed.items() if value in (None, ""))
    named = (row["series"], row["title"], row["indicator"] or "")
    return GoalLine(*named, row["percent"], row["weight"], row["due"], missing, marks_of(row, now, today))


def today_of(visit: Visit) -> date:
    """The day it is where the person is."""
    return visit.now.astimezone(visit.reader.zone).date()


def _public(visit: Visit, kind: Kind, most: int) -> tuple[EventLine, ...]:
    return tuple(event_line(visit, event) for event in public_events(visit.db, kind, most))


def team_of(visit: Visit) -> tuple[Teammate, ...]:
    """The direct reports, each in the week it is where they are; who asks for help comes first."""
    weeks = {row["id"]: _week_there(row, visit.now) for row in reports_of(visit.db, visit.person, visit.now)}
    done = checked_in(visit.db, visit.person, set(weeks.values()))
    mates = (
        _teammate(visit, row, weeks[row["id"]], (row["id"], weeks[row["id"]]) in done)
        for row in reports_of(visit.db, visit.person, visit.now)
    )
    return tuple(sorted(mates, key=lambda mate: (not mate.help_wanted, not mate.checked_in)))


def _week_there(row: RowMapping, now: datetime) -> str:
    return iso_week(now.astimezone(ZoneInfo(row["time_zone"])).date())


def _teammate(visit: Visit, row: RowMapping, week: str, done: bool) -> Teammate:
    view = _glance(visit, row["id"])
    shared = next((each for each in view.checkins(1) if each["week"] == week), None) if done else None
    mate = Teammate(who(row), row["title"] or "", done, shared["mood"] if shared else None, "")
    if not shared or not shared["help_wanted"]:
        return mate
    return replace(mate, help_wanted=shared["help_wanted"], help=help_call(visit, shared))
