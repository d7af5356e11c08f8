"""Who may see what: the only way to read another person's data, and the row that says it was read.

| record      | its owner | direct manager   | line above       | HR partner of the department | performance manager |
| check-in    | yes       | if it was shared | no               | no                           | no                  |
| reply to it | yes       | with it          | no               | no                           | no                  |
| goal        | yes       | yes              | yes              | yes                          | yes                 |
| key event   | yes       | yes              | if it says so    | if it says so                | no                  |

Replies to a check-in and reactions to it are seen with it: those who may not read the check-in (any more) see none of
them. A goal is also seen by the owner's direct reports, who align theirs to it, and a department's goal by everyone.
An event's author sees it, and everyone sees public ones; what was said of an event is seen with it. A meeting
belongs to everybody who is in it. Whoever has left sees nothing, and whoever is above them takes their place in the
line. Every look at somebody else's data leaves an `Audit` row; a refusal is raised as `NotYours`, and
`record_refusal` keeps it once the transaction is undone.

A look is one person having one kind of another person's records before them: one row, however many records it
takes. Opening something is a look each time. A desk is shown anew by itself whenever something around it has
changed, and that is no new look (`View.again`) while a row of the last ten minutes covers all that is shown: the
same viewer, owner and kind, and no record younger than that row. So whatever anybody has had before them has a row
from at most ten minutes before, made when it was there to be seen. Rows are only ever added.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, insert, select

from storage.checkin_replies import CheckInReaction, CheckInReply
from storage.checkins import CheckIn
from storage.columns import table
from storage.directory import is_here, line_above, person_row, reports_of, roles_of
from storage.events import EventResponse, EventState, KeyEvent, Kind, Visibility
from storage.goals import Goal, GoalState, GoalUpdate
from storage.journal import Audit
from storage.meetings import MeetingKind, coming, newest, people_of
from storage.people import Role
from storage.refusals import NothingOpen, NotShared, NotYours

checkin = table(CheckIn)
reply = table(CheckInReply)
reaction = table(CheckInReaction)
goal = table(Goal)
update = table(GoalUpdate)
event = table(KeyEvent)
response = table(EventResponse)
audit = table(Audit)

SAME_LOOK = timedelta(minutes=10)
"""For how long a desk that is shown anew is the same look."""
SETTLED = timedelta(seconds=10)
"""How old a record was at a look that has certainly seen it: it may be committed after the instant it carries."""

_STANDS = and_(event.c.current, event.c.state != EventState.withdrawn)
"""What an author has taken back is shown to nobody."""
_COVERED = (
    select(audit.c.id)
    .where(audit.c.viewer_id == bindparam("viewer"), audit.c.at > bindparam("since"), audit.c.at <= bindparam("now"))
    .where(audit.c.owner_id == bindparam("owner"), audit.c.what == bindparam("kind"), audit.c.allowed)
    .limit(1)
)

_UPDATES = select(update.c.percent).where(update.c.goal == goal.c.series).order_by(update.c.id.desc()).limit(1)
_GOALS = (
    select(
        goal,
        _UPDATES.scalar_subquery().label("percent"),
        _UPDATES.with_only_columns(update.c.saved_at).scalar_subquery().label("updated_at"),
    )
    .where(goal.c.current, goal.c.state == GoalState.active)
    .order_by(goal.c.weight.desc(), goal.c.id)
)


@dataclass(frozen=True)
class View:
    """One look of a person at another's data; every method checks, and sees to the audit row."""

    db: Connection
    viewer: int
    owner: int
    now: datetime
    again: bool = False
    """What shows it is shown anew by itself, as a desk is."""
    _noted: set[str] = field(default_factory=set, compare=False, repr=False)
    """The kinds of records this look has left its row for."""

    @property
    def is_self(self) -> bool:
        return self.viewer == self.owner

    @cached_property
    def above(self) -> tuple[int, ...]:
        return line_above(self.db, self.owner)

    @property
    def is_manager(self) -> bool:
        return self.above[:1] == (self.viewer,)

    @property
    def is_above(self) -> bool:
        return self.viewer in self.above

    @cached_property
    def is_report(self) -> bool:
        return line_above(self.db, self.viewer)[:1] == (self.owner,)

    def has_role(self, *roles: Role) -> bool:
        """Whether the viewer holds a role that covers the owner's department."""
        department = person_row(self.db, self.owner)["department_id"]
        held = roles_of(self.db, self.viewer, self.now)
        return any((role, None) in held or (role, department) in held for role in roles)

    def checkins(self, weeks: int = 8) -> Sequence[RowMapping]:
        """The newest check-ins, newest first; for the manager only those that were shared."""
        self.allow(self.is_self or self.is_manager, "check_in")
        newest = select(checkin).where(self._readable).order_by(checkin.c.week.desc()).limit(weeks)
        return self._noting("check_in", self.db.execute(newest).mappings().all())

    def replies(self, series: Collection[str]) -> Sequence[RowMapping]:
        """What was replied to some of the owner's check-ins that the viewer may read, the first one first."""
        self.allow(self.is_self or self.is_manager, "check_in_reply")
        wanted = select(reply).where(reply.c.check_in.in_(self._read_of(series))).order_by(reply.c.id)
        return self._noting("check_in_reply", self.db.execute(wanted).mappings().all())

    def reactions(self, series: Collection[str]) -> Sequence[RowMapping]:
        """The reactions to some of the owner's check-ins that the viewer may read."""
        self.allow(self.is_self or self.is_manager, "check_in_reply")
        given = and_(reaction.c.current, reaction.c.reaction.is_not(None))
        wanted = select(reaction).where(given, reaction.c.check_in.in_(self._read_of(series))).order_by(reaction.c.id)
        return self._noting("check_in_reply", self.db.execute(wanted).mappings().all())

    @property
    def _readable(self) -> ColumnElement[bool]:
        """Which of the owner's check-ins a viewer may read who may read any."""
        theirs = and_(checkin.c.person_id == self.owner, checkin.c.current)
        return theirs if self.is_self else and_(theirs, checkin.c.shared)

    def _read_of(self, series: Collection[str]) -> Select[str]:
        return select(checkin.c.series).where(self._readable, checkin.c.series.in_(series))

    def goals(self) -> Sequence[RowMapping]:
        """The active goals, each with the percent and the day of its newest update."""
        allowed = self.is_self or self.is_above or self.is_report
        self.require(allowed or self.has_role(Role.hrbp, Role.performance_manager), "goal")
        return goals_with_progress(self.db, goal.c.person_id == self.owner)

    def goal_titles(self, series: Collection[str]) -> dict[str, str]:
        """The titles of some of the owner's goals, active or closed, by series."""
        allowed = self.is_self or self.is_above or self.is_report
        self.require(allowed or self.has_role(Role.hrbp, Role.performance_manager), "goal")
        wanted = and_(goal.c.person_id == self.owner, goal.c.current, goal.c.series.in_(series))
        return {row[0]: row[1] for row in self.db.execute(select(goal.c.series, goal.c.title).where(wanted))}

    def events(self, most: int = 20) -> Sequence[RowMapping]:
        """Key events about the owner that the viewer may see, newest first."""
        self.allow(True, "key_event")
        newest = select(event).where(self._visible).order_by(event.c.happened_on.desc(), event.c.id.desc()).limit(most)
        return self._noting("key_event", self.db.execute(newest).mappings().all())

    @property
    def _visible(self) -> ColumnElement[bool]:
        """Which events about the owner the viewer may see."""
        about = and_(event.c.subject_id == self.owner, _STANDS)
        seen = [Visibility.public.value]
        if self.is_self or self.is_manager:
            seen = [each.value for each in Visibility]
        elif self.is_above or self.has_role(Role.hrbp):
            seen.append(Visibility.line.value)
        return and_(about, event.c.visibility.in_(seen) | (event.c.saved_by == self.viewer))

    def responses(self, series: str) -> Sequence[RowMapping]:
        """What the subject said of an event; whoever may see the event may see it."""
        seen = self.db.execute(select(event.c.id).where(self._visible, event.c.series == series)).first()
        self.allow(seen is not None, "event_response")
        about = select(response).where(response.c.event == series).order_by(response.c.id)
        return self._noting("event_response", self.db.execute(about).mappings().all())

    def meetings(self, most: int) -> Sequence[RowMapping]:
        """The owner's next meetings: one's own, and for HR the interviews."""
        self.require(self.is_self or self.has_role(Role.hrbp), "meeting")
        rows = coming(self.db, self.owner, self.now, most)
        return rows if self.is_self else [row for row in rows if row["kind"] == MeetingKind.interview]

    def allow(self, allowed: bool, what: str) -> None:
        """Raises `NotYours` unless it is allowed."""
        if not (allowed and is_here(self.db, self.viewer)):
            raise NotYours(self.viewer, self.owner, what)

    def require(self, allowed: bool, what: str) -> None:
        """Raises `NotYours` unless it is allowed; that somebody else's records are looked at is written down."""
        self.allow(allowed, what)
        self._note(what)

    def _noting(self, what: str, rows: Sequence[RowMapping]) -> Sequence[RowMapping]:
        self._note(what, max((row["saved_at"] for row in rows), default=None))
        return rows

    def _note(self, what: str, newest: datetime | None = None) -> None:
        """Leaves the row of this look, of which `newest` is when the youngest of its records was saved."""
        if self.is_self or what in self._noted or (self.again and self._is_covered(what, newest)):
            return
        _write(self.db, self.now, self.viewer, self.owner, what, allowed=True)
        self._noted.add(what)

    def _is_covered(self, what: str, newest: datetime | None) -> bool:
        """Whether a row of a moment ago is about all that is shown now."""
        since = self.now - SAME_LOOK
        if newest is not None:
            since = max(since, newest + SETTLED)
        place = {"viewer": self.viewer, "owner": self.owner, "kind": what, "since": since, "now": self.now}
        return self.db.execute(_COVERED, place).first() is not None


