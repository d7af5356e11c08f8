"""Cards in a browser: every page of every flow, shown by the library that clients show Adaptive Cards with.

It is npm's `adaptivecards`, which nobody here wrote. It must have nothing against a card, and what a hand fills in
and sends must be read as the same answers. What a person types is searched for by Teams itself, so that here whoever
is to be found has been found already.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.desk import desk_of
from bot.dispatcher import Dispatcher
from bot.teams import cards, desk_card
from bot.teams.elements import Voice
from bot.teams.limits import SEARCH
from bot.teams.messages import told
from bot.visit import Visit
from flows.catalog import LANGUAGES
from flows.questions import Raw, Values
from tests.browser.npm import installed
from tests.surfaces.teams.client import CardForm
from tests.surfaces.teams.test_cards import KINDS, VOICES
from tests.surfaces.teams.test_cards import page as every_kind
from tests.team import ANN, LI_NA
from tests.test_every_path import FLOWS, composed, explored, fillings, read_as
from tests.test_every_path import told as said_in

pytestmark = pytest.mark.browser
VERSION = "3.0.6"
INTEGRITY = "sha512-WDCIb2WXZ7cOHJ9HIHRNdhSt861HySVOdN2xPk2aKHAF3JvD8QGQ8/XcNFrDJxCteOog8MM7EBlXfSAR8JXKAg=="


class Screen:
    """A card on a screen, and what has been done to it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def show(self, card: Mapping[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = self.page.evaluate("json => show(json)", card)
        return shown

    def answer(self, values: Mapping[str, Any], title: str) -> dict[str, Any]:
        done: dict[str, Any] = self.page.evaluate("([values, title]) => answer(values, title)", [values, title])
        return done


@pytest.fixture(scope="module")
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Screen]:
    assert request.config.cache is not None
    package = installed(request.config.cache, "adaptivecards", VERSION, INTEGRITY)
    page, thrown = browser.new_page(offline=True), []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.set_content("<!doctype html><title>Cards</title>")
    page.add_script_tag(path=package / "dist" / "adaptivecards.min.js")
    page.add_script_tag(path=Path(__file__).with_name("cards.js"))
    yield Screen(page)
    page.close()
    assert thrown == []


def with_people_found(card: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """A card after everybody named in the values has been searched for and found, and somebody else too.

    The library wants a choice in every list, and cannot search for several; here these are boxes to tick.
    """
    found: dict[str, Any] = deepcopy(dict(card))
    for element in found["body"]:
        if SEARCH not in element:
            continue
        known = {choice["value"] for choice in element["choices"]}
        wanted = [each for each in _several(values.get(element["id"][2:], ())) if each not in known]
        element["choices"] += [{"title": f"Person {each}", "value": each} for each in (*wanted, "0")]
        if element.get("isMultiSelect"):
            del element[SEARCH]
    return found


def _several(raw: Raw) -> tuple[str, ...]:
    return raw if isinstance(raw, tuple) else (raw,) if raw else ()


def entered(form: CardForm, values: Values) -> dict[str, Raw | list[str]]:
    """What is filled in where; several answers, which a card holds with commas between, one by one."""
    form.fill(values)
    several = {name for name, element in form.inputs.items() if element.get("isMultiSelect")}
    touched = {f"{sign}.{key}" for key in values for sign in "qm"}
    return {name: held.split(",") if name in several else held for name, held in form.held.items() if name in touched}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", FLOWS)
def test_every_page_is_shown_without_complaint_and_sent_as_it_was_filled(
    screen: Screen, flow: str, language: str
) -> None:
    for met in explored(flow).kinds_of_pages():
        page = composed(flow, met, language)
        card = cards.render(page, VOICES[language])
        for values in fillings(page, met):
            form = CardForm(with_people_found(card, values))
            filled = entered(form, values)
            shown = screen.show(form.card)
            assert shown["complaints"] == []
            assert set(shown["inputs"]) == set(form.inputs)
            done = screen.answer(filled, page.submit)
            if form.objections():
                assert (done["sent"], bool(done["wrong"])) == (None, True), "the client would send this"
                continue
            assert done["sent"] is not None, done["wrong"]
            sent = cards.parse(done["sent"]["data"], 1)
            assert sent.at == page.at
            assert read_as(met, page, sent.values) == read_as(met, page, values)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", FLOWS)
def test_every_message_with_buttons_is_shown_without_complaint(screen: Screen, flow: str, language: str) -> None:
    for message in said_in(flow, language):
        card = told(message, VOICES[language]).card
        if card is None:
            continue
        shown = screen.show(card)
        assert shown["complaints"] == []
        assert all(button.label in shown["shown"] for button in message.buttons)


@pytest.mark.parametrize("person", [ANN, LI_NA])
def test_the_desk_is_shown_without_complaint(screen: Screen, dispatcher: Dispatcher, person: int) -> None:
    with dispatcher.database.write() as db:
        visit = Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), person)
        made = desk_card.render(desk_of(visit), Voice(VOICES["en"].texts, visit.reader)).card
    assert made is not None
    assert screen.show(made)["complaints"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hand_with_mouse_and_keyboard_fills_every_kind_of_question(screen: Screen, language: str) -> None:
    page = every_kind(language)
    card = with_people_found(cards.render(page, VOICES[language]), {"person": "7", "people": ("8", "9")})
    shown = screen.show(card)
    assert shown["complaints"] == []
    typed = {
        "line": "Renewed *Acme* <b>",
        "symbol": "🙂",
        "paragraph": "one\n- two\n3. three",
        "amount": "12.5",
        "percent": "40",
        "day": "2026-06-30",
    }
    for key, text in typed.items():
        screen.page.locator(f"[data-input='q.{key}'] :is(input, textarea)").fill(text)
    for key, label in {"rating": "4", "yes": "Yes"}.items():
        screen.page.locator(f"[data-input='q.{key}']").get_by_label(label, exact=True).check()
    screen.page.locator("[data-input='q.ten'] select").select_option("9")
    screen.page.locator("[data-input='q.one:of many'] input").fill("Label 17")
    screen.page.locator("[data-input='q.person'] input").fill("Person 7")
    several = KINDS["many"][1][1:3]
    for number in (1, 2):
        screen.page.locator("[data-input='m.many']").get_by_role("checkbox").nth(number).check()
    for number in (8, 9):
        screen.page.locator("[data-input='m.people']").get_by_label(f"Person {number}").check()
    screen.page.get_by_role("button", name=page.submit).click()
    sent = cards.parse(screen.page.evaluate("sent.data"), 3)
    expected: dict[str, Raw] = {
        **typed,
        "rating": "4",
        "yes": "yes",
        "ten": "9",
        "one:of many": "k17",
        "person": "7",
        "people": ("8", "9"),
        "many": tuple(each.key for each in several),
    }
    assert {key: sent.values[key] for key in expected} == expected
