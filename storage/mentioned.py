"""Mentioned: whom a line names, with or without @, and what is left of it.

    named("@priya and Tao Chen shipped 3.2", called)
    Named(mentions=(priya, Tao Chen), rest="shipped 3.2", …)

Reading is pure: `called` says which of some phrases are names, and of whom; it is asked once for the whole line.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from storage import name_patterns as patterns
from storage.references import Mention, Named, Who
from storage.roster.places import place

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

Nearly = Callable[[str], Sequence[Called]]
"""The people whose name is nearly so."""


def named(line: str, called: Names, nearly: Nearly = lambda _: ()) -> Named:
    """Whom the line names; nearly a name is asked about where nobody else is named."""
    text = line[:FAR]
    reader = _Reader(text, called)
    begins = patterns.SPACE.match(text, 0)
    start = begins.end() if begins else 0
    leading = reader.list_at(start)
    if not leading and (lead := patterns.LEAD.match(text)):
        leading = reader.list_at(lead.end())
    end = leading[-1].end if leading else 0
    further = tuple(reader.further(end))
    after = patterns.AFTER.match(text, end) if leading else None
    rest = line[after.end() :] if after and leading[0].start == start else line
    own = bool(patterns.OWN.match(line) or (leading and patterns.AND_OWN.match(text, end)))
    mentions = (*leading, *further)
    loose = tuple(reader.loose(mentions))
    if not (mentions or loose or own) and (mistyped := patterns.MISTYPED.match(text)):
        loose = tuple(_mistyped(mistyped, nearly))
    return Named(mentions, rest.strip(), line, own, loose)


def _is_word(phrase: str) -> bool:
    """Whether a name is an ordinary word as well."""
    return phrase.casefold() in patterns.ORDINARY or phrase in patterns.ORDINARY_HAN


def _mistyped(match: re.Match[str], nearly: Nearly) -> Iterator[Mention]:
    group = 1 if match[1] else 2
    if people := nearly(match[group]):
        who = tuple(each.who for each in people)
        yield Mention(match[group], who, *match.span(group), sign=False, full=False, doubtful=True)


class _Reader:
    """The line, and what is known of the phrases in it."""

    def __init__(self, text: str, called: Names) -> None:
        self.text, self.called = text, called
        self._phrases_known: dict[int, tuple[tuple[str, int], ...]] = {}
        self._loose_known = tuple(self._loose_starts())
        self.whole = dict(self._whole_phrases())
        starts = {0, *(each.end() for each in patterns.STARTS.finditer(text))}
        starts.update(self._loose_known)
        if lead := patterns.LEAD.match(text):
            starts.add(lead.end())
        self.asked = {phrase for start in starts for phrase, _ in self._phrases(start)}
        self.known = dict(called(self.asked, self.whole.keys() - self.asked))

    def list_at(self, at: int) -> tuple[Mention, ...]:
        """The names that follow each other from there: `Priya, @tao and Na Li`."""
        found: list[Mention] = []
        while mention := self.one_at(at, first=True):
            found.append(mention)
            between = patterns.AND.match(self.text, mention.end)
            space = patterns.SPACE.match(self.text, mention.end)
            if between:
                at = between.end()
            elif space and (patterns.AT.match(self.text, space.end()) or self._is_beside(space)):
                at = space.end()
            else:
                break
        return tuple(found)

    def _is_beside(self, space: re.Match[str]) -> bool:
        """Whether another name follows at once: `@tom Klara`, 泽宇 世杰."""
        if not space[0] or not (
            self.text[space.end() : space.end() + 1].isupper() or patterns.HAN.match(self.text, space.end())
        ):
            return False
        beside = self.one_at(space.end(), first=True)
        return beside is not None and not beside.doubtful and not patterns.BELONGS.match(self.text, beside.end)

    def loose(self, named: Sequence[Mention]) -> Iterator[Mention]:
        """Other words that can be a colleague's name: whoever plans a meeting may mean them as well, or not.

        What follows a name with an `and` as another name would is one of them, also if nobody is called so.
        """
        taken = [(each.start, each.end) for each in named]
        apart = (each for each in named if not (each.first or each.joined or each.sign))
        yield from (replace(each, doubtful=self._is_topic(each.start)) for each in apart)
        for start in self._loose_known:
            mention = self.one_at(start, first=False)
            if mention is None or _is_word(mention.called):
                continue
            ends_well = not patterns.HAN.match(self.text, start) or patterns.ENDS_HAN.match(self.text, mention.end)
            if ends_well and all(mention.end <= begins or start >= ends for begins, ends in taken):
                owns = patterns.BELONGS.match(self.text, mention.end) is not None
                yield replace(mention, doubtful=owns or self._is_topic(start))
                taken.append((start, mention.end))
        for each in [each for each in named if each.first]:
            between = patterns.AND.match(self.text, each.end)
            if between is None or (stranger := patterns.STRANGER.match(self.text, between.end())) is None:
                continue
            if not (patterns.AND_WORD.search(between[0]) or patterns.WHEN.match(self.text, stranger.end())):
                continue
            if all(stranger.end() <= start or stranger.start() >= last for start, last in taken):
                yield Mention(stranger[0], (), stranger.start(), stranger.end(), sign=False, full=False, joined=True)

    def further(self, at: int) -> Iterator[Mention]:
        """Those named after that: every @, what follows a `with`, and full names."""
        starts: dict[int, int | None] = {match.start(): None for match in patterns.AT.finditer(self.text, at)}
        starts |= {match.end(): match.start() for match in patterns.WITH.finditer(self.text, at)}
        starts |= {match.start("name"): match.start() for match in patterns.AND_LAST.finditer(self.text, at)}
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
        between = patterns.AND.match(self.text, at)
        if between is None or patterns.AT.match(self.text, between.end()):
            return
        if mention := self.one_at(between.end(), first=False):
            yield replace(mention, joined=True, start=at)
            yield from self._joined(mention.end)

    def one_at(self, at: int, *, first: bool) -> Mention | None:
        """The name that stands there; after an @ there is one, whether anybody is called so or not."""
        sign = patterns.AT.match(self.text, at)
        begins = sign.end() if sign else at
        phrases = dict(self._phrases(begins))
        self._ask(phrases)
        fitting = [phrase for phrase in phrases if phrase in self.known and (sign or self._counts(phrase, phrases))]
        if fitting:
            full = [each for each in fitting if self._is_whole(each)]
            best = max(full or fitting, key=lambda phrase: phrases[phrase])
            people = tuple(one.who for one in self.known[best])
            end = phrases[best]
            if patterns.HAN.match(best) and (title := patterns.LONG_TITLES.match(self.text, end)):
                end = title.end()
            doubtful = bool(patterns.THEIRS.match(self.text, end)) or (not sign and self._is_doubtful(best, end))
            sure = len(people) == 1 and self.known[best][0].full and not doubtful
            full_name = sure and not self._runs_on(best, end)
            end = self._after_nickname(best, people, end)
            return Mention(best, people, at, end, bool(sign), full_name, first, doubtful=doubtful)
        if sign and (token := patterns.TOKEN.match(self.text, begins)):
            return Mention(token[0], (), at, token.end(), True, False, first)
        return None

    def _after_nickname(self, name: str, people: Sequence[Who], end: int) -> int:
        """Where a name ends with the other name in brackets after it: that of the same person, or of nobody else."""
        inside = patterns.IN_BRACKETS.match(self.text, end)
        if inside is None:
            return end
        self._ask((inside[1],))
        also = [each.who for each in self.known.get(inside[1], ())]
        is_english_name = patterns.HAN.match(name) and patterns.STRANGER.fullmatch(inside[1]) and not place(inside[1])
        is_same = any(each in people for each in also) or (not also and is_english_name)
        return inside.end() if is_same else end

    def _ask(self, phrases: Collection[str]) -> None:
        """Asks for what was not foreseen."""
        if more := [phrase for phrase in phrases if phrase not in self.asked]:
            self.asked.update(more)
            self.known |= self.called(more, ())

    def _phrases(self, at: int) -> tuple[tuple[str, int], ...]:
        """What a name there could be, with where it ends."""
        if at not in self._phrases_known:
            self._phrases_known[at] = tuple(self._phrases_read(at))
        return self._phrases_known[at]

    def _phrases_read(self, at: int) -> Iterator[tuple[str, int]]:
        if han := patterns.HAN.match(self.text, at):
            most = len(han[0]) if "·" in han[0] else LONGEST
            for size in range(2, min(most, len(han[0])) + 1):
                yield han[0][:size], at + size
            if title := patterns.TITLES.match(self.text, at + 1) or patterns.TITLES.match(self.text, at + 2):
                yield self.text[at : title.end()], title.end()
            return
        end = at
        for count in range(LONGEST):
            word = patterns.LATIN.match(self.text, end)
            if word is None:
                return
            plain = patterns.POSSESSIVE.sub("", word[0])
            yield self.text[at : word.start()] + plain, word.start() + len(plain)
            end = word.end()
            if count == 0 and (turned := patterns.TURNED.match(self.text, end)):  # Chen, Tao
                yield self.text[at : turned.end()], turned.end()
            space = patterns.WITHIN.match(self.text, end)
            if space is None:
                return
            end = space.end()

    def _is_whole(self, phrase: str) -> bool:
        return any(one.full for one in self.known[phrase])

    def _counts(self, phrase: str, ends: Mapping[str, int]) -> bool:
        """Whether a phrase without an @ is meant as a name and not as the word it is as well."""
        if self._is_whole(phrase) and " " in phrase:
            return True
        if "," in phrase or phrase.casefold() in patterns.NEVER:
            return False
        if phrase in patterns.ORDINARY_HAN and self.text[ends[phrase] : ends[phrase] + 1] in patterns.AFTER_DAY:
            return False
        if phrase.casefold() not in patterns.ORDINARY:
            return True
        return phrase[:1].isupper() and patterns.AS_NAME.match(self.text, ends[phrase]) is not None

    def _is_doubtful(self, phrase: str, end: int) -> bool:
        """Whether it may be meant as a word all the same, or as two names: `May`, 三月, 王总结, `Wei, Li`."""
        if "," in phrase or _is_word(phrase):
            return True
        if patterns.POSSESSED.match(self.text, end):
            return True
        return patterns.TITLED.fullmatch(phrase) is not None and self._goes_on_unlike_a_name(end)

    def _runs_on(self, phrase: str, end: int) -> bool:
        """Whether two characters may be the beginning of a longer word, such as 于洋 of 于洋湖."""
        return len(phrase) == 2 and patterns.HAN.match(phrase) is not None and self._goes_on_unlike_a_name(end)

    def _is_topic(self, start: int) -> bool:
        """Whether the words before a name say that it is what is spoken about."""
        return patterns.ABOUT.search(self.text, max(start - 16, 0), start) is not None

    def _loose_starts(self) -> Iterator[int]:
        """Where capitalised words and what stands by itself in characters begin."""
        for each in patterns.LOOSE.finditer(self.text):
            if self.text[each.start()].isupper() or patterns.HAN.match(self.text, each.start()):
                yield each.start()

    def _goes_on_unlike_a_name(self, end: int) -> bool:
        return patterns.HAN.match(self.text, end) is not None and self.text[end] not in patterns.GOES_ON

    def _whole_phrases(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """What could be all of a name, wherever it stands, with the first place where it does."""
        for word in patterns.LATIN.finditer(self.text):
            if word[0][:1].isupper() or "@" in word[0]:
                for phrase, end in self._phrases(word.start()):
                    if " " in phrase or "@" in phrase:
                        yield phrase, (word.start(), end)
        for run in patterns.HAN.finditer(self.text):
            for start in range(run.start(), run.end() - 1):
                for end in range(start + 2, min(start + LONGEST, run.end()) + 1):
                    yield self.text[start:end], (start, end)

    def _full_names(self, at: int) -> Iterator[Mention]:
        places = [(phrase, *place) for phrase, place in self.whole.items() if phrase in self.known and place[0] >= at]
        end = at
        for phrase, start, stop in sorted(places, key=lambda each: (each[1], -each[2])):
            people = [one.who for one in self.known[phrase] if one.full]
            is_free = start >= end and self.text[max(start - 1, 0) : start] not in ("@", "＠")
            if people and is_free and phrase not in patterns.ORDINARY_HAN:
                yield Mention(phrase, tuple(people), start, stop, False, len(people) == 1 and "," not in phrase)
                end = stop
