"""The copy of a line in which it is read: one character for each of the original's."""

import sys
import unicodedata
from datetime import date

from flows.line import read_line
from flows.tokens import copied

EVERY_CHARACTER = "".join(map(chr, range(sys.maxunicode + 1)))
TRADITIONAL = dict(zip("週禮點時鐘鍾號個兩後間這從開～", "周礼点时钟钟号个两后间这从开~", strict=True))


def read_as(char: str) -> str:
    if char in TRADITIONAL:
        return TRADITIONAL[char]
    is_wide = unicodedata.decomposition(char).startswith("<wide>")
    plain = unicodedata.normalize("NFKC", char) if is_wide and char != "￣" else char
    if plain in "‐‑‒–—―−":
        return "-"
    if plain.isspace():
        return " "
    if plain.isdecimal():
        return str(unicodedata.decimal(plain))
    lower = plain.lower()
    return lower if len(lower) == 1 else plain


def test_every_character_is_copied_to_one_and_always_to_the_same() -> None:
    expected = "".join(map(read_as, EVERY_CHARACTER))
    assert len(expected) == len(EVERY_CHARACTER)
    assert copied(EVERY_CHARACTER) == expected
    assert copied(EVERY_CHARACTER) == expected


def test_a_wide_overline_does_not_shift_what_follows_it() -> None:
    assert len(copied("(￣▽￣) 周五下午3点")) == len("(￣▽￣) 周五下午3点")
    assert read_line("(￣▽￣) 周五下午3点 复盘", date(2026, 3, 2)).what == "(￣▽￣) 复盘"


def test_half_width_digits_spaces_and_dashes() -> None:
    assert copied("１５：００ – Ｔao\u3000後天 ٣点 İ") == "15:00 - tao 后天 3点 İ"
