"""What the sample company was asked in the weeks before this one: a prompt for everybody each week, answered or not.

So the minutes asked of people, and who took part, have a past as well as the check-ins themselves.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from storage.journal import AskState, State
from storage.sample.people import Colleague, Company
from storage.sample.weeks import Week, moment, worked
from storage.weekly import Planned

Row = dict[str, Any]
WEEKS = 12
"""So many weeks are kept of what was asked."""
FLOW, PAGE = "checkin", "pulse"
ASKED_AT = 14 * 60
OPEN_FOR = timedelta(days=7)
FIRST, EACH_GOAL = 220, 5
"""Seconds that the page of a check-in takes by `flows.effort`: without goals, and for each."""


@dataclass
class Asked:
    """Rows for the weekly prompts, their conversations, and the pages that were asked in these (by `subject`)."""

    prompts: list[Row] = field(default_factory=list)
    conversations: list[Row] = field(default_factory=list)
    asks: list[Row] = field(default_factory=list)


def prompted(company: Company, weeks: tuple[Week, ...], checkins: Iterable[Mapping[str, Any]]) -> Asked:
    asked = Asked()
    answered = {(row["person_id"], row["week"]): row for row in checkins if row["version"] == 1}
    for week in weeks[-WEEKS:]:
        for person in company.people:
            days = worked(week.monday, person.seat.working_days, person.country)
            if days and person.at_work(week.monday):
                _ask(asked, person, week, days, answered.get((person.id, week.name)))
    return asked


def _ask(asked: Asked, person: Colleague, week: Week, days: Collection[date], answer: Mapping[str, Any] | None) -> None:
    thursday = week.monday + timedelta(days=3)
    at = moment(min(days, key=lambda day: abs(day - thursday)), ASKED_AT, person.time_zone)
    if answer and answer["saved_at"] < at:
        at = answer["saved_at"] - timedelta(minutes=6)
    end = answer["saved_at"] if answer else at + OPEN_FOR
    subject = f"{FLOW}:{person.id}:{week.name}"
    goals = len(answer["progress"]) if answer else 0
    about = {"person_id": person.id, "flow": FLOW, "week": week.name}
    asked.prompts.append({**about, "due_at": at, "state": Planned.asked, "reason": None})
    asked.conversations.append(
        {
            "flow": FLOW,
            "flow_version": 1,
            "subject": subject,
            "starter_id": person.id,
            "params": {},
            "state": State.done,
            "revision": 1,
            "started_at": at,
            "touched_at": end,
        }
    )
    asked.asks.append(
        {
            "subject": subject,
            "key": PAGE,
            "person_id": person.id,
            "state": AskState.answered if answer else AskState.expired,
            "draft": {},
            "opened_at": at,
            "shown_at": at,
            "due_at": at + OPEN_FOR,
            "remind_at": None,
            "seconds": FIRST + EACH_GOAL * goals,
        }
    )
