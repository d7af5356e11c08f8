"""Unfinished: what a person began by a command and nothing has come of: taken up again, replaced, or discarded.

A conversation can be discarded while nothing of it was saved and nobody else was told or asked; what was typed
stays in its row. One that everybody has once, such as the week's check-in, is not the person's to discard.
"""

from collections.abc import Iterator

from sqlalchemy import RowMapping

from bot import paging
from bot.helping import unfinished
from bot.replies import Reply, Said
from bot.turn import Overtaken
from bot.visit import Visit
from flows.core import Flow
from flows.page import At
from storage import ledger
from storage.facts import Start, resolve
from storage.journal import AskState, State
from storage.json_values import written
from storage.refusals import CannotDiscard

_TYPED = ("line", "mention", "quote")
"""The facts that come of what was typed with a command."""


def taken_up(visit: Visit, flow: Flow, start: Start) -> Reply | None:
    """The first page of the same command from before, if it was given without text and such a page is open.

    One that nothing was typed into is discarded where it would begin otherwise today: a page of progress that is
    a week old shows where goals stood then. Of a command whose line says how things stand, a newer line replaces an
    older one whose page holds nothing beyond it, so that four tries leave one page.
    """
    begun = tuple(_first_pages(visit, flow))
    if not begun:
        return None
    facts = written(resolve(visit.db, flow.facts, start))
    bare = not any(facts.get(name) for name in _TYPED)
    for row in begun:
        has_words = _has_words(row)
        replaced = flow.restated and not bare if has_words else not (bare and row["params"] == facts)
        if replaced and _is_untouched(visit, row):
            _discard(visit, row["conversation_id"])
        elif bare:
            ledger.link(visit.db, visit.event, row["conversation_id"])
            return paging.opened(visit, At(row["conversation_id"], row["key"]))
    return None


def dropped(visit: Visit, at: At) -> Reply:
    """Discards what the person began; raises `CannotDiscard` where something has come of it.

    Of an answer that was sent only the changes are discarded which were not.
    """
    _, asks = visit.asks_at(at)
    if at.edition and asks[at.key]["state"] == AskState.answered:
        ledger.keep_edit(visit.db, at.conversation, at.key, {})
        return discarded(visit, at)
    begun = unfinished(visit.db, visit.repertoire.register, visit.person)
    if not any(row["conversation_id"] == at.conversation for row in begun):
        raise CannotDiscard
    _discard(visit, at.conversation)
    return discarded(visit, at)


def discarded(visit: Visit, at: At) -> Reply:
    return Said(visit.say("chrome.changes_discarded" if at.edition else "chrome.discarded"))


def _first_pages(visit: Visit, flow: Flow) -> Iterator[RowMapping]:
    for row in unfinished(visit.db, visit.repertoire.register, visit.person):
        same = (row["flow"], row["flow_version"]) == (flow.name, flow.version)
        in_time = row["due_at"] is None or row["due_at"] > visit.now
        if same and in_time and len(ledger.asks(visit.db, row["conversation_id"])) == 1:
            yield row


def _has_words(row: RowMapping) -> bool:
    return any(row["params"].get(name) for name in _TYPED)


def _is_untouched(visit: Visit, row: RowMapping) -> bool:
    """Whether the page stands as it was shown, with nothing typed into it."""
    shown = _shown(visit, row)
    return all(not raw or raw == shown.get(name) for name, raw in row["draft"].items())


def _shown(visit: Visit, row: RowMapping) -> dict[str, object]:
    turn = visit.turn(visit.asks_at(At(row["conversation_id"], row["key"]))[0])
    turn.peek()
    if row["key"] not in turn.steps:
        return {}
    values = {each.key: each.value for each in turn.page(row["key"], visit.reader, {}).questions}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _discard(visit: Visit, conversation: int) -> None:
    row = ledger.conversation_row(visit.db, conversation)
    for key, ask in ledger.asks(visit.db, conversation).items():
        if ask["state"] == AskState.open:
            ledger.close_one(visit.db, conversation, key, AskState.withdrawn, ask["draft"])
    if row is None or not ledger.move(visit.db, conversation, row["revision"], State.stopped, visit.now):
        raise Overtaken
