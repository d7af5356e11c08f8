"""One thing has one word: no text of the bot, and no quotation of one, uses a word that the glossary sets aside."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted(page for page in ROOT.glob("docs/*.md") if page.name != "glossary.md")]
TYPED = re.compile(
    r"(_words(\.\w+)?$|\.also\.|\.intents\b|\.near\b|\.usage$|\.phrases$|\.names$|^chrome\.(meant\.|thanks$|back_words$))"
)
"""What people may type is theirs: it is not held against the glossary."""
CODE = re.compile(r"`[^`]*`|\{\w+(\|or)?\}|/\w+|https?://\S+|EVENHAND_\w+|\bhrbp\b")
"""What is no wording: commands, places, addresses, settings, and the name `hrbp` of a role on the command line."""
QUOTED = re.compile(r"“([^”]+)”")
NOT_OURS = frozenset({"CSV UTF-8", "Multi-Channel Guest", "Unable to reach app", "For good", "Starting quietly"})
"""Quotations in the documents that no text of the bot has: words of other programs, and of the page itself."""
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


def quotations() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for quotation in QUOTED.findall(prose):
            yield page.name, " ".join(quotation.split())


def uses(text: str, word: str) -> bool:
    """Whether a text uses a word; in Latin letters as a whole word, in any case."""
    plain = _spoken(text)
    if word.casefold() not in plain:
        return False
    return bool(HAN.search(word) or re.search(rf"\b{re.escape(word.casefold())}\b", plain))


@cache
def _spoken(text: str) -> str:
    return CODE.sub(" ", text).casefold()


def in_the_bots_words(quotation: str) -> bool:
    """Whether some text of the bot says this, whatever its places are filled with."""
    said = _plain(quotation)
    return any(said in plain or pattern.fullmatch(said) for plain, pattern in _all_texts())


@cache
def _all_texts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((_plain(text), _pattern(text)) for _, text in (*texts("en"), *texts("zh")))


def _plain(text: str) -> str:
    return text.replace("`", "").rstrip(".。").casefold()


def _pattern(text: str) -> re.Pattern[str]:
    pieces = re.split(r"\{\w+(?:\|or)?\}", _plain(text))
    says_something = len(re.findall(r"\w", "".join(pieces))) > 1
    return re.compile(".+".join(re.escape(piece) for piece in pieces) if says_something else r"(?!)")


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


def test_english_has_curly_apostrophes() -> None:
    straight = [f"{where}: {text}" for where, text in texts("en") if re.search(r"\w'\w|\ws'(\s|$)", CODE.sub("", text))]
    assert not straight, "\n".join(straight)


def test_chinese_has_full_width_punctuation_and_no_exclamation_marks() -> None:
    narrow = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]|！")
    found = [f"{where}: {text}" for where, text in texts("zh") if narrow.search(CODE.sub("", text))]
    assert not found, "\n".join(found)


def test_what_the_documents_quote_is_what_the_bot_says() -> None:
    found = [f"{page}: “{quotation}”" for page, quotation in quotations() if quotation not in NOT_OURS]
    assert found
    assert [each for each in found if not in_the_bots_words(QUOTED.findall(each)[0])] == []


def test_the_buttons_in_the_guide_for_hr_are_called_as_there() -> None:
    rows_of_buttons = re.findall(r"^\| (\*\*.+?) \|", (ROOT / "docs/hr.md").read_text("utf-8"), re.MULTILINE)
    buttons = {button for row in rows_of_buttons for button in re.findall(r"\*\*(.+?)\*\*", row)}
    titles = {text for where, text in texts("en") if where.endswith(".title")}
    assert len(buttons) > 5
    assert buttons - titles == set()


@pytest.mark.parametrize("page", ["README.md", "docs/hr.md", "docs/privacy.md", "docs/slack.md", "docs/teams.md"])
def test_the_documents_for_people_use_the_terms(page: str) -> None:
    prose = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    terms = {word: term for term, _, _, english_not, _ in rows("Terms") for word in words(english_not)}
    assert [f"“{word}” ({term})" for word, term in terms.items() if uses(prose, word)] == []


def test_no_quotation_is_excused_that_is_not_there() -> None:
    assert {quotation for _, quotation in quotations()} >= NOT_OURS


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
    assert not uses("Run `evenhand pilot everybody` to begin", "everybody")


def test_a_quotation_that_no_text_has_would_be_found() -> None:
    assert in_the_bots_words("Did you mean `/meet`?")
    assert in_the_bots_words("18 of 290 take part")
    assert not in_the_bots_words("I do not know the e-mail address of your Slack account")
