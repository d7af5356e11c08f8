"""Standing: how much waits at the moment, in numbers for whoever watches over the bot; nobody's name is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from storage.columns import table
from storage.journal import AskState, Conversation, Delivery, OpenAsk, Outbox

outbox = table(Outbox)
open_ask = table(OpenAsk)
conversation = table(Conversation)

UNFINISHED = (Delivery.waiting, Delivery.sending)
_COUNT = select(func.count()).select_from(outbox).where(outbox.c.status == bindparam("of_status"))
_DUE = select(func.count(), func.min(outbox.c.due_at)).where(
    outbox.c.status == Delivery.waiting, outbox.c.due_at <= bindparam("now")
)
_OPEN = (
    select(conversation.c.flow, func.count(conversation.c.id.distinct()))
    .join(open_ask, open_ask.c.conversation_id == conversation.c.id)
    .where(open_ask.c.state == AskState.open)
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
    counts = {status.name: db.execute(_COUNT, {"of_status": int(status)}).scalar_one() for status in UNFINISHED}
    due, oldest = db.execute(_DUE, {"now": now}).one()
    flows = {row[0]: row[1] for row in db.execute(_OPEN)}
    return Standing(counts, due, now - oldest if oldest else timedelta(), flows)