def checkin_for(db: Connection, viewer: int, series: str, now: datetime) -> RowMapping:
    """A check-in as it is now, for its owner, and for their manager as long as it is shared.

    Raises `NothingOpen`, `NotYours`, or `NotShared` to the manager of whoever keeps it private.
    """
    row = db.execute(select(checkin).where(checkin.c.series == series, checkin.c.current)).mappings().first()
    if row is None:
        raise NothingOpen
    view = View(db, viewer, row["person_id"], now)
    if view.is_manager and not row["shared"]:
        raise NotShared(viewer, view.owner, "check_in")
    view.require(view.is_self or view.is_manager, "check_in")
    return row


def meeting_for(db: Connection, viewer: int, series: str, now: datetime) -> RowMapping:
    """A meeting as it is now, for whoever is in it, and an interview for HR; raises `NothingOpen` or `NotYours`."""
    row = newest(db, series)
    if row is None:
        raise NothingOpen
    people = [each["id"] for each in people_of(db, series)]
    if viewer in people:
        View(db, viewer, viewer, now).require(True, "meeting")
        return row
    covered = (View(db, viewer, each, now) for each in people)
    partner = row["kind"] == MeetingKind.interview and any(view.has_role(Role.hrbp) for view in covered)
    View(db, viewer, row["organiser_id"], now).require(partner, "meeting")
    return row


