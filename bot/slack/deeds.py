"""Deeds: one coroutine for each thing somebody does in Slack; what it returns is the acknowledgement.

What was done is committed before anything is acknowledged. What is shown goes into the window in front of the
person where there is one, into a new window where they pressed or called something, and otherwise into their
direct messages.
"""

import asyncio
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.answers import Answer, Called, Drafted, Opened, Submitted, Typed
from bot.delivery.courier import NotTaken
from bot.logs import went_wrong
from bot.replies import Reply, Said, ShowPage, is_in_chat
from bot.slack import blocks, doing, looks, rich_text, views
from bot.slack.filling import Filling, values_of
from bot.slack.installing import Installation, error_of
from bot.slack.people import LeftWaiting
from bot.slack.places import at_in, carried_by
from bot.slack.reception import NOTHING, Ack, Body, Reception
from bot.slack.refusing import refusal
from bot.slack.sending import Caller
from storage.accounts import SLACK
from storage.chats import is_their_chat
from storage.refusals import Unreadable

PATIENCE = 1.0
"""Seconds after which a window opens that says "one moment": a trigger is good for three."""


@dataclass(frozen=True)
class Deeds:
    reception: Reception
    filling: Filling
    patience: float = PATIENCE

    async def command(self, body: Body, installation: Installation) -> Ack:
        try:
            caller = await self.reception.caller(body, installation)
            if not isinstance(caller, Caller):
                return caller
            text = await self.reception.plain(str(body.get("text", "")), caller)
        except LeftWaiting as wait:
            return {"response_type": "ephemeral", **await asyncio.to_thread(self.reception.office.busy, wait)}
        answer = doing.command(body, caller.person, text)
        return await self._show(caller, body, answer, in_chat=True)

    async def shortcut(self, body: Body, installation: Installation) -> Ack:
        try:
            return await self._shortcut(body, installation)
        except LeftWaiting as wait:
            busy = await asyncio.to_thread(self.reception.office.busy_window, wait)
            client = self.reception.people.clients.of(installation.token)
            await client.views_open(trigger_id=doing.trigger_of(body), view=busy)
            return NOTHING

    async def _shortcut(self, body: Body, installation: Installation) -> Ack:
        caller = await self.reception.caller(body, installation)
        if not isinstance(caller, Caller):
            return NOTHING
        callback = str(body.get("callback_id", ""))
        answer: Answer
        if callback.startswith(doing.CALLBACK_CALL):
            answer = Called(doing.event_id(body), caller.person, callback.removeprefix(doing.CALLBACK_CALL), "")
        else:
            quote, author, number = await self.reception.quoted(body, caller)
            answer = doing.quoted(body, caller.person, callback, quote, author, number)
        return await self._show(caller, body, answer)

    async def action(self, body: Body, installation: Installation) -> Ack:
        caller = await self.reception.caller(body, installation)
        if not isinstance(caller, Caller):
            return NOTHING
        for action in body.get("actions") or ():
            try:
                await self._act(caller, body, action)
            except Unreadable:
                continue  # no button of ours can have carried that
        return NOTHING

    async def suggestion(self, body: Body, installation: Installation) -> Ack:
        caller = await self.reception.caller(body, installation)
        if not isinstance(caller, Caller):
            return {"options": []}
        typed = str(body.get("value", ""))[:100]
        return {"options": await asyncio.to_thread(self.reception.office.options, caller.person, typed)}

    async def message(self, body: Body, installation: Installation) -> Ack:
        event = body["event"]
        said = rich_text.text_of(event)
        if event.get("channel_type") != "im" or not (said.strip() or event.get("files") or event.get("attachments")):
            return NOTHING
        caller = await self.reception.caller(body, installation)
        if not isinstance(caller, Caller):
            await self.reception.tell_stranger(body, installation, caller)
            return NOTHING
        if not said.strip():
            reply = await asyncio.to_thread(self.reception.office.only_text, caller.person)
            await self.reception.sender.reply(caller, doing.event_id(body), reply)
            return NOTHING
        text = await self.reception.plain(said[: doing.LONGEST], caller)
        await self.reception.sender.answer(caller, Typed(doing.event_id(body), caller.person, text))
        self.reception.changed(caller)
        return NOTHING

    async def at_home(self, body: Body, installation: Installation) -> Caller | None:
        """Whoever is looking at their desk; a stranger finds there why they have none."""
        if body["event"].get("tab") != "home":
            return None
        caller = await self.reception.caller(body, installation)
        if isinstance(caller, Caller):
            return caller
        await self.reception.tell_stranger(body, installation, caller, at_home=True)
        return None

    async def publish(self, caller: Caller) -> None:
        """Shows somebody their desk as it is now; raises `NotTaken` where Slack does not take it."""
        view = await asyncio.to_thread(self.reception.office.home, caller.person)
        try:
            await self.reception.api(caller).views_publish(user_id=caller.user, view=view)
        except SlackApiError as error:
            raise refusal(error) from error

    async def _act(self, caller: Caller, body: Body, action: Body) -> None:
        match str(action.get("action_id", "")).partition(":")[0]:
            case blocks.OPEN:
                await self._show(caller, body, doing.opened(body, action, caller.person))
            case blocks.QUICK:
                await self._quick(caller, body, action)
            case blocks.PRESS:
                await self._show(caller, body, doing.pressed(body, action, caller.person))
            case blocks.CALL:
                await self._show(caller, body, doing.called(body, action, caller.person))
            case blocks.SAY:
                await self.reception.sender.answer(caller, doing.said(body, action, caller.person))
                self.reception.changed(caller)
            case blocks.DROP:
                await self._drop(caller, body, action)
            case looks.LOOK | looks.TURN as name:
                await self._look(caller, body, action, turns=name == looks.TURN)
            case views.DISCARD:
                await self.filling.discarded(caller, body)
            case views.SAVE | views.BACK as name:
                await self.filling.in_between(caller, body, name)
            case _:
                pass  # something was chosen in a field, which counts once the page is sent

    async def _quick(self, caller: Caller, body: Body, action: Body) -> None:
        """One press answers one question; the rest of its page is shown if there is any."""
        carried = carried_by(str(action.get("value", "")))
        at, key, value = at_in(carried), str(carried.get("q", "")), str(carried.get("v", ""))
        name = doing.event_id(body)
        reply = await self.reception.handled(Opened(name, caller.person, at))
        page = reply.page if isinstance(reply, ShowPage) else None
        if page is None or page.at != at or key not in {each.key for each in page.questions}:
            await self._show_reply(caller, body, reply)
            return
        values = values_of(page) | {key: value}
        if len(page.questions) == 1:
            reply = await self.reception.handled(Submitted(name, caller.person, at, values))
            self.reception.changed(caller)
            if not isinstance(reply, Said):
                await self._show_reply(caller, body, reply)
            return
        await self.reception.handled(Drafted(name, caller.person, at, values))
        await self._show(caller, body, Opened(name, caller.person, at))

    async def _drop(self, caller: Caller, body: Body, action: Body) -> None:
        """Discards what was begun: it is gone from the desk, which says enough, unless it cannot be."""
        reply = await self.reception.handled(doing.dropped(body, action, caller.person))
        if not isinstance(reply, Said):
            await self._show_reply(caller, body, reply)
        try:
            await self.publish(caller)
        except NotTaken:
            self.reception.changed(caller)

    async def _look(self, caller: Caller, body: Body, action: Body, *, turns: bool) -> None:
        """A closer look: in a window, over the one it was opened from, or in place of the page turned."""
        subject, page = doing.look(action)
        office, client, front = self.reception.office, self.reception.api(caller), doing.window_of(body)
        work = asyncio.ensure_future(asyncio.to_thread(office.look, caller.person, subject, page))
        if front and turns:
            await client.views_update(view_id=front, view=await work)
            return
        done, _ = await asyncio.wait({work}, timeout=self.patience)
        first = work.result() if done else views.loading(await asyncio.to_thread(office.words, caller.person))
        place = client.views_push if front else client.views_open
        opened = await place(trigger_id=doing.trigger_of(body), view=first)
        if not done:
            await client.views_update(view_id=str(opened["view"]["id"]), view=await work)

    async def _show(self, caller: Caller, body: Body, answer: Answer, *, in_chat: bool = False) -> Ack:
        """Does it and shows what comes of it, with a window to wait in front of where that takes long."""
        work = asyncio.ensure_future(self.reception.handled(answer))
        done, _ = await asyncio.wait({work}, timeout=self.patience)
        waiting = None
        if not done and not doing.window_of(body):
            waiting = await self._window_to_wait_in(caller, body)
        reply = await work
        if not isinstance(answer, Opened):
            self.reception.changed(caller)
        if in_chat and waiting is None and is_in_chat(reply) and await self._in_own_chat(caller, body):
            return NOTHING  # the message that says it comes to where the command was given
        if in_chat and waiting is None and not isinstance(reply, ShowPage):
            return await self._ephemeral(caller, reply)
        return await self._show_reply(caller, body, reply, waiting, in_chat=in_chat)

    async def _in_own_chat(self, caller: Caller, body: Body) -> bool:
        """Whether a command was given in the person's own chat with the bot."""
        chat = str(body.get("channel_id", ""))
        return await self.reception.people.write(is_their_chat, SLACK, caller.person, chat)

    async def _window_to_wait_in(self, caller: Caller, body: Body) -> str | None:
        """Opens it and gives its id; without one, what comes of it is shown as if there had been no need to wait."""
        words = await asyncio.to_thread(self.reception.office.words, caller.person)
        try:
            opened = await self.reception.api(caller).views_open(
                trigger_id=doing.trigger_of(body), view=views.loading(words)
            )
        except SlackApiError as error:
            went_wrong("a window to wait in could not be opened", error, slack=error_of(error))
            return None
        return str(opened["view"]["id"])

    async def _show_reply(
        self, caller: Caller, body: Body, reply: Reply, waiting: str | None = None, *, in_chat: bool = False
    ) -> Ack:
        shown = await asyncio.to_thread(self.reception.office.notice, caller.person, reply)
        client, front = self.reception.api(caller), waiting or doing.window_of(body)
        try:
            if front:
                await client.views_update(view_id=front, view=shown)
            else:
                await client.views_open(trigger_id=doing.trigger_of(body), view=shown)
        except SlackApiError as error:
            went_wrong("a window could not be opened", error, slack=error_of(error))
            if in_chat:
                return await self._ephemeral(caller, reply)
            await self.reception.sender.reply(caller, f"{doing.event_id(body)}:shown", reply)
        return NOTHING

    async def _ephemeral(self, caller: Caller, reply: Reply) -> Ack:
        """An answer to a command, which only the person sees."""
        said = await asyncio.to_thread(self.reception.office.chat, caller.person, reply)
        return {"response_type": "ephemeral", **said}
