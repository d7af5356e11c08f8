"""Cutting what was understood out of a line, and tidying the ends of what is left of it."""

import re

_AROUND = " \t\u3000,，、:：;；.。-–—~"
_LEADING = re.compile(r"^(?:about|re|on|regarding|to discuss|for)\b[\s:]*|^关于", re.IGNORECASE)
_DANGLING = re.compile(r"(?:^|\s+)(?:by|on|at|until|till|from|due|für|zum|no later than)$", re.IGNORECASE)
_EMPTY = re.compile(r"[(（\[]\s*[)）\]]")
_HAN = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uff60]")


def without(line: str, taken: list[tuple[int, int]]) -> tuple[str, int]:
    """What is left of a line, and in how many pieces; between Chinese characters without a gap."""
    pieces, done = [], 0
    for start, end in sorted(taken):
        pieces.append(line[done : max(done, start)])
        done = max(done, end)
    pieces.append(line[done:])
    kept = [
        clean for each in pieces if (clean := _DANGLING.sub("", _EMPTY.sub(" ", each).strip(_AROUND)).strip(_AROUND))
    ]
    what = ""
    for piece in kept:
        together = not what or (_HAN.match(what[-1]) and _HAN.match(piece[0]))
        what += piece if together else f" {piece}"
    what = _EMPTY.sub(" ", what).strip(_AROUND)
    return topic(what) if taken else what, len(kept)


def topic(words: str) -> str:
    """The words without what introduces them: "about Q4 goals", 关于Q4目标."""
    return _LEADING.sub("", words).strip(_AROUND) or words
