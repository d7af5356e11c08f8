"""Answering by typing: a page taken one question at a time, in the order of its questions."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.choosing import is_iso_day
from flows.catalog import Catalog
from flows.fields import Amount, DayInput, PeoplePicker, YesNo
from flows.page import ELSE, WHICH, Page, Question
from flows.questions import Values
from flows.reading import Reading, read_one
from storage.name_forms import fold, is_han

_PARTS = re.compile(r"[,，、;；]|\band\b|和")
SKIPPED = "?skipped"
"""Where a draft keeps which optional questions were skipped; no question can be called so."""


def next_question(page: Page, draft: Mapping[str, Any]) -> Question | None:
    """The first question the person has neither answered nor skipped; what is known already is asked as well."""
    skipped = draft.get(SKIPPED, ())
    asked = (each for each in page.questions if each.given or each.unsettled or not each.value)
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
    if question.people and (people := _chosen_people(question, text)):
        return {**values, question.key: people}, ""
    kind = PeoplePicker() if question.people else question.kind
    objection = read_one(kind, text, reading, question.choices, question.required)
    if objection and objection.text not in WHICH:
        return values, texts.say(page.language, f"problems.{objection.text}", objection.values)
    return {**values, question.key: text}, ""


def _chosen_people(question: Question, text: str) -> tuple[str, ...]:
    """Those of the people offered whom the numbers or the names typed mean; nobody if one of these fits none."""
    chosen: list[str] = []
    for part in filter(None, (each.strip() for each in _PARTS.split(text))):
        if part.isdecimal() and 0 < int(part[:4]) <= len(question.choices):
            fitting = [question.choices[int(part[:4]) - 1]]
        else:
            fitting = [each for each in question.choices if each.key != ELSE and _is_called(part, each.label)]
        if len(fitting) != 1 or fitting[0].key == ELSE:
            return ()
        chosen.append(fitting[0].key)
    before = question.value if isinstance(question.value, tuple) else ()
    return (*before, *chosen) if chosen else ()


def _is_called(typed: str, label: str) -> bool:
    """Whether the label of a person has the words typed, or begins so."""
    name = fold(typed)
    return bool(name) and (f" {name}" in f" {fold(label)}" or (is_han(name) and name in fold(label)))


def _chooses(question: Question, text: str, reading: Reading) -> bool:
    """Whether a word for nothing is one of the choices there are, such as a plain no."""
    plain = text.strip().casefold()
    if isinstance(question.kind, YesNo):
        return read_one(question.kind, text, reading, question.choices, required=True) is None
    return any(plain in (choice.key.casefold(), choice.label.casefold()) for choice in question.choices)
