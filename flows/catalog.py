"""The catalogue: every text the bot says, in every language, filled in as that language writes things.

Texts live in TOML files named `*.en.toml` and `*.zh.toml` (or `en.toml`, `zh.toml`), keyed by dotted path.
A text is a string with `{name}` places, or a table of plural forms (`one`, `other`) chosen by the value
`count`, with Babel's plural rules. A place is filled by the type of its value: a day, an instant, a number,
a person, a list (`{names|or}`: one of them), days from one to another (`{first..last}`, beside the year only where it
differs from that of the value `today`). What people typed is put in as it is: every surface escapes what it shows.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

from babel import Locale
from babel.dates import format_date, format_datetime, format_interval
from babel.lists import format_list
from babel.numbers import format_decimal

from flows.replay import FlowError
from storage.references import (
    AnnouncementRef,
    Bilingual,
    EventRef,
    GoalDetail,
    GoalRef,
    IsoWeek,
    MeetingRef,
    Option,
    Phrase,
    When,
    Who,
)

LANGUAGES = ("en", "zh")
_PLACE = re.compile(r"\{(?P<name>\w+)(?:\.\.(?P<last>\w+)|(?P<style>\|or))?\}")
_DAY_AFTER_JOIN = re.compile(r"[至和到]\0(?:\d{4}年)?\d{1,2}月")
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z0-9]")
_PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})


class MissingText(FlowError):
    def __init__(self, language: str, key: str) -> None:
        super().__init__(f"there is no text {key!r} in {language!r}: add it to the texts of that language")


class MissingValue(FlowError):
    def __init__(self, key: str, place: str) -> None:
        super().__init__(f"the text {key!r} mentions {{{place}}}, which nobody gave it")


class RepeatedText(FlowError):
    def __init__(self, language: str, key: str, file: str) -> None:
        super().__init__(f"the text {key!r} in {language!r} stands in two files, the second is {file}: keep one")


Text = str | Mapping[str, str]


class Catalog:
    def __init__(self, texts: Mapping[str, Mapping[str, Text]]) -> None:
        self.texts = texts

    def has(self, language: str, key: str) -> bool:
        return key in self.texts[language]

    def keys(self, language: str) -> Iterable[str]:
        return self.texts[language].keys()

    def words(self, key: str) -> frozenset[str]:
        """A list of words, in every language at once: what people type does not keep to one."""
        known = [language for language in self.texts if self.has(language, key)]
        return frozenset(word for language in known for word in self.say(language, key).casefold().split())

    def phrases(self, key: str) -> frozenset[str]:
        """A list of phrases with | between them, in every language at once."""
        known = [language for language in self.texts if self.has(language, key)]
        return frozenset(each.strip() for language in known for each in self.say(language, key).casefold().split("|"))

    def places(self, language: str, key: str) -> frozenset[str]:
        """The names a text mentions."""
        found = self._found(language, key)
        forms = [found] if isinstance(found, str) else list(found.values())
        return frozenset(place for form in forms for match in _PLACE.finditer(form) for place in _named(match))

    def say(self, language: str, key: str, values: Mapping[str, Any] | None = None, zone: tzinfo | None = None) -> str:
        """The text, filled in; raises `MissingText` or `MissingValue`. Instants are shown in `zone`."""
        values = values or {}
        found = self._found(language, key)
        if not isinstance(found, str):
            if "other" not in found:
                raise MissingText(language, f"{key}.other")
            found = found.get(_plural(language, values.get("count", 0)), found["other"])
        if "{" not in found:
            return found

        def filled(match: re.Match[str]) -> str:
            for place in _named(match):
                if place not in values:
                    raise MissingValue(key, place)
            value = values[match["name"]]
            if match["last"]:
                return days_written(value, values[match["last"]], language, values.get("today"))
            if value is None:
                return self.say(language, "chrome.nobody")
            if isinstance(value, bool):
                return self.say(language, "chrome.yes" if value else "chrome.no")
            if phrases := _phrases(value):
                return "\n".join(self.say(language, each.key, each.values, zone) for each in phrases)
            return written_out(value, language, zone, "or" if match["style"] else "standard")

        said, end = "", 0
        for match in _PLACE.finditer(found):
            said = _joined(said, found[end : match.start()], language)
            said = _joined(said, filled(match), language)
            end = match.end()
        return _joined(said, found[end:], language)

    def _found(self, language: str, key: str) -> Text:
        try:
            return self.texts[language][key]
        except KeyError:
            raise MissingText(language, key) from None


def _named(match: re.Match[str]) -> tuple[str, ...]:
    """The values a place needs."""
    return tuple(filter(None, (match["name"], match["last"])))


def _phrases(value: Any) -> tuple[Phrase, ...]:
    """The texts that stand for a value, each on a line of its own."""
    if isinstance(value, Phrase):
        return (value,)
    several = isinstance(value, tuple) and all(isinstance(each, Phrase) for each in value)
    return value if several else ()


def _joined(before: str, after: str, language: str) -> str:
    """Two pieces of a text. Chinese has a space where a Latin word or a number meets a character, and only there."""
    if language != "zh" or not before or not after:
        return before + after
    if before[-1] == " " and _HAN.match(before[-2:-1]) and _HAN.match(after):
        return before[:-1] + after
    if after[0] == " " and _HAN.match(after[1:2]) and _HAN.match(before[-1]):
        return before + after[1:]
    ends, begins = before[-1], after[0]
    if _DAY_AFTER_JOIN.match(f"{ends}\0{after}"):
        return before + after
    apart = (_HAN.match(ends) and _LATIN.match(begins)) or (_LATIN.match(ends) and _HAN.match(begins))
    return f"{before} {after}" if apart else before + after


def written_out(
    value: Any, language: str, zone: tzinfo | None = None, style: Literal["standard", "or"] = "standard"
) -> str:
    """A value as a language writes it; of a list, `style` says whether all of it is meant or one."""
    match value:
        case str():
            return value
        case datetime():
            local = value.astimezone(zone) if zone else value
            pattern = "d MMM y, HH:mm" if language == "en" else "y年M月d日 HH:mm"
            return format_datetime(local, pattern, locale=_locale(language))
        case When(at=at):
            local = at.astimezone(zone) if zone else at
            pattern = "EEE d MMM y, HH:mm" if language == "en" else "y年M月d日（EEE）HH:mm"
            return format_datetime(local, pattern, locale=_locale(language))
        case date():
            return format_date(value, "d MMMM y" if language == "en" else "y年M月d日", locale=_locale(language))
        case IsoWeek(days=(monday, sunday)):
            return str(format_interval(monday, sunday, "MMMd", locale=_locale(language)))
        case int() | float() | Decimal():
            return format_decimal(value, locale=_locale(language), decimal_quantization=False)
        case Who() | Option() | AnnouncementRef() | Bilingual():
            return value.name(language)
        case GoalRef() | GoalDetail():
            return value.title
        case EventRef():
            return value.text
        case MeetingRef():
            return value.topic
        case Sequence():
            return format_list([written_out(item, language, zone) for item in value], style, _locale(language))
        case _:
            return str(value)


def days_written(first: date, last: date, language: str, today: date | None = None) -> str:
    """Days with their weekdays: `Tue 1 – Sat 5 Dec`, 12月1日（周二）至5日（周六）.

    A year is said once, and only where it is not that of `today`; without `today` it is always said.
    """
    this_year = today.year if today else None
    if language == "zh":
        begin = "" if first.year == this_year else "y年"
        end = "" if last.year == first.year else "y年"
        end += "" if (first.year, first.month) == (last.year, last.month) else "M月"
        patterns, between = (f"{begin}M月d日（EEE）", f"{end}d日（EEE）"), "至"
    else:
        begin = "" if first.year == (this_year if last.year != first.year else last.year) else " y"
        begin = f" MMM{begin}" if (first.year, first.month) != (last.year, last.month) else ""
        patterns, between = (f"EEE d{begin}", "EEE d MMM" + ("" if last.year == this_year else " y")), " – "
    days = [(first, patterns[0]), (last, patterns[1])]
    if first == last:
        days = [(first, patterns[1 if language == "en" else 0])]
    return between.join(format_date(day, pattern, locale=_locale(language)) for day, pattern in days)


@lru_cache(maxsize=len(LANGUAGES))
def _locale(language: str) -> Locale:
    return Locale.parse({"en": "en_GB", "zh": "zh_Hans_CN"}[language])


def _plural(language: str, count: Any) -> str:
    return str(_locale(language).plural_form(count))


@cache
def load(*packages: str) -> Catalog:
    """The texts in the data files of these packages, together; raises `RepeatedText`."""
    texts: dict[str, dict[str, Text]] = {language: {} for language in LANGUAGES}
    for package in packages:
        for file in sorted(resources.files(package).iterdir(), key=lambda entry: entry.name):
            language = file.name.removesuffix(".toml").rpartition(".")[2]
            if file.name.endswith(".toml") and language in texts:
                for key, text in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
                    if key in texts[language]:
                        raise RepeatedText(language, key, file.name)
                    texts[language][key] = text
    return Catalog(texts)


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Text]]:
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, str) or set(value) <= _PLURALS:
            yield key, value
        else:
            yield from _flat(value, f"{key}.")
