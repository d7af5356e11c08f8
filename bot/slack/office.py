"""The office: what the bot shows a person in Slack, composed from the database; every method runs in a thread."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.desk import desk_of
from bot.dispatcher import Dispatcher
from bot.logs import went_wrong
from bot.looking import Subject, looked
from bot.page_state import CardState, card_of
from bot.plain_words import help_text
from bot.putting_off import put_off_button
from bot.replies import Help, Kept, NextQuestion, Refused, Reply, Said, ShowPage, Suggestion
from bot.slack import blocks, digests, home, looks, views
from bot.slack.inputs import person_option
from bot.slack.limits import OverLimit
from bot.slack.people import LeftWaiting
from bot.slack.suggestions import proposing, suggestion
from bot.slack.words import Native, Words, rich
from bot.told import is_over, told
from bot.visit import Visit
from flows.catalog import LANGUAGES, MissingText, MissingValue
from flows.core import UnknownFlow
from flows.page import At, Page, Reader
from storage import ledger
from storage.directory import person_row, who
from storage.journal import AskState
from storage.json_values import read
from storage.ledger import Row
from storage.refusals import NobodyCalled, NoLongerHere, OutsidePilot, Refusal
from storage.roll import called_like

MOST_FOUND = 20


@dataclass(frozen=True)
class Office:
    dispatcher: Dispatcher

    def window(self, person: int, page: Page, part: int = 0, before: At | None = None, note: str = "") -> Native:
        """A page as a window; `note` is a word of ours above it."""
        with self.dispatcher.database.read() as db:
            words = self._words(db, person)

            def called(value: str) -> str:
                return _name(db, value, words.reader.language)

            view = views.render(page, words, called, part=part, before=before)
            return views.with_note(view, words(note)) if note else view

    def notice(self, person: int, reply: Reply, reader: Reader | None = None) -> Native:
        """A reply that is no page, as a window; `reader` is how the person reads, where that is known already."""
        words = Words(self.dispatcher.repertoire.texts, reader) if reader else self.words(person)
        match reply:
            case Said(text=text, at=at):
                again = [blocks.opening(at, words("edit"))] if at else []
                return views.notice(words("done"), text, words, *again)
            case Refused(text=text):
                return views.notice(words("not_done"), text, words)
            case Kept(text=text):
                return views.notice(words("title"), text, words)
            case Help():
                return views.notice(words("title"), help_text(reply), words)
            case Suggestion(text=text, proposals=proposals):
                return views.notice(words("title"), text, words, *map(proposing, proposals, range(len(proposals))))
            case NextQuestion(question=question):
                return views.notice(words("title"), question.label, words)
            case ShowPage(page=page):
                return self.window(person, page)

    def says(self, person: int, key: str) -> Native:
        """A text of `[slack]` as a window."""
        words = self.words(person)
        return views.notice(words("title"), words(key), words)

    def only_text(self, person: int) -> Reply:
        """What is said to a message that has no words: a file, a picture, a voice."""
        return Refused(self.words(person)("only_text"), "OnlyText")

    def chat(self, person: int, reply: Reply, reader: Reader | None = None) -> Native:
        """A reply as a message; `reader` is how the person reads, where that is known already."""
        words = Words(self.dispatcher.repertoire.texts, reader) if reader else self.words(person)
        match reply:
            case ShowPage(page=page):
                return blocks.prompt(page, words)
            case NextQuestion():
                return blocks.next_question(reply, words)
            case Help():
                return blocks.help_for(reply, words)
            case Suggestion():
                return suggestion(reply)
            case Said() | Refused() | Kept():
                return blocks.said(reply, words)

    def stranger(self, language: str) -> Native:
        """What is said to a member of the workspace who is in no list of people."""
        words = self._in(language)
        return blocks.message(words("stranger"), [rich(words("stranger"))])

    def only_says(self, message: Native) -> Native:
        """A message in the place of a desk."""
        return home.saying(message["blocks"])

    def only_says_in_window(self, text: str) -> Native:
        """A window that says something to somebody whose language nobody knows."""
        words = self._in(LANGUAGES[0])
        return views.notice(words("title"), text, words)

    def busy(self, wait: LeftWaiting) -> Native:
        """What is said to somebody who has to come again because Slack does not say who somebody is."""
        text = self._busy(wait)
        return blocks.message(text, [rich(text)])

    def busy_window(self, wait: LeftWaiting) -> Native:
        words = self._in(LANGUAGES[0]) if wait.person is None else self.words(wait.person)
        return views.notice(words("title"), self._busy(wait), words)

    def in_every_language(self, key: str) -> str:
        """A text of `[slack]` for somebody whose language nobody knows."""
        return "\n".join(self._in(language)(key) for language in LANGUAGES)

    def _busy(self, wait: LeftWaiting) -> str:
        """In the language of whoever waits, or in every one where nobody knows theirs."""
        known = map(self._in, LANGUAGES) if wait.person is None else [self.words(wait.person)]
        return "\n".join(words("busy", count=wait.seconds) for words in known)

    def home(self, person: int) -> Native:
        """The desk, with the audit rows that looking at it leaves."""
        known = self.dispatcher.repertoire
        with self.dispatcher.database.write() as db:
            try:
                visit = self._visit(db, person)
            except (NoLongerHere, OutsidePilot) as refusal:
                text = self.words(person).any(f"refusals.{type(refusal).__name__}", refusal.values)
                return self.only_says(blocks.message(text, [rich(text)]))
            words = Words(known.texts, visit.reader)
            tools = [(name, words.any(f"{flow.name}.title")) for name, flow in visit.commands().items()]
            try:
                return home.render(desk_of(visit), tools, words)
            except OverLimit as error:
                went_wrong("a desk does not fit into Slack", error)
                return home.apology(words)

    def look(self, person: int, subject: Subject, page: int) -> Native:
        """A closer look as a window, or why it is not theirs to take."""
        known = self.dispatcher.repertoire

        def show(visit: Visit) -> Native:
            return looks.render(subject, page, visit, Words(known.texts, visit.reader))

        try:
            return looked(self.dispatcher, person, show)
        except Refusal as refusal:
            words = self.words(person)
            text = words.any(f"refusals.{type(refusal).__name__}", refusal.values)
            return views.notice(words("not_done"), text, words)

    def prompt(self, db: Connection, person: int, conversation: int, key: str) -> Native | None:
        """The message that brings a page to somebody; None if it is not asked any more."""
        visit = self._visit(db, person)
        row = ledger.conversation_row(db, conversation)
        ask = ledger.asks(db, conversation).get(key)
        if row is None or ask is None or ask["person_id"] != person or ask["state"] != AskState.open:
            return None
        turn = visit.turn(row)
        turn.peek()
        if key not in turn.steps or (ask["due_at"] is not None and ask["due_at"] <= visit.now):
            return None
        page = turn.page(key, visit.reader)
        later = put_off_button(visit, turn.flow, page.at, ask["due_at"])
        return blocks.prompt(page, Words(self.dispatcher.repertoire.texts, visit.reader), later)

    def told(self, db: Connection, row: Row) -> Native | None:
        """A message of a flow, for whom it was promised to; None if nobody needs it any more."""
        return None if is_over(db, row) else self.standing(db, row)

    def standing(self, db: Connection, row: Row) -> Native:
        """A message of a flow as it has to read by now."""
        words = self._words(db, row["person_id"])
        try:
            said = told(db, self.dispatcher.repertoire.texts, words.reader, row)
            return digests.digest(said.digest) if said.digest else blocks.told(said)
        except (MissingText, MissingValue):
            return blocks.message(words("outdated"), [rich(words("outdated"))])

    def as_it_is_now(self, db: Connection, row: Row) -> Native:
        """A prompt as it has to read by now: answered, closed, or asked again."""
        words = self._words(db, row["person_id"])
        again = self.prompt(db, row["person_id"], row["conversation_id"], row["key"])
        if row["state"] == AskState.open and again:
            return again
        card = None
        if row["state"] in (AskState.answered, AskState.expired):
            card = card_of(self._visit(db, row["person_id"]), row["conversation_id"], row["key"])
        if card is None:
            title = self._title(db, row["conversation_id"], words)
            return blocks.over(title, words("withdrawn"), words)
        if card.answered_at is None:
            return blocks.over(card.title, words("closed"), words)
        edit = card.at if card.state == CardState.editable else None
        state = words("left_empty" if card.left_empty else "answered", at=card.answered_at)
        return blocks.over(card.title, state, words, edit)

    def options(self, person: int, typed: str) -> list[Native]:
        """People somebody may mean by what they have typed so far."""
        with self.dispatcher.database.read() as db:
            language = self._words(db, person).reader.language
            found = called_like(db, typed, MOST_FOUND, person, self.dispatcher.clock.now())
        return [
            person_option(
                str(each.who.id),
                each.who.name(language),
                " · ".join(filter(None, (each.title, each.department.name(language) if each.department else ""))),
            )
            for each in found
        ]

    def handle(self, person: int) -> str:
        """What somebody is mentioned as: what stands before the @ in their address."""
        with self.dispatcher.database.read() as db:
            try:
                return str(person_row(db, person)["email"]).partition("@")[0]
            except NobodyCalled:
                return ""

    def email(self, person: int) -> str:
        with self.dispatcher.database.read() as db:
            return str(person_row(db, person)["email"])

    def words(self, person: int) -> Words:
        with self.dispatcher.database.read() as db:
            return self._words(db, person)

    def _in(self, language: str) -> Words:
        """For somebody of whom no more is known."""
        return Words(self.dispatcher.repertoire.texts, Reader(language, ZoneInfo("UTC")))

    def _words(self, db: Connection, person: int) -> Words:
        row = person_row(db, person)
        return Words(self.dispatcher.repertoire.texts, Reader(row["locale"], ZoneInfo(row["time_zone"])))

    def _visit(self, db: Connection, person: int) -> Visit:
        return Visit.of(db, self.dispatcher.repertoire, "", self.dispatcher.clock.now(), person)

    def _title(self, db: Connection, conversation: int, words: Words) -> str:
        """What a conversation is called on the desk, where its page cannot be composed any more."""
        row: Any = ledger.conversation_row(db, conversation)
        try:
            return words.any(f"{row['flow']}.waiting", read(row["params"]))
        except (MissingText, MissingValue, UnknownFlow):
            return words("title")


def _name(db: Connection, value: str, language: str) -> str:
    """Somebody's name by their id; nothing for what is none."""
    if not (value.isascii() and value.isdecimal() and len(value) < 16):
        return ""
    try:
        return who(person_row(db, int(value))).name(language)
    except NobodyCalled:
        return ""
