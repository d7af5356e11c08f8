"""Facts about rest: when somebody is away or wants silence, how they like to be asked, and what they are asked for."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select

from storage.calendar import Habit, at_hour
from storage.columns import table
from storage.directory import holds
from storage.facts.declaring import Start, fact
from storage.facts.people import governed, has_team, today
from storage.habits import habits_of
from storage.journal import AskState, Conversation, OpenAsk
from storage.people import Role
from storage.rest import AskingDay, Leave, Preference, Reminders, Told
from storage.roles import not_your_role
from storage.weekly import WeeklyPrompt

LATER = timedelta(hours=3)
A_WEEK = timedelta(weeks=1)
EARLIER = 4
"""Weeks that this one is compared with."""
MORNING = 9
COMPANYS = "company"
"""The language of somebody who has chosen none: the one the import says, or the company's."""

leave = table(Leave)
preference = table(Preference)
asking_day = table(AskingDay)
conversation = table(Conversation)
open_ask = table(OpenAsk)
prompt = table(WeeklyPrompt)

_LEAVES = (
    select(leave)
    .where(leave.c.person_id == bindparam("person"), leave.c.current, ~leave.c.cancelled)
    .where(leave.c.told_by == Told.self, leave.c.last_day >= bindparam("today"))
    .order_by(leave.c.first_day)
)
_PREFERENCE = select(preference).where(preference.c.person_id == bindparam("person"), preference.c.current)
_NEWEST = (
    select(open_ask.c.conversation_id, open_ask.c.key)
    .join(conversation, conversation.c.id == open_ask.c.conversation_id)
    .where(open_ask.c.person_id == bindparam("person"), open_ask.c.state == AskState.open)
    .order_by(open_ask.c.opened_at.desc(), open_ask.c.conversation_id.desc())
)
_WEEKLY = exists().where(and_(prompt.c.person_id == open_ask.c.person_id, prompt.c.flow == conversation.c.flow))
_FIRST = func.min(open_ask.c.opened_at, type_=open_ask.c.opened_at.type).label("first")
_ASKED = (
    select(open_ask.c.person_id, func.sum(open_ask.c.seconds).label("seconds"), _FIRST)
    .join(conversation, conversation.c.id == open_ask.c.conversation_id)
    .where(open_ask.c.opened_at >= bindparam("since"), open_ask.c.opened_at < bindparam("until"))
    .where(or_(conversation.c.starter_id != open_ask.c.person_id, _WEEKLY))
    .group_by(open_ask.c.person_id)
    .subquery()
)
_IN_ALL = select(
    func.count(),
    func.coalesce(func.sum(_ASKED.c.seconds), 0),
    func.coalesce(func.max(_ASKED.c.seconds), 0),
    func.min(_ASKED.c.first),
)


@fact(sample=({"series": "l1", "first": date(2026, 3, 2), "last": date(2026, 3, 20)},))
def own_leaves(db: Connection, start: Start) -> tuple[Mapping[str, Any], ...]:
    """The days off that the person has named and that are not over."""
    rows = db.execute(_LEAVES, {"person": start.person, "today": today(db, start)}).mappings()
    return tuple({"series": row["series"], "first": row["first_day"], "last": row["last_day"]} for row in rows)


@fact(sample={"hour": 14, "quiet_from": 19, "quiet_until": 8, "reminders": "standard", "language": "company"})
def preferences(db: Connection, start: Start) -> Mapping[str, Any]:
    """How the person wants to be asked, as far as they have said."""
    row = db.execute(_PREFERENCE, {"person": start.person}).mappings().first()
    if row is None:
        return {"reminders": Reminders.standard.value, "language": COMPANYS}
    return {
        "hour": row["hour"],
        "quiet_from": row["quiet_begins"],
        "quiet_until": row["quiet_ends"],
        "reminders": row["reminders"] or Reminders.standard.value,
        "language": row["language"] or COMPANYS,
    }


