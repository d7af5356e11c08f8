"""What a reader understood of a line, and what a command makes of it. Standard library only."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from tests.corpus.lines import Command

NEEDS: Mapping[Command, tuple[str, ...]] = {"meet": ("day", "at"), "away": ("day", "last")}
"""Without these a command asks; the others need the day, and an event takes today for it."""


@dataclass(frozen=True)
class Reading:
    day: date | None = None
    last: date | None = None
    at: time | None = None
    minutes: int | None = None
    offset: timedelta | None = None
    """From UTC, where the line names a zone."""
    left: str | None = None
    asked: frozenset[str] = frozenset()
    """Fields the reader itself says it is unsure of."""

    def to_json(self) -> dict[str, Any]:
        given = {name: value for name, value in asdict(self).items() if value is not None}
        if self.offset is not None:
            given["offset"] = self.offset.total_seconds()
        return (
            given
            | {"asked": sorted(self.asked)}
            | {name: given[name].isoformat() for name in ("day", "last", "at") if name in given}
        )

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        return cls(
            day=date.fromisoformat(row["day"]) if "day" in row else None,
            last=date.fromisoformat(row["last"]) if "last" in row else None,
            at=time.fromisoformat(row["at"]) if "at" in row else None,
            minutes=row.get("minutes"),
            offset=timedelta(seconds=row["offset"]) if "offset" in row else None,
            left=row.get("left"),
            asked=frozenset(row["asked"]),
        )


def for_command(reading: Reading, command: Command, now: datetime) -> Reading:
    """The reading as the command takes it, for every reader alike.

    A leave of one day ends on it; a milestone or a pause takes the end of a range. A day on the wrong side of today, or
    a leave that ends before it begins, is refused by the form: it is asked for.
    """
    today = now.date()
    if command == "away":
        reading = replace(reading, last=reading.last or (None if "last" in reading.asked else reading.day))
    elif reading.last and command in {"milestone", "pause", "snooze"}:
        reading = replace(reading, day=reading.last)
    if command == "event":
        refused = reading.day is not None and reading.day > today
    else:
        refused = reading.day is not None and reading.day < today
        if command == "meet" and reading.day == today and reading.at and reading.offset is None:
            refused = datetime.combine(today, reading.at) < now.replace(tzinfo=None)
    asked = reading.asked | {"day"} if refused else reading.asked
    if command == "away" and reading.day and reading.last and reading.last < reading.day:
        asked |= {"last"}
    return replace(reading, asked=asked, **dict.fromkeys(asked & {"day", "last", "at"}))


def acts(reading: Reading, command: Command) -> bool:
    """Whether the command would go ahead without a question."""
    if command == "event":
        return not reading.asked
    return not reading.asked and all(getattr(reading, name) is not None for name in NEEDS.get(command, ("day",)))
