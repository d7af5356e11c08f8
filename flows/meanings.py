"""Meanings: which commands a line may stand for that is none itself.

What a line is compared with stands in the texts of each flow, `[flow.command]`, in every language: `names` and `near`
(other names, such as `kudos` of `/praise`), and `phrases`, one a line: `(a|b)` is one of these, `[a|b]` one of these or
nothing, `…` any words, `<when>` words that name a day or a time to come, `<mention>` words that begin with an @. What
stands in the places of the last three is carried over to the command; the rest only introduces it, and is dropped.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from flows.catalog import LANGUAGES, Catalog
from flows.command_names import LIKE_SLASHES, SLASHES, fold, words_in
from flows.core import Flow
from flows.replay import FlowError

MOST = 3
"""As many are ever offered."""
LONGEST = 400
"""Characters of a line that are compared with phrases: what is longer was written to be read, not to command."""
SHARE = 0.6
"""A second meaning is offered when it accounts for at least this share of what the best one does."""
LIKE_WITH_SLASH, LIKE_SHORT, LIKE_WITHOUT = 0.72, 0.66, 0.86
"""How alike (`difflib`, 0 to 1) a typo and a name are: what follows a slash is meant as a command, and of three letters
one may be wrong."""
SHORTEST_TYPO = 5
"""Letters of a word without a slash that can be a typo; a shorter one is too easily a word of its own."""
_PARTS = re.compile(r"(?P<hole>…|<when>|<mention>)|(?P<group>[()\[\]|])|(?P<space> +)|(?P<literal>[^…<{}()\[\]| ]+)")
_APART = r"(?:(?<![a-z0-9])|(?![a-z0-9]))\s*"
"""A space of a phrase: Latin words are apart there, Chinese ones may stand side by side."""
_GROUPS = {"(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|"}
_NAMED = re.compile(r"([^\s@:,]+)(\s*[:,]\s*|\s+|(?=@)|$)", re.DOTALL)
_END = " \t\r\n.!?~。…"
# One character for one, so that a place in the plain line is the same place in the line as it was typed.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2019: "'", 0x2018: "'"}
_PLAIN |= {ord("、"): ",", ord("。"): ".", ord("～"): "~"}


class UnreadablePhrase(FlowError):
    def __init__(self, phrase: str) -> None:
        super().__init__(f"the phrase {phrase!r} cannot be read; its brackets have to close")


@dataclass(frozen=True)
class Meaning:
    command: str
    line: str
    """What is carried over to the command."""
    weight: float
    """Characters of the line that this meaning accounts for, or how alike a typo is."""


@dataclass(frozen=True)
class Phrase:
    """One phrase, to be compared with whole lines."""

    pattern: re.Pattern[str]
    when: frozenset[str]
    """The names of the groups that must name a day or a time."""

    @classmethod
    def of(cls, phrase: str) -> "Phrase":
        """Raises `UnreadablePhrase`."""
        made, when, end, holes = "", set(), 0, 0
        plain = plain_line(phrase)
        for part in _PARTS.finditer(plain):
            if part.start() != end:
                raise UnreadablePhrase(phrase)
            end = part.end()
            match part.lastgroup, part[0]:
                case "hole", hole:
                    name = f"hole{holes}"
                    holes += 1
                    made += f"(?P<{name}>{'@' if hole == '<mention>' else ''}.+?)"
                    when |= {name} if hole == "<when>" else set()
                case "group", sign:
                    made += _GROUPS[sign]
                case "space", _:
                    made += _APART
                case _, literal:
                    made += re.escape(literal)
        try:
            pattern = re.compile(made, re.IGNORECASE | re.DOTALL)
        except re.error:
            raise UnreadablePhrase(phrase) from None
        if end != len(plain):
            raise UnreadablePhrase(phrase)
        return cls(pattern, frozenset(when))

    def read(self, line: str, plain: str, days: "DayWords") -> tuple[str, int] | None:
        """What a line carries over, and how many of its characters the phrase itself accounts for."""
        found = self.pattern.fullmatch(plain)
        if found is None:
            return None
        holes = [name for name in found.groupdict() if found[name] is not None]
        if not all(days.stand_in(found[name]) for name in holes if name in self.when):
            return None
        carried = [line[slice(*found.span(name))].strip(" ,，:：、") for name in holes]
        return " ".join(filter(None, carried)), len(plain) - sum(len(found[name]) for name in holes)


@dataclass(frozen=True)
class DayWords:
    """The words by which a day or a time to come is known, and those by which one that has gone is."""

    coming: re.Pattern[str]
    past: re.Pattern[str]

    @classmethod
    def of(cls, texts: Catalog) -> "DayWords":
        return cls(_any_of(texts, "days", r"\d"), _any_of(texts, "past", "(?!)"))

    def stand_in(self, words: str) -> bool:
        return self.coming.search(words) is not None and self.past.search(words) is None


@dataclass(frozen=True)
class Meanings:
    names: Mapping[str, tuple[str, ...]]
    """What each command is called, by itself."""
    near: Mapping[str, tuple[str, ...]]
    """What else might be typed for it."""
    phrases: Mapping[str, tuple[Phrase, ...]]
    days: DayWords

    @classmethod
    def of(cls, commands: Mapping[str, Flow], texts: Catalog) -> "Meanings":
        def words(flow: Flow, part: str) -> list[str]:
            return [word for each in LANGUAGES for word in words_in(texts, each, f"{flow.name}.command.{part}")]

        return cls(
            {command: _distinct([command, *words(flow, "names")]) for command, flow in commands.items()},
            {command: _distinct(words(flow, "near")) for command, flow in commands.items()},
            {command: phrases_in(texts, f"{flow.name}.command.phrases") for command, flow in commands.items()},
            DayWords.of(texts),
        )

    def of_line(self, line: str, offered: Collection[str]) -> tuple[Meaning, ...]:
        """What a line without a slash may mean, likeliest first; nothing where it may just as well be chatter."""
        if len(line) > LONGEST:
            return self._begun(line, offered)
        return self._begun(line, offered) or self._said(line, offered) or self._mistyped_alone(line, offered)

    def of_command(self, name: str, line: str, offered: Collection[str]) -> tuple[Meaning, ...]:
        """What an unknown command may mean, with the words after it."""
        bare = _bare(name)
        known = [Meaning(each, line, 1) for each in offered if bare in (*self.names[each], *self.near[each])]
        return tuple(known[:MOST]) or self._mistyped(
            bare, line, offered, LIKE_SHORT if len(bare) <= 3 else LIKE_WITH_SLASH
        )

    def _begun(self, line: str, offered: Collection[str]) -> tuple[Meaning, ...]:
        """A line that is a command's name without its slash, or that goes on after it with a mention or a colon."""
        plain = plain_line(line)
        named = _NAMED.match(plain.strip())
        if named is None or named[1].endswith("!"):  # “goal!” is a cheer
            return ()
        start = len(plain) - len(plain.lstrip())
        bare, rest = _bare(named[1]), line[start + named.end() :].strip()
        alone = not rest.strip(_END)
        meant = [each for each in offered if bare in self.names[each] or (bare in self.near[each] and alone)]
        follows = rest.startswith(("@", "＠")) or ":" in named[2]
        if not meant and follows and rest.startswith(("@", "＠")):
            meant = [each for each in offered if bare in self.near[each]]
        if not meant or not (alone or follows):
            return ()
        return tuple(Meaning(each, "" if alone else rest, len(bare)) for each in meant[:MOST])

    def _said(self, line: str, offered: Collection[str]) -> tuple[Meaning, ...]:
        """A sentence that one of the phrases is."""
        found: dict[str, Meaning] = {}
        for command in offered:
            for read in readings(self.phrases[command], line, self.days):
                if command not in found or read[1] > found[command].weight:
                    found[command] = Meaning(command, *read)
        best = sorted(found.values(), key=lambda each: -each.weight)[:MOST]
        return tuple(each for each in best if each.weight >= SHARE * best[0].weight)

    def _mistyped_alone(self, line: str, offered: Collection[str]) -> tuple[Meaning, ...]:
        bare = _bare(line)
        if len(bare) < SHORTEST_TYPO or not bare.isascii() or len(line.split()) > 1:
            return ()
        return self._mistyped(bare, "", offered, LIKE_WITHOUT)

    def _mistyped(self, bare: str, line: str, offered: Collection[str], least: float) -> tuple[Meaning, ...]:
        """The commands whose names are most like what was typed."""
        alike = [Meaning(each, line, max(self._likeness(bare, each))) for each in offered] if bare else []
        best = sorted((each for each in alike if each.weight >= least), key=lambda each: -each.weight)[:MOST]
        return tuple(each for each in best if each.weight > best[0].weight - 0.1)

    def _likeness(self, bare: str, command: str) -> Iterator[float]:
        for name in (*self.names[command], *self.near[command]):
            matcher = SequenceMatcher(None, bare, name, autojunk=False)
            yield matcher.ratio() if matcher.real_quick_ratio() >= 0.6 else 0.0


