"""Mentioned: whom a line names, with or without @, and what is left of it.

    named("@priya and Tao Chen shipped 3.2", called)
    Named(mentions=(priya, Tao Chen), rest="shipped 3.2", …)

Reading is pure: `called` says which of some phrases are names, and of whom; it is asked once for the whole line.
"""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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


Names = Callable[[Collection[str], Collection[str]], Mapping[str, tuple[Called, ...]]]
"""The people that each phrase can mean which is a name, best first. The second phrases count only as a whole name."""

_WORDS = tomllib.loads(resources.files("storage").joinpath("names.toml").read_text(encoding="utf-8"))
_ORDINARY = frozenset(_WORDS["ordinary"])
_ORDINARY_HAN = frozenset(" ".join(_WORDS["ordinary_zh"]).split())
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
_WITH = re.compile(r"\b(?:with|w/)\s*(?=\S)|[和跟与與约](?!\s*[,，])\s*", re.IGNORECASE)
_STARTS = re.compile(rf"{_SIGN}|{_WITH.pattern}|{_AND.pattern}|\band\s+|^\s+", re.IGNORECASE)
"""Before every place where a name may begin that is more than a whole name in the middle of a line."""
_TITLES = re.compile(r"(?:总监|经理|主任|主管|老师|师傅|博士|教授|先生|女士|同学|总|董|工|姐|哥)")
_TITLED = re.compile(rf".{{1,2}}{_TITLES.pattern}")
_GOES_ON = frozenset(
    "昨今明前上下本这已在把将被给为带帮完提做写修签拿主负按和与跟也都又就成解优推处支协组交发搞通用对向从的了很非特月周年"
    "一二三四五六七八九十独配及积参制谈达赢获拜培辅接调回响催落"
)
"""Characters that a sentence goes on with after a name."""
_POSSESSIVE = re.compile(r"['’]s$")
_WITHIN = re.compile(r" |(?<=[DdMm]r)\. ?|(?<=Mrs)\. ?|(?<=Ms)\. ?|(?<=Prof)\. ?")
"""Between the words of a name and after a title."""
_TURNED = re.compile(rf", ?[^\W\d_{CJK}][^\W\d_{CJK}'’-]+")
_AND_WORD = re.compile(r"[&+、]|\b(?:and|plus|und)\b|以及|还有|[和跟与與及]", re.IGNORECASE)
_DAY_HAN = r"[今明后大昨前]天|[本这下上]+(?:周|个|星期|礼拜|月)|周[一二三四五六日天末]|星期|礼拜|[上下中]午|早上|晚上|一起|\d|[\s,，。]|$"
_STRANGER = re.compile(
    r"(?!(?:I|Me|My|We|Our|The|It|You|He|She|They)\b)[A-Z][a-zÀ-ÿ'’-]+(?=\s|[,:]|$)"
    rf"|(?!我|咱|本人|{_DAY_HAN})[{CJK}]{{2,4}}?(?={_DAY_HAN})"
)
_AND_LAST = re.compile(r"(?:\band\s+|[&+、]\s*)(?P<name>[^\W\d_]{2,}(?: [^\W\d_]+)?)\s*$", re.IGNORECASE)
"""A name at the end of a line that something else stands before: `@tao tomorrow 15:00 and Priya`."""
_OWN = re.compile(r"\s*(?:(?:I|we|my|our|me)(?![\w.-])|我|咱|本人)", re.IGNORECASE)
_AND_OWN = re.compile(r"\s*(?:[,，、&+]|and\b|和|跟|与)\s*(?:(?:I|me|myself)(?![\w.-])|我|本人)", re.IGNORECASE)
_AS_NAME = re.compile(
    r"\s+(?:has|had|was|is|and|won|led|made|did|got|built|sold|found|took|gave|wrote|ran|held|kept|brought|taught|met"
    r"|sent|came|went|fixed|[a-z]{2,}ed)\b"
    r"|\s+(?:on|at|tomorrow|tmrw|today|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?|next (?:mon|tue|wed|thu|fri|week)"
    r"|\d{1,2}(?::\d\d|\s?[ap]m))\w*\b"
    rf"|\s*[{CJK}]"
)
"""What follows a word where it is a name: what the person did, when to meet, or Chinese."""


def named(line: str, called: Names) -> Named:
    """Whom the line names."""
    text = line[:FAR]
    reader = _Reader(text, called)
    begins = _SPACE.match(text, 0)
    start = begins.end() if begins else 0
    leading = reader.list_at(start)
    if not leading and (lead := _LEAD.match(text)):
        leading = reader.list_at(lead.end())
    end = leading[-1].end if leading else 0
    further = tuple(reader.further(end))
    after = _AFTER.match(text, end) if leading else None
    rest = line[after.end() :] if after and leading[0].start == start else line
    own = bool(_OWN.match(line) or (leading and _AND_OWN.match(text, end)))
    return Named(mentions=(*leading, *further), rest=rest.strip(), line=line, own=own)


