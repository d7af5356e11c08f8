"""Reception: what each kind of event means, and in which form its answer goes back.

A message is answered by a message, a pressed button by the card that takes the place of the one it stood on, a dialog
by the next dialog. What is about a person is answered only where nobody else reads: in their own chat with the bot,
or in a dialog, which only they see.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.delivery.courier import NotTaken
from bot.late_replies import late_reply
from bot.logs import went_wrong
from bot.replies import Reply, is_in_chat
from bot.teams.connector import Connector, NotSent, Uncertain
from bot.teams.elements import Element, Voice
from bot.teams.events import Event
from bot.teams.inputs import PEOPLE
from bot.teams.invoke_answers import answered, error_answer, given_back, in_card
from bot.teams.messages import Outgoing, spoken
from bot.teams.office import CardIn, Office
from bot.teams.people import People, Stranger
from bot.teams.refusing import refusal
from bot.teams.rich_text import quoted_words
from bot.together import Together
from storage import ledger, pacing, sent
from storage.accounts import TEAMS
from storage.database import noted_if_it_can_be
from storage.sent import Arrival, Shown

AT_LEAST = 5
"""Seconds after which an answer is tried again that Teams did not take."""
SEARCH_TYPE = "application/vnd.microsoft.search.searchResponse"
EXECUTE, SEARCH = "adaptiveCard/action", "application/search"
UNNOTED = 0
MOST_LOOKED_UP = 20
"""People mentioned in one message whom Teams is asked about; the others are called by their names."""


@dataclass(frozen=True)
class Reception:
    office: Office
    people: People
    connector: Connector
    clock: Clock
    arrivals: Together[Arrival, None]
    changed: Callable[[int | None], None] = lambda _: None
    """Told who has just done something."""

    async def take(self, event: Event) -> dict[str, Any] | None:
        """Does what an event asks for; gives what an invoke is answered with."""
        try:
            match event.type:
                case "message":
                    await self._message(event)
                case "installationUpdate" if event.action.startswith("remove"):
                    await self.people.removed(event)
                case "installationUpdate":
                    await self._arrived(event)
                case "conversationUpdate" if event.is_private and event.added:
                    await self._arrived(event)
                case "invoke":
                    return await self._invoked(event)
                case _:
                    pass  # reactions, typing, edits: nothing the bot answers
        except Exception as error:  # noqa: BLE001  # whoever wrote or pressed something must not be left without a word
            went_wrong("an event from Teams could not be dealt with", error, kind=event.name or event.type)
            return await self._broken(event)
        return None

    async def _message(self, event: Event) -> None:
        person = await self.people.person_of(event)
        if isinstance(person, Stranger):
            await self._turned_away(event, person)
        elif "verb" in event.value:
            await self._submitted(event, person)
            self.changed(person)
        elif event.text:
            out = await self.people.on_writer(self.office.typed, person, event_id(event), await self._addressed(event))
            self.changed(person)
            if not (event.is_private and is_in_chat(out.reply)):
                await self._reply(event, person, out)
        elif event.has_more and event.is_private:
            await self._say(event, person, "only_text")

    async def _submitted(self, event: Event, person: int) -> None:
        """A button of a client that cannot have its card replaced by an answer: we replace it ourselves."""
        if not event.is_private:
            await self._say(event, person, "only_private")
            return
        on = CardIn(event.reply_to, by_us=True) if event.reply_to else None
        out = await self.people.on_writer(self.office.pressed, person, event.value, on)
        if on is None:
            await self._reply(event, person, out)
            return
        activity = Outgoing(out.text, await self._card(out, person)).activity()
        try:
            await self.connector.update(event.service_url, event.conversation, event.reply_to, activity)
        except NotSent:
            await self.people.on_writer(self._not_replaced, person, event.reply_to)
            await self._reply(event, person, out)

    async def _addressed(self, event: Event) -> str:
        """What was typed, with everybody it mentions as the bot knows them; each is asked for once, all together."""
        users = list(dict.fromkeys(each.user for each in event.mentions))[:MOST_LOOKED_UP]
        people = await asyncio.gather(*(self.people.mentioned(event, user) for user in users))
        known = dict(zip(users, people, strict=True))
        text = event.text
        for mention in reversed(event.mentions):
            if person := known.get(mention.user):
                text = f"{text[: mention.start]}@{person}{text[mention.end :]}"
        return f"/{text}" if event.is_targeted and not text.startswith("/") else text

    async def _reply(self, event: Event, person: int, out: Outgoing) -> None:
        """Answers somebody in their own chat, once for each event, wherever they wrote."""
        chat = await self.people.chat_of(person)
        if event.is_private:
            await self._send_once(event, person, event.service_url, event.conversation, out)
        elif chat is None:
            await self._say(event, person, "install_first")
        else:
            await self._send_once(event, person, chat["service_url"], chat["chat"], out)
            await self._say(event, person, "in_private")

    async def _send_once(self, event: Event, person: int, service_url: str, chat: str, out: Outgoing) -> None:
        where = {"platform": TEAMS, "place": event.tenant, "service_url": service_url}
        row: dict[str, Any] = {"event": event_id(event), "person_id": person, "at": self.clock.now(), **where}
        if out.at:
            row |= {"conversation_id": out.at.conversation, "key": out.at.key}
        number = await self.people.on_writer(self._intended, row)
        if number is None:
            return
        try:
            activity = await self.connector.send(service_url, chat, out.activity())
        except NotSent as error:
            if out.reply is None or refusal(error).after is None:
                raise
            await self.people.on_writer(self._not_now, number, row, out.reply, refusal(error))
            return
        await self.arrivals.one(Arrival(number, chat, activity, Shown.open if out.at else Shown.said))

    async def _say(self, event: Event, person: int, key: str) -> None:
        """A word where somebody wrote; whoever gave a slash command is the only one to read it."""
        activity = spoken((await self._voice(person)).say(key)).activity()
        if event.is_targeted:
            await self.connector.send_to_one(event.service_url, event.conversation, event.user, activity)
        else:
            await self.connector.send(event.service_url, event.conversation, activity)

    async def _arrived(self, event: Event) -> None:
        """Welcomes whoever added the bot, once; a place where several read gets a word about how it works there."""
        if not event.is_private:
            text = self.office.stranger(event.language).say("welcome.place")
            await self.connector.send(event.service_url, event.conversation, spoken(text).activity())
            return
        person = await self.people.person_of(event)
        if isinstance(person, Stranger):
            await self._turned_away(event, person)
        elif await self.people.to_be_welcomed(person):
            out = await self.people.on_writer(self.office.welcome, person)
            await self.connector.send(event.service_url, event.conversation, out.activity())

    async def _turned_away(self, event: Event, stranger: Stranger) -> None:
        """Tells somebody who is on no list, where nobody else reads it."""
        if event.is_private:
            text = _turned_away(self.office.stranger(event.language), stranger)
            await self.connector.send(event.service_url, event.conversation, spoken(text).activity())

    async def _invoked(self, event: Event) -> dict[str, Any]:
        if event.name == EXECUTE and not event.is_private:
            return error_answer("Forbidden", self.office.stranger(event.language).say("only_private"))
        person = await self.people.person_of(event)
        if isinstance(person, Stranger):
            voice = self.office.stranger(event.language)
            return given_back(event, _turned_away(voice, person), voice)
        if event.name == SEARCH:
            return await self._searched(event, person)
        out = await self._done(event, person)
        self.changed(person)
        return answered(event, out, await self._card(out, person))

    async def _done(self, event: Event, person: int) -> Outgoing:
        match event.name, event.value:
            case "adaptiveCard/action", {"action": {"data": dict(data)}}:
                on = CardIn(event.reply_to, by_us=False) if event.reply_to else None
                return await self.people.on_writer(self.office.pressed, person, data, on)
            case "composeExtension/fetchTask", {"commandId": str(flow), "messagePayload": dict(payload)}:
                return await self._quoted(event, person, flow, payload)
            case "composeExtension/fetchTask", {"commandId": str(command)}:
                return await self.people.on_writer(self.office.commanded, person, event_id(event), command)
            case (("task/fetch" | "task/submit" | "composeExtension/submitAction"), {"data": dict(data)}):
                return await self.people.on_writer(self.office.pressed, person, data)
            case _:
                return await self.people.on_writer(self.office.pressed, person, {})

    async def _quoted(self, event: Event, person: int, flow: str, payload: dict[str, Any]) -> Outgoing:
        author: int | None = None
        match payload.get("from"):
            case {"user": {"id": str(object_id)}}:
                author = await self.people.on_writer(self.people.author, event.tenant, object_id)
            case _:
                pass
        quote = quoted_words(payload.get("body"))
        message = str(payload.get("id") or "")
        quoted = self.office.quoted, person, event_id(event), flow, quote, author, message
        return await self.people.on_writer(*quoted)

    async def _searched(self, event: Event, person: int) -> dict[str, Any]:
        match event.value:
            case {"dataset": str(dataset), "queryText": str(begins)} if dataset == PEOPLE:
                found = await self.people.on_writer(self.office.found, person, begins)
            case _:
                found = []
        return {"statusCode": 200, "type": SEARCH_TYPE, "value": {"results": found}}

    async def _broken(self, event: Event) -> dict[str, Any] | None:
        voice = self.office.stranger(event.language)
        text = voice.say("broken")
        if event.type == "invoke":
            return given_back(event, text, voice)
        if event.type == "message" and event.is_private:
            try:
                await self.connector.send(event.service_url, event.conversation, spoken(text).activity())
            except (NotSent, Uncertain) as error:
                went_wrong("nobody could be told that something went wrong", error)
        return None

    async def _card(self, out: Outgoing, person: int) -> Element:
        return out.card or in_card(out.text, await self._voice(person))

    async def _voice(self, person: int) -> Voice:
        return await self.people.on_writer(self.office.voice_of, person)

    def _intended(self, row: dict[str, Any]) -> int | None:
        """The number of a message to come; none if it was sent before, and one of nothing where it cannot be noted."""
        with noted_if_it_can_be(), self.office.dispatcher.database.write() as db:
            return sent.intend(db, row)
        return UNNOTED

    def _not_now(self, number: int, row: dict[str, Any], reply: Reply, refused: NotTaken) -> None:
        """Leaves an answer that Teams does not take now to delivery."""
        until = self.clock.now() + timedelta(seconds=max(refused.after or 0, AT_LEAST))
        with self.office.dispatcher.database.write() as db:
            sent.now_shows(db, number, Shown.promised)
            if refused.everybody:
                pacing.pause(db, f"{TEAMS}:{row['place']}", until)
            ledger.promise(db, [late_reply(row["event"], row["person_id"], reply, until)])

    def _not_replaced(self, person: int, message: str) -> None:
        with self.office.dispatcher.database.write() as db:
            sent.not_replaced(db, TEAMS, person, message)


def event_id(event: Event) -> str:
    """What tells an activity from every other; Teams numbers them by conversation."""
    return f"teams:{event.conversation}:{event.name}:{event.id}"


def _turned_away(voice: Voice, stranger: Stranger) -> str:
    return voice.say(f"refusals.{stranger.reason}", email=stranger.email)
