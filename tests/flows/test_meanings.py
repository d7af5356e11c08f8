"""Meanings: what a line that is no command may stand for, on lines that were written before the phrases."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import TEXTS
from flows.catalog import LANGUAGES, load
from flows.command_names import CommandNames
from flows.core import discover
from flows.meanings import LONGEST, MOST, Meaning, Meanings, Phrase, UnreadablePhrase, phrases_in, readings

CATALOG = load(*TEXTS)
COMMANDS = discover().by_command()
NAMES = CommandNames.of(COMMANDS, CATALOG)
MEANINGS = Meanings.of(COMMANDS, CATALOG)
LINES = tomllib.loads((Path(__file__).parent / "lines.toml").read_text("utf-8"))
MEANT = [*LINES["commands"].items(), *LINES["lines"].items()]


def meant(line: str) -> tuple[Meaning, ...]:
    """What is offered for a line, and the command alone where the line gives one."""
    if not line.startswith("/"):
        return MEANINGS.of_line(line, COMMANDS)
    name, _, after = line[1:].partition(" ")
    return MEANINGS.of_command(name, after, COMMANDS)


@pytest.mark.parametrize(("line", "expected"), MEANT, ids=[line for line, _ in MEANT])
def test_a_line_means_its_command_and_its_words_go_along(line: str, expected: list[str]) -> None:
    found = meant(line)
    assert found, "nothing is suggested"
    assert [found[0].command, found[0].line] == expected


@pytest.mark.parametrize("line", LINES["several"])
def test_two_meanings_are_two_buttons(line: str) -> None:
    assert {each.command for each in meant(line)} == set(LINES["several"][line])


@pytest.mark.parametrize("line", LINES["chatter"]["lines"])
def test_ordinary_talk_means_no_command(line: str) -> None:
    assert meant(line) == ()


def test_most_lines_have_one_meaning_and_none_more_than_three() -> None:
    found = [meant(line) for line, _ in MEANT]
    assert sum(len(each) == 1 for each in found) >= 0.9 * len(found)
    assert all(len(each) <= MOST for each in found)


def test_what_is_not_offered_to_somebody_is_not_suggested() -> None:
    everybodys = [name for name, flow in COMMANDS.items() if flow.offered is None]
    assert MEANINGS.of_command("announcement", "", everybodys) == ()
    assert [each.command for each in MEANINGS.of_line("反馈", everybodys)] == ["praise"]


@given(st.text(max_size=2 * LONGEST))
def test_any_line_is_read_without_harm_and_nothing_is_made_up(line: str) -> None:
    for each in (*MEANINGS.of_line(line, COMMANDS), *MEANINGS.of_command(line[:20], line, COMMANDS)):
        assert each.command in COMMANDS
        assert set(each.line) <= {*line, " "}


@given(
    st.sampled_from(["1:1 with {}", "I'm off {}", "我{}请假", "remind me {}"]),
    st.sampled_from(["tomorrow", "on Friday", "next week", "21 Dec", "明天", "下周三", "12月21日到25日"]),
)
def test_a_day_is_never_lost_on_the_way(sentence: str, day: str) -> None:
    found = MEANINGS.of_line(sentence.format(day), COMMANDS)
    assert found
    assert day.removeprefix("on ") in found[0].line


@pytest.mark.parametrize("what", ["thanks", "greeting", "team", "person", "desk"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_can_be_read(what: str, language: str) -> None:
    assert CATALOG.say(language, f"chrome.meant.{what}").strip()
    assert phrases_in(CATALOG, f"chrome.meant.{what}")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("thanks!", "thanks"),
        ("Thank you so much", "thanks"),
        ("谢谢！", "thanks"),
        ("好的，谢谢", "thanks"),
        ("hey there", "greeting"),
        ("早上好", "greeting"),
        ("你能做什么？", "greeting"),
        ("who hasn't checked in this week?", "team"),
        ("who has not checked in yet?", "team"),
        ("谁还没交周小结？", "team"),
        ("这周还有谁没交周报", "team"),
        ("how is Priya doing?", "person"),
        ("How is Priya?", "person"),
        ("did everyone check in?", "team"),
        ("who still hasn't checked in?", "team"),
        ("谁没交？", "team"),
        ("潘泽宇怎么样了", "person"),
        ("潘泽宇最近怎么样？", "person"),
        ("what is waiting for me?", "desk"),
        ("我还有什么待办", "desk"),
    ],
)
def test_small_talk_and_questions_are_told_apart(line: str, what: str) -> None:
    kinds = ("thanks", "greeting", "team", "person", "desk")
    days = MEANINGS.days
    assert [kind for kind in kinds if any(readings(phrases_in(CATALOG, f"chrome.meant.{kind}"), line, days))] == [what]


@pytest.mark.parametrize("line", ["I am on holiday from Monday", "on vacation from 21 Dec", "I'm out from tomorrow"])
def test_a_beginning_without_an_end_is_carried_over_as_one(line: str) -> None:
    assert [each.line for each in meant(line)] == [line[line.index("from") :]]


def test_a_phrase_whose_brackets_stay_open_is_refused() -> None:
    for wrong in ("(a|b", "a]", "a {when}", "<some>"):
        with pytest.raises(UnreadablePhrase):
            Phrase.of(wrong)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_brings_its_names_in_every_language(command: str, language: str) -> None:
    section = f"{COMMANDS[command].name}.command"
    names = CATALOG.say(language, f"{section}.names").split()
    assert (names[0] == command) == (language == "en")
    assert (names[0].isascii()) == (language == "en")
    assert CATALOG.say(language, f"{section}.near").split()
    assert CATALOG.say(language, f"{section}.phrases").strip()


def test_no_near_name_is_a_name_of_another_command() -> None:
    for command, near in MEANINGS.near.items():
        others = {name for other, names in MEANINGS.names.items() if other != command for name in names}
        assert set(near) & others == set(), command
