"""Answering by typing: a page taken one question at a time, in the order of its questions."""

from collections.abc import Mapping
from typing import Any

from flows.catalog import Catalog
from flows.fields import YesNo
from flows.page import Page, Question, Values
from flows.reading import Reading, read_one

SKIPPED = "?skipped"
"""Where a draft keeps which optional questions were skipped; no question can be called so."""


def next_question(page: Page, draft: Mapping[str, Any]) -> Question | None:
    """The first question that has neither an answer nor been skipped."""
    skipped = draft.get(SKIPPED, ())
    return next((each for each in page.questions if not each.value and each.key not in skipped), None)


def with_typed(page: Page, draft: Mapping[str, Any], text: str, reading: Reading, texts: Catalog) -> tuple[Values, str]:
    """The draft with the next question answered by `text`, or why it cannot be the answer."""
    values = {key: tuple(raw) if isinstance(raw, list) else raw for key, raw in draft.items()}
    question = next_question(page, draft)
    if question is None:
        return values, ""
    if not question.required and reading.is_none(text) and not _chooses(question, text, reading):
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
