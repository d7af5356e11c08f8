"""Activities: what Teams sends, read into an `Event`, or refused as a whole.

The Bot Framework's own reader is not used: it takes a number for a text, fails on a list in a way of its own, drops
the tenant, and takes the bot's name out of a text wherever it stands. Whatever it leaves open would have to be checked
here anyway, and then it is a twentieth of a turn spent on reading everything twice.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.teams.events import Event, Place
from bot.teams.mentions import Addressed, addressed, without_quotes
from bot.teams.rich_text import LARGEST, words_of
from storage.refusals import Unreadable

DEEPEST = 16
"""Levels of nesting; our own cards send back three."""
LONGEST_ID = 512
LONGEST_TEXT = 40_000
NOTHING: Mapping[str, Any] = {}
_MARKUP = re.compile(r"</?at\b[^<>]*>")


def read_event(body: Any) -> Event:
    """An activity; raises `Unreadable` for what Teams does not send."""
    _require_shape(body)
    sender, bot, conversation, channel = (
        body.get(name) or NOTHING for name in ("from", "recipient", "conversation", "channelData")
    )
    typed = _typed(body, bot)
    value = body.get("value")
    return Event(
        id=body.get("id") or "",
        type=body["type"],
        tenant=_tenant(channel, conversation),
        place=_place(conversation.get("conversationType")),
        conversation=conversation.get("id") or "",
        service_url=body.get("serviceUrl") or "",
        channel_id=body.get("channelId") or "",
        bot=bot.get("id") or "",
        user=sender.get("id") or "",
        object_id=sender.get("aadObjectId") or "",
        name=body.get("name") or "",
        action=body.get("action") or "",
        text=typed.text,
        value=value if isinstance(value, Mapping) else {},
        mentions=typed.mentions,
        home=(sender.get("tenantId") or "").casefold(),
        has_more=_has_more(body),
        added=tuple(each["id"] for each in body.get("membersAdded") or () if each.get("id")),
        team=_team(channel),
        reply_to=body.get("replyToId") or "",
        is_targeted=bot.get("isTargeted") is True,
        language="zh" if (body.get("locale") or "").casefold().startswith("zh") else "en",
    )


def _require_shape(body: Any) -> None:
    """Raises `Unreadable` unless the parts of an activity have the types they must have."""
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
            _require_text((part or NOTHING).get(key), LONGEST_ID)
    for name in ("membersAdded", "membersRemoved", "entities"):
        listed = body.get(name) or []
        if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
            raise Unreadable
        for each in listed:
            _require_text(each.get("id"), LONGEST_ID)


def _require_text(value: Any, most: int) -> None:
    if value is not None and not (isinstance(value, str) and len(value) <= most):
        raise Unreadable


def _require_flat(value: Any, deeper: int) -> None:
    if deeper < 0:
        raise Unreadable
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            _require_flat(each, deeper - 1)


def _typed(body: Mapping[str, Any], bot: Mapping[str, Any]) -> Addressed:
    """What was typed, and whom it mentions.

    Beside the plain text Teams sends the message as it looks. It is read instead wherever it says as much: the plain
    text loses lines, lists and emoji, and contains the message that was replied to.
    """
    text = without_quotes(body.get("text") or "")
    if looks := _looks(body):
        rich = words_of(looks, marks=True)
        if rich.left_out or _letters(rich.text) >= _letters(text):
            text = rich.text
    return addressed(text, body.get("entities") or (), bot)


def _looks(body: Mapping[str, Any]) -> str:
    """The message in HTML, if Teams sent it so."""
    for each in _attached(body):
        match each:
            case {"contentType": "text/html", "content": str(content)} if len(content) <= LARGEST:
                return content
    return ""


def _attached(body: Mapping[str, Any]) -> list[Any]:
    attached = body.get("attachments")
    return attached if isinstance(attached, list) else []


def _has_more(body: Mapping[str, Any]) -> bool:
    """Whether a message carries anything but text: a file, a picture, a voice, a card."""
    return any(isinstance(each, Mapping) and each.get("contentType") for each in _attached(body))


def _letters(text: str) -> int:
    """How much a text says, however it is laid out."""
    return sum(letter.isalnum() for letter in _MARKUP.sub("", text))


def _tenant(channel: Mapping[str, Any], conversation: Mapping[str, Any]) -> str:
    """The tenant an activity comes from; empty where it names none, or two."""
    inner = channel.get("tenant")
    named = (inner.get("id") if isinstance(inner, Mapping) else None, conversation.get("tenantId"))
    match [each for each in named if each not in (None, "")]:
        case [str(tenant)]:
            return tenant.casefold()
        case [str(tenant), str(again)] if tenant == again:
            return tenant.casefold()
        case _:
            return ""


def _place(kind: str | None) -> Place:
    """An activity that does not say where it comes from is taken for one that others can read."""
    try:
        return Place(kind or "")
    except ValueError:
        return Place.group


def _team(channel: Mapping[str, Any]) -> str:
    match channel.get("team"):
        case {"id": str(team)}:
            return team
        case _:
            return ""
