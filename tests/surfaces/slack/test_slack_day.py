"""Days in Slack, lived through Slack's own client and dispatcher over HTTP and over Socket Mode."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.dispatcher import Dispatcher
from storage.checkins import CheckIn
from storage.columns import table
from storage.events import KeyEvent
from storage.facts import Start
from storage.journal import Delivery, Outbox
from storage.rest import Snooze
from tests.slack_workspace.company import connected
from tests.slack_workspace.running import in_loop

CLEAR = "完成了客户A的对账，剩3笔差异"
SOCKET = pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])


def rows(dispatcher: Dispatcher, model: Any) -> list[Any]:
    with dispatcher.database.read() as db:
        return list(db.execute(select(table(model)).order_by(table(model).c.id)).mappings())


@SOCKET
@in_loop
async def test_a_check_in_from_the_command_to_the_remembered_answer(dispatcher: Dispatcher, socket: bool) -> None:
    async with connected(dispatcher, socket=socket) as company:
        li = company.li
        await li.commands("/checkin")
        assert li.view["title"]["text"] == "本周小结（3月2日至8日）"
        await li.sends({"mood": "4", "highlights": CLEAR, "share": "manager", "help_wanted": "合同要法务看一下"})
        assert li.view["callback_id"] == "notice"
        assert [(row["mood"], row["highlights"]) for row in rows(dispatcher, CheckIn)] == [(4, CLEAR)]
        await company.settled()
        assert [text.split("：")[0].split(" ")[0] for text in company.ann.told] == ["Na"]
        assert "合同要法务看一下" in company.ann.told[0]


@in_loop
async def test_a_vague_week_is_asked_once_more_in_the_same_window_and_one_can_go_back(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.commands("/checkin")
        await li.sends({"mood": "4", "highlights": "一切正常", "share": "manager"})
        assert [block["block_id"] for block in li.view["blocks"] if block["type"] == "input"] == ["more/more"]
        await li.presses_in_window("上一步", {"more": "先写一半"})
        await li.sends({"mood": "2"})
        assert [block["block_id"] for block in li.view["blocks"] if block["type"] == "input"] == ["more/more"]
        assert "先写一半" in str(li.view)
        await li.sends({"more": "还行"})
        assert [(row["version"], row["mood"], row["more"]) for row in rows(dispatcher, CheckIn)][-1] == (3, 2, "还行")


@in_loop
async def test_what_is_wrong_stands_under_its_field_and_what_was_typed_stays(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.commands("/checkin")
        await li.sends({"mood": "4", "highlights": "!!!", "share": "manager"})
        assert set(li.errors) == {"pulse/highlights"}
        await li.sends({"highlights": CLEAR})
        assert len(rows(dispatcher, CheckIn)) == 1


@in_loop
async def test_a_draft_is_saved_and_found_again(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.commands("/checkin")
        await li.presses_in_window("存为草稿", {"mood": "3", "highlights": "写到一半"})
        assert "已保存" in str(li.view["blocks"][0])
        await li.closes()
        await li.commands("/checkin")
        assert "写到一半" in str(li.view)
        await li.sends({"highlights": CLEAR, "share": "private"})
        assert [row["mood"] for row in rows(dispatcher, CheckIn)] == [3]


@in_loop
async def test_typing_answers_one_question_after_the_other(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.commands("/checkin")
        await li.closes()
        for words in ("4", CLEAR, "跳过", "跳过", "只给自己看"):
            await li.types(words)
        assert [(row["mood"], row["shared"]) for row in rows(dispatcher, CheckIn)] == [(4, False)]
        assert len(li.told) == 5
        assert all(message["unfurl_links"] is False for message in li.messages)


@in_loop
async def test_a_win_about_somebody_mentioned_reaches_them_and_can_be_answered(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ann, ben = company.ann, company.ben
        await ann.commands("/win <@UBEN> closed the Acme renewal &lt;120k&gt; on Tuesday")
        if ann.is_window_open:
            await ann.sends()
        await company.settled()
        assert [(row["subject_id"], row["text"]) for row in rows(dispatcher, KeyEvent)] == [
            (3, "closed the Acme renewal <120k> on Tuesday")
        ]
        assert "<120k>" in str(ben.messages[-1]["blocks"])
        label = ben.messages[-1]["blocks"][-1]["elements"][0]["text"]["text"]
        await ben.presses(label)
        assert ben.is_window_open
        again = await ben.presses(label)
        assert again.ok


@in_loop
async def test_one_message_answers_a_win_where_it_was_logged(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        ways: tuple[Callable[[str], Awaitable[Any]], ...] = (ann.types, partial(ann.commands, in_own_chat=True))
        for number, log in enumerate(ways, 1):
            before, answers = len(ann.messages), len(ann.answers)
            await log(f"/win <@UBEN> closed the Acme renewal, {number}20k ARR")
            await company.settled()
            new = [str(each["blocks"]) for each in ann.messages[before:] if "blocks" in each]
            assert len(new) == 1
            assert "Ben Okafor has been told" in new[0]
            assert len(ann.answers) == answers
        await ann.commands("/win <@UBEN> closed the Nordmoor renewal, 320k ARR")
        assert "Ben Okafor has been told" in ann.answers[-1]["text"], "elsewhere it is said where it was logged"


@in_loop
async def test_a_message_is_saved_as_evidence_from_its_menu(dispatcher: Dispatcher) -> None:
    flows = dispatcher.repertoire.register.by_shortcut()
    async with connected(dispatcher) as company:
        ann = company.ann
        message = {"type": "message", "user": "UBEN", "team": "T1", "text": "Signed &amp; sent to <@ULI>!", "ts": "1.1"}
        await ann.uses_shortcut(next(iter(flows)), message)
        assert "Signed & sent to @li.na!" in str(ann.view)


@in_loop
async def test_home_is_the_desk_and_changes_with_what_one_does(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ann, li = company.ann, company.li
        await ann.opens_home()
        assert "My team" in str(ann.home)
        await li.opens_home()
        await li.presses_at_home("现在填写") if "现在填写" in str(li.home) else await li.commands("/checkin")
        await li.sends({"mood": "4", "highlights": CLEAR, "share": "manager"})
        await company.settled()
        assert "3月2日至8日" in str(li.home)
        assert "（4/5）" in str(li.home)


@in_loop
async def test_a_prompt_is_answered_by_its_button_and_edited_in_place(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        prompt_for(dispatcher, 2)
        await company.settled()
        li = company.li
        [prompt] = li.messages
        assert prompt["metadata"]["event_payload"] == {"outbox": "1"}
        await li.presses("好" if "好" in labels(prompt) else labels(prompt)[0])
        assert li.is_window_open
        await li.sends({"highlights": CLEAR, "share": "manager"})
        await company.settled()
        [prompt] = li.messages
        assert "你已于" in prompt["text"]
        assert labels(prompt) == ["修改"]
        await li.presses("修改")
        await li.sends({"mood": "1"})
        assert [row["mood"] for row in rows(dispatcher, CheckIn)][-1] == 1


@in_loop
async def test_a_prompt_whose_time_is_over_says_so_and_its_button_refuses(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        prompt_for(dispatcher, 2)
        await company.settled()
        li = company.li
        stale = dict(li.messages[0])
        company.clock.move(timedelta(days=8))
        dispatcher.settle(1, "pulse")
        await company.settled()
        assert labels(li.messages[0]) == []
        await li.presses("填写", stale)
        assert li.view["callback_id"] == "notice"
        assert [each["status"] for each in rows(dispatcher, Outbox)][:1] == [Delivery.sent]


@in_loop
async def test_a_last_look_goes_out_by_its_button(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        prompt_for(dispatcher, 2)
        await company.settled()
        for words in ("4", CLEAR, "跳过", "跳过", "共享"):
            await company.li.types(words)
        assert rows(dispatcher, CheckIn) == []
        await company.li.presses("提交")
        assert [row["shared"] for row in rows(dispatcher, CheckIn)] == [True]


@in_loop
async def test_a_prompt_is_put_off_by_its_own_button(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        prompt_for(dispatcher, 2)
        await company.settled()
        await company.li.presses("明天再提醒我")
    [kept] = rows(dispatcher, Snooze)
    assert (kept["key"], kept["until"].date() - dispatcher.clock.now().date()) == ("pulse", timedelta(days=1))


def prompt_for(dispatcher: Dispatcher, person: int) -> None:
    """What the clock does on a Thursday."""
    with dispatcher.database.write() as db:
        flow = dispatcher.repertoire.register.named("checkin")
        dispatcher.start(db, flow, Start(person, dispatcher.clock.now()))


def labels(message: dict[str, Any]) -> list[str]:
    return [
        element["text"]["text"]
        for block in message["blocks"]
        for element in block.get("elements", ())
        if element["type"] == "button"
    ]
