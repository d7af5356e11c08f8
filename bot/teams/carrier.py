"""The carrier: takes what the outbox promises to people's own chats, and edits what is answered by now.

A row is marked `sending`, with an intent beside it, before Teams is called, and `sent` once Teams has said so. Teams
cannot be asked what arrived: after a crash or a broken connection a page is put to its person once more, because it
is the same page; anything else is not repeated but listed as unknown. Processes share one pace for each tenant.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping

from bot.logs import went_wrong
from bot.page_state import CardState, card_of
from bot.replies import ShowPage
from bot.teams.connector import Connector, NotSent, Uncertain
from bot.teams.limits import Unfit
from bot.teams.messages import Outgoing, replied, spoken, stands, told
from bot.teams.office import TOLD, Office
from bot.teams.people import People
from bot.visit import Visit
from flows.catalog import MissingText, MissingValue
from flows.core import UnknownFlow
from flows.message import message
from storage import ledger
from storage import teams as kept
from storage.journal import AskState, Delivery
from storage.ledger import Row
from storage.people import Status
from storage.references import read
from storage.refusals import Refusal
from storage.teams import Shown

BATCH = 20
APART = timedelta(milliseconds=50)
"""Between two messages to one tenant: under the 50 a second that an app may send in one."""
IN_FLIGHT = timedelta(minutes=2)
"""After which nobody is still waiting for Teams' answer."""
WAIT = (30, 60, 120, 300, 900, 1800, 3600, 7200)
"""Seconds before a message that Teams could not take is tried again; after the last it has failed."""
TRIED = "tried:"
T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Channel:
    """Where messages to everybody go."""

    id: str
    service_url: str
    tenant: str


@dataclass(frozen=True)
class _Parcel:
    """A message on its way: the promise it keeps, its intent, where it goes and when it may."""

    row: Row
    out: Outgoing
    number: int
    service_url: str
    chat: str
    tenant: str
    at: datetime


