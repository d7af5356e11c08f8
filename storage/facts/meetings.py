"""Facts about meetings: the one a button names, when it is where the person is, and what speaks against a time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from storage.access import meeting_for
from storage.calendar import Habit
from storage.directory import line_above, person_row, someone, who
from storage.facts.declaring import Start, fact
from storage.facts.people import ANN, LI
from storage.habits import habits_of
from storage.meetings import MeetingKind, MeetingState, Reminding, alarms, busy, newest, reference
from storage.references import MeetingRef, Option, Who
from storage.refusals import MeetingCancelled, MeetingOver, NothingOpen, NotYours

SAMPLE = MeetingRef(
    key="m1",
    topic="Q4 goals",
    organiser=ANN,
    people=(ANN, LI),
    starts_at=datetime(2026, 3, 6, 9, 0, tzinfo=UTC),
    ends_at=datetime(2026, 3, 6, 9, 30, tzinfo=UTC),
    zone="Europe/Berlin",
    kind="one_on_one",
    place="Room 4",
)
CALL = replace(SAMPLE, kind="interview", place="https://meet.example/q4")
GONE = replace(SAMPLE, state="cancelled")


@fact(sample="Europe/Berlin")
def zone(db: Connection, start: Start) -> str:
    """The time zone the person is in."""
    return str(person_row(db, start.person)["time_zone"])


@fact(sample=datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
def moment(db: Connection, start: Start) -> datetime:
    """When the conversation began."""
    return start.now


@fact(sample=("day", "soon"), others=(("soon",), ()))
def reminders_to_come(db: Connection, start: Start) -> tuple[str, ...]:
    """The reminders that are still to come before a meeting that starts at an instant (`about`)."""
    starts_at: datetime = start.given["starts_at"]
    before = alarms(starts_at, starts_at)
    return tuple(kind.value for kind in (Reminding.day, Reminding.soon) if before[kind] > start.now)


@fact(sample=(LI,))
def invited(db: Connection, start: Start) -> tuple[Who, ...]:
    """The people whose ids are given (`about`), without the person themselves."""
    others = (int(each) for each in start.given["people"] if int(each) != start.person)
    return tuple(someone(db, each) for each in dict.fromkeys(others))


@fact(
    sample={"busy": (), "outside": (), "off": ()},
    others=({"busy": (LI,), "outside": (Option("2", "Na Li (22:00)", "李娜（22:00）"),), "off": (LI,)},),
)
def against(db: Connection, start: Start) -> Mapping[str, Any]:
    """What speaks against a time (`about`): who is in another meeting, in their quiet hours, or not at work."""
    begins, until = start.given["begins"], start.given["until"]
    people = [person_row(db, int(each)) for each in start.given["people"]]
    taken = busy(db, [row["id"] for row in people], begins, until, start.given.get("but") or "")
    others = [row for row in people if row["id"] != start.person]
    habits = habits_of(db, [row["id"] for row in others], begins, start.quiet)
    off = [row for row in others if _is_off(habits[row["id"]], begins)]
    late = [row for row in others if row not in off and _is_outside(habits[row["id"]], begins, until)]
    return {
        "busy": tuple(who(row) for row in people if row["id"] in taken),
        "outside": tuple(_with_hour(row, begins) for row in late),
        "off": tuple(who(row) for row in off),
    }


@fact(sample=SAMPLE, others=(CALL,))
def meeting(db: Connection, start: Start) -> MeetingRef:
    """The coming meeting a button names, for whoever is in it; raises what keeps it from being answered."""
    row = meeting_for(db, start.person, _series(start), start.now)
    if row["state"] == MeetingState.cancelled:
        raise MeetingCancelled
    if row["state"] != MeetingState.planned or row["ends_at"] <= start.now:
        raise MeetingOver
    return reference(db, row)


@fact(sample=SAMPLE, others=(CALL,))
def own_meeting(db: Connection, start: Start) -> MeetingRef:
    """The same, for its organiser to change; of a one-on-one both may. Raises `NotYours`."""
    found = meeting(db, start)
    if start.person != found.organiser.id and found.kind != MeetingKind.one_on_one:
        raise NotYours(start.person, found.organiser.id, "meeting")
    return found


@fact(sample=SAMPLE, others=(GONE,))
def meeting_now(db: Connection, start: Start) -> MeetingRef:
    """A meeting (`about`) as it stands at this moment, for somebody who is in it."""
    return reference(db, meeting_for(db, start.person, _series(start), start.now))


@fact(sample=SAMPLE, others=(CALL,))
def ended_meeting(db: Connection, start: Start) -> MeetingRef:
    """The meeting that is over, as the clock names it; raises `NothingOpen`."""
    row = newest(db, _series(start))
    if row is None or row["state"] != MeetingState.planned:
        raise NothingOpen
    return reference(db, row)


@fact(sample="m1:0")
def held(db: Connection, start: Start) -> str:
    """Which time of which meeting it was: one that was moved is asked about once more."""
    row = newest(db, _series(start))
    return f"{row['series']}:{row['moves']}" if row else ""


@fact(sample=(LI,))
def led_there(db: Connection, start: Start) -> tuple[Who, ...]:
    """Those in the meeting whom the person leads, about whom a talk can be noted."""
    row = newest(db, _series(start))
    people = reference(db, row).people if row else ()
    return tuple(each for each in people if start.person in line_above(db, each.id))


def _series(start: Start) -> str:
    return str(start.given.get("meeting"))


def _is_off(habit: Habit, begins: datetime) -> bool:
    """Whether somebody does not work on that day; who wants to hear nothing of us may meet people all the same."""
    return replace(habit, paused_until=None).off(habit.local(begins).date()) is not None


def _is_outside(habit: Habit, begins: datetime, until: datetime) -> bool:
    """Whether any of it falls into somebody's quiet hours."""
    minutes = int((until - begins).total_seconds()) // 60
    hours = {habit.local(begins + timedelta(minutes=each)).hour for each in range(minutes)}
    return not hours <= set(habit.quiet.open_hours)


def _with_hour(row: RowMapping, begins: datetime) -> Option:
    at = f"{begins.astimezone(ZoneInfo(row['time_zone'])):%H:%M}"
    return Option(str(row["id"]), f"{who(row).name('en')} ({at})", f"{who(row).name('zh')}（{at}）")
