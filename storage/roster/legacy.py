"""Files in the encodings that were there before UTF-8, told apart by what decodes to sense.

Almost any bytes are some text in each of these encodings, so that a file decodes proves nothing. What counts is
whether its headers become known ones, whether its characters are ones in use, and whether its letters stand beside
each other as they do in a language written with them. The letters come from CLDR by way of Babel. Where no reading
makes sense, or two different ones do, the encoding is unknown.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from math import log
from unicodedata import name

from babel import Locale

from storage.roster.headers import field_of
from storage.roster.words import WORDS

LATIN = {
    "cp1252": ("de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "is", "ca"),
    "cp1250": ("pl", "cs", "sk", "hu", "ro", "hr", "sl"),
    "cp1254": ("tr",),
    "cp1251": ("ru", "uk", "bg", "sr"),
}
"""The languages whose letters a Windows code page is for."""
ASIAN = {"gb18030": "zh", "big5": "zh_Hant", "cp932": "ja", "cp949": "ko"}
NAMES = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1254": "Windows-1254",
    "cp1251": "Windows-1251",
    "gb18030": "GB18030",
    "big5": "Big5",
    "cp932": "Shift-JIS",
    "cp949": "EUC-KR",
}
WORDS_LOOKED_AT = 600
HEADER_LINES = 5
WORD = re.compile(r"[^\s,;\t|\"()/.:@&+<>\[\]{}=!?*#%0-9_-]*[^\x00-\x7f][^\s,;\t|\"()/.:@&+<>\[\]{}=!?*#%0-9_-]*")
OTHER_ALPHABETS = re.compile(r"[\u0370-\u07ff]+")
CELL = re.compile(r"[,;\t\r\n]")
ALLOWED_SIGNS = frozenset("’‘“”„«»–—…·•°ºª€£§®™©\xa0、，。（）「」《》【】：；！？～・　％＋－／＆＠｜№¿¡")
IN_A_WORD = frozenset("’‘·・")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
ASIAN_LETTER = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
WEDGED = re.compile(r"(?<=[a-z])[^\x00-\x7f](?![^\x00-\x7f])|(?<![^\x00-\x7f])[^\x00-\x7f](?=[a-z])")
"""One character of its own beside small Latin letters, as in `M黮ler`; `IT部` and `Java开发` are none."""
CASES = re.compile("l*u?l*|u+|u{1,2}l{1,3}u+l*|l*ul+u?l*")
"""`Noël`, `NOËL`, `McÉwan`, `d’Été`: capital letters do not come and go within a word."""
UNHEARD_OF = -5.5
"""How unlikely a pair of letters is that no word of a language has."""
ENOUGH = -5.0
"""From this mean on, a word's letters stand beside each other as in a language."""
LESS_USUAL = 0.9
"""What the code pages other than the western one start with."""
CLEARER = 0.1
"""So much better than the next a reading must be, where the two differ."""
COMMON = {"gb18030": 0.6, "big5": 0.6, "cp932": 0.6, "cp949": 0.75}
"""How much of a text must be characters in everyday use."""


@dataclass(frozen=True)
class Candidate:
    text: str
    encoding: str
    headers: int
    """How many headers outside ASCII are known ones."""
    sense: float
    """From 0, no sense, to 1."""


def mixes_scripts(text: str) -> bool:
    """Whether a word has letters of two alphabets, as when GB18030 happens to be valid UTF-8."""
    words = ("".join(sign for sign in word if sign.isalpha()) for word in OTHER_ALPHABETS.findall(text))
    return any(len({name(sign).partition(" ")[0] for sign in word}) > 1 for word in words)


def decode_by_sense(data: bytes) -> tuple[str, str] | None:
    """The text and the name of its encoding; None if no reading makes sense, or different ones do."""
    found = [candidate for encoding in (*ASIAN, *LATIN) if (candidate := _candidate(data, encoding))]
    if not found:
        return None
    found.sort(key=lambda each: (each.headers, each.sense), reverse=True)
    best = found[0]
    for other in found[1:]:
        is_other_kind = (other.encoding in ASIAN) != (best.encoding in ASIAN)
        is_close = is_other_kind or best.sense - other.sense < CLEARER * best.sense
        if other.headers == best.headers and other.sense and is_close and other.text != best.text:
            return None
    return best.text, NAMES[best.encoding]


def _candidate(data: bytes, encoding: str) -> Candidate | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    words = list(islice(dict.fromkeys(WORD.findall(text)), WORDS_LOOKED_AT))
    signs = [sign for word in words for sign in word if sign > "\x7f"]
    if any(_is_nonsense(sign) for sign in signs):
        return None
    lines = text.splitlines()[:HEADER_LINES]
    cells = {cell.strip().strip('"') for line in lines for cell in CELL.split(line)}
    headers = sum(not cell.isascii() and field_of(cell) is not None for cell in cells)
    sense = _asian_sense(words, encoding) if encoding in ASIAN else _latin_sense(words, encoding)
    return Candidate(text, encoding, headers, sense) if sense > 0 or headers else None


