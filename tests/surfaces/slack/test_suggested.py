"""Suggestions in Slack: a sentence with buttons that carry the line, in the chat and in answer to a command."""

import orjson

from bot.dispatcher import Dispatcher
from bot.replies import Give, Proposal
from bot.slack.doing import called
from bot.slack.limits import message_problems
from bot.slack.suggestions import proposing
from bot.suggesting import MOST_CARRIED
from tests.slack_workspace.company import connected
from tests.slack_workspace.running import in_loop


@in_loop
async def test_a_sentence_in_the_chat_opens_the_form_with_its_words_in_it(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.types("1:1 with <@UBEN> about &lt;Q4&gt; goals")
        await company.settled()
        assert ann.told[-1].startswith("Did you mean /meet?")
        [button] = ann.messages[-1]["blocks"][-1]["elements"]
        await ann.presses(button["text"]["text"])
        assert ann.view["title"]["text"] == "New meeting"
        assert "<Q4> goals" in str(ann.view)


@in_loop
async def test_pressing_twice_begins_one_thing(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ben = company.ben
        await ben.types("/kudos @ann.miller for the launch")
        await company.settled()
        [button] = ben.messages[-1]["blocks"][-1]["elements"]
        for _ in range(2):
            await ben.presses(button["text"]["text"])
        await company.settled()
        assert [text for text in company.ann.told if "for the launch" in text] == company.ann.told[-1:]


@in_loop
async def test_a_reader_of_chinese_sees_names_that_slack_takes_and_may_type_their_own(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.types("帮助")
        await company.settled()
        assert "/win " in li.told[-1]
        assert "直接输入名称" in str(li.messages[-1]["blocks"])
        await li.types("亮点：签下了 Acme 续约")
        await company.settled()
        assert li.told[-1].startswith("你是想用“/win”吗？")
        await li.types("、周报")
        await company.settled()
        assert "本周小结" in li.told[-1]


@in_loop
async def test_the_rest_of_the_commands_opens_in_a_window(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.commands("/help")
        assert "/preferences" not in ann.answers[-1]["text"]
        await ann.types("help")
        await company.settled()
        await ann.presses("All commands")
        assert "/preferences" in str(ann.view)


@in_loop
async def test_thanks_are_answered_in_a_word(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await company.ann.types("thanks!")
        await company.settled()
        assert company.ann.told[-1] == "Any time!"


@in_loop
async def test_a_colleague_is_looked_at_from_a_question(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.types("how is Ben Okafor doing?")
        await company.settled()
        await ann.presses("Look at Ben Okafor")
        assert ann.view["title"]["text"].startswith("Ben Okafor")


def test_the_longest_line_that_is_carried_fits_into_a_button() -> None:
    line = "好" * (MOST_CARRIED - 2)
    button = proposing(Proposal("x", Give("preferences", line)))
    assert len(button["value"]) <= 2000
    assert not list(message_problems({"text": "x", "blocks": [{"type": "actions", "elements": [button]}]}))
    given = called({}, {"value": button["value"]}, 1)
    assert (given.command, given.text) == ("preferences", line)
    assert orjson.loads(button["value"]) == {"command": "preferences", "line": line}
