"""Hostile words: every page and message of every flow, with what people wrote at its worst, on each surface.

Names are as long as names get, texts as long as a box takes, lists as long as a company has; all of it is full of
each platform's markup, mentions, links, right-to-left letters and signs made of several. It must come out inside
the platform's limits, be read as it was typed, and do nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.slack import blocks as slack_blocks
from bot.slack import views as slack
from bot.slack.limits import checked_message
from bot.slack.words import Words
from bot.teams import cards
from bot.teams import messages as teams_messages
from bot.teams.elements import Voice as CardVoice
from bot.teams.limits import elements
from bot.web import messages as web_messages
from bot.web import pages as web
from bot.web.voice import Voice
from flows.catalog import LANGUAGES
from flows.explore import Met
from flows.fields import Line, Paragraph
from flows.message import message
from flows.page import At, Composer, Page, Reader
from flows.questions import Values
from flows.steps import Ask, Tell
from storage.chat import LineKind
from storage.json_values import written
from storage.references import GoalRef, Option, Who
from tests.surfaces.teams.client import CardForm
from tests.test_every_path import CATALOG, FLOWS, SURFACES, explored

MARKUP = (
    "<!channel> <@U1> <!here|x> <http://evil.example|click> *bold* _it_ ~gone~ `code` :tada: "
    "[x](javascript:alert(1)) ![i](http://evil.example/p.png) <script>alert(1)</script> <img src=x onerror=alert(1)> "
    "<at>Ann</at> &amp; &lt;b&gt; {me} {} %s {{DATE(2017-02-14T06:08:39Z,SHORT)}} # head | a | b | "
)
LETTERS = "שלום עולם مرحبا بالعالم 👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 完成了 ﷽ "
NAME = "<!channel> *Ärger* [x](javascript:1) שלום مرحبا 👩‍👩‍👧 von und zu"
LONG = (MARKUP + LETTERS) * 10
LONGEST = 3000
MANY = 50
WORDS = (LONG[:40], LONG[LONGEST - 40 : LONGEST], NAME)
"""By which it is seen that all of it is there."""
PLAIN = ("kind", "visibility", "stance", "verdict", "intro")
"""What a flow names texts by; nobody types it."""


def hostile(value: Any, name: str = "") -> Any:
    """The same with all words in it replaced by the worst there are."""
    match value:
        case str() if name in PLAIN or (value.islower() and value.isidentifier()) or not value:
            return value
        case str():
            return LONG[:LONGEST]
        case Who():
            return replace(value, given=NAME, family=NAME, native=NAME)
        case tuple() | list():
            return tuple(hostile(each) for each in value)
        case Mapping():
            return {key: hostile(each, key) for key, each in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            words = {each.name: getattr(value, each.name) for each in fields(value)}
            worse = {key: hostile(each, key) for key, each in words.items() if key not in ("key", "owner", "parent")}
            return replace(value, **{key: _short(each) for key, each in worse.items()})
        case _:
            return value


def _short(value: Any) -> Any:
    """A title or a label is one line of at most 150."""
    return value[:150] if isinstance(value, str) else value


def many(offered: Any) -> Any:
    """As many to choose from as a company has."""
    match next(iter(offered), None):
        case Option(key=key):
            return tuple(Option(f"{n}:{key}", f"{n} {NAME}") for n in range(MANY))
        case GoalRef() as goal:
            return tuple(replace(goal, key=f"{n}:{goal.key}", title=f"{n} {NAME}") for n in range(MANY))
        case _:
            return tuple(offered)  # keys of choices that stand in the texts


def hostile_ask(ask: Ask[Any]) -> Ask[Any]:
    return replace(
        ask,
        context=hostile(ask.context),
        offer={name: many(offered) for name, offered in ask.offer.items()},
        given={},
    )


def pages(flow: str, language: str) -> Iterator[tuple[Met, Page]]:
    reader = Reader(language, ZoneInfo("Asia/Shanghai"))
    due = datetime(2026, 3, 12, 9, tzinfo=UTC)
    for met in explored(flow).kinds_of_pages():
        ask = hostile_ask(met.ask)
        yield met, Composer(CATALOG).page(flow, ask, At(7, ask.key), reader, due=due if ask.within else None)


def filled(page: Page) -> Values:
    """Every text box as full as it may be."""
    return {
        each.key: (LETTERS + LONG)[: each.kind.most] if isinstance(each.kind, Paragraph) else NAME[: each.kind.most]
        for each in page.questions
        if isinstance(each.kind, Line | Paragraph)
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("flow", FLOWS)
def test_every_page_comes_through_with_its_boxes_full(flow: str, surface: str, language: str) -> None:
    for _, page in pages(flow, language):
        typed = filled(page)
        picked = {each.key: each.choices[-1].key for each in page.questions if len(each.choices) == MANY}
        sent = SURFACES[surface](page, {**typed, **picked})
        assert {key: sent.values[key] for key in typed} == typed
        for key, choice in picked.items():
            assert choice in sent.values[key]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", FLOWS)
def test_every_page_is_read_as_it_was_typed_and_does_nothing(flow: str, language: str) -> None:
    for _, page in pages(flow, language):
        said = "\n".join([page.intro, page.audience, *(f"{each.help}\n{each.audience}" for each in page.questions)])
        for native, read in NATIVE:
            shown = read(native(page))
            for words in WORDS:
                assert words not in said or words in shown, native.__name__


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", FLOWS)
def test_every_message_is_read_as_it_was_typed_and_does_nothing(flow: str, language: str) -> None:
    for tell in explored(flow).kinds_of_messages():
        worse = replace(tell, values=hostile(tell.values))
        for show in TOLD:
            shown = show(flow, worse, language)
            said = message(CATALOG, Reader(language, ZoneInfo("UTC")), flow, worse.text, worse.values).text
            for words in WORDS:
                assert words not in said or words in shown, (show.__name__, tell.text)


def test_the_worst_is_met_in_every_place_there_is() -> None:
    composed = [page for flow in FLOWS for _, page in pages(flow, "en")]
    assert any(WORDS[1] in page.intro for page in composed)
    assert any(NAME in page.intro + page.audience for page in composed)
    assert any(len(each.choices) == MANY for page in composed for each in page.questions)
    assert any(len(text) == LONGEST for page in composed for text in filled(page).values())


# what each surface makes of it, and what there is to read in that


def in_slack(page: Page) -> list[Any]:
    words = Words(CATALOG, Reader(page.language, ZoneInfo("UTC")))
    return [slack_blocks.prompt(page, words), *(slack.render(page, words, part=n) for n in range(slack.parts_of(page)))]


def read_in_slack(native: Any) -> str:
    """Every text; fails on anything Slack would read as markup, a mention, a link or an emoji's name."""
    found: list[str] = []

    def look(thing: Any) -> None:
        match thing:
            case {"type": "plain_text", "text": str(text), "emoji": False}:
                found.append(text)
            case {"type": "plain_text" | "mrkdwn" | "markdown" | "link" | "user" | "usergroup" | "broadcast" | "emoji"}:
                raise AssertionError(f"{thing} is acted on")
            case {"type": "text", "text": str(text)}:
                found.append(text)
            case dict():
                if isinstance(fallback := thing.get("text"), str):
                    assert "<" not in fallback, "a fallback is read as markup"
                    assert ">" not in fallback
                for each in thing.values():
                    look(each)
            case list() | tuple():
                for each in thing:
                    look(each)
            case _:
                pass

    look(native)
    return "\n".join(found)


