"""Sent before: what a page says of an answer that stands and can still be changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class SentBefore:
    """An answer that stands and can be changed: when it was sent, until when, and whether there are changes unsent."""

    at: datetime
    until: datetime
    has_changes: bool = False


def sent_before(
    entry: Mapping[Any, Any] | None, editable: timedelta | None, *, is_answered: bool, has_changes: bool
) -> SentBefore | None:
    """That of a journal entry; None for a page that is asked for the first time or anew."""
    if entry is None or editable is None or not is_answered:
        return None
    return SentBefore(entry["at"], entry["at"] + editable, has_changes)
