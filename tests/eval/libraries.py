"""The libraries as readers, each with the settings that serve it best.

Begun as `python -m tests.eval.libraries NAME LANGUAGE CORPUS FILE`.

Runs in the environment of `requirements.lock` beside it, which the product does not share, and writes JSON to the file
named last: a reading for each line of the corpus and the CPU seconds of reading them all once more.
"""

import json
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Any, TypeVar

from tests.corpus.amounts import TypedAmount, amounts
from tests.corpus.lines import CORPORA, LANGUAGES, Command, Line, lines
from tests.eval.readings import Reading

Reader = tuple[Callable[[Line], Any], Callable[[Line, Any], Reading]]
"""What is timed, and how its answer becomes a reading."""
Typed = TypeVar("Typed")
Answer = TypeVar("Answer")
Part = tuple[date | None, time | None, timedelta | None]


def dateparser(told: bool = True) -> Reader:
    """Told the moment, past or future, for writers in Europe that the day comes before the month; and the language.

    A bot is not told the language of a line. Without it dateparser tries all of its own.
    """
    from dateparser.date import DateDataParser  # noqa: PLC0415
    from dateparser.search import search_dates  # noqa: PLC0415

    def settings(line: Line) -> dict[str, Any]:
        prefer = "past" if line.command == "event" else "future"
        base = {"RELATIVE_BASE": _naive(line.now), "PREFER_DATES_FROM": prefer, "RETURN_TIME_AS_PERIOD": True}
        return base | ({"DATE_ORDER": "DMY"} if line.language == "en" and "Europe" in str(line.now.tzinfo) else {})

    def search(line: Line) -> Any:
        return search_dates(line.text, languages=[line.language] if told else None, settings=settings(line))

    def parts(line: Line, found: Any) -> Iterable[Part]:
        for words, moment in found or ():
            parser = DateDataParser(languages=[line.language] if told else None, settings=settings(line))
            timed = parser.get_date_data(words).period == "time"
            yield moment.date(), moment.time() if timed else None, moment.utcoffset()

    return search, lambda line, found: _joined(parts(line, found))


def parsedatetime() -> Reader:
    """With contexts, so that a date is told from a time; weekdays of events are looked for backwards."""
    from parsedatetime import VERSION_CONTEXT_STYLE, Calendar, Constants  # noqa: PLC0415

    backwards = Constants(usePyICU=False)
    backwards.DOWParseStyle = -1
    calendars = [Calendar(known, VERSION_CONTEXT_STYLE) for known in (Constants(usePyICU=False), backwards)]

    def parts(found: Any) -> Iterable[Part]:
        for moment, context, *_ in found or ():
            yield moment.date() if context.hasDate else None, moment.time() if context.hasTime else None, None

    return (
        lambda line: calendars[line.command == "event"].nlp(line.text, sourceTime=_naive(line.now)),
        lambda _, found: _joined(parts(found)),
    )


def recognizers() -> Reader:
    """Microsoft's: of past and future the one the command can mean; of two times of one day neither, as it says so."""
    from recognizers_date_time import Culture, DateTimeRecognizer  # noqa: PLC0415

    models = {"en": DateTimeRecognizer(Culture.English), "zh": DateTimeRecognizer(Culture.Chinese)}
    known = {language: recognizer.get_datetime_model() for language, recognizer in models.items()}
    return (
        lambda line: known[line.language].parse(line.text, _naive(line.now)),
        lambda line, found: _resolved(line, found or ()),
    )


def jionlp() -> Reader:
    """Its extraction with the moment as base; what it calls blurred gives a day and no time."""
    import jionlp as jio  # noqa: PLC0415

    return (
        lambda line: jio.ner.extract_time(line.text, time_base=_naive(line.now).timestamp()),
        lambda line, found: _spans(line, found or ()),
    )