@fact(sample={"conversation": 1, "key": "pulse"}, others=({},))
def prompted(db: Connection, start: Start) -> Mapping[str, Any]:
    """The open question that a button names, or the newest one of the person; nothing where none is open."""
    named = start.given.get("conversation"), start.given.get("key")
    rows = db.execute(_NEWEST, {"person": start.person}).all()
    found = next((row for row in rows if None in named or named == (row[0], row[1])), None)
    return {"conversation": found[0], "key": found[1]} if found else {}


@fact(sample="", others=("tomorrow",))
def put_off(db: Connection, start: Start) -> str:
    """Until when the button of a question puts it off, as `later` calls it; nothing for a command."""
    named = start.given.get("when")
    return named if isinstance(named, str) else ""


@fact(
    sample={
        "today": datetime.fromisoformat("2026-03-05T12:00:00+00:00"),
        "tomorrow": datetime.fromisoformat("2026-03-06T08:00:00+00:00"),
        "week": datetime.fromisoformat("2026-03-09T08:00:00+00:00"),
    }
)
def later(db: Connection, start: Start) -> Mapping[str, datetime]:
    """What later today, tomorrow and next week mean to the person: open moments of their working days."""
    habit = habits_of(db, [start.person], start.now, start.quiet)[start.person]
    day = habit.local(start.now).date()
    coming_week = day + timedelta(days=7 - day.weekday())
    return {
        "today": habit.next_open(start.now + LATER) or start.now + LATER,
        "tomorrow": _morning(habit, day + timedelta(days=1)),
        "week": _morning(habit, coming_week),
    }


def _morning(habit: Habit, day: date) -> datetime:
    first = next(habit.open_days(day, 60), day)
    return at_hour(first, habit.quiet.hour_for(MORNING), habit.time_zone)


@fact(sample=True)
def sets_weekday(db: Connection, start: Start) -> bool:
    """Whether the person may say on which day some others are asked."""
    return has_team(db, start) or bool(governed(db, start))


@fact(sample="3")
def team_weekday(db: Connection, start: Start) -> str | None:
    """The weekday on which the person's reports are asked, if they have chosen one."""
    mine = select(asking_day.c.weekday).where(asking_day.c.manager_id == start.person, asking_day.c.current)
    weekday: int | None = db.execute(mine).scalar()
    return None if weekday is None else str(weekday)


@fact(
    sample={"people": 118, "each": 6, "most": 14, "before": 5},
    others=({"people": 0, "each": 0, "most": 0, "before": 5},),
)
def minutes_asked(db: Connection, start: Start) -> Mapping[str, int]:
    """The minutes that were asked of people this week and, on average, in the four before; for HR.

    A company that began within the four weeks has as many before as it has been asked in.
    """
    if not holds(db, start.person, start.now, Role.hrbp, Role.performance_manager, Role.admin):
        raise not_your_role(db, start.now)
    day = today(db, start)
    monday = at_hour(day - timedelta(days=day.weekday()), 0, "UTC")
    people, seconds, most, _ = _counted(db, monday, start.now)
    earlier, earlier_seconds, _, first = _counted(db, monday - timedelta(weeks=EARLIER), monday)
    weeks = min(EARLIER, -((first - monday) // A_WEEK)) if first else EARLIER
    return {
        "people": people,
        "each": _minutes(seconds, people),
        "most": _minutes(most, 1),
        "before": _minutes(earlier_seconds, earlier * weeks),
    }


def _counted(db: Connection, since: datetime, until: datetime) -> tuple[int, int, int, datetime | None]:
    """How many people were asked, for how many seconds, for how many at most, and when for the first time."""
    row = db.execute(_IN_ALL, {"since": since, "until": until}).one()
    return int(row[0]), int(row[1]), int(row[2]), row[3]


def _minutes(seconds: int, people: int) -> int:
    return round(seconds / 60 / people) if people else 0
