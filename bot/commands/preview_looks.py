"""Looks: one page or message on each surface and in each language, for the preview."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

from htpy import Renderable, pre
from sqlalchemy import RowMapping

from bot.terminal import pages as terminal
from bot.web import messages as web_messages
from bot.web import pages as web
from bot.web.voice import Voice
from flows.catalog import LANGUAGES, Catalog
from flows.core import Flow
from flows.message import Message, message
from flows.page import At, Composer, Reader
from flows.steps import Ask, Tell
from storage.chat import LineKind
from storage.facts import samples
from storage.json_values import written
from storage.references import Who

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
READER: Who = samples(("me",))["me"]


@dataclass(frozen=True)
class Look:
    surface: str
    language: str
    title: str
    shown: Renderable


def page_looks(flow: Flow, ask: Ask[Any], texts: Catalog) -> tuple[Look, ...]:
    return tuple(_page_looks(flow, ask, texts))


def tell_looks(flow: Flow, tell: Tell, texts: Catalog) -> tuple[Look, ...]:
    return tuple(_tell_looks(flow, tell, texts))


def _page_looks(flow: Flow, ask: Ask[Any], texts: Catalog) -> Iterator[Look]:
    due = NOW + ask.within if ask.within else None
    for language in LANGUAGES:
        reader = Reader(language, ZoneInfo("UTC"))
        page = Composer(texts).page(flow.name, ask, At(0, ask.key), reader, due=due)
        yield Look("web", language, page.title, web.render(page, Voice(texts, reader, ask.who.id), ""))
        yield Look("terminal", language, page.title, pre[str(terminal.render(page, texts))])


def _tell_looks(flow: Flow, tell: Tell, texts: Catalog) -> Iterator[Look]:
    public = tell.to == "everyone"
    buttons = [[name, written(given)] for name, given in tell.buttons]
    body = {"flow": flow.name, "text": tell.text, "values": written(tell.values), "buttons": buttons}
    line = {
        "id": 0,
        "kind": LineKind.channel if public else LineKind.tell,
        "mine": False,
        "person_id": READER.id,
        "conversation_id": None,
        "key": None,
        "body": body,
        "at": NOW,
    }
    for language in LANGUAGES:
        reader = Reader(language, ZoneInfo("UTC"))
        told = message(texts, reader, flow.name, tell.text, tell.values, tell.buttons)
        row = cast(RowMapping, line)
        voice = Voice(texts, reader, READER.id)
        shown = web_messages.render(row, voice, lambda *_: "", lambda _: READER, partial(_same, told), ())
        yield Look("web", language, "", shown)
        yield Look("terminal", language, "", pre["\n".join(terminal.render_message(told))])


def _same(told: Message, _: RowMapping) -> Message:
    return told
