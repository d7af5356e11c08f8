"""Standing: how much waits at the moment, in numbers for whoever watches over the bot; nobody's name is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, literal_column, select

from storage.columns import table
from storage.journal import AskState, Conversation, Delivery, OpenAsk, Outbox

outbox = table(Outbox)
open_ask = table(OpenAsk)
conversation = table(Conversation)

_DUE_AT: ColumnElement[Any] = func.coalesce(outbox.c.due_since, outbox.c.due_at)
"""When it should have gone: a platform that takes it no sooner puts the next try off, and not this."""
_IS_DUE = bindparam("now", type_=outbox.c.due_at.type) >= _DUE_AT


def _waiting(which: ColumnElement[bool]) -> Select[int, int, Any]:
    """How many wait, how many of them are due, and since when; by the index on just those."""
    waits = outbox.c.status == literal_column(str(int(Delivery.waiting)))
    late = func.count().filter(_IS_DUE), func.min(_DUE_AT).filter(_IS_DUE)
    return select(func.count(), *late).where(waits, which)


_WAITING = (_waiting(outbox.c.chunk.is_(None)), _waiting(outbox.c.chunk.is_not(None)))
_SENDING = select(func.count()).select_from(outbox).where(outbox.c.status == literal_column(str(int(Delivery.sending))))
_OPEN = (
    select(conversation.c.flow, func.count(conversation.c.id.distinct()))
    .join(open_ask, open_ask.c.conversation_id == conversation.c.id)
    .where(open_ask.c.state == literal_column(f"'{AskState.open}'"))
    .group_by(conversation.c.flow)
)


@dataclass(frozen=True)
class Standing:
    outbox: Mapping[str, int]
    """Messages that are not done with, by what is done with them."""
    due: int
    oldest_due: timedelta
    conversations: Mapping[str, int]
    """Those that wait for somebody, by flow."""


def standing(db: Connection, now: datetime) -> Standing:
    """Looked up by the indexes on what is unfinished, so that it costs the same after years."""
    waiting = [db.execute(query, {"now": now}).one() for query in _WAITING]
    oldest = min((row[2] for row in waiting if row[2]), default=now)
    counts = {
        Delivery.waiting.name: sum(row[0] for row in waiting),
        Delivery.sending.name: db.execute(_SENDING).scalar_one(),
    }
    flows = {row[0]: row[1] for row in db.execute(_OPEN)}
    return Standing(counts, sum(row[1] for row in waiting), now - oldest, flows)
