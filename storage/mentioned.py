"""Mentioned: whom a line names, with or without @, and what is left of it.

    named("@priya and Tao Chen shipped 3.2", lookup)
    Named(mentions=(priya, Tao Chen), rest="shipped 3.2", …)

Reading is pure: `lookup` says which of some phrases are names, and of whom.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from storage.references import Mention, Named, Who
from storage.roster.names import CJK

LONGEST = 4
"""Words of a name in letters, and characters of one in Chinese."""
FAR = 400
"""Characters of a line in which names are looked for."""


@dataclass(frozen=True)
class Called:
    """Somebody a phrase can mean."""

    who: Who
    full: bool
    """It is all of their name, their handle or their address."""


Lookup = Callable[[Sequence[str]], Mapping[str, tuple[Called, ...]]]
"""For each phrase that is a name, the people it can mean, best first."""

_WORDS = tomllib.loads(resources.files("storage").joinpath("names.toml").read_text(encoding="utf-8"))
_ORDINARY = frozenset(_WORDS["ordinary"])
_NEVER = frozenset(_WORDS["never"])


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))


_SIGN = r"[@＠]"
_AT = re.compile(rf"(?<![^\s{CJK},，、;；:：(（&+/]){_SIGN}(?=[^\s@])")
_LATIN = re.compile(rf"[^\W\d_{CJK}](?:[^\W{CJK}]|[.'’+@-](?=[^\W{CJK}]))*")
_HAN = re.compile(rf"[{CJK}]+(?:[·•・][{CJK}]+)?")
_TOKEN = re.compile(r"[^\s,，:：、;；]+")
_SPACE = re.compile(r"\s*")
_AND = re.compile(r"\s*(?:(?:[,，、&+/]|and\b|plus\b|und\b|以及|还有|和|跟|与|與|及)\s*)+(?=\S)", re.IGNORECASE)
_AFTER = re.compile(r"(?:['’]s\b|的)?[\s,，:：、;；]*")
_LEAD = re.compile(
    rf"(?:{_any(_WORDS['lead_ins'])})[,!:]?(?:\s+(?:to|for))?\s+|(?:{_any(_WORDS['lead_ins_zh'])})[，,：:\s]*",
    re.IGNORECASE,
)
_WITH = re.compile(r"\bwith\s+|[和跟与與约](?!\s*[,，])\s*", re.IGNORECASE)
_TITLES = re.compile(r"(?:总监|经理|主任|主管|老师|总|董|工|姐|哥)")
_OWN = re.compile(r"\s*(?:(?:I|we|my|our|me)(?![\w.-])|我|咱|本人)", re.IGNORECASE)
_DONE = re.compile(
    r"\s+(?:has|had|was|is|and|won|led|made|did|got|built|sold|found|took|gave|wrote|ran|held|kept|brought|taught|met|sent"
    r"|came|went|fixed|[a-z]{2,}ed)\b"
)


def named(line: str, lookup: Lookup) -> Named:
    """Whom the line names."""
    text = line[:FAR]
    reader = _Reader(text, lookup)
    lead = _LEAD.match(text)
    begins = _SPACE.match(text, 0)
    start = begins.end() if begins else 0
    leading = reader.list_at(start)
    if not leading and lead:
        leading = reader.list_at(lead.end())
    end = leading[-1].end if leading else 0
    further = tuple(reader.further(end))
    after = _AFTER.match(text, end) if leading else None
    rest = line[after.end() :] if after and leading[0].start == start else line
    return Named(mentions=(*leading, *further), rest=rest.strip(), line=line, own=bool(_OWN.match(line)))


@dataclass(frozen=True)
class _Reader:
    text: str
    lookup: Lookup

    def list_at(self, at: int) -> tuple[Mention, ...]:
        """The names that follow each other from there: `Priya, @tao and Na Li`."""
        found: list[Mention] = []
        while mention := self.one_at(at, first=True):
            found.append(mention)
            between = _AND.match(self.text, mention.end)
            space = _SPACE.match(self.text, mention.end)
            if between:
                at = between.end()
            elif space and _AT.match(self.text, space.end()):
                at = space.end()
            else:
                break
        return tuple(found)

    def further(self, at: int) -> Iterator[Mention]:
        """Those named after that: every @, what follows a `with`, and full names."""
        starts: dict[int, int | None] = {match.start(): None for match in _AT.finditer(self.text, at)}
        starts |= {match.end(): match.start() for match in _WITH.finditer(self.text, at)}
        end = at
        taken: list[Mention] = []
        for start in sorted(starts):
            if start >= end and (mention := self.one_at(start, first=False)):
                begins = starts[start]
                taken.append(replace(mention, joined=True, start=begins) if begins is not None else mention)
                taken += self._joined(mention.end)
                end = taken[-1].end
        full = (
            each
            for each in self._full_names(at)
            if all(each.end <= one.start or each.start >= one.end for one in taken)
        )
        yield from sorted((*taken, *full), key=lambda each: each.start)

    def _joined(self, at: int) -> Iterator[Mention]:
        """What follows a name with an `and`: `with Priya and Tao`."""
        between = _AND.match(self.text, at)
        if between is None or _AT.match(self.text, between.end()):
            return
        if mention := self.one_at(between.end(), first=False):
            yield replace(mention, joined=True, start=at)
            yield from self._joined(mention.end)

    def one_at(self, at: int, *, first: bool) -> Mention | None:
        """The name that stands there; after an @ there is one, whether anybody is called so or not."""
        sign = _AT.match(self.text, at)
        begins = sign.end() if sign else at
        phrases = dict(self._phrases(begins))
        known = self.lookup(tuple(phrases))
        fitting = [phrase for phrase in phrases if phrase in known and (sign or self._counts(phrase, known, phrases))]
        if fitting:
            full = [each for each in fitting if any(one.full for one in known[each])]
            best = max(full or fitting, key=lambda phrase: phrases[phrase])
            people = tuple(one.who for one in known[best])
            whole = len(people) == 1 and known[best][0].full and best.casefold() not in _ORDINARY
            return Mention(best, people, at, phrases[best], bool(sign), whole, first)
        if sign and (token := _TOKEN.match(self.text, begins)):
            return Mention(token[0], (), at, token.end(), True, False, first)
        return None

    def _phrases(self, at: int) -> Iterator[tuple[str, int]]:
        """What a name there could be, with where it ends."""
        if han := _HAN.match(self.text, at):
            most = len(han[0]) if "·" in han[0] else LONGEST
            for size in range(2, min(most, len(han[0])) + 1):
                yield han[0][:size], at + size
            if title := _TITLES.match(self.text, at + 1) or _TITLES.match(self.text, at + 2):
                yield self.text[at : title.end()], title.end()
            return
        end = at
        for _ in range(LONGEST):
            word = _LATIN.match(self.text, end)
            if word is None:
                return
            plain = re.sub(r"['’]s$", "", word[0])
            yield self.text[at : word.start()] + plain, word.start() + len(plain)
            end = word.end()
            if self.text[end : end + 1] != " ":
                return
            end += 1

    def _counts(self, phrase: str, known: Mapping[str, tuple[Called, ...]], ends: Mapping[str, int]) -> bool:
        """Whether a phrase without an @ is meant as a name and not as the word it is as well."""
        if any(one.full for one in known[phrase]) and " " in phrase:
            return True
        if phrase.casefold() in _NEVER:
            return False
        if phrase.casefold() not in _ORDINARY:
            return True
        return phrase[:1].isupper() and _DONE.match(self.text, ends[phrase]) is not None

    def _full_names(self, at: int) -> Iterator[Mention]:
        places: dict[str, tuple[int, int]] = {}
        for word in _LATIN.finditer(self.text, at):
            if word[0][:1].isupper() or "@" in word[0]:
                for phrase, end in self._phrases(word.start()):
                    if " " in phrase or "@" in phrase:
                        places.setdefault(phrase, (word.start(), end))
        for run in _HAN.finditer(self.text, at):
            for start in range(run.start(), run.end() - 1):
                for size in range(2, min(LONGEST, run.end() - start) + 1):
                    places.setdefault(self.text[start : start + size], (start, start + size))
        known = self.lookup(tuple(places)) if places else {}
        end = at
        for phrase, (start, stop) in sorted(places.items(), key=lambda each: (each[1][0], -each[1][1])):
            people = [one.who for one in known.get(phrase, ()) if one.full]
            if people and start >= end and self.text[max(start - 1, 0) : start] not in ("@", "＠"):
                yield Mention(phrase, tuple(people), start, stop, False, len(people) == 1)
                end = stop
