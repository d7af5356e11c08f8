"""A talk in the terminal: one flow played to its end, by everybody it asks in turn.

After each answer it prints what was told to whom; then whoever is asked next goes on. `!` at a question lets
the time to answer pass. It plays on a database of its own, in which the newest conversations are the talk's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection, RowMapping, func, select

from bot.answers import Called, Opened, Pressed, Quoted, Submitted
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Give, Help, Kept, NextQuestion, Refused, Reply, Said, ShowPage, Suggestion
from bot.terminal.pages import WHO_SEES, Prompt, answer_of, harmless, render, whole, with_links
from bot.visit import Visit
from flows.core import Flow
from flows.message import Labelled, message
from flows.page import At, Page, Reader
from flows.questions import Raw
from flows.reading import read_one
from flows.steps import Objection
from storage import ledger
from storage.columns import table
from storage.directory import person_row, someone
from storage.facts import Start
from storage.journal import AskState, Conversation, OpenAsk, Outbox
from storage.json_values import read

TIME_PASSES = "!"
conversation = table(Conversation)
open_ask = table(OpenAsk)
outbox = table(Outbox)


class _TimePasses(Exception):
    """Somebody let the time to answer pass."""


def can_begin(flow: Flow) -> bool:
    """Whether a flow can be begun here; the others begin only from a button of another flow's message."""
    return bool(flow.commands) or flow.is_shortcut or flow.is_weekly


