"""The carrier: takes what the outbox promises to people's direct messages, each message exactly once.

A row is marked `sending` with an intent beside it before Slack is called, and `sent` once Slack has said so. What
was under way in a crash is looked up in the conversation by the row's number, which every message carries as its
metadata, before anything is sent again. A message to everybody cannot be looked up (the bot reads no channel), so
it is noted as unknown instead of being repeated. Processes share one pace for each workspace.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Connection, RowMapping, bindparam, exists, select, update

from bot.logs import went_wrong
from bot.slack.installing import TOKEN_GONE, Installation, Installations, error_of, seconds_to_wait
from bot.slack.limits import OverLimit
from bot.slack.people import Address, People
from bot.slack.sending import IN_FLIGHT, Sender
from bot.slack.words import Native
from storage import slack as kept
from storage.columns import table
from storage.journal import Delivery, Outbox
from storage.people import Person, Status
from storage.refusals import Refusal
from storage.slack import Shown

BATCH = 20
APART = timedelta(milliseconds=220)
"""Between two messages to one workspace: under the several hundred a minute that Slack takes."""
EVENT_TYPE = "evenhand_message"
USER_GONE = frozenset({"user_not_found", "user_disabled", "channel_not_found", "cannot_dm_bot", "not_in_channel"})
LOOK_BACK = timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=10)
Sleep = Callable[[float], Awaitable[None]]

outbox = table(Outbox)
person = table(Person)
_DUE = (
    select(outbox, person.c.status.label("person_status"), person.c.email)
    .join(person, person.c.id == outbox.c.person_id)
    .where(outbox.c.status == Delivery.waiting, outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True, of=outbox)
)
_MARKED = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), outbox.c.status.in_((Delivery.waiting, Delivery.sending)))
    .values(status=bindparam("to_status"), reason=bindparam("to_reason"), done_at=bindparam("now"))
)
_DROPPED = (
    update(outbox)
    .where(outbox.c.status == Delivery.sending, outbox.c.done_at < bindparam("before", type_=outbox.c.done_at.type))
    .where(~exists().where(kept.message.c.outbox_id == outbox.c.id))
    .values(status=Delivery.waiting, done_at=None)
)
"""Taken by a process that ended before it noted that it was about to send."""


@dataclass
class Carrier:
    people: People
    sender: Sender
    installations: Installations
    channel: str | None = None
    """Where messages to everybody go; without it they go nowhere."""
    sleep: Sleep = asyncio.sleep
    _resume_at: datetime | None = None
    _looked_at: datetime | None = None

    async def deliver(self) -> int:
        """Sends everything that is due, after looking up what a crash left uncertain; says how many were sent."""
        sent = 0
        if self._resume_at and self._now() < self._resume_at:
            return 0
        if self._looked_at is None or self._now() - self._looked_at >= LOOK_AGAIN:
            self._looked_at = self._now()
            await self.reconcile()
        while rows := await self._write(self._claim):
            for place, row in enumerate(rows):
                try:
                    sent += await self._carry(row)
                except _Later as later:
                    self._resume_at = later.until
                    await self._write(self._give_back, [each["id"] for each in rows[place:]], later)
                    return sent
        return sent

    async def reconcile(self) -> None:
        """Finds out whether messages arrived of which nobody has noted it."""
        before = self._now() - IN_FLIGHT
        await self._write(self._take_back, before)
        with_tokens = {each.key: each for each in await self.installations.every()}
        for row in await self._read(kept.uncertain, before):
            installation = with_tokens.get(row["team"])
            if installation:
                await self._look_up(row, installation)

    async def _carry(self, row: RowMapping) -> bool:
        """Sends one message; raises `_Later` where not this message but Slack or the way to it is the reason."""
        where: Installation | None = None
        try:
            address = await self._address(row)
            where = address.installation if address else None
            said = await self._read(self._said, row) if address else None
            if address is None or said is None:
                reason = ("no_channel" if row["kind"] == "channel" else "not_in_slack") if address is None else "over"
                status = Delivery.skipped if said is None and address else Delivery.failed
                await self._write(_mark, row["id"], status, reason, self._now())
                return False
            return await self._send(row, address, said)
        except SlackApiError as error:
            return await self._refused(row, where, error)
        except (aiohttp.ClientError, SlackClientError, TimeoutError) as error:
            went_wrong("Slack could not be reached; what was under way is looked up before it is sent again", error)
            raise _Later(self._now() + timedelta(seconds=10), keep=row["id"]) from error
        except (OverLimit, Refusal, ValueError, LookupError) as error:
            went_wrong("a message could not be delivered", error, outbox=row["id"])
            await self._write(_mark, row["id"], Delivery.failed, type(error).__name__, self._now())
            return False

    async def _send(self, row: RowMapping, address: Address, said: Native) -> bool:
        key, now = address.installation.key, self._now()
        at = await self._write(kept.take_slots, key, 1, APART, now)
        if at > now:
            await self.sleep((at - now).total_seconds())
        place = {name: row[name] for name in ("conversation_id", "key")} if row["kind"] == "ask" else {}
        intent = {"outbox_id": row["id"], "person_id": row["person_id"], "team": key, "at": self._now(), **place}
        number = await self._write(kept.intend, {**intent, "channel": address.channel})
        if number is None:
            return False  # it is under way already, and will be looked up
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"outbox": str(row["id"])}}
        client = self.people.clients.of(address.installation.token)
        try:
            posted = await client.chat_postMessage(channel=address.channel or address.user, metadata=metadata, **said)
        except SlackApiError:
            await self._write(kept.unsent, number)
            raise
        await self._write(self._arrived, row, number, key, str(posted["channel"]), str(posted["ts"]))
        return True

    async def _refused(self, row: RowMapping, where: Installation | None, error: SlackApiError) -> bool:
        name = error_of(error)
        if error.response.status_code == 429 or name == "ratelimited":
            until = self._now() + timedelta(seconds=max(1, seconds_to_wait(error)))
            if where:
                await self._write(kept.pause, where.key, until)
            raise _Later(until) from error
        if name in TOKEN_GONE and where and len(await self.installations.every()) > 1:
            await self.installations.remove(where.team, where.enterprise)  # the others go on
            await self._write(self._failed, row, name)
            return False
        if name in TOKEN_GONE or error.response.status_code >= 500 or name in ("internal_error", "fatal_error"):
            went_wrong("Slack takes no messages at the moment", error, slack=name)
            raise _Later(self._now() + timedelta(minutes=1)) from error
        await self._write(self._failed, row, name)
        went_wrong("a message could not be delivered", error, outbox=row["id"], slack=name)
        return False

    async def _address(self, row: RowMapping) -> Address | None:
        if row["kind"] != "channel":
            return await self.people.address_of(row["person_id"], row["email"], self.installations)
        every = await self.installations.every()
        return Address(every[0], "", self.channel) if self.channel and every else None

    async def _look_up(self, row: Any, installation: Installation) -> None:
        """Whether a message that was under way has arrived; if not, it is sent again."""
        client = self.people.clients.of(installation.token)
        try:
            if row["channel"] and row["channel"] == self.channel:
                await self._write(self._unknown, row)
                return
            known = await self._read(kept.identity_for, row["team"], row["person_id"])
            channel = row["channel"]
            if channel is None and known:
                channel = (await client.conversations_open(users=known["user"]))["channel"]["id"]
            oldest = str((row["at"] - LOOK_BACK).timestamp())
            if channel is None:
                await self._write(self._unknown, row)
                return
            found = await client.conversations_history(
                channel=channel, oldest=oldest, limit=200, include_all_metadata=True
            )
        except (SlackApiError, aiohttp.ClientError, SlackClientError, TimeoutError) as error:
            went_wrong("whether a message has arrived could not be found out yet", error, outbox=row["outbox_id"])
            return
        for each in found["messages"]:
            if _outbox_of(each) == str(row["outbox_id"]):
                await self._write(self._found, row, str(channel), str(each["ts"]))
                return
        await self._write(self._send_again, row)

    # what each of these does is one transaction

    def _claim(self, db: Connection) -> list[RowMapping]:
        now = self._now()
        rows = db.execute(_DUE, {"now": now}).mappings().all()
        for row in rows:
            left = row["person_status"] == Status.left
            _mark(db, row["id"], Delivery.skipped if left else Delivery.sending, "left" if left else None, now)
        return [row for row in rows if row["person_status"] != Status.left]

    def _take_back(self, db: Connection, before: datetime) -> None:
        db.execute(_DROPPED, {"before": before})

    def _said(self, db: Connection, row: RowMapping) -> Native | None:
        office = self.sender.office
        if row["kind"] == "ask":
            return office.prompt(db, row["person_id"], row["conversation_id"], row["key"])
        return office.told(db, row)

    def _arrived(self, db: Connection, row: RowMapping, number: int, team: str, channel: str, ts: str) -> None:
        kept.arrived(db, number, channel, ts, Shown.open if row["kind"] == "ask" else Shown.said)
        if row["kind"] != "channel":
            kept.remember_channel(db, team, row["person_id"], channel)
        _mark(db, row["id"], Delivery.sent, None, self._now())

    def _found(self, db: Connection, row: Any, channel: str, ts: str) -> None:
        kept.arrived(db, row["id"], channel, ts, Shown.open if row["key"] else Shown.said)
        _mark(db, row["outbox_id"], Delivery.sent, None, self._now())

    def _send_again(self, db: Connection, row: Any) -> None:
        kept.unsent(db, row["id"])
        _mark(db, row["outbox_id"], Delivery.waiting, None, None)

    def _unknown(self, db: Connection, row: Any) -> None:
        kept.now_shows(db, row["id"], Shown.said)
        _mark(db, row["outbox_id"], Delivery.failed, "unknown", self._now())

    def _failed(self, db: Connection, row: RowMapping, name: str) -> None:
        _mark(db, row["id"], Delivery.failed, name, self._now())
        if name in USER_GONE and row["kind"] != "channel":
            kept.forget_person(db, row["person_id"])

    def _give_back(self, db: Connection, rows: list[int], later: "_Later") -> None:
        for number in rows:
            if number != later.keep:
                _mark(db, number, Delivery.waiting, None, None)

    def _now(self) -> datetime:
        return self.sender.clock.now()

    async def _read(self, query: Any, *arguments: Any) -> Any:
        return await self.people.read(query, *arguments)

    async def _write(self, change: Any, *arguments: Any) -> Any:
        return await self.people.write(change, *arguments)


class _Later(Exception):
    """Nothing can be sent before this moment; `keep` is the row of which nobody knows whether it arrived."""

    def __init__(self, until: datetime, keep: int | None = None) -> None:
        super().__init__("later")
        self.until = until
        self.keep = keep


def _mark(db: Connection, number: int, status: Delivery, reason: str | None, now: datetime | None) -> None:
    db.execute(_MARKED, {"of_id": number, "to_status": status, "to_reason": reason, "now": now})


def _outbox_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("outbox")) if metadata.get("event_type") == EVENT_TYPE else None
