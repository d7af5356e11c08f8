"""The environment: the settings of this process as its variables have them, or the first that cannot be used."""

from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.connected import has_slack, has_teams
from bot.settings import DRIVERS, Settings, WrongSetting

WORDED = frozenset({"int_parsing", "greater_than_equal", "less_than_equal", "literal_error", "too_short"})
"""Problems of values that have texts of ours."""


def settings_from_environment() -> Settings:
    """The settings of this process; raises `WrongSetting` for the first that cannot be used."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        problem = first["type"] if first["type"] in WORDED else "other"
        values = {**first.get("ctx", {}), "reason": first["msg"]}
        raise WrongSetting(str(first["loc"][0]), problem, **values) from None
    try:
        driver = make_url(settings.database).drivername
    except ArgumentError:
        driver = ""
    if driver not in DRIVERS:
        raise WrongSetting("database", "database_url")
    has_slack(settings)
    has_teams(settings)
    return settings
