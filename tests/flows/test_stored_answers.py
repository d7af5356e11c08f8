"""What is stored and today's flows do not understand any more: every flow goes on, asks again or says why, and loses
nothing.

Each recorded story is played, and each answer and draft in it is replaced by what an older flow, a changed form or a
deleted record may leave behind. Whoever then comes must be answered, and see the rest of their desk.
"""

import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import RowMapping, Update, and_, func, select, update

from bot import paging, starting
from bot.app import TEXTS
from bot.clock import SetClock
from bot.desk import desk_of
from bot.dispatcher import Dispatcher
from bot.page_state import card_of
from bot.replies import ShowPage
from bot.visit import Repertoire, Visit
from flows.catalog import load
from flows.core import UnknownFlow, discover
from flows.page import At
from storage.columns import table
from storage.database import Database
from storage.journal import Conversation, Entry, OpenAsk
from storage.refusals import Refusal
from tests.journals.record import recordings
from tests.journals.stories import STORIES, Scene
from tests.team import WANG_FANG

entry, ask, conversation = table(Entry), table(OpenAsk), table(Conversation)
NOBODY = 999_999
"""A person, a goal or an option that was there once."""


other = entry.alias("other")
_NEWEST = select(func.max(other.c.edition)).where(
    other.c.conversation_id == ask.c.conversation_id, other.c.key == ask.c.key
)
_ASKED = (
    select(ask, conversation.c.flow, entry.c.edition, entry.c.value)
    .join(conversation, conversation.c.id == ask.c.conversation_id)
    .outerjoin(
        entry,
        and_(
            entry.c.conversation_id == ask.c.conversation_id,
            entry.c.key == ask.c.key,
            entry.c.edition == _NEWEST.correlate(ask).scalar_subquery(),
        ),
    )
)


class _Undone(Exception):
    """Takes everything back that was tried."""


def _odd(value: Any) -> Iterator[Any]:
    """What a stored answer may be like that the form does not understand."""
    if not isinstance(value, dict):
        yield from (None, {}, "gone", [1, 2])
        return
    yield {}
    yield {**value, "a_question_of_last_year": "gone"}
    for key, answer in value.items():
        yield {name: other for name, other in value.items() if name != key}
        match answer:
            case bool() | int():
                yield {**value, key: NOBODY}
            case str():
                yield {**value, key: "an option of last year"}
            case list():
                yield {**value, key: [NOBODY]}
                yield {**value, key: [WANG_FANG]}
            case dict():
                yield {**value, key: {"a goal that was deleted": 40}}
            case _:
                yield {**value, key: {"nested": ["gone"]}}


def _come(visit: Visit, row: RowMapping, at: At) -> Iterator[Callable[[], object]]:
    """What a person who has to do with a conversation does: looks, opens, sends it, types, and begins it again."""
    yield lambda: card_of(visit, at.conversation, at.key)
    yield visit.help
    yield lambda: paging.opened(visit, at)
    yield lambda: _sent_as_it_is(visit, at)
    yield lambda: paging.typed(visit, "yes", paging.answered_by(visit, "yes"))
    for command in visit.repertoire.register.named(row["flow"]).commands:
        yield partial(starting.called, visit, command, "")


def _sent_as_it_is(visit: Visit, at: At) -> object:
    shown = paging.opened(visit, at)
    if not isinstance(shown, ShowPage):
        return shown
    return paging.submitted(visit, shown.page.at, {each.key: each.value for each in shown.page.questions})


def _problems(dispatcher: Dispatcher, row: RowMapping, change: Update) -> Iterator[str]:
    """What goes wrong with a conversation once something stored in it is changed; nothing of it is kept."""
    with suppress(_Undone), dispatcher.database.write() as db:
        db.execute(change)
        visit = Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), row["person_id"])
        for deed in _come(visit, row, At(row["conversation_id"], row["key"], row["edition"] or 0)):
            attempt = db.begin_nested()
            try:
                deed()
            except (Refusal, UnknownFlow):
                pass
            except Exception as error:  # noqa: BLE001  # it is what the test is looking for
                place = traceback.extract_tb(error.__traceback__)[-1]
                yield f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
            finally:
                attempt.rollback()
        if desk_of(visit).unshown:
            yield f"the desk lacks {desk_of(visit).unshown}"
        raise _Undone


def _asks_of_stories() -> dict[str, set[tuple[str, str]]]:
    """The asks to be tried in each story, each of them once."""
    known: set[tuple[str, str]] = set()
    found: dict[str, set[tuple[str, str]]] = {}
    for story, recorded in sorted(recordings().items(), key=lambda each: -len(each[1])):
        asks = {(one["flow"], each["key"]) for one in recorded for each in one["journal"] if each["step"] == "ask"} | {
            (one["flow"], key) for one in recorded for key in one["waiting"]
        }
        if story in STORIES and asks - known:
            found[story] = asks - known
            known |= asks
    return found


ASKS = _asks_of_stories()


@pytest.mark.parametrize("story", list(ASKS))
def test_what_is_stored_may_be_anything(database: Database, clock: SetClock, story: str) -> None:
    dispatcher = Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)
    STORIES[story](Scene.on(dispatcher, clock))
    with dispatcher.database.read() as db:
        rows = db.execute(_ASKED).mappings().all()
    found: list[str] = []
    for row in (each for each in rows if (each["flow"], each["key"]) in ASKS[story]):
        for odd in _odd(row["value"] or {"text": "x"}):
            of = entry if row["value"] else ask
            if of is ask and not isinstance(odd, dict):
                continue
            where = (of.c.conversation_id == row["conversation_id"], of.c.key == row["key"])
            change = update(of).where(*where).values({"value" if of is entry else "draft": odd})
            found += [f"{row['flow']}.{row['key']} {odd}: {each}" for each in _problems(dispatcher, row, change)]
    assert found == []
