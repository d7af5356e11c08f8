"""The words of a line that can speak of a day, a time, a length or a zone, each as a `Token` of one letter.

Reading happens in a copy of the line whose characters stand one to one for the original; what is cut is cut from the
original, so `10²` and `（一期）` stay as they were typed.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any, NamedTuple

from flows import vocabulary as words
from flows.german_words import BRIEF, brief_day
from flows.zones import is_abbreviation, place_before

TYPO = 0.76
"""How much of a mistyped day must agree with the word."""
HANZI = dict(zip("零一二三四五六七八九十", range(11), strict=True)) | {"〇": 0, "两": 2}


class Token(NamedTuple):
    kind: str
    """A letter, as `flows.vocabulary` lists them."""
    start: int
    end: int
    value: Any = None


def _copied(char: str) -> str:
    """The sign that stands for a character: lower case, half width, and simplified where clocks and days need it."""
    narrow = unicodedata.normalize("NFKC", char) if unicodedata.decomposition(char).startswith("<wide>") else char
    plain = narrow if len(narrow) == 1 else char  # ￣ would become two
    plain = "-" if plain in "‐‑‒–—―−" else " " if plain.isspace() else plain
    if plain.isdecimal():
        return str(unicodedata.decimal(plain))
    return plain.lower() if len(plain.lower()) == 1 else plain


class _Copy(dict[int, str]):
    """What each character is read as, worked out when it is first met: to know it of all takes a second at start-up."""

    def __missing__(self, code: int) -> str:
        copy = _copied(chr(code))
        if code <= _KEPT:
            self[code] = copy
        return copy


_KEPT = 0xFFFF
"""The last character that is remembered, so that no text makes the table grow without end."""
_COPY = _Copy(
    (ord(old), new) for old, new in zip("週禮點時鐘鍾號個兩後間這從開～", "周礼点时钟钟号个两后间这从开~", strict=True)
)


def copied(line: str) -> str:
    """The line as it is read: as long as the original, character by character."""
    return line.translate(_COPY)


def number(text: str) -> int | None:
    """12, 十二, 二十三, 零五 as numbers below a hundred."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.lstrip("零〇").partition("十")
    if not ten:
        return HANZI.get(tens, 0) if len(tens) < 2 else None
    if len(tens) > 1 or len(ones) > 1:
        return None
    return 10 * (HANZI[tens] if tens else 1) + (HANZI[ones] if ones else 0)


def tokens(line: str, copy: str) -> list[Token]:
    """Every word of the line as a token; `copy` is `copied(line)`."""
    found: list[Token] = []
    for match in words.LEXICON.finditer(copy):
        name = match.lastgroup or ""
        if name == "space" or (match[0] == "." and found and found[-1].kind in "MW" and found[-1].end == match.start()):
            continue
        if (name == "zone" and match[0] == "时间") or match[0] == "time":
            start = place_before(line, match.start())
            while start is not None and found and found[-1].start >= start:
                found.pop()
            found.append(Token("X" if start is None else "z", match.start() if start is None else start, match.end()))
        elif name == "tonight":
            found += (Token("r", *match.span(), 0), Token("P", *match.span(), "eve"))
        else:
            found.append(_token(name, match, line, found))
    return found


