"""Answering by typing: a page taken one question at a time, in the order of its questions."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.choosing import is_iso_day
from flows.catalog import Catalog
from flows.fields import Amount, DayInput, YesNo
from flows.page import Page, Question, Values
from flows.reading import Reading, read_one

SKIPPED = "?skipped"
"""Where a draft keeps which optional questions were skipped; no question can be called so."""


def next_question(page: Page, draft: Mapping[str, Any]) -> Question | None:
    """The first question the person has neither answered nor skipped; what is known already is asked as well."""
    skipped = draft.get(SKIPPED, ())
    asked = (each for each in page.questions if each.given or not each.value)
    return next((each for each in asked if each.key not in skipped), None)


def with_what_is_known(question: Question, language: str, texts: Catalog) -> Question:
    """The question, saying what stands there now where skipping it keeps that."""
    if not question.given or not question.value:
        return question
    raw = question.value if isinstance(question.value, str) else ", ".join(question.value)
    named = next((choice.label for choice in question.choices if choice.key == raw), raw)
    unit = question.kind.unit if isinstance(question.kind, Amount) else ""
    day = date.fromisoformat(raw) if isinstance(question.kind, DayInput) and is_iso_day(raw) else None
    now = texts.say(language, "chrome.now", {"now": day or f"{named}{unit}"})
    return replace(question, help="\n".join(line for line in (question.help, now) if line))


def begins_with(text: str, words: Collection[str]) -> bool:
    """Whether the first word is one of these. Chinese has no space after a word."""
    plain = text.strip().casefold()
    first = re.match(r"\w*", plain, re.ASCII)
    return bool(first and first[0] in words) or any(plain.startswith(word) for word in words if not word.isascii())


def with_typed(page: Page, draft: Mapping[str, Any], text: str, reading: Reading, texts: Catalog) -> tuple[Values, str]:
    """The draft with the next question answered by `text`, or why it cannot be the answer."""
    values = {key: tuple(raw) if isinstance(raw, list) else raw for key, raw in draft.items()}
    question = next_question(page, draft)
    if question is None:
        return values, ""
    if (question.given or not question.required) and reading.is_none(text) and not _chooses(question, text, reading):
        return {**values, SKIPPED: (*values.get(SKIPPED, ()), question.key)}, ""
    objection = read_one(question.kind, text, reading, question.choices, question.required)
    if objection:
        return values, texts.say(page.language, f"problems.{objection.text}", objection.values)
    return {**values, question.key: text}, ""


def _chooses(question: Question, text: str, reading: Reading) -> bool:
    """Whether a word for nothing is one of the choices there are, such as a plain no."""
    plain = text.strip().casefold()
    if isinstance(question.kind, YesNo):
        return read_one(question.kind, text, reading, question.choices, required=True) is None
    return any(plain in (choice.key.casefold(), choice.label.casefold()) for choice in question.choices)