def department_goals(db: Connection, departments: Collection[int]) -> Sequence[RowMapping]:
    """The active goals of departments, as `View.goals` gives a person's; everyone may see them."""
    return goals_with_progress(db, and_(goal.c.person_id.is_(None), goal.c.department_id.in_(departments)))


def goals_with_progress(db: Connection, whose: object) -> Sequence[RowMapping]:
    """Active goals that meet a condition, with `percent` and `updated_at` of the newest update of each.

    It checks nothing: for a viewer use `View.goals`.
    """
    return db.execute(_GOALS.where(whose)).mappings().all()  # type: ignore[arg-type]


def record_refusal(db: Connection, refused: NotYours, now: datetime) -> None:
    """Keeps a refusal, in a transaction of its own since the one it happened in was undone."""
    if refused.owner is not None:
        _write(db, now, refused.viewer, refused.owner, refused.what, allowed=False)


def team(db: Connection, manager: int) -> Sequence[RowMapping]:
    """The direct reports of somebody: what a manager sees of people without looking into anything."""
    return reports_of(db, manager)


def checked_in(db: Connection, manager: int, weeks: Collection[str]) -> frozenset[tuple[int, str]]:
    """Which direct reports have checked in for which of these weeks: that they have, and nothing they said."""
    reports = [row["id"] for row in reports_of(db, manager)]
    done = select(checkin.c.person_id, checkin.c.week).where(checkin.c.person_id.in_(reports), checkin.c.current)
    return frozenset((row[0], row[1]) for row in db.execute(done.where(checkin.c.week.in_(weeks))))


def public_events(db: Connection, kind: Kind, most: int) -> Sequence[RowMapping]:
    """The newest events of a kind that were made public, which everybody may see."""
    public = and_(event.c.kind == kind, event.c.visibility == Visibility.public, _STANDS)
    return db.execute(select(event).where(public).order_by(event.c.id.desc()).limit(most)).mappings().all()


def logged_by(db: Connection, author: int, most: int) -> Sequence[RowMapping]:
    """The newest events somebody logged about others: their own words, so that nobody else's data is read."""
    mine = and_(event.c.saved_by == author, event.c.subject_id != author, _STANDS)
    return db.execute(select(event).where(mine).order_by(event.c.id.desc()).limit(most)).mappings().all()


def _write(db: Connection, now: datetime, viewer: int, owner: int, what: str, *, allowed: bool) -> None:
    row = {"at": now, "viewer_id": viewer, "owner_id": owner, "what": what, "allowed": allowed}
    db.execute(insert(audit), row)
