"""Amounts as people type them: 95,5, 1 200.50, 70 %, 百分之八十, 三成, 3万, 十五 – and from where to where.

A dot or a comma before exactly three digits may part thousands or begin the decimals: unless another sign of the
number decides it, both readings are given.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flows.tokens import HANZI, copied

LONGEST = 60
"""Characters of the longest number that is looked at."""
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}([.,'’])\d{3}(?:\1\d{3})*(?:[.,]\d*)?")
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d*)?(?:e[-+]?\d+)?|[-+]?\.\d+")
_SCALES = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3, "k": 10**3}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_CHINESE = re.compile("[零〇一二两三四五六七八九十百千万亿点]+")
_PERCENT = re.compile("%|％|percent|per cent")
_SCALED = re.compile(r"(?<=\d)(?:thousand|(million|mn|mio)|(billion|bn))$")
_MONEY = (
    re.compile(r"^([-+]?)(?:(?:us|hk|au|ca)?\$|€|£|¥|rmb|eur|usd|cny|gbp)"),
    re.compile(r"(?:€|\$|£|eur|euros?|usd|dollars?|cny|rmb|gbp|元|块钱?|人民币|美元|欧元)$"),
)
_THOUSAND = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
"""Beside a currency, which has two decimals at most, a comma before three digits parts thousands."""
_FULL_WIDTH = re.compile("(?<=[0-9０-９])，(?=[0-9０-９]{3}(?![0-9０-９]))")
"""A full-width comma is the decimal sign of no language."""
_COUNTED = re.compile(r"(?<=[\d十百千万亿一二两三四五六七八九])(?:个|件|人|家|台|次|单|户|份|名|位|条|项)$")
_SHORTENED = re.compile("(.*[百千万亿])([一二三四五六七八九])")
"""三千五 is 3500 and 一万二 is 12000: a last digit without its place counts in tenths of the place before it."""
_ONES = "one two three four five six seven eight nine".split()  # noqa: SIM905
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: SIM905
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_ENGLISH = {name: value for value, name in enumerate(("zero", *_ONES, *_TEENS))}
_ENGLISH |= {name: 10 * value for value, name in enumerate(_TENS, 2)}
_ENGLISH |= {f"{ten}{joint}{one}": 10 * tens + ones for tens, ten in enumerate(_TENS, 2)
             for ones, one in enumerate(_ONES, 1) for joint in "- "}  # fmt: skip
_ENGLISH |= {"a dozen": 12, "dozen": 12, "half a dozen": 6, "two dozen": 24, "a hundred": 100, "one hundred": 100,
             "a thousand": 1000, "one thousand": 1000, "a million": 10**6, "one million": 10**6}  # fmt: skip

_NUMBER = r"(?:百分之[零一二两三四五六七八九十百\d.]+|[€$£¥]?\d[\d.,]*(?: ?(?:%|‰|[万亿k](?![a-z])))?(?![a-z\d]))"
_UNIT = (
    r"(?: ?(?:(?:percent|points?|days?|weeks?|hours?|minutes?|eur|usd|cny|of \d+)\b"
    r"|个?工作日|天|小时|分钟|秒|元|人|家|个|件|次|分|台|户|单))?"
)
_THING = rf"(?:{_UNIT[3:-2]}| [a-z]{{3,}}(?= (?:up |down )?to ))?"
_ABOUT = (
    r"(?:(?:about|around|roughly|currently|today|(?:just )?(?:over|under|above|below)|at (?:least|most)|(?:more|less"
    r"|fewer) than|约|大约|目前|现在|平均|每[天日周月季年]度?|每个月|至少|不[到足低超]于?过?|低于|高于|超过) ?)?"
)
_CHANGES = (
    re.compile(
        rf"\bfrom {_ABOUT}(?P<a>{_NUMBER})(?P<u>{_THING})(?:,)? (?:up |down )?to {_ABOUT}(?P<b>{_NUMBER})(?P<v>{_UNIT})"
    ),
    re.compile(
        rf"[从由] ?{_ABOUT}(?P<a>{_NUMBER})(?P<u>{_UNIT})(?:[^0-9,，。;；]{{0,6}}?)"
        rf"[到至为] ?{_ABOUT}(?P<b>{_NUMBER})(?P<v>{_UNIT})"
    ),
    re.compile(rf"(?P<a>{_NUMBER})(?P<u>{_UNIT}) ?(?:->|→|=>) ?(?P<b>{_NUMBER})(?P<v>{_UNIT})"),
)
_SAID = re.compile(
    rf"^[^\d€$£¥百]{{0,20}}(?P<a>{_NUMBER})(?P<u>{_UNIT})"
    r"(?=[^\d]{0,24}(?:\b(?:to|now|today|should be|target|goal|then)\b|->|→|[到至]|目标|应为|提[高升]|[降增升缩]))"
    rf"[^\d€$£¥百]{{1,24}}(?P<b>{_NUMBER})(?P<v>{_UNIT})"
)
"""What is said when one is asked where a measure is now and where it should be: 31 to 45; 现在31，目标45."""


@dataclass(frozen=True, slots=True)
class Change:
    """From where to where a measure is to go, and where the words for it stand."""

    baseline: Decimal
    target: Decimal
    unit: str
    start: int
    end: int


def as_sure(value: Decimal) -> str:
    """The number written so that it is read as nothing else: 1.2340."""
    text = f"{value:f}"
    return f"{text}0" if _EITHER.fullmatch(text) else text


def amounts(text: str) -> tuple[Decimal, ...]:
    """The numbers that a text can be: one, both readings of an ambiguous one, or none."""
    spaced = " ".join(copied(_FULL_WIDTH.sub("", text)).split())
    if (spelt := _ENGLISH.get(spaced.removeprefix("minus "))) is not None:
        return (Decimal(-spelt if spaced.startswith("minus ") else spelt),)
    plain = spaced.replace(" ", "")
    if not plain or len(plain) > LONGEST:
        return ()
    if plain[0] == "负" and plain[1:2] not in ("", "负", "-", "+"):
        return tuple(-each for each in amounts(plain[1:]))
    percent = _PERCENT.sub("", plain)
    if (bare := _bare(percent)) != percent:
        percent = bare.replace(",", "") if _THOUSAND.fullmatch(bare) else bare
    if scaled := _SCALED.search(percent):
        scale = 10**6 if scaled[1] else 10**9 if scaled[2] else 10**3
        return tuple(scale * each for each in _written(percent[: scaled.start()]))
    if plain.startswith("百分之"):
        percent = plain.removeprefix("百分之")
    if percent.endswith("成"):
        return tuple(10 * each for each in amounts(percent[:-1]))
    for word, scale in _SCALES.items():
        if percent.endswith(word) and len(percent) > len(word) and percent[-len(word) - 1].isdecimal():
            return tuple(scale * each for each in _written(percent.removesuffix(word)))
    if _CHINESE.fullmatch(percent):
        value = _spelt(percent)
        return () if value is None else (value,)
    return _written(percent)


def _bare(text: str) -> str:
    """The number without its currency, or without what it counts: ¥1200, 12个."""
    first, last = _MONEY
    bare = last.sub("", first.sub(r"\1", text, count=1), count=1)
    return bare if bare != text else _COUNTED.sub("", text)


def _written(text: str) -> tuple[Decimal, ...]:
    if _EITHER.fullmatch(text):
        return Decimal(re.sub("[.,]", "", text)), Decimal(text.replace(",", "."))
    if match := _GROUPED.fullmatch(text):
        separator = match[1]
        decimal = "." if separator == "," else ","
        if text.count(separator) * 3 <= sum(each.isdecimal() for each in text) and text.count(decimal) < 2:
            text = text.replace(separator, "").replace(",", ".")
    elif _PLAIN.fullmatch(text):
        text = text.replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return ()
    return (value,) if value.is_finite() else ()


def _spelt(text: str) -> Decimal | None:
    """十五, 一百二十, 三万五千, 两点五; None where the signs make no number."""
    if text[0] in "万亿":
        return None
    if (short := _SHORTENED.fullmatch(text)) and (before := _spelt(short[1])):
        place = (_PLACES | {"万": 10**4, "亿": 10**8})[short[1][-1]]
        return before + HANZI[short[2]] * place // 10
    whole, point, decimals = text.partition("点")
    digits = [HANZI.get(each, 10) for each in decimals]
    if point and (not digits or max(digits) > 9):
        return None
    total, section, digit = 0, 0, None
    for sign in whole:
        if sign in "万亿":
            total = (total + section + (digit or 0)) * (10**4 if sign == "万" else 10**8)
            section, digit = 0, None
        elif sign in _PLACES:
            section += (1 if digit is None else digit) * _PLACES[sign]
            digit = None
        elif digit is not None and digit != 0:
            return None
        else:
            digit = HANZI[sign]
    value = Decimal(total + section + (digit or 0))
    return value + Decimal("0." + "".join(str(each) for each in digits)) if point else value


def change_in(text: str) -> Change | None:
    """The first change of a measure in a text: from 31 to 45, 从2.5%降到1%以下. Ambiguous numbers are none."""
    return _first_change(_CHANGES, text)


def change_said(text: str) -> Change | None:
    """The same in an answer to where a measure is and where it should be, which may be as short as 31 to 45."""
    return change_in(text) or _first_change((_SAID,), text)


def _first_change(patterns: Iterable[re.Pattern[str]], text: str) -> Change | None:
    plain = copied(text)
    for pattern in patterns:
        if match := pattern.search(plain):
            first, last = amounts(match["a"].rstrip(".,")), amounts(match["b"].rstrip(".,"))
            unit = _unit(match, text)
            if len(first) == len(last) == 1 and first != last and (unit or not _are_years(first[0], last[0])):
                return Change(first[0], last[0], unit, *match.span())
    return None


def _are_years(*numbers: Decimal) -> bool:
    return all(number == int(number) and 1900 <= number <= 2100 for number in numbers)


def _unit(match: re.Match[str], text: str) -> str:
    for number, unit in (("b", "v"), ("a", "u")):
        if match[number].startswith("百分之") or _PERCENT.search(match[number]):
            return "%"
        if match[number][0] in "€$£¥":
            return match[number][0]
        if said := text[match.start(unit) : match.end(unit)].strip():
            return said
    return ""