def _is_nonsense(sign: str) -> bool:
    """Control characters, private ones, and symbols that nobody writes in a list of people."""
    return not sign.isalnum() and sign not in ALLOWED_SIGNS and not ("\u0300" <= sign <= "\u036f")


def _asian_sense(words: Sequence[str], encoding: str) -> float:
    """The share of characters in everyday use, if Latin letters are not torn apart."""
    letters = [sign for word in words for sign in word if sign > "\x7f" and sign.isalnum()]
    if not letters or 3 * sum(len(WEDGED.findall(word)) for word in words) > len(letters):
        return 0
    everyday = _everyday(ASIAN[encoding])
    share = sum(everyday.get(sign, 0) for sign in letters) / len(letters)
    coded = sum(_is_common(sign, encoding) for sign in letters) / len(letters)
    return share if coded >= 0.5 and share >= COMMON[encoding] * 0.5 else 0


def _is_common(sign: str, encoding: str) -> bool:
    """Whether the encoding has a character in its first part, which was made for those in everyday use."""
    code = sign.encode(encoding)
    if len(code) != 2:
        return False
    match encoding:
        case "gb18030":
            return 0xB0 <= code[0] <= 0xF7 and code[1] >= 0xA1
        case "big5":
            return 0xA4 <= code[0] <= 0xC6
        case "cp932":
            return 0x82 <= code[0] <= 0x98
        case _:
            return 0xB0 <= code[0] <= 0xC8 and code[1] >= 0xA1


def _latin_sense(words: Sequence[str], encoding: str) -> float:
    """The share of words whose letters stand beside each other as in one of the languages, the likelier the better."""
    judged = [_likelihood(word, encoding) for word in words if any(sign > "\x7f" and sign.isalpha() for sign in word)]
    if not judged:
        return 0
    good = sum(each > ENOUGH for each in judged)
    if 5 * good < 4 * len(judged):
        return 0
    likelihood = sum(max(0.0, 1 + each / -UNHEARD_OF) for each in judged) / len(judged)
    return likelihood * (1 if encoding == "cp1252" else LESS_USUAL)


def _likelihood(word: str, encoding: str) -> float:
    """How likely its pairs of letters outside ASCII are, in the language that fits best."""
    inner = word.strip("’‘“”„«»–—…®™©\xa0")
    if encoding == "cp1251" and re.search("[A-Za-z]", inner):
        return UNHEARD_OF
    if any(not sign.isalpha() and sign not in IN_A_WORD and sign != "'" for sign in inner):
        return UNHEARD_OF
    if not CASES.fullmatch("".join("l" if sign.islower() else "u" for sign in inner)):
        return UNHEARD_OF
    framed = f"^{inner.replace('İ', 'i').lower()}$"
    pairs = [pair for pair in pairwise(framed) if max(pair) > "\x7f"]
    if not pairs:
        return 0
    best = UNHEARD_OF
    for language in LATIN[encoding]:
        letters, known, total = _pairs(language)
        if all(sign in letters for sign in framed if sign > "\x7f"):
            seen = [max(UNHEARD_OF, log((known[pair] + 0.05) / total) + 4) for pair in pairs]
            best = max(best, sum(seen) / len(seen))
    return best


@cache
def _pairs(language: str) -> tuple[frozenset[str], Counter[tuple[str, str]], int]:
    """The letters of a language, and which stand beside each other in CLDR's names of places and languages."""
    locale = Locale.parse(language)
    texts = [*locale.territories.values(), *locale.languages.values()]
    texts += [str(zone["city"]) for zone in locale.time_zones.values() if "city" in zone]
    texts += [name for widths in locale.months["format"].values() for name in widths.values()]
    words = [f"^{word.lower()}$" for text in map(str, texts) for word in re.findall(r"[^\W\d_]+", text)]
    names = [f"^{name.lower()}$" for name in WORDS["people_called"][language].split()]
    found = Counter(pair for word in [*words, *names * 2] for pair in pairwise(word))
    own = frozenset(WORDS["alphabets"][language])
    known = Counter({pair: count for pair, count in found.items() if all(s < "\x80" or s in own for s in pair)})
    return own, known, 1000


@cache
def _everyday(language: str) -> dict[str, float]:
    """The characters of CLDR's names in a language, and, weighing more, those of people's names and of headers."""
    locale = Locale.parse(language)
    texts = [*locale.territories.values(), *locale.languages.values()]
    texts += [str(zone["city"]) for zone in locale.time_zones.values() if "city" in zone]
    signs = {sign for text in map(str, texts) for sign in text if ASIAN_LETTER.match(sign)}
    weights = dict.fromkeys(signs, 0.6)
    signs = set(WORDS["everyday"][language])
    if language.startswith("zh"):
        signs |= {sign for words in WORDS["headers"].values() for word in words for sign in word if HAN.match(sign)}
    return weights | dict.fromkeys(signs, 1.0)
