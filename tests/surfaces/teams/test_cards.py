"""A page as a card: what is typed into it comes back as it was typed, and everything a person must know is on it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import TEXTS
from bot.teams import cards, inputs
from bot.teams.elements import Voice, button, button_rows, heading, label, short, words
from bot.teams.limits import LARGEST, TooLarge, size_of
from flows.catalog import load
from flows.fields import (
    Amount,
    DayInput,
    Kind,
    Line,
    Many,
    OneOf,
    Paragraph,
    PeoplePicker,
    PersonPicker,
    Rating,
    TimeInput,
    YesNo,
)
from flows.page import At, Choice, Page, Question, Reader
from flows.questions import Raw, as_typed
from storage.refusals import Unreadable
from tests.surfaces.teams.client import CardForm
from tests.surfaces.teams.schemas import complaints

CATALOG = load(*TEXTS)
VOICES = {language: Voice(CATALOG, Reader(language, ZoneInfo("Asia/Shanghai"))) for language in ("en", "zh")}
KEYS = ("a", "b,c", "d%2C", "series:1", "?x")
CHOICES = tuple(Choice(key, f"Choice {number} *of* many") for number, key in enumerate(KEYS))
KINDS: dict[str, tuple[Kind, tuple[Choice, ...]]] = {
    "line": (Line(), ()),
    "symbol": (Line(most=24, free=True), ()),
    "paragraph": (Paragraph(), ()),
    "amount": (Amount(), ()),
    "percent": (Amount(Decimal(0), Decimal(100), "%", whole=True), ()),
    "day": (DayInput(ahead=True), ()),
    "time": (TimeInput(), ()),
    "rating": (Rating(), tuple(Choice(str(n), f"{n}") for n in range(1, 6))),
    "ten": (Rating(1, 10), tuple(Choice(str(n), f"{n}") for n in range(1, 11))),
    "yes": (YesNo(), (Choice("yes", "Yes"), Choice("no", "No"))),
    "one": (OneOf(), CHOICES),
    "one:of many": (OneOf(), tuple(Choice(f"k{n}", f"Label {n}") for n in range(20))),
    "many": (Many(), CHOICES),
    "person": (PersonPicker(), ()),
    "people": (PeoplePicker(), ()),
}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=60)
LINES = TEXT.map(lambda text: text.replace("\n", " "))


def answers(name: str) -> st.SearchStrategy[Raw]:
    """What a person can enter at a question of this kind, in a client."""
    kind, choices = KINDS[name]
    match kind:
        case Line():
            return LINES
        case Paragraph():
            return TEXT
        case Amount():
            return st.one_of(st.just(""), st.integers(-(10**9), 10**9).map(str), st.sampled_from(["0.10", "1.5", "99"]))
        case DayInput():
            return st.one_of(st.just(""), st.dates().map(str))
        case TimeInput():
            return st.one_of(st.just(""), st.times().map(as_typed))
        case Many():
            return st.lists(st.sampled_from([each.key for each in choices]), unique=True).map(tuple)
        case PeoplePicker():
            return st.lists(st.integers(1, 9999).map(str), unique=True, max_size=5).map(tuple)
        case PersonPicker():
            return st.one_of(st.just(""), st.integers(1, 9999).map(str))
        case _:
            return st.sampled_from(["", *(each.key for each in choices)])


def page(language: str = "en", values: Mapping[str, Raw] | None = None, *, required: bool = False) -> Page:
    known = values or {}
    questions = tuple(
        Question(
            key=name,
            kind=kind,
            label=f"Label of {name}",
            help="Help *with* this",
            audience="Only you and your manager see this.",
            required=required,
            choices=choices,
            value=known.get(name, ""),
        )
        for name, (kind, choices) in KINDS.items()
    )
    due = datetime(2026, 3, 12, tzinfo=UTC)
    return Page(
        At(7, "pulse:3", 2), "checkin", "Week *10*", "You [wrote](x)", "Seen by", questions, "Go", language, due, "till"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("execute", [True, False])
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_entered_comes_back_as_it_was_entered(language: str, execute: bool, data: st.DataObject) -> None:
    entered = {name: data.draw(answers(name), label=name) for name in KINDS}
    form = CardForm(cards.render(page(language), VOICES[language]))
    form.fill(entered)
    sent = cards.parse(orjson.loads(orjson.dumps(form.press(execute=execute))), 3)
    assert sent.at == At(7, "pulse:3", 2)
    assert sent.person == 3
    assert {name: sent.values.get(name) or type(raw)() for name, raw in entered.items()} == entered


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=25)
@given(data=st.data())
def test_what_was_typed_before_is_shown_and_sent_again_unchanged(language: str, data: st.DataObject) -> None:
    known = {name: data.draw(answers(name), label=name) for name in KINDS}
    form = CardForm(cards.render(page(language, known), VOICES[language]))
    sent = cards.parse(form.press(), 3)
    assert {name: sent.values.get(name) or type(raw)() for name, raw in known.items()} == known


def test_a_number_that_may_stay_empty_can_be_left_empty_in_every_client() -> None:
    form = CardForm(cards.render(page(), VOICES["en"]))
    assert cards.parse(form.press(), 3).values.get("percent", "") == ""
    needed = CardForm(cards.render(page(required=True), VOICES["en"]))
    assert (needed.inputs["q.percent"]["min"], needed.inputs["q.percent"]["max"]) == (0, 100)
    assert any("q.percent" in each for each in needed.objections())


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("amount", "about 12"),
        ("amount", "0.10"),
        ("amount", "１２"),
        ("amount", "9" * 40),
        ("day", "next friday"),
        ("day", "2026-02-31"),
        ("person", "@li"),
        ("people", ("@li", "Ben, the other one")),
    ],
)
def test_an_answer_no_input_can_hold_is_shown_as_it_was_typed(name: str, typed: Raw) -> None:
    form = CardForm(cards.render(page("en", {name: typed}), VOICES["en"]))
    assert cards.parse(form.press(), 3).values[name] == typed


def test_a_choice_that_was_typed_as_a_label_or_a_number_is_chosen() -> None:
    form = CardForm(cards.render(page("en", {"rating": "四", "one": "choice 1 *of* many", "yes": "好"}), VOICES["en"]))
    values = cards.parse(form.press(), 3).values
    assert (values["rating"], values["one"], values["yes"]) == ("4", "b,c", "yes")


def test_no_answer_can_be_chosen_again_where_none_is_needed() -> None:
    form = CardForm(cards.render(page("en", {"one": "a"}), VOICES["en"]))
    form.held["q.one"] = "?none"
    assert cards.parse(form.press(), 3).values["one"] == ""


def test_the_client_keeps_what_is_required_from_being_left_out() -> None:
    form = CardForm(cards.render(page(required=True), VOICES["en"]))
    assert len(form.objections()) == len(KINDS)
    assert "No answer" not in form.shown


def test_the_line_about_who_sees_it_is_at_every_text_box_and_nowhere_else() -> None:
    form = CardForm(cards.render(page(), VOICES["en"]))
    boxes = sum(isinstance(kind, Line | Paragraph) for kind, _ in KINDS.values())
    assert form.shown.count("Only you and your manager see this.") == boxes


def test_what_is_wrong_stands_right_below_its_question() -> None:
    wrong = replace(page(), questions=tuple(replace(each, error=f"wrong {each.key}") for each in page().questions))
    body = cards.render(wrong, VOICES["zh"])["body"]
    for place, element in enumerate(body):
        if str(element["type"]).startswith("Input."):
            below = body[place + 1]
            assert below["inlines"][0] == {
                "type": "TextRun",
                "text": f"wrong {element['id'][2:]}",
                "color": "attention",
                "weight": "bolder",
            }
    assert "尚未提交" in str(body[:3])


def test_words_of_people_are_never_read_as_markup() -> None:
    blocks = words("*a* [b](https://evil.example)\n\n\tc <at>Ann</at> \x1b[31m\u202e")
    assert {block["type"] for block in blocks} == {"RichTextBlock"}
    assert [block["inlines"][0]["text"] for block in blocks] == [
        "*a* [b](https://evil.example)",
        "\tc <at>Ann</at> ␛[31m[U+202E]",
    ]
    assert heading("Your week 2026-W10")["style"] == "heading"
    assert heading("About *this*")["type"] == "RichTextBlock"
    assert "](" not in label("[b](https://evil.example)")
    assert len(short("x" * 500)) == 120


def test_more_buttons_than_fit_go_into_further_rows() -> None:
    rows = button_rows(button(f"Go {n}", "open", {}) for n in range(14))
    assert [len(row["actions"]) for row in rows] == [4, 4, 4, 2]


def test_a_page_too_large_for_a_card_says_what_it_could_not_show() -> None:
    form = CardForm(cards.render(page("en", {"paragraph": "x" * 40_000}), VOICES["en"]))
    assert "40,000 characters" in form.shown
    assert size_of(form.card) < LARGEST
    many = tuple(Question(f"q{n}", Paragraph(), "Why?", "", "", True, (), "y" * 3000) for n in range(30))
    with pytest.raises(TooLarge):
        cards.render(replace(page(), questions=many), VOICES["en"])


def test_forty_questions_fit_into_a_card() -> None:
    ratings = KINDS["rating"][1]
    many = tuple(Question(f"each:{n}", Rating(), f"第 {n} 项" * 6, "", "", True, ratings) for n in range(40))
    card = cards.render(replace(page("zh"), questions=many), VOICES["zh"])
    assert complaints(card) == []
    assert size_of(card) < LARGEST


def test_the_same_showing_sent_twice_is_one_event_and_put_right_it_is_another() -> None:
    form = CardForm(cards.render(page(), VOICES["en"]))
    form.fill({"line": "first"})
    first, again = cards.parse(form.press(), 3), cards.parse(form.press(execute=False), 3)
    form.fill({"line": "second"})
    assert first.id == again.id
    assert first.id != cards.parse(form.press(), 3).id
    other = CardForm(cards.render(page(), VOICES["en"]))
    other.fill({"line": "first"})
    assert cards.parse(other.press(), 3).id != first.id


GOOD: dict[str, Any] = {"at": {"conversation": 7, "key": "pulse", "edition": 0}, "event": "abc123", "q.line": "x"}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {**GOOD, "at": 5},
        {**GOOD, "at": {"conversation": "7", "key": "pulse", "edition": 0}},
        {**GOOD, "at": {"conversation": True, "key": "pulse", "edition": 0}},
        {**GOOD, "at": {"conversation": 7.5, "key": "pulse", "edition": 0}},
        {**GOOD, "at": {"conversation": 2**31, "key": "pulse", "edition": 0}},
        {**GOOD, "at": {"conversation": 7, "key": "p" * 201, "edition": 0}},
        {**GOOD, "at": {"conversation": 7, "key": "p\0", "edition": 0}},
        {**GOOD, "at": {"conversation": 7, "key": "pulse", "edition": -1}},
        {**GOOD, "at": {"conversation": 7, "key": "pulse", "edition": True}},
        {**GOOD, "event": ""},
        {**GOOD, "event": "x" * 65},
        {**GOOD, "event": "a b"},
        {**GOOD, "event": 5},
        {**GOOD, "q.line": ["x"]},
        {**GOOD, "q.line": {"x": 1}},
        {**GOOD, "q.line": True},
        {**GOOD, "m.many": [1]},
    ],
)
def test_what_no_card_of_ours_sends_is_refused(sent: dict[str, Any]) -> None:
    assert cards.parse(GOOD, 3).values == {"line": "x"}
    with pytest.raises(Unreadable):
        cards.parse(sent, 3)


def test_a_number_sent_as_a_number_is_read_as_it_was_typed() -> None:
    assert cards.parse({**GOOD, "q.percent": 40, "q.amount": 2.5}, 3).values == {
        "line": "x",
        "percent": "40",
        "amount": "2.5",
    }


def searched(card: Any) -> list[Any]:
    """The lists to search in a card."""
    match card:
        case {"type": "Input.ChoiceSet", "style": "filtered"}:
            return [card]
        case dict():
            return [found for each in card.values() for found in searched(each)]
        case list():
            return [found for each in card for found in searched(each)]
        case _:
            return []


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("value", ["", "d3"])
def test_a_list_to_search_says_what_is_wrong_and_a_filled_one_shows_its_title(required: bool, value: str) -> None:
    """Without an error message a client does not send the card where what was typed is no choice, and says nothing."""
    choices = tuple(Choice(f"d{number}", f"Department {number}") for number in range(30))
    question = Question("unit", OneOf(), "Department", "", "", required, choices, value)
    shown = inputs.render(question, VOICES["en"], str)
    if value:
        assert (shown[0]["style"], shown[0]["value"]) == ("compact", "d3")
    else:
        assert shown[0]["style"] == "filtered"
        assert shown[0]["errorMessage"]


def test_a_search_for_people_says_what_is_wrong() -> None:
    for kind in (PersonPicker(), PeoplePicker()):
        shown = inputs.render(Question("who", kind, "Colleague", "", "", False), VOICES["en"], str)
        assert all(each["errorMessage"] for each in searched(shown))
        assert searched(shown)
