"""People: which person a Teams user is, found by e-mail address once and by their object id from then on.

The address comes from Teams' own member list, never from what was sent. Guests and people on no list get an answer
in their language, and nothing else. The bot's chat with somebody is noted whenever they write in it. Who was found
is remembered for some minutes, in which somebody fills a card.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping

from bot.clock import Clock
from bot.teams.connector import Connector, NotSent, Uncertain
from bot.teams.events import Event
from storage import accounts
from storage.accounts import LATELY, TEAMS
from storage.database import Database, noted_if_it_can_be
from storage.participation import visitor

T = TypeVar("T")
LONGEST_ID = 512
REMEMBERED = timedelta(minutes=5)
"""For how long the database is not asked again who somebody is; whether they have left is looked at each time."""
MOST_REMEMBERED = 5000


@dataclass(frozen=True)
class Stranger:
    """Somebody who is nobody here: `reason` is a key of `[teams.refusals]`."""

    reason: str
    email: str = ""


class People:
    def __init__(self, database: Database, connector: Connector, clock: Clock, *, asks_tenant: bool = True) -> None:
        """Without `asks_tenant`, which is for a client on this machine, a member need not have a tenant."""
        self.asks_tenant = asks_tenant
        self.database = database
        self.connector = connector
        self.clock = clock
        self._lately: dict[tuple[str, str], tuple[datetime, tuple[str, str, str], int]] = {}
        """Who somebody is, by tenant and object id: until when that holds, and where they were."""

    async def person_of(self, event: Event) -> int | Stranger:
        """Who sent something. Raises `NotSent` or `Uncertain` where Teams has to be asked and cannot be."""
        if not event.object_id or not event.user:
            return Stranger("NoEmail")
        if event.home and event.home != event.tenant:
            return Stranger("Guest")
        key, here, now = (event.tenant, event.object_id), (event.user, event.conversation), self.clock.now()
        if (lately := self._lately.get(key)) and lately[0] > now and lately[1] == (*here, event.service_url):
            return lately[2]
        known: int | Stranger | None = await self.on_writer(self._known, event)
        if known is None:
            known = await self._found(event, event.user, event.object_id)
        if isinstance(known, Stranger):
            return known
        if len(self._lately) > MOST_REMEMBERED:
            self._lately.clear()
        self._lately[key] = (now + REMEMBERED, (*here, event.service_url), known)
        return known

    async def mentioned(self, event: Event, user: str) -> int | None:
        """Whom a mention means, or None if it is nobody on the list."""
        known = await self.on_writer(self._called, event.tenant, user)
        if known is not None:
            return known
        try:
            member = await self.connector.member(event.service_url, event.conversation, user)
        except (NotSent, Uncertain):
            return None
        email = _email(member) if self._is_colleague(event, member) else ""
        return await self.on_writer(self._by_email, email) if email else None

    async def removed(self, event: Event) -> None:
        """Notes that somebody has removed the bot from their chat."""

        def write(db: Connection) -> None:
            row = accounts.account_of(db, TEAMS, event.tenant, event.object_id)
            self._lately.pop((event.tenant, event.object_id), None)
            if row is not None and row["chat"] in (None, event.conversation):
                accounts.out_of_reach(db, TEAMS, row["person_id"])

        await self.on_writer(self._writing, write)

    async def to_be_welcomed(self, person: int) -> bool:
        """Whether a person who takes part has not been welcomed yet; from now on they have."""

        def write(db: Connection) -> bool:
            row = accounts.account_for(db, TEAMS, person)
            if row is None or not visitor(db, person)["may_write"]:
                return False
            return accounts.welcome(db, row["id"], self.clock.now())

        return await self.on_writer(self._writing, write)

    async def chat_of(self, person: int) -> RowMapping | None:
        """Where somebody is reached alone."""
        row = await self.on_writer(self._reading, lambda db: accounts.account_for(db, TEAMS, person))
        return row if row is not None and row["chat"] else None

    async def places(self) -> frozenset[str]:
        """Every tenant anybody was met in."""
        return await self.on_writer(self._reading, lambda db: accounts.places(db, TEAMS))

    async def on_writer(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.wrap_future(self.database.submit(work, *arguments))

    def author(self, tenant: str, object_id: str) -> int | None:
        """Whom an object id means, if they have ever written to the bot."""
        row = self._reading(lambda db: accounts.account_of(db, TEAMS, tenant, object_id))
        return int(row["person_id"]) if row is not None else None

    def _known(self, event: Event) -> int | None:
        row = self._reading(lambda db: accounts.account_of(db, TEAMS, event.tenant, event.object_id))
        if row is None:
            return None
        chat = event.conversation if event.is_private else row["chat"]
        here = {"handle": event.user, "chat": chat, "service_url": event.service_url}
        now = self.clock.now()
        if any(row[name] != value for name, value in here.items()) or now - row["used_at"] > LATELY:
            with noted_if_it_can_be():
                self._writing(lambda db: accounts.note(db, row["id"], used_at=now, **here))
        return int(row["person_id"])

    async def _found(self, event: Event, user: str, object_id: str) -> int | Stranger:
        try:
            member = await self.connector.member(event.service_url, event.conversation, user)
        except NotSent as error:
            if error.is_gone:
                return Stranger("NotHere")  # Teams tells us who is in a chat only where the bot was added
            raise
        if not self._is_colleague(event, member):
            return Stranger("Guest")
        if str(member.get("aadObjectId") or object_id) != object_id:
            return Stranger("NoEmail")
        email = _email(member)
        if not email:
            return Stranger("NoEmail")
        return await self.on_writer(self._remember, event, email)

    def _is_colleague(self, event: Event, member: Mapping[str, Any]) -> bool:
        """Whether somebody is of the tenant they write in: another tenant may give its people any address.

        Members of other tenants write in shared channels and in federated chats
        (https://learn.microsoft.com/microsoftteams/platform/build-apps-for-shared-private-channels).
        """
        home = member.get("tenantId")
        is_ours = str(home).casefold() == event.tenant if home or self.asks_tenant else True
        return is_ours and str(member.get("userRole") or "user").lower() not in ("guest", "anonymous")

    def _remember(self, event: Event, email: str) -> int | Stranger:
        with self.database.write() as db:
            person = accounts.person_by_email(db, email)
            if person is None:
                return Stranger("Unknown", email)
            here: dict[str, Any] = {
                "handle": event.user,
                "chat": event.conversation if event.is_private else None,
                "service_url": event.service_url,
            }
            known = (event.tenant, event.object_id, person)
            return person if accounts.remember(db, TEAMS, *known, self.clock.now(), **here) else Stranger("Taken")

    def _called(self, tenant: str, user: str) -> int | None:
        row = self._reading(lambda db: accounts.account_named(db, TEAMS, tenant, user))
        return int(row["person_id"]) if row is not None else None

    def _by_email(self, email: str) -> int | None:
        return self._reading(lambda db: accounts.person_by_email(db, email))

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
            return found.strip().lower()
    return ""
