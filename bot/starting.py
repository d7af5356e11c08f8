"""Starting conversations: by a command, a button, a message's menu, or the clock."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping

from bot.replies import Reply, Said, ShowPage
from bot.suggesting import unknown_command
from bot.told import sums_up
from bot.turn import Turn
from bot.unfinished import taken_up
from bot.visit import Visit
from flows.command_names import HELP, LIKE_SLASHES, SLASHES, CommandNames
from flows.core import Flow
from flows.fields import Line, Paragraph
from storage import ledger
from storage.facts import Start, resolve
from storage.journal import AskState, State
from storage.json_values import written
from storage.line_names import names_in
from storage.planning import due_for, move
from storage.received import is_text, received
from storage.refusals import ManyPeoplesWords, NothingOpen, Unreadable
from storage.weekly import Planned

_AFTER_NAME = re.compile(r"(?<=\w)[@＠:：,，]")


def command_in(text: str, names: CommandNames) -> tuple[str, str] | None:
    """The name of the command that a line gives, and the words after it; None for a line that gives none.

    A line that begins with what is merely like a slash gives a command only by a name that is known.
    """
    line = text.lstrip()
    if not line.startswith((*SLASHES, *LIKE_SLASHES)):
        return None
    name, *rest = line.lstrip("".join((*SLASHES, *LIKE_SLASHES))).split(maxsplit=1) or [""]
    after = "".join(rest)
    if names.command(name) is None and (end := _AFTER_NAME.search(name)) and names.command(name[: end.start()]):
        name, after = name[: end.start()], f"{name[end.start() :]} {after}".strip(" :：,，")
    return (name, after) if line.startswith(SLASHES) or names.command(name) else None


def begin_due(visit: Visit) -> None:
    """Begins what the person is to be asked by now and nobody has got round to.

    Whoever comes finds it there, but for those who are in the middle of something else.
    """
    for row in due_for(visit.db, visit.person, visit.now):
        flow = visit.repertoire.register.named(row["flow"])
        start = visit.start(given={"week": row["week"]})
        conversation, new = begin(visit.db, flow, start)
        if new:  # nobody has asked for it, so its message goes out as well
            visit.repertoire.turn(visit.db, conversation, flow, visit.now).take()
        move(visit.db, [{**row, "state": Planned.asked, "reason": None}])


def called(visit: Visit, command: str, text: str) -> Reply:
    """A slash command; one that is unknown is answered with what it may mean."""
    _require_text(command, text)
    name = visit.repertoire.names.command(command)
    flow = visit.repertoire.commands.get(name or "")
    line = text.strip()
    if flow is None:
        begin_due(visit)
        if name == HELP or not command.strip("".join(SLASHES) + " "):
            return visit.help(everything=line.casefold() in visit.repertoire.texts.words("chrome.all_words"))
        return unknown_command(visit, command, line)
    told = names_in(visit.db, visit.person, line, visit.now)
    signed = bool(told.leading) and told.leading[0].sign
    first = told.mentions[0].called if told.mentions and told.mentions[0].sign else None
    start = visit.start(line=told.rest if signed else line, named=told, mention=first)
    before = taken_up(visit, flow, start) if flow.once is None else None
    return before or _started(visit, flow, start)


def pressed(visit: Visit, name: str, given: Mapping[str, Any]) -> Reply:
    """A button that starts a flow. What it carries is read as what it is, and checked by the facts that use it."""
    return _started(visit, _startable(visit, name), visit.start(given=received(given)))


def quoted(visit: Visit, name: str, quote: str, author: int | None, message: int | None = None) -> Reply:
    """A chat message to be kept, by the menu of the message; raises `ManyPeoplesWords` for a digest or the like."""
    _require_text(quote)
    if message is not None and sums_up(ledger.promised_body(visit.db, message)):
        raise ManyPeoplesWords
    start = visit.start(mention=str(author) if author else None, quote=quote)
    return _started(visit, _startable(visit, name), start)


def begin(db: Connection, flow: Flow, start: Start, event: str = "") -> tuple[RowMapping, bool]:
    """The conversation of a flow on its subject, and whether it is new. Nothing of it has run yet."""
    facts = resolve(db, flow.facts, start)
    keys = {name: getattr(value, "key", value) for name, value in facts.items()}
    subject = flow.once.format(**keys) if flow.once else f"event:{event}"
    row = {
        "flow": flow.name,
        "flow_version": flow.version,
        "subject": f"{flow.name}:{subject}",
        "starter_id": start.person,
        "params": written(facts),
        "state": State.open,
        "revision": 0,
        "started_at": start.now,
        "touched_at": start.now,
    }
    return ledger.begin(db, row)


def _started(visit: Visit, flow: Flow, start: Start) -> Reply:
    row, new = begin(visit.db, flow, start, visit.event)
    ledger.link(visit.db, visit.event, row["id"])
    turn = visit.turn(row)
    if new:
        return visit.answer(turn, turn.take().waiting)
    progress = turn.peek()
    waits = any(visit.is_asked(turn, key) for key in turn.steps)
    reply = visit.answer(turn, progress.waiting) if waits else _done_before(visit, turn)
    return _with_line(reply, start.line) if isinstance(reply, ShowPage) and "line" in flow.facts else reply


def _with_line(shown: ShowPage, line: str) -> ShowPage:
    """A page that was open before, with what follows the command in its first box for words, below what is there."""
    box = next((each for each in shown.page.questions if isinstance(each.kind, Line | Paragraph)), None)
    if not line or box is None or line in box.value:
        return shown
    words = f"{box.value}\n{line}" if box.value else line
    questions = tuple(replace(each, value=words, given=False) if each is box else each for each in shown.page.questions)
    return replace(shown, page=replace(shown.page, questions=questions))


def _done_before(visit: Visit, turn: Turn) -> Reply:
    """Starting what is already done opens the answer for editing; raises `TimeOver` when it is too late."""
    for key, ask in turn.asks.items():
        if ask["person_id"] == visit.person and ask["state"] == AskState.answered:
            return ShowPage(visit.page_to_edit(turn.row, key))
    return Said(turn.done_text(visit.reader))


def _require_text(*texts: str) -> None:
    """Raises `Unreadable` for a text that could not be kept as it is."""
    if not all(is_text(each) for each in texts):
        raise Unreadable


def _startable(visit: Visit, name: str) -> Flow:
    for flow in visit.repertoire.register.newest():
        if flow.name == name and (flow.is_button or flow.is_shortcut):
            return flow
    raise NothingOpen
