"""Sending: messages to people, each noted before it goes out, so that nothing is said twice for one event."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection

from bot.clock import Clock
from bot.logs import went_wrong
from bot.slack.installing import Clients, Installation, error_of
from bot.slack.office import Office
from bot.slack.words import Native
from flows.page import At
from storage import slack as kept
from storage.slack import Shown

IN_FLIGHT = timedelta(seconds=30)
"""Longer than a call may take: an older intent belongs to nobody any more."""
GONE = frozenset({"message_not_found", "cant_update_message", "channel_not_found", "is_archived", "user_disabled"})
"""There is nothing left to change."""


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
        row = {"event": event, "person_id": caller.person, "team": caller.installation.key, "at": self.clock.now()}
        place = {"conversation_id": at.conversation, "key": at.key} if at else {}
        number = await self._write(_intend_again, {**row, **place}, self.clock.now() - IN_FLIGHT)
        if number is None:
            return
        client = self.clients.of(caller.installation.token)
        try:
            posted = await client.chat_postMessage(channel=caller.user, **said)
        except SlackApiError:
            await self._write(kept.unsent, number)  # it is certain not to have arrived; Slack sends the event again
            raise
        shown = Shown.open if at else Shown.said
        await self._write(kept.arrived, number, str(posted["channel"]), str(posted["ts"]), shown)

    async def refresh(self, tokens: dict[str, str]) -> int:
        """Edits every message that asks for what is answered or over by now; says how many there were."""
        done = after = 0
        while True:
            rows = await asyncio.to_thread(self._outdated, after)
            for row in rows:
                after = row["id"]
                if row["team"] in tokens and await self._edit(row, tokens[row["team"]]):
                    done += 1
            if not rows:
                return done

    async def _edit(self, row: Any, token: str) -> bool:
        now = await asyncio.to_thread(self.office.as_it_is_now, row)
        try:
            await self.clients.of(token).chat_update(channel=row["channel"], ts=row["ts"], **_editable(now))
        except SlackApiError as error:
            if error_of(error) not in GONE:
                went_wrong("a message could not be edited", error, message=row["id"], slack=error_of(error))
                return False
        await self._write(kept.now_shows, row["id"], row["state"])
        return True

    def _outdated(self, after: int) -> list[Any]:
        with self.office.dispatcher.database.read() as db:
            return list(kept.outdated(db, after))

    async def _write(self, change: Any, *arguments: Any) -> Any:
        database = self.office.dispatcher.database

        def work() -> Any:
            with database.write() as db:
                return change(db, *arguments)

        return await asyncio.wrap_future(database.submit(work))


def _intend_again(db: Connection, row: dict[str, Any], before: Any) -> int | None:
    """The intent to answer an event; None if that was done, or is being done at this moment."""
    known = kept.message_for_event(db, row["event"])
    if known is None:
        return kept.intend(db, row)
    if known["ts"] is not None or known["at"] > before:
        return None
    kept.unsent(db, known["id"])
    return kept.intend(db, row)


def _editable(message: Native) -> Native:
    """A message without what only a new one can say."""
    return {name: value for name, value in message.items() if name in ("text", "blocks")}
