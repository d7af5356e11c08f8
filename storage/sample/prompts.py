"""The weekly prompts of the sample company's last quarter: who was asked, so that participation can be counted."""

from typing import Any

from storage.sample.people import Company
from storage.sample.weeks import Week, moment, worked
from storage.weekly import Planned

WEEKS, HOUR = 13, 14


def asked(company: Company, weeks: tuple[Week, ...]) -> list[dict[str, Any]]:
    """A row for each person and week in which they worked."""
    return [
        {
            "person_id": person.id,
            "flow": "checkin",
            "week": week.name,
            "due_at": moment(days[-2:][0], HOUR * 60, person.time_zone),
            "state": Planned.asked,
        }
        for person in company.people
        for week in weeks[-WEEKS:]
        if person.at_work(week.monday) and (days := worked(week.monday, person.seat.working_days, person.country))
    ]
