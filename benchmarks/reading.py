"""Reading a line: the CPU it takes, and how often it is right, beside `dateparser`'s search on the same lines.

The people whom a line names are looked for in a company of 100,000, in the lines of the corpora (`tests/corpus`), those
about people included. `dateparser` searches every line of the corpora that has a day or a time, once with its default
settings and once told the line's language; our reading of the same lines has the people in it. The other lines are
those of `tests/test_nothing_left_over.py`, whose days are known; one that must be asked about is right where no day is
assumed.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time

from dateparser.search import search_dates

from benchmarks.figures import Figure, Stopwatch, median, microseconds
from benchmarks.people_search import big_company
from flows.amounts import amounts
from flows.line import Wanted, read_line
from storage.line_names import names_in
from tests.corpus.lines import LANGUAGES, Language, lines
from tests.corpus.people import mentions

TODAY = date(2026, 3, 5)
ROUNDS = 30
LONGEST = 300e-6
"""Seconds of CPU for a line."""
FASTER = 50
PEOPLE = 100_000
WRITER = 4711
LINES: dict[str, str | None] = {
    "this Friday 15:00 review": "2026-03-06",
    "day after tomorrow 15:00 sync": "2026-03-07",
    "Friday 13 March 15:00 review": "2026-03-13",
    "Tuesday next week 15:00 review": "2026-03-10",
    "10.12. 17:00 pricing": "2026-12-10",
    "in 3 days 18:00 pricing": "2026-03-08",
    "the 10th at 17:30 pricing": "2026-03-10",
    "Thursday, December 31, 3pm review": "2026-12-31",
    "tomorrow 11-1pm review": "2026-03-06",
    "fri 4pm an hour and a half review": "2026-03-06",
    "2026-04-09 09:30-10:15 Sync": "2026-04-09",
    "tomorrow 15:00 version 12.4": "2026-03-06",
    "下周三下午3点 Q4目标": "2026-03-11",
    "下下周二下午4点 绩效面谈": "2026-03-17",
    "12月3号下午2点到3点 Q4复盘": "2026-12-03",
    "12月31日（周四）15:00 复盘": "2026-12-31",
    "明晚8点 聊聊": "2026-03-06",
    "三天后下午4点 绩效面谈": "2026-03-08",
    "周五 16:00 一个半小时 复盘": "2026-03-06",
    "12/4 15:00 sync": None,
    "Thursday 13 March 15:00 sync": None,
    "every Tuesday 15:00 sync": None,
    "每周三 15:00 同步": None,
    "元旦后第一个工作日 上午10点": None,
    "next week 15:00 sync": None,
}


def ours(line: str) -> date | None:
    return read_line(line, TODAY, Wanted(zone="Europe/Berlin")).day


def theirs(line: str, languages: list[str] | None = None) -> date | None:
    base = {"RELATIVE_BASE": datetime.combine(TODAY, time(10)), "PREFER_DATES_FROM": "future"}
    found = search_dates(line, languages=languages, settings=base)
    return found[0][1].date() if found else None


def helped(line: str) -> date | None:
    """The same, told that a line is in English or Chinese."""
    return theirs(line, ["en", "zh"])


def measure() -> Iterable[Figure]:
    for read in (ours, theirs, helped):
        for line in LINES:
            read(line)  # what is compiled or loaded at first is not counted
    own, other, quicker = _seconds(ours, ROUNDS), _seconds(theirs, 3), _seconds(helped, 3)
    right = {read: sum(read(line) == _day(said) for line, said in LINES.items()) for read in (ours, theirs, helped)}
    yield Figure(
        "reading a line: day, time, length, zone", microseconds(own), "300 µs of CPU at most", holds=own <= LONGEST
    )
    yield Figure(
        "dateparser's search on the same lines",
        microseconds(other),
        f"{other / own:.0f} times as long; at least {FASTER}",
        holds=other >= FASTER * own,
    )
    yield from _with_people()
    yield Figure(
        "the same, told which two languages to expect", microseconds(quicker), f"{quicker / own:.0f} times as long"
    )
    yield Figure(
        f"right about the day, of {len(LINES)} lines",
        f"{right[ours]}",
        f"dateparser {right[theirs]}, and told the languages {right[helped]}",
        holds=right[ours] > max(right[theirs], right[helped]),
    )


def _with_people() -> Iterable[Figure]:
    """The whole reading of a line: day, time, length, zone, amounts and people."""
    with big_company(PEOPLE) as database, database.read() as db:
        for language in LANGUAGES:
            texts = [*(each.text for each in lines(language)), *(each.text for each in mentions(language))]

            def whole(line: str) -> None:
                names_in(db, WRITER, line)
                ours(line)
                amounts(line)

            took = _each(whole, texts)
            middle, mean = median(took), sum(took) / len(took)
            yield Figure(
                f"a line with its people among {PEOPLE:,}, all {len(texts)} lines, {language}",
                f"{microseconds(middle)} at the median, {microseconds(mean)} on average",
                "300 µs of CPU on average at most",
                holds=mean <= LONGEST,
            )
            yield from _beside(whole, language)


def _beside(whole: Callable[[str], object], language: Language) -> Iterable[Figure]:
    """The whole reading and dateparser's search on the same lines: all that have a day or a time."""
    texts = [each.text for each in lines(language) if each.day or each.at]

    def told(line: str) -> date | None:
        return theirs(line, [language])

    own = _each(whole, texts)
    for how, search in (("by default", theirs), (f"told that it is {language}", told)):
        other = _each(search, texts, 1)
        middle, mean = median(other) / median(own), sum(other) / sum(own)
        is_default = search is theirs
        yield Figure(
            f"dateparser's search {how}, the {len(texts)} lines with a day or time, {language}",
            f"{microseconds(median(other))} at the median, {microseconds(sum(other) / len(other))} on average",
            f"{middle:.0f} and {mean:.0f} times as long as the whole reading" + (f"; at least {FASTER}" * is_default),
            holds=min(middle, mean) >= FASTER if is_default else None,
        )


def _each(read: Callable[[str], object], texts: Sequence[str], rounds: int = 5) -> list[float]:
    """CPU seconds for each line: the median of some rounds over all of them, after one that is not counted."""
    took: list[list[float]] = [[] for _ in texts]
    for number in range(rounds + 1):
        for line, seconds in zip(texts, took, strict=True):
            with Stopwatch() as watch:
                read(line)
            if number:
                seconds.append(watch.cpu)
    return [median(each) for each in took]


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _seconds(read: Callable[[str], date | None], rounds: int) -> float:
    """CPU for a line, the median of some rounds over all of them."""
    seconds = []
    for _ in range(rounds):
        with Stopwatch() as watch:
            for line in LINES:
                read(line)
        seconds.append(watch.cpu / len(LINES))
    return median(seconds)
