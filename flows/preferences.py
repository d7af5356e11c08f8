"""Preferences: the hour a person is asked at, their quiet hours, how often they are reminded, and their language."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from flows.core import command, flow
from flows.fields import Hour
from flows.steps import Form, Objection, ask, save
from storage.calendar import Quiet
from storage.references import Who
from storage.rest import Preference

FEWEST = 4
"""Hours of a day that must not be quiet."""


class Wishes(Form):
    hour: Hour | None
    quiet_from: Hour | None
    quiet_until: Hour | None
    reminders: Literal["light", "standard", "active"]
    language: Literal["company", "en", "zh"] = "company"

    def objections(self) -> Iterator[Objection]:
        if self.quiet_from is None and self.quiet_until is None:
            return
        if self.quiet_from is None or self.quiet_until is None:
            yield Objection("quiet_from" if self.quiet_from is None else "quiet_until", "quiet_needs_both")
        elif len(Quiet(self.quiet_from, self.quiet_until).open_hours) < FEWEST:
            yield Objection("quiet_until", "quiet_too_long", {"fewest": FEWEST})


@flow("preferences", on=command("preferences"), menu=130)
async def wishes(me: Who, preferences: Mapping[str, Any]) -> None:
    said = await ask(me, Wishes, given=preferences)
    await save(
        Preference(
            series=me.key,
            saved_by=me.id,
            person_id=me.id,
            hour=said.hour,
            quiet_begins=said.quiet_from,
            quiet_ends=said.quiet_until,
            reminders=said.reminders,
            language=None if said.language == "company" else said.language,
        )
    )
