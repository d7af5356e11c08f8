"""Key events: wins, misses, coaching talks and praise, with what their subject says of them."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, and_, select
from sqlmodel import Field, SQLModel

from storage import wordings
from storage.columns import UtcDateTime, table
from storage.effects import Effective
from storage.versions import Versioned, states_of

CARD_TIME = timedelta(days=1)
"""For how long the author can add to a card."""
RESPONSE_TIME = timedelta(days=7)
"""For how long the subject can add context to an event or contest it."""
UNDO_TIME = timedelta(minutes=10)
"""For how long an author can take back what they logged."""


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

    def take_effect(self, db: Connection, at: datetime) -> None:
        """What was said about an event that is taken back is changed where it stands."""
        if self.state == EventState.withdrawn:
            wordings.changed(db, at, self.series)


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


def is_disputed(stances: Iterable[str]) -> bool:
    """Whether a dispute is open, by the stances of the responses to an event in their order."""
    ends = [each for each in stances if each in ("contest", "settled")]
    return bool(ends) and ends[-1] == "contest"


def standing(db: Connection, series: Collection[str]) -> frozenset[str]:
    """Those of some key events that their authors have not taken back."""
    event = table(KeyEvent)
    logged = and_(event.c.current, event.c.state == EventState.logged)
    return frozenset(db.execute(select(event.c.series).where(event.c.series.in_(series), logged)).scalars())


def newest_version(db: Connection, series: str) -> RowMapping | None:
    """A key event as it is now, whether it stands or was taken back; None where there is none of that series."""
    event = table(KeyEvent)
    return db.execute(select(event).where(event.c.series == series, event.c.current)).mappings().first()