@dataclass
class Carrier:
    office: Office
    people: People
    connector: Connector
    channel: Channel | None = None
    sleep: Sleep = asyncio.sleep

    async def deliver(self) -> int:
        """Sends everything that is due, and says how many messages arrived."""
        await self._write(self._recover)
        arrived = 0
        while parcels := await self._write(self._claim):
            arrived += sum(await asyncio.gather(*(self._carry(parcel) for parcel in parcels)))
        return arrived

    async def bring_up_to_date(self) -> None:
        """Puts the answer, or that it is over, in place of forms that are not to be filled any more."""
        for row in await self._write(kept.outdated, BATCH):
            made = await self._write(self._standing, row)
            try:
                await self.connector.update(row["service_url"], row["chat"], row["activity"], made.activity())
            except Uncertain:
                continue  # the same edit again does no harm
            except NotSent as error:
                if error.may_be_tried_again:
                    return
            await self._write(kept.now_shows, row["id"], row["state"])

    async def _carry(self, parcel: _Parcel) -> bool:
        wait = (parcel.at - self._now()).total_seconds()
        if wait > 0:
            await self.sleep(wait)
        try:
            activity = await self.connector.send(parcel.service_url, parcel.chat, parcel.out.activity())
        except Uncertain as error:
            went_wrong("nobody knows whether a message arrived", error, outbox=parcel.row["id"])
            await self._write(self._uncertain, parcel.row, parcel.number)
            return False
        except NotSent as error:
            await self._write(self._refused, parcel, error)
            return False
        await self._write(self._arrived, parcel, activity)
        return True

    # what each of these does is one transaction

    async def _write(self, work: Callable[..., T], *arguments: Any) -> T:
        def within() -> T:
            with self.office.dispatcher.database.write() as db:
                return work(db, *arguments)

        return await self.people.on_writer(within)

    def _now(self) -> datetime:
        return self.office.dispatcher.clock.now()

    def _recover(self, db: Connection) -> None:
        """Deals with what a process that ended had under way."""
        for row in kept.uncertain(db, self._now() - IN_FLIGHT):
            self._uncertain(db, row, row["message_id"])

    def _uncertain(self, db: Connection, row: Row, number: int) -> None:
        kept.unsent(db, number)
        tries = _tries(row)
        if row["kind"] == "ask" and tries < len(WAIT):
            kept.mark(db, row, Delivery.waiting, self._now() + timedelta(seconds=WAIT[tries]), f"{TRIED}{tries + 1}")
        else:
            kept.mark(db, row, Delivery.failed, self._now(), "unknown")

    def _claim(self, db: Connection) -> list[_Parcel]:
        """Takes some messages that are due, and notes the intent to send each."""
        now, parcels = self._now(), []
        rows = kept.due(db, now, BATCH)
        for row in rows:
            parcel = self._parcel(db, row, now)
            if parcel:
                parcels.append(parcel)
        for tenant in {each.tenant for each in parcels}:
            mine = [each for each in parcels if each.tenant == tenant]
            first = kept.take_slots(db, tenant, len(mine), APART, now)
            slots = {each.number: first + place * APART for place, each in enumerate(mine)}
            parcels = [replace(each, at=slots.get(each.number, each.at)) for each in parcels]
        # a batch in which nothing could be sent must not end the round: there may be more behind it
        return parcels if parcels or not rows else self._claim(db)

    def _parcel(self, db: Connection, row: RowMapping, now: datetime) -> _Parcel | None:
        where = self._address(row)
        if row["person_status"] == Status.left or isinstance(where, str):
            kept.mark(db, row, Delivery.skipped, now, where if isinstance(where, str) else "left")
            return None
        try:
            out = self._composed(db, row)
        except (MissingText, MissingValue, UnknownFlow, Refusal, Unfit, LookupError) as error:
            went_wrong("a message could not be composed", error, outbox=row["id"])
            kept.mark(db, row, Delivery.failed, now, type(error).__name__)
            return None
        if out is None:
            kept.mark(db, row, Delivery.skipped, now, "over")
            return None
        place = {name: row[name] for name in ("conversation_id", "key")} if row["kind"] == "ask" else {}
        number = kept.intend(db, {"outbox_id": row["id"], "person_id": row["person_id"], "at": now, **place})
        if number is None:
            return None
        kept.mark(db, row, Delivery.sending, now, row["reason"])
        return _Parcel(row, out, number, where.service_url, where.id, where.tenant, now)

    def _address(self, row: RowMapping) -> Channel | str:
        """Where a message goes, or why it goes nowhere."""
        if row["kind"] == "channel":
            return self.channel or "no_channel"
        if not row["chat"]:
            return "not_on_teams"
        return Channel(row["chat"], row["service_url"], row["tenant"])

    def _composed(self, db: Connection, row: RowMapping) -> Outgoing | None:
        voice = self.office.voice(db, row["person_id"])
        if row["kind"] == "ask":
            return self._page(db, row)
        body = row["body"]
        buttons = [(flow, given) for flow, given in body["buttons"]]
        said = message(voice.texts, voice.reader, body["flow"], body["text"], read(body["values"]), buttons)
        return spoken(said.text) if row["kind"] == "channel" else told(said, voice, **{TOLD: row["id"]})

    def _page(self, db: Connection, row: RowMapping) -> Outgoing | None:
        """The page somebody is asked to fill, if it is still to be filled."""
        visit = self._visit(db, row["person_id"])
        conversation = ledger.conversation_row(db, row["conversation_id"])
        ask = ledger.asks(db, row["conversation_id"]).get(row["key"])
        if conversation is None or ask is None:
            return None
        mine = ask["person_id"] == row["person_id"] and ask["state"] == AskState.open
        if not mine or (ask["due_at"] is not None and ask["due_at"] <= visit.now):
            return None
        turn = visit.turn(conversation)
        turn.peek()
        page = turn.page(row["key"], visit.reader)
        voice = self.office.voice(db, row["person_id"])
        return replied(ShowPage(page), voice, self.office.caller(db, voice))

    def _standing(self, db: Connection, row: RowMapping) -> Outgoing:
        voice = self.office.voice(db, row["person_id"])
        try:
            state = card_of(self._visit(db, row["person_id"]), row["conversation_id"], row["key"])
        except Refusal:
            state = None
        if state is not None and state.state == CardState.open:
            state = None if row["state"] == AskState.withdrawn else state
        text = state.title if state else voice.say("gone")
        return Outgoing(text, stands(state, voice))

    def _visit(self, db: Connection, person: int) -> Visit:
        return Visit.of(db, self.office.dispatcher.repertoire, "", self._now(), person)

    def _arrived(self, db: Connection, parcel: _Parcel, activity: str) -> None:
        is_page = parcel.row["kind"] == "ask"
        kept.arrived(db, parcel.number, activity, Shown.open if is_page else Shown.said)
        kept.mark(db, parcel.row, Delivery.sent, self._now())

    def _refused(self, db: Connection, parcel: _Parcel, error: NotSent) -> None:
        kept.unsent(db, parcel.number)
        now, row = self._now(), parcel.row
        tries = _tries(row)
        if error.is_gone and row["kind"] != "channel":
            kept.out_of_reach(db, row["person_id"])
        if error.may_be_tried_again and tries < len(WAIT):
            until = now + timedelta(seconds=error.retry_after or WAIT[tries])
            if error.status == 429:
                kept.pause(db, parcel.tenant, until)
            kept.mark(db, row, Delivery.waiting, until, f"{TRIED}{tries + 1}")
            return
        went_wrong("a message could not be delivered", error, outbox=row["id"], status=error.status, code=error.code)
        kept.mark(db, row, Delivery.failed, now, error.code or f"status_{error.status}")


def _tries(row: Row) -> int:
    """How often Teams was asked to take a message before."""
    reason: str = row["reason"] or ""
    return int(reason.removeprefix(TRIED)) if reason.startswith(TRIED) else 0
