"""Reading: what people type, in English and Chinese, becomes what they meant or an objection, and is never changed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.catalog import LANGUAGES, load
from flows.days import read_day
from flows.fields import (
    LONG,
    SHORT,
    Amount,
    Colleagues,
    ComingDay,
    DayInput,
    EachPercent,
    Kind,
    Line,
    LongText,
    Many,
    OneOf,
    Paragraph,
    PeoplePicker,
    PersonPicker,
    Rating,
    Scale,
    ShortText,
    YesNo,
)
from flows.page import At, Choice, Composer, Reader, choice_keys
from flows.questions import Raw
from flows.reading import Reading, read_form, read_one, read_value
from flows.steps import Ask, Form, Objection, ask
from storage.references import GoalRef, Who
from tests.flows.test_checks import catalog

THURSDAY = date(2026, 3, 5)
CHOICES = (Choice("manager", "Share with Ann"), Choice("private", "只给自己看"), Choice("late", "Later"))
MOODS = tuple(
    Choice(str(number), label) for number, label in enumerate(("很糟", "不太好", "还行", "不错", "非常好"), 1)
)
KINDS: tuple[Kind, ...] = (
    Line(),
    Line(most=24, free=True),
    Paragraph(),
    Amount(),
    Amount(Decimal(0), Decimal(100), "%", whole=True),
    DayInput(),
    DayInput(ahead=True),
    DayInput(ahead=False),
    Rating(),
    YesNo(),
    OneOf(("manager", "private", "late")),
    Many(("manager", "private", "late")),
    PersonPicker(),
    PeoplePicker(),
)


def called(name: str) -> int | Objection:
    known = {"@li.na": 2, "li": 0, "李娜": 2, "ben": 3, "Ben Okafor": 3, "2": 2, "3": 3}
    if name == "@li":
        return Objection("", "SeveralCalled", {"called": name, "people": ["Li Na", "Li Wei"]})
    return known.get(name) or Objection("", "NobodyCalled", {"called": name})


READING = Reading(THURSDAY, called)
READER = Reader("en", ZoneInfo("UTC"))


def read(kind: Kind, raw: Raw, choices: tuple[Choice, ...] = CHOICES) -> Any:
    """The value, or the name of the objection."""
    objection = read_one(kind, raw, READING, choices, required=False)
    return f"! {objection.text}" if objection else read_value(kind, raw, READING, choices)


# Words

AS_TYPED = "as typed"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Closed the renewal", "Closed the renewal"),
        ("  完成了客户A的对账 \n", "完成了客户A的对账"),
        ("line one\n\tline two", "line one\n\tline two"),
        ("<b>&amp;</b> ' OR 1=1 --", "<b>&amp;</b> ' OR 1=1 --"),
        ("é عربي 👩‍👩‍👧", "é عربي 👩‍👩‍👧"),
        ("", None),
        (" \t\n\u3000\u200b\ufeff\u2060", None),
        ("42", "! words_please"),
        ("12 000,50", "! words_please"),
        ("👍", "! words_please"),
        ("...", "! words_please"),
        ("---", "! words_please"),
        ("x" * LONG, "x" * LONG),
        ("x" * (LONG + 1), "! too_long"),
        ("完" * 40_000, "! too_long"),
        ("bell \x07", "! unshowable"),
        ("red \x1b[31m", "! unshowable"),
        ("nul \x00", "! unshowable"),
        ("c1 \x9b", "! unshowable"),
        ("txt.\u202eexe", "! unshowable"),
        ("half \ud83d", "! unshowable"),
        ("tag \U000e0041\U000e0042", "! unshowable"),
        ("\U0001f3f4\U000e0041 is no flag", "! unshowable"),
        ("Back from \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", AS_TYPED),
        ("zero\u200bwidth\u2060 let\ufeffters", "zerowidth letters"),
        ("\u200d\u200dGreat\u200c\u200d\u200c work\ufe01\ufe02\u200d\ufe03\u200d\ufe04", "Great work\ufe01\u200d"),
        ("谢\u200d谢\u200b大家", "谢谢大家"),
        ("Thanks \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308 1\ufe0f\u20e3", AS_TYPED),
        ("می\u200cخواهم", AS_TYPED),  # Persian writes so
        ("ന്\u200d", AS_TYPED),  # and Malayalam so
        ("葛\U000e0100城", AS_TYPED),  # the form of a character in a name
    ],
)
def test_words(typed: str, meant: str | None) -> None:
    assert read(Paragraph(), typed) == (typed if meant == AS_TYPED else meant)


def test_what_cannot_be_shown_is_said_with_its_code_and_place() -> None:
    objection = read_one(Line(), "ab\x1bc", READING, (), required=True)
    assert objection == Objection("", "unshowable", {"code": "U+001B", "place": 3})


def test_a_unit_may_be_a_sign_where_a_title_must_have_words() -> None:
    assert read(Line(free=True), "%") == "%"
    assert read(Line(), "%") == "! words_please"


# Numbers


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("40", 40), ("40%", 40), ("40 %", 40), ("４０％", 40), ("0", 0), ("100", 100), ("040", 40), ("40.0", 40),
        ("40.5", "! whole_please"), ("101", "! out_of_range"), ("-1", "! out_of_range"),
        ("forty", 40), ("fortyish", "! number_please"), ("四十", 40), ("百分之八十", 80), ("三成", 30), ("八成", 80),
        ("95,5",
        "! whole_please"), ("40-50", "! number_please"),
        ("4O", "! number_please"), ("NaN", "! number_please"), ("inf", "! number_please"), ("1e400", "! number_please"),
        ("9" * 40_000, "! number_please"),
    ],
)  # fmt: skip
def test_percents(typed: str, meant: Any) -> None:
    assert read(Amount(Decimal(0), Decimal(100), "%", whole=True), typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,234,567.5", "1234567.5"), ("1 234", "1234"), ("1.234,5", "1234.5"), ("1,234.50", "1234.50"),
        ("1'000", "1000"), ("3万", "30000"), ("120万", "1200000"), ("1.2万", "12000.0"), ("十五", "15"),
        ("一百二十", "120"), ("三万五千", "35000"), ("两点五", "2.5"), ("95,5", "95.5"), ("0.125", "0.125"),
        ("0,125", "0.125"), ("1.200.000", "1200000"), ("3亿", "300000000"), ("95，5", "95.5"),
        ("12,5", "12.5"), ("0.10", "0.10"), ("-3", "-3"), ("1e3", "1E+3"),
        ("1,23,4", None), ("1.23.4", None), ("二三", None), ("点", None), ("1e-400", None), ("1e999999999", None),
        ("0." + "1" * 40_000, None),
    ],
)  # fmt: skip
def test_amounts_are_kept_as_their_own_digits(typed: str, meant: str | None) -> None:
    assert str(read(Amount(), typed)) == (meant or "! number_please")


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("9", 9),
        ("9:00", 9),
        ("上午9点", 9),
        ("下午3点", 15),
        ("3pm", 15),
        ("9:30", "! whole_please"),
        ("三点", "! time_half"),
    ],
)
def test_an_hour_may_be_written_as_a_time(typed: str, hour: Any) -> None:
    assert read(Amount(Decimal(0), Decimal(23), whole=True, is_hour=True), typed) == hour


@pytest.mark.parametrize("typed", ["1,234", "1.234", "１,２３４", "-12.500", "120,000"])
def test_a_sign_before_exactly_three_digits_is_asked_about(typed: str) -> None:
    assert read(Amount(), typed) == "! number_either"


# Ratings, yes and no, choices


@pytest.mark.parametrize("typed", ["4", " 4 ", "4/5", "4 / 5", "４", "四", "4分", "四分", "不错"])
def test_a_four_in_many_writings(typed: str) -> None:
    assert read(Rating(), typed, MOODS) == 4


@pytest.mark.parametrize("typed", ["0", "6", "4/10", "4.5", "-4", "four-ish", "44", "4 5", "十", "4!", "x" * 40_000])
def test_what_is_no_rating(typed: str) -> None:
    assert read(Rating(), typed, MOODS) == "! rating_named"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("yes", True), ("Y", True), ("是", True), ("好的", True), ("no", False), ("不", False), ("没有", False),
     ("maybe", "! yes_or_no_please"), ("1", "! yes_or_no_please"), ("ja", True)],
)  # fmt: skip
def test_yes_and_no(typed: str, meant: Any) -> None:
    assert read(YesNo(), typed, (Choice("yes", "Ja"), Choice("no", "Nein"))) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("manager", "manager"), ("share with ann", "manager"), ("只给自己看", "private"), ("2", "private"), ("３", "late"),
     ("0", "! choose_one"), ("4", "! choose_one"), ("00000001", "! choose_one"), ("both", "! choose_one"),
     ("9" * 40_000, "! choose_one")],
)  # fmt: skip
def test_one_of(typed: str, meant: str) -> None:
    assert read(OneOf(("manager", "private", "late")), typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1, 3", ("manager", "late")), ("later、只给自己看", ("late", "private")), ("1，1", ("manager",)),
     (("late",), ("late",)), ("1, everything", "! choose_one"), ((), None), ("", None), (" , ", None)],
)  # fmt: skip
def test_many_of(typed: Raw, meant: Any) -> None:
    assert read(Many(("manager", "private", "late")), typed) == meant


# People


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("@li.na", 2), (" 李娜 ", 2), ("Ben Okafor", 3), ("@li", "! SeveralCalled"), ("@nobody", "! NobodyCalled")],
)
def test_a_person(typed: str, meant: Any) -> None:
    assert read(PersonPicker(), typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("@li.na, ben", (2, 3)), ("李娜、ben；Ben Okafor", (2, 3)), (("2", "3"), (2, 3)), ("ben, @li", "! SeveralCalled"),
     ("ben, nobody", "! NobodyCalled"), ("\n,", None)],
)  # fmt: skip
def test_people(typed: Raw, meant: Any) -> None:
    assert read(PeoplePicker(), typed) == meant


def test_too_many_people_are_counted_and_nobody_is_looked_up() -> None:
    def lookup(name: str) -> int:
        raise AssertionError(name)

    names = ", ".join(f"person{number}" for number in range(5000))
    objection = read_one(PeoplePicker(most=3), names, Reading(THURSDAY, lookup), (), required=True)
    assert objection == Objection("", "too_many", {"most": 3, "given": 5000})


# Days


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-09-30", date(2026, 9, 30)), ("2026/9/30", date(2026, 9, 30)), ("2026.9.30", date(2026, 9, 30)),
        ("２０２６年９月３０日", date(2026, 9, 30)), ("30th September 2026", date(2026, 9, 30)),
        ("Sept. 30, 2026", date(2026, 9, 30)), ("6月30日", date(2026, 6, 30)), ("6月30号", date(2026, 6, 30)),
        ("30 Jun", date(2026, 6, 30)), ("30 Sep", date(2025, 9, 30)),
        ("1 Jan", date(2026, 1, 1)), ("31 Dec", date(2025, 12, 31)), ("29 Feb 2028", date(2028, 2, 29)),
        ("today", THURSDAY), ("今天", THURSDAY), ("Tomorrow", date(2026, 3, 6)), ("后天", date(2026, 3, 7)),
        ("yesterday", date(2026, 3, 4)), ("昨天", date(2026, 3, 4)),
        ("Friday", date(2026, 3, 6)), ("fri", date(2026, 3, 6)), ("next Thursday", date(2026, 3, 12)),
        ("last fri", date(2026, 2, 27)), ("周五", date(2026, 3, 6)), ("下周一", date(2026, 3, 9)),
        ("上周日", date(2026, 3, 1)), ("星期天", date(2026, 3, 8)), ("本周二", date(2026, 3, 3)),
        ("2026-02-30", None), ("30 Feb", None), ("0 May", None), ("13月1日", None), ("2026-13-01", None),
        ("30.9.", date(2025, 9, 30)), ("09/30", date(2025, 9, 30)), ("soon", None), ("Q3", None), ("money", None),
        ("friend", None),
        ("decide 3", None), ("market 3", None), ("40 Maybe", None), ("", None), ("9" * 40_000, None),
    ],
)  # fmt: skip
def test_days(typed: str, meant: date | None) -> None:
    assert read_day(typed, THURSDAY) == meant


@pytest.mark.parametrize(
    ("ahead", "typed", "meant"),
    [
        (True, "yesterday", "! day_is_past"), (True, "today", THURSDAY), (True, "31 Dec", date(2026, 12, 31)),
        (False, "31 Dec", date(2025, 12, 31)), (False, "1 Apr", "! day_is_ahead"), (True, "4月1日", date(2026, 4, 1)),
        (False, "明天", "! day_is_ahead"), (False, "今天", THURSDAY), (None, "昨天", date(2026, 3, 4)),
        (None, "whenever", "! day_please"),
    ],
)  # fmt: skip
def test_days_that_must_lie_ahead_or_behind(ahead: bool | None, typed: str, meant: Any) -> None:
    assert read(DayInput(ahead), typed) == meant


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_full_date_is_read_in_every_writing_of_it(day: date, today: date) -> None:
    writings = (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%b} {day.day}, {day.year}",
    )
    assert {read_day(writing, today) for writing in writings} == {day}


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-180, 180))
def test_a_day_without_its_year_is_the_nearest_one(today: date, away: int) -> None:
    day = today + timedelta(days=away)
    if (day.month, day.day) != (2, 29):
        assert read_day(f"{day.day} {day:%b}", today) == day
        assert read_day(f"{day.month}月{day.day}日", today) == day


# Whatever is typed


RUBBISH = st.text(st.characters(codec=None, categories=None), max_size=60) | st.text(
    "0123456789一二三四五/-年月日 .,%", max_size=12
)


@given(st.sampled_from(KINDS), RUBBISH | st.tuples(RUBBISH, RUBBISH), st.booleans())
@example(Amount(), "1E+999999999999999999999", False)
@example(Amount(whole=True), "sNaN", True)
@example(Rating(), "²", True)
@example(OneOf(("a",)), "²", True)
@example(DayInput(), "٢٠٢٦-٠٩-٣٠", True)
def test_nothing_that_can_be_typed_raises_and_what_stands_can_be_kept(kind: Kind, raw: Raw, required: bool) -> None:
    objection = read_one(kind, raw, READING, CHOICES, required)
    if objection is not None:
        for language in LANGUAGES:
            assert load("flows.texts").say(language, f"problems.{objection.text}", objection.values)
        return
    value = read_value(kind, raw, READING, CHOICES)
    if isinstance(value, str) and isinstance(kind, Line | Paragraph):
        assert isinstance(raw, tuple) or value == raw.strip()
        assert len(value) <= kind.most


# A whole page


class Report(Form):
    mood: Scale
    progress: EachPercent | None
    title: ShortText
    note: LongText | None
    due: ComingDay
    peers: Colleagues | None


GOALS = (GoalRef("g1", "Renew contracts"), GoalRef("g2", "Trainings"))
REPORT: Any = ask(Who(1, "Ann", "Miller"), Report, offer={"progress": GOALS})
GOOD: dict[str, Raw] = {"mood": "4", "progress:g1": "40", "title": "Renewal", "due": "tomorrow", "peers": ("2",)}


def test_a_page_that_is_filled_well_becomes_its_form() -> None:
    assert isinstance(REPORT, Ask)
    form = read_form(REPORT, GOOD, READING, choice_keys(REPORT))
    assert form == Report(mood=4, progress={"g1": 40}, title="Renewal", note=None, due=date(2026, 3, 6), peers=(2,))


def test_everything_wrong_with_a_page_is_said_at_once_each_at_its_question() -> None:
    wrong: dict[str, Raw] = {
        "mood": "9", "progress:g1": "a lot", "progress:g2": "200", "title": "x" * (SHORT + 1), "due": "last fri",
        "peers": "@li", "no such question": "ignored",
    }  # fmt: skip
    found = read_form(REPORT, wrong, READING, choice_keys(REPORT))
    assert isinstance(found, tuple)
    assert {each.question: each.text for each in found} == {
        "mood": "rating_please", "progress:g1": "number_please", "progress:g2": "out_of_range", "title": "too_long",
        "due": "day_is_past", "peers": "SeveralCalled",
    }  # fmt: skip


def test_nothing_typed_is_only_what_is_needed() -> None:
    found = read_form(REPORT, {}, READING, choice_keys(REPORT))
    assert isinstance(found, tuple)
    assert [(each.question, each.text) for each in found] == [
        ("mood", "needed"),
        ("title", "needed"),
        ("due", "needed"),
    ]


@given(st.dictionaries(st.sampled_from([*GOOD, "note", "progress:g2"]), RUBBISH))
def test_a_page_of_rubbish_is_shown_again_with_every_character_of_it(typed: dict[str, Raw]) -> None:
    found = read_form(REPORT, {**GOOD, **typed}, READING, choice_keys(REPORT))
    if not isinstance(found, tuple):
        return
    labels = {f"trial.Report.{name}": name for name in (*Report.model_fields, "title")}
    texts = catalog({**labels, **{f"problems.{each.text}": "Wrong" for each in found}}, {})
    page = Composer(texts).page("trial", REPORT, At(1, "report"), READER, typed={**GOOD, **typed}, objections=found)
    assert {question.key: question.value for question in page.questions if question.key in typed} == typed
    assert {question.key for question in page.questions if question.error} == {each.question for each in found}
