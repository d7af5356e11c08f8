"""Suggesting: what is answered to a line that is no command, in one sentence and at most three buttons."""

from typing import Any

import pytest

from bot.dispatcher import Dispatcher
from bot.replies import Give, Help, LookAt, NextQuestion, Said, ShowPage, Suggestion
from bot.suggesting import LONGEST_LABEL, MOST_CARRIED
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage.database import Database
from storage.journal import Conversation
from tests.player import Player
from tests.team import ANN, BEN, HANNA, LI_NA
from tests.test_dispatcher import counted


def suggestion(player: Player, line: str) -> Suggestion:
    reply = player.types(line)
    assert isinstance(reply, Suggestion), reply
    assert "\n" not in reply.text
    assert len(reply.proposals) <= 3
    return reply


def pressed(player: Player, reply: Suggestion, number: int = 0) -> Any:
    """What comes of pressing one of the buttons."""
    does = reply.proposals[number].does
    assert isinstance(does, Give)
    return player.calls(does.command, does.line)


@pytest.mark.parametrize(
    ("line", "sentence", "command"),
    [
        ("/kudos @ben.okafor for the launch", "Did you mean /praise?", Give("praise", "@ben.okafor for the launch")),
        ("/check-in", "Did you mean /checkin?", Give("checkin")),
        ("/wins closed Acme", "Did you mean /win?", Give("win", "closed Acme")),
        ("checkin", "Did you mean /checkin?", Give("checkin")),
        ("1:1 with Ben tomorrow at 3", "Did you mean /meet?", Give("meet", "Ben tomorrow at 3")),
        ("1:1 mit Ben morgen 15 Uhr", "Did you mean /meet?", Give("meet", "Ben morgen 15 Uhr")),
        ("bin krank", "Did you mean /timeoff?", Give("timeoff")),
        ("bin morgen krank", "Did you mean /timeoff?", Give("timeoff", "morgen")),
        ("Krankmeldung", "Did you mean /timeoff?", Give("timeoff")),
        ("mute me until Monday", "Did you mean /pause?", Give("pause", "until Monday")),
        ("I'm off tomorrow", "Did you mean /timeoff?", Give("timeoff", "tomorrow")),
        ("/1:1 @ben.okafor", "Did you mean /meet?", Give("meet", "@ben.okafor")),
        ("/ I'm off tomorrow", "Did you mean /timeoff?", Give("timeoff", "tomorrow")),
    ],
)
def test_a_line_that_is_nearly_a_command_gets_one_question(
    dispatcher: Dispatcher, line: str, sentence: str, command: Give
) -> None:
    reply = suggestion(Player(dispatcher, ANN), line)
    assert reply.text == sentence
    assert [each.does for each in reply.proposals] == [command]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("周报。", "你是想用“/周报”吗？"),
        ("我明天请假", "你是想用“/请假”吗？"),
        ("/点赞 @ann.miller", "你是想用“/表扬”吗？"),
    ],
)
def test_a_reader_of_chinese_is_asked_by_chinese_names(dispatcher: Dispatcher, line: str, sentence: str) -> None:
    assert suggestion(Player(dispatcher, LI_NA), line).text == sentence


def test_two_meanings_are_two_buttons_and_only_what_is_offered(dispatcher: Dispatcher) -> None:
    reply = suggestion(Player(dispatcher, ANN), "/feedback @ben.okafor listened well")
    assert {each.does for each in reply.proposals} == {
        Give("coach", "@ben.okafor listened well"),
        Give("praise", "@ben.okafor listened well"),
    }
    assert len(suggestion(Player(dispatcher, BEN), "/feedback").proposals) == 1


def test_pressing_does_what_the_command_with_its_line_would_have_done(dispatcher: Dispatcher) -> None:
    ben = Player(dispatcher, BEN)
    page = pressed(ben, suggestion(ben, "/meeting @ann.miller tomorrow Q4 goals"))
    assert isinstance(page, ShowPage)
    assert {each.key: each.value for each in page.page.questions}["topic"] == "Q4 goals"
    by_command = Player(dispatcher, BEN)
    by_command.calls("meet", "@ann.miller tomorrow Q4 goals")
    assert by_command.values == {each.key: each.value for each in page.page.questions}


def test_nothing_is_begun_by_a_question_back(dispatcher: Dispatcher, database: Database) -> None:
    ben = Player(dispatcher, BEN)
    for line in ("/kudos @ann.miller", "亮点", "1:1 with Ann tomorrow", "随便聊聊", "thanks!"):
        ben.types(line)
    assert counted(database, Conversation) == 0


