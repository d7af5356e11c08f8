"""Mentions: what a flow does with the people whom a line names."""

import re
from collections.abc import Iterable, Iterator

from flows.steps import Objection
from storage.references import Mention, Named, Who

OFFERED = 8
"""People offered to choose from."""
_JOINED = r"(?:\bwith\b|\bmit\b|\bw/|\band\b|\bund\b|\bplus\b|以及|还有|[&+/和跟与同约及、,，])"
_BESIDE_NAMES = re.compile(
    rf"(?:(?:\b(?:me|I|myself)\s+(?:and|&)|我[和跟与]|^\s*我(?=\s*\0)|约一下|约上|叫上|邀请|[找请](?=\s*\0)|{_JOINED})\s*)*\0"
    rf"(?:['’]s\b)?(?:\s*{_JOINED}(?:\s*and)?\s*(?:(?:me|I|myself)(?![\w.-])|我))?[,，、:：]?",
    re.IGNORECASE,
)


def named_before(line: str, mention: str | None) -> Named:
    """What a conversation knows that was begun when a line could mention one colleague."""
    mentions = (Mention(mention, (), 0, 0, sign=True, full=False, first=True),) if mention else ()
    return Named(mentions, line, line)


def is_addressed(named: Named) -> bool:
    """Whether the line begins with everybody it names, each with an @ or by all of their name, and not with `and I`."""
    strangers = any(not each.people and each.called[:1].isupper() for each in named.loose)
    if not named.mentions or named.own or strangers:
        return False
    return all(each.first and (each.sign or each.full) for each in named.mentions)


def as_answer(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """The answer to a question for people: who is known, and otherwise the name as it was typed."""
    return tuple(each.people[0].key if len(each.people) == 1 else each.called for each in mentions)


def unknown(named: Named) -> tuple[str, ...]:
    """What was typed with an @ and is nobody's name."""
    return tuple(each.called for each in named.mentions if each.sign and not each.people)


def people_of(named: Named) -> tuple[Who, ...]:
    """Those who can be meant, to choose from."""
    mentions = (*named.mentions, *(each for each in named.loose if not is_addressed(named)))
    return tuple(dict.fromkeys(person for each in mentions for person in each.people))[:OFFERED]


def others_named(me: Who, named: Named | None) -> tuple[Who | str, ...]:
    """Others whom a line names that can only be about its writer; what is nobody's name as it was typed."""
    mentions = (*named.mentions, *named.loose) if named else ()
    found = (each.people[0] if each.people else each.called for each in mentions)
    return tuple(dict.fromkeys(each for each in found if each != me))


def without(line: str, people: Iterable[Mention]) -> str:
    """The line without these names and what joins them to it."""
    for each in sorted(people, key=lambda each: each.start, reverse=True):
        line = f"{line[: each.start]}\0{line[each.end :]}"
    return " ".join(_BESIDE_NAMES.sub(" ", line).split())


def doubts(question: str, mentions: Iterable[Mention]) -> Iterator[Objection]:
    """An objection for each name that may not be meant as one."""
    for each in mentions:
        if each.doubtful and each.people:
            yield Objection(question, "name_or_word", {"words": each.called, "people": each.people})


def also_named(question: str, loose: Iterable[Mention]) -> Iterator[Objection]:
    """An objection for each further colleague whom the line names without saying that they are meant."""
    for each in loose:
        if each.people:
            yield Objection(question, "also_named", {"people": each.people})
