"""Records that are evidence: never changed, only followed by a newer version."""

from datetime import datetime
from uuid import NAMESPACE_OID, uuid4, uuid5

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


def new_series() -> str:
    """A name for a thing that will have versions; random, so that it tells nothing."""
    return uuid4().hex


def series_of(conversation: int, key: str) -> str:
    """The series a conversation's `save` makes: the same one however often the answer is edited."""
    return uuid5(NAMESPACE_OID, f"evenhand:{conversation}:{key}").hex


def states_of(table: str) -> Index:
    """Finds every state of a thing, and holds that each version of it is there once; every `Versioned` table has it."""
    return Index(f"ix_{table}_states", "series", "version", unique=True)


class Versioned(SQLModel):
    """What every versioned record carries. `series` names the thing; (series, version) names one state of it.

    Versions count from 1 without a gap, and exactly one of a series is `current`. `storage.records.remember` keeps
    it so; nothing else inserts these rows, and no row is ever updated but for losing `current`.
    """

    id: int | None = Field(default=None, primary_key=True)
    series: str = ""
    """Left empty, it is named when the record is first remembered."""
    version: int = 1
    current: bool = True
    saved_by: int = Field(foreign_key="person.id")
    saved_at: datetime = Field(default=None, sa_type=UtcDateTime)
    """Set when the record is remembered."""
