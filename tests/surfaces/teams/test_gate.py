"""Who is let in: every forged, expired, misdirected or foreign token and activity is refused, a genuine one is not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import time
from typing import Any

import jwt
import pytest
from jwt.utils import base64url_encode

from bot.clock import SetClock
from bot.teams.activities import read_event
from bot.teams.gate import Gate, Loopback, NotAdmitted, Trust
from bot.teams.keys import SigningKeys
from bot.teams.verifier import Verifier
from tests.surfaces.teams.service import (
    APP,
    ISSUER,
    JWKS_URL,
    MISSING,
    SERVICE,
    TENANT,
    Metadata,
    activity,
    claims,
    jwk,
    rsa_key,
    token,
)

EMULATOR = "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"


@pytest.fixture
def clock() -> SetClock:
    """The library looks at the wall clock, so this one stands where that one is."""
    standing = SetClock()
    standing.move(timedelta(seconds=time() - standing.now().timestamp()))
    return standing


class Door:
    """A gate with its keys, to be knocked at."""

    def __init__(self, clock: SetClock) -> None:
        self.clock = clock
        self.wall = SetClock(clock.now())
        self.metadata = Metadata()
        self.keys = SigningKeys(self.metadata, clock)
        self.gate = Gate(Trust(APP, frozenset({TENANT})), Verifier(APP, self.keys), clock)

    def knock(self, header: str | None, **changes: Any) -> None:
        asyncio.run(self.gate.admit(header, read_event(activity(**changes))))

    def bearer(self, *, key: str = "one", kid: Any = "one", algorithm: str = "RS256", **changes: Any) -> str:
        return "Bearer " + token(claims(self.wall, **changes), key=key, kid=kid, algorithm=algorithm)


@pytest.fixture
def door(clock: SetClock) -> Door:
    return Door(clock)


def test_a_genuine_token_with_its_activity_is_let_in(door: Door) -> None:
    door.knock(door.bearer())
    door.knock(door.bearer(), type="invoke", name="adaptiveCard/action")
    door.knock(door.bearer(exp=int(door.clock.now().timestamp()) - 60))  # clocks may differ by minutes


def hs256_with_the_public_key(door: Door) -> str:
    header = base64url_encode(b'{"alg":"HS256","kid":"one","typ":"JWT"}').decode()
    body = base64url_encode(jwt.utils.force_bytes(str(claims(door.clock)).replace("'", '"'))).decode()
    pem = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key("one").public_key())
    signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = signer.sign(f"{header}.{body}".encode(), str(pem).encode())
    return f"Bearer {header}.{body}.{base64url_encode(signature).decode()}"


def tampered(door: Door) -> str:
    header, _, signature = door.bearer().split(".")
    _, body, _ = door.bearer(sub="someone else").split(".")
    return f"{header}.{body}.{signature}"


HEADERS: dict[str, Callable[[Door], str | None]] = {
    "no header": lambda _: None,
    "an empty header": lambda _: "",
    "another scheme": lambda door: door.bearer().replace("Bearer", "Basic"),
    "a scheme in lower case": lambda door: door.bearer().replace("Bearer", "bearer"),
    "a scheme and no token": lambda _: "Bearer ",
    "three parts": lambda door: door.bearer() + " x",
    "junk": lambda _: "Bearer junk",
    "junk in three parts": lambda _: "Bearer a.b.c",
    "far too long a token": lambda _: "Bearer " + "a" * 9000 + ".b.c",
    "no algorithm": lambda door: door.bearer(algorithm="none"),
    "a shared secret": lambda door: door.bearer(algorithm="HS256"),
    "a shared secret made of the public key": hs256_with_the_public_key,
    "another kind of signature": lambda door: door.bearer(algorithm="PS256"),
    "a changed body": tampered,
    "someone else's key": lambda door: door.bearer(key="other"),
    "an unknown key id": lambda door: door.bearer(kid="nobody"),
    "no key id": lambda door: door.bearer(kid=MISSING),
    "a key for another channel": lambda door: door.bearer(key="elsewhere", kid="elsewhere"),
    "a key for no channel": lambda door: door.bearer(key="bare", kid="bare"),
    "a wrong issuer": lambda door: door.bearer(iss="https://evil.example"),
    "no issuer": lambda door: door.bearer(iss=MISSING),
    "an empty issuer": lambda door: door.bearer(iss=""),
    "another bot's token": lambda door: door.bearer(aud="22222222-2222-3333-4444-555555555555"),
    "no audience": lambda door: door.bearer(aud=MISSING),
    "several audiences": lambda door: door.bearer(aud=[APP, "other"]),
    "an expired token": lambda door: door.bearer(exp=int(door.clock.now().timestamp()) - 3600),
    "a token without an end": lambda door: door.bearer(exp=MISSING),
    "a token that is not valid yet": lambda door: door.bearer(nbf=int(door.clock.now().timestamp()) + 3600),
    "a token for another service": lambda door: door.bearer(serviceurl="https://smba.trafficmanager.net/amer/"),
    "a token for no service": lambda door: door.bearer(serviceurl=MISSING),
    "an emulator's token of another application": lambda door: door.bearer(iss=EMULATOR, appid="other", ver="1.0"),
    "an emulator's token of this application": lambda door: door.bearer(iss=EMULATOR, appid=APP, ver="1.0"),
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_token_that_is_not_genuine_is_refused(door: Door, header: str) -> None:
    with pytest.raises(NotAdmitted):
        door.knock(HEADERS[header](door))


OTHER = "ffffffff-bbbb-cccc-dddd-eeeeeeeeeeee"
ACTIVITIES: dict[str, dict[str, Any]] = {
    "no service": {"serviceUrl": MISSING},
    "a service without encryption": {"serviceUrl": SERVICE.replace("https", "http")},
    "a service elsewhere": {"serviceUrl": "https://evil.example/"},
    "a service that looks alike": {"serviceUrl": "https://smba.trafficmanager.net.evil.example/"},
    "a service behind a name": {"serviceUrl": "https://smba.trafficmanager.net@evil.example/"},
    "a service on another port": {"serviceUrl": "https://smba.trafficmanager.net:8443/"},
    "no channel": {"channelId": MISSING},
    "another channel": {"channelId": "webchat"},
    "another tenant": {
        "channelData": {"tenant": {"id": OTHER}},
        "conversation": {"id": "a:x", "tenantId": OTHER, "conversationType": "personal"},
    },
    "no tenant": {"channelData": {}, "conversation": {"id": "a:x", "conversationType": "personal"}},
    "two tenants": {"conversation": {"id": "a:x", "tenantId": OTHER, "conversationType": "personal"}},
    "another bot": {"recipient": {"id": "28:22222222-2222-3333-4444-555555555555"}},
    "no bot": {"recipient": MISSING},
}


@pytest.mark.parametrize("name", ["", "adaptiveCard/action", "task/submit", "composeExtension/fetchTask"])
@pytest.mark.parametrize("changes", ACTIVITIES)
def test_an_activity_a_genuine_token_is_not_for_is_refused(door: Door, changes: str, name: str) -> None:
    different = ACTIVITIES[changes]
    service = different.get("serviceUrl", SERVICE)
    header = door.bearer(**({} if service is MISSING else {"serviceurl": service}))
    with pytest.raises(NotAdmitted):
        door.knock(header, **{**({"type": "invoke", "name": name} if name else {}), **different})


def test_the_note_counts_39_cases_and_there_are_more_here() -> None:
    assert len(HEADERS) + len(ACTIVITIES) >= 39


def test_a_token_seen_before_is_remembered_and_still_held_against_every_activity(door: Door) -> None:
    header = door.bearer()
    door.knock(header)
    door.metadata.keys = []
    door.keys.keys = {}
    door.knock(header)
    with pytest.raises(NotAdmitted, match="another service"):
        door.knock(header, serviceUrl="https://smba.infra.gcc.teams.microsoft.com/")
    door.clock.move(timedelta(minutes=6))
    with pytest.raises(NotAdmitted, match="not genuine"):
        door.knock(header)


def test_a_remembered_token_is_over_when_it_is_over(door: Door) -> None:
    header = door.bearer(exp=int(door.clock.now().timestamp()) - 200)
    door.knock(header)
    door.clock.move(timedelta(seconds=150))
    with pytest.raises(NotAdmitted):
        door.knock(header)


def test_only_so_many_tokens_are_remembered(door: Door) -> None:
    for number in range(1003):
        door.gate._known[bytes([number % 256, number // 256])] = (0.0, {})
    door.knock(door.bearer())
    assert len(door.gate._known) == 1000


def test_no_part_of_a_token_is_in_what_is_logged(door: Door) -> None:
    header = door.bearer(exp=int(door.clock.now().timestamp()) - 3600)
    with pytest.raises(NotAdmitted) as refused:
        door.knock(header)
    assert not any(part in str(refused.value) for part in header.removeprefix("Bearer ").split("."))


def in_loop(work: Callable[[], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        return await work()

    return asyncio.run(run())


def test_keys_are_fetched_ahead_and_a_new_one_is_looked_for_at_most_every_few_minutes(door: Door) -> None:
    in_loop(door.keys.preload)
    assert len(door.metadata.asked) == 2
    for _ in range(20):
        with pytest.raises(NotAdmitted):
            door.knock(door.bearer(kid="two", key="two"))
    assert len(door.metadata.asked) == 2
    door.metadata.keys.append(jwk("two"))
    door.clock.move(timedelta(minutes=6))
    door.knock(door.bearer(kid="two", key="two"))
    door.knock(door.bearer())
    assert len(door.metadata.asked) == 4


def test_keys_go_on_being_used_while_they_cannot_be_fetched(door: Door) -> None:
    door.knock(door.bearer())
    door.metadata.down = True
    door.clock.move(timedelta(hours=30))
    door.knock(door.bearer(exp=int(door.clock.now().timestamp()) + 60))


def test_nobody_is_let_in_before_there_are_keys(door: Door) -> None:
    door.metadata.down = True
    with pytest.raises(NotAdmitted):
        door.knock(door.bearer())
    door.metadata.down = False
    with pytest.raises(NotAdmitted):
        door.knock(door.bearer())
    door.clock.move(timedelta(seconds=11))
    door.knock(door.bearer())


@pytest.mark.parametrize("address", [JWKS_URL.replace("https", "http"), "https://evil.example/keys", None])
def test_keys_from_another_host_are_no_keys(door: Door, address: Any) -> None:
    door.metadata.jwks_url = address
    with pytest.raises(NotAdmitted):
        door.knock(door.bearer())


def test_a_key_that_is_no_key_lets_nobody_in(door: Door) -> None:
    door.metadata.keys = [{"kid": "one", "kty": "RSA", "n": "!", "e": "AQAB", "endorsements": ["msteams"]}]
    with pytest.raises(NotAdmitted):
        door.knock(door.bearer())


@pytest.mark.parametrize(
    ("client", "service", "admitted"),
    [
        ("127.0.0.1", "http://127.0.0.1:56160", True),
        ("::1", "http://localhost:56160/_connector", True),
        ("192.0.2.7", "http://127.0.0.1:56160", False),
        (None, "http://127.0.0.1:56160", False),
        ("127.0.0.1", SERVICE, False),
        ("127.0.0.1", "http://192.0.2.7/", False),
        ("127.0.0.1", "http://localhost.evil.example/", False),
    ],
)
def test_the_loopback_mode_takes_only_what_stays_on_this_machine(client: str, service: str, admitted: bool) -> None:
    event = read_event(activity(serviceUrl=service))
    if admitted:
        asyncio.run(Loopback().admit(None, event, client))
        return
    with pytest.raises(NotAdmitted):
        asyncio.run(Loopback().admit(None, event, client))


def test_the_issuer_is_the_one_teams_documents() -> None:
    assert ISSUER == "https://api.botframework.com"
