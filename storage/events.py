"""Key events: wins, misses, coaching talks and praise, with what their subject says of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, and_, bindparam, or_, select
from sqlmodel import Field, SQLModel

from storage import wordings
from storage.columns import UtcDateTime, table
from storage.effects import Effective
from storage.references import EventRef, Who
from storage.versions import Versioned, states_of

CARD_TIME = timedelta(days=1)
"""For how long the author can add to a card."""
RESPONSE_TIME = timedelta(days=7)
"""For how long the subject can add context to an event or contest it."""
UNDO_TIME = timedelta(minutes=10)
"""For how long an author can take back or correct what they logged."""


class Kind(StrEnum):
    win = "win"
    miss = "miss"
    coaching = "coaching"
    praise = "praise"


class Visibility(StrEnum):
    """Who sees an event besides its author and its subject, who always do."""

    manager = "manager"
    """The subject's direct manager."""
    line = "line"
    """Everybody above the subject."""
    public = "public"


class EventState(StrEnum):
    logged = "logged"
    withdrawn = "withdrawn"
    """Taken back by its author; it is shown to nobody and counts for nothing."""


class KeyEvent(Versioned, Effective, table=True):
    __tablename__ = "key_event"
    __table_args__ = (states_of("key_event"),)

    subject_id: int = Field(foreign_key="person.id", index=True)
    kind: str
    text: str
    happened_on: date
    goal: str | None = None
    """Series of the goal whose indicator this is evidence for."""
    visibility: str = Visibility.manager
    quoted_from: str | None = None
    """The chat message it was made from, word for word."""
    state: str = Field(default=EventState.logged, sa_column_kwargs={"server_default": EventState.logged})
    entry: str | None = Field(default=None, index=True)
    """Series of the first event of the entry it was logged with; None for that one itself."""

    def take_effect(self, db: Connection, at: datetime) -> None:
        """Messages about an event that was corrected or taken back are edited where they stand."""
        if self._is_news(db, at):
            wordings.changed(db, at, *{self.entry or self.series, self.series})

    def _is_news(self, db: Connection, at: datetime) -> bool:
        """Whether what was said about the entry before is not so any more."""
        if self.version == 1:
            return self.entry is not None and db.execute(_FIRST_SAVED, {"of_series": self.entry}).scalar() != at
        before = {"of_series": self.series, "of_version": self.version - 1}
        return self.state == EventState.withdrawn or bool(db.execute(_TEXT_AT, before).scalar() != self.text)


class EventResponse(SQLModel, table=True):
    """What was said about an event, first by its subject: context, or that it was not so. The event stays as it was."""

    __tablename__ = "event_response"

    id: int | None = Field(default=None, primary_key=True)
    event: str = Field(index=True)
    """Series of the event."""
    event_version: int
    stance: str
    """`context` or `contest`, a `reply` to either, or `settled` with what was agreed."""
    text: str
    saved_by: int = Field(foreign_key="person.id")
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)


event = table(KeyEvent)

_FIRST_SAVED = select(event.c.saved_at).where(event.c.series == bindparam("of_series"), event.c.version == 1)
_TEXT_AT = select(event.c.text).where(
    event.c.series == bindparam("of_series"), event.c.version == bindparam("of_version")
)
_STANDING = (
    select(event)
    .where(or_(event.c.series == bindparam("of_entry"), event.c.entry == bindparam("of_entry")))
    .where(event.c.current, event.c.state != EventState.withdrawn)
    .order_by(event.c.entry.is_not(None), event.c.id)
)


@dataclass(frozen=True)
class LoggedEntry:
    """What an author logged in one go, as it stands now."""

    series: str
    """Of its first event."""
    author: int
    at: datetime
    """When it was logged. What is added to it or corrected later gives nobody more time."""
    kind: str
    is_evidence: bool
    """It keeps a chat message word for word."""
    events: Sequence[RowMapping]
    """Those of its events that still stand; none where it was taken back."""


def entry_of(db: Connection, series: str) -> LoggedEntry | None:
    """The entry that an event belongs to; None where there is no such event."""
    named = db.execute(select(event.c.entry).where(event.c.series == series)).first()
    if named is None:
        return None
    first_of = named.entry or series
    first = db.execute(select(event).where(event.c.series == first_of, event.c.version == 1)).mappings().one()
    return LoggedEntry(
        series=first_of,
        author=first["saved_by"],
        at=first["saved_at"],
        kind=first["kind"],
        is_evidence=first["quoted_from"] is not None,
        events=standing_in(db, first_of),
    )


def standing_in(db: Connection, entry: str) -> Sequence[RowMapping]:
    """The events of an entry that still stand, as they are now."""
    return db.execute(_STANDING, {"of_entry": entry}).mappings().all()


def next_version(
    ref: EventRef,
    by: Who,
    *,
    text: str | None = None,
    happened_on: date | None = None,
    visibility: str | None = None,
    state: EventState = EventState.logged,
) -> KeyEvent:
    """The event as it is to be from now on, to be saved; what is not given stays as it is."""
    return KeyEvent(
        series=ref.key,
        saved_by=by.id,
        subject_id=ref.subject.id,
        kind=ref.kind,
        text=text or ref.text,
        happened_on=happened_on or ref.happened_on,
        goal=ref.goal,
        visibility=visibility or ref.visibility,
        quoted_from=ref.quoted_from,
        state=state,
        entry=ref.entry,
    )


def is_disputed(stances: Iterable[str]) -> bool:
    """Whether a dispute is open, by the stances of the responses to an event in their order."""
    ends = [each for each in stances if each in ("contest", "settled")]
    return bool(ends) and ends[-1] == "contest"


def standing(db: Connection, series: Collection[str]) -> frozenset[str]:
    """Those of some key events that their authors have not taken back."""
    logged = and_(event.c.current, event.c.state == EventState.logged)
    return frozenset(db.execute(select(event.c.series).where(event.c.series.in_(series), logged)).scalars())
