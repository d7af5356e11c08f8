"""The catalogue: equal texts in every language, filled in as each language writes names, days and numbers."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import TEXTS
from flows.catalog import LANGUAGES, Catalog, MissingText, MissingValue, RepeatedText, load, written_out
from storage.references import EventRef, GoalRef, Option, Who

EVERYTHING = load(*TEXTS)
LI = Who(2, "Na", "Li", "李娜")
ANN = Who(1, "Ann", "Miller")
EVENT = EventRef("e1", 1, "win", "closed it", LI, ANN, date(2026, 3, 5))
CHROME = {"chrome.nobody": "nobody", "chrome.yes": "yes", "chrome.no": "no"}
WORD_LISTS = {
    "chrome.help_words",
    "chrome.skip_words",
    "chrome.all_words",
    "chrome.back_words",
    "chrome.thanks",
    "chrome.doubt_words.keep",
    "chrome.doubt_words.asking",
}
TYPED = (".command.", ".meant.")
"""Parts of the keys of what people type, which is nothing the bot says."""
HAN = "\u4e00-\u9fff"


def catalog(**texts: Any) -> Catalog:
    return Catalog({"en": {**CHROME, **texts}, "zh": {**CHROME, **texts}})


def sentences(language: str) -> Iterator[tuple[str, str]]:
    """Every text and plural form of a language."""
    for key in EVERYTHING.keys(language):
        if any(part in key for part in TYPED):
            continue
        text = EVERYTHING.texts[language][key]
        yield from ((key, form) for form in ([text] if isinstance(text, str) else text.values()))


# The texts there are


def test_every_text_there_is_in_one_language_there_is_in_the_other() -> None:
    english, chinese = set(EVERYTHING.keys("en")), set(EVERYTHING.keys("zh"))
    assert len(english) > 100
    assert english ^ chinese == set()


def test_a_text_says_the_same_things_in_both_languages() -> None:
    """A number may be left out where the words say it, as in "1 thing is waiting"."""
    places = {
        language: {key: EVERYTHING.places(language, key) for key in EVERYTHING.keys(language)} for language in LANGUAGES
    }
    assert {key: places["zh"][key] ^ own for key, own in places["en"].items() if places["zh"][key] != own} == {}


def test_every_plural_has_the_forms_its_language_needs() -> None:
    needed = {"en": {"one", "other"}, "zh": {"other"}}
    for language in LANGUAGES:
        for key in EVERYTHING.keys(language):
            text = EVERYTHING.texts[language][key]
            assert isinstance(text, str) or set(text) == needed[language], f"{key} in {language}"


def test_no_text_is_empty_or_ends_in_white_space() -> None:
    for language in LANGUAGES:
        assert [key for key, text in sentences(language) if text != text.rstrip() or not text] == []


@pytest.mark.parametrize(
    "wrong",
    [
        rf"[{HAN}][,;:?!()]",  # half-width punctuation after a Chinese character
        rf"[,;:?!()][{HAN}]",
        rf"[{HAN}]\.(?:\s|$)",
        rf"[{HAN}]\s+[{HAN}]",  # a space between characters
        rf'[{HAN}]"|"[{HAN}]',  # straight quotation marks
        r"\.\.\.|。。",
        "您|贵公司",  # the bot says 你 throughout
    ],
)
def test_chinese_is_punctuated_as_chinese(wrong: str) -> None:
    said = (
        (key, re.sub(r"@\S+ ", "@", text))
        for key, text in sentences("zh")
        if key not in WORD_LISTS and ".also." not in key
    )
    assert [(key, text) for key, text in said if re.search(wrong, text)] == []


def test_english_is_english_and_chinese_is_chinese() -> None:
    foreign = [key for key, text in sentences("en") if re.search(f"[{HAN}。，、；：？！（）]", text)]
    assert [key for key in foreign if not key.endswith("choices.language.zh")] == []  # its readers have to find it
    untranslated = [
        key
        for key, text in sentences("zh")
        if re.search(r"[a-z]{3,} [a-z]{3,}", re.sub(r"\{[\w|]+\}|`[^`]*`|[\w-]+\.\w+", "", text))
        and not re.search(f"[{HAN}]", text)
    ]
    assert untranslated == []


# Filling in


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (LI, "Na Li", "李娜"),
        (ANN, "Ann Miller", "Ann Miller"),
        (Option("1", "Sales", "销售部"), "Sales", "销售部"),
        (date(2026, 3, 5), "5 March 2026", "2026年3月5日"),
        (datetime(2026, 3, 5, 23, 30, tzinfo=UTC), "6 Mar 2026, 07:30", "2026年3月6日 07:30"),
        (1234567, "1,234,567", "1,234,567"),
        (Decimal("0.125"), "0.125", "0.125"),
        ([LI, ANN], "Na Li and Ann Miller", "李娜和Ann Miller"),
        ((LI, ANN, LI), "Na Li, Ann Miller and Na Li", "李娜、Ann Miller和李娜"),
        ((), "", ""),
        (GoalRef("g1", "Renew contracts"), "Renew contracts", "Renew contracts"),
        (EVENT, "closed it", "closed it"),
    ],
)
def test_values_are_written_as_the_language_writes_them(value: Any, english: str, chinese: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert (written_out(value, "en", zone), written_out(value, "zh", zone)) == (english, chinese)


@pytest.mark.parametrize(
    ("value", "said"), [(None, "nobody"), (True, "yes"), (False, "no"), (0, "0"), ("", ""), ("{other}", "{other}")]
)
def test_what_stands_in_a_place(value: Any, said: str) -> None:
    assert catalog(key="{it}").say("en", "key", {"it": value}) == said


def test_of_several_things_one_may_be_meant() -> None:
    texts = catalog(key="{them|or}?")
    assert texts.places("en", "key") == {"them"}
    assert texts.say("en", "key", {"them": ["A", "B", "C"]}) == "A, B or C?"
    assert texts.say("zh", "key", {"them": ["甲", "乙", "丙"]}) == "甲、乙或丙?"


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("提交后{who}可以看到", {"who": ANN}, "提交后 Ann Miller 可以看到"),
        ("提交后{who}可以看到", {"who": LI}, "提交后李娜可以看到"),
        ("{who} 表扬了 {whom}", {"who": LI, "whom": LI}, "李娜表扬了李娜"),
        ("{who} 表扬了 {whom}", {"who": ANN, "whom": ANN}, "Ann Miller 表扬了 Ann Miller"),
        ("{who}表扬了{whom}：“{what}”", {"who": ANN, "whom": LI, "what": "OK"}, "Ann Miller 表扬了李娜：“OK”"),
        ("{who}{whom}", {"who": LI, "whom": ANN}, "李娜 Ann Miller"),
        ("还剩{free}%可以分配", {"free": 30}, "还剩 30%可以分配"),
        ("截止{due}。", {"due": date(2026, 3, 5)}, "截止 2026年3月5日。"),
    ],
)
def test_chinese_sets_latin_words_and_numbers_apart(text: str, values: dict[str, Any], said: str) -> None:
    assert catalog(key=text).say("zh", "key", values) == said


@given(st.text())
def test_what_people_typed_is_put_in_as_it_is(typed: str) -> None:
    assert catalog(key="“{said}”").say("en", "key", {"said": typed}) == f"“{typed}”"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (21, "21 days"), (1000, "1,000 days")]
)
def test_english_plurals(count: int, said: str) -> None:
    texts = catalog(key={"one": "{count} day", "other": "{count} days"})
    assert texts.say("en", "key", {"count": count}) == said


def test_chinese_has_one_form_for_every_number() -> None:
    texts = catalog(key={"other": "{count} 天"})
    assert [texts.say("zh", "key", {"count": count}) for count in (0, 1, 2)] == ["0 天", "1 天", "2 天"]


# What is wrong with the texts, said to whoever writes them


def test_a_missing_text_is_named_with_its_language() -> None:
    with pytest.raises(MissingText, match=r"no text 'nowhere' in 'zh'"):
        catalog().say("zh", "nowhere")


def test_a_plural_without_its_general_form_is_a_missing_text() -> None:
    with pytest.raises(MissingText, match=r"no text 'key\.other'"):
        catalog(key={"one": "{count} day"}).say("en", "key", {"count": 2})


def test_a_place_that_nobody_fills_is_named() -> None:
    with pytest.raises(MissingValue, match=r"the text 'key' mentions \{who\}"):
        catalog(key="{who} asks").say("en", "key", {"whom": ANN})


def test_a_text_that_stands_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the test is a package for as long as the test runs."""
    for name in ("one.en.toml", "two.en.toml"):
        (tmp_path / name).write_text('[talk]\ntitle = "Talk"\n', encoding="utf-8")
    (tmp_path / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path.parent)
    with pytest.raises(RepeatedText, match=r"'talk\.title' in 'en' stands in two files, the second is two\.en\.toml"):
        load(tmp_path.name)


