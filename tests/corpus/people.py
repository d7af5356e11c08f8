"""The lines about people, `people.en.toml` and `people.zh.toml`, and the directory they speak of, as typed rows."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from tests.corpus.lines import Language, WrongCorpus

HERE = Path(__file__).parent
Command = Literal["win", "miss", "praise", "coach", "meet"]


@dataclass(frozen=True)
class Colleague:
    id: str
    name: str
    """As the directory shows it; a nickname stands in brackets."""
    latin: str
    family: str
    given: str
    email: str
    handle: str
    team: str


@dataclass(frozen=True)
class Mention:
    """One line as it was typed, and whom it is about: known, to be asked about, or nobody."""

    language: Language
    author: str
    command: Command
    text: str
    about: tuple[str, ...] = ()
    """Ids, in the order of the line."""
    ask: tuple[str, ...] = ()
    """Ids of the people to offer, those of the author's team first."""
    left: str | None = None


def directory() -> dict[str, Colleague]:
    """Everybody in the company, by id."""
    rows = tomllib.loads((HERE / "directory.toml").read_text("utf-8"))["people"]
    return {row["id"]: Colleague(**row) for row in rows}


def mentions(language: Language) -> tuple[Mention, ...]:
    """All lines of a language. Raises WrongCorpus for a row that is not well formed."""
    known = directory()
    found = []
    for author in tomllib.loads((HERE / f"people.{language}.toml").read_text("utf-8"))["author"]:
        for row in author["lines"]:
            about, ask = tuple(row.get("about", ())), tuple(row.get("ask", ()))
            mention = Mention(language, author["by"], row["in"], row["line"], about, ask, row.get("left"))
            if fault := _fault(mention, known):
                raise WrongCorpus(f"{mention.text!r} {fault}")
            found.append(mention)
    return tuple(found)


def _fault(mention: Mention, known: dict[str, Colleague]) -> str | None:
    if mention.command not in get_args(Command):
        return f"follows {mention.command}"
    if unknown := {mention.author, *mention.about, *mention.ask} - known.keys():
        return f"names {sorted(unknown)}, whom the directory does not have"
    if mention.about and mention.ask:
        return "is known and asked"
    own = known[mention.author].team
    others_first = [known[each].team == own for each in mention.ask]
    if others_first != sorted(others_first, reverse=True):
        return "offers the author's own team last"
    if mention.left is not None and mention.left not in mention.text:
        return f"does not contain {mention.left!r}"
    return None