def numbers() -> Callable[[TypedAmount], str | None]:
    """Microsoft's numbers, and percentages for a percentage. Several numbers, or none, are a question."""
    from recognizers_number import Culture, recognize_number, recognize_percentage  # noqa: PLC0415

    cultures = {"en": Culture.English, "zh": Culture.Chinese}

    def read(typed: TypedAmount) -> str | None:
        found = recognize_percentage(typed.text, cultures[typed.language]) if typed.field == "percent" else []
        found = found or recognize_number(typed.text, cultures[typed.language])
        return found[0].resolution["value"].removesuffix("%") if len(found) == 1 else None

    return read


READERS: dict[str, tuple[Callable[[], Reader], str, tuple[str, ...]]] = {
    "dateparser": (dateparser, "dateparser", ("en", "zh")),
    "dateparser, not told the language": (lambda: dateparser(told=False), "dateparser", ("en", "zh")),
    "parsedatetime": (parsedatetime, "parsedatetime", ("en",)),
    "recognizers-text": (recognizers, "recognizers-text-date-time", ("en", "zh")),
    "jionlp": (jionlp, "jionlp", ("zh",)),
}
"""By name: how to make it, its distribution, and the languages it is for."""
AMOUNTS = "recognizers-text-number"


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _joined(parts: Iterable[Part]) -> Reading:
    """The first day and, where another follows, the last; the first time and its end.

    Asking wherever a meeting has two days would cost these libraries more right answers than wrong ones.
    """
    found = list(parts)
    days = list(dict.fromkeys(day for day, _, _ in found if day))
    times = [at for _, at, _ in found if at]
    return Reading(
        days[0] if days else None,
        days[1] if len(days) > 1 else None,
        times[0] if times else None,
        _minutes(times[0], times[1]) if len(times) > 1 else None,
        next((offset for _, at, offset in found if at and offset is not None), None),
    )


def _minutes(begins: time, ends: time) -> int | None:
    length = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    return length if length > 0 else None


@dataclass
class Gathered:
    """What the results of one line say so far."""

    command: Command
    days: list[date] = field(default_factory=list)
    lasts: list[date] = field(default_factory=list)
    times: list[set[time]] = field(default_factory=list)
    minutes: int | None = None
    length: timedelta | None = None

    def period(self, first: date | None, last: date | None) -> None:
        """Several days: of use only to a command that has a first and a last day, or an end."""
        if self.command not in {"meet", "event"} and first and last:
            self.days.append(first)
            self.lasts.append(last)

    def reading(self, today: date) -> Reading:
        days = list(dict.fromkeys(self.days))
        last = self.lasts[0] if self.lasts else (days[1] if len(days) > 1 else None)
        if self.length and self.command in {"pause", "snooze"} and not days:
            days = [today + self.length]
        if self.length and self.command == "away" and days and last is None:
            last = days[0] + self.length - timedelta(days=1)
        clocks = set().union(*self.times)
        asked = {"at"} if len(clocks) > 1 else set()
        if self.command in {"meet", "event"} and len(days) > 1:
            asked.add("day")
        at = next(iter(clocks)) if len(clocks) == 1 else None
        return Reading(days[0] if days else None, last, at, self.minutes, asked=frozenset(asked))


