"""Invisible characters: what a text may carry that nobody sees, such as words hidden in a public praise.

Joiners and variation selectors stay where writing needs them: in emoji, after Persian or Indic letters, and one after a
Chinese character (https://www.unicode.org/reports/tr51/, https://www.unicode.org/reports/tr37/).
"""

import re

# What a terminal, a log or a browser would act on instead of showing: C0 and C1 controls but for tab and new
# line, the bidirectional overrides and embeddings, and lone surrogates (https://unicode.org/reports/tr36/); and tag
# characters, which spell words that nobody sees, but for those of a flag such as Scotland's.
_UNSHOWABLE = re.compile(
    "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
    "|([\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\U000e0000-\U000e007f])"
)
# Soft hyphen, zero-width space, word joiner and the invisible operators, the byte order mark, Mongolian vowel
# separator, fillers, and the marks of annotations.
_ALWAYS = "\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
_JOINER = "\u200c\u200d"
_SELECTOR = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_PLAIN = "\x00-\u024f\u2010-\u203b\u3000-\u9fff\uac00-\ud7af\uff00-\uff9f"
"""Latin, Chinese, Japanese and Korean writing, in which a joiner does nothing."""
_HIDDEN = re.compile(
    f"[{_ALWAYS}]+|(?<=[{_PLAIN}])[{_JOINER}]+|^[{_JOINER}{_SELECTOR}]+|(?<=[{_JOINER}])[{_JOINER}]+"
    f"|(?<=[{_JOINER}{_SELECTOR}])[{_SELECTOR}]+"
)


def unshowable(text: str) -> int | None:
    """Where the first character stands that would act instead of being shown, or spells what nobody sees."""
    if text.isprintable():
        return None
    return next((each.start() for each in _UNSHOWABLE.finditer(text) if each[1]), None)


def without_invisible(text: str) -> str:
    """The text as it is seen, and as short."""
    if text.isascii():
        return text
    before = ""
    while before != text:  # what is taken out may bring two others together
        before, text = text, _HIDDEN.sub("", text)
    return text
