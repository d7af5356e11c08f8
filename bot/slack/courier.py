"""Slack's courier: sends promised messages to people's direct messages, and can tell afterwards what has arrived.

Every message carries the number of its promise as metadata, by which it is found again in its conversation. A message
to everybody cannot be looked up, because the bot reads no channel; it is noted as unknown instead of being repeated.
People who have not been met yet are looked for when a process starts and once a day from then on (`meet_everybody`),
and as soon as one of them is to be told something: a few by their address, at 50 a minute
(https://docs.slack.dev/reference/methods/users.lookupByEmail); more, and then everybody who has not been met, in the
list of members, at 20 pages of 200 a minute (https://docs.slack.dev/reference/methods/users.list). Whoever is not
there is looked for again an hour later.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Connection, RowMapping

from bot import metrics
from bot.delivery.courier import Address, Arrived, Lane, NotTaken, Pacing, Unsure
from bot.logs import note, went_wrong
from bot.slack.installing import TOKEN_GONE, Clients, Installation, Installations, error_of, seconds_to_wait
from bot.slack.metadata import PROMISE, found_in, metadata
from bot.slack.office import Office
from bot.slack.people import People
from bot.slack.refusing import USER_GONE, is_pause, refusal
from bot.slack.words import Native
from storage import accounts
from storage.accounts import SLACK
from storage.ledger import Row

TALK = Pacing(timedelta(milliseconds=200), burst=20)
"""Answers come in bursts, and are a small part of the several hundred messages that Slack takes in a minute
(https://docs.slack.dev/apis/web-api/rate-limits)."""
EDIT = Pacing(timedelta(milliseconds=1500))
"""Slack takes 50 changes a minute (https://docs.slack.dev/reference/methods/chat.update); prompts need some of them."""
GONE = USER_GONE | {"message_not_found", "cant_update_message", "is_archived"}
"""There is nothing left to change."""
LOOK_BACK = timedelta(minutes=5)
FEW = 20
"""People looked up one by one; more are looked for in the whole list of members."""
NOT_FOUND = timedelta(hours=1)
"""For how long somebody who was not found is not looked for again."""
ANSWERED = (aiohttp.ClientError, SlackClientError, TimeoutError)


@dataclass
class SlackCourier:
    office: Office
    people: People
    installations: Installations
    clients: Clients
    channel: str | None = None
    """Where messages to everybody go; without it they go nowhere."""
    pace: float = 4.5
    """Messages a second when many are told something."""
    platform: str = SLACK
    looks_up: bool = True
    _nobody: dict[int, datetime] = field(default_factory=dict)
    _at: dict[str, Installation] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One looks for people at a time, so that a company is not listed twice at once."""

    def pacing(self, lane: Lane) -> Pacing:
        match lane:
            case Lane.talk:
                return TALK
            case Lane.bulk:
                return Pacing(timedelta(seconds=1) / self.pace)
            case Lane.edit:
                return EDIT

    def may_repeat(self, row: Row) -> bool:
        return bool(row["kind"] == "ask")

    async def places(self) -> frozenset[str]:
        try:
            self._at = {each.key: each for each in await self.installations.every()}
        except (SlackApiError, *ANSWERED) as error:
            raise Unsure(type(error).__name__) from error
        return frozenset(self._at)

    async def find(self, people: Sequence[tuple[int, str]]) -> set[int]:
        if not self._due(people, self.people.clock.now()):
            return set()
        async with self._looking:
            reached = await self.people.read(accounts.reached, [who for who, _ in people])
            return await self._look_for([each for each in people if each[0] not in reached])

    async def meet_everybody(self) -> bool:
        """Meets a company in the list of members before anything is to be told; whether Slack could be asked."""
        try:
            places = await self.places()
        except Unsure as error:
            went_wrong("people could not be looked for in Slack; that is done again", error)
            return False
        if not places:
            return False  # no workspace has installed the app yet
        async with self._looking:
            missing = await self.people.read(accounts.unmet, SLACK, list(places))
            return len(missing) <= FEW or not await self._look_for(missing)

    async def _look_for(self, people: Sequence[tuple[int, str]]) -> set[int]:
        """Looks for people; those of whom Slack could not say whether they are there."""
        now = self.people.clock.now()
        sought = self._due(people, now)
        if not sought:
            return set()
        missing = self._due(await self.people.read(accounts.unmet, SLACK, list(self._at)), now)
        if len(missing) <= FEW:
            missing = sought
        for installation in self._at.values():
            try:
                found = await self._met(missing, installation)
            except (SlackApiError, *ANSWERED) as error:
                self._not_now(error, len(sought))
                return {who for who, _ in sought}
            missing = [each for each in missing if each[0] not in found]
        self._nobody |= {who: now + NOT_FOUND for who, _ in missing}
        return set()

    def _due(self, people: Sequence[tuple[int, str]], now: datetime) -> list[tuple[int, str]]:
        """Those who were not looked for in vain lately."""
        return [(who, email) for who, email in people if self._nobody.get(who, now) <= now]

    def _not_now(self, error: Exception, people: int) -> None:
        """That Slack wants a pause is no fault, and is counted with the messages that wait for it."""
        if isinstance(error, SlackApiError) and is_pause(error):
            metrics.delivered(self.platform, "later", people)
            pause = max(1, seconds_to_wait(error))
            note(
                "Slack asked for a pause while people were looked for",
                slack="ratelimited",
                seconds=pause,
                people=people,
            )
        else:
            went_wrong("people could not be looked for in Slack; that is done again", error)

    async def _met(self, people: Sequence[tuple[int, str]], installation: Installation) -> set[int]:
        if len(people) > FEW:
            return await self.people.meet_all({email: who for who, email in people}, installation)
        return {who for who, email in people if await self.people.meet(who, email, installation)}

    def address(self, account: RowMapping) -> Address | None:
        return Address(account["place"], account["user"], account["chat"])

    def public(self) -> Address | None:
        place = next(iter(self._at), None)
        return Address(place, "", self.channel) if place and self.channel else None

    def compose(self, db: Connection, row: Row) -> Native | None:
        if row["kind"] == "ask":
            return self.office.prompt(db, row["person_id"], row["conversation_id"], row["key"])
        return self.office.told(db, row)

    async def send(self, address: Address, row: Row, composed: Native) -> Arrived:
        carried, where = metadata(PROMISE, str(row["id"])), address.chat or address.user
        try:
            posted = await self._client(address.place).chat_postMessage(channel=where, metadata=carried, **composed)
        except SlackApiError as error:
            raise await self._refused(error, address.place) from error
        except aiohttp.ClientConnectorError as error:
            raise NotTaken("unreachable", after=10, everybody=True) from error
        except ANSWERED as error:
            raise Unsure(type(error).__name__) from error
        return Arrived(str(posted["channel"]), str(posted["ts"]))

    async def look_up(self, row: Row, address: Address) -> Arrived | None:
        if row["kind"] == "channel":
            raise NotTaken("unknown")
        client = self._client(address.place)
        try:
            chat = address.chat
            if chat is None:
                if not address.user:
                    raise NotTaken("unknown")
                chat = str((await client.conversations_open(users=address.user))["channel"]["id"])
            found = await found_in(client, chat, row["done_at"] - LOOK_BACK, PROMISE, str(row["id"]))
        except (SlackApiError, *ANSWERED) as error:
            raise Unsure(type(error).__name__) from error
        return Arrived(chat, found) if found else None

    def standing(self, db: Connection, message: Row) -> Native:
        return self.office.standing(db, message) if message["about"] else self.office.as_it_is_now(db, message)

    async def edit(self, message: Row, composed: Native) -> None:
        said = {name: value for name, value in composed.items() if name in ("text", "blocks")}
        try:
            await self._client(message["place"]).chat_update(channel=message["chat"], ts=message["name"], **said)
        except SlackApiError as error:
            if error_of(error) in GONE:
                raise NotTaken(error_of(error)) from error
            raise await self._refused(error, message["place"]) from error
        except ANSWERED as error:
            raise Unsure(type(error).__name__) from error

    def lost(self, db: Connection, person: int) -> None:
        accounts.forget_person(db, SLACK, person)

    async def _refused(self, error: SlackApiError, place: str) -> NotTaken:
        """What a refusal means; a workspace that revoked its token is left when there are others."""
        if error_of(error) in TOKEN_GONE and len(self._at) > 1:
            gone = self._at.pop(place)
            await self.installations.remove(gone.team, gone.enterprise)
            return NotTaken(error_of(error), gone=True)
        return refusal(error)

    def _client(self, place: str) -> Any:
        if place not in self._at:
            raise NotTaken("not_installed", gone=True)
        return self.clients.of(self._at[place].token)
