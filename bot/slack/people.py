"""People: which person a Slack user is, found by e-mail address once and by their ids from then on.

Guests, bots and members of other companies are nobody. That somebody is still a full member is asked again once
a day; who they are is not.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.slack.actors import Actor
from bot.slack.installing import Clients, Installation, Installations, error_of
from storage import slack as kept
from storage.database import Database

T = TypeVar("T")
RECHECK = timedelta(days=1)
FORGET_NOBODY = timedelta(minutes=5)
MOST_REMEMBERED = 5000


@dataclass(frozen=True)
class Outsider:
    """A guest, a bot, or somebody from another company: they get nothing, not even an explanation."""


@dataclass(frozen=True)
class Stranger:
    """A full member whose e-mail address nobody in the company's list has; told so, in their own language."""

    language: str


@dataclass(frozen=True)
class Address:
    """Where a person is reached."""

    installation: Installation
    user: str
    channel: str | None


Found = int | Outsider | Stranger


@dataclass
class People:
    database: Database
    clock: Clock
    clients: Clients
    _nobody: dict[tuple[str, str], tuple[datetime, Outsider | Stranger]] = field(default_factory=dict)

    async def person_of(self, actor: Actor, installation: Installation) -> Found:
        """Who somebody is. Raises `SlackApiError` or a network error where Slack has to be asked and cannot be."""
        if not installation.may_be(actor) or actor.user == installation.bot_user:
            return Outsider()
        key, now = (installation.key, actor.user), self.clock.now()
        if key in self._nobody and self._nobody[key][0] > now:
            return self._nobody[key][1]
        known = await self.read(kept.identity_of, *key)
        if known and now - known["checked_at"] < RECHECK:
            return int(known["person_id"])
        found = await self._asked(actor.user, installation, known["person_id"] if known else None)
        if isinstance(found, Outsider | Stranger):
            if len(self._nobody) > MOST_REMEMBERED:
                self._nobody.clear()
            self._nobody[key] = (now + FORGET_NOBODY, found)
        return found

    async def address_of(self, person: int, email: str, installations: Installations) -> Address | None:
        """Where somebody is reached; None if they are a full member of no workspace the app is in."""
        every = await installations.every()
        for installation in every:
            known = await self.read(kept.identity_for, installation.key, person)
            if known:
                return Address(installation, known["user"], known["channel"])
        for installation in every:
            user = await self._by_email(email, installation)
            if user:
                await self.write(kept.remember_identity, installation.key, user, person, self.clock.now())
                return Address(installation, user, None)
        return None

    async def _asked(self, user: str, installation: Installation, known: int | None) -> Found:
        client = self.clients.of(installation.token)
        try:
            answer = await client.users_info(user=user, include_locale=True)
        except SlackApiError as error:
            if error_of(error) in ("user_not_found", "user_not_visible"):
                return Outsider()
            raise
        found: dict[str, Any] = answer["user"]
        key, now = installation.key, self.clock.now()
        if not installation.is_member(found):
            await self.write(kept.forget_identity, key, user)
            return Outsider()
        if known is not None:
            await self.write(kept.recheck, key, user, now)
            return known
        person = await self.read(kept.person_by_email, str(found.get("profile", {}).get("email") or ""))
        if person is None:
            return Stranger("zh" if str(found.get("locale", "")).startswith("zh") else "en")
        await self.write(kept.remember_identity, key, user, person, now)
        return person

    async def _by_email(self, email: str, installation: Installation) -> str | None:
        try:
            answer = await self.clients.of(installation.token).users_lookupByEmail(email=email)
        except SlackApiError as error:
            if error_of(error) == "users_not_found":
                return None
            raise
        user: dict[str, Any] = answer["user"]
        return str(user["id"]) if installation.is_member(user) else None

    async def read(self, query: Callable[..., T], *arguments: Any) -> T:
        def work() -> T:
            with self.database.read() as db:
                return query(db, *arguments)

        return await asyncio.to_thread(work)

    async def write(self, change: Callable[..., T], *arguments: Any) -> T:
        def work() -> T:
            with self.database.write() as db:
                return change(db, *arguments)

        return await asyncio.wrap_future(self.database.submit(work))
