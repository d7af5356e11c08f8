"""Fills an empty store with the sample company, the same one every time, up to the end of last week.

The week that is running is lived through afterwards (`storage.sample.this_week`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlmodel import SQLModel

from storage.announcements import Announcement, AnnouncementReceipt
from storage.checkin_replies import CheckInReaction, CheckInReply, HelpTaken
from storage.checkins import CheckIn
from storage.columns import table
from storage.events import EventResponse, KeyEvent
from storage.goals import Goal, GoalUpdate
from storage.journal import Conversation, OpenAsk, Outbox
from storage.meetings import Meeting, MeetingParticipant, MeetingReminder
from storage.people import Person
from storage.roll import cast, roll
from storage.sample.checkins import write_diaries
from storage.sample.events import write_notebooks
from storage.sample.goals import Course, Planner
from storage.sample.hiring import hire
from storage.sample.meetings import meet
from storage.sample.notices import announce
from storage.sample.people import Company
from storage.sample.prompts import Asked, prompted
from storage.sample.replies import answer
from storage.sample.weeks import Week, history
from storage.weekly import WeeklyPrompt

CHUNK = 2000
STAGES = 6
Progress = Callable[[str, int, int], None]


class NotEmpty(Exception):
    """There are people in this store already, and they are never mixed with invented ones."""


@dataclass(frozen=True)
class Founders:
    """Ids of the people it is most worth trying the demo as."""

    employee_en: int
    """An engineer in Munich who reports to `manager_en`."""
    employee_zh: int
    """An engineer in Shanghai who reports to `manager_zh`."""
    manager_en: int
    manager_zh: int
    hrbp: int
    performance_manager: int
    admin: int
    """Head of People."""
    chief: int


def fill(db: Connection, today: date, progress: Progress | None = None) -> Founders:
    """Inserts people, goals, check-ins, events, announcements and meetings; the week of `today` is left to be lived.

    `progress` is called with what was just written (`people`, `goals` …) and how many of how many parts are done.
    Raises `NotEmpty` if anybody is there.
    """
    if db.execute(select(func.count()).select_from(table(Person))).scalar_one():
        raise NotEmpty
    report = progress or (lambda _what, _done, _total: None)
    weeks = history(today)

    company = hire(db, today)
    report("people", 1, STAGES)
    courses = plan(company, weeks, today)
    _insert(db, Goal, _goal_rows(courses))
    report("goals", 2, STAGES)
    diary = write_diaries(company, courses, weeks)
    _insert(db, CheckIn, diary.checkins)
    _insert(db, GoalUpdate, diary.updates)
    answers = answer(company, diary.checkins, weeks)
    _insert(db, CheckInReply, answers.replies)
    _insert(db, CheckInReaction, answers.reactions)
    _insert(db, HelpTaken, answers.taken)
    _ask(db, prompted(company, weeks, diary.checkins))
    report("check-ins", 3, STAGES)
    notebook = write_notebooks(company, courses, weeks)
    _insert(db, KeyEvent, notebook.events)
    _insert(db, EventResponse, notebook.responses)
    report("events", 4, STAGES)
    board = announce(company, weeks, suggested(db))
    _insert(db, Announcement, board.announcements)
    _insert(db, Outbox, board.messages)
    _insert(db, AnnouncementReceipt, board.receipts)
    report("announcements", 5, STAGES)
    calendar = meet(company, today)
    _insert(db, Meeting, calendar.meetings)
    _insert(db, MeetingParticipant, calendar.participants)
    _insert(db, MeetingReminder, calendar.reminders)
    report("meetings", 6, STAGES)
    return Founders(**{name: company.persona(name) for name in Founders.__dataclass_fields__})


def suggested(db: Connection) -> tuple[int, ...]:
    """The people whom the start page suggests to be, in either language; what they are asked is left to be answered."""
    everybody = roll(db)
    found = (each for language in ("en", "zh") for each in vars(cast(everybody, language)).values())
    return tuple(dict.fromkeys(each.who.id for each in found if each))


def plan(company: Company, weeks: tuple[Week, ...], today: date) -> list[Course]:
    """The goals of last year and of this one; before that the company had none in Evenhand."""
    last = Planner(company, weeks, today.year - 1, this_year=False).plan()
    return last + Planner(company, weeks, today.year, this_year=True).plan()


def _ask(db: Connection, asked: Asked) -> None:
    _insert(db, WeeklyPrompt, asked.prompts)
    _insert(db, Conversation, asked.conversations)
    rows = table(Conversation)
    ids = {subject: number for number, subject in db.execute(select(rows.c.id, rows.c.subject))}
    of = ({**row, "conversation_id": ids[row["subject"]]} for row in asked.asks)
    _insert(db, OpenAsk, [{name: value for name, value in row.items() if name != "subject"} for row in of])


def _goal_rows(courses: Sequence[Course]) -> list[dict[str, Any]]:
    rows = [{**version, "current": version is course.last} for course in courses for version in course.versions]
    return sorted(rows, key=lambda row: (row["saved_at"], row["series"], row["version"]))


def _insert(db: Connection, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    statement = insert(table(model))
    for start in range(0, len(rows), CHUNK):
        db.execute(statement, list(rows[start : start + CHUNK]))