@dataclass
class Talk:
    dispatcher: Dispatcher
    clock: SetClock
    console: Console
    read_line: Callable[[], str]
    """The next line that is typed; raises EOFError when there is none."""
    person: int
    events: Iterator[int] = field(default_factory=lambda: count(1))
    before: int = 0
    """The newest conversation that was there before this talk."""
    told: int = 0
    """The newest message that has been printed."""
    shut: set[At] = field(default_factory=set)
    """Pages that cannot be opened, and so are not tried again."""
    buttons: list[tuple[int, Labelled]] = field(default_factory=list)
    """What can be pressed, and by whom."""

    def play(self, flow: Flow, text: str = "") -> None:
        """Plays a flow that `can_begin` here to its end. Raises EOFError when the lines end before it does."""
        with self.dispatcher.database.read() as db:
            self.before = db.execute(select(func.max(conversation.c.id))).scalar() or 0
            self.told = db.execute(select(func.max(outbox.c.id))).scalar() or 0
        self._introduce(self.person)
        reply = self._begin(flow, text)
        while reply is not None:
            reply = self._after(reply)

    def _begin(self, flow: Flow, text: str) -> Reply | None:
        if flow.commands:
            return self.dispatcher.handle(Called(self._event(), self.person, flow.commands[0], text))
        if flow.is_shortcut:
            return self.dispatcher.handle(Quoted(self._event(), self.person, flow.name, text, None))
        with self.dispatcher.database.write() as db:
            self.dispatcher.start(db, flow, Start(self.person, self.clock.now()))
        self._print_news()
        return self._next()

    def _after(self, reply: Reply) -> Reply | None:
        """Shows a reply and does what comes next; None at the end."""
        match reply:
            case ShowPage(page=page) | NextQuestion(page=page):
                return self._fill(page)
            case Said(text=text) | Kept(text=text):
                self._print(text, "bold green")
            case Refused(text=text):
                self._print(text, "bold red")
            case Suggestion():
                return self._proposed(reply)
            case Help(intro=intro, commands=commands):
                self._print(intro, "bold")
                for each in commands:
                    self._print(f"  {each.usage}  {each.about}")
        self._print_news()
        return self._next()

    def _proposed(self, suggestion: Suggestion) -> Reply | None:
        """Prints what may have been meant, and gives the command that is chosen by its number."""
        self._print(suggestion.text, "bold yellow")
        gives = [(each.label, each.does) for each in suggestion.proposals if isinstance(each.does, Give)]
        for number, (label, _) in enumerate(gives, 1):
            self._print(f"  {number}  {label}")
        typed = self.read_line().strip() if gives else ""
        if typed.isdecimal() and len(typed) <= 4 and 0 < int(typed) <= len(gives):
            meant = gives[int(typed) - 1][1]
            return self.dispatcher.handle(Called(self._event(), self.person, meant.command, meant.line))
        return self._next()

    def _fill(self, page: Page) -> Reply:
        """Asks the questions of a page, or only those that something is wrong with, and sends it."""
        sheet = render(page, self.dispatcher.repertoire.texts)
        self.console.rule(Text(sheet.title), align="left", style="cyan")
        for note in sheet.notes:
            self._print(note, "dim")
        values = {question.key: question.value for question in page.questions}
        try:
            for prompt in sheet.prompts:
                if prompt.error or not page.has_errors:
                    values[prompt.question.key] = self._ask(prompt)
        except _TimePasses:
            return self._let_time_pass(page)
        return self.dispatcher.handle(Submitted(self._event(), self.person, page.at, values))

    def _ask(self, prompt: Prompt) -> Raw:
        self.console.print()
        self._print(prompt.label, "bold")
        self._print(prompt.error, "red")
        for line in (prompt.help, *prompt.choices):
            self._print(line)
        self._print(prompt.hint, "dim")
        while True:
            text = whole(iter(self.read_line, None))
            if text.strip(" ") == WHO_SEES:
                self._print(prompt.audience, "yellow")
                continue
            if text.strip(" ") == TIME_PASSES:
                raise _TimePasses
            raw = answer_of(prompt.question, text)
            objection = self._objection(prompt, raw)
            if objection is None:
                return raw
            self._print(self._problem(objection), "red")

    def _objection(self, prompt: Prompt, raw: Raw) -> Objection | None:
        question = prompt.question
        with self.dispatcher.database.read() as db:
            reading = self._visit(db).reading
            return read_one(question.kind, raw, reading, question.choices, question.required)

    def _problem(self, objection: Objection) -> str:
        with self.dispatcher.database.read() as db:
            return self._visit(db).say(f"problems.{objection.text}", **objection.values)

    def _let_time_pass(self, page: Page) -> Reply:
        if page.due is None:
            self._print(self._say("no_deadline"), "yellow")
            return ShowPage(page)
        self.clock.at = page.due + timedelta(seconds=1)
        with self.dispatcher.database.read() as db:
            over = [(row["conversation_id"], row["key"]) for row in ledger.due(db, self.clock.now())]
        for conversation_id, key in over:  # whoever else was asked at the same time is late as well
            self.dispatcher.settle(conversation_id, key)
        return Said(self._say("time_passed", at=self.clock.at))

    def _next(self) -> Reply | None:
        """The page of whoever is asked next, or a button that somebody presses; None when there is neither."""
        with self.dispatcher.database.read() as db:
            waits = (
                select(open_ask)
                .where(open_ask.c.conversation_id > self.before, open_ask.c.state == AskState.open)
                .order_by(open_ask.c.conversation_id, open_ask.c.opened_at)
            )
            rows = db.execute(waits).mappings().all()
        places = [(row["person_id"], At(row["conversation_id"], row["key"])) for row in rows]
        for person, at in places:
            if at not in self.shut:
                self._become(person)
                reply = self.dispatcher.handle(Opened(self._event(), person, at))
                if isinstance(reply, Refused):
                    self.shut.add(at)
                return reply
        return self._pressed()

    def _pressed(self) -> Reply | None:
        if not self.buttons:
            self._print(self._say("the_end"), "cyan")
            return None
        for number, (person, button) in enumerate(self.buttons, 1):
            self._print(f"  {number}  {self._name(person)}: {button.label}")
        self._print(self._say("press"), "dim")
        while typed := self.read_line().strip():
            if typed.isdecimal() and len(typed) <= 4 and 0 < int(typed) <= len(self.buttons):
                person, button = self.buttons.pop(int(typed) - 1)
                self._become(person)
                return self.dispatcher.handle(Pressed(self._event(), person, button.flow, button.given))
            self._print(self._say("press"), "yellow")
        return None

    def _print_news(self) -> None:
        """Prints what has been promised since the last time: who is told what, and who is asked."""
        with self.dispatcher.database.read() as db:
            rows = db.execute(select(outbox).where(outbox.c.id > self.told).order_by(outbox.c.id)).mappings().all()
        for row in rows:
            self.told = row["id"]
            self._print(f"→ {self._told(row)}", "magenta")

    def _told(self, row: RowMapping) -> str:
        person, body = row["person_id"], row["body"]
        name = self._name(person)
        if row["kind"] == "ask":
            with self.dispatcher.database.read() as db:
                of = ledger.conversation_row(db, row["conversation_id"])
            assert of is not None
            return self._say("asked", person=name, what=self._text(person, f"{of['flow']}.waiting", read(of["params"])))
        told = message(
            self.dispatcher.repertoire.texts,
            self._reader(person),
            body["flow"],
            body["text"],
            read(body["values"]),
            [(flow, given) for flow, given in body["buttons"]],
        )
        self.buttons += [(person, button) for button in told.buttons]
        text = "\n".join(with_links(told))
        if row["kind"] == "channel":
            return self._say("everyone", text=text)
        if row["due_at"] > self.clock.now():
            return self._say("told_later", person=name, text=text, at=row["due_at"])
        return self._say("told", person=name, text=text)

    def _become(self, person: int) -> None:
        if person != self.person:
            self.person = person
            self._introduce(person)

    def _introduce(self, person: int) -> None:
        self.console.print()
        self._print(self._say("you_are", person=self._name(person)), "bold cyan")

    def _visit(self, db: Connection) -> Visit:
        return Visit.of(db, self.dispatcher.repertoire, "", self.clock.now(), self.person)

    def _say(self, key: str, **values: Any) -> str:
        return self._text(self.person, f"terminal.{key}", values)

    def _text(self, person: int, key: str, values: dict[str, Any]) -> str:
        reader = self._reader(person)
        return self.dispatcher.repertoire.texts.say(reader.language, key, values, reader.zone)

    def _reader(self, person: int) -> Reader:
        with self.dispatcher.database.read() as db:
            return Visit.of(db, self.dispatcher.repertoire, "", self.clock.now(), person).reader

    def _name(self, person: int) -> str:
        with self.dispatcher.database.read() as db:
            return someone(db, person).name(person_row(db, person)["locale"])

    def _print(self, text: str, style: str = "") -> None:
        if text:
            self.console.print(Text(harmless(text), style))

    def _event(self) -> str:
        return f"terminal:{next(self.events)}"
