"""Not now: a question that is open is put once more later today, tomorrow or next week."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from flows.core import Ending, button, command, ends, flow
from flows.page import Typed
from flows.steps import Form, ask, save
from storage.references import Who
from storage.rest import Snooze


class Later(Form):
    when: Literal["today", "tomorrow", "week"]


@flow("snooze", on=(command("snooze"), button()), menu=100)
async def snooze(me: Who, prompted: Mapping[str, Any], later: Mapping[str, datetime], line: str) -> Ending:
    if not prompted:
        return ends("nothing_open")
    chosen = await ask(me, Later, given=Typed(when=line))
    until = later[chosen.when]
    await save(Snooze(person_id=me.id, conversation_id=prompted["conversation"], key=prompted["key"], until=until))
    return ends("later", until=until)
