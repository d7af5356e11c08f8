"""The company's own rules of time, as the settings have them: when people are asked, and what they are spared."""

from bot.reminders import Reminding
from bot.settings import Settings
from storage.attention import Rules
from storage.calendar import Quiet
from storage.planning import Cadence
from storage.rest import Reminders


def quiet_of(settings: Settings) -> Quiet:
    return Quiet(settings.quiet_from, settings.quiet_until)


def rules_of(settings: Settings) -> Rules:
    """What delivery decides by."""
    return Rules(settings.attention_budget, quiet_of(settings))


def cadence_of(settings: Settings) -> Cadence:
    return Cadence(settings.checkin_weekday, settings.checkin_hour, quiet_of(settings))


def reminding_of(settings: Settings) -> Reminding:
    profile = Reminders(settings.reminders)
    return Reminding(settings.checkin_hour, profile, settings.escalation, quiet_of(settings))
