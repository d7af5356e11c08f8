"""Shortening: what a person wrote, brought to the length of a line in a summary."""

import re
import unicodedata

_BEGUN = re.compile(r"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+\Z")
"""A word of a script that has spaces, at the end of a text; Chinese and Japanese may be cut between any two signs."""
_HANGING = frozenset({"Mn", "Me", "Cf"})
"""Marks and joiners, which belong to the sign before them."""
_LOOSE = " \t,;:，、；：—–-"


def in_one_line(text: str, most: int) -> str:
    """All of a text in one line, as far as it fits."""
    return shortened(" ".join(text.split()), most)


def first_line(text: str, most: int) -> str:
    return shortened(text.strip().partition("\n")[0].rstrip(), most)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and a sign that there is more; a word is cut only where it fills half of the line."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    if _BEGUN.match(text[most - 1]):
        whole = _BEGUN.sub("", kept)
        kept = whole if len(whole) >= most // 2 else kept
    while kept and (unicodedata.category(text[len(kept)]) in _HANGING or kept[-1] == "\u200d"):
        kept = kept[:-1]
    return f"{kept.rstrip(_LOOSE)}…"
