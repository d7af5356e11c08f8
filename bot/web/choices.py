"""Choices: what a question offers, as radio buttons or boxes to tick."""

from collections.abc import Mapping
from typing import Any

from htpy import (
    Renderable,
    fragment,
    input,  # noqa: A004 - the element's name
    label,
    span,
)

from bot.choosing import chosen
from flows.fields import Rating
from flows.page import Question
from flows.questions import Raw


def several(raw: Raw) -> tuple[str, ...]:
    return raw if isinstance(raw, tuple) else (raw,)


def radios(question: Question, name: str, *, is_first: bool) -> Renderable:
    """The choices of which one is chosen."""
    value = chosen(question)
    numbered = isinstance(question.kind, Rating)
    return fragment[
        input(type="hidden", name=f"q.{question.key}", value=""),
        (
            label(".choice")[
                input(
                    type="radio",
                    name=f"q.{question.key}",
                    value=choice.key,
                    id=f"{name}-{number}",
                    checked=value == choice.key,
                    autofocus=is_first and (value == choice.key or (number == 0 and not value)),
                ),
                numbered and choice.label != choice.key and span(".number", aria_hidden="true")[choice.key],
                span[choice.label],
            ]
            for number, choice in enumerate(question.choices)
        ),
    ]


def checkboxes(question: Question, name: str, common: Mapping[str, Any], *, is_first: bool) -> Renderable:
    """The choices of which several can be chosen."""
    values = several(chosen(question))
    invalid = {"aria-invalid": common.get("aria-invalid")}
    return fragment[
        input(type="hidden", name=f"m.{question.key}", value=""),
        (
            label(".choice")[
                input(
                    type="checkbox",
                    name=f"m.{question.key}",
                    value=choice.key,
                    id=f"{name}-{number}",
                    checked=choice.key in values,
                    autofocus=is_first and number == 0,
                    **invalid,
                ),
                span[choice.label],
            ]
            for number, choice in enumerate(question.choices)
        ),
    ]
