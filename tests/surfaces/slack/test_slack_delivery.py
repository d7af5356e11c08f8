"""What Slack and the network do to messages, again and again or too late: nothing is lost and nothing doubled."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.dispatcher import Dispatcher
from storage import accounts, outgoing
from storage.accounts import Account
from storage.checkins import CheckIn
from storage.columns import table
from storage.facts import Start
from storage.goals import Goal
from storage.journal import Delivery, Outbox
from storage.outgoing import OfJob
from storage.sent import SentMessage
from tests.postgres import on_both
from tests.slack_workspace.company import Company, connected, workspace
from tests.slack_workspace.modal import Modal
from tests.slack_workspace.person import Person
from tests.slack_workspace.running import in_loop

CLEAR = "完成了客户A的对账，剩3笔差异"
FILLED = {"mood": "4", "highlights": CLEAR, "share": "manager"}


def rows(dispatcher: Dispatcher, model: Any) -> list[Any]:
    with dispatcher.database.read() as db:
        return list(db.execute(select(table(model)).order_by(table(model).c.id)).mappings())


def states(dispatcher: Dispatcher) -> list[tuple[int, Any]]:
    return [(row["status"], row["reason"]) for row in rows(dispatcher, Outbox)]


def ask_everybody(dispatcher: Dispatcher, *people: int) -> None:
    with dispatcher.database.write() as db:
        for person in people:
            flow = dispatcher.repertoire.register.named("checkin")
            dispatcher.start(db, flow, Start(person, dispatcher.clock.now()))


def posted(company: Company, person: Person) -> int:
    return len(person.messages)


@on_both
@in_loop
async def test_the_same_event_again_is_answered_once(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        event = company.li.typed("帮助")
        await asyncio.gather(*(company.slack.event(event, event_id="Ev77") for _ in range(3)))
        await company.slack.event(event, event_id="Ev77")
        assert len(company.li.told) == 1


@in_loop
async def test_a_recorded_request_sent_once_more_changes_nothing(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.commands("/checkin")
        await li.fills(FILLED)
        request = li.submission(li.form)
        for _ in range(3):
            assert (await company.slack.interaction(request)).ok
        assert len(rows(dispatcher, CheckIn)) == 1


@in_loop
async def test_two_windows_with_the_same_page_and_the_second_keeps_what_was_typed(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.commands("/checkin")
        first, second = Modal(li.view), Modal(li.view)
        first.fill(FILLED)
        second.fill({**FILLED, "highlights": "另外一段写了很久的话"})
        payloads = [li.submission(modal) for modal in (first, second)]
        answers = [await company.slack.interaction(payload) for payload in payloads]
        assert answers[0].body["response_action"] == "update"
        assert answers[1].body["response_action"] == "errors"
        assert len(rows(dispatcher, CheckIn)) == 1


@on_both
@in_loop
async def test_an_answer_lost_on_the_way_back_is_looked_up_and_not_sent_twice(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company.server.lose_answers["chat.postMessage"] = 1
        ask_everybody(dispatcher, 2)
        await company.settled()
        assert states(dispatcher) == [(Delivery.sending, None)]
        for _ in range(3):
            company.clock.move(timedelta(seconds=20))
            await company.settled()
        assert states(dispatcher) == [(Delivery.sent, None)]
        assert posted(company, company.li) == 1
        await company.li.presses("填写")
        assert company.li.is_window_open


@in_loop
async def test_what_never_arrived_is_sent_after_a_look(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ask_everybody(dispatcher, 2)
        with dispatcher.database.write() as db:  # a process ended between the intent and the call
            accounts.remember(db, "slack", "T1", "ULI", 2, company.clock.now())
            outgoing.take(db, [(1, "slack", "T1")], "a process that is gone", company.clock.now())
        await company.settled()
        assert posted(company, company.li) == 0
        company.clock.move(timedelta(seconds=6))
        await company.settled()
        await company.settled()
        assert (posted(company, company.li), states(dispatcher)) == (1, [(Delivery.sent, None)])


@on_both
@in_loop
async def test_slack_is_left_alone_for_as_long_as_it_says(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company.server.limiter.refuse_next("chat.postMessage", 30)
        ask_everybody(dispatcher, 2)
        await company.settled()
        assert len(company.here.calls("chat.postMessage")) == 1
        ask_everybody(dispatcher, 1, 3)
        company.clock.move(timedelta(seconds=19))
        await company.settled()
        assert len(company.here.calls("chat.postMessage")) == 1
        company.clock.move(timedelta(seconds=12))
        await company.settled()
        assert states(dispatcher) == [(Delivery.sent, None)] * 3


@in_loop
async def test_a_token_revoked_in_the_middle_loses_nothing(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ask_everybody(dispatcher, 1)
        await company.settled()
        company.here.tokens["xoxb-1"].revoked = True
        ask_everybody(dispatcher, 2, 3)
        await company.settled()
        assert [status for status, _ in states(dispatcher)] == [Delivery.sent, Delivery.waiting, Delivery.waiting]
        company.here.tokens["xoxb-1"].revoked = False
        company.clock.move(timedelta(seconds=61))
        await company.settled()
        assert [status for status, _ in states(dispatcher)] == [Delivery.sent] * 3


@on_both
@in_loop
async def test_everybody_ends_in_exactly_one_list(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company.here.users["UBEN"]["is_restricted"] = True
        ask_everybody(dispatcher, 1, 2, 3, 7)
        with dispatcher.database.write() as db:
            db.execute(update(table(Outbox)).where(table(Outbox).c.person_id == 2).values(person_id=4))  # has left
        await company.settled()
        assert states(dispatcher) == [
            (Delivery.sent, None),
            (Delivery.skipped, "left"),
            (Delivery.skipped, "not_reachable"),
            (Delivery.skipped, "not_reachable"),
        ]


@on_both
@in_loop
async def test_an_account_that_was_closed_is_forgotten_and_found_anew(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await company.li.types("帮助")
        company.here.users["ULI"]["deleted"] = True
        company.here.user("ULI2", "li.na", "li.na@lumen.example")
        ask_everybody(dispatcher, 2)
        await company.settled()
        assert states(dispatcher) == [(Delivery.failed, "user_disabled")]
        await company.person("ULI2").types("帮助")
        assert len(company.person("ULI2").told) == 1


@in_loop
async def test_a_broadcast_keeps_its_pace(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ask_everybody(dispatcher, 1, 2, 3, 5, 6)
        await company.delivering.gather()
        [chunk] = {row["chunk"] for row in rows(dispatcher, Outbox)}
        began = company.clock.now()
        await company.delivering.carrying.carry(OfJob(chunk))
        assert [status for status, _ in states(dispatcher)] == [Delivery.sent] * 5
        assert company.clock.now() - began >= 4 * (timedelta(seconds=1) / 4.5)


@in_loop
async def test_a_window_to_wait_in_opens_where_the_database_is_busy(dispatcher: Dispatcher) -> None:
    busy = threading.Event()
    async with connected(dispatcher, patience=0.05) as company:
        await company.li.types("帮助")  # who they are is known by now
        dispatcher.database.submit(busy.wait, 10)
        command = asyncio.create_task(company.li.commands("/checkin"))
        async with asyncio.timeout(5):
            await company.li.sees_a_window()
        assert "请稍候" in str(company.li.view)
        busy.set()
        assert (await command).ok
        assert company.li.view["callback_id"] == "page"


@in_loop
async def test_a_trigger_that_is_too_old_becomes_a_button(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company.here.triggers_are_late = 4
        await company.li.commands("/checkin")
        assert not company.li.is_window_open
        assert "填写" in str(company.li.answers[0]["blocks"])


@in_loop
async def test_an_answer_slack_did_not_wait_for_is_there_when_it_comes_again(dispatcher: Dispatcher) -> None:
    busy = threading.Event()
    async with connected(dispatcher, ack_within=0.3) as company:
        await company.li.types("帮助")
        dispatcher.database.submit(busy.wait, 10)
        late = await company.li.types("/checkin")
        assert late.status == 0
        busy.set()
        company.slack.timeout = 3
        again = await company.slack.send_due()
        assert [ack.ok for ack in again] == [True]
        assert [number for name, number in company.slack.attempts if name == company.slack.attempts[-1][0]] == [0, 1]
        await asyncio.sleep(0.05)
        assert sum("这一周过得怎么样？" in text for text in company.li.told) == 1


@in_loop
async def test_the_page_of_somebody_else_is_refused_whatever_a_view_carries(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li, ben = company.li, company.ben
        await li.commands("/checkin")
        await ben.commands("/checkin")
        forged = Modal({**ben.view, "private_metadata": li.view["private_metadata"]})
        forged.fill(FILLED)
        payload = ben.submission(forged)
        payload["view"]["private_metadata"] = li.view["private_metadata"]
        answer = await company.slack.interaction(payload)
        assert answer.body["response_action"] == "errors"
        assert rows(dispatcher, CheckIn) == []


@pytest.mark.parametrize("value", ["", "{}", "[]", "x", '{"c":1}', '{"f":"checkin","g":{"me":{"$":"Who"}}}'])
@pytest.mark.parametrize("action", ["open:1:pulse", "quick:1", "press:0", "call:0", "other", ""])
@in_loop
async def test_a_button_with_rubbish_in_it_does_nothing(dispatcher: Dispatcher, action: str, value: str) -> None:
    async with connected(dispatcher) as company:
        ask_everybody(dispatcher, 2)
        await company.settled()
        message = company.li.messages[0]
        button = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": action, "value": value}
        payload = company.li.press_on_message(message, {"block_id": "b"}, button)
        assert (await company.slack.interaction(payload)).ok
        assert rows(dispatcher, CheckIn) == []


@in_loop
async def test_a_long_page_goes_from_part_to_part_and_back_with_everything_typed(dispatcher: Dispatcher) -> None:
    with dispatcher.database.write() as db:
        for number in range(15):
            goal = {"series": f"g{number}", "version": 1, "current": True, "saved_by": 2, "person_id": 2}
            more = {"saved_at": dispatcher.clock.now(), "title": f"目标{number}", "weight": 5, "state": "active"}
            db.execute(insert(table(Goal)), {**goal, **more, "milestones": []})
    async with connected(dispatcher) as company:
        li = company.li
        await li.commands("/checkin")
        assert "第 1 部分，共 2 部分" in str(li.view)
        await li.sends({"mood": "4", "progress:g3": "40"})
        assert "第 2 部分" in str(li.view)
        await li.presses_in_window("上一步", {"highlights": CLEAR})
        assert "第 1 部分" in str(li.view)
        await li.sends({"progress:g4": "50"})
        await li.sends({"share": "private"})
        [checkin] = rows(dispatcher, CheckIn)
        assert (checkin["mood"], checkin["highlights"]) == (4, CLEAR)
        assert {key: checkin["progress"][key] for key in ("g3", "g4")} == {"g3": 40, "g4": 50}


@in_loop
async def test_the_app_is_removed_and_what_was_kept_of_the_workspace_goes(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await company.li.types("帮助")
        await company.slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["UANN"]}})
        assert len(rows(dispatcher, Account)) == 1
        await company.slack.event({"type": "app_uninstalled"})
        assert rows(dispatcher, Account) == rows(dispatcher, SentMessage) == []
        told = len(company.li.told)
        await company.li.types("帮助")
        assert len(company.li.told) == told


@in_loop
async def test_one_installation_for_a_whole_organization(dispatcher: Dispatcher) -> None:
    clock: Any = dispatcher.clock
    here = workspace(clock, "T1", "E1")
    here.org_wide = True
    here.users["ULI"]["team_id"] = "T2"  # another workspace of the same organization
    here.users["UBEN"] |= {"team_id": "T9", "enterprise_user": {"id": "UBEN", "enterprise_id": "E9"}}
    async with connected(dispatcher, here=here) as company:
        await company.li.commands("/checkin")
        assert company.li.is_window_open
        await company.ben.commands("/checkin")
        assert not company.ben.is_window_open
        assert [row["place"] for row in rows(dispatcher, Account)] == ["E1"]