@pytest.mark.parametrize("line", ["thanks!", "Thank you so much", "谢谢", "ok", "👍"])
def test_thanks_get_a_word_and_no_list(dispatcher: Dispatcher, line: str) -> None:
    assert Player(dispatcher, BEN).types(line) == Said("Any time!")


@pytest.mark.parametrize("line", ["hi", "good morning", "what can you do?", "早上好", "what is waiting for me?"])
def test_a_greeting_is_met_with_a_short_help(dispatcher: Dispatcher, line: str) -> None:
    shown = Player(dispatcher, BEN).types(line)
    assert isinstance(shown, Help)
    assert 3 <= len(shown.commands) <= 5


def test_a_manager_who_asks_who_is_missing_is_told_at_once(dispatcher: Dispatcher) -> None:
    ann = Player(dispatcher, ANN)
    assert ann.types("who hasn't checked in this week?") == Said(
        "Na Li and Ben Okafor haven’t checked in yet this week (2 of 2)."
    )
    ben = Player(dispatcher, BEN)
    ben.calls("checkin")
    ben.sends(mood="4", highlights="Acme renewed for two years", share="manager")
    assert ann.types("who has not checked in yet") == Said("Na Li hasn’t checked in yet this week (1 of 2).")
    assert ben.types("谁还没交周小结？") == Said("You have no direct reports, so there are no check-ins to show.")


def test_a_colleague_is_looked_at_by_those_above_them_alone(dispatcher: Dispatcher) -> None:
    reply = suggestion(Player(dispatcher, ANN), "how is Ben Okafor doing?")
    assert [each.does for each in reply.proposals] == [LookAt(BEN)]
    refused = Player(dispatcher, BEN).types("how is Na Li doing?")
    assert isinstance(refused, Said)
    assert "their managers" in refused.text
    assert suggestion(Player(dispatcher, ANN), "how is Frobnicate doing?").text.startswith("I didn’t get that")


def test_what_is_not_understood_says_so_and_offers_help(dispatcher: Dispatcher) -> None:
    for line in ("the client was happy", "我在会议室", "goal!"):
        reply = suggestion(Player(dispatcher, BEN), line)
        assert [each.does for each in reply.proposals] == [Give("help")]
    reply = suggestion(Player(dispatcher, BEN), "/frobnicate now")
    assert reply.text == "I don’t know the command /frobnicate."
    long = suggestion(Player(dispatcher, BEN), "/" + "x" * 5000)
    assert len(long.text) < 100


def test_an_open_question_takes_free_text_and_no_unknown_command(dispatcher: Dispatcher) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("checkin")
    assert isinstance(ben.types("/kudos @ann.miller"), Suggestion)
    assert isinstance(ben.types("、frobnicate"), NextQuestion)
    assert ben.waiting()


@pytest.mark.parametrize(
    ("line", "command"),
    [("1:1 with Ben tomorrow at 3", "meet"), ("周报", "checkin"), ("我明天请假", "timeoff"), ("kudos", "praise")],
)
def test_what_cannot_be_the_answer_is_asked_about_too(dispatcher: Dispatcher, line: str, command: str) -> None:
    ann = Player(dispatcher, ANN)
    ann.calls("checkin")
    reply = suggestion(ann, line)
    assert [each.does.command for each in reply.proposals if isinstance(each.does, Give)] == [command]
    assert ann.types("谢谢！") == Said("Any time!")
    assert isinstance(ann.types("the client was happy"), NextQuestion)
    assert isinstance(ann.types("4"), NextQuestion), "the question is still open, and takes its answer"


@pytest.mark.parametrize("mark", ["/", "／", "、", "\\", "＼", "//", "/ ", " 、"])
@pytest.mark.parametrize("name", ["checkin", "CheckIn", "ｃｈｅｃｋｉｎ", "周报", "小结"])
def test_a_name_after_what_a_keyboard_types_for_a_slash_gives_the_command(
    dispatcher: Dispatcher, mark: str, name: str
) -> None:
    shown = Player(dispatcher, BEN).types(f"{mark}{name}")
    assert isinstance(shown, ShowPage)
    assert shown.page.flow == "checkin"


@pytest.mark.parametrize(
    ("line", "flow"),
    [("/away", "away"), ("/timeoff", "away"), ("/请假", "away"), ("/dnd", "pause"), ("/免打扰", "pause")],
)
def test_old_and_second_names_are_understood(dispatcher: Dispatcher, line: str, flow: str) -> None:
    shown = Player(dispatcher, BEN).types(line)
    assert isinstance(shown, ShowPage)
    assert shown.page.flow == flow


