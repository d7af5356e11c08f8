"""Sending: messages to people, each noted before it goes out, so that nothing is said twice for one event."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection

from bot import transactions
from bot.clock import Clock
from bot.slack.installing import Clients, Installation, error_of, seconds_to_wait
from bot.slack.office import Office
from bot.slack.words import Native
from flows.page import At
from storage import pacing, sent
from storage.accounts import SLACK
from storage.database import noted_if_it_can_be
from storage.sent import Shown

IN_FLIGHT = timedelta(seconds=30)
"""Longer than a call may take: an older intent belongs to nobody any more."""


UNNOTED = 0
"""The number of a message that could not be noted before it goes out; better said so than not at all."""


class LeftAlone(Exception):
    """Slack wants to be left alone until then; it sends the event again, and is answered then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"nothing is sent before {until:%H:%M:%S}")
        self.until = until


@dataclass(frozen=True)
class Caller:
    """A person who did something, and where."""

    person: int
    user: str
    installation: Installation


@dataclass(frozen=True)
class Sender:
    office: Office
    clients: Clients
    clock: Clock

    async def reply(self, caller: Caller, event: str, said: Native, at: At | None = None) -> None:
        """Answers an event in the person's direct messages, once; `at` is the page that the answer asks for."""
        team, database = caller.installation.key, self.office.dispatcher.database
        row = {"event": event, "person_id": caller.person, "platform": SLACK, "place": team, "at": self.clock.now()}
        place = {"conversation_id": at.conversation, "key": at.key} if at else {}
        paced = f"{SLACK}:{team}"
        until = await transactions.read(database, pacing.paused_until, paced)
        if until and until > self.clock.now():
            raise LeftAlone(until)
        number: int | None = UNNOTED
        with noted_if_it_can_be():
            number = await transactions.write(database, _intend_again, {**row, **place}, self.clock.now() - IN_FLIGHT)
        if number is None:
            return
        client = self.clients.of(caller.installation.token)
        try:
            posted = await client.chat_postMessage(channel=caller.user, **said)
        except SlackApiError as error:
            # it is certain not to have arrived; Slack sends the event again
            with noted_if_it_can_be():
                await transactions.write(database, sent.unsent, number)
            if error_of(error) == "ratelimited":
                pause = timedelta(seconds=max(1, seconds_to_wait(error)))
                await transactions.write(database, pacing.pause, paced, self.clock.now() + pause)
            raise
        shown = Shown.open if at else Shown.said
        with noted_if_it_can_be():
            await transactions.write(database, sent.arrived, number, str(posted["channel"]), str(posted["ts"]), shown)


def _intend_again(db: Connection, row: dict[str, Any], before: Any) -> int | None:
    """The intent to answer an event; None if that was done, or is being done at this moment."""
    known = sent.message_for_event(db, row["event"])
    if known is None:
        return sent.intend(db, row)
    if known["name"] is not None or known["at"] > before:
        return None
    sent.unsent(db, known["id"])
    return sent.intend(db, row)
