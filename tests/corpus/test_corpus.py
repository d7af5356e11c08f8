"""The corpus holds together: whoever changes a line must keep it true to the calendar and the only one of its kind."""

import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.corpus.amounts import amounts
from tests.corpus.lines import KINDS, LANGUAGES, Language, Line, WrongCorpus, _line, dated, lines
from tests.corpus.people import directory, mentions
from tests.eval.judging import Verdict, judged, judged_amount
from tests.eval.readings import Reading

ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAY = re.compile(rf"\b({'|'.join(ENGLISH)})(?:day|sday|nesday|rsday|urday)?\b", re.IGNORECASE)
WEEKDAY_HANZI = re.compile("(?:周|星期|礼拜)([一二三四五六日])")
DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:th)? ({'|'.join(MONTHS)})", re.IGNORECASE)
MONTH_DAY = re.compile(rf"\b({'|'.join(MONTHS)})[a-z]* (\d{{1,2}})\b(?!:)", re.IGNORECASE)
MONTH_DAY_HANZI = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
BACK = re.compile(r"\bback\b|回来")
"""The day beside it is the first one at work again."""


def weekdays_said(text: str) -> set[int]:
    english = {ENGLISH.index(found.lower()) for found in WEEKDAY.findall(text)}
    return english | {"一二三四五六日".index(found) for found in WEEKDAY_HANZI.findall(text)}


