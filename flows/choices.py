"""Choices: what leaves a time, a length or a day open although each of its words is understood: "3 or 4 pm"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flows.interpreting import Found
from flows.understood import Part

_HOUR = r"[0-9]{1,2}(?:[:.][0-9]{2})?"
_EITHER = re.compile(
    rf"(?<![0-9:.])({_HOUR})点? ?(?:or|oder|或者?|还是|、) ?({_HOUR} ?(?:[ap]\.?m\b|uhr|点|o'clock))", re.IGNORECASE
)
"""3 or 4 pm."""
_AGAIN = re.compile(
    r"\b(?:(?:bi-?)?weekly|fortnightly|daily|monthly|täglich|wöchentlich)\s+"
    r"(?=(?:on |at )?(?:(?:mon|tue|wed|thu|fri|sat|sun)|[0-9]{1,2}(?:[:.h]| ?[ap]m)))"
    r"|\balternate (?=(?:mon|tue|wed|thu|fri))",
    re.IGNORECASE,
)
"""Said of a meeting that is held again and again."""
_AND_MORE = re.compile(r"\s*(?:and|&)\s+[0-9]{1,2}\b")
"""What follows a length of which it is a part: "an hour and 15"."""
_AT_MOST = re.compile(
    r"(?:\b(?:max(?:imum)?|maximal|at most|up to|höchstens)\b\.?:?|最多|不超过|顶多|至多) ?[0-9]{1,3}(?![0-9.,:%/])",
    re.IGNORECASE,
)
"""A number alone, which in a line about a meeting is most likely its length: "max 20"."""
_ABOUT_THEN = re.compile(r"\s*(?:左右|上下|前后|之?[前后]|以[前后])(?![端台面续者])")
"""What follows a time that it makes a rough one: 10点左右, 10点之后."""
_DOTTED_DAY = re.compile(
    r"^\s*(?:on |am |vom |[于在])?\d{1,2}\.\d{1,2}(?:\.(?=\s)|(?=\s*[\u4e00-\u9fff]))"
    r"|\s(?:on|am|vom) \d{1,2}\.\d{1,2}\.$"
)


def has_dotted_day(line: str) -> bool:
    """Whether 25.11. or 11.25 in a line is a day. In mid-sentence it is a number, such as a version."""
    return _DOTTED_DAY.search(line) is not None


def choices(line: str, found: Sequence[Found]) -> Iterator[tuple[Part, str, Mapping[str, Any]]]:
    """What is to be asked: which part, the text that says why, and what that mentions."""
    if either := _EITHER.search(line):
        yield "time", "times_differ", {"words": either.groups()}
    if again := _AGAIN.search(line):
        yield "day", "day_unread", {"words": again[0].strip()}
    most = _AT_MOST.search(line)
    if most and _is_alone(line, most.end(), found):
        yield "length", "length_unread", {"words": most[0]}
    for each in found:
        if each.kind == "B" and (rough := _ABOUT_THEN.match(line, each.end)):
            yield "time", "time_unread", {"words": line[each.start : rough.end()].strip()}
        if each.kind == "C" and (more := _AND_MORE.match(line, each.end)):
            yield "length", "length_unread", {"words": line[each.start : more.end()]}


def _is_alone(line: str, end: int, found: Sequence[Found]) -> bool:
    """Whether nothing that is counted follows a number: not the one of "max 20 slides"."""
    rest = line[end:].lstrip()
    return not rest[:1].isalnum() or any(each.start == len(line) - len(rest) for each in found)
