"""Filling: a page in a window, from part to part, saved for later, gone back in, sent or closed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.answers import Drafted, Dropped, Opened, Submitted
from bot.logs import went_wrong
from bot.replies import Answered, Refused, ShowPage
from bot.slack import doing, views
from bot.slack.installing import Installation
from bot.slack.people import LeftWaiting
from bot.slack.places import Place, place_of
from bot.slack.reception import NOTHING, Ack, Body, Reception
from bot.slack.sending import Caller
from bot.slack.words import cut
from flows.page import At, Page
from flows.questions import Raw
from storage.refusals import Unreadable

ANSWERED_WITHIN = 2.2
"""Seconds for an answer to what a window sends; Slack itself waits for three
(https://docs.slack.dev/surfaces/modals#handling_submissions)."""


@dataclass(frozen=True)
class Filling:
    reception: Reception
    answered_within: float = ANSWERED_WITHIN
    late: set[asyncio.Task[Ack]] = field(default_factory=set)
    """What windows have sent that is still being dealt with, though they were answered."""

    async def submission(self, body: Body, installation: Installation) -> Ack:
        """A page was sent. A window that was filled never closes without a word: what was not kept is said in it.

        What takes too long goes on behind the window, which keeps its words: sent again, it says what has come of it.
        """
        view = body.get("view")
        if not isinstance(view, Mapping) or view.get("callback_id") != views.PAGE:
            return NOTHING
        work = asyncio.ensure_future(self._taken(body, installation, view))
        done, _ = await asyncio.wait({work}, timeout=self.answered_within)
        if done:
            return work.result()
        self.late.add(work)
        work.add_done_callback(self.late.discard)
        return self._stays(view, self.reception.office.in_every_language("slow"))

    async def _taken(self, body: Body, installation: Installation, view: Body) -> Ack:
        try:
            caller = await self.reception.caller(body, installation)
            if isinstance(caller, Caller):
                return await self._sent(caller, body, view)
        except LeftWaiting as wait:
            busy = await asyncio.to_thread(self.reception.office.busy, wait)
            return self._stays(view, str(busy["text"]))
        except Unreadable:
            return self._stays(view, self.reception.office.in_every_language("unreadable"))
        except Exception as error:  # noqa: BLE001  # whatever it is, the window keeps what was typed and says so
            went_wrong("a form sent from Slack could not be taken", error)
            return self._stays(view, self.reception.office.in_every_language("broken"))
        reason = caller.get("text") if isinstance(caller, Mapping) else None
        return self._stays(view, str(reason or self.reception.office.in_every_language("kept_out")))

    async def _sent(self, caller: Caller, body: Body, view: Body) -> Ack:
        sent = views.parse(body, doing.event_id(body), caller.person)
        place = place_of(view["private_metadata"])
        if place.parts > 1 or views.has_unsent(view):
            whole = await self._with_other_parts(sent)
            if whole and place.part < place.parts - 1:
                return await self._next_part(caller, view, place, whole)
            sent = whole or sent
        ack = await self.reception.shown(sent, lambda done: self._in_window(caller, view, place, done))
        self.reception.changed(caller)
        return ack

    async def closed(self, body: Body, installation: Installation) -> Ack:
        """A window was closed: whatever Slack still tells of what stood in it is kept."""
        caller = await self.reception.caller(body, installation)
        view = body.get("view")
        if isinstance(caller, Caller) and isinstance(view, Mapping) and view.get("callback_id") == views.PAGE:
            await self._keep(caller, body, view)
        return NOTHING

    async def in_between(self, caller: Caller, body: Body, name: str) -> None:
        """Saved for later, or one step back; either way what was typed is kept."""
        view = body.get("view")
        if not isinstance(view, Mapping):
            return
        place = await self._keep(caller, body, view)
        back = name == views.BACK
        to = place.before if back and place.part == 0 and place.before else place.at
        part = max(0, place.part - 1) if back else place.part
        reply = await self.reception.handled(Opened(doing.event_id(body), caller.person, to))
        if isinstance(reply, ShowPage):
            before = place.before if to == place.at else None
            shown = await asyncio.to_thread(
                self.reception.office.window, caller.person, reply.page, part, before, "" if back else "saved"
            )
        else:
            shown = await asyncio.to_thread(self.reception.office.notice, caller.person, reply)
        await self.reception.api(caller).views_update(view_id=str(view.get("id")), view=shown)

    async def discarded(self, caller: Caller, body: Body) -> None:
        """The changes to an answer that was sent are discarded; the window shows the answer that stands."""
        view = body.get("view")
        if not isinstance(view, Mapping):
            return
        place, event = place_of(view["private_metadata"]), doing.event_id(body)
        await self.reception.handled(Dropped(event, caller.person, place.at))
        reply = await self.reception.handled(Opened(event, caller.person, place.at))
        shown = await asyncio.to_thread(self.reception.office.notice, caller.person, reply)
        await self.reception.api(caller).views_update(view_id=str(view.get("id")), view=shown)

    async def _keep(self, caller: Caller, body: Body, view: Body) -> Place:
        """Keeps what stands in a window; nothing at all is kept rather than kept over something."""
        sent = views.parse(body, doing.event_id(body), caller.person)
        place = place_of(view["private_metadata"])
        if any(sent.values.values()):
            is_part = place.parts > 1 or views.has_unsent(view)
            whole = await self._with_other_parts(sent) if is_part else sent
            if whole:
                await self.reception.handled(Drafted(sent.id, sent.person, sent.at, whole.values))
        return place

    async def _with_other_parts(self, sent: Submitted) -> Submitted | None:
        """What was sent together with what is kept of the other parts; None if the page is not open any more."""
        reply = await self.reception.handled(Opened(sent.id, sent.person, sent.at))
        if not isinstance(reply, ShowPage) or reply.page.at != sent.at:
            return None
        return Submitted(sent.id, sent.person, sent.at, values_of(reply.page) | dict(sent.values))

    async def _next_part(self, caller: Caller, view: Body, place: Place, sent: Submitted) -> Ack:
        await self.reception.handled(Drafted(sent.id, sent.person, sent.at, sent.values))

        def show(done: Answered) -> Ack:
            if not isinstance(done.reply, ShowPage):
                return self._in_window(caller, view, place, done)
            shown = self.reception.office.window(caller.person, done.reply.page, place.part + 1, place.before)
            return {"response_action": "update", "view": shown}

        return await self.reception.shown(Opened(sent.id, sent.person, sent.at), show)

    def _in_window(self, caller: Caller, view: Body, place: Place, done: Answered) -> Ack:
        """What follows in the window whose form was sent; in a thread."""
        match done.reply:
            case ShowPage(page=page) if same_page(page.at, place.at) and page.has_errors:
                if wrong := views.errors(page, view):
                    return {"response_action": "errors", "errors": wrong}
                part = views.part_with_errors(page)
                shown = self.reception.office.window(caller.person, page, part, place.before)
                return {"response_action": "update", "view": shown}
            case ShowPage(page=page):
                before = None if same_page(page.at, place.at) else self._before(page, place.at)
                shown = self.reception.office.window(caller.person, page, 0, before)
                return {"response_action": "update", "view": shown}
            case Refused(text=text):
                first = views.first_field(view)
                if first:  # the form stays, with everything that was typed into it
                    return {"response_action": "errors", "errors": {first: cut(text, views.LONGEST_ERROR)}}
                return self._notice(caller, done)
            case _:
                return self._notice(caller, done)

    def _stays(self, view: Body, text: str) -> Ack:
        """The window as it is, with everything that was typed, and why it could not be taken.

        Where Slack sent no field that an error can stand at, the window says it instead of closing.
        """
        place = views.first_field(view) or next(iter(views.sent_fields(view)), None)
        if place:
            return {"response_action": "errors", "errors": {place: cut(text, views.LONGEST_ERROR)}}
        return {"response_action": "update", "view": self.reception.office.only_says_in_window(text)}

    def _notice(self, caller: Caller, done: Answered) -> Ack:
        shown = self.reception.office.notice(caller.person, done.reply, done.reader)
        return {"response_action": "update", "view": shown}

    def _before(self, page: Page, sent: At) -> At | None:
        """The page that was just sent, if it can still be changed from the one that follows it."""
        flow = self.reception.office.dispatcher.repertoire.register.named(page.flow)
        follows = page.at.conversation == sent.conversation
        return At(sent.conversation, sent.key, sent.edition + 1) if flow.editable and follows else None


def values_of(page: Page) -> dict[str, Raw]:
    return {question.key: question.value for question in page.questions}


def same_page(one: At, other: At) -> bool:
    return (one.conversation, one.key) == (other.conversation, other.key)
