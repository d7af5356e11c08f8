"""The sample company's sentences: templates by craft and language, and how their blanks are filled."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

BLANK = re.compile(r"\{([^{}]+)\}")
NUMBERS = re.compile(r"(\d+)-(\d+)")
SENTENCE_START = re.compile(r"(?:^|(?<=[.?!] ))[a-z]")
BETWEEN_SCRIPTS = re.compile(
    r"(?<=[\u4e00-\u9fff]) *(?=[A-Za-z0-9−])|(?<=[A-Za-z0-9%℃]) *(?=[\u4e00-\u9fff])"
)  # where some people type a space and others do not


@cache
def contents(name: str) -> dict[str, Any]:
    """One of the data files beside this module, read once."""
    return tomllib.loads(files("storage.sample").joinpath(name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Phrasebook:
    """The templates of one language."""

    language: str

    def all_of(self, craft: str, kind: str) -> tuple[str, ...]:
        """The templates of a craft for `highlights`, `win` and so on; empty where it has none."""
        return tuple(self._read.get(craft, {}).get(kind, ()))

    def common(self, kind: str, with_customers: bool) -> tuple[str, ...]:
        """Templates for every craft; those that name a customer only for people who have customers."""
        return tuple(each for each in self.all_of("common", kind) if with_customers or "{customer}" not in each)

    def customers(self, country: str) -> tuple[str, ...]:
        return tuple(self._read["customers"][country])

    def site(self, location: str) -> str:
        return str(self._read["sites"][location])

    def projects(self, craft: str) -> tuple[str, ...]:
        return self.all_of(craft, "projects")

    @property
    def contested(self) -> tuple[dict[str, str], ...]:
        """Events their subject says were not so, with what the subject says, by craft."""
        return tuple(self._read["contested"])

    @property
    def _read(self) -> dict[str, Any]:
        return contents(f"phrases.{self.language}.toml")

    def paragraph(self, *sentences: str) -> str:
        return ("" if self.language == "zh" else " ").join(sentences)


def fill(template: str, blanks: Mapping[str, str], random: Random) -> str:
    """A template with its blanks filled: `{3-9}` a number, `{a|b}` one of several, `{peer}` from `blanks`."""

    def written(blank: re.Match[str]) -> str:
        inside = blank[1]
        if "|" in inside:
            return str(random.choice(inside.split("|")))
        if span := NUMBERS.fullmatch(inside):
            return str(random.randint(int(span[1]), int(span[2])))
        return blanks[inside]

    return SENTENCE_START.sub(lambda start: start[0].upper(), BLANK.sub(written, template))


def typed_by(text: str, spaces: bool) -> str:
    """Chinese text as somebody types it who does, or does not, put spaces around Latin letters and numbers."""
    return BETWEEN_SCRIPTS.sub(" " if spaces else "", text)
