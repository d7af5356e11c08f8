"""Points into a person's own text: reads a folded copy of it, and maps what was found back to the original.

Rules read the folded copy (one shape per character: full-width digits, curly quotes and exotic spaces become
plain, invisible characters vanish); people are shown their own words.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# A goal or an answer is a few sentences. Reading no further bounds the time whatever is pasted in.
LIMIT = 2_000

_EDGES = " ,;:\n"
_PLAIN = str.maketrans("‘’‚′“”„–—−⁓〜·•", "''''\"\"\"---~~  ")


@dataclass(frozen=True)
class Span:
    """A piece of the original text; `text` is exactly original[start:end]."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Folded:
    """The readable copy of a text. `origin[i]` is where its character i stands in the source."""

    source: str
    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The original words behind text[start:end], which must not be empty."""
        first, last = self.origin[start], self.origin[end - 1] + 1
        return Span(first, last, self.source[first:last])

    def spans(self, ranges: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        """The original words behind several ranges: trimmed, in order, overlaps merged."""
        return tuple(self.span(start, end) for start, end in merged(self._trimmed(ranges)))

    def _trimmed(self, ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        kept = []
        for start, end in ranges:
            piece = self.text[start:end]
            first, last = start + len(piece) - len(piece.lstrip(_EDGES)), start + len(piece.rstrip(_EDGES))
            if first < last:
                kept.append((first, last))
        return kept


def fold(source: str, limit: int = LIMIT) -> Folded:
    """Fold at most `limit` characters of the text, ignoring white space around it."""
    lead = len(source) - len(source.lstrip())
    read = source.strip()[:limit]
    if read.isascii() and read.replace("\n", " ").isprintable():  # every character stands for itself
        return Folded(source, read, tuple(range(lead, lead + len(read))))
    characters: list[str] = []
    origin: list[int] = []
    for place, raw in enumerate(read, start=lead):
        for plain in _fold_one(raw):
            characters.append(plain)
            origin.append(place)
    return Folded(source, "".join(characters), tuple(origin))


def _fold_one(raw: str) -> str:
    if raw == "\n" or " " <= raw <= "~":
        return raw
    if raw.isspace():
        return " "
    if unicodedata.category(raw) in ("Cc", "Cf", "Co", "Cs"):
        return ""
    return unicodedata.normalize("NFKC", raw).translate(_PLAIN)


def merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that overlap or touch joined."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def blanked(text: str, ranges: Iterable[tuple[int, int]], filler: str = " ") -> str:
    """The text with each range overwritten, so that every other place stays where it was."""
    pieces: list[str] = []
    done = 0
    for start, end in merged(ranges):
        pieces += [text[done:start], filler * (end - start)]
        done = end
    return "".join(pieces) + text[done:]
