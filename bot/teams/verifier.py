"""The verifier of tokens: the only module that knows the Bot Framework's library, and all that is used of it.

Neither its connector nor its host, its state or its reader of activities is used. It is not developed any more, so
whatever it leaves open is checked by ourselves (`bot.teams.gate`), and whatever it raises is one of two facts.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import orjson
from botframework.connector.auth import (
    AuthenticationConfiguration,
    AuthenticationConstants,
    ChannelValidation,
    JwtTokenExtractor,
    SimpleCredentialProvider,
)
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError

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
        self._made: dict[str, tuple[Mapping[str, Any], _Key]] = {}

    async def get(self, key_id: str | None) -> _Key:
        jwk = await self.keys.key(key_id) if key_id else None
        if jwk is None or key_id is None:
            raise NotGenuine("no such key")
        if (made := self._made.get(key_id)) and made[0] is jwk:
            return made[1]
        try:
            key = _Key(jwk)
        except (PyJWTError, ValueError) as error:
            raise NotGenuine("no usable key") from error
        self._made[key_id] = (jwk, key)
        return key


def expires(claims: Mapping[str, Any]) -> float:
    """When a token is over, in seconds since 1970; raises `NotGenuine` for one that never is."""
    match claims.get("exp"):
        case int() | float() as at if not isinstance(at, bool):
            return float(at)
        case _:
            raise NotGenuine("no exp")
