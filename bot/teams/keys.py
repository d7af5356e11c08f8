"""Keys: what the connector service signs its tokens with, fetched ahead of time and never while somebody waits long.

An unknown key id is fetched once more, but no oftener than every few minutes: whoever sends made-up ids cannot make
us fetch. Keys that Teams does not endorse for its own channel are no keys.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.logs import went_wrong
from bot.teams.verifier import METADATA_URL

CHANNEL = "msteams"
KEPT = timedelta(hours=24)
AGAIN_AFTER = timedelta(minutes=5)
"""After a fetch that brought keys."""
RETRY_AFTER = timedelta(seconds=10)
"""After one that failed, while there are none at all."""
Fetch = Callable[[str], Awaitable[Any]]
"""Gets a JSON document from an address, within its own timeout."""


class NoKeys(Exception):
    """The keys could not be fetched. Nobody can be let in until they are."""


class SigningKeys:
    def __init__(self, fetch: Fetch, clock: Clock, address: str = METADATA_URL) -> None:
        self.fetch = fetch
        self.clock = clock
        self.address = address
        self.keys: dict[str, Mapping[str, Any]] = {}
        self.tried: datetime | None = None
        self.loaded: datetime | None = None
        self._fetching = asyncio.Lock()

    async def preload(self) -> None:
        """Fetches the keys, so that the first activity need not wait; whatever goes wrong is logged."""
        await self._refresh()

    async def key(self, key_id: str) -> Mapping[str, Any] | None:
        """A key that Teams endorses for its channel."""
        if self._is_stale() or key_id not in self.keys:
            await self._refresh()
        return self.keys.get(key_id)

    def _is_stale(self) -> bool:
        return self.loaded is None or self.clock.now() - self.loaded > KEPT

    async def _refresh(self) -> None:
        async with self._fetching:
            now = self.clock.now()
            pause = AGAIN_AFTER if self.keys else RETRY_AFTER
            if self.tried is not None and now - self.tried < pause:
                return
            self.tried = now
            try:
                self.keys = await self.fetched()
            except Exception as error:  # noqa: BLE001  # whatever it is, the keys there are go on being used
                went_wrong("the keys of the connector service could not be fetched", error, address=self.address)
                return
            self.loaded = now

    async def fetched(self) -> dict[str, Mapping[str, Any]]:
        """The keys as they are published now; raises `NoKeys`, or whatever kept them from being fetched."""
        metadata = await self.fetch(self.address)
        address = metadata["jwks_uri"]
        if not _same_house(address, self.address):
            raise NoKeys("the metadata points at keys on another host")
        listed = (await self.fetch(address))["keys"]
        keys = {each["kid"]: each for each in listed if CHANNEL in (each.get("endorsements") or ())}
        if not keys:
            raise NoKeys("no key is endorsed for Teams")
        return keys


def _same_house(address: Any, known: str) -> bool:
    """Whether an address is https on the host we know."""
    if not isinstance(address, str):
        return False
    one, other = urlsplit(address), urlsplit(known)
    return one.scheme == "https" and one.netloc == other.netloc
