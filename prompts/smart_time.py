"""Finds what binds a goal in time: a date, a period, a holiday, a window, a recurrence in the calendar."""

from dataclasses import dataclass

from prompts import smart_time_en, smart_time_zh
from prompts.smart_words import compiled, found
from prompts.spans import blanked

# Words that sound like a time and bind nobody.
_LOOSE = (
    compiled(
        r"\b(?:asap|soon(?:er)?|eventually|some ?day|one day|over time|going forward|moving forward"
        r"|from now on|as soon as (?:possible|i can)"
        r"|in (?:the )?(?:near |long |medium |short )?(?:future|term|run)|whenever[^.,;\n]{0,40}"
        r"|when(?:ever)? (?:possible|there is time|time allows|i (?:can|have time))"
        r"|wherever possible|at some point|ongoing|continuously|always|regularly|quickly|timely"
        r"|promptly|immediately|long[- ]term|at (?:the )?earliest)\b"
    ),
    compiled(
        r"尽快|尽早|尽速|早日|抓紧|及时|随时|适时|择机|今后|以后|将来|日后|近期|短期|长期|中长期"
        r"|逐步|逐渐|不断|持续|定期|经常|平时|日常|有空|有时间|马上|立即|立刻|不久"
    ),
)

_RECURS = compiled(
    r"every|each|per\b|an? |/|once|twice|thrice|times|(?:bi-?|semi-?)?(?:dai|night|week|fortnight"
    r"|month|quarter|year|annual)ly|[每逐按隔]|[周月季年]度|双周|一[年月周季]"
)


@dataclass(frozen=True)
class Times:
    """Places in the text: what binds, what only compares with the past, and what merely sounds like a time."""

    bound: list[tuple[int, int]]
    past: list[tuple[int, int]]
    loose: list[tuple[int, int]]
    recurs: bool


def times(text: str) -> Times:
    """Every time in the text, in either language."""
    past = smart_time_en.baselines(text) + smart_time_zh.baselines(text)
    ahead = blanked(text, past)
    bound = smart_time_en.deadlines(ahead) + smart_time_zh.deadlines(ahead)
    recurs = any(_RECURS.match(text[start:end].lstrip()) for start, end in bound)
    return Times(bound, past, found(_LOOSE, text), recurs)
