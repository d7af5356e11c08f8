"""Pages in a visit: sent, opened, edited, typed into, or left half-way."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from bot.last_look import CHANGE, LOOKED, PRIVATE, SEND, SHARE, answer_to_it, is_shared, last_look
from bot.replies import Kept, NextQuestion, Reply, ShowPage
from bot.starting import begin_due
from bot.suggesting import not_understood, small_talk, suggested
from bot.turn import Sent, Turn
from bot.typing_answers import (
    ASKING,
    DOUBTED,
    KEEP,
    SKIPPED,
    begins_with,
    doubted,
    is_doubtful,
    next_question,
    one_back,
    verdict,
    with_typed,
    with_what_is_known,
    without_notes,
)
from bot.visit import Visit, require_raw, storable
from flows.page import At, Page, Question
from flows.questions import Values
from flows.replay import Progress
from storage import ledger
from storage.journal import AskState
from storage.ledger import Row
from storage.refusals import AlreadyAnswered, NothingOpen, Refusal, StageClosed, TimeOver


def submitted(visit: Visit, at: At, values: Values) -> Reply:
    """Takes the conversation on, or shows the page again with what is wrong."""
    require_raw(values)
    row, asks = visit.asks_at(at)
    ask = asks[at.key]
    _require_open(visit, row, ask, at)
    turn = visit.turn(row, sent=Sent(at, values, visit.reader, visit.reading, visit.person), asks=asks)
    progress = turn.take()
    if at.key not in turn.steps:
        return _asked_instead(visit, turn, progress, at, values)
    if turn.objections:
        _keep(visit, ask, at, values)
        return ShowPage(turn.page(at.key, visit.reader, values))
    return visit.answer(turn, progress.waiting, at)


def opened(visit: Visit, at: At) -> Reply:
    """The page as it stands: with its draft, or with the answer and its unsent changes while these can be sent."""
    row, asks = visit.asks_at(at)
    ask = asks[at.key]
    if ask["state"] == AskState.answered:
        return ShowPage(visit.page_to_edit(row, at.key))
    _require_time(visit, ask, TimeOver)
    ledger.mark_shown(visit.db, at.conversation, at.key, visit.now)
    turn = visit.turn(row, asks=asks)
    progress = turn.reach(at.key)
    if at.key not in turn.steps:
        return visit.answer(turn, progress.waiting)
    return ShowPage(turn.page(at.key, visit.reader))


def drafted(visit: Visit, at: At, values: Values) -> Reply:
    """Keeps what has been typed so far, while the page is open or its answer can be changed."""
    row, asks = visit.asks_at(at)
    ask = asks[at.key]
    if ask["state"] != AskState.open:
        _require_open(visit, row, ask, at)
    _keep(visit, ask, at, values)
    return Kept(visit.say("chrome.kept_edit" if ask["state"] == AskState.answered else "chrome.kept"))


def _keep(visit: Visit, ask: Row, at: At, values: Values) -> None:
    """Keeps what was typed into a page: as a draft, or as changes to the answer that was sent."""
    if ask["state"] == AskState.answered:
        ledger.keep_edit(visit.db, at.conversation, at.key, storable(values))
    else:
        ledger.keep_draft(visit.db, at.conversation, at.key, storable(values), visit.now)


def answered_by(visit: Visit, text: str) -> At | None:
    """The page that free text is the answer to, if any is open and it does not call for help."""
    return None if _calls_for_help(visit, text) else shown_last(visit)


def shown_last(visit: Visit) -> At | None:
    for row in ledger.open_for(visit.db, visit.person):
        if row["due_at"] is None or row["due_at"] > visit.now:
            return At(row["conversation_id"], row["key"])
    return None


def _calls_for_help(visit: Visit, text: str) -> bool:
    return text.strip().casefold().rstrip("?？!！.。") in {"", *visit.repertoire.texts.words("chrome.help_words")}


def typed(visit: Visit, text: str, at: At | None) -> Reply:
    """Free text: the answer to the page it was found to be for (`answered_by`), or else what it may mean.

    Where there is none, what nobody has got round to asking is begun, and the text answers that.
    """
    if at is None:
        begin_due(visit)
        if _calls_for_help(visit, text):
            return visit.help()
        if suggestion := suggested(visit, text):
            return suggestion
        at = shown_last(visit)
        if at is not None:
            ledger.link(visit.db, visit.event, at.conversation)
    return _typed_into(visit, at, text) if at else small_talk(visit, text) or not_understood(visit)


def _typed_into(visit: Visit, at: At, text: str) -> Reply:
    row, asks = visit.asks_at(at)
    ask = asks[at.key]
    turn = visit.turn(row, asks=asks)
    progress = turn.reach(at.key)
    if at.key not in turn.steps:
        return visit.answer(turn, progress.waiting)
    page = turn.page(at.key, visit.reader)
    texts = visit.repertoire.texts
    if text.strip().casefold() in texts.phrases("chrome.back_words"):
        return _stepped_back(visit, turn, at, one_back(page, ask["draft"]))
    if ask["draft"].get(LOOKED):
        return _looked(visit, turn, page, ask["draft"], text)
    line = str(ask["draft"].get(DOUBTED, ""))
    said_of_it = verdict(text, page.language, texts) if line else ""
    question = next_question(page, ask["draft"])
    if line and said_of_it == ASKING:
        return _stepped_back(visit, turn, at, {k: raw for k, raw in ask["draft"].items() if k != DOUBTED}, told=True)
    if question and not said_of_it and is_doubtful(question, text, texts):
        ledger.keep_draft(visit.db, at.conversation, at.key, storable({**ask["draft"], DOUBTED: text}), visit.now)
        asked = doubted(question, page, texts)
        return NextQuestion(page, asked, visit.say("chrome.doubted", line=text))
    text = line if said_of_it == KEEP else text
    values, problem = with_typed(page, ask["draft"], text, visit.reading, visit.repertoire.texts)
    if problem and begins_with(text, visit.repertoire.texts.words("chrome.help_words")):
        return visit.help()
    if problem and (meant := suggested(visit, text) or small_talk(visit, text)):
        return meant
    if problem:
        said = problem if ask["draft"] else visit.say("chrome.help_hint", problem=problem)
        return _next(visit, page, next_question(page, ask["draft"]) or page.questions[0], said)
    values = {key: raw for key, raw in values.items() if key != DOUBTED}
    ledger.keep_draft(visit.db, at.conversation, at.key, storable(values), visit.now)
    answers = without_notes(values)
    page = turn.page(at.key, visit.reader, answers)
    question = next_question(page, values)
    if question:
        return _next(visit, page, question)
    if is_shared(page):
        ledger.keep_draft(visit.db, at.conversation, at.key, storable({**values, LOOKED: "yes"}), visit.now)
        return last_look(visit, page, turn.steps[at.key])
    return _sent_typed(visit, page, values)


def _looked(visit: Visit, turn: Turn, page: Page, draft: Mapping[str, Any], text: str) -> Reply:
    """What was said to the last look: it goes out, is kept private, or is changed in its form."""
    values: dict[str, Any] = {
        key: tuple(raw) if isinstance(raw, list) else raw for key, raw in draft.items() if key != LOOKED
    }
    said = answer_to_it(visit, text)
    if said == SEND:
        return _sent_typed(visit, page, values)
    if said == PRIVATE:
        values[SHARE] = PRIVATE
        return _sent_typed(visit, turn.page(page.at.key, visit.reader, without_notes(values)), values)
    if said == CHANGE:
        ledger.keep_draft(visit.db, page.at.conversation, page.at.key, storable(values), visit.now)
        return ShowPage(page)
    return last_look(visit, page, turn.steps[page.at.key])


def _sent_typed(visit: Visit, page: Page, values: Values) -> Reply:
    """Sends what was typed one answer at a time."""
    answers = without_notes(values)
    reply = submitted(visit, page.at, {each.key: each.value for each in page.questions} | answers)
    is_again = isinstance(reply, ShowPage) and reply.page.at == page.at and reply.page.is_unsettled
    return _asked_again(visit, reply.page, values) if isinstance(reply, ShowPage) and is_again else reply


def _stepped_back(visit: Visit, turn: Turn, at: At, draft: Mapping[str, Any], *, told: bool = False) -> NextQuestion:
    """The question that comes next with this draft; `told` says who reads the answer and how to get help."""
    ledger.keep_draft(visit.db, at.conversation, at.key, storable(draft), visit.now)
    page = turn.page(at.key, visit.reader, without_notes(draft))
    question = next_question(page, draft) or page.questions[0]
    return _next(visit, page, question, visit.say("chrome.was_asking") if told else "")


def _asked_instead(visit: Visit, turn: Turn, progress: Progress, at: At, values: Values) -> Reply:
    """The page the flow asks for now, where it was changed in flight and asks that first; what was sent is kept.

    Raises `NothingOpen` when it asks nothing else, or the answer was to be edited.
    """
    asks_more = any(visit.is_asked(turn, step.key) for step in progress.waiting)
    if not asks_more or turn.asks[at.key]["state"] == AskState.answered:
        raise NothingOpen
    turn.asking.close(at.key, AskState.withdrawn, storable(values))
    return visit.answer(turn, progress.waiting)


def _asked_again(visit: Visit, page: Page, typed: Values) -> NextQuestion:
    """The first question whose answer cannot stand with the others, without that answer."""
    wrong = next(question for question in page.questions if question.error or question.unsettled)
    if wrong.unsettled:
        return _next(visit, page, wrong)
    rest = {key: raw for key, raw in typed.items() if key not in (wrong.key, SKIPPED)}
    rest[SKIPPED] = tuple(key for key in typed.get(SKIPPED, ()) if key != wrong.key)
    ledger.keep_draft(visit.db, page.at.conversation, page.at.key, storable(rest), visit.now)
    return _next(visit, page, wrong, wrong.error)


def _next(visit: Visit, page: Page, question: Question, problem: str = "") -> NextQuestion:
    return NextQuestion(page, with_what_is_known(question, page.language, visit.repertoire.texts), problem)


def _require_open(visit: Visit, row: RowMapping, ask: Row, at: At) -> None:
    """Raises `StageClosed`, `AlreadyAnswered` or `NothingOpen` unless the page can be sent now."""
    if ask["state"] != AskState.answered:
        _require_time(visit, ask)
        return
    entry = ledger.entries(visit.db, at.conversation)[at.key]
    if at.edition != entry["edition"]:
        raise AlreadyAnswered(at=entry["at"])
    visit.require_editable(visit.repertoire.register.running(row["flow"], row["flow_version"]), entry)


def _require_time(visit: Visit, ask: Row, over: type[Refusal] = StageClosed) -> None:
    if ask["state"] == AskState.withdrawn:
        raise NothingOpen
    if ask["state"] == AskState.expired or (ask["due_at"] and ask["due_at"] <= visit.now):
        raise over(due=ask["due_at"])
