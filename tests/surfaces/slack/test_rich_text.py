"""Messages of Slack as their writers see them: rich text, links that the client made, and who is mentioned."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import mrkdwn
from bot.slack.rich_text import text_of


def plain(text: str) -> str:
    return mrkdwn.plain(text, {"UBEN": "ben.okafor"}.get)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("<mailto:cfo@acme.example|cfo@acme.example>", "cfo@acme.example"),
        ("<mailto:cfo@acme.example>", "cfo@acme.example"),
        ("<mailto:CFO@acme.example|cfo@ACME.example>", "cfo@ACME.example"),
        ("<http://acme.example|acme.example>", "acme.example"),
        ("<https://acme.example/|acme.example>", "acme.example"),
        ("<https://acme.example/a%20b?x=1&amp;y=2|acme.example/a b?x=1&amp;y=2>", "acme.example/a b?x=1&y=2"),
        ("<https://acme.example/q3>", "https://acme.example/q3"),
        ("<https://acme.example/q3|https://acme.example/q3>", "https://acme.example/q3"),
        ("<tel:+498912345|+49 89 12345>", "+49 89 12345"),
        ("<tel:+498912345>", "+498912345"),
        ("<https://acme.example/plan|plan>", "plan (https://acme.example/plan)"),
        ("<https://acme.example|the plan>", "the plan (https://acme.example)"),
        ("<mailto:cfo@acme.example|write to us>", "write to us (mailto:cfo@acme.example)"),
        ("due <!date^1772701200^{date}|5 March 2026>", "due 5 March 2026"),
        ("<!here> and <!subteam^S1|@sales>", "@here and @sales"),
        ("<@UBEN> &lt;3", "@ben.okafor <3"),
    ],
)
def test_a_link_that_the_client_made_is_kept_as_it_was_typed(sent: str, typed: str) -> None:
    assert plain(sent) == typed


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def section(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(runs)}


def rich(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": list(parts)}]


def listed(style: str, *items: str, **more: int) -> dict[str, Any]:
    return {"type": "rich_text_list", "style": style, "elements": [section(words(item)) for item in items], **more}


@pytest.mark.parametrize(
    ("blocks", "read"),
    [
        (rich(section(words("Done:")), listed("bullet", "renewal", "audit")), "Done:\n• renewal\n• audit"),
        (rich(listed("ordered", "ship", "sell", offset=2)), "3. ship\n4. sell"),
        (rich(listed("bullet", "a"), listed("bullet", "b", indent=1)), "• a\n    • b"),
        (
            rich(section(words("Run\n")), {"type": "rich_text_preformatted", "elements": [words("if x:\n    go()")]}),
            "Run\nif x:\n    go()",
        ),
        (
            rich({"type": "rich_text_quote", "elements": [words("We will\nship")]}, section(words("And so we did"))),
            "> We will\n> ship\nAnd so we did",
        ),
        (
            rich(
                section(
                    {"type": "user", "user_id": "UBEN"}, words(" closed <Acme> "), {"type": "emoji", "name": "tada"}
                )
            ),
            "@ben.okafor closed <Acme> :tada:",
        ),
        (
            rich(section({"type": "link", "url": "mailto:cfo@acme.example", "text": "cfo@acme.example"})),
            "cfo@acme.example",
        ),
        (rich(section({"type": "date", "timestamp": 1, "format": "{date}", "fallback": "5 March"})), "5 March"),
        ([{"type": "section", "text": {"type": "plain_text", "text": "a < b"}}], "a < b"),
        (
            [{"type": "header", "text": {"type": "plain_text", "text": "Week 9"}}, *rich(section(words("went well")))],
            "Week 9\nwent well",
        ),
    ],
)
def test_a_message_whose_plain_text_is_empty_is_read_from_its_blocks(blocks: list[Any], read: str) -> None:
    assert plain(text_of({"text": "", "blocks": blocks})) == read
    assert plain(text_of({"blocks": blocks})) == read


def test_lines_that_the_plain_text_lost_are_read_from_the_blocks() -> None:
    blocks = rich(section(words("Done:\n")), listed("bullet", "renewal", "audit"))
    assert text_of({"text": "Done: renewal audit", "blocks": blocks}) == "Done:\n• renewal\n• audit"


def test_the_plain_text_stays_where_it_says_more() -> None:
    assert text_of({"text": "renewed Acme", "blocks": rich(section(words("renewed")))}) == "renewed Acme"
    assert text_of({"text": "renewed Acme", "blocks": [{"type": "file"}]}) == "renewed Acme"
    assert text_of({"text": "renewed Acme"}) == "renewed Acme"


def test_names_that_only_the_plain_text_knows_are_kept() -> None:
    blocks = rich(
        section({"type": "channel", "channel_id": "C1"}, words(" and "), {"type": "usergroup", "usergroup_id": "S1"})
    )
    assert plain(text_of({"text": "<#C1|general> and <!subteam^S1|@sales>", "blocks": blocks})) == "#general and @sales"


def test_what_was_forwarded_is_not_the_writers() -> None:
    share = {"is_share": True, "author_name": "Li Na", "text": "I lost the Acme renewal"}
    assert text_of({"text": "Thanks", "blocks": rich(section(words("Thanks"))), "attachments": [share]}) == "Thanks"
    assert text_of({"text": "", "attachments": [share]}) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "url", "user_id", "style", "indent"]), inner)
    ),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(JSON, JSON)
def test_whatever_blocks_there_are_they_are_read_or_left_out(text: Any, blocks: Any) -> None:
    assert isinstance(text_of({"text": text, "blocks": blocks}), str)
