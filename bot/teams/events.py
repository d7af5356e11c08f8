"""Events: one activity of Teams as the rest of this surface knows it, free of any library's types.

Whoever sent it is known by their object id in their tenant; nothing else in it says who somebody is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from storage.refusals import Unreadable

DEEPEST = 16
"""Levels of nesting; our own cards send back three."""
LONGEST_ID = 512
LONGEST_TEXT = 40_000


class Place(StrEnum):
    personal = "personal"
    channel = "channel"
    group = "groupChat"


@dataclass(frozen=True)
class Event:
    id: str
    type: str
    """`message`, `invoke`, `installationUpdate`, `conversationUpdate` …"""
    tenant: str
    place: Place
    conversation: str
    service_url: str
    channel_id: str
    bot: str
    """The id of the bot this was sent to, as Teams writes it: `28:` and the application's."""
    user: str
    """The sender's id in this chat, which is the bot's own name for them (`29:…`)."""
    object_id: str
    """The sender in their tenant's directory; empty for what no person sent."""
    name: str = ""
    """What kind of invoke, such as `adaptiveCard/action`."""
    action: str = ""
    """`add` or `remove`, for an installation."""
    text: str = ""
    """What was typed, without the mention of the bot."""
    value: Mapping[str, Any] = field(default_factory=dict)
    mentions: tuple[tuple[str, str], ...] = ()
    """Whom the text mentions besides the bot: how it stands in the text, and their id in this chat."""
    added: tuple[str, ...] = ()
    """Who came into the conversation."""
    team: str = ""
    reply_to: str = ""
    """The message whose button was pressed."""
    is_targeted: bool = False
    """Sent where others are, and read by the bot alone: a slash command."""
    language: str = "en"
    """What the sender's client speaks, for whoever is on no list of ours."""

    @property
    def is_private(self) -> bool:
        """In a chat nobody else reads."""
        return self.place == Place.personal


def require_shape(body: Any) -> Mapping[str, Any]:
    """The activity, if its parts have the types they must have; raises `Unreadable`.

    The library takes a number for a text and fails on a list, each in its own way; it is given neither.
    """
    if not isinstance(body, Mapping):
        raise Unreadable
    _require_flat(body, DEEPEST)
    for name in ("type", "id", "serviceUrl", "channelId", "name", "action", "replyToId", "locale"):
        _require_text(body.get(name), LONGEST_ID)
    _require_text(body.get("text"), LONGEST_TEXT)
    if not body.get("type"):
        raise Unreadable
    for name in ("from", "recipient", "conversation", "channelData"):
        part = body.get(name)
        if not isinstance(part, Mapping | None):
            raise Unreadable
        for key in ("id", "aadObjectId", "tenantId", "conversationType"):
            _require_text((part or {}).get(key), LONGEST_ID)
    for name in ("membersAdded", "membersRemoved", "entities"):
        listed = body.get(name) or []
        if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
            raise Unreadable
        for each in listed:
            _require_text(each.get("id"), LONGEST_ID)
    return body


def _require_text(value: Any, most: int) -> None:
    if value is not None and not (isinstance(value, str) and len(value) <= most):
        raise Unreadable


def _require_flat(value: Any, deeper: int) -> None:
    if deeper < 0:
        raise Unreadable
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            _require_flat(each, deeper - 1)


def tenant_of(body: Mapping[str, Any]) -> str:
    """The tenant an activity comes from; empty where it names none, or two."""
    channel, conversation = body.get("channelData") or {}, body.get("conversation") or {}
    inner = channel.get("tenant") or {}
    named = {inner.get("id") if isinstance(inner, Mapping) else None, conversation.get("tenantId")} - {None, ""}
    found = [each for each in named if isinstance(each, str)]
    return found[0].casefold() if len(named) == len(found) == 1 else ""
