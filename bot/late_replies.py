"""Late replies: what a platform did not take at the moment it was said, promised to the person for later.

A page that was asked for comes as such, so that it is shown as it stands by then, or not at all once it is answered.
Anything else comes in the words it was to be said in.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.plain_words import in_words
from bot.replies import Reply, ShowPage
from storage.journal import Urgency
from storage.json_values import written

FLOW, TEXT = "late_reply", "said"


def late_reply(event: str, person: int, reply: Reply, due: datetime) -> Mapping[str, Any]:
    """The promise of what answers an event."""
    promise = {"dedupe": f"reply:{event}", "person_id": person, "urgency": Urgency.answer, "due_at": due}
    if isinstance(reply, ShowPage):
        at = reply.page.at
        return {**promise, "kind": "ask", "conversation_id": at.conversation, "key": at.key, "body": {}}
    body = {"flow": FLOW, "text": TEXT, "values": written({"text": in_words(reply)}), "buttons": []}
    return {**promise, "kind": "tell", "body": body}
