"""What a vague goal is about: its words without those that promise and name nothing."""

import re
from collections.abc import Iterable

from prompts.spans import Span

_ENGLISH = (
    "i|we|i'm|i'll|to|want|will|would|like|need|try|aim|going|get|getting|be|being|become|am|is|keep|please|goal"
    "|at|in|on|of|with|by|for|from|as|about|the|a|an|my|our|and|or|more|even|really|continue|continuously|actively"
)
_BEFORE = re.compile(rf"^(?:(?:{_ENGLISH})\b[\s,;:.-]*)+", re.IGNORECASE)
_AFTER = re.compile(
    r"(?:[\s,;:.-]*\b(?:at|in|on|of|with|by|for|from|to|as|the|an?|and|or|more|my|our))+$", re.IGNORECASE
)
_CHINESE = re.compile(
    "^(?:我们?|本人|想要?|希望|要|将|会|应|努力|进一步|更好地?|更加?|积极|主动|不断|继续|大力|切实|全面|自己的?|个人的?|并且?|和|及|以及|的|地|[，、；：,;:])+"
)
_EDGES = " \t\n,;:.-，、；：。"
_INSIDE = re.compile(r"\s*[，；]\s*")


def without(text: str, spans: Iterable[Span]) -> str:
    """The text without some of its words, and without the gaps that they leave."""
    pieces, done = [], 0
    for span in spans:
        pieces.append(text[done : span.start])
        done = span.end
    rest = "".join([*pieces, text[done:]])
    return re.sub(r"\s+(?=[,;:.，。；、])", "", re.sub(r"[ \t]{2,}", " ", rest)).strip(_EDGES)


def topic(text: str, spans: Iterable[Span]) -> str:
    """What is left of a goal without the words that are too general; nothing where they were all of it."""
    rest = without(text, spans)
    before = None
    while rest != before:
        before = rest
        rest = _CHINESE.sub("", _AFTER.sub("", _BEFORE.sub("", rest))).strip(_EDGES)
    return _INSIDE.sub("、", rest)
