"""When a message for many goes out: at once, at an hour of each person's own day, or at one moment for everybody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.calendar import at_hour


@dataclass(frozen=True)
class Timing:
    """At most one of `hour` and `at` is given; neither means at once."""

    hour: int | None = None
    """The hour of each person's own day."""
    day: date | None = None
    """The day of that hour, where each person is; without it the next time that hour comes."""
    at: datetime | None = None
    """The moment for everybody, wherever they are."""

    def due(self, now: datetime, zone: str) -> datetime:
        """When the message is due for a person in a time zone, seen from `now`.

        Where the chosen hour of the chosen day has passed already, it is the next time that hour comes.
        """
        if self.at is not None:
            return self.at
        if self.day is not None and self.hour is not None:
            chosen = at_hour(self.day, self.hour, zone)
            if chosen >= now:
                return chosen
        return at_local_hour(now, self.hour, zone)


def at_local_hour(now: datetime, hour: int | None, zone: str) -> datetime:
    """The next time it is that full hour where the person is, or now when no hour is asked for.

    An hour that a clock change skips counts as the first one after it.
    """
    if hour is None:
        return now
    local = now.astimezone(ZoneInfo(zone))
    target = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if target < local:
        target = (local + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return target.astimezone(now.tzinfo)
