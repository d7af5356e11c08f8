"""What a page shows is what comes back of it, whatever it is: the contract of the web surface."""

import re
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Drafted, Submitted
from bot.app import TEXTS
from bot.web.pages import parse, render
from bot.web.voice import Voice
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
from flows.questions import Raw
from storage.refusals import Unreadable
from tests.surfaces.html_form import HtmlForm

VOICE = Voice(load(*TEXTS), Reader("en", ZoneInfo("UTC")), 7)
COLOURS = tuple(Choice(key, key.title()) for key in ("red", "green", "blue"))
TOWNS = tuple(Choice(f"t{number}", f"Town {number}") for number in range(12))
MARKS = tuple(Choice(str(number), f"mark {number}") for number in range(1, 6))
ANSWER = (Choice("yes", "Yes"), Choice("no", "No"))
UNUSABLE = "\r\x00"  # a form cannot carry the one, and HTML not the other

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=UNUSABLE), max_size=80)
LINE = TEXT.map(lambda text: text.replace("\n", " "))
AWKWARD = "\n\n<b>\"fat\" & 'free'</b> </textarea><script>\n👩‍👩‍👧 完成了 \u202emirror\u202c \u2066x\t"


def page(kind: Kind, value: Raw = "", choices: tuple[Choice, ...] = (), error: str = "") -> Page:
    question = Question("x:1", kind, "How?", "A hint", "Ann sees this.", False, choices, value, error)
    return Page(At(12, "pulse:a/b", 3), "checkin", "A title", "", "Ann sees this.", (question,), "Send", "en")


def markup(page: Page) -> str:
    return str(render(page, VOICE, "token"))


def sent_back(shown: Page, answer: Raw | None = None) -> Raw:
    form = HtmlForm(markup(shown))
    if answer is not None:
        form.fill({"x:1": answer})
    return parse(form.sent(), 7).values["x:1"]


@given(TEXT)
def test_a_paragraph_comes_back_as_it_was_typed(text: str) -> None:
    assert sent_back(page(Paragraph()), text) == text
    assert sent_back(page(Paragraph(), text)) == text


@given(LINE)
def test_a_line_comes_back_as_it_was_typed(text: str) -> None:
    assert sent_back(page(Line()), text) == text
    assert sent_back(page(Line(), text)) == text


def test_markup_and_line_breaks_come_back_as_they_were_typed() -> None:
    assert sent_back(page(Paragraph(), AWKWARD)) == AWKWARD
    assert sent_back(page(Paragraph(), "x" * 40_000)) == "x" * 40_000


@pytest.mark.parametrize(
    ("kind", "choices", "answer"),
    [
        (Amount(Decimal(0), Decimal(100), "%", whole=True), (), "40"),
        (Amount(), (), "twelve"),
        (DayInput(), (), "2026-09-30"),
        (DayInput(), (), "tomorrow"),
        (TimeInput(), (), "15:00"),
        (TimeInput(), (), "下午三点半"),
        (Rating(), MARKS, "4"),
        (YesNo(), ANSWER, "no"),
        (OneOf(), COLOURS, "green"),
        (OneOf(), TOWNS, "t11"),
        (Many(), COLOURS, ("red", "blue")),
        (PersonPicker(), (), "@li.na"),
    ],
)
def test_every_kind_comes_back(kind: Kind, choices: tuple[Choice, ...], answer: Raw) -> None:
    assert sent_back(page(kind, answer, choices)) == answer
    if not isinstance(kind, DayInput | TimeInput):  # a browser's day input takes only days
        assert sent_back(page(kind, "", choices), answer) == answer


@pytest.mark.parametrize(
    ("kind", "choices", "before", "nothing"),
    [
        (Paragraph(), (), "something", ""),
        (Rating(), MARKS, "4", ""),
        (OneOf(), TOWNS, "t3", ""),
        (Many(), COLOURS, ("red",), ()),
    ],
)
def test_what_is_taken_back_comes_back_as_nothing(
    kind: Kind, choices: tuple[Choice, ...], before: Raw, nothing: Raw
) -> None:
    assert sent_back(page(kind, before, choices), nothing) == nothing


