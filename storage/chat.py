"""The playground's chat: the lines of a person's conversation with the bot, and what changes around a person.

On Slack and Teams the platform keeps the chat. The playground has none, so its lines are rows, numbered in the
order they were written: a browser that was away asks for what came after the last number it has seen.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, exists, func, or_, select

from storage.announcements import AnnouncementReceipt
from storage.columns import table
from storage.directory import grant, person
from storage.journal import AskState, ChatLine, Conversation, OpenAsk
from storage.ledger import insert_or_skip
from storage.wordings import PROGRESS, Wording

line = table(ChatLine)
conversation = table(Conversation)
open_ask = table(OpenAsk)
receipt = table(AnnouncementReceipt)
wording = table(Wording)


class LineKind(StrEnum):
    typed = "typed"
    """What the person typed to the bot."""
    said = "said"
    """What the bot answered at once."""
    refused = "refused"
    help = "help"
    question = "question"
    """The next question, for whoever answers by typing."""
    ask = "ask"
    """A page to fill; its state is read when it is shown."""
    tell = "tell"
    """A message of a flow."""
    channel = "channel"
    """A message of a flow, to everyone."""
    post = "post"
    """What a person typed to everyone."""


PUBLIC = (LineKind.channel, LineKind.post)

_VISIBLE = or_(line.c.person_id == bindparam("person"), line.c.kind.in_(PUBLIC))
_AFTER = select(line).where(_VISIBLE, line.c.id > bindparam("after")).order_by(line.c.id).limit(200)
_NEWEST = (
    select(line).where(_VISIBLE, line.c.id < bindparam("before")).order_by(line.c.id.desc()).limit(bindparam("most"))
)
_ONE = select(line).where(_VISIBLE, line.c.id == bindparam("line"))
_CARD = (
    select(line.c.id)
    .where(line.c.person_id == bindparam("person"), line.c.kind == LineKind.ask)
    .where(line.c.conversation_id == bindparam("of_conversation"), line.c.key == bindparam("of_key"))
    .where(line.c.at >= bindparam("since", type_=line.c.at.type))
    .limit(1)
)
_REPORTS = select(person.c.id).where(person.c.manager_id == bindparam("person"))
_CIRCLE = or_(conversation.c.starter_id == bindparam("person"), conversation.c.starter_id.in_(_REPORTS))
_ANNOUNCES = exists().where(grant.c.person_id == bindparam("person"))
_OF_AUTHORS = wording.c.about.startswith(PROGRESS, autoescape=True)
_MARK = select(
    select(func.count()).where(_CIRCLE).scalar_subquery(),
    select(func.sum(conversation.c.revision)).where(_CIRCLE).scalar_subquery(),
    select(func.count())
    .where(and_(open_ask.c.person_id == bindparam("person"), open_ask.c.state == AskState.open))
    .scalar_subquery(),
    select(func.max(line.c.id)).where(_VISIBLE).scalar_subquery(),
    select(func.max(receipt.c.id)).where(_ANNOUNCES).scalar_subquery(),
    select(func.max(receipt.c.id)).where(receipt.c.person_id == bindparam("person")).scalar_subquery(),
    select(func.sum(wording.c.revision)).where(~_OF_AUTHORS | _ANNOUNCES).scalar_subquery(),
)
_BLANK: Mapping[str, Any] = {
    "mine": False,
    "conversation_id": None,
    "key": None,
    "body": {},
    "outbox_id": None,
    "event": None,
}
NOTHING_SINCE = 2**62
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def add_line(db: Connection, row: Mapping[str, Any]) -> bool:
    """Adds a line; False if the same event, or the same outbox row, has added it before."""
    blank: dict[str, Any] = {
        "mine": False,
        "conversation_id": None,
        "key": None,
        "body": {},
        "outbox_id": None,
        "event": None,
    }
    return db.execute(insert_or_skip(ChatLine, db.dialect.name), {**blank, **row}).rowcount == 1


def has_card(db: Connection, person_id: int, conversation_id: int, key: str, since: datetime = _EVER) -> bool:
    """Whether a page stands in somebody's chat already, and has been put there since then."""
    page = {"person": person_id, "of_conversation": conversation_id, "of_key": key, "since": since}
    return db.execute(_CARD, page).first() is not None


def has_written(db: Connection, person_id: int) -> bool:
    """Whether somebody has ever said something to the bot."""
    own = and_(line.c.person_id == person_id, line.c.mine, line.c.kind == LineKind.typed)
    return bool(db.execute(select(exists().where(own))).scalar_one())


def lines_after(db: Connection, person_id: int, after: int) -> Sequence[RowMapping]:
    """Up to 200 lines a person sees that are newer than the one with this number, oldest first."""
    return db.execute(_AFTER, {"person": person_id, "after": after}).mappings().all()


def newest_lines(db: Connection, person_id: int, most: int, before: int = NOTHING_SINCE) -> Sequence[RowMapping]:
    """The newest lines a person sees, oldest first."""
    rows = db.execute(_NEWEST, {"person": person_id, "before": before, "most": most}).mappings().all()
    return rows[::-1]


def line_seen_by(db: Connection, person_id: int, number: int) -> RowMapping | None:
    """One line, if the person may see it."""
    return db.execute(_ONE, {"person": person_id, "line": number}).mappings().first()


def mark(db: Connection, person_id: int) -> tuple[Any, ...]:
    """A value that differs whenever something on a person's desk may have: compare it with the one before."""
    return tuple(db.execute(_MARK, {"person": person_id}).one())


def spoken(person_id: int, kind: LineKind, body: Mapping[str, Any], at: datetime, **more: Any) -> dict[str, Any]:
    """A row for `add_line`."""
    return {"person_id": person_id, "kind": kind, "body": body, "at": at, **more}
