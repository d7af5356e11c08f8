"""Connected: which chat platforms the settings connect, and what is wrong where a part of that is missing."""

import re
from urllib.parse import urlsplit

from bot.settings import LOOPBACK, Settings, WrongSetting


def platforms(settings: Settings) -> tuple[str, ...]:
    """The chat platforms that are configured, by the settings that say they connect one."""
    found: dict[str, None] = {}
    for name, info in type(settings).model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and "platform" in extra and getattr(settings, name) is not None:
            found[str(extra["platform"])] = None
    return tuple(found)


def has_slack(settings: Settings) -> bool:
    """Whether Slack is connected; raises `WrongSetting` where a part of what that takes is missing."""
    ways = settings.slack_signing_secret or settings.slack_app_token
    speaks = settings.slack_bot_token or settings.slack_client_id
    if speaks and not ways:
        raise WrongSetting("slack_signing_secret", "slack_unheard")
    if ways and not speaks:
        raise WrongSetting("slack_bot_token", "slack_mute")
    if settings.slack_bot_token and settings.slack_client_id:
        raise WrongSetting("slack_client_id", "slack_one_or_many")
    if settings.slack_client_id:
        for name in ("slack_client_secret", "slack_token_key", "slack_workspaces"):
            if not getattr(settings, name):
                raise WrongSetting(name, "slack_needed_too")
    if settings.slack_api and not _is_on_this_machine(settings.slack_api):
        raise WrongSetting("slack_api", "slack_api_elsewhere")
    return bool(speaks)


def _is_on_this_machine(address: str) -> bool:
    """Whether an address is plain HTTP on loopback, and a folder (`…/api/`) that methods can be named in."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = parts.username is None and not parts.query and not parts.fragment
    return plain and parts.scheme == "http" and parts.hostname in LOOPBACK and parts.path.endswith("/")


def has_teams(settings: Settings) -> bool:
    """Whether Teams is connected; raises `WrongSetting` where a part of what that takes is missing or in the way."""
    parts = {name: getattr(settings, name) for name in ("teams_app_id", "teams_app_password", "teams_tenants")}
    if settings.teams_loopback:
        if any(parts.values()):
            raise WrongSetting("teams_loopback", "teams_loopback_beside")
        if settings.host not in LOOPBACK:
            raise WrongSetting("teams_loopback", "teams_loopback_host")
    elif any(parts.values()):
        for name, value in parts.items():
            if not value:
                raise WrongSetting(name, "teams_needed_too")
    return bool(settings.teams_loopback or settings.teams_app_id)


def listed(names: str) -> tuple[str, ...]:
    """What a setting lists with commas between."""
    return tuple(name.casefold() for name in re.split(r"[\s,]+", names) if name)
