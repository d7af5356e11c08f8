"""Events: one activity of Teams as the rest of this surface knows it, free of any library's types.

Whoever sent it is known by their object id in their tenant; nothing else in it says who somebody is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.teams.mentions import Mention


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
    """What was typed, without the mention of the bot and without the words of others."""
    value: Mapping[str, Any] = field(default_factory=dict)
    mentions: tuple[Mention, ...] = ()
    """Whom the text mentions besides the bot, and where in it."""
    home: str = ""
    """The tenant the sender is from, where Teams says so."""
    has_more: bool = False
    """Whether something came with a message that is no text: a file, a picture, a voice."""
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
