"""The verifier of tokens: the only module that knows the Bot Framework's library, and all that is used of it.

Neither its connector nor its host, its state or its reader of activities is used. It is not developed any more, so
whatever it leaves open is checked by ourselves (`bot.teams.gate`), and whatever it raises is one of two facts.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import orjson
from botframework.connector.auth import (
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
        self.extractor = _Extractor(keys)

    async def claims(self, header: str, channel_id: str) -> Mapping[str, Any]:
        """What a token says, once it is genuine; raises `NotGenuine`. Which service it is for is one of the claims."""
        try:
            identity = await self.extractor.get_identity_from_auth_header(header, channel_id)
            await ChannelValidation.validate_identity(identity, self.credentials)
        except Exception as error:  # noqa: BLE001  # twelve kinds of bad tokens raise almost as many kinds of errors
            raise NotGenuine(type(error).__name__) from None
        claims: Mapping[str, Any] = identity.claims
        return claims


class _Extractor(JwtTokenExtractor):  # type: ignore[misc]  # the library has no types
    """Takes the claims out of a token that is signed with a key of ours."""

    def __init__(self, keys: Keys) -> None:
        """The library would keep its keys in a table of the class, and fetch them itself, blocking everybody."""
        self.validation_parameters = ChannelValidation.TO_BOT_FROM_CHANNEL_TOKEN_VALIDATION_PARAMETERS
        self.validation_parameters.algorithms = AuthenticationConstants.ALLOWED_SIGNING_ALGORITHMS
        self.open_id_metadata = _Metadata(keys)

    def _has_allowed_issuer(self, _: str) -> bool:
        """Who issued it is held against once it is known to be true: to take it apart before costs as much again."""
        return True


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
