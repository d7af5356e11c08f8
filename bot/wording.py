"""Wording: what the command line says, in the language of the terminal, read without loading the bot.

`evenhand --help` must be quick, so it reads its one file of texts by itself instead of the whole catalogue.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class Language(StrEnum):
    en = "en"
    zh = "zh"


class Wording:
    """`say("demo.ready", address=…)`: a text below `[cli]` in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.texts = _texts(language)

    def __call__(self, key: str, **values: Any) -> str:
        found: Any = self.texts
        for part in key.split("."):
            found = found[part]
        if isinstance(found, dict):  # a text about a number: its two forms in English, the one in Chinese
            found = found["one" if values.get("count") == 1 and "one" in found else "other"]
        return str(found).format(**values)


@cache
def _texts(language: str) -> Mapping[str, Any]:
    file = resources.files("bot.texts") / f"cli.{language}.toml"
    texts: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))["cli"]
    return texts


def language_of(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Language:
    """The language asked for with `--language`, by the setting, or else the one of the terminal."""
    said = [environment.get(name, "") for name in ("EVENHAND_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    for place, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == "--language":
            said.insert(0, value if equals else "".join(arguments[place + 1 : place + 2]))
            break
    spoken = next(filter(None, said), "")[:2].lower()
    return Language(spoken) if spoken in set(Language) else Language.en
