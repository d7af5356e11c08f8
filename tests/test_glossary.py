"""One thing has one word: no text of the bot uses a word that the glossary sets aside for another one."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
TYPED = re.compile(r"(_words$|\.also\.|\.intents\b|\.near\b|\.usage$|\.phrases$|\.names$|^chrome\.(meant\.|thanks$))")
"""What people may type is theirs: it is not held against the glossary."""
HAN = re.compile("[\u4e00-\u9fff]")


def rows(heading: str) -> Iterator[list[str]]:
    section = GLOSSARY.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and not line.startswith(("| ---", "| term", "| language")):
            yield cells


def words(cell: str) -> list[str]:
    return [word for word in (part.strip() for part in cell.split(",")) if word]


def set_aside(language: str) -> dict[str, str]:
    """Each word that is not to be used in a language, with the one to use instead, or why not."""
    instead: dict[str, str] = {}
    for term, chinese, _, english_not, chinese_not in rows("Terms"):
        cell, use = (english_not, term) if language == "en" else (chinese_not, chinese)
        instead |= dict.fromkeys(words(cell), use)
    for spoken, cell, why in rows("Manner"):
        if spoken == language:
            instead |= dict.fromkeys(words(cell), why)
    return instead


def texts(language: str) -> Iterator[tuple[str, str]]:
    for file in sorted([*ROOT.glob("flows/texts/*.toml"), *ROOT.glob("bot/texts/*.toml")]):
        if file.name == f"{language}.toml" or file.name.endswith(f".{language}.toml"):
            for key, text in flat(tomllib.loads(file.read_text(encoding="utf-8"))):
                if not TYPED.search(key):
                    yield f"{file.name}: {key}", text


def flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}{name}.")
        elif isinstance(value, str):
            yield f"{path}{name}", value


def uses(text: str, word: str) -> bool:
    """Whether a text uses a word; in Latin letters as a whole word, in any case.

    What a person types is left out: commands, settings, and the name `hrbp` of a role on the command line.
    """
    plain = re.sub(r"\{\w+(\|or)?\}|/\w+|EVENHAND_\w+|\bhrbp\b", " ", text)
    return word in plain if HAN.search(word) else bool(re.search(rf"(?i)\b{re.escape(word)}\b", plain))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_text_uses_a_word_that_is_set_aside(language: str) -> None:
    instead = set_aside(language)
    found = [
        f"{where}: “{word}” ({use}): {text}"
        for where, text in texts(language)
        for word, use in instead.items()
        if uses(text, word)
    ]
    assert not found, "\n".join(found)


def test_there_are_forty_terms_and_each_has_one_word_in_both_languages() -> None:
    terms = list(rows("Terms"))
    assert len(terms) >= 40
    for column in (0, 1):
        known = [row[column] for row in terms]
        assert all(known)
        assert len(set(known)) == len(known)
    assert all(HAN.search(row[1]) or row[1] == "HRBP" for row in terms)


def test_a_term_that_is_set_aside_would_be_found() -> None:
    assert uses("Please acknowledge it", "acknowledge")
    assert uses("你的经理可以看到", "经理")
    assert not uses("{acknowledged} of {all}", "acknowledged")