def readings(phrases: Iterable[Phrase], line: str, days: DayWords) -> Iterator[tuple[str, int]]:
    """What the phrases that a line is carry over, each with how much of the line it accounts for."""
    begins, ends = len(line) - len(line.lstrip()), len(line.rstrip(_END + "！？～"))
    typed = line[begins:ends]
    plain = plain_line(typed)
    for phrase in phrases if plain else ():
        if (read := phrase.read(typed, plain, days)) is not None:
            yield read


def phrases_in(texts: Catalog, key: str) -> tuple[Phrase, ...]:
    """The phrases of a text in every language, one a line. Raises `UnreadablePhrase`."""
    lines = [line.strip() for each in LANGUAGES if texts.has(each, key) for line in texts.say(each, key).splitlines()]
    return tuple(map(_phrase, dict.fromkeys(filter(None, lines))))


@lru_cache(maxsize=1024)
def _phrase(line: str) -> Phrase:
    return Phrase.of(line)


def plain_line(line: str) -> str:
    """The line in half width and with straight quotes, each character in its place."""
    return line.translate(_PLAIN)


def _bare(name: str) -> str:
    """A name without anything but its letters and digits."""
    folded = fold(name.strip().lstrip("".join((*SLASHES, *LIKE_SLASHES))))
    return "".join(letter for letter in folded if letter.isalnum())


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_bare, names)))


def _any_of(texts: Catalog, name: str, or_else: str) -> re.Pattern[str]:
    """Any of the words of a list: whole words in Latin letters, parts of others in Chinese ones."""
    key = f"chrome.meant.{name}"
    words = {word for each in LANGUAGES for word in words_in(texts, each, key)}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    latin = "|".join(re.escape(word) for word in longest_first if word.isascii())
    han = "|".join(re.escape(word) for word in longest_first if not word.isascii())
    both = [rf"(?<![a-z])(?:{latin})(?![a-z])"] * bool(latin) + [han] * bool(han)
    return re.compile("|".join([or_else, *both]), re.IGNORECASE)