@pytest.mark.parametrize(
    ("kind", "choices", "typed", "key"),
    [
        (Rating(), MARKS, "四", "4"),
        (Rating(), MARKS, "mark 2", "2"),
        (YesNo(), ANSWER, "好", "yes"),
        (OneOf(), COLOURS, "Green", "green"),
        (Many(), COLOURS, "Green, red", ("green", "red")),
    ],
)
def test_what_was_typed_in_the_chat_is_chosen_in_the_form(
    kind: Kind, choices: tuple[Choice, ...], typed: str, key: Raw
) -> None:
    back = sent_back(page(kind, typed, choices))
    assert set(back) == set(key) if isinstance(key, tuple) else back == key


def test_people_are_shown_as_one_would_mention_them() -> None:
    shown = page(PeoplePicker(), ("2", "3"))
    form = HtmlForm(str(render(shown, VOICE, "token", called=lambda number: f"@p{number}")))
    assert parse(form.sent(), 7).values["x:1"] == "@p2, @p3"


def test_a_page_knows_its_place_and_its_event() -> None:
    fields = list(HtmlForm(markup(page(Line(), "hello"))).sent())
    first, draft = parse(fields, 7), parse(fields, 7, draft=True)
    assert isinstance(first, Submitted)
    assert isinstance(draft, Drafted)
    assert (first.at, first.person) == (At(12, "pulse:a/b", 3), 7)
    assert first.id == draft.id  # sent twice is one event
    assert parse(HtmlForm(markup(page(Line()))).sent(), 7).id != first.id


@pytest.mark.parametrize(
    "forged",
    [
        {"event": ""},
        {"event": "slack:1"},
        {"event": "web:" + "x" * 70},
        {"conversation": "1 or 1"},
        {"conversation": "٣"},
        {"conversation": "9" * 30},
        {"conversation": str(2**31)},
        {"edition": "-1"},
        {"key": "a\0b"},
        {"key": "k" * 300},
    ],
)
def test_what_none_of_our_pages_can_have_sent_is_refused(forged: dict[str, str]) -> None:
    sent = {**dict(HtmlForm(markup(page(Line()))).sent()), **forged}
    with pytest.raises(Unreadable):
        parse(sent.items(), 7)


@pytest.mark.parametrize("kind", [Line(), Paragraph()])
def test_each_text_box_says_who_will_see_the_answer_and_names_what_is_wrong(kind: Kind) -> None:
    shown = markup(page(kind, "x", error="Too short."))
    described = shown.partition('aria-describedby="')[2].partition('"')[0].split()
    assert described == ["f-x:1-error", "f-x:1-help", "f-x:1-audience"]
    assert all(f'id="{each}"' in shown for each in described)
    assert 'aria-invalid="true"' in shown
    assert shown.count("autofocus") == 1


def test_who_sees_the_answers_is_said_above_them_unless_every_box_says_it() -> None:
    every_box, choice = page(Paragraph()), page(OneOf(), choices=COLOURS)
    assert markup(every_box).count("Ann sees this.") == 1
    assert 'class="audience whole"' in markup(choice)
    other = replace(every_box.questions[0], key="y", audience="Everybody sees this.")
    assert 'class="audience whole"' in markup(replace(every_box, questions=(*every_box.questions, other)))


def test_what_every_box_would_say_is_said_once_above_them_and_heard_at_each() -> None:
    one = page(Paragraph()).questions[0]
    shown = markup(replace(page(Paragraph()), questions=(one, replace(one, key="y"), replace(one, key="z"))))
    assert shown.count("Ann sees this.") == 1
    assert len(re.findall(r'aria-describedby="[^"]*page-audience"', shown)) == 3


def test_what_need_not_be_chosen_can_be_unset() -> None:
    optional = page(OneOf(), choices=COLOURS)
    assert "data-unset" in markup(replace(optional, questions=(replace(optional.questions[0], required=False),)))
    assert "data-unset" not in markup(replace(optional, questions=(replace(optional.questions[0], required=True),)))
