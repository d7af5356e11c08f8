"""Reading answers: from what a person typed or pressed to the values of a form, or to what is wrong with it.

Nothing is guessed and nothing typed is changed: an answer that cannot stand comes back as an `Objection` at
its question, with the raw text untouched.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from flows.amounts import amounts, as_sure
from flows.days import day_typed
from flows.fields import (
    Amount,
    DayInput,
    Each,
    Kind,
    Line,
    Many,
    OneOf,
    Paragraph,
    PeoplePicker,
    PersonPicker,
    Rating,
    TimeInput,
    YesNo,
    fields_of,
)
from flows.invisible import unshowable, without_invisible
from flows.line import Open
from flows.page import ELSE, WHICH, Choice
from flows.questions import Raw, Values, expanded
from flows.steps import Ask, Form, Objection
from flows.times import time_typed
from storage.references import Option

_VISIBLE = re.compile("[^\\s\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_HAN = re.compile("[\u4e00-\u9fff]+")
_WORD = re.compile(r"[^\W\d_]")
_RATING = re.compile(r"(\d{1,2})\s*(?:/\s*(\d{1,2})|分)?")
_HANZI_DIGITS = {hanzi: str(value) for value, hanzi in enumerate("零一二三四五六七八九十")}
_YES = frozenset({"yes", "y", "true", "ok", "sure", "是", "好", "对", "要", "有", "可以", "好的", "行"})
_NO = frozenset({"no", "n", "false", "nope", "否", "不", "不是", "不要", "没有", "不用", "不行", "没"})
_AT_THE_END = " .,!?;:。、~…"
LONGEST_NONE = 40
"""Characters of the longest way to say nothing, dots and all."""
LARGEST = Decimal(10) ** 15
FINEST = -12
"""No number has more places after the point: one of a million places would be a million characters to show."""


@dataclass(frozen=True)
class Reading:
    """What reading depends on: the day it is for the person, and who is who."""

    today: date
    person: Callable[[str], int | Objection]
    """A person's id by id, handle, e-mail or name; an objection names the ones it could have been."""
    option: Callable[[int], Option] = lambda number: Option(str(number), str(number))
    """A person as one to choose."""
    none: frozenset[str] = frozenset()
    """The words for nothing at all, such as `none` or `没有`, which answer what need not be answered."""

    def is_none(self, text: str) -> bool:
        """Whether an answer says that there is nothing to say."""
        if len(short := text.strip()) > LONGEST_NONE:
            return False
        plain = unicodedata.normalize("NFKC", short).strip().casefold()
        return plain in self.none or plain.rstrip(_AT_THE_END) in self.none


class _Wrong(Exception):
    def __init__(self, text: str, **values: Any) -> None:
        self.objection = Objection("", text, values)


def read_form(
    ask: Ask[Any], values: Values, reading: Reading, labels: Mapping[str, tuple[Choice, ...]]
) -> Form | tuple[Objection, ...]:
    """The filled form, or everything that is wrong with it at once. `labels` are the choices as shown."""
    objections: list[Objection] = []
    read: dict[str, Any] = {f.name: {} if isinstance(f.kind, Each) else None for f in fields_of(ask.form)}
    for field, key, kind, thing in expanded(ask):
        try:
            raw = values.get(key, "")
            empty = not field.required and _says_none(kind, raw, reading)
            value = None if empty else read_value(kind, raw, reading, labels.get(key, ()))
            if value is None and field.required:
                raise _Wrong("needed")
        except _Wrong as wrong:
            objections.append(Objection(key, wrong.objection.text, wrong.objection.values))
            continue
        if thing is None:
            read[field.name] = value
        elif value is not None:
            read[field.name][thing.key] = value
    if objections:
        return tuple(objections)
    form: Form = ask.form.model_validate(read)
    return (*form.objections(), *form.clashes(ask.context)) or form


def read_one(kind: Kind, raw: Raw, reading: Reading, choices: tuple[Choice, ...], required: bool) -> Objection | None:
    """What is wrong with a single answer, as somebody types one at a time."""
    if not required and _says_none(kind, raw, reading):
        return None
    try:
        if read_value(kind, raw, reading, choices) is None and required:
            raise _Wrong("needed")
    except _Wrong as wrong:
        return wrong.objection
    return None


def _says_none(kind: Kind, raw: Raw, reading: Reading) -> bool:
    return isinstance(kind, Line | Paragraph) and isinstance(raw, str) and reading.is_none(raw)


def read_value(kind: Kind, raw: Raw, reading: Reading, choices: tuple[Choice, ...]) -> Any:
    """The value of one answer, or None if it is empty."""
    if isinstance(kind, Many | PeoplePicker):
        return _read_several(kind, raw, reading, choices)
    text = raw if isinstance(raw, str) else ", ".join(raw)
    showable(text)
    if not _VISIBLE.search(text):
        return None
    match kind:
        case Line(most=most, free=free):
            return _words(text, most, free)
        case Paragraph(most=most):
            return _words(text, most, free=False)
        case Amount():
            return _amount(text, kind)
        case DayInput(ahead=ahead):
            return _day(text, ahead, reading.today)
        case TimeInput():
            return _time(text)
        case Rating(low=low, high=high):
            return _rating(text, low, high, choices)
        case YesNo():
            return _yes_no(text, choices)
        case OneOf():
            return _choice(text, choices)
        case PersonPicker():
            return _people((text.strip(),), reading)[0]


