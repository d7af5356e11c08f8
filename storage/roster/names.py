"""Names: which part is the family's, when one column holds all of it or several columns hold it twice."""

import re
from dataclasses import dataclass

from storage.roster.rows import KEEP, Keep, Text, full_name
from storage.roster.words import WORDS

CJK = r"\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
NATIVE = re.compile(rf"[{CJK}][{CJK}\s·•・]*")
DOTS = re.compile(r"\s*[·•・]\s*")
DOUBLE_SURNAMES = frozenset(WORDS["names"]["double_surnames"])
PARTICLES = frozenset(WORDS["names"]["particles"])
SUFFIXES = frozenset(WORDS["names"]["suffixes"])
MARKS = re.compile(r"\s*[(\[](?:on leave|terminated|inactive|contractor|c|休假|离职)[)\]]", re.IGNORECASE)
"""What Workday appends to the name of somebody who is away, gone or not an employee."""
TWO_SCRIPTS = re.compile(
    rf"(?P<latin>[^{CJK}()（）]*[^\W{CJK}][^{CJK}()（）]*)[(（\s]+(?P<native>{NATIVE.pattern})[)）]?"
    rf"|(?P<native_>{NATIVE.pattern})[(（\s]+(?P<latin_>[^{CJK}()（）]+)[)）]?"
)
"""`Wei Li (李伟)` or `李伟 (David Li)`."""
NOT_COUNTED = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class Names:
    given: str | Keep
    family: str | Keep
    native: Text = KEEP
    also: str | None = None
    was_split: bool = False


def is_native(name: str) -> bool:
    """Written in Han, kana or hangul, where the family's name comes first."""
    return bool(NATIVE.fullmatch(name))


def split(name: str) -> tuple[str, str]:
    """The given and the family name in a full one; a name of one word is a given name."""
    if is_native(name):
        return _split_native(name)
    family, comma, given = name.partition(",")
    if comma and given.strip() and given.strip().casefold() not in SUFFIXES:
        return " ".join(given.split()), " ".join(family.split())
    words = name.replace(",", " ").split()
    tail: list[str] = []
    while len(words) > 2 and words[-1].casefold() in SUFFIXES:
        tail.insert(0, words.pop())
    if len(words) < 2:
        return " ".join(words), ""
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:] + tail)


def _split_native(name: str) -> tuple[str, str]:
    if DOTS.search(name.strip()):  # 阿卜杜拉·买买提: the person's own name comes first
        given, _, family = DOTS.sub("·", name.strip()).partition("·")
        return given, family
    parts = name.split()
    if len(parts) > 1:
        return "".join(parts[1:]), parts[0]
    together = "".join(parts)
    if len(together) == 1:
        return together, ""
    size = 2 if len(together) > 2 and together[:2] in DOUBLE_SURNAMES else 1
    return together[size:], together[:size]


def settle(
    given: str | None,
    family: str | None,
    full: str | None = None,
    preferred: str | None = None,
    english: str | None = None,
    native: Text = KEEP,
) -> Names | None:
    """One given, one family and one native name from whatever columns there are; `None` if all are empty."""
    if full:
        full = MARKS.sub("", full)
    if full and (both := TWO_SCRIPTS.fullmatch(full)):
        full = (both["native"] or both["native_"]).strip()
        english = english or (both["latin"] or both["latin_"]).strip()
        if not isinstance(native, str):
            native = full
    written = native if isinstance(native, str) else None
    was_split = not (given or family)
    if given or family:
        names = given or "", family or ""
        own = "".join(reversed(names)) if is_native("".join(names)) else None
    elif source := full or written or english:
        names = split(source)
        own = " ".join(source.split()) if is_native(source) else None
        if own and not DOTS.search(own):
            own = own.replace(" ", "")
    else:
        return None
    legal = full or full_name(*names)
    if english and not is_native(english) and own:
        first, last = split(english)
        names = first, last or names[1]
    names = _preferred(preferred, *names)
    if own and not written:
        native = own
    if not (full or english or preferred):
        return Names(*names, native=native, was_split=was_split)
    found_by = {key(full_name(*names)), key(names[1] + names[0]), key(native) if isinstance(native, str) else ""}
    also = None if key(legal) in found_by else legal
    return Names(*names, native=native, also=also, was_split=was_split)


def _preferred(preferred: str | None, given: str, family: str) -> tuple[str, str]:
    """A preferred name may repeat the family name; a native one is never the first name of a Latin one."""
    if not preferred or is_native(preferred) != is_native(given or family):
        return given, family
    if family and preferred.casefold().endswith(" " + family.casefold()):
        return preferred[: -len(family) - 1].strip(), family
    return preferred, family


def key(name: str) -> str:
    """What is compared when a manager is given by name: case, spaces and commas do not count."""
    return NOT_COUNTED.sub("", name.casefold())
