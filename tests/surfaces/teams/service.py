"""The connector service's side of trust: its keys, its metadata, its tokens, and the activities it sends.

Everything is made here with keys of our own; the code under test is the one that runs against Teams.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.clock import SetClock
from bot.teams.verifier import METADATA_URL

APP, TENANT = "11111111-2222-3333-4444-555555555555", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SERVICE = "https://smba.trafficmanager.net/emea/"
JWKS_URL = METADATA_URL.replace(".well-known/openidconfiguration", ".well-known/keys")
ISSUER = "https://api.botframework.com"
MISSING: Any = object()


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A key pair of one's own for every name."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(name: str, endorsements: tuple[str, ...] = ("msteams",)) -> dict[str, Any]:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(name).public_key(), as_dict=True)
    return {**public, "kid": name, "use": "sig", "endorsements": list(endorsements)}


class Metadata:
    """The documents that say which keys there are."""

    def __init__(self, *keys: Mapping[str, Any]) -> None:
        self.keys = list(keys) or [jwk("one"), jwk("elsewhere", ("webchat",)), jwk("bare", ())]
        self.jwks_url = JWKS_URL
        self.asked: list[str] = []
        self.down = False

    async def __call__(self, address: str) -> Any:
        self.asked.append(address)
        if self.down:
            raise TimeoutError
        return {"issuer": ISSUER, "jwks_uri": self.jwks_url} if address == METADATA_URL else {"keys": self.keys}


def claims(clock: SetClock, **changes: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    plain = {"iss": ISSUER, "aud": APP, "serviceurl": SERVICE, "iat": now, "nbf": now - 300, "exp": now + 3600}
    return {name: value for name, value in {**plain, **changes}.items() if value is not MISSING}


def token(claimed: Mapping[str, Any], *, key: str = "one", kid: Any = "one", algorithm: str = "RS256") -> str:
    headers = {} if kid is MISSING else {"kid": kid}
    signer: Any = rsa_key(key) if algorithm.startswith(("RS", "PS")) else ("" if algorithm == "none" else "s" * 64)
    return jwt.encode(dict(claimed), signer, algorithm=algorithm, headers=headers)


def activity(**changes: Any) -> dict[str, Any]:
    """A message typed by Li Na, as Teams sends it; `changes` by name, `MISSING` leaves something out."""
    plain = {
        "type": "message",
        "id": "1741165200000",
        "timestamp": "2026-03-05T09:00:00.000Z",
        "serviceUrl": SERVICE,
        "channelId": "msteams",
        "from": {"id": "29:li", "name": "Na Li", "aadObjectId": "00000000-0000-0000-0000-0000000000c2"},
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": "a:li-and-the-bot"},
        "recipient": {"id": f"28:{APP}", "name": "Evenhand"},
        "channelData": {"tenant": {"id": TENANT}},
        "text": "help",
        "textFormat": "plain",
        "locale": "en-GB",
    }
    return {name: value for name, value in {**plain, **changes}.items() if value is not MISSING}


def copy_of(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))
