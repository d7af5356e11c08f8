"""The gate: who may hand us an activity, and which ones.

The library verifies the signature; everything it lets through and should not is refused here: a token without an
end, an activity that names no service or an unknown one, another channel, another tenant, another bot. A token is
not bound to what it comes with, so each activity is held against it, and a token seen before is only remembered.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.loopback import asks_for_this_machine
from bot.teams.events import Event
from bot.teams.keys import CHANNEL
from bot.teams.verifier import NotGenuine, Verifier, expires

ISSUER = "https://api.botframework.com"
HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
    }
)
"""Where Teams' connector answers, in the public cloud and in the government's community cloud
(https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages)."""
LONGEST_HEADER = 8192
REMEMBERED_FOR = 300
"""Seconds for which a verified token need not be verified again."""
MOST_REMEMBERED = 1000
LEEWAY = 300
"""Seconds that clocks may differ, as the library has it."""


class NotAdmitted(Exception):
    """An activity that was not taken. Carries the fact, for the log, and never the token."""


@dataclass(frozen=True)
class Trust:
    """Whom we take activities from, and whom we send to."""

    app_id: str
    tenants: frozenset[str]
    hosts: frozenset[str] = HOSTS

    def require_service(self, url: str) -> None:
        """Raises `NotAdmitted` for an address that is not Teams'. What we send carries our token."""
        parts = urlsplit(service_address(url))
        if parts.scheme != "https" or parts.netloc not in self.hosts:
            raise NotAdmitted("the service is not one of Teams")

    def require_ours(self, event: Event) -> None:
        """Raises `NotAdmitted` unless an activity is from Teams, for this bot, and from a tenant of ours."""
        self.require_service(event.service_url)
        if event.channel_id != CHANNEL:
            raise NotAdmitted("the channel is not Teams")
        if event.bot.casefold() != f"28:{self.app_id}".casefold():
            raise NotAdmitted("the activity is for another bot")
        if event.tenant not in self.tenants:
            raise NotAdmitted("the tenant is not on the list")


class Gate:
    """Admits what the connector service sent, token and all."""

    def __init__(self, trust: Trust, verifier: Verifier, clock: Clock) -> None:
        self.trust = trust
        self.verifier = verifier
        self.clock = clock
        self._known: OrderedDict[bytes, tuple[float, Mapping[str, Any]]] = OrderedDict()

    def require_token(self, header: str | None) -> None:
        """Raises `NotAdmitted` for what cannot be a token, before anything else is read."""
        scheme, _, token = (header or "").partition(" ")
        if scheme != "Bearer" or token.count(".") != 2 or len(token) > LONGEST_HEADER or not token.isascii():
            raise NotAdmitted("there is no token")

    def require_host(self, host: str) -> None:
        """A token says more than a name."""

    async def admit(self, header: str | None, event: Event, client: str | None = None) -> None:  # noqa: ARG002  # see Loopback
        """Raises `NotAdmitted` unless the token is genuine and the activity is the one it is for."""
        self.require_token(header)
        assert header is not None
        self.trust.require_ours(event)
        claims = await self._claims(header, event)
        named = claims.get("serviceurl")
        if not isinstance(named, str) or service_address(named) != service_address(event.service_url):
            raise NotAdmitted("the token is for another service")

    async def _claims(self, header: str, event: Event) -> Mapping[str, Any]:
        now = self.clock.now().timestamp()
        key = sha256(header.encode()).digest()
        if (known := self._known.get(key)) and now < known[0]:
            return known[1]
        try:
            claims = await self.verifier.claims(header, event.channel_id)
            self._require_whole(claims)
            until = min(expires(claims) + LEEWAY, now + REMEMBERED_FOR)
        except NotGenuine as wrong:
            raise NotAdmitted(f"the token is not genuine: {wrong}") from None
        self._known[key] = (until, claims)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return claims

    def _require_whole(self, claims: Mapping[str, Any]) -> None:
        """Raises `NotGenuine` unless a verified token says all it has to say, and as plain text."""
        if claims.get("iss") != ISSUER:
            raise NotGenuine("iss")
        if claims.get("aud") != self.trust.app_id:
            raise NotGenuine("aud")
        if expires(claims) + LEEWAY < self.clock.now().timestamp():
            raise NotGenuine("exp")


class Loopback:
    """Admits anything from this very machine: for trying the bot with a local client, never for Teams itself."""

    def require_token(self, header: str | None) -> None:
        """There is none here."""

    def require_host(self, host: str) -> None:
        """Raises `NotAdmitted` for a page in a browser whose own name was made to point to this machine."""
        if not asks_for_this_machine(host):
            raise NotAdmitted("the request is for another machine")

    async def admit(self, header: str | None, event: Event, client: str | None = None) -> None:  # noqa: ARG002  # see Gate
        """Raises `NotAdmitted` unless both the sender and the service it names are on this machine."""
        if not is_loopback(client):
            raise NotAdmitted("the sender is on another machine")
        self.require_service(event.service_url)

    def require_service(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not is_loopback(parts.hostname):
            raise NotAdmitted("the service is on another machine")


def service_address(url: str) -> str:
    """The address of a service in one spelling: the same with and without the usual port or the last slash.

    Raises `NotAdmitted` for what is no address.
    """
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        raise NotAdmitted("the service has no address") from None
    if parts.username is not None or parts.query or parts.fragment or not host.isascii():
        raise NotAdmitted("the service has no address")
    named = f"[{host}]" if ":" in host else host
    usual = {"https": 443, "http": 80}.get(scheme)
    place = named if port in (None, usual) else f"{named}:{port}"
    return f"{scheme}://{place}{parts.path.rstrip('/')}/"


def is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
