"""The meetings of the sample company: some that are over, and some that are still to come."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from storage.meetings import MeetingState, alarms
from storage.sample.chance import series, stream
from storage.sample.people import Colleague, Company
from storage.sample.phrases import contents
from storage.sample.weeks import days_off, moment

Row = dict[str, Any]
NOTED = timedelta(minutes=20)
"""After the end of a meeting what came of it is noted."""


@dataclass(frozen=True)
class Calendar:
    """Rows for the meetings, for who is in them, and for what is due about them."""

    meetings: list[Row] = field(default_factory=list)
    participants: list[Row] = field(default_factory=list)
    reminders: list[Row] = field(default_factory=list)


def meet(company: Company, today: date) -> Calendar:
    calendar = Calendar()
    for number, written in enumerate(contents("meetings.toml")["meeting"]):
        organiser = company[company.persona(written["organiser"])]
        people = [organiser, *(company[company.persona(name)] for name in written["with"])]
        planned = _planned(written, organiser, today, series(stream("meeting", number)))
        calendar.meetings.append(planned)
        calendar.participants.extend({"meeting": planned["series"], "person_id": each.id} for each in people)
        if "state" in written:
            calendar.meetings[-1] = {**planned, "current": False}
            calendar.meetings.append(_noted(planned, written))
        else:
            calendar.reminders.extend(_reminders(planned))
    return calendar


def _planned(written: Row, organiser: Colleague, today: date, name: str) -> Row:
    day = _working_day(organiser, today, written["days"])
    starts_at = moment(day, written["at"], organiser.time_zone)
    last_week = min(day, today) - timedelta(days=min(day, today).weekday() + 3)
    return {
        "series": name,
        "version": 1,
        "current": True,
        "saved_by": organiser.id,
        "saved_at": moment(last_week, 11 * 60, organiser.time_zone),
        "organiser_id": organiser.id,
        "kind": written["kind"],
        "topic": written["topic"],
        "place": written.get("place"),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=written["minutes"]),
        "zone": organiser.time_zone,
        "state": MeetingState.planned,
        "moves": 0,
        "note": None,
    }


def _noted(planned: Row, written: Row) -> Row:
    """What the organiser said of it afterwards."""
    said = {"state": MeetingState(written["state"]), "note": written["note"]}
    return {**planned, **said, "version": 2, "saved_at": planned["ends_at"] + NOTED}


def _reminders(planned: Row) -> list[Row]:
    due = alarms(planned["starts_at"], planned["ends_at"])
    common = {"meeting": planned["series"], "moves": 0, "done_at": None, "saved_at": planned["saved_at"]}
    return [{**common, "kind": kind, "due_at": at} for kind, at in due.items()]


def _working_day(person: Colleague, today: date, days: int) -> date:
    """The day that lies so many of somebody's working days after today, or before it."""
    step, day = timedelta(days=1 if days > 0 else -1), today
    for _ in range(abs(days)):
        day += step
        while str(day.isoweekday()) not in person.seat.working_days or day in days_off(person.country, day.year):
            day += step
    return day
