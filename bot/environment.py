"""The environment: the settings of this process as its variables have them, or the first that cannot be used."""

from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.connected import has_slack, has_teams
from bot.settings import DRIVERS, Settings, WrongSetting

WORDED = frozenset(
    {
        "bool_parsing",
        "float_parsing",
        "greater_than",
        "greater_than_equal",
        "int_parsing",
        "less_than_equal",
        "literal_error",
        "too_short",
    }
)
"""Problems of values that have texts of ours."""
SHAPED = frozenset(
    {
        "command_prefix",
        "default_country",
        "default_zone",
        "public_address",
        "slack_token_key",
        "slack_workspaces",
        "teams_app_id",
        "teams_tenants",
    }
)
"""Settings whose values have a form of their own: `shape_…` in the texts says how they look."""


def settings_from_environment() -> Settings:
    """The settings of this process; raises `WrongSetting` for the first that cannot be used."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0])
        values = {**first.get("ctx", {}), "reason": first["msg"]}
        raise WrongSetting(name, _problem(name, first["type"]), **values) from None
    try:
        url = make_url(settings.database)
    except ArgumentError:
        raise WrongSetting("database", "database_url") from None
    if url.drivername not in DRIVERS:
        raise WrongSetting("database", "database_url")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise WrongSetting("database", "database_memory")
    has_slack(settings)
    has_teams(settings)
    return settings


def _problem(name: str, kind: str) -> str:
    """The key of the text about a setting with a value that the library calls wrong in this way."""
    if kind in WORDED:
        return kind
    return f"shape_{name}" if name in SHAPED else "other"