class _Reader:
    """The line, and what is known of the phrases in it."""

    def __init__(self, text: str, called: Names) -> None:
        self.text, self.called = text, called
        self.whole = dict(self._whole_phrases())
        starts = {0, *(each.end() for each in _STARTS.finditer(text))}
        if lead := _LEAD.match(text):
            starts.add(lead.end())
        self.asked = {phrase for start in starts for phrase, _ in self._phrases(start)}
        self.known = dict(called(self.asked, self.whole.keys() - self.asked))

    def list_at(self, at: int) -> tuple[Mention, ...]:
        """The names that follow each other from there: `Priya, @tao and Na Li`."""
        found: list[Mention] = []
        while mention := self.one_at(at, first=True):
            found.append(mention)
            between = _AND.match(self.text, mention.end)
            space = _SPACE.match(self.text, mention.end)
            if between and (stranger := self._stranger(between)):
                return (*found, stranger)
            if between:
                at = between.end()
            elif space and _AT.match(self.text, space.end()):
                at = space.end()
            else:
                break
        return tuple(found)

    def _stranger(self, between: re.Match[str]) -> Mention | None:
        """What follows a name with an `and` as another name would, and is nobody's: `Priya and Xavier tomorrow`."""
        stranger = _STRANGER.match(self.text, between.end()) if _AND_WORD.search(between[0]) else None
        if stranger is None or self.one_at(between.end(), first=True):
            return None
        return Mention(stranger[0], (), between.end(), stranger.end(), False, False, first=True, doubtful=True)

    def further(self, at: int) -> Iterator[Mention]:
        """Those named after that: every @, what follows a `with`, and full names."""
        starts: dict[int, int | None] = {match.start(): None for match in _AT.finditer(self.text, at)}
        starts |= {match.end(): match.start() for match in _WITH.finditer(self.text, at)}
        starts |= {match.start("name"): match.start() for match in _AND_LAST.finditer(self.text, at)}
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
        self._ask(phrases)
        fitting = [phrase for phrase in phrases if phrase in self.known and (sign or self._counts(phrase, phrases))]
        if fitting:
            full = [each for each in fitting if self._is_whole(each)]
            best = max(full or fitting, key=lambda phrase: phrases[phrase])
            people = tuple(one.who for one in self.known[best])
            end = phrases[best]
            doubtful = not sign and self._is_doubtful(best, end)
            sure = len(people) == 1 and self.known[best][0].full and not doubtful
            return Mention(
                best, people, at, end, bool(sign), sure and not self._runs_on(best, end), first, doubtful=doubtful
            )
        if sign and (token := _TOKEN.match(self.text, begins)):
            return Mention(token[0], (), at, token.end(), True, False, first)
        return None

    def _ask(self, phrases: Collection[str]) -> None:
        """Asks for what was not foreseen."""
        if more := [phrase for phrase in phrases if phrase not in self.asked]:
            self.asked.update(more)
            self.known |= self.called(more, ())

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
        for count in range(LONGEST):
            word = _LATIN.match(self.text, end)
            if word is None:
                return
            plain = _POSSESSIVE.sub("", word[0])
            yield self.text[at : word.start()] + plain, word.start() + len(plain)
            end = word.end()
            if count == 0 and (turned := _TURNED.match(self.text, end)):  # Chen, Tao
                yield self.text[at : turned.end()], turned.end()
            space = _WITHIN.match(self.text, end)
            if space is None:
                return
            end = space.end()

    def _is_whole(self, phrase: str) -> bool:
        return any(one.full for one in self.known[phrase])

    def _counts(self, phrase: str, ends: Mapping[str, int]) -> bool:
        """Whether a phrase without an @ is meant as a name and not as the word it is as well."""
        if self._is_whole(phrase) and " " in phrase:
            return True
        if "," in phrase or phrase.casefold() in _NEVER:
            return False
        if phrase.casefold() not in _ORDINARY:
            return True
        return phrase[:1].isupper() and _AS_NAME.match(self.text, ends[phrase]) is not None

    def _is_doubtful(self, phrase: str, end: int) -> bool:
        """Whether it may be meant as a word all the same, or as two names: `May`, 三月, 王总结, `Wei, Li`."""
        if "," in phrase or phrase.casefold() in _ORDINARY or phrase in _ORDINARY_HAN:
            return True
        return _TITLED.fullmatch(phrase) is not None and _HAN.match(self.text, end) is not None

    def _runs_on(self, phrase: str, end: int) -> bool:
        """Whether two characters may be the beginning of a longer word, such as 于洋 of 于洋湖."""
        two = len(phrase) == 2 and _HAN.match(phrase)
        return bool(two and _HAN.match(self.text, end) and self.text[end] not in _GOES_ON)

    def _whole_phrases(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """What could be all of a name, wherever it stands, with the first place where it does."""
        for word in _LATIN.finditer(self.text):
            if word[0][:1].isupper() or "@" in word[0]:
                for phrase, end in self._phrases(word.start()):
                    if " " in phrase or "@" in phrase:
                        yield phrase, (word.start(), end)
        for run in _HAN.finditer(self.text):
            for start in range(run.start(), run.end() - 1):
                for end in range(start + 2, min(start + LONGEST, run.end()) + 1):
                    yield self.text[start:end], (start, end)

    def _full_names(self, at: int) -> Iterator[Mention]:
        places = [(phrase, *place) for phrase, place in self.whole.items() if phrase in self.known and place[0] >= at]
        end = at
        for phrase, start, stop in sorted(places, key=lambda each: (each[1], -each[2])):
            people = [one.who for one in self.known[phrase] if one.full]
            is_free = start >= end and self.text[max(start - 1, 0) : start] not in ("@", "＠")
            if people and is_free and phrase not in _ORDINARY_HAN:
                yield Mention(phrase, tuple(people), start, stop, False, len(people) == 1 and "," not in phrase)
                end = stop
