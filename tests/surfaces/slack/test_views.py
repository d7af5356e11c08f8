"""A page as a modal: whatever its questions and answers are, what comes back is what was shown or typed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import TEXTS
from bot.slack import blocks, views
from bot.slack.limits import message_problems, view_problems
from bot.slack.places import Place, place_of, written
from bot.slack.words import Words, cut, rest
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
from flows.questions import Raw, Values, as_typed
from flows.reading import Reading, read_value
from storage.refusals import Unreadable
from tests.slack_workspace.modal import Modal, people_found

CATALOG = load(*TEXTS)
READING = Reading(date(2026, 3, 5), int)
RATINGS = tuple(Choice(str(n), f"mark {n}") for n in range(1, 6))
ASKS = tuple(Choice(word, word.title()) for word in ("yes", "no"))


def words(language: str = "en") -> Words:
    return Words(CATALOG, Reader(language, ZoneInfo("UTC")))


def question(key: str, kind: Kind, value: Raw = "", choices: Sequence[Choice] = (), **more: Any) -> Question:
    return Question(
        key,
        kind,
        f"What about {key}?",
        "a help",
        "who sees it",
        more.pop("required", True),
        tuple(choices),
        value,
        **more,
    )


def page(*questions: Question, edition: int = 0, **more: Any) -> Page:
    fields = {"title": "A title", "intro": "An intro", "audience": "who sees it", "submit": "Send", "language": "en"}
    return Page(at=At(7, "pulse", edition), flow="checkin", questions=questions, **{**fields, **more})


def sent(shown: Page, values: Values | None = None, language: str = "en") -> Values:
    """What comes back of a page that was shown and filled, part by part."""
    back: dict[str, Raw] = {}
    for part in range(views.parts_of(shown)):
        modal = Modal(views.render(shown, words(language), lambda each: f"Person {each}", part=part), people_found)
        modal.fill(values or {})
        answer = views.parse(modal.payload(), "event", 3)
        assert (answer.id, answer.person, answer.at) == ("event", 3, shown.at)
        back |= answer.values
    return back


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300)
CHOICES = st.lists(
    st.builds(Choice, st.text("abcdef0123456789:-é好", min_size=1, max_size=40), st.text(min_size=1, max_size=160)),
    min_size=1,
    max_size=130,
    unique_by=lambda choice: choice.key,
)


@st.composite
def questions(draw: st.DrawFn, key: str) -> Question:
    """A question of any kind, with any answer it could have been given, or none."""
    kind: Kind = draw(
        st.one_of(
            st.builds(Line, st.integers(1, 3000)),
            st.builds(Paragraph, st.integers(1, 3000)),
            st.sampled_from([Amount(), Amount(Decimal(0), Decimal(100), "%", whole=True), Amount(Decimal("-2.5"))]),
            st.builds(DayInput),
            st.just(TimeInput()),
            st.just(Rating()),
            st.just(YesNo()),
            st.just(OneOf()),
            st.just(Many()),
            st.just(PersonPicker()),
            st.just(PeoplePicker()),
        )
    )
    required = draw(st.booleans())
    match kind:
        case Line() | Paragraph():
            return question(key, kind, draw(TEXT), required=required)
        case Amount():
            return question(
                key, kind, draw(st.one_of(TEXT, st.decimals(-999, 999, places=2).map(str))), required=required
            )
        case DayInput():
            return question(key, kind, draw(st.one_of(TEXT, st.dates().map(str))), required=required)
        case TimeInput():
            return question(key, kind, draw(st.one_of(TEXT, st.times().map(as_typed))), required=required)
        case Rating():
            return question(key, kind, draw(st.sampled_from(["", "1", "5"])), RATINGS, required=required)
        case YesNo():
            return question(key, kind, draw(st.sampled_from(["", "yes", "no"])), ASKS, required=required)
        case OneOf():
            choices = draw(CHOICES)
            value = draw(st.sampled_from(["", *(each.key for each in choices)]))
            return question(key, kind, value, choices, required=required)
        case Many():
            choices = draw(CHOICES)
            chosen = draw(st.lists(st.sampled_from([each.key for each in choices]), unique=True))
            return question(key, kind, tuple(chosen), choices, required=required)
        case PersonPicker():
            return question(key, kind, draw(st.integers(1, 10**6).map(str)), required=required)
        case PeoplePicker():
            several = draw(st.lists(st.integers(1, 10**6).map(str), unique=True, max_size=20))
            return question(key, kind, tuple(several), required=required)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    asked = [draw(questions(f"q{number}:{'x' * number}")) for number in range(draw(st.integers(1, 30)))]
    return page(*asked, edition=draw(st.integers(0, 3)), title=draw(st.text(min_size=1, max_size=90)), intro=draw(TEXT))


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=60, deadline=None)
@given(shown=pages())
def test_what_is_shown_comes_back_as_it_was(language: str, shown: Page) -> None:
    expected = {each.key: each.value or ("" if isinstance(each.value, str) else ()) for each in shown.questions}
    assert sent(shown, language=language) == expected


def test_a_page_of_any_length_goes_through_in_parts_that_fit() -> None:
    shown = page(*(question(f"q{n}", Paragraph(), "x" * 3000) for n in range(40)))
    assert views.parts_of(shown) == 4
    rendered = [views.render(shown, words(), part=part) for part in range(4)]
    assert [view["submit"]["text"] for view in rendered] == ["Next", "Next", "Next", "Send"]
    assert sent(shown) == {each.key: each.value for each in shown.questions}


ODD: tuple[tuple[Kind, Raw, Sequence[Choice]], ...] = (
    (DayInput(), "next Friday", ()),
    (TimeInput(), "half past three", ()),
    (Amount(Decimal(0), Decimal(100), whole=True), "about 40", ()),
    (Amount(Decimal(0), Decimal(100), whole=True), "140", ()),
    (Amount(whole=True), "1.5", ()),
    (Rating(), "seven", RATINGS),
    (OneOf(), "something else", RATINGS),
    (Many(), ("1", "something else"), RATINGS),
    (PersonPicker(), "@li", ()),
    (PeoplePicker(), ("@li", "3"), ()),
    (Line(10), "longer than it may be", ()),
    (Line(), "two\nlines", ()),
)


@pytest.mark.parametrize(("kind", "value", "choices"), ODD)
def test_what_no_control_can_hold_is_shown_as_it_was_typed(kind: Kind, value: Raw, choices: Sequence[Choice]) -> None:
    shown = page(question("q", kind, value, choices))
    view = views.render(shown, words())
    assert next(block for block in view["blocks"] if block["type"] == "input")["element"]["type"] == "plain_text_input"
    assert sent(shown)["q"] == (value if isinstance(value, str) else ", ".join(value))


def test_a_label_typed_instead_of_chosen_is_the_choice() -> None:
    assert sent(page(question("q", Rating(), "Mark 4", RATINGS))) == {"q": "4"}


def test_an_optional_choice_can_be_taken_back() -> None:
    shown = page(question("q", Rating(), "4", RATINGS, required=False))
    back = sent(shown, {"q": ""})
    assert read_value(Rating(), back["q"], READING, RATINGS) is None


def test_people_own_words_are_never_markup() -> None:
    evil = "<!channel> *bold* <https://evil.example|here> <@U1> :smile:"
    view = views.render(page(question("q", Paragraph(), evil), intro=evil, title=evil), words())
    prompt = blocks.prompt(page(question("q", Paragraph()), intro=evil, title=evil), words())

    def markup(thing: Any) -> bool:
        if isinstance(thing, dict):
            kind = thing.get("type")
            return (
                kind in {"mrkdwn", "link", "user", "broadcast"}
                or thing.get("emoji") is True
                or any(map(markup, thing.values()))
            )
        return isinstance(thing, list) and any(map(markup, thing))

    assert not markup(view)
    assert not markup(prompt["blocks"])


def test_what_is_wrong_with_a_page_that_is_opened_stands_above_its_field() -> None:
    view = views.render(page(question("a", Line()), question("b", Line(), "x", error="Too short.")), words())
    kinds = [block["type"] for block in view["blocks"]]
    place = kinds.index("input")
    assert kinds[place : place + 3] == ["input", "rich_text", "input"]
    assert "Too short." in str(view["blocks"][place + 1])


def test_what_is_wrong_with_a_page_that_was_sent_goes_under_its_fields_if_they_are_there() -> None:
    shown = page(question("a", Line()), question("b", Line(), "x", error="Too short."))
    modal = Modal(views.render(shown, words()))
    assert views.errors(shown, modal.payload()["view"]) == {"pulse/b": "Too short."}
    gone = Modal(views.render(page(question("a", Line())), words()))
    assert views.errors(shown, gone.payload()["view"]) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_hint_says_what_helps_and_who_will_see_it(language: str) -> None:
    own = Question("q", Line(), "L", "A help.", "Only Ann sees it.", required=True)
    view = views.render(page(own), words(language))
    assert (
        next(block for block in view["blocks"] if block["type"] == "input")["hint"]["text"]
        == "A help. Only Ann sees it."
    )


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"view": None},
        {"view": {"private_metadata": ""}},
        {"view": {"private_metadata": "[]"}},
        {"view": {"private_metadata": '{"c": "7", "k": "pulse"}'}},
        {"view": {"private_metadata": '{"c": true, "k": "pulse"}'}},
        {"view": {"private_metadata": '{"c": -1, "k": "pulse"}'}},
        {"view": {"private_metadata": '{"c": 1}'}},
        {"view": {"private_metadata": '{"c": 1, "k": "pulse"}', "state": {"values": []}}},
        {"view": {"private_metadata": '{"c": 1, "k": "pulse"}', "state": {"values": {"pulse/q": {"answer": 3}}}}},
        {
            "view": {
                "private_metadata": '{"c": 1, "k": "pulse"}',
                "state": {"values": {"pulse/q": {"answer": {"type": "checkboxes", "selected_options": [{}]}}}},
            }
        },
    ],
)
def test_what_no_view_of_ours_can_have_sent_is_unreadable(payload: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        views.parse(payload, "event", 3)


def test_a_place_comes_back_as_it_went_out() -> None:
    place = Place(At(7, "assess:3", 2), 1, 3, At(7, "pulse", 1))
    assert place_of(written(place)) == place


@given(st.text(max_size=60), st.integers(2, 30))
def test_what_is_cut_fits_and_ends_cleanly(text: str, most: int) -> None:
    shown = cut(text, most)
    assert len(shown.encode("utf-16-le", "surrogatepass")) // 2 <= most
    assert shown == text or shown.endswith("…")
    assert text.startswith(shown.removesuffix("…"))
    whole = shown.removesuffix("…") + rest(text, most)
    assert "".join(whole.split()) == "".join(text.split()) or shown == text


def test_a_family_is_not_cut_in_half() -> None:
    assert cut("ab👩‍👩‍👧", 6) in {"ab…", "ab👩…"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_prompt_says_in_its_text_all_that_its_blocks_do(language: str) -> None:
    shown = page(question("mood", Rating(), "", RATINGS), due_text="Open until Friday")
    prompt = blocks.prompt(shown, words(language))
    assert list(message_problems(prompt)) == []
    for said in ("A title", "An intro", "What about mood?", "Open until Friday", "who sees it"):
        assert said in prompt["text"]
    assert [button["text"]["text"] for button in prompt["blocks"][3]["elements"]] == [each.label for each in RATINGS]


def test_a_choice_with_more_words_than_a_menu_has_room_for_goes_on_in_the_line_below() -> None:
    long = Choice("k", "A goal whose title goes on and on, because somebody has put a whole paragraph of it there")
    view = views.render(page(question("q", OneOf(), "", [long])), words())
    option = next(block for block in view["blocks"] if block["type"] == "input")["element"]["options"][0]
    assert option["text"]["text"].removesuffix("…") + option["description"]["text"] == long.label
    assert list(view_problems(view)) == []
