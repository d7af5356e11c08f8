"""Command names: what each command is called in each language, and which command a typed name stands for.

The English name is the one that a flow declares. Its texts name it in every language, `[flow.command]`: the first of
`names` is shown, the others are understood as well. Texts mention a command by its English name, `/win`; `spelt` writes
it as a reader of each language types it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from flows.catalog import LANGUAGES, Catalog, Text
from flows.core import Flow
from flows.replay import FlowError

HELP = "help"
SLASHES = ("/", "／")
LIKE_SLASHES = ("、", "\\", "＼")
"""What a Chinese keyboard, or a hand that slips, types for a slash; an ordinary answer may begin with these too."""
_MENTIONED = re.compile(r"(?<![\w/.:])/([a-z]+)(?![\w/])")


class RepeatedName(FlowError):
    def __init__(self, name: str, first: str, second: str) -> None:
        super().__init__(f"the name {name!r} stands for both /{first} and /{second}; keep it in one [flow.command]")


@dataclass(frozen=True)
class CommandNames:
    shown: Mapping[str, Mapping[str, str]]
    """The name to show, by language and command."""
    known: Mapping[str, str]
    """The command, by each name that is understood, folded."""
    prefix: str = ""

    @classmethod
    def of(cls, commands: Mapping[str, Flow], texts: Catalog, prefix: str = "") -> "CommandNames":
        """Raises `RepeatedName`."""
        sections = {HELP: "chrome", **{command: flow.name for command, flow in commands.items()}}
        shown: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        known: dict[str, str] = {}
        for command, section in sections.items():
            for language in LANGUAGES:
                names = words_in(texts, language, f"{section}.command.names") or [command]
                shown[language][command] = names[0]
                for name in (command, *names):
                    if known.setdefault(fold(name), command) != command:
                        raise RepeatedName(name, known[fold(name)], command)
        return cls(shown, known, prefix)

    def command(self, typed: str) -> str | None:
        """The command that a name stands for, with or without its slash and the prefix."""
        name = fold(typed.strip().lstrip("".join((*SLASHES, *LIKE_SLASHES))))
        prefix = fold(self.prefix)
        if prefix and name.startswith(prefix) and name.removeprefix(prefix) in self.known:
            name = name.removeprefix(prefix)
        return self.known.get(name)

    def shown_in(self, language: str, command: str) -> str:
        """A command's name as a reader types it after the slash."""
        return self.with_prefix(self.shown[language].get(command, command))

    def with_prefix(self, name: str) -> str:
        """A name with what tells it from other apps' names; in Chinese letters it needs nothing of the kind."""
        return f"{self.prefix}{name}" if name.isascii() else name

    def in_english(self) -> "CommandNames":
        """The same with the English names shown to everybody, for a platform that takes no others after a slash."""
        return CommandNames(dict.fromkeys(LANGUAGES, self.shown["en"]), self.known, self.prefix)

    def spelt(self, texts: Catalog) -> Catalog:
        """The texts with every command they mention written as its reader types it."""
        commands = self.shown["en"].keys()
        if not self.prefix and all(names == {each: each for each in commands} for names in self.shown.values()):
            return texts

        def written(language: str, text: str) -> str:
            def name(found: re.Match[str]) -> str:
                return f"/{self.shown_in(language, found[1])}" if found[1] in commands else found[0]

            return _MENTIONED.sub(name, text) if "/" in text else text

        def in_language(language: str, text: Text) -> Text:
            if isinstance(text, str):
                return written(language, text)
            return {form: written(language, each) for form, each in text.items()}

        return Catalog(
            {
                language: {key: in_language(language, text) for key, text in known.items()}
                for language, known in texts.texts.items()
            }
        )


def words_in(texts: Catalog, language: str, key: str) -> list[str]:
    """The words of a text that is a list of them; none where there is no such text."""
    return texts.say(language, key).split() if texts.has(language, key) else []


def fold(name: str) -> str:
    """A name as it is compared: neither width nor case matters."""
    return unicodedata.normalize("NFKC", name).casefold()
