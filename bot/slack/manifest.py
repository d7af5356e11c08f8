"""The manifest: what an app has to be allowed and to listen to in Slack, made from the flows there are.

A new command or shortcut is in it by itself (https://docs.slack.dev/reference/app-manifest). Commands have their
English names in every language: Slack takes a to z, digits, hyphens and underscores after the slash. Each scope is
used by what is named beside it, and no other is asked for.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bot.slack.doing import CALLBACK_CALL
from bot.slack.words import cut
from flows.catalog import Catalog
from flows.command_names import HELP, CommandNames
from flows.core import Flow, Register

SCOPES: Mapping[str, str] = {
    "chat:write": "chat.postMessage, chat.update",
    "commands": "slash commands, shortcuts",
    "im:history": "message.im, conversations.history",
    "im:write": "chat.postMessage, conversations.open",
    "users:read": "users.info",
    "users:read.email": "users.info, users.lookupByEmail",
}
EVENTS = ("app_home_opened", "app_uninstalled", "message.im", "tokens_revoked")
SHORTCUTS = 10
"""The most an app may have, messages' and its own together."""
COLOUR = "#1f5f5b"


def manifest(
    register: Register, texts: Catalog, *, language: str = "en", prefix: str = "", url: str | None = None
) -> dict[str, Any]:
    """The manifest of an app that Slack reaches at `url`; without one it is for Socket Mode."""
    at = f"{url.rstrip('/')}/slack/events" if url else None
    names = CommandNames.of(register.by_command(), texts, prefix).in_english()
    texts = names.spelt(texts)

    def say(key: str) -> str:
        return texts.say(language, key)

    asked = {"request_url": at, "message_menu_options_url": at} if at else {}
    return {
        "display_information": {
            "name": "Evenhand",
            "description": cut(say("slack.manifest.short"), 140),
            "long_description": cut(say("slack.manifest.long"), 4000),
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Evenhand", "always_online": True},
            "shortcuts": list(_shortcuts(register, texts, language)),
            "slash_commands": [
                {
                    "command": f"/{names.shown_in(language, name)}",
                    "description": about,
                    **({"usage_hint": hint} if hint else {}),
                    **({"url": at} if at else {}),
                    "should_escape": True,
                }
                for name, about, hint in _commands(register, texts, language)
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**({"request_url": at} if at else {}), "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **asked},
            "org_deploy_enabled": False,
            "socket_mode_enabled": at is None,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(value: Any, indent: int = 0) -> str:
    """YAML of mappings, lists, strings and booleans; every string is quoted as JSON does, which YAML reads alike."""
    space = "  " * indent
    match value:
        case dict():
            return "".join(f"{space}{key}:{_nested(inner, indent)}" for key, inner in value.items())
        case list():
            return "".join(f"{space}- {as_yaml(each, indent + 1).lstrip()}" for each in value)
        case _:
            return f"{space}{json.dumps(value, ensure_ascii=False)}\n"


def _nested(value: Any, indent: int) -> str:
    if isinstance(value, dict | list):
        return "\n" + as_yaml(value, indent + 1)
    return " " + as_yaml(value)


def _commands(register: Register, texts: Catalog, language: str) -> Iterable[tuple[str, str, str]]:
    """Every command, with what it does and how it goes on."""
    for name, flow in register.by_command().items():
        usage = texts.say(language, f"{flow.name}.usage")
        _, _, hint = usage.partition(" ")
        yield name, cut(texts.say(language, f"{flow.name}.about"), 2000), cut(hint, 1000)
    yield HELP, texts.say(language, "slack.manifest.help"), ""


def _shortcuts(register: Register, texts: Catalog, language: str) -> Iterable[dict[str, str]]:
    """What is in a message's menu, and what is behind the lightning: the first commands that everybody has."""

    def shortcut(flow: Flow, kind: str, callback: str, title: str) -> dict[str, str]:
        about = cut(texts.say(language, f"{flow.name}.about"), 150)
        return {"name": cut(title, 24), "type": kind, "callback_id": callback, "description": about}

    kept = list(register.by_shortcut().values())
    for flow in kept:
        key = f"{flow.name}.shortcut"
        title = texts.say(language, key if texts.has(language, key) else f"{flow.name}.title")
        yield shortcut(flow, "message", flow.name, title)
    called = [(name, flow) for name, flow in register.by_command().items() if flow.offered is None]
    for name, flow in called[: SHORTCUTS - len(kept)]:
        yield shortcut(flow, "global", f"{CALLBACK_CALL}{name}", texts.say(language, f"{flow.name}.title"))