@pytest.mark.parametrize(
    ("first", "last", "en", "zh"),
    [
        ((2026, 12, 1), (2026, 12, 5), "Tue 1 – Sat 5 Dec", "12月1日（周二）至5日（周六）"),
        ((2026, 11, 30), (2026, 12, 1), "Mon 30 Nov – Tue 1 Dec", "11月30日（周一）至12月1日（周二）"),
        ((2026, 12, 28), (2027, 1, 3), "Mon 28 Dec – Sun 3 Jan 2027", "12月28日（周一）至2027年1月3日（周日）"),
        ((2027, 1, 1), (2027, 1, 3), "Fri 1 – Sun 3 Jan 2027", "2027年1月1日（周五）至3日（周日）"),
        ((2027, 1, 31), (2027, 2, 1), "Sun 31 Jan – Mon 1 Feb 2027", "2027年1月31日（周日）至2月1日（周一）"),
        ((2025, 12, 31), (2026, 1, 1), "Wed 31 Dec 2025 – Thu 1 Jan", "2025年12月31日（周三）至2026年1月1日（周四）"),
        ((2026, 12, 5), (2026, 12, 5), "Sat 5 Dec", "12月5日（周六）"),
        ((2027, 1, 1), (2027, 1, 1), "Fri 1 Jan 2027", "2027年1月1日（周五）"),
    ],
)
def test_days_from_one_to_another_are_said_without_repeating_month_or_year(
    first: tuple[int, int, int], last: tuple[int, int, int], en: str, zh: str
) -> None:
    texts = Catalog({"en": {"off": "off {first..last}."}, "zh": {"off": "已记录：{first..last}休假"}})
    days = {"first": date(*first), "last": date(*last), "today": date(2026, 11, 29)}
    assert texts.say("en", "off", days) == f"off {en}."
    assert texts.say("zh", "off", days) == f"已记录：{zh}休假"
    assert texts.places("zh", "off") == {"first", "last"}


def test_days_say_their_year_where_it_is_not_known_which_is_this_one() -> None:
    texts = Catalog({"en": {"off": "off {first..last}"}, "zh": {"off": "{first..last}"}})
    days = {"first": date(2026, 12, 1), "last": date(2026, 12, 5)}
    assert texts.say("en", "off", days) == "off Tue 1 – Sat 5 Dec 2026"
    assert texts.say("zh", "off", days) == "2026年12月1日（周二）至5日（周六）"
    with pytest.raises(MissingValue):
        texts.say("en", "off", {"first": date(2026, 12, 1)})


def test_no_space_stands_between_two_days_in_chinese() -> None:
    texts = Catalog({"zh": {"differ": "有两个日期：{first}和{second}。"}})
    days = {"first": date(2026, 12, 1), "second": date(2026, 12, 5)}
    assert texts.say("zh", "differ", days) == "有两个日期：2026年12月1日和2026年12月5日。"
