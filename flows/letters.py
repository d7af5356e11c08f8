"""Letters: what an announcement says, in the language of its author and, if they like, in the other one as well."""

from collections.abc import Iterator
from typing import Any

from pydantic import model_validator

from flows.fields import LongText, ShortText
from flows.steps import Form, Objection
from storage.references import Bilingual, Phrase

_OLD_NAMES = {"headline_zh": "headline_other", "body_zh": "body_other"}
"""In journals from before a Chinese author could add an English text."""


class Worded(Form):
    """A headline and a text; `other` are the same two for readers of the other language."""

    headline: ShortText
    body: LongText
    headline_other: ShortText | None
    body_other: LongText | None

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, values: Any) -> Any:
        return {_OLD_NAMES.get(name, name): value for name, value in values.items()}

    def objections(self) -> Iterator[Objection]:
        if (self.headline_other is None) != (self.body_other is None):
            yield Objection("body_other" if self.headline_other else "headline_other", "twin_needed")

    def title_in(self, language: str) -> Bilingual:
        """The headline, written by an author of this language."""
        return Bilingual.of(language, self.headline, self.headline_other)

    def text_in(self, language: str) -> Bilingual:
        return Bilingual.of(language, self.body, self.body_other)


def other_language(language: str) -> str:
    return "en" if language == "zh" else "zh"


def named(language: str) -> Phrase:
    """What a language is called."""
    return Phrase(f"letters.{language}")
