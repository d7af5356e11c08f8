"""Answering by typing: a page taken one question at a time, in the order of its questions."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.choosing import is_iso_day
from flows.catalog import Catalog
from flows.fields import Amount, DayInput, Line, Paragraph, PeoplePicker, YesNo
from flows.page import ELSE, WHICH, Choice, Page, Question
from flows.questions import Values
from flows.reading import Reading, read_one
from storage.name_forms import fold, is_han
from storage.references import BEFORE_ABOUT

_PARTS = re.compile(r"[,，、;；]|\band\b|和")
SKIPPED = "?skipped"
"""Where a draft keeps which optional questions were skipped; no question can be called so."""


DOUBTED = "?doubted"
"""Where a draft keeps a line that does not look like an answer until the person says whether it is one."""
KEEP, ASKING = "keep", "asking"


def next_question(page: Page, draft: Mapping[str, Any]) -> Question | None:
    """The first question the person has neither answered nor skipped; what is known already is asked as well."""
    skipped = draft.get(SKIPPED, ())
    asked = (each for each in page.questions if each.given or each.proposed or each.unsettled or not each.value)
    return next((each for each in asked if each.key not in skipped), None)


def with_what_is_known(question: Question, language: str, texts: Catalog) -> Question:
    """The question, saying what stands there now where skipping it keeps that, or what is proposed."""
    if not (question.given or question.proposed) or not question.value:
        return question
    raw = question.value if isinstance(question.value, str) else ", ".join(question.value)
    named = next((choice.label for choice in question.choices if choice.key == raw), raw)
    unit = question.kind.unit if isinstance(question.kind, Amount) else ""
    day = date.fromisoformat(raw) if isinstance(question.kind, DayInput) and is_iso_day(raw) else None
    text = "chrome.now" if question.given else "chrome.proposed"
    now = texts.say(language, text, {"now": day or f"{named}{unit}"})
    return replace(question, help="\n".join(line for line in (question.help, now) if line))


def without_notes(draft: Mapping[str, Any]) -> dict[str, Any]:
    """The answers in a draft, without what is only noted about them."""
    return {key: raw for key, raw in draft.items() if not key.startswith("?")}


def one_back(page: Page, draft: Mapping[str, Any]) -> dict[str, Any]:
    """The draft without the answer before the next question, so that this one is asked again."""
    skipped = draft.get(SKIPPED, ())
    upcoming = next_question(page, draft)
    before = []
    for each in page.questions:
        if upcoming and each.key == upcoming.key:
            break
        if draft.get(each.key) or each.key in skipped:
            before.append(each.key)
    kept = {key: raw for key, raw in draft.items() if key == SKIPPED or not key.startswith("?")}
    if not before:
        return kept
    kept.pop(before[-1], None)
    return {**kept, SKIPPED: tuple(key for key in skipped if key != before[-1])}


def is_doubtful(question: Question, text: str, texts: Catalog) -> bool:
    """Whether a line typed at a box to write into looks like a question to the bot or a thank-you, and no answer."""
    plain = text.strip().casefold()
    if not isinstance(question.kind, Line | Paragraph) or "\n" in plain:
        return False
    bare = plain.rstrip("!！.。~～ ")
    return plain.endswith(("?", "？")) or bare in texts.phrases("chrome.thanks") or bare.endswith(("吗", "呢"))


def doubted(question: Question, page: Page, texts: Catalog) -> Question:
    """The question with the two things its last line can have meant as its choices."""
    return replace(
        question, choices=tuple(Choice(key, texts.say(page.language, f"chrome.doubt.{key}")) for key in (KEEP, ASKING))
    )


def verdict(text: str, language: str, texts: Catalog) -> str:
    """What somebody says of a doubted line: `KEEP`, `ASKING`, or empty where they go on with something else."""
    plain = text.strip().casefold()
    for key in (KEEP, ASKING):
        if plain in {
            texts.say(language, f"chrome.doubt.{key}").casefold(),
            *texts.phrases(f"chrome.doubt_words.{key}"),
        }:
            return key
    return ""


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
        left_open = {question.key: ""} if question.proposed else {}
        return {**values, **left_open, SKIPPED: (*values.get(SKIPPED, ()), question.key)}, ""
    if question.people and (people := _chosen_people(question, text)):
        return {**values, question.key: people}, ""
    if question.required and reading.is_none(text) and not _chooses(question, text, reading):
        return values, texts.say(page.language, "chrome.needed_typed")
    kind = PeoplePicker() if question.people else question.kind
    objection = read_one(kind, text, reading, question.choices, question.required)
    if objection and objection.text not in WHICH:
        wrong = texts.say(page.language, f"problems.{objection.text}", objection.values)
        nudges = question.given and isinstance(question.kind, Amount)
        return values, texts.say(page.language, "chrome.skip_hint", {"problem": wrong}) if nudges else wrong
    return {**values, question.key: text}, ""


def _chosen_people(question: Question, text: str) -> tuple[str, ...]:
    """Those of the people offered whom the numbers or the names typed mean; nobody if one of these fits none."""
    chosen: list[str] = []
    for part in filter(None, (each.strip() for each in _PARTS.split(text))):
        if part.isdecimal() and 0 < int(part[:4]) <= len(question.choices):
            fitting = [question.choices[int(part[:4]) - 1]]
        else:
            fitting = [
                each
                for each in question.choices
                if each.key != ELSE and _is_called(part, each.label.partition(BEFORE_ABOUT)[0])
            ]
        if len(fitting) != 1 or fitting[0].key == ELSE:
            return ()
        chosen.append(fitting[0].key)
    before = question.value if isinstance(question.value, tuple) else ()
    return (*before, *chosen) if chosen else ()


def _is_called(typed: str, label: str) -> bool:
    """Whether the label of a person has the words typed, or begins so."""
    name = fold(typed)
    label = label.partition(BEFORE_ABOUT)[0]
    return bool(name) and (f" {name}" in f" {fold(label)}" or (is_han(name) and name in fold(label)))


def _chooses(question: Question, text: str, reading: Reading) -> bool:
    """Whether a word for nothing is one of the choices there are, such as a plain no."""
    plain = text.strip().casefold()
    if isinstance(question.kind, YesNo):
        return read_one(question.kind, text, reading, question.choices, required=True) is None
    return any(plain in (choice.key.casefold(), choice.label.casefold()) for choice in question.choices)
