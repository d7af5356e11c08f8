"""Links: addresses of our own that open one thing for one person until a certain moment, without signing in.

A link carries whom it is for, what it opens and until when, signed for one purpose: none of it can be changed, and
a link made for one purpose opens nothing of another. The secret never leaves, and nothing is kept about a link.
Whoever holds one can open it, as with an invitation in a letter; what it opens is checked anew each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeSerializer

from storage.columns import is_id
from storage.references import Link

INVITATION = "/invitation"
PARAMETER = "t"
"""In the query, which our log does not have, and not in the path, which it has."""
LONGEST = timedelta(days=60)
"""No link opens anything for longer."""


class LinkForged(Exception):
    """It was not made by us, or not for this."""


class LinkExpired(Exception):
    """It was made by us, and its time is over."""


@dataclass(frozen=True)
class Ticket:
    """What a link that is good opens, and for whom."""

    person: int
    about: str


@dataclass(frozen=True)
class Links:
    """Makes links and reads them. `base` is where people reach us; None: they cannot, so that links lead nowhere."""

    secret: str = field(default="", repr=False)
    base: str | None = None

    def addressed(self, link: Link, person: int, now: datetime) -> Link:
        """A link to something of ours with its address for one person; any other as it is."""
        if not link.about or self.base is None:
            return link
        until = min(link.until or now + LONGEST, now + LONGEST)
        token = self._signer(INVITATION).dumps([person, link.about, int(until.timestamp())])
        return replace(link, href=f"{self.base}{INVITATION}?{urlencode({PARAMETER: token})}")

    def opened(self, token: str, purpose: str, now: datetime) -> Ticket:
        """What a link that was followed opens; raises `LinkForged` or `LinkExpired`."""
        try:
            match self._signer(purpose).loads(token):
                case [int(person), str(about), int(until)] if is_id(person):
                    pass
                case _:
                    raise LinkForged
        except BadData:
            raise LinkForged from None
        if datetime.fromtimestamp(until, UTC) <= now:
            raise LinkExpired
        return Ticket(person, about)

    def _signer(self, purpose: str) -> URLSafeSerializer:
        """Signs with HMAC-SHA256 under a key of the purpose's own, and compares in constant time."""
        if not self.secret:
            raise LinkForged
        return URLSafeSerializer(self.secret, salt=f"evenhand.link{purpose}", signer_kwargs={"digest_method": sha256})


NOWHERE = Links()
"""Where nobody can reach us, as in a terminal."""


def for_person(values: Mapping[str, Any], links: Links, person: int, now: datetime) -> dict[str, Any]:
    """The values of a message with their links addressed to whom it is for."""
    return {
        name: links.addressed(value, person, now) if isinstance(value, Link) else value
        for name, value in values.items()
    }
