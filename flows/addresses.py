"""Addresses of web pages in what people typed: which of them can be followed, exactly as they stand there.

An address is ASCII alone and begins with http:// or https://, so that what is read is where it leads: no letters that
look like others, and no name before an @ that looks like a host. Brackets and punctuation around it are no part of it.
"""

import re
from collections.abc import Iterator

_ADDRESS = re.compile(r"https?://[!-~]+", re.ASCII)
_WHOLE = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d{1,5})?(?:[/?#][!-~]*)?",
    re.IGNORECASE,
)
_ENDS = ".,;:!?'\"*_~`|\\"
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
_STOPS = re.compile(r"[<>\"`{}|\\^]")


def with_addresses(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is an address that can be followed; joined they are the text."""
    end = 0
    for match in _ADDRESS.finditer(text):
        address = _trimmed(match[0])
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        is_cut = after.isalnum() and "/" not in address.partition("://")[2]
        if is_cut or (before.isascii() and before.isalnum()) or not _WHOLE.fullmatch(address):
            continue
        if match.start() > end:
            yield text[end : match.start()], False
        yield address, True
        end = match.start() + len(address)
    if end < len(text):
        yield text[end:], False


def _trimmed(found: str) -> str:
    """Without what stands after it in a sentence, such as a full stop or the bracket around it."""
    if stop := _STOPS.search(found):
        found = found[: stop.start()]
    while found:
        last = found[-1]
        opens = _PAIRS.get(last)
        if last in _ENDS or (opens and found.count(last) > found.count(opens)):
            found = found[:-1]
        else:
            break
    return found
