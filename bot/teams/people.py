"""People: which person a Teams user is, found by e-mail address once and by their object id from then on.

The address comes from Teams' own member list, never from what was sent. Guests and people on no list get an answer
in their language, and nothing else. The bot's chat with somebody is noted whenever they write in it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping

from bot.clock import Clock
from bot.teams.connector import Connector, NotSent, Uncertain
from bot.teams.events import Event
from storage import teams as kept
from storage.database import Database

T = TypeVar("T")
LONGEST_ID = 512


@dataclass(frozen=True)
class Stranger:
    """Somebody who is nobody here: `reason` is a key of `[teams.refusals]`."""

    reason: str
    email: str = ""


class People:
    def __init__(self, database: Database, connector: Connector, clock: Clock) -> None:
        self.database = database
        self.connector = connector
        self.clock = clock

    async def person_of(self, event: Event) -> int | Stranger:
        """Who sent something. Raises `NotSent` or `Uncertain` where Teams has to be asked and cannot be."""
        if not event.object_id or not event.user:
            return Stranger("NoEmail")
        known = await self.on_writer(self._known, event)
        return known if known is not None else await self._found(event, event.user, event.object_id)

    async def mentioned(self, event: Event, user: str) -> int | None:
        """Whom a mention means, or None if it is nobody on the list."""
        known = await self.on_writer(self._called, event.tenant, user)
        if known is not None:
            return known
        try:
            member = await self.connector.member(event.service_url, event.conversation, user)
        except (NotSent, Uncertain):
            return None
        email = _email(member)
        return await self.on_writer(self._by_email, email) if email else None

    async def removed(self, event: Event) -> None:
        """Notes that somebody has removed the bot from their chat."""

        def write(db: Connection) -> None:
            row = kept.identity_of(db, event.tenant, event.object_id)
            if row is not None and row["chat"] in (None, event.conversation):
                kept.out_of_reach(db, row["person_id"])

        await self.on_writer(self._writing, write)

    async def to_be_welcomed(self, person: int) -> bool:
        """Whether somebody has not been welcomed yet; from now on they have."""

        def write(db: Connection) -> bool:
            row = kept.identity_for(db, person)
            return row is not None and kept.welcome(db, row["id"], self.clock.now())

        return await self.on_writer(self._writing, write)

    async def chat_of(self, person: int) -> RowMapping | None:
        """Where somebody is reached alone."""
        row = await self.on_writer(self._reading, lambda db: kept.identity_for(db, person))
        return row if row is not None and row["chat"] else None

    async def on_writer(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.wrap_future(self.database.submit(work, *arguments))

    def author(self, tenant: str, object_id: str) -> int | None:
        """Whom an object id means, if they have ever written to the bot."""
        row = self._reading(lambda db: kept.identity_of(db, tenant, object_id))
        return int(row["person_id"]) if row is not None else None

    def _known(self, event: Event) -> int | None:
        row = self._reading(lambda db: kept.identity_of(db, event.tenant, event.object_id))
        if row is None:
            return None
        chat = event.conversation if event.is_private else row["chat"]
        now = (event.user, chat, event.service_url)
        if (row["user"], row["chat"], row["service_url"]) != now:
            self._writing(lambda db: kept.moved(db, row["id"], *now))
        return int(row["person_id"])

    async def _found(self, event: Event, user: str, object_id: str) -> int | Stranger:
        try:
            member = await self.connector.member(event.service_url, event.conversation, user)
        except NotSent as error:
            if error.is_gone:
                return Stranger("NotHere")  # Teams tells us who is in a chat only where the bot was added
            raise
        if str(member.get("userRole") or "user").casefold() == "guest":
            return Stranger("Guest")
        if str(member.get("aadObjectId") or object_id) != object_id:
            return Stranger("NoEmail")
        email = _email(member)
        if not email:
            return Stranger("NoEmail")
        return await self.on_writer(self._remember, event, email)

    def _remember(self, event: Event, email: str) -> int | Stranger:
        with self.database.write() as db:
            person = kept.person_by_email(db, email)
            if person is None:
                return Stranger("Unknown", email)
            row = {
                "tenant": event.tenant,
                "object_id": event.object_id,
                "person_id": person,
                "user": event.user,
                "chat": event.conversation if event.is_private else None,
                "service_url": event.service_url,
                "found_at": self.clock.now(),
            }
            return person if kept.remember_identity(db, row) else Stranger("Taken")

    def _called(self, tenant: str, user: str) -> int | None:
        row = self._reading(lambda db: kept.identity_called(db, tenant, user))
        return int(row["person_id"]) if row is not None else None

    def _by_email(self, email: str) -> int | None:
        return self._reading(lambda db: kept.person_by_email(db, email))

    def _reading(self, work: Callable[[Connection], T]) -> T:
        with self.database.read() as db:
            return work(db)

    def _writing(self, work: Callable[[Connection], T]) -> T:
        with self.database.write() as db:
            return work(db)


def _email(member: Mapping[str, Any]) -> str:
    """The address Teams knows somebody by: the mailbox, or else the name they sign in with."""
    for name in ("email", "userPrincipalName"):
        found = member.get(name)
        if isinstance(found, str) and "@" in found and len(found) <= LONGEST_ID:
            return found.strip().casefold()
    return ""