def _resolved(line: Line, found: Iterable[Any]) -> Reading:
    """Of Microsoft's results: each has values, one for each way to take it."""
    told = Gathered(line.command)
    for result in found:
        values = [
            value for value in (result.resolution or {}).get("values", ()) if value.get("value") != "not resolved"
        ]
        if not values:
            continue
        kind, timex = result.type_name.removeprefix("datetimeV2."), values[0].get("timex", "")
        if kind == "duration":
            seconds = int(values[0]["value"])
            if seconds < 86400:
                told.minutes = told.minutes or seconds // 60
            else:
                told.length = timedelta(seconds=seconds)
            continue
        starts = [_moment(value.get("start", value.get("value", ""))) for value in values]
        ends = [_moment(value.get("end", "")) for value in values]
        if kind == "daterange":  # a week or a month is given with the day after its last
            ended = _meant(line, ends)
            over = 0 if timex.startswith("(") or "Mod" in values[0] else 1
            told.period(_meant(line, starts) or line.now.date(), ended - timedelta(days=over) if ended else None)
        elif "date" in kind:
            told.days += filter(None, [_meant(line, starts)])
        if "time" in kind.removeprefix("date") and not re.search("T(MO|AF|EV|NI|DT)", timex):
            clocks = {at for _, at in starts if at}  # a clock with a colon is taken as it is written
            told.times.append({min(clocks)} if clocks and ":" in result.text else clocks)
            length = [_minutes(a, b) for (_, a), (_, b) in zip(starts, ends, strict=True) if a and b]
            told.minutes = told.minutes or (length[0] if length else None)
    return told.reading(line.now.date())


def _moment(written: str) -> tuple[date | None, time | None]:
    day, _, clock = written.rpartition(" ") if " " in written else ("", "", written)
    if not day and clock.count("-") == 2:
        day, clock = clock, ""
    try:
        return date.fromisoformat(day) if day else None, time.fromisoformat(clock) if ":" in clock else None
    except ValueError:
        return None, None


def _meant(line: Line, moments: Iterable[tuple[date | None, time | None]]) -> date | None:
    days = sorted({day for day, _ in moments if day})
    today = line.now.date()
    if line.command == "event":
        return next((day for day in reversed(days) if day <= today), days[0] if days else None)
    return next((day for day in days if day >= today), days[-1] if days else None)


def _spans(line: Line, found: Iterable[dict[str, Any]]) -> Reading:
    """Of jionlp's results: a point is a span as long as what was said is exact to."""
    told = Gathered(line.command)
    for result in found:
        detail = result["detail"]
        if detail["type"] == "time_delta":
            units = {unit: n for unit, n in detail["time"].items() if unit in {"week", "day", "hour", "minute"}}
            length = timedelta(**{f"{unit}s": n for unit, n in units.items()})
            if length >= timedelta(days=1):
                told.length = length
            else:
                told.minutes = told.minutes or int(length.total_seconds() // 60) or None
            continue
        if detail["type"] not in {"time_point", "time_span"} or "inf" in str(detail["time"]):
            continue
        begins, ends = (datetime.fromisoformat(each) for each in detail["time"])
        if ends.date() != begins.date():
            told.period(begins.date(), ends.date())
            continue
        told.days.append(begins.date())
        span = detail["type"] == "time_span"
        if detail["definition"] == "accurate" and (span or ends - begins < timedelta(hours=2)):
            told.times.append({begins.time()})
            told.minutes = told.minutes or (_minutes(begins.time(), ends.time()) if span else None)
    return told.reading(line.now.date())


def main(name: str, language: str, corpus_name: str, result: Path) -> None:
    warnings.simplefilter("ignore")
    known = next(each for each in LANGUAGES if each == language)
    if name == AMOUNTS:
        read = numbers()
        values, cpu = timed(amounts(known), read)
        result.write_text(json.dumps({"version": version(AMOUNTS), "values": values, "cpu": cpu}), "utf-8")
        return
    made, distribution, _ = READERS[name]
    find, reading = made()
    corpus = lines(known, next(each for each in CORPORA if each == corpus_name))
    found, cpu = timed(corpus, find)
    readings = [reading(line, answer).to_json() for line, answer in zip(corpus, found, strict=True)]
    result.write_text(json.dumps({"version": version(distribution), "readings": readings, "cpu": cpu}), "utf-8")


def timed(corpus: Sequence[Typed], read: Callable[[Typed], Answer]) -> tuple[list[Answer], float]:
    """All answers, and the CPU seconds of finding them once more, when everything is loaded."""
    answers = [read(each) for each in corpus]
    began = process_time()
    for each in corpus:
        read(each)
    return answers, process_time() - began


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
