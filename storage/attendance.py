"""Attendance: who of a team has checked in, logged a win or been asked, and when; never a word of what they said."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, String, and_, bindparam, cast, exists, or_, select

from storage.checkins import CheckIn
from storage.columns import table
from storage.directory import who
from storage.events import EventState, KeyEvent, Kind
from storage.journal import AskState, Conversation, OpenAsk
from storage.people import Person, Status
from storage.references import Who

checkin = table(CheckIn)
conversation = table(Conversation)
open_ask = table(OpenAsk)
event = table(KeyEvent)
newest = event.alias("newest")
report = table(Person).alias("report")

_SERIES = cast(report.c.id, String) + ":"
_SHARED = (
    select(report.c.manager_id, report.c.id, checkin.c.saved_at)
    .join(
        checkin,
        or_(
            checkin.c.series == _SERIES + bindparam("week", type_=String),
            checkin.c.series == _SERIES + bindparam("week_before", type_=String),
        ),
    )
    .where(report.c.manager_id.in_(bindparam("managers", expanding=True)), report.c.status != Status.left)
    .where(checkin.c.current, checkin.c.shared, checkin.c.saved_at <= bindparam("moment"))
    .order_by(report.c.family_name, report.c.id)
)
_OWN_WINS = (
    select(report.c.manager_id, report.c.id, event.c.series, event.c.saved_at)
    .join(event, and_(event.c.subject_id == report.c.id, event.c.saved_by == report.c.id))
    .where(report.c.manager_id.in_(bindparam("managers", expanding=True)), report.c.status != Status.left)
    .where(event.c.kind == Kind.win, event.c.version == 1)
    .where(event.c.saved_at > bindparam("since"), event.c.saved_at <= bindparam("moment"))
    .where(exists().where(newest.c.series == event.c.series, newest.c.current, newest.c.state == EventState.logged))
    .order_by(event.c.saved_at)
)
_NOT_YET = (
    select(report)
    .distinct()
    .join(open_ask, and_(open_ask.c.person_id == report.c.id, open_ask.c.state == AskState.open))
    .join(conversation, conversation.c.id == open_ask.c.conversation_id)
    .where(report.c.manager_id == bindparam("manager"))
    .where(report.c.status.not_in((Status.left, Status.leave)))  # "active" would have SQLite look at everybody
    .where(conversation.c.flow.in_(bindparam("weekly", expanding=True)), conversation.c.starter_id == report.c.id)
    .where(open_ask.c.opened_at >= bindparam("from_day"), open_ask.c.opened_at < bindparam("to_day"))
    .where(~exists().where(checkin.c.person_id == report.c.id, checkin.c.saved_at >= conversation.c.started_at))
    .order_by(report.c.family_name, report.c.id)
)


def shared_with(
    db: Connection, managers: Sequence[int], week: str, week_before: str, moment: datetime
) -> Sequence[tuple[int, int, datetime]]:
    """Manager, report, and when the report's newest version of a shared check-in for one of two weeks was sent."""
    if not managers:
        return ()
    wanted = {"managers": managers, "week": week, "week_before": week_before, "moment": moment}
    return [(row[0], row[1], row[2]) for row in db.execute(_SHARED, wanted)]


def wins_logged(
    db: Connection, managers: Sequence[int], since: datetime, moment: datetime
) -> Sequence[tuple[int, int, str, datetime]]:
    """Manager, report, series and moment of each win that a report has logged about themself and not taken back."""
    if not managers:
        return ()
    wanted = {"managers": managers, "since": since, "moment": moment}
    return [(row[0], row[1], row[2], row[3]) for row in db.execute(_OWN_WINS, wanted)]


def not_yet(db: Connection, manager: int, weekly: Sequence[str], from_day: datetime, to_day: datetime) -> Sequence[Who]:
    """The reports who were asked by one of the weekly flows in that time, and have neither answered nor checked in."""
    wanted = {"manager": manager, "weekly": weekly, "from_day": from_day, "to_day": to_day}
    return [who(row) for row in db.execute(_NOT_YET, wanted).mappings()]
