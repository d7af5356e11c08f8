"""Addresses in what people typed: what can be followed, and what only looks as if it could."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.addresses import with_addresses


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://lumen.example/policy.", ["https://lumen.example/policy"]),
        ("(https://lumen.example/a_(b))", ["https://lumen.example/a_(b)"]),
        ("请看https://lumen.example/政策，谢谢", ["https://lumen.example/"]),
        ("请看 https://lumen.example/policy?year=2027#gifts。", ["https://lumen.example/policy?year=2027#gifts"]),
        ("http://intranet:8080/x and HTTPS://Lumen.example", ["http://intranet:8080/x"]),
        ("<https://lumen.example|click>", ["https://lumen.example"]),
        ("[click](https://lumen.example)", ["https://lumen.example"]),
        ("javascript:alert(1) ftp://a.example file:///etc/passwd", []),
        ("https://lumen.example@evil.example/", []),
        ("https://lümen.example/", []),
        ("xhttps://lumen.example", []),
        ("https:// https://-a https://.a", []),
        ("https://lumen.example/\u202egpj.exe", ["https://lumen.example/"]),
    ],
)
def test_only_what_is_what_it_looks_like_can_be_followed(text: str, addresses: list[str]) -> None:
    assert [piece for piece, is_address in with_addresses(text) if is_address] == addresses


@given(st.text(alphabet="htps:/.@a一 ()<>\n\u202e") | st.text())
def test_nothing_of_a_text_is_lost(text: str) -> None:
    pieces = list(with_addresses(text))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece.startswith(("http://", "https://")) and piece.isascii() for piece, is_it in pieces if is_it)
