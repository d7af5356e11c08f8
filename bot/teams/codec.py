"""The codec: the only module that knows the Bot Framework's library, which reads activities and verifies tokens here.

Nothing else of the library is used: not its connector, not its host, not its state. It is not developed any more,
so whatever it leaves open is checked by ourselves (`bot.teams.gate`), and whatever it raises is one of two facts.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import orjson
from botbuilder.core import TurnContext
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticationConfiguration,
    AuthenticationConstants,
    ChannelValidation,
    JwtTokenExtractor,
    SimpleCredentialProvider,
)
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError

from bot.teams.events import Event, Place, require_shape, tenant_of
from storage.refusals import Unreadable

METADATA_URL: str = AuthenticationConstants.TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL


class NotGenuine(Exception):
    """A token that Teams did not make for this bot, or that is over. Carries no part of the token."""


class Keys(Protocol):
    async def key(self, key_id: str) -> Mapping[str, Any] | None:
        """A signing key by its id, as a JSON web key."""


class Verifier:
    """Verifies tokens of the connector service, with keys that are fetched elsewhere."""

    def __init__(self, app_id: str, keys: Keys) -> None:
        self.credentials = SimpleCredentialProvider(app_id, "")
        self.metadata = _Metadata(keys)
        self.configuration = AuthenticationConfiguration()

    async def claims(self, header: str, service_url: str, channel_id: str) -> Mapping[str, Any]:
        """What a token says, once it is genuine; raises `NotGenuine`."""
        # The library keeps its keys in a table of the class and would fetch them itself, blocking everybody.
        JwtTokenExtractor.metadataCache[METADATA_URL] = self.metadata
        try:
            identity = await ChannelValidation.authenticate_channel_token_with_service_url(
                header, self.credentials, service_url, channel_id, self.configuration
            )
        except Exception as error:  # noqa: BLE001  # twelve kinds of bad tokens raise almost as many kinds of errors
            raise NotGenuine(type(error).__name__) from None
        claims: Mapping[str, Any] = identity.claims
        return claims


class _Key:
    """A key as the library wants it."""

    def __init__(self, jwk: Mapping[str, Any]) -> None:
        self.public_key = RSAAlgorithm.from_jwk(orjson.dumps(dict(jwk)).decode())
        self.endorsements = list(jwk.get("endorsements") or ())


class _Metadata:
    """Where the library looks for keys, instead of the network."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    async def get(self, key_id: str | None) -> _Key:
        jwk = await self.keys.key(key_id) if key_id else None
        if jwk is None:
            raise NotGenuine("no such key")
        try:
            return _Key(jwk)
        except (PyJWTError, ValueError) as error:
            raise NotGenuine("no usable key") from error


def read_event(body: Any) -> Event:
    """An activity; raises `Unreadable` for what Teams does not send."""
    shaped = require_shape(body)
    try:
        activity = Activity().deserialize(dict(shaped))
        text = _typed(activity)
    except Exception as error:  # it fails in as many ways as there are wrong activities
        raise Unreadable from error
    if not isinstance(activity, Activity):
        raise Unreadable
    sender, conversation, bot = activity.from_property, activity.conversation, activity.recipient
    return Event(
        id=activity.id or "",
        type=activity.type,
        tenant=tenant_of(shaped),
        place=_place(conversation.conversation_type if conversation else None),
        conversation=(conversation.id if conversation else "") or "",
        service_url=activity.service_url or "",
        channel_id=activity.channel_id or "",
        bot=(bot.id if bot else "") or "",
        user=(sender.id if sender else "") or "",
        object_id=(sender.aad_object_id if sender else "") or "",
        name=activity.name or "",
        action=str(shaped.get("action") or ""),
        text=text,
        value=activity.value if isinstance(activity.value, Mapping) else {},
        mentions=tuple(_mentions(shaped, text)),
        added=tuple(each.id for each in activity.members_added or () if each.id),
        team=_team(shaped),
        reply_to=activity.reply_to_id or "",
        is_targeted=(shaped.get("recipient") or {}).get("isTargeted") is True,
        language="zh" if (activity.locale or "").casefold().startswith("zh") else "en",
    )


def _typed(activity: Activity) -> str:
    if not activity.text:
        return ""
    if not activity.recipient:
        return str(activity.text).strip()
    without: str | None = TurnContext.remove_recipient_mention(activity)
    return (without or "").strip()


def _mentions(body: Mapping[str, Any], text: str) -> Iterator[tuple[str, str]]:
    for entity in body.get("entities") or ():
        match entity:
            case {"type": "mention", "text": str(marker), "mentioned": {"id": str(user)}} if marker and marker in text:
                yield marker, user


def _place(kind: str | None) -> Place:
    """An activity that does not say where it comes from is taken for one that others can read."""
    try:
        return Place(kind or "")
    except ValueError:
        return Place.group


def _team(body: Mapping[str, Any]) -> str:
    team = (body.get("channelData") or {}).get("team")
    found = team.get("id") if isinstance(team, Mapping) else None
    return found if isinstance(found, str) else ""


def expires(claims: Mapping[str, Any]) -> float:
    """When a token is over, in seconds since 1970; raises `NotGenuine` for one that never is."""
    match claims.get("exp"):
        case int() | float() as at if not isinstance(at, bool):
            return float(at)
        case _:
            raise NotGenuine("no exp")
