"""The terminal: a page comes back from the lines typed at it, and a flow is played by everybody it asks."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sqlalchemy import update

from bot.answers import Answer, Called
from bot.app import TEXTS
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Reply
from bot.terminal.pages import answer_of, harmless, lines_for, parse, render, whole
from bot.terminal.talk import Talk, can_begin
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import Flow, discover
from flows.fields import Line, LongText, Many, OneOf, Paragraph, PeoplePicker, Picks, Rating, Scale
from flows.page import At, Choice, Composer, Page, Question, Reader
from flows.questions import Raw
from flows.steps import Form, Objection, ask
from storage.columns import table
from storage.database import Database
from storage.people import Person
from storage.references import Option, Who
from tests.flows.test_checks import catalog
from tests.team import ANN, BEN, LI_NA

CATALOG = load(*TEXTS)


class Report(Form):
    mood: Scale
    note: LongText | None
    topics: Picks | None


REPORT = ask(
    Who(1, "Ann", "Miller"),
    Report,
    offer={"topics": [Option("a", "Sales"), Option("b", "Delivery"), Option("c", "People")]},
    given={"note": "as last time"},
)
LABELS = {"title": "Report", "mood": "Mood", "note": "Note", "topics": "Topics", "audience": "Your manager sees it."}


def page(typed: dict[str, Raw] | None = None, objections: tuple[Objection, ...] = ()) -> Page:
    texts = catalog({f"trial.Report.{key}": text for key, text in LABELS.items()}, {})
    texts.texts["en"]["problems.needed"] = "Needed."  # type: ignore[index]  # the catalogue of a test is a plain dict
    reader = Reader("en", ZoneInfo("UTC"))
    return Composer(texts).page("trial", REPORT, At(3, "report", 1), reader, typed=typed, objections=objections)  # type: ignore[arg-type]


def question(kind: OneOf | Many | Line | Paragraph | Rating | PeoplePicker, value: Raw = "") -> Question:
    choices = (Choice("x", "Sales"), Choice("y", "Delivery, and more"), Choice("z", "People"))
    return Question("q", kind, "Label", "", "", required=False, choices=choices, value=value)


# Pages


def test_a_sheet_shows_what_is_asked_what_stood_there_and_what_is_wrong() -> None:
    sheet = render(page(objections=(Objection("mood", "needed"),)), CATALOG)
    assert str(sheet) == (
        "Report\n======\nYour manager sees it.\n\n"
        "Mood\nNeeded.\na number from 1 to 5\n>\n\n"
        "Note\nin words; leave the line empty to keep: as last time; type - to clear it\n>\n\n"
        "Topics\n  1  Sales\n  2  Delivery\n  3  People\n"
        "one or more of the numbers, separated by commas; leave the line empty to skip it\n>"
    )


def test_lines_become_the_answers_of_the_page() -> None:
    sent = parse(render(page(), CATALOG), ["4", "first\\", "second", "1, people"], 7, "event")
    assert (sent.person, sent.id, sent.at) == (7, "event", At(3, "report", 1))
    assert sent.values == {"mood": "4", "note": "first\nsecond", "topics": ("a", "c")}


@pytest.mark.parametrize(
    ("line", "note"),
    [("", "as last time"), ("-", ""), ("\\-", "-"), ("\\?", "?"), ("-1", "-1"), (" - ", ""), ("!", "!")],
)
def test_an_empty_line_keeps_a_dash_takes_back_and_a_backslash_makes_ordinary(line: str, note: str) -> None:
    assert parse(render(page(), CATALOG), ["4", line, ""], 7, "event").values["note"] == note


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("2", "y"), ("sales", "x"), ("delivery, AND more", "y"), ("4", "4"), ("0", "0"), ("00001", "00001"), ("²", "²")],
)
def test_a_choice_is_its_number_or_its_words_and_anything_else_is_left_to_be_objected_to(
    typed: str, answer: str
) -> None:
    assert answer_of(question(OneOf(("x", "y", "z"))), typed) == answer


def test_a_rating_is_its_own_number_not_its_place() -> None:
    assert answer_of(question(Rating(0, 10)), "2") == "2"


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30) | st.sampled_from(
    ["?", "-", "!", "\\", "\\\\", "\\?"]
)


@given(st.lists(TEXT, min_size=1, max_size=4).map("\n".join).filter(lambda text: bool(text.strip())))
def test_any_text_can_be_typed(text: str) -> None:
    sheet = render(page(), CATALOG)
    values: dict[str, Raw] = {"mood": "4", "note": text, "topics": ()}
    lines = lines_for(sheet, values)
    assert all("\n" not in line for line in lines)
    assert parse(sheet, lines, 1, "event").values == {"mood": "4", "note": text, "topics": ""}


@given(st.text(st.characters(codec=None, categories=None)))
def test_nothing_that_a_terminal_acts_on_is_printed(text: str) -> None:
    shown = harmless(text)
    assert len(shown) == len(text)
    assert not {"\x1b", "\x07", "\x9b", "\r", "\u202e", "\ud800"} & set(shown)


def test_lines_that_end_early_are_what_was_typed_so_far() -> None:
    assert whole(iter(["first\\"])) == "first\n".rstrip("\n")


# Talks


@pytest.fixture
def stage(database: Database, clock: SetClock) -> Dispatcher:
    with database.write() as db:
        db.execute(update(table(Person)).values(locale="en"))
    return Dispatcher(database, Repertoire.of(discover(), CATALOG, {}), clock)


def flow(name: str) -> Flow:
    return discover().named(name)


def played(stage: Dispatcher, clock: SetClock, name: str, person: int, lines: Iterable[str], text: str = "") -> str:
    """What is on the screen in the end."""
    screen = StringIO()
    console = Console(file=screen, width=200, highlight=False)
    typed: Iterator[str] = iter(lines)

    def read_line() -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    try:
        Talk(stage, clock, console, read_line, person).play(flow(name), text)
    except EOFError:
        screen.write("EOF\n")
    assert list(typed) == [], "not everything was typed"
    return screen.getvalue()


def test_a_check_in_is_played_with_rubbish_questions_and_a_follow_up(stage: Dispatcher, clock: SetClock) -> None:
    lines = ["nine", "9", "\x1b[31m4", "?", "4", "12", "fine", "", "call legal", "both", "1", "", ""]
    screen = played(stage, clock, "checkin", BEN, lines)
    assert screen.count("Please choose a number from 1") == 2
    assert "There’s a character here that can’t be shown (U+001B, at position 1)" in screen
    assert "If you share it, Ann Miller sees this as soon as you send it." in screen
    assert "Please answer in words." in screen
    assert "Please choose one: Share with Ann Miller or Keep it to myself." in screen
    assert "→ Ann Miller is told: Ben Okafor would like your support: call legal" in screen
    assert "You wrote: “fine”" in screen
    assert screen.rstrip().endswith("or leave the line empty to finish.")
    assert "\x1b" not in screen


def test_time_passes_for_whoever_does_not_answer(stage: Dispatcher, clock: SetClock) -> None:
    before = clock.now()
    screen = played(stage, clock, "checkin", BEN, ["!"])
    assert clock.now() - before > timedelta(days=6)
    assert "No one answered. It’s now 12 Mar 2026" in screen
    assert "That’s the end." in screen


def test_a_page_without_a_deadline_does_not_pass(stage: Dispatcher, clock: SetClock) -> None:
    screen = played(stage, clock, "goal", BEN, ["!"])
    assert "no deadline to skip past" in screen
    assert screen.count("New goal") == 2
    assert screen.endswith("EOF\n")


def test_buttons_that_were_sent_can_be_pressed_by_those_who_got_them(stage: Dispatcher, clock: SetClock) -> None:
    lines = ["99999", "none", "4", "context", "Ben did it with me", ""]
    screen = played(stage, clock, "win", ANN, lines, "@ben closed the Acme renewal, +120k ARR")
    assert "→ Ben Okafor is told:" in screen
    assert screen.count("Type a number to press one") == 4
    assert "You are Ben Okafor." in screen
    assert "→ Ann Miller is told: Ben Okafor added context" in screen
    assert screen.rstrip().endswith("or leave the line empty to finish.")


def test_a_refusal_is_printed_and_the_talk_is_over(stage: Dispatcher, clock: SetClock) -> None:
    screen = played(stage, clock, "announce", BEN, [])
    assert "Only HR can do this." in screen
    assert "That’s the end." in screen


def test_somebody_else_goes_on_where_they_are_asked(stage: Dispatcher, clock: SetClock) -> None:
    screen = played(stage, clock, "checkin", LI_NA, [])
    assert "You are Na Li." in screen
    assert screen.endswith("EOF\n")


def test_a_flow_that_only_a_button_starts_is_not_begun_from_here() -> None:
    assert not can_begin(flow("respond"))
    assert can_begin(flow("checkin"))


class Doubtful(Dispatcher):
    """Reads the first command wrongly, as if it had been typed so."""

    def handle(self, answer: Answer) -> Reply:
        if isinstance(answer, Called) and answer.command == "praise" and answer.id == "terminal:1":
            answer = replace(answer, command="kudos")
        return super().handle(answer)


def test_what_may_have_been_meant_is_chosen_by_its_number(stage: Dispatcher, clock: SetClock) -> None:
    doubtful = Doubtful(stage.database, stage.repertoire, clock)
    screen = played(doubtful, clock, "praise", BEN, ["1", ""], "@ann.miller for the talks")
    assert "Did you mean /praise?" in screen
    assert "1  /praise @ann.miller for the talks" in screen
    assert "Ben Okafor praises Ann Miller: “for the talks”" in screen
