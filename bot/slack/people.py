"""People: which person a Slack user is, found by e-mail address once and by their ids from then on.

Guests, bots and members of other companies are nobody. That somebody is still a full member is asked again once
a day; who they are is not. What was found is remembered for some minutes, in which somebody fills a page.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection

from bot import transactions
from bot.clock import Clock
from bot.slack.actors import Actor
from bot.slack.installing import Clients, Installation, error_of, seconds_to_wait
from bot.slack.refusing import is_pause
from storage import accounts
from storage.accounts import LATELY, SLACK
from storage.database import Database, noted_if_it_can_be

T = TypeVar("T")
RECHECK = timedelta(days=1)
REMEMBERED = timedelta(minutes=5)
"""For how long neither Slack nor the database is asked again; whether somebody has left is looked at each time."""
MOST_REMEMBERED = 5000
PAGE = 200
"""Members in one answer (https://docs.slack.dev/reference/methods/users.list)."""


@dataclass(frozen=True)
class Outsider:
    """A guest, a bot, or somebody from another company: they get nothing, not even an explanation."""


@dataclass(frozen=True)
class Stranger:
    """A full member whose e-mail address nobody in the company's list has; told so, in their own language."""

    language: str


class LeftWaiting(Exception):
    """Who somebody is can only be said by Slack, which wants to be left alone for so long. Nothing was done.

    `person` is whoever waits for it, where that is known and somebody else is meant.
    """

    def __init__(self, seconds: int, person: int | None = None) -> None:
        super().__init__(f"Slack wants to be left alone for {seconds} s")
        self.seconds = seconds
        self.person = person


Found = int | Outsider | Stranger


@dataclass
class People:
    database: Database
    clock: Clock
    clients: Clients
    _found: dict[tuple[str, str], tuple[datetime, Found]] = field(default_factory=dict)

    async def person_of(self, actor: Actor, installation: Installation) -> Found:
        """Who somebody is.

        Raises `LeftWaiting`, `SlackApiError` or a network error where Slack has to be asked and cannot be. Somebody
        known is still who they were where Slack does not say just now.
        """
        if not installation.may_be(actor) or actor.user == installation.bot_user:
            return Outsider()
        key, now = (installation.key, actor.user), self.clock.now()
        if key in self._found and self._found[key][0] > now:
            return self._found[key][1]
        known = await self.read(accounts.account_of, SLACK, *key)
        found: Found
        if known and now - known["checked_at"] < RECHECK:
            found = int(known["person_id"])
            if now - known["used_at"] > LATELY:
                with noted_if_it_can_be():
                    await self.write(_seen, known["id"], now)
        else:
            found = await self._asked(actor.user, installation, known["person_id"] if known else None)
        if len(self._found) > MOST_REMEMBERED:
            self._found.clear()
        self._found[key] = (now + REMEMBERED, found)
        return found

    async def meet(self, person: int, email: str, installation: Installation) -> bool:
        """Looks for somebody in a workspace by their address; raises `SlackApiError` or a network error."""
        user = await self._by_email(email, installation)
        if user:
            await self.write(accounts.replace, SLACK, installation.key, user, person, self.clock.now())
        return bool(user)

    async def meet_all(self, people: Mapping[str, int], installation: Installation) -> set[int]:
        """Looks for many people (by address) in the list of members; gives those who are there."""
        client, met, cursor = self.clients.of(installation.token), set[int](), ""
        while True:
            page = await patiently(partial(client.users_list, limit=PAGE, cursor=cursor))
            for user in page["members"]:
                person = people.get(_plain(_email_of(user)))
                if person is not None and installation.is_member(user):
                    key, now = installation.key, self.clock.now()
                    await self.write(accounts.replace, SLACK, key, str(user["id"]), person, now)
                    met.add(person)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or len(met) == len(people):
                return met

    async def _asked(self, user: str, installation: Installation, known: int | None) -> Found:
        client = self.clients.of(installation.token)
        try:
            answer = await client.users_info(user=user, include_locale=True)
        except SlackApiError as error:
            if error_of(error) in ("user_not_found", "user_not_visible"):
                return Outsider()
            if is_pause(error) and known is not None:
                return known
            if is_pause(error):
                raise LeftWaiting(max(1, seconds_to_wait(error))) from error
            raise
        found: dict[str, Any] = answer["user"]
        key, now = installation.key, self.clock.now()
        if not installation.is_member(found):
            await self.write(accounts.forget, SLACK, key, user)
            return Outsider()
        if known is not None:
            with noted_if_it_can_be():
                await self.write(_checked, key, user, now)
            return known
        person = await self.read(accounts.person_by_email, _email_of(found))
        if person is None:
            return Stranger("zh" if str(found.get("locale", "")).startswith("zh") else "en")
        with noted_if_it_can_be():
            await self.write(accounts.replace, SLACK, key, user, person, now)
        return person

    async def _by_email(self, email: str, installation: Installation) -> str | None:
        try:
            answer = await self.clients.of(installation.token).users_lookupByEmail(email=email)
        except SlackApiError as error:
            if error_of(error) == "users_not_found":
                return None
            raise
        user: dict[str, Any] = answer["user"]
        is_theirs = _plain(_email_of(user)) == _plain(email) or not _email_of(user)
        return str(user["id"]) if is_theirs and installation.is_member(user) else None

    async def read(self, query: Callable[..., T], *arguments: Any) -> T:
        return await transactions.read(self.database, query, *arguments)

    async def write(self, change: Callable[..., T], *arguments: Any) -> T:
        return await transactions.write(self.database, change, *arguments)


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """A call that is made again after the pause Slack asks for: a long list is worth waiting for."""
    while True:
        try:
            return await call()
        except SlackApiError as error:
            if not is_pause(error):
                raise
            await asyncio.sleep(max(1, seconds_to_wait(error)))


def _email_of(user: Mapping[str, Any]) -> str:
    return str((user.get("profile") or {}).get("email") or "")


def _plain(email: str) -> str:
    """An address to compare; nothing equals one with letters beyond ASCII."""
    return email.strip().lower() if email.isascii() else ""


def _seen(db: Connection, account: int, now: datetime) -> None:
    accounts.note(db, account, used_at=now)


def _checked(db: Connection, place: str, user: str, now: datetime) -> None:
    known = accounts.account_of(db, SLACK, place, user)
    if known:
        accounts.note(db, known["id"], checked_at=now, used_at=now)