def in_teams(page: Page) -> Any:
    return cards.render(page, CardVoice(CATALOG, Reader(page.language, ZoneInfo("UTC"))))


def read_in_teams(card: Any) -> str:
    """Every text; fails on what a client would read as markup, as a link or as one of its own functions."""
    form = CardForm(card)
    for each in elements(card):
        for name in ("text", "label", "title", "placeholder", "errorMessage", "fallbackText", "tooltip"):
            text = str(each.get(name, ""))
            assert "{{DATE" not in text, f"{name} is worked out"
            if name != "text" or each.get("type") == "TextBlock":
                assert "](" not in text, f"{name} is a link"
        if each.get("type") == "TextBlock":
            assert not set("*_`~[]<>#|") & set(str(each["text"]))
        for choice in each.get("choices", ()):
            assert "](" not in choice["title"]
    return form.shown.replace("\u200b", "") + "\n".join(_runs(card))


def _runs(card: Any) -> Iterator[str]:
    for each in elements(card):
        if each.get("type") == "TextRun":
            yield str(each["text"]).replace("\u200b", "")


def in_the_browser(page: Page) -> str:
    return str(web.render(page, Voice(CATALOG, Reader(page.language, ZoneInfo("UTC")), 1), "token"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "img", "b", "at", "a", "iframe"}, f"<{tag}> was made of words"
        assert not any(name.startswith("on") or name in {"src", "href"} for name, _ in attrs), attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read_in_the_browser(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.words)


NATIVE: tuple[tuple[Callable[[Page], Any], Callable[[Any], str]], ...] = (
    (in_slack, read_in_slack),
    (in_teams, read_in_teams),
    (in_the_browser, read_in_the_browser),
)


def told_in_slack(flow: str, tell: Tell, language: str) -> str:
    reader = Reader(language, ZoneInfo("UTC"))
    made = slack_blocks.told(message(CATALOG, reader, flow, tell.text, tell.values, tell.buttons))
    checked_message(made)
    return read_in_slack(made)


def told_in_teams(flow: str, tell: Tell, language: str) -> str:
    reader = Reader(language, ZoneInfo("UTC"))
    said = message(CATALOG, reader, flow, tell.text, tell.values, tell.buttons)
    activity = teams_messages.told(said, CardVoice(CATALOG, reader)).activity()
    if "attachments" in activity:
        return read_in_teams(activity["attachments"][0]["content"])
    assert activity["textFormat"] == "plain"
    return str(activity["text"])


def told_in_the_browser(flow: str, tell: Tell, language: str) -> str:
    body = {"flow": flow, "text": tell.text, "values": written(tell.values), "buttons": written(tell.buttons)}
    at = datetime(2026, 3, 5, 9, tzinfo=UTC)
    row: Any = {"id": 1, "kind": LineKind.tell, "person_id": 1, "mine": False, "at": at, "body": body}
    voice = Voice(CATALOG, Reader(language, ZoneInfo("UTC")), 1)
    said = message(CATALOG, voice.reader, flow, tell.text, tell.values, tell.buttons)
    html = web_messages.render(row, voice, lambda *_: "", lambda number: Who(number, "A", "B"), lambda _: said, ())
    return read_in_the_browser(str(html))


TOLD = (told_in_slack, told_in_teams, told_in_the_browser)