def dates_said(text: str) -> set[tuple[int, int]]:
    named = {(MONTHS.index(month.lower()) + 1, int(day)) for day, month in DAY_MONTH.findall(text)}
    named |= {(MONTHS.index(month.lower()) + 1, int(day)) for month, day in MONTH_DAY.findall(text)}
    return named | {(int(month), int(day)) for month, day in MONTH_DAY_HANZI.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_weekday_and_a_date_in_a_line_are_those_of_its_answer(language: Language) -> None:
    """The second look: by the calendar alone, for every line whose words are neither contradictory nor a topic."""
    off, looked_at = [], 0
    for line in lines(language):
        if line.ask or BACK.search(line.text) or line.day is None:
            continue
        text = line.text.replace(line.left, "") if line.left else line.text
        days = {day for day in (line.day, line.last) if day}
        looked_at += bool(weekdays_said(text) or dates_said(text))
        if not weekdays_said(text) <= {day.weekday() for day in days}:
            off.append(line.text)
        if line.command != "milestone" and not dates_said(text) <= {(day.month, day.day) for day in days}:
            off.append(line.text)
    assert off == []
    assert looked_at > 70


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_is_there_and_no_line_twice(language: Language) -> None:
    corpus = lines(language)
    assert len(corpus) >= 150
    assert {line.kind for line in corpus} == KINDS
    assert {line.command for line in corpus} == {"meet", "away", "pause", "snooze", "milestone", "event"}
    twice = {key: n for key, n in Counter((line.now, line.command, line.text) for line in corpus).items() if n > 1}
    assert twice == {}


def test_lines_are_typed_on_every_weekday_but_not_always_in_one_place() -> None:
    moments = {line.now for language in LANGUAGES for line in lines(language)}
    assert {moment.weekday() for moment in moments} >= {1, 2, 3, 4, 5, 6}
    assert len({str(moment.tzinfo) for moment in moments}) >= 4


def test_the_right_answer_is_judged_right_and_another_one_is_not() -> None:
    for language in LANGUAGES:
        for line in lines(language):
            verdict = judged(line, answer(line))
            assert verdict is (Verdict.asked if line.ask else Verdict.right), line
            if line.day and line.command != "event":
                off = answer(line, days=7)
                assert judged(line, off) in {Verdict.silent, Verdict.form}, line


def test_nothing_read_is_never_right_where_a_day_is_meant() -> None:
    """Least of all for an event, which takes today for its day."""
    for language in LANGUAGES:
        for line in lines(language):
            if line.command == "event":
                elsewhere = line.ask or line.day not in {None, line.now.date()}
                assert judged(line, Reading()) is (Verdict.silent if elsewhere else Verdict.right), line
            else:
                assert judged(line, Reading()) is (Verdict.asked if line.ask else Verdict.unread), line


def test_a_guess_where_one_should_ask_is_silently_wrong() -> None:
    swapped = next(line for line in lines("en") if line.text == "12/4 10:00 budget")
    assert judged(swapped, Reading(date(2026, 12, 4), at=time(10))) is Verdict.silent
    assert judged(swapped, Reading(at=time(10), asked=frozenset({"day"}))) is Verdict.asked


def test_a_time_taken_for_one_of_another_place_is_silently_wrong() -> None:
    london = next(line for line in lines("en") if line.zone == "Europe/London")
    assert judged(london, Reading(london.day, at=london.at)) is Verdict.silent
    assert judged(london, Reading(london.day, at=london.at, offset=timedelta(0))) is Verdict.right
    unknown = next(line for line in lines("en") if line.ask == {"zone"})
    assert judged(unknown, Reading(unknown.day, at=unknown.at)) is Verdict.silent
    assert judged(unknown, Reading(unknown.day, at=unknown.at, asked=frozenset({"zone"}))) is Verdict.asked


def test_a_reading_survives_the_way_from_another_process() -> None:
    reading = Reading(
        date(2026, 12, 4), date(2026, 12, 5), time(9, 30), 45, timedelta(hours=1), "pay", frozenset({"zone"})
    )
    assert Reading.from_json(reading.to_json()) == reading
    assert Reading.from_json(Reading().to_json()) == Reading()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"day": "Thu 2026-12-04"}, "is Fri"),
        ({"day": "Fri 2026-12-04", "ask": ["day"]}, "to be asked"),
        ({"day": "Mon 2026-11-02"}, "wrong side"),
        ({"kind": "guess", "day": "Fri 2026-12-04"}, "guess"),
        ({"day": "Fri 2026-12-04", "note": "x"}, "note"),
        ({}, "gives no"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(row: dict[str, object], said: str) -> None:
    now = datetime(2026, 11, 25, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    with pytest.raises(WrongCorpus, match=said):
        _line("en", now, {"in": "pause", "kind": "until", "line": "until Friday", **row})


def test_a_day_is_written_with_its_weekday() -> None:
    assert dated("Mon 2027-03-01") == date(2027, 3, 1)
    with pytest.raises(WrongCorpus):
        dated("Tue 2027-03-01")


def test_the_directory_has_what_names_are_hard_about() -> None:
    people = directory()
    assert len(people) >= 25
    assert Counter(person.given for person in people.values())["思涵"] == 2
    assert {"欧阳", "司马", "诸葛"} <= {person.family for person in people.values()}
    reached_by = [way for person in people.values() for way in (person.email, person.handle)]
    assert len(set(reached_by)) == len(reached_by)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_to_name_a_colleague_is_there_and_no_line_twice(language: Language) -> None:
    corpus = mentions(language)
    assert len(corpus) >= 50
    assert {line.command for line in corpus} == {"win", "miss", "praise", "coach", "meet"}
    assert {min(len(line.about), 2) for line in corpus} == {0, 1, 2}
    assert any(len(line.ask) > 1 for line in corpus)
    assert any(not line.about and not line.ask for line in corpus)
    assert {"@", "@example.com"} <= {each for line in corpus for each in ("@", "@example.com") if each in line.text}
    assert len({(line.author, line.command, line.text) for line in corpus}) == len(corpus)


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_are_numbers_or_questions_and_none_is_there_twice(language: Language) -> None:
    corpus = amounts(language)
    assert len({typed.text for typed in corpus}) == len(corpus) >= 30
    assert {typed.field for typed in corpus} == {"value", "percent"}
    for typed in corpus:
        asked = typed.value is None
        assert judged_amount(typed, typed.value) is (Verdict.asked if asked else Verdict.right)
        assert judged_amount(typed, None) is (Verdict.asked if asked else Verdict.unread)
        assert judged_amount(typed, (typed.value or 0) + Decimal(1)) is Verdict.silent


def answer(line: Line, days: int = 0) -> Reading:
    """The reading the corpus asks for, or one that is some days off."""
    offset = None
    if line.zone and line.day and line.at:
        offset = datetime.combine(line.day, line.at, ZoneInfo(line.zone)).utcoffset()
    off = timedelta(days)
    return Reading(
        line.day and line.day + off,
        line.last and line.last + off,
        line.at,
        line.minutes,
        offset,
        line.left,
        line.ask,
    )
