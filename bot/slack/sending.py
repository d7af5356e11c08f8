"""Sending: answers in direct messages, each noted before it goes out, so that nothing is said twice for one event.

What Slack does not take now, because it wants to be left alone or is in trouble, is promised in the outbox, and
delivery brings it once Slack takes messages again. So the event can be acknowledged: what it did has been done.
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
from bot.replies import Reply, ShowPage
from bot.slack.installing import Clients, Installation
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

    number: int
    answering: Answering
    said: Native


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
        begun: list[tuple[Answering, int | None]] = []

        def note(db: Connection, reply: Reply) -> None:
            answering = self._answering(caller, typed.id, reply)
            begun.append((answering, _begin(db, answering)))

        done = self.office.dispatcher.answered(typed, note)
        if begun and begun[-1][0].reply is done.reply:
            return self._composed(*begun[-1], done.reader)
        return self._noted(caller, typed.id, done.reply, done.reader)  # it was refused, and what was noted is undone

    def _noted(self, caller: Caller, event: str, reply: Reply, reader: Reader | None = None) -> Begun | None:
        answering = self._answering(caller, event, reply)
        number: int | None = UNNOTED
        with noted_if_it_can_be(), self.office.dispatcher.database.write() as db:
            number = _begin(db, answering)
        return self._composed(answering, number, reader)

    def _composed(self, answering: Answering, number: int | None, reader: Reader | None) -> Begun | None:
        if number is None:
            return None
        return Begun(number, answering, self.office.chat(answering.row["person_id"], answering.reply, reader))

    async def _send(self, caller: Caller, begun: Begun | None) -> None:
        if begun is None:
            return
        database, number, answering = self.office.dispatcher.database, begun.number, begun.answering
        client = self.clients.of(caller.installation.token)
        try:
            posted = await client.chat_postMessage(channel=caller.user, **begun.said)
        except SlackApiError as error:
            await transactions.write(database, _not_now, answering, number, refusal(error), self.clock.now())
        except aiohttp.ClientConnectorError:
            await transactions.write(database, _not_now, answering, number, UNREACHABLE, self.clock.now())
        else:
            shown = Shown.open if isinstance(answering.reply, ShowPage) else Shown.said
            await self.arrivals.one(Arrival(number, str(posted["channel"]), str(posted["ts"]), shown))

    def _answering(self, caller: Caller, event: str, reply: Reply) -> Answering:
        now, team = self.clock.now(), caller.installation.key
        row = {"event": event, "person_id": caller.person, "platform": SLACK, "place": team, "at": now}
        if isinstance(reply, ShowPage):
            row |= {"conversation_id": reply.page.at.conversation, "key": reply.page.at.key}
        return Answering(row, reply)


def _begin(db: Connection, answering: Answering) -> int | None:
    """The number of the answer that is to be sent now; None if it was, is being, or will be by delivery."""
    now = answering.row["at"]
    until = pacing.paused_until(db, answering.paced)
    if until is None or until <= now:
        return _intended(db, answering.row)
    if _intended(db, {**answering.row, "shown": Shown.promised}):
        _promise(db, answering, until)
    return None


def _intended(db: Connection, row: Mapping[str, Any]) -> int | None:
    """The number an answer is noted by; None if it was noted before, unless nobody is sending it any more."""
    number = sent.intend(db, row)
    if number is not None:
        return number
    known = sent.message_for_event(db, row["event"])
    if known is None or known["shown"] == Shown.promised or known["name"] is not None:
        return None
    if known["at"] > row["at"] - IN_FLIGHT:
        return None
    sent.unsent(db, known["id"])
    return sent.intend(db, row)


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
