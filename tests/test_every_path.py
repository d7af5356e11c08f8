"""Every path: each flow, on each surface, in each language, walked to its end with every page filled and read back.

A new flow is walked by itself. What a page says must fit the narrowest platform, and what is typed into it must
come back as the same answers, markup and line ends included.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.answers import Drafted, Submitted
from bot.app import TEXTS
from bot.slack import blocks as slack_blocks
from bot.slack import views as slack
from bot.slack.words import Words
from bot.teams import cards
from bot.teams.elements import Voice as CardVoice
from bot.terminal import pages as terminal
from bot.web import pages as web
from bot.web.voice import Voice
from flows.catalog import LANGUAGES, load
from flows.checks import require_sound
from flows.core import discover
from flows.explore import Exploration, Met, explore_all
from flows.fields import Line, Paragraph
from flows.made_up import reading_on
from flows.message import Message, message
from flows.page import At, Composer, Page, Reader
from flows.questions import Raw, Values
from flows.reading import read_form
from flows.walking import TODAY
from storage.facts import FACTS, variants
from storage.json_values import read, written
from tests.slack_workspace.modal import Modal, people_found
from tests.surfaces.html_form import HtmlForm
from tests.surfaces.teams.client import CardForm

REGISTER = discover()
CATALOG = load(*TEXTS)
FLOWS = tuple(flow.name for flow in REGISTER.newest())
AWKWARD = "a <b>bold</b> \"plan\" & 'more' `code` *x* _y_ <@U1> {me} %s \\? 完成了客户A的对账 👩‍👩‍👧 \\"
AWKWARD_LINES = f"{AWKWARD}\n\n- 3\n{AWKWARD}"

# The narrowest of the platforms' limits: https://docs.slack.dev/reference/block-kit/composition-objects and /blocks.
LABEL, CHOICE, BUTTON, HELP, TEXT, CHOICES, QUESTIONS = 150, 75, 75, 2000, 3000, 100, 40

Surface = Callable[[Page, Values], Submitted | Drafted]


def through_the_browser(page: Page, values: Values) -> Submitted | Drafted:
    form = HtmlForm(str(web.render(page, Voice(CATALOG, Reader(page.language, ZoneInfo("UTC")), 1), "token")))
    form.fill(values)
    return web.parse(form.sent(), 1)


def through_the_terminal(page: Page, values: Values) -> Submitted | Drafted:
    sheet = terminal.render(page, CATALOG)
    return terminal.parse(sheet, terminal.lines_for(sheet, values), 1, "event")


def through_slack(page: Page, values: Values) -> Submitted | Drafted:
    words = Words(CATALOG, Reader(page.language, ZoneInfo("UTC")))
    slack_blocks.prompt(page, words)
    sent: dict[str, Raw] = {}
    for part in range(slack.parts_of(page)):
        modal = Modal(slack.render(page, words, lambda person: f"Person {person}", part=part), people_found)
        modal.fill(values)
        answer = slack.parse(modal.payload(), "event", 1)
        assert answer.at == page.at
        sent |= answer.values
    return Submitted("event", 1, page.at, sent)


def through_teams(page: Page, values: Values) -> Submitted | Drafted:
    form = CardForm(cards.render(page, CardVoice(CATALOG, Reader(page.language, ZoneInfo("UTC")))))
    form.fill(values)
    return cards.parse(form.press(careless=True), 1)


SURFACES: dict[str, Surface] = {
    "web": through_the_browser,
    "terminal": through_the_terminal,
    "teams": through_teams,
    "slack": through_slack,
}


@cache
def explorations() -> tuple[Exploration, ...]:
    return explore_all(REGISTER.newest())


@cache
def explored(flow: str) -> Exploration:
    return next(each for each in explorations() if each.flow.name == flow)


def composed(flow: str, met: Met, language: str, typed: Values | None = None) -> Page:
    due = datetime(2026, 3, 12, 9, tzinfo=UTC) if met.ask.within else None
    reader = Reader(language, ZoneInfo("Asia/Shanghai"))
    return Composer(CATALOG).page(flow, met.ask, At(7, met.ask.key), reader, typed=typed, due=due)


def fillings(page: Page, met: Met) -> Iterator[Values]:
    """What was typed on the paths, and the same with awkward words in every text box."""
    yield from met.typed
    awkward = {each.key: AWKWARD[: each.kind.most] for each in page.questions if isinstance(each.kind, Line)}
    awkward |= {each.key: AWKWARD_LINES for each in page.questions if isinstance(each.kind, Paragraph)}
    yield from ({**typed, **awkward} for typed in met.typed[:1])


def told(flow: str, language: str) -> list[Message]:
    reader = Reader(language, ZoneInfo("Asia/Shanghai"))
    return [message(CATALOG, reader, flow, tell.text, tell.values, tell.buttons) for tell in explored(flow).messages()]


def test_the_flows_and_their_texts_are_sound() -> None:
    require_sound(REGISTER, CATALOG)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_path_comes_to_its_end(flow: str) -> None:
    exploration = explored(flow)
    assert exploration.stumbles == ()
    assert len(exploration.paths) > 0
    assert all(path.steps or path.ending for path in exploration.paths), "a path on which nothing happens"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("flow", FLOWS)
def test_every_page_comes_back_as_it_was_filled(flow: str, surface: str, language: str) -> None:
    filled = 0
    for met in explored(flow).kinds_of_pages():
        page = composed(flow, met, language)
        for values in fillings(page, met):
            sent = SURFACES[surface](page, values)
            assert sent.at == page.at
            assert read_as(met, page, sent.values) == read_as(met, page, values)
            filled += 1
    assert filled >= len(explored(flow).kinds_of_pages())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("flow", FLOWS)
def test_every_page_shown_again_and_sent_unchanged_keeps_its_answers(flow: str, surface: str, language: str) -> None:
    for met in explored(flow).kinds_of_pages():
        for values in met.typed:
            page = composed(flow, met, language, typed=values)
            shown = {question.key: question.value for question in page.questions}
            sent = SURFACES[surface](page, shown)
            assert read_as(met, page, sent.values) == read_as(met, page, values)


def read_as(met: Met, page: Page, values: Values) -> Any:
    return read_form(met.ask, values, reading_on(TODAY), {each.key: each.choices for each in page.questions})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", FLOWS)
def test_every_page_and_message_fits_the_narrowest_platform(flow: str, language: str) -> None:
    for met in explored(flow).pages():
        page = composed(flow, met, language)
        assert 0 < len(page.questions) <= QUESTIONS
        assert 0 < len(page.title) <= LABEL
        assert 0 < len(page.submit) <= BUTTON
        assert max(len(page.intro), len(page.audience)) <= TEXT
        for question in page.questions:
            assert 0 < len(question.label) <= LABEL, question.label
            assert max(len(question.help), len(question.audience)) <= HELP
            assert len(question.choices) <= CHOICES
            assert all(0 < len(choice.label) <= CHOICE for choice in question.choices)
            assert len({choice.label for choice in question.choices}) == len(question.choices)
    for said in told(flow, language):
        slack_blocks.told(said)
        assert 0 < len(said.text) <= TEXT
        assert all(0 < len(button.label) <= BUTTON for button in said.buttons)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_text_box_says_who_will_see_what_is_typed(flow: str) -> None:
    for language in LANGUAGES:
        for met in explored(flow).pages():
            boxes = [
                each for each in composed(flow, met, language).questions if isinstance(each.kind, Line | Paragraph)
            ]
            assert [each.key for each in boxes if not each.audience] == [], met.ask.form.__name__


def test_every_fact_has_samples_that_can_be_kept_in_a_conversation() -> None:
    assert FACTS
    for name, fact in FACTS.items():
        for sample in (fact.sample, *variants(name)):
            assert read(written(sample)) == sample, name
