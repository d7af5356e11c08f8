"""Reception: who came, what they wrote in plain words, and having it dealt with: what every deed begins with."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError

from bot.answers import Answer
from bot.logs import went_wrong
from bot.replies import Answered, Reply
from bot.slack import mrkdwn, rich_text
from bot.slack.actors import Actor, actor_of
from bot.slack.installing import Installation, error_of
from bot.slack.office import Office
from bot.slack.people import LeftWaiting, Outsider, People, Stranger
from bot.slack.sending import Caller, Sender
from bot.slack.words import Native
from storage import ledger
from storage.accounts import SLACK
from storage.chats import promised_as
from storage.refusals import Unreadable

Body = Mapping[str, Any]
Ack = Native | str
T = TypeVar("T")
NOTHING: Ack = ""
MOST_LOOKED_UP = 20
"""People mentioned in one message whom Slack is asked about; the others stay as the message has them."""
LONGEST_READ = 40_000
"""Characters of a message that is kept; Slack takes no longer ones."""


@dataclass(frozen=True)
class Reception:
    office: Office
    people: People
    sender: Sender
    changed: Callable[[Caller], None]
    """Called once something was done, for whatever has to follow it."""

    async def caller(self, body: Body, installation: Installation) -> Caller | Ack:
        """Who did it, or what is said to somebody who is nobody we know."""
        actor = actor_of(body)
        found = await self.people.person_of(actor, installation) if actor else Outsider()
        match found:
            case int(person) if actor:
                return Caller(person, actor.user, installation)
            case Stranger(language=language):
                return self.office.stranger(language)
            case _:
                return NOTHING

    async def tell_stranger(self, body: Body, installation: Installation, said: Ack, *, at_home: bool = False) -> None:
        """Says to somebody whom nobody knows what to do, once for what they did; an outsider is told nothing."""
        event, actor = f"slack:stranger:{body.get('event_id')}", actor_of(body)
        if not isinstance(said, dict) or actor is None:
            return
        client = self.people.clients.of(installation.token)
        try:
            if at_home:
                await client.views_publish(user_id=actor.user, view=self.office.only_says(said))
            elif await self.people.write(ledger.claim, event[:200], self.people.clock.now()):
                await client.chat_postMessage(channel=actor.user, **said)
        except SlackApiError as error:
            went_wrong("a stranger could not be told what to do", error, slack=error_of(error))

    async def handled(self, answer: Answer) -> Reply:
        """Done and committed when this returns."""
        dispatcher = self.office.dispatcher
        return await asyncio.wrap_future(dispatcher.database.submit(dispatcher.handle, answer))

    async def shown(self, answer: Answer, show: Callable[[Answered], T]) -> T:
        """Done and committed, and then shown, by the same thread: every change of threads is a twentieth of a turn."""
        dispatcher = self.office.dispatcher

        def work() -> T:
            return show(dispatcher.answered(answer))

        return await asyncio.wrap_future(dispatcher.database.submit(work))

    async def plain(self, text: str, caller: Caller) -> str:
        """What somebody wrote, with everybody they mention called by their handle; all are looked up together."""
        users = list(mrkdwn.users_in(text))[:MOST_LOOKED_UP]
        try:
            handles = await asyncio.gather(*(self._handle_of(user, caller.installation) for user in users))
        except LeftWaiting as wait:
            raise LeftWaiting(wait.seconds, caller.person) from wait
        names = dict(zip(users, handles, strict=True))
        return mrkdwn.plain(text, lambda user: names.get(user, ""))

    async def _handle_of(self, user: str, installation: Installation) -> str:
        found = await self.people.person_of(Actor(user, installation.team), installation)
        return await asyncio.to_thread(self.office.handle, found) if isinstance(found, int) else ""

    async def quoted(self, body: Body, caller: Caller) -> tuple[str, int | None, int | None]:
        """The words of a message, who wrote them if they are one of us, and its number where it is the bot's own."""
        message, installation = body.get("message"), caller.installation
        if not isinstance(message, Mapping):
            raise Unreadable
        quote = await self.plain(rich_text.text_of(message)[:LONGEST_READ], caller)
        user, team = message.get("user"), message.get("user_team") or message.get("team") or installation.team
        if message.get("bot_id"):
            return quote, None, await self.people.write(promised_as, SLACK, caller.person, str(message.get("ts")))
        if not isinstance(user, str):
            return quote, None, None
        found = await self.people.person_of(Actor(user, str(team)), installation)
        return quote, found if isinstance(found, int) else None, None

    def api(self, caller: Caller) -> Any:
        return self.people.clients.of(caller.installation.token)
