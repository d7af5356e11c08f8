"""Sending: answers in direct messages, each noted before it goes out, so that nothing is said twice for one event.

What Slack does not take now, because it wants to be left alone or is in trouble, is promised in the outbox, and
delivery brings it once Slack takes messages again. So the event can be acknowledged: what it did has been done.

Where a process ended between sending an answer and noting that, Slack sends the event again; the answer carries its
event as metadata and is looked for in the conversation before it is sent a second time.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection

from bot import transactions
from bot.answers import Typed
from bot.clock import Clock
from bot.delivery.courier import NotTaken
from bot.late_replies import late_reply
from bot.logs import went_wrong
from bot.replies import Reply, ShowPage, is_in_chat
from bot.slack.installing import Clients, Installation, error_of
from bot.slack.metadata import EVENT, found_in, metadata
from bot.slack.office import Office
from bot.slack.refusing import refusal
from bot.slack.words import Native
from bot.together import Together
from flows.page import Reader
from storage import ledger, pacing, sent
from storage.accounts import SLACK
from storage.database import noted_if_it_can_be
from storage.sent import Arrival, Shown

IN_FLIGHT = timedelta(seconds=30)
"""Longer than a call may take: an older intent belongs to nobody any more."""
LOOK_BACK = timedelta(hours=1)
"""Slack repeats an event for about six minutes (https://docs.slack.dev/apis/events-api#retries)."""
UNNOTED = 0
"""The number of a message that could not be noted before it goes out; better said so than not at all."""
UNREACHABLE = NotTaken("unreachable", after=10, everybody=True)


@dataclass(frozen=True)
class Caller:
    """A person who did something, and where."""

    person: int
    user: str
    installation: Installation


@dataclass(frozen=True)
class Answering:
    """An event that is being answered: the row that says so, and with what."""

    row: Mapping[str, Any]
    reply: Reply

    @property
    def paced(self) -> str:
        """What the pauses of its workspace are kept under."""
        return f"{SLACK}:{self.row['place']}"


@dataclass(frozen=True)
class Begun:
    """An answer that is to be sent now, under the number it was noted by."""

    noted: "Noted"
    answering: Answering
    said: Native


@dataclass(frozen=True)
class Noted:
    """The number an answer is noted by before it goes out."""

    number: int
    may_be_there: bool = False
    """A process began to send it before and never said what became of it."""


@dataclass(frozen=True)
class Sender:
    office: Office
    clients: Clients
    clock: Clock
    arrivals: Together[Arrival, None]

    async def answer(self, caller: Caller, typed: Typed) -> None:
        """Does what somebody wrote and answers it; that it is being answered is kept along with what it did."""
        database = self.office.dispatcher.database
        await self._send(caller, await asyncio.wrap_future(database.submit(self._done, caller, typed)))

    async def reply(self, caller: Caller, event: str, reply: Reply) -> None:
        """Answers an event in the person's direct messages, once: now, or when Slack takes messages again."""
        database = self.office.dispatcher.database
        await self._send(caller, await asyncio.wrap_future(database.submit(self._noted, caller, event, reply)))

    def _done(self, caller: Caller, typed: Typed) -> Begun | None:
        begun: list[tuple[Answering, Noted | None]] = []

        def note(db: Connection, reply: Reply) -> None:
            if is_in_chat(reply):
                return
            answering = self._answering(caller, typed.id, reply)
            begun.append((answering, _begin(db, answering)))

        done = self.office.dispatcher.answered(typed, note)
        if is_in_chat(done.reply):
            return None
        if begun and begun[-1][0].reply is done.reply:
            return self._composed(*begun[-1], done.reader)
        return self._noted(caller, typed.id, done.reply, done.reader)  # it was refused, and what was noted is undone

    def _noted(self, caller: Caller, event: str, reply: Reply, reader: Reader | None = None) -> Begun | None:
        answering = self._answering(caller, event, reply)
        noted: Noted | None = Noted(UNNOTED)
        with noted_if_it_can_be(), self.office.dispatcher.database.write() as db:
            noted = _begin(db, answering)
        return self._composed(answering, noted, reader)

    def _composed(self, answering: Answering, noted: Noted | None, reader: Reader | None) -> Begun | None:
        if noted is None:
            return None
        return Begun(noted, answering, self.office.chat(answering.row["person_id"], answering.reply, reader))

    async def _send(self, caller: Caller, begun: Begun | None) -> None:
        if begun is None:
            return
        database, number, answering = self.office.dispatcher.database, begun.noted.number, begun.answering
        try:
            chat, name = await self._posted(caller, begun)
        except SlackApiError as error:
            await transactions.write(database, _not_now, answering, number, refusal(error), self.clock.now())
        except aiohttp.ClientConnectorError:
            await transactions.write(database, _not_now, answering, number, UNREACHABLE, self.clock.now())
        else:
            shown = Shown.open if isinstance(answering.reply, ShowPage) else Shown.said
            await self.arrivals.one(Arrival(number, chat, name, shown))

    async def _posted(self, caller: Caller, begun: Begun) -> tuple[str, str]:
        """The conversation and `ts` of an answer, which is sent unless it is there already."""
        client, event = self.clients.of(caller.installation.token), str(begun.answering.row["event"])
        if begun.noted.may_be_there:
            there = await self._found(client, caller.user, event)
            if there:
                return there
        posted = await client.chat_postMessage(channel=caller.user, metadata=metadata(EVENT, event), **begun.said)
        return str(posted["channel"]), str(posted["ts"])

    async def _found(self, client: Any, user: str, event: str) -> tuple[str, str] | None:
        """Where the answer to an event stands; where Slack does not say, an answer twice is better than none."""
        try:
            chat = str((await client.conversations_open(users=user))["channel"]["id"])
            name = await found_in(client, chat, self.clock.now() - LOOK_BACK, EVENT, event)
        except SlackApiError as error:
            went_wrong("an answer that may have been sent could not be looked for", error, slack=error_of(error))
            return None
        return (chat, name) if name else None

    def _answering(self, caller: Caller, event: str, reply: Reply) -> Answering:
        now, team = self.clock.now(), caller.installation.key
        row = {"event": event, "person_id": caller.person, "platform": SLACK, "place": team, "at": now}
        if isinstance(reply, ShowPage):
            row |= {"conversation_id": reply.page.at.conversation, "key": reply.page.at.key}
        return Answering(row, reply)


def _begin(db: Connection, answering: Answering) -> Noted | None:
    """Notes that an answer is sent now; None if it was, is being, or will be by delivery."""
    now = answering.row["at"]
    until = pacing.paused_until(db, answering.paced)
    if until is None or until <= now:
        return _intended(db, answering.row)
    if _intended(db, {**answering.row, "shown": Shown.promised}):
        _promise(db, answering, until)
    return None


def _intended(db: Connection, row: Mapping[str, Any]) -> Noted | None:
    """Notes an answer; None if it was noted before, unless nobody is sending it any more."""
    number = sent.intend(db, row)
    if number is not None:
        return Noted(number)
    known = sent.message_for_event(db, row["event"])
    if known is None or known["shown"] == Shown.promised or known["name"] is not None:
        return None
    if known["at"] > row["at"] - IN_FLIGHT:
        return None
    sent.unsent(db, known["id"])
    again = sent.intend(db, row)
    return None if again is None else Noted(again, may_be_there=True)


def _not_now(db: Connection, answering: Answering, number: int, refused: NotTaken, now: datetime) -> None:
    """Notes that Slack did not take an answer; one that it will never take is given up."""
    if refused.after is None:
        went_wrong("an answer could not be sent", refused, slack=refused.reason)
        sent.unsent(db, number)
        return
    until = now + timedelta(seconds=refused.after)
    pacing.pause(db, answering.paced, until)
    sent.now_shows(db, number, Shown.promised)
    _promise(db, answering, until)


def _promise(db: Connection, answering: Answering, due: datetime) -> None:
    row = answering.row
    ledger.promise(db, [late_reply(row["event"], row["person_id"], answering.reply, due)])
