"""Metadata: the number or event a message of ours carries unseen, by which it is found again in its conversation.

Slack keeps it beside the message and gives it back to the app that set it
(https://docs.slack.dev/messaging/message-metadata).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

EVENT_TYPE = "evenhand_message"
PROMISE, EVENT = "outbox", "event"
"""A promised message carries its number in the outbox; an answer carries the event it answers."""
PAGE = 200


def metadata(name: str, value: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {name: value}}


async def found_in(client: Any, chat: str, since: datetime, name: str, value: str) -> str | None:
    """The `ts` of the message in a conversation that carries this; raises what the Slack client raises."""
    oldest = str(since.timestamp())
    page = await client.conversations_history(channel=chat, oldest=oldest, limit=PAGE, include_all_metadata=True)
    return next((str(each["ts"]) for each in page["messages"] if _carried(each, name) == value), None)


def _carried(message: Mapping[str, Any], name: str) -> str | None:
    carried = message.get("metadata") or {}
    if carried.get("event_type") != EVENT_TYPE:
        return None
    value = (carried.get("event_payload") or {}).get(name)
    return None if value is None else str(value)
