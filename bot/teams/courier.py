"""Teams' courier: sends promised messages to people's own chats.

Teams cannot be asked what arrived: after a crash or a broken connection a page is put to its person once more,
because it is the same page, in which it can be answered once; anything else is not repeated but ends as unknown.
Nobody can be written to who has not added the app.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection, RowMapping

from bot.delivery.courier import Address, Arrived, Lane, NotTaken, Pacing, Unsure
from bot.page_state import CardState, card_of
from bot.putting_off import put_off_button
from bot.replies import ShowPage
from bot.teams import digests
from bot.teams.connector import Connector, NotSent, Uncertain
from bot.teams.messages import TOLD, Outgoing, press_buttons, replied, stands, with_buttons
from bot.teams.messages import told as carded
from bot.teams.office import Office
from bot.teams.people import People
from bot.teams.refusing import refusal
from bot.told import is_over, told
from bot.visit import Visit
from storage import accounts, ledger
from storage.accounts import TEAMS
from storage.journal import AskState
from storage.ledger import Row
from storage.refusals import Refusal

TALK = Pacing(timedelta(milliseconds=40), burst=20)
"""Both lanes together stay under the 50 a second that an app may send in one tenant
(https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit)."""


@dataclass
class TeamsCourier:
    office: Office
    people: People
    connector: Connector
    tenants: frozenset[str]
    """Those that are let in; with a client on this machine, which has any name it likes, there are none."""
    channel: Address | None = None
    pace: float = 20
    """Messages a second when many are told something."""
    platform: str = TEAMS
    looks_up: bool = False

    def pacing(self, lane: Lane) -> Pacing:
        return TALK if lane == Lane.talk else Pacing(timedelta(seconds=1) / self.pace)

    def may_repeat(self, row: Row) -> bool:
        return bool(row["kind"] == "ask")

    async def places(self) -> frozenset[str]:
        return self.tenants or await self.people.places()

    async def find(self, people: Sequence[tuple[int, str]]) -> set[int]:  # noqa: ARG002  # who did not add it is not there
        return set()

    def address(self, account: RowMapping) -> Address | None:
        if account["chat"] is None:
            return None
        return Address(account["place"], account["user"], account["chat"], account["service_url"])

    def public(self) -> Address | None:
        return self.channel

    def compose(self, db: Connection, row: Row) -> Outgoing | None:
        voice = self.office.voice(db, row["person_id"])
        if row["kind"] == "ask":
            return self._page(db, row)
        if is_over(db, row):
            return None
        said = told(db, voice.texts, voice.reader, row)
        if said.digest:
            return digests.digest(said.digest, voice, row["id"])
        if row["kind"] == "channel":
            return carded(replace(said, buttons=()), voice)
        return carded(said, voice, **{TOLD: row["id"]})

    async def send(self, address: Address, row: Row, composed: Outgoing) -> Arrived:  # noqa: ARG002  # Teams keeps no number
        chat, service = _reached(address)
        try:
            return Arrived(chat, await self.connector.send(service, chat, composed.activity()))
        except Uncertain as doubt:
            raise Unsure(str(doubt)) from doubt
        except NotSent as error:
            raise refusal(error) from error

    async def look_up(self, row: Row, address: Address) -> Arrived | None:  # noqa: ARG002
        raise Unsure("Teams cannot be asked")

    def standing(self, db: Connection, message: Row) -> Outgoing:
        voice = self.office.voice(db, message["person_id"])
        if message["about"]:
            said = told(db, voice.texts, voice.reader, message)
            return carded(said, voice, **{TOLD: message["outbox_id"]})
        try:
            state = card_of(self._visit(db, message["person_id"]), message["conversation_id"], message["key"])
        except Refusal:
            state = None
        if state is not None and state.state == CardState.open:
            state = None if message["state"] == AskState.withdrawn else state
        text = state.title if state else voice.say("gone")
        return Outgoing(text, stands(state, voice))

    async def edit(self, message: Row, composed: Outgoing) -> None:
        try:
            await self.connector.update(message["service_url"], message["chat"], message["name"], composed.activity())
        except Uncertain as doubt:
            raise Unsure(str(doubt)) from doubt
        except NotSent as error:
            raise refusal(error) from error

    def lost(self, db: Connection, person: int) -> None:
        accounts.out_of_reach(db, TEAMS, person)

    def _page(self, db: Connection, row: Row) -> Outgoing | None:
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
        later = put_off_button(visit, turn.flow, page.at, ask["due_at"])
        out = replied(ShowPage(page), voice, self.office.caller(db, voice))
        return with_buttons(out, press_buttons([later])) if later else out

    def _visit(self, db: Connection, person: int) -> Visit:
        return Visit.of(db, self.office.dispatcher.repertoire, "", self.office.dispatcher.clock.now(), person)


def _reached(address: Address) -> tuple[str, str]:
    if address.chat is None or address.service_url is None:
        raise NotTaken("not_reachable", gone=True)
    return address.chat, address.service_url
