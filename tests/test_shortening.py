"""What a person wrote is shortened between words and never inside a sign."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shortening import first_line, in_one_line, shortened

LATE = "The second half of the audit took longer than they asked for"


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        (
            LATE,
            53,
            "The second half of the audit took longer than they…",
        ),
        (
            LATE,
            55,
            "The second half of the audit took longer than they…",
        ),
        ("Short enough", 12, "Short enough"),
        ("Ends at a word, and goes on", 17, "Ends at a word…"),
        ("下周三前把EMC整改报告发给客户确认", 8, "下周三前把…"),
        ("下周三前把EMC整改报告发给客户确认", 10, "下周三前把EMC整…"),
        ("x" * 50, 10, "xxxxxxxxx…"),
        ("See https://example.com/a/very/long/address", 20, "See https://example…"),
        ("cafe\u0301s and bars", 5, "caf…"),
    ],
)
def test_a_word_stays_whole(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short


def test_all_lines_or_the_first_one() -> None:
    assert in_one_line("A second pair of eyes\non the contract ", 60) == "A second pair of eyes on the contract"
    assert first_line("  A second pair of eyes\non the contract ", 60) == "A second pair of eyes"


@given(st.text(), st.integers(2, 60))
def test_it_is_the_beginning_and_no_longer_than_asked(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= max(most, 0)
    assert short == text or text.startswith(short.removesuffix("…"))
    if short != text and len(short) > 1:
        after = text[len(short) - 1]
        assert unicodedata.category(after) not in {"Mn", "Me"} or short[-2].isspace()
