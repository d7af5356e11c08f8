"""Rich messages of Teams: every word and line of the writer's, and none of anybody else's."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams.activities import read_event
from bot.teams.rich_text import quoted_words, text_of
from tests.surfaces.teams.service import activity

REPLY = (
    '<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1"><strong>Li Na</strong>'
    "<p>I lost the Acme renewal</p></blockquote>"
)
FORWARD = '<blockquote itemtype="http://schema.skype.com/Forward"><p>From another chat</p></blockquote>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"{REPLY}<p>Thanks for telling</p>", "Thanks for telling"),
        (f"<div>{REPLY}<div>Thanks for telling</div></div>", "Thanks for telling"),
        (f"<p>See this</p>{FORWARD}", "See this"),
        ("<blockquote><p>We will ship</p></blockquote><p>And so we did</p>", "> We will ship\nAnd so we did"),
        ("<p>one</p>two<div>three</div>four", "one\ntwo\nthree\nfour"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>first</li><li>second</li></ul>", "- first\n- second"),
        ("<p>Plan:</p><ol start='3'><li>ship</li><li><p>sell</p></li></ol>", "Plan:\n3. ship\n4. sell"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<pre>if x:\n    go()\n\nstop()</pre>", "if x:\n    go()\n\nstop()"),
        ("<codeblock><code>a = 1<br>  b = 2</code></codeblock>", "a = 1\n  b = 2"),
        ("<table><tr><td>Q1</td><td>40</td></tr><tr><td>Q2</td><td>55</td></tr></table>", "Q1 | 40\nQ2 | 55"),
        ("<h2>Done</h2><p>all  of\nit</p>", "Done\nall of it"),
        ('<p>Great <emoji alt="🎉" title="Party"></emoji> work</p>', "Great 🎉 work"),
        ('<p>Yes <img alt="👍" itemtype="http://schema.skype.com/Emoji"></p>', "Yes 👍"),
        ('<a href="https://acme.example/q3">the plan</a>', "the plan (https://acme.example/q3)"),
        ('<a href="https://acme.example/q3">https://acme.example/q3</a>', "https://acme.example/q3"),
        ('<a href="mailto:cfo@acme.example">cfo@acme.example</a>', "cfo@acme.example"),
        ("<p>R&amp;D&nbsp;&lt;3</p>", "R&D <3"),
        ("<style>p{}</style><p>seen</p>", "seen"),
        ("plain words", "plain words"),
    ],
)
def test_a_message_reads_as_its_writer_sees_it(content: str, words: str) -> None:
    assert text_of(content) == words
    assert quoted_words({"contentType": "html", "content": content}) == words


def test_a_reply_kept_as_evidence_has_no_mark_of_what_it_answers() -> None:
    assert quoted_words({"contentType": "text", "content": '<quoted messageId="1"/> We won'}) == "We won"
    assert quoted_words({"contentType": "html", "content": '<p><quoted messageId="1"/>We won</p>'}) == "We won"
    assert quoted_words({"contentType": "html"}) == ""


def rich(content: str, **more: Any) -> dict[str, Any]:
    return activity(attachments=[{"contentType": "text/html", "content": content}], **more)


MENTION = '<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">Ben Okafor</span>'
BEN = {"type": "mention", "text": "<at>Ben Okafor</at>", "mentioned": {"id": "29:ben", "name": "Ben Okafor"}}


def test_lines_that_the_plain_text_lost_are_read_from_the_message_as_it_looks() -> None:
    content = "<p>Done:</p><ol><li>renewal</li><li>audit</li></ol>"
    assert read_event(rich(content, text="Done:renewalaudit")).text == "Done:\n1. renewal\n2. audit"
    content = f"<p>/win {MENTION}&nbsp;closed Acme</p><p>with 40 seats</p>"
    event = read_event(rich(content, text="/win <at>Ben Okafor</at> closed Acme with 40 seats", entities=[BEN]))
    assert event.text == "/win @BenOkafor closed Acme\nwith 40 seats"
    assert [each.user for each in event.mentions] == ["29:ben"]


def test_an_answer_given_as_a_reply_holds_the_answer_alone() -> None:
    event = read_event(
        rich(f"{REPLY}<p>Signed two renewals</p>", text="Li Na I lost the Acme renewal Signed two renewals")
    )
    assert event.text == "Signed two renewals"


def test_the_plain_text_stays_where_the_message_as_it_looks_says_less() -> None:
    assert read_event(rich("<p></p>", text="Signed two renewals")).text == "Signed two renewals"
    assert read_event(rich("<div><attachment id='1'></attachment></div>", text="see file")).text == "see file"


@pytest.mark.parametrize("wrong", [None, "x", 5, {}, ["x"], [None], [{"contentType": "text/html", "content": 5}]])
def test_attachments_of_no_known_form_change_nothing(wrong: Any) -> None:
    assert read_event(activity(text="help", attachments=wrong)).text == "help"


WORDS = st.lists(st.sampled_from(["won", "Acme", "续约", "40"]), min_size=1, max_size=3).map(" ".join)
TAGS = st.sampled_from(["p", "div", "li", "h1", "td", "blockquote", "pre", "b", "span", "x-new"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TAGS, WORDS), min_size=1, max_size=8))
def test_whatever_a_message_is_made_of_every_word_is_read_in_order(parts: list[tuple[str, str]]) -> None:
    content = "".join(f"<{tag}>{words} </{tag}>" for tag, words in parts)
    read = text_of(content).replace("|", " ").replace(">", " ").replace("- ", " ")
    assert read.split() == " ".join(words for _, words in parts).split()
