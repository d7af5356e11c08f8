"""Mentions in Teams: found by their place, whatever Teams writes beside them, and never kept as marks."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams.activities import read_event
from tests.surfaces.teams.service import APP, activity

BOT = f"28:{APP}"


def entity(user: str, text: str | None = None, name: str | None = None) -> dict[str, Any]:
    listed: dict[str, Any] = {"type": "mention", "mentioned": {"id": user}}
    if text is not None:
        listed["text"] = text
    if name is not None:
        listed["mentioned"]["name"] = name
    return listed


def read(text: str, *entities: dict[str, Any], **more: Any) -> tuple[str, list[tuple[str, str]]]:
    """The text as it is read, and whom each `@name` in it means."""
    event = read_event(activity(text=text, entities=list(entities), **more))
    return event.text, [(event.text[each.start : each.end], each.user) for each in event.mentions]


CASES: dict[str, tuple[str, list[dict[str, Any]], str, list[tuple[str, str]]]] = {
    "an entity without a text, whose name is escaped in the mark": (
        "/win <at>Ben (R&amp;D)</at> closed Acme",
        [entity("29:ben", name="Ben (R&D)")],
        "/win @Ben(R&D) closed Acme",
        [("@Ben(R&D)", "29:ben")],
    ),
    "an entity with neither a text nor a name": (
        "/win <at>Ben</at> closed Acme",
        [entity("29:ben")],
        "/win @Ben closed Acme",
        [("@Ben", "29:ben")],
    ),
    "a name escaped twice": (
        "/win <at>O&amp;#39;Neil</at> x",
        [entity("29:o", name="O'Neil"), entity("29:z", name="Zoe")],
        "/win @O'Neil x",
        [("@O'Neil", "29:o")],
    ),
    "two people of one name": (
        "/meet <at>Kim Lee</at> <at>Kim Lee</at> tomorrow",
        [entity("29:k1", "<at>Kim Lee</at>"), entity("29:k2", "<at>Kim Lee</at>")],
        "/meet @KimLee @KimLee tomorrow",
        [("@KimLee", "29:k1"), ("@KimLee", "29:k2")],
    ),
    "three of one name around somebody else": (
        "<at>Kim Lee</at>, <at>Li Na</at> and <at>Kim Lee</at>",
        [entity("29:k1", "<at>Kim Lee</at>"), entity("29:k2", "<at>Kim Lee</at>"), entity("29:li", "<at>Li Na</at>")],
        "@KimLee, @LiNa and @KimLee",
        [("@KimLee", "29:k1"), ("@LiNa", "29:li"), ("@KimLee", "29:k2")],
    ),
    "one mention cut in two, each piece listed": (
        "/win <at>Ben</at> <at>Okafor</at> closed it",
        [entity("29:ben", "<at>Ben</at>"), entity("29:ben", "<at>Okafor</at>")],
        "/win @BenOkafor closed it",
        [("@BenOkafor", "29:ben")],
    ),
    "one mention cut in two and listed as one": (
        "/win <at>Ben</at>\xa0<at>Okafor</at> closed it",
        [entity("29:ben", name="Ben Okafor"), entity("29:x", "<at>Xu</at>")],
        "/win @BenOkafor closed it",
        [("@BenOkafor", "29:ben")],
    ),
    "the bot's own mention cut in two": (
        "<at>Even</at><at>hand</at> /win closed it",
        [entity(BOT, "<at>Even</at>"), entity(BOT, "<at>hand</at>")],
        "/win closed it",
        [],
    ),
    "the bot's mention without a text": (
        "<at>Evenhand</at> /win <at>Ben</at> closed it",
        [entity(BOT, name="Evenhand"), entity("29:ben", "<at>Ben</at>")],
        "/win @Ben closed it",
        [("@Ben", "29:ben")],
    ),
    "mentioned twice and listed once": (
        "<at>Ben</at> thanked <at>Ben</at>",
        [entity("29:ben", "<at>Ben</at>")],
        "@Ben thanked @Ben",
        [("@Ben", "29:ben"), ("@Ben", "29:ben")],
    ),
    "listed under nobody": ("/win <at>Ben</at> closed", [], "/win @Ben closed", []),
    "two marks and two nameless entities, of which neither is certain": (
        "/win <at>Ben</at> and <at>Li Na</at>",
        [entity("29:x"), entity("29:y")],
        "/win @Ben and @LiNa",
        [],
    ),
    "a mark that somebody typed half of": ("/win <at>Ben closed", [], "/win Ben closed", []),
    "marks with a number": (
        '/win <at id="0">Ben</at> closed',
        [entity("29:ben", '<at id="0">Ben</at>')],
        "/win @Ben closed",
        [("@Ben", "29:ben")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mention_is_whom_it_means_by_its_place(case: str) -> None:
    typed, entities, text, mentions = CASES[case]
    assert read(typed, *entities) == (text, mentions)


@pytest.mark.parametrize(
    "typed",
    [
        '<quoted messageId="1"/> Signed two renewals',
        '<quoted messageId="1" />Signed two renewals',
        '<quoted messageId="1"></quoted> Signed two renewals',
        '<quoted messageId="1">Li Na: how was it?</quoted>\nSigned two renewals',
        '<at>Evenhand</at> <quoted messageId="1"/> Signed two renewals',
        '<quoted messageId="1"/><quoted messageId="2"/> <at>Evenhand</at> Signed two renewals',
    ],
)
def test_which_message_a_reply_answers_is_no_part_of_it(typed: str) -> None:
    assert read(typed, entity(BOT, "<at>Evenhand</at>")) == ("Signed two renewals", [])


NAMES = st.sampled_from(["Ben", "Kim Lee", "李娜", "R&amp;D", "Ben (R&amp;D)", "O'Neil"])
PIECES = st.lists(st.tuples(st.sampled_from(["mark", "words"]), NAMES), max_size=8)


@settings(max_examples=150, deadline=None)
@given(PIECES, st.lists(st.tuples(NAMES, st.booleans()), max_size=6))
def test_no_mark_is_ever_kept_and_every_mention_stands_where_it_says(
    pieces: list[tuple[str, str]], listed: list[tuple[str, bool]]
) -> None:
    typed = " ".join(f"<at>{name}</at>" if kind == "mark" else name for kind, name in pieces)
    entities = [entity(f"29:{n}", f"<at>{name}</at>" if known else None) for n, (name, known) in enumerate(listed)]
    text, mentions = read(typed, *entities)
    assert "<at>" not in text
    assert "</at>" not in text
    assert all(name.startswith("@") and " " not in name for name, _ in mentions)
    assert len(mentions) <= sum(kind == "mark" for kind, _ in pieces)