def _token(name: str, match: re.Match[str], line: str, before: list[Token]) -> Token:
    start, end, text = match.start(), match.end(), match[0]
    last = before[-1] if before else Token("^", 0, 0)
    glued = last.end == start or line[last.end : start].isspace()
    match name:
        case "word":
            return _word(text, start, end, line)
        case "clock":
            return Token("c", start, end, tuple(int(each) for each in text.split(":")[:2]))
        case "number":
            return (
                Token("n", start, end, int(text))
                if text.isdecimal() and len(text) < 3
                else Token("N", start, end, text)
            )
        case "hanzi":
            return Token("n", start, end, number(text))
        case "iso" | "dmy":
            return Token("D", start, end, text)
        case "short" if (last.kind == "X" and last.value in words.VERSIONS) or line[end : end + 2] == "版本":
            return Token("N", start, end, text)
        case "short" if not _is_month_and_day(text) and last.kind in words.DATED and (at := _dotted_clock(text)):
            return Token("c", start, end, at)
        case "short":
            return Token("d" if _is_month_and_day(text) else "N", start, end, text)
        case "dotted" | "ordinal":
            return Token("o", start, end, int(re.sub("[^0-9]", "", text)))
        case "hour":
            piece = match["piece"] or ""
            minute = words.PIECES.get(piece, number(match["minute"] or match["short_minute"] or "0"))
            return Token("T", start, end, (number(match["at"]), minute))
        case "month" | "dom":
            value = number(text.rstrip("份月日号 "))
            fits = value and value <= (12 if name == "month" else 31)
            return Token(("m" if name == "month" else "j") if fits else "X", start, end, value)
        case "year":
            digits = "".join(str(_digit(each)) for each in text if each not in "年 ")
            return Token("Y", start, end, int(digits))
        case "that_year":
            return Token("y", start, end, words.YEARS[text])
        case "weekday":
            return Token("W", start, end, "一二三四五六日".index(text[-1].replace("天", "日")))
        case "shift":
            weeks = text.count("下") - text.count("上")
            return Token("x", start, end, weeks)
        case "day":
            known = text if text in words.RELATIVE else text[:1]
            return Token("r", start, end, words.RELATIVE[known])
        case "morrow":
            return Token("r", start, end, 1)
        case "part":
            return Token("P", start, end, words.PART_OF[text])
        case "hours":
            return Token("h", start, end, 60)
        case "minutes":
            return Token("i", start, end, 15 if text == "刻钟" else 1)
        case "span":
            hours, minutes = re.findall("[0-9]+", text)
            return Token("L", start, end, int(hours) * 60 + int(minutes))
        case "unit" if glued and last.kind in words.COUNTED and (text != "周" or line[end : end + 1] != "年"):
            unit = words.UNITS.get(text)
            return Token("s" if unit is None else "q" if unit in ("quarter", "year") else "u", start, end, unit)
        case "fixed":
            return Token("H", start, end, words.FEASTS[text])
        case "military" | "uhr":
            return Token("c" if name == "military" else "T", start, end, _written_hour(text))
        case "pair":
            return Token("J", start, end, (0 if text[0] == "今" else 1, 2 if "后" in text else 1))
        case "topical":
            sure = last.kind in "vblSftI"
            return Token("s" if sure else "$", start, end)
        case "midday":
            return Token("K", start, end, "noon")
        case "back" | "and" | "start" if glued and last.kind in "DdjWrH":
            return Token({"back": ";", "and": "&", "start": "S"}[name], start, end, "hanzi")
        case "possessive":
            return Token("'" if last.end == start and last.kind in "rW" else "X", start, end)
        case "after" | "before" | "begins" | "within" if glued and last.kind in words.TIMELY:
            return Token({"after": "v", "before": "b", "begins": "S", "within": "I"}[name], start, end, "hanzi")
        case "meridiem" if glued and last.kind in "nc":
            return Token("p", start, end, text[0])
        case "zone":
            return Token("z", start, end)
        case _:
            return Token(words.SIMPLE.get(name, "X"), start, end)


def _digit(sign: str) -> int:
    return int(sign) if sign.isdecimal() else HANZI[sign]


def _is_month_and_day(text: str) -> bool:
    low, high = sorted(int(each) for each in re.findall("[0-9]+", text))
    return 0 < low <= 12 and high <= 31


def _written_hour(text: str) -> tuple[int, int]:
    """4.30, 1500 hrs, 15 Uhr 30 and 15h as hour and minute."""
    hour, minute, *_ = *re.findall("[0-9]{1,2}", text), "0"
    return int(hour), int(minute)


def _dotted_clock(text: str) -> tuple[int, int] | None:
    """15.30 beside a day, which can be no day itself."""
    found = re.fullmatch("(1[3-9]|2[0-3])[.]([0-5][0-9])", text)
    return (int(found[1]), int(found[2])) if found else None


def _word(text: str, start: int, end: int, line: str) -> Token:
    typed = line[start:end]
    if is_abbreviation(typed):
        return Token("z", start, end)
    if text in BRIEF and (typed[0].isupper() or not line[:start].endswith("on ")):
        day = brief_day(line.lower() if len(line.lower()) == len(line) else line, start, end)
        if day is not None:
            return Token("W", start, end, day)
    kind, value = words.ENGLISH.get(text) or _mistyped(text)
    if kind == "M" and text in ("may", "march", "mar", "mai") and not _is_day_beside(line, start, end):
        kind = "X" if typed.islower() or re.match(r" [A-Z]", line[end:]) else kind
    elif kind == "M" and re.match(r" [A-Z][a-z]", line[end:]) and text in ("april", "june", "august", "jan"):
        kind = "X"
    return Token(kind, start, end, value)


@lru_cache(4096)
def _mistyped(text: str) -> tuple[str, Any]:
    """What an unknown word is: nearly tomorrow or yesterday, nearly a weekday (which one is asked), or a word."""
    if text.startswith("to") and 6 < len(text) < 11 and SequenceMatcher(None, text, "tomorrow").ratio() > TYPO:
        return "r", 1
    if text.startswith("y") and 6 < len(text) < 11 and SequenceMatcher(None, text, "yesterday").ratio() > TYPO:
        return "r", -1
    if 4 < len(text) < 11 and set("day") <= set(text) and text[-1] in "ay" and text not in words.DAYS_OF_A_KIND:
        near = max(SequenceMatcher(None, text, name).ratio() for name in words.WEEKDAYS)
        return ("s", None) if near > TYPO else ("X", text)
    return "X", text


def _is_day_beside(line: str, start: int, end: int) -> bool:
    before, after = line[max(0, start - 8) : start], line[end : end + 6]
    return bool(
        re.search(r"(?<![0-9:.])[0-9]{1,2}(?:st|nd|rd|th)?\.?\s*(?:of\s+)?$", before)
        or re.match(r",?\s*(?:the )?[0-9]", after)
    )