@pytest.mark.parametrize(
    "line", ["/表扬@ann.miller 帮了大忙", "／表扬 @ann.miller 帮了大忙", "、表扬：@ann.miller 帮了大忙"]
)
def test_the_words_after_a_chinese_name_are_its_line(dispatcher: Dispatcher, line: str) -> None:
    ben = Player(dispatcher, BEN)
    assert isinstance(ben.types(line), Said)
    assert "帮了大忙" in Player(dispatcher, ANN).told()[-1].text


def test_an_answer_may_begin_with_what_is_merely_like_a_slash(dispatcher: Dispatcher) -> None:
    ben = Player(dispatcher, BEN)
    ben.calls("checkin")
    for answer in ("4", "、拜访了三家客户", "\\\\share\\folder is cleaned up"):
        ben.types(answer)
    assert "、拜访了三家客户" in str(ben.opens_what_waits())


def test_a_line_too_long_for_a_button_is_not_cut_off(dispatcher: Dispatcher) -> None:
    ben = Player(dispatcher, BEN)
    fits = suggestion(ben, "/kudos " + "好" * (MOST_CARRIED - 2))
    assert fits.proposals[0].does == Give("praise", "好" * (MOST_CARRIED - 2))
    assert len(fits.proposals[0].label) <= LONGEST_LABEL
    for words in ("好" * MOST_CARRIED, '"\n' * (MOST_CARRIED // 3)):
        too_long = suggestion(ben, f"/kudos {words}")
        assert too_long.proposals == ()
        assert "/praise" in too_long.text


def test_help_is_short_by_role_and_the_rest_is_one_button_away(dispatcher: Dispatcher) -> None:
    def first(person: int) -> list[str]:
        shown = Player(dispatcher, person).types("help")
        assert isinstance(shown, Help)
        assert shown.more is not None
        assert shown.more.does == Give("help", "all")
        return [each.name for each in shown.commands]

    assert first(BEN) == ["checkin", "win", "praise", "progress", "meet"]
    assert first(ANN) == ["checkin", "win", "coach", "praise", "progress"]
    assert first(HANNA) == ["checkin", "announce", "win", "praise", "progress"]
    whole = Player(dispatcher, BEN).calls("help", "all")
    assert isinstance(whole, Help)
    assert whole.more is None
    assert [each.name for each in whole.commands][-1] == "preferences"
    assert Player(dispatcher, BEN).types("/帮助 全部") == whole


def test_help_is_in_the_readers_language(dispatcher: Dispatcher) -> None:
    shown = Player(dispatcher, LI_NA).types("帮助")
    assert isinstance(shown, Help)
    assert [each.shown for each in shown.commands] == ["周报", "亮点", "表扬", "进展", "会议"]
    assert shown.commands[1].usage.startswith("/亮点 ")


def test_a_prefix_is_followed_everywhere_and_plain_names_stay_understood(dispatcher: Dispatcher) -> None:
    repertoire = Repertoire.of(discover(), load("flows.texts"), {}, prefix="eh-")
    bot = Dispatcher(dispatcher.database, repertoire, dispatcher.clock)
    ben = Player(bot, BEN)
    shown = ben.types("help")
    assert isinstance(shown, Help)
    assert [each.shown for each in shown.commands][:2] == ["eh-checkin", "eh-win"]
    assert suggestion(ben, "/kudos").text == "Did you mean /eh-praise?"
    assert "/eh-goal" in repertoire.texts.say("en", "goals.ends.no_goals")
    assert "/目标" in repertoire.texts.say("zh", "goals.ends.no_goals")
    for line in ("/eh-checkin", "/EH-CheckIn", "/checkin", "/周报", "/eh-周报"):
        page = ben.types(line)
        assert isinstance(page, ShowPage), line
        assert page.page.flow == "checkin"


def test_in_english_every_reader_sees_the_names_slack_takes(dispatcher: Dispatcher) -> None:
    li = Player(dispatcher.in_english(), LI_NA)
    assert suggestion(li, "亮点").text == "你是想用“/win”吗？"
    shown = li.types("帮助")
    assert isinstance(shown, Help)
    assert shown.commands[0].usage == "/checkin"
    assert isinstance(li.types("/周报"), ShowPage)


def test_help_is_known_by_its_german_name(dispatcher: Dispatcher) -> None:
    assert isinstance(Player(dispatcher, ANN).types("/hilfe"), Help)
