"""Meetings: who meets when and about what, each change a version, with the reminders that are due for them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Index, RowMapping, UniqueConstraint, and_, bindparam, select, text
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, table
from storage.directory import person, who
from storage.references import MeetingRef, Who
from storage.versions import Versioned, states_of

DAY_AHEAD = timedelta(days=1)
SHORTLY = timedelta(minutes=15)


class MeetingKind(StrEnum):
    one_on_one = "one_on_one"
    interview = "interview"
    """A performance interview; the HR partners of those who are in it see that it is held."""
    other = "other"


class MeetingState(StrEnum):
    planned = "planned"
    cancelled = "cancelled"
    happened = "happened"
    missed = "missed"
    """It did not take place."""


class Meeting(Versioned, table=True):
    """`moves` counts how often it was moved: what was due for an earlier time is not due any more."""

    __tablename__ = "meeting"
    __table_args__ = (states_of("meeting"),)

    organiser_id: int = Field(foreign_key="person.id")
    kind: str
    topic: str
    place: str | None = None
    """A room, or the address of a call."""
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    zone: str
    """The organiser's time zone, in which the time was meant."""
    state: str = MeetingState.planned
    moves: int = 0
    note: str | None = None
    """What came of it, as the organiser wrote afterwards."""


class MeetingParticipant(SQLModel, table=True):
    """Somebody who is in a meeting, its organiser included."""

    __tablename__ = "meeting_participant"
    __table_args__ = (UniqueConstraint("meeting", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    meeting: str
    """Series of the meeting."""
    person_id: int = Field(foreign_key="person.id", index=True)


class Reminding(StrEnum):
    day = "day"
    """The day before, to everybody."""
    soon = "soon"
    """Shortly before, to everybody."""
    after = "after"
    """When it is over: did it happen? To the organiser."""


class MeetingReminder(SQLModel, table=True):
    """Something to be done about a meeting at an instant, as long as the meeting still is at the time it was for."""

    __tablename__ = "meeting_reminder"
    __table_args__ = (
        UniqueConstraint("meeting", "moves", "kind"),
        Index(
            "ix_meeting_reminder_due",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting: str
    """Series of the meeting."""
    moves: int
    """Of the meeting, when this was planned."""
    kind: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was done, or turned out to be out of date."""
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)


meeting = table(Meeting)
participant = table(MeetingParticipant)
reminder = table(MeetingReminder)

_NEWEST = select(meeting).where(meeting.c.series == bindparam("series"), meeting.c.current)
_PEOPLE = (
    select(person)
    .join(participant, participant.c.person_id == person.c.id)
    .where(participant.c.meeting == bindparam("series"))
    .order_by(participant.c.id)
)
_OF_PERSON = (
    select(meeting)
    .join(participant, participant.c.meeting == meeting.c.series)
    .where(participant.c.person_id == bindparam("person"), meeting.c.current)
)
_COMING = (
    _OF_PERSON.where(meeting.c.state == MeetingState.planned, meeting.c.ends_at > bindparam("now"))
    .order_by(meeting.c.starts_at, meeting.c.id)
    .limit(bindparam("most"))
)
_BUSY = (
    select(participant.c.person_id)
    .distinct()
    .join(meeting, and_(meeting.c.series == participant.c.meeting, meeting.c.current))
    .where(participant.c.person_id.in_(bindparam("people", expanding=True)), meeting.c.state == MeetingState.planned)
    .where(meeting.c.starts_at < bindparam("until"), meeting.c.ends_at > bindparam("begins"))
    .where(meeting.c.series != bindparam("but"))
)


def alarms(starts_at: datetime, ends_at: datetime) -> dict[Reminding, datetime]:
    """When a meeting's reminders are due."""
    return {
        Reminding.day: starts_at - DAY_AHEAD,
        Reminding.soon: starts_at - SHORTLY,
        Reminding.after: ends_at,
    }


def newest(db: Connection, series: str) -> RowMapping | None:
    """A meeting as it is now. It checks nothing: for a viewer use `storage.access.meeting_for`."""
    return db.execute(_NEWEST, {"series": series}).mappings().first()


def people_of(db: Connection, series: str) -> Sequence[RowMapping]:
    """Who is in a meeting, its organiser first."""
    return db.execute(_PEOPLE, {"series": series}).mappings().all()


def coming(db: Connection, person_id: int, now: datetime, most: int) -> Sequence[RowMapping]:
    """Somebody's own meetings that are not over, the next one first."""
    return db.execute(_COMING, {"person": person_id, "now": now, "most": most}).mappings().all()


def busy(db: Connection, people: Collection[int], begins: datetime, until: datetime, but: str = "") -> frozenset[int]:
    """Which of some people are in another meeting then, and nothing of what it is."""
    wanted = {"people": list(people), "begins": begins, "until": until, "but": but}
    return frozenset(db.execute(_BUSY, wanted).scalars())


def reference(db: Connection, row: RowMapping) -> MeetingRef:
    people = people_of(db, row["series"])
    return MeetingRef(
        key=row["series"],
        topic=row["topic"],
        organiser=_named(people, row["organiser_id"]),
        people=tuple(who(each) for each in people),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        zone=row["zone"],
        kind=row["kind"],
        place=row["place"],
        moves=row["moves"],
        state=row["state"],
    )


def next_version(
    ref: MeetingRef, by: Who, state: MeetingState = MeetingState.planned, note: str | None = None
) -> Meeting:
    """The meeting as it is to be from now on, to be saved."""
    return Meeting(
        series=ref.key,
        saved_by=by.id,
        organiser_id=ref.organiser.id,
        kind=ref.kind,
        topic=ref.topic,
        place=ref.place,
        starts_at=ref.starts_at,
        ends_at=ref.ends_at,
        zone=ref.zone,
        state=state,
        moves=ref.moves,
        note=note,
    )


def _named(people: Sequence[RowMapping], number: int) -> Who:
    return next(who(each) for each in people if each["id"] == number)
