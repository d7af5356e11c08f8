"""Remarks on goals: which goal a line is about, at how many percent it stands, and what else is said of it.

A goal is found by whole words of its title that no other goal has, or by a piece of it in Chinese: `headwater 70%
signed Nordmoor`, 经理反馈培训 100. A number is the percentage where it begins the line, follows the goal, or has a %.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.tokens import copied

_PERCENT = re.compile(
    r"(?<![0-9a-z.,/:-])"
    r"(?:\d[\d.,]* ?%|百分之[零一二两三四五六七八九十百\d.]+|[一二两三四五六七八九十]成(?![一-龥]))"
)
_NUMBER = re.compile(r"(?<![0-9a-z.,/:-])\d[\d.,]*(?![\w%/-]|:\d)")
_AROUND = " \t,，、:：;；-–—。"
_WORDS = re.compile(r"[^\W_]+")
_HAN = re.compile("[一-龥]")
_LEAST = 2
"""Characters of a Chinese piece of a title, and words shorter than three letters name no goal."""
_LINKED = re.compile(r"(?:已经?|现在|目前)?(?:完成)?(?:到了?|达到|至)?$|^(?:is|now|at|is at|is now at)$", re.IGNORECASE)
_LINKS = frozenset("is at now to the on of and for with by in a an 到 至 已 完成 到了 现在 目前".split())  # noqa: SIM905


@dataclass(frozen=True)
class Remark:
    goal: str
    """The key of the goal, or nothing."""
    percent: str
    """As it was typed, or nothing."""
    note: str


def read_remark(line: str, titles: Mapping[str, str]) -> Remark:
    """What the line says; `titles` are the goals by their keys."""
    plain = copied(line)
    found = _PERCENT.search(plain)
    if found and _PERCENT.search(plain, found.end()):
        found = None  # two percentages: neither is sure to be where the goal stands
        return Remark("", "", line.strip())
    number = found or _leading(plain)
    if number and not number.group().strip(_AROUND):
        number = None
    before = line[: number.start()] if number else line
    after = line[number.end() :] if number else ""
    key, rest = _goal(before, titles)
    if number is None:
        candidate = _NUMBER.search(plain)
        if candidate:
            key, rest = _goal(line[: candidate.start()], titles)
            if key and not _words(rest):
                return Remark(key, candidate[0], _joined("", line[candidate.end() :]))
        return Remark(key, "", line.strip())
    if not before.strip(_AROUND) and not key:
        key, rest_after = _goal(after, titles, leading=True)
        return Remark(key, _typed(number, line), _joined("", rest_after if key else after))
    if key:
        return Remark(key, _typed(number, line), _joined(_LINKED.sub("", rest), after))
    return Remark("", _typed(number, line), line.strip())


def _typed(number: re.Match[str], line: str) -> str:
    return line[number.start() : number.end()].strip()


def _leading(plain: str) -> re.Match[str] | None:
    found = _NUMBER.search(plain)
    return found if found and not plain[: found.start()].strip(_AROUND) else None


def _goal(words: str, titles: Mapping[str, str], *, leading: bool = False) -> tuple[str, str]:
    """The one goal that the beginning of some words names, and the words that name nothing."""
    plain = copied(words).strip(_AROUND)
    original = words.strip(_AROUND)
    folded = {key: copied(title) for key, title in titles.items()}
    for end in _ends(plain):
        name = plain[:end].strip(_AROUND)
        if leading and end < len(plain):
            continue
        hits = [key for key, title in folded.items() if _names(name, title)]
        if len(hits) == 1:
            return hits[0], original[end:].strip(_AROUND)
    return "", original


def _ends(plain: str) -> list[int]:
    """Where a name may end, the longest first: after a word, and after each Chinese character."""
    ends = [match.end() for match in _WORDS.finditer(plain) if not _HAN.search(match[0])]
    ends += [place + 1 for place, sign in enumerate(plain) if _HAN.match(sign)]
    return sorted(ends, reverse=True)


def _names(name: str, title: str) -> bool:
    if _HAN.search(name):
        return len(name) >= _LEAST and name.replace(" ", "") in title.replace(" ", "")
    words = _words(name)
    return bool(words) and words <= set(_WORDS.findall(title)) and max(map(len, words)) > _LEAST


def _words(text: str) -> set[str]:
    return {word for word in _WORDS.findall(copied(text)) if word not in _LINKS}


def _joined(before: str, after: str) -> str:
    return " ".join(filter(None, (before.strip(_AROUND), after.strip(_AROUND))))