def _read_several(
    kind: Many | PeoplePicker, raw: Raw, reading: Reading, choices: tuple[Choice, ...]
) -> tuple[Any, ...] | None:
    match kind:
        case Many():
            return tuple(dict.fromkeys(_choice(each, choices) for each in _several(raw))) or None
        case PeoplePicker(most=most):
            called = tuple(dict.fromkeys(_several(raw)))
            if len(called) > most:  # said before anybody is looked up: a page of names must not be a page of queries
                raise _Wrong("too_many", most=most, given=len(called))
            return _people(called, reading) or None


def _people(called: tuple[str, ...], reading: Reading) -> tuple[int, ...]:
    """Everybody who is called so. Where a name can mean several, those who are clear are kept beside them."""
    clear: list[int] = []
    unclear: list[Objection] = []
    for each in called:
        if each == ELSE:
            raise _Wrong("who_else")
        match reading.person(each):
            case int() as number:
                clear.append(number)
            case Objection() as objection:
                unclear.append(objection)
    if not unclear:
        return tuple(dict.fromkeys(clear))
    first = next((each for each in unclear if each.text not in WHICH), unclear[0])
    people = [option for each in unclear for option in each.values.get("people", ())]
    raise _Wrong(first.text, **{**first.values, "people": people, "settled": [reading.option(each) for each in clear]})


def showable(text: str) -> None:
    """Raises when the text has characters that would act instead of being shown."""
    found = unshowable(text)
    if found is not None:
        raise _Wrong("unshowable", code=f"U+{ord(text[found]):04X}", place=found + 1)


def _words(given: str, most: int, free: bool) -> str:
    text = without_invisible(given)
    if len(text) > most:
        raise _Wrong("too_long", most=most, given=len(text))
    if not free and not _WORD.search(text):
        raise _Wrong("words_please")
    return text.strip()


def _amount(text: str, kind: Amount) -> Decimal | int:
    readings = amounts(text.strip().removesuffix(kind.unit))
    if kind.is_hour and not readings and time_typed(text):
        at = _time(text)
        readings = (Decimal(at.hour) + Decimal(at.minute) / 60,)
    if not readings:
        raise _Wrong("number_please")
    if len(readings) > 1:
        raise _Wrong("number_either", number=text.strip(), readings=[as_sure(each) for each in readings])
    value = readings[0]
    if not -LARGEST <= value <= LARGEST or int(value.as_tuple().exponent) < FINEST:
        raise _Wrong("number_please")
    if kind.whole and value != int(value):
        raise _Wrong("whole_please")
    if (kind.least is not None and value < kind.least) or (kind.most is not None and value > kind.most):
        raise _Wrong("out_of_range", least=kind.least, most=kind.most)
    return int(value) if kind.whole else value


def _day(text: str, ahead: bool | None, today: date) -> date:
    day = day_typed(text, today, ahead)
    if isinstance(day, Open):
        raise _Wrong(day.text, **day.values)
    if day is None:
        raise _Wrong("day_please", today=today)
    if ahead and day < today:
        raise _Wrong("day_is_past", day=day, today=today)
    if ahead is False and day > today:
        raise _Wrong("day_is_ahead", day=day, today=today)
    return day


def _time(text: str) -> time:
    at = time_typed(text)
    if isinstance(at, Open):
        raise _Wrong(at.text, **at.values)
    if at is None:
        raise _Wrong("time_please")
    return at


def _rating(text: str, low: int, high: int, choices: tuple[Choice, ...]) -> int:
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _HANZI_DIGITS.get(plain.removesuffix("分"), plain)
    if match := _RATING.fullmatch(plain):
        value = int(match[1])
        if low <= value <= high and match[2] in (None, str(high)):
            return value
    by_label = [choice.key for choice in choices if choice.label.casefold() == plain.casefold()]
    if by_label:
        return int(by_label[0])
    named = {choice.key: choice.label for choice in choices if choice.label != choice.key}
    if str(low) in named and str(high) in named:
        raise _Wrong("rating_named", low=low, high=high, lowest=named[str(low)], highest=named[str(high)])
    raise _Wrong("rating_please", low=low, high=high)


def _yes_no(text: str, choices: tuple[Choice, ...]) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    by_label = {choice.label.casefold(): choice.key for choice in choices}
    plain = by_label.get(plain, plain)
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise _Wrong("yes_or_no_please")


def _choice(text: str, choices: tuple[Choice, ...]) -> str:
    plain = text.strip()
    if any(choice.key == plain for choice in choices):
        return plain  # before any label: what a form sends is a key, even where another choice is called so
    for choice in choices:
        if plain.casefold() == choice.label.casefold():
            return choice.key
    if plain.isdecimal() and len(plain) <= 4 and 0 < int(plain) <= len(choices):
        return choices[int(plain) - 1].key
    meant = [choice.key for choice in choices if _could_mean(plain.casefold(), choice)]
    if len(meant) == 1:
        return meant[0]
    raise _Wrong("choose_one", options=[choice.label for choice in choices][:9])


def _could_mean(typed: str, choice: Choice) -> bool:
    """Whether it is the key or another word for a choice, or a part of its label: whole words, or Chinese ones."""
    if typed in (choice.key.casefold(), *choice.also):
        return True
    label = choice.label.casefold()
    if label == choice.key.casefold() or not _WORD.search(typed):
        return False
    if _HAN.fullmatch(typed):
        return len(typed) > 1 and typed in label
    return re.search(rf"(?<!\w){re.escape(typed)}(?!\w)", label, re.ASCII) is not None


def _several(raw: Raw) -> Iterable[str]:
    parts = re.split(r"[,，、;；\n]", raw) if isinstance(raw, str) else raw
    for part in parts:
        showable(part)
        if part.strip():
            yield part.strip()
