"""Slack wants to be left alone for a while: what people do then is done, acknowledged, and answered once, later."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select, update

from bot.dispatcher import Dispatcher
from bot.replies import Refused
from bot.slack.sending import Caller
from storage.accounts import Account
from storage.columns import table
from storage.journal import Delivery, OpenAsk, Outbox
from storage.ledger import promise
from storage.sent import SentMessage, Shown
from tests.postgres import on_both
from tests.slack_workspace.company import Company, connected, workspace
from tests.slack_workspace.outbound import Outbound
from tests.slack_workspace.person import Person
from tests.slack_workspace.process import RealTime, serving
from tests.slack_workspace.running import in_loop
from tests.slack_workspace.server import Server
from tests.team import ANN, BEN

POST = "chat.postMessage"
WAIT = timedelta(seconds=31)


def rows(dispatcher: Dispatcher, model: Any) -> list[Any]:
    with dispatcher.database.read() as db:
        return list(db.execute(select(table(model))).mappings())


async def pause_is_over(company: Company, wait: timedelta = WAIT) -> None:
    company.clock.move(wait)
    for _ in range(3):
        await company.settled()


@on_both
@in_loop
async def test_an_answer_is_acknowledged_and_what_is_said_to_it_comes_once_after_the_pause(
    dispatcher: Dispatcher,
) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.commands("/checkin")
        await ann.closes()
        company.server.limiter.refuse_next(POST, 30)
        assert (await ann.types("4")).ok
        assert [row["draft"] for row in rows(dispatcher, OpenAsk)] == [{"mood": "4"}]
        await company.settled()
        assert (ann.told, len(company.here.calls(POST))) == ([], 1)
        await pause_is_over(company)
        assert len(ann.told) == 1
        assert ann.told[0].startswith("What went well")
        assert len(company.here.calls(POST)) == 2


@on_both
@in_loop
async def test_what_is_said_to_somebody_waits_behind_nothing_that_others_are_told(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.commands("/checkin")
        await ann.closes()
        company.server.limiter.refuse_next(POST, 30)
        await ann.types("4")
        news = {"kind": "tell", "due_at": dispatcher.clock.now(), "body": {"flow": "reply", "text": "late"}}
        with dispatcher.database.write() as db:
            promise(db, [{**news, "dedupe": f"news:{number}", "person_id": BEN} for number in range(400)])
        company.clock.move(WAIT)
        await company.delivering.answer()
        assert len(ann.told) == 1
        assert ann.told[0].startswith("What went well")
        states = {row["dedupe"][:4]: row["status"] for row in rows(dispatcher, Outbox)}
        assert states == {"repl": Delivery.sent, "news": Delivery.waiting}


@on_both
@in_loop
async def test_a_reply_that_waits_is_in_no_job(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company.server.limiter.refuse_next(POST, 30)
        await company.ann.types("hello")
        company.clock.move(WAIT)
        assert await company.delivering.gather() == 0
        assert [row["chunk"] for row in rows(dispatcher, Outbox)] == [None]


@in_loop
async def test_in_a_pause_that_is_known_slack_is_not_even_asked_and_every_answer_is_kept(
    dispatcher: Dispatcher,
) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.commands("/checkin")
        await ann.closes()
        company.server.limiter.refuse_next(POST, 30)
        assert (await ann.types("4")).ok
        assert (await ann.types("Renewed Acme with 3 seats more")).ok
        assert len(company.here.calls(POST)) == 1
        await pause_is_over(company)
        assert len(ann.told) == 2
        assert rows(dispatcher, OpenAsk)[0]["draft"]["highlights"] == "Renewed Acme with 3 seats more"


@in_loop
async def test_the_same_event_again_promises_nothing_more_neither_in_the_pause_nor_after_it(
    dispatcher: Dispatcher,
) -> None:
    async with connected(dispatcher) as company:
        event = company.ann.typed("help")
        company.server.limiter.refuse_next(POST, 30)
        acks = await asyncio.gather(*(company.slack.event(event, event_id="Ev7") for _ in range(3)))
        assert all(ack.ok for ack in acks)
        await pause_is_over(company)
        assert (await company.slack.event(event, event_id="Ev7")).ok
        await company.settled()
        assert len(company.ann.told) == 1
        assert "&lt;" not in str(company.ann.messages[0]["blocks"])


@in_loop
async def test_a_page_that_was_asked_for_in_a_pause_comes_with_its_buttons(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.types("帮助")
        company.server.limiter.refuse_next(POST, 30)
        assert (await li.types("/checkin")).ok
        await pause_is_over(company)
        assert len(li.told) == 2
        await li.presses("填写")
        assert li.is_window_open


@in_loop
async def test_a_page_that_was_answered_in_the_pause_is_not_shown_after_it(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.types("帮助")
        company.server.limiter.refuse_next(POST, 30)
        assert (await li.types("/checkin")).ok
        await li.commands("/checkin")
        await li.sends({"mood": "4", "highlights": "完成了客户A的对账，剩3笔差异", "share": "private"})
        await pause_is_over(company)
        assert len(li.told) == 1


@pytest.mark.parametrize("status", [500, 503])
@in_loop
async def test_a_slack_in_trouble_is_treated_alike(dispatcher: Dispatcher, status: int) -> None:
    async with connected(dispatcher) as company:

        async def trouble(_: web.Request, method: str) -> web.StreamResponse | None:
            return web.Response(status=status, text="<html>") if method == POST else None

        company.server.weather = trouble
        assert (await company.ann.types("help")).ok
        company.server.weather = None
        await pause_is_over(company)
        assert len(company.ann.told) == 1


@in_loop
async def test_a_refusal_for_good_is_acknowledged_since_the_same_again_would_be_refused_again(
    dispatcher: Dispatcher,
) -> None:
    async with connected(dispatcher) as company:
        await company.ann.types("help")
        company.here.users["UANN"]["deleted"] = True
        assert (await company.ann.types("help")).ok
        assert company.slack.retries == []
        assert rows(dispatcher, Outbox) == []


@in_loop
async def test_whether_it_arrived_is_unknown_and_it_is_not_said_twice(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company.server.lose_answers[POST] = 1
        await company.ann.types("help")
        await company.slack.send_due()
        await pause_is_over(company)
        assert len(company.ann.told) == 1


@pytest.mark.parametrize("typed", ["help", "/checkin", "what is this"])
@in_loop
async def test_an_answer_that_arrived_unnoted_is_looked_up_when_slack_repeats_the_event_later(
    dispatcher: Dispatcher, typed: str
) -> None:
    """As after a process was killed between sending and noting it."""
    async with connected(dispatcher) as company:
        company.server.lose_answers[POST] = 1
        assert not (await company.ann.types(typed)).ok
        company.clock.move(WAIT)
        assert [ack.ok for ack in await company.slack.send_due()] == [True]
        assert (len(company.ann.told), len(company.here.calls(POST))) == (1, 1)


@in_loop
async def test_an_answer_that_never_arrived_is_sent_when_slack_repeats_the_event(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await company.ann.types("help")
        with dispatcher.database.write() as db:  # a process ended between the intent and the call
            db.execute(update(table(SentMessage)).values(name=None, shown=Shown.sending))
            event = db.execute(select(table(SentMessage).c.event)).scalar_one()
        company.here.dm("UANN").messages.clear()
        company.clock.move(WAIT)
        caller = Caller(ANN, "UANN", (await company.surface.installations.every())[0])
        await company.surface.sender.reply(caller, event, Refused("Again.", "Test"))
        assert company.ann.told == ["Again."]


@pytest.mark.parametrize("user", ["UANN", "ULI", "UNEW"])
@in_loop
async def test_a_newcomer_whom_slack_does_not_describe_now_is_told_for_how_long(
    dispatcher: Dispatcher, user: str
) -> None:
    async with connected(dispatcher) as company:
        someone = company.person(user)
        company.server.limiter.refuse_next("users.info", 17, 17)
        await someone.commands("/checkin")
        said = someone.answers[0]["text"]
        assert "Slack" in said
        assert "17 seconds" in said
        assert "17 秒" in said, "nobody knows their language yet"
        assert not someone.is_window_open
        await someone.uses_shortcut("call:checkin")
        assert "17 seconds" in str(someone.view)
        await someone.closes()
        await someone.commands("/checkin")
        assert someone.is_window_open is (user != "UNEW")


@in_loop
async def test_what_a_newcomer_typed_comes_again_and_is_answered_then(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company.server.limiter.refuse_next("users.info", 17)
        assert not (await company.ann.types("help")).ok
        assert [ack.ok for ack in await company.slack.send_due()] == [True]
        assert len(company.ann.told) == 1


@in_loop
async def test_somebody_known_is_still_known_where_slack_does_not_say_so_just_now(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await company.ann.types("help")
        company.clock.move(timedelta(days=1, minutes=1))
        company.server.limiter.refuse_next("users.info", 60)
        await company.ann.commands("/checkin")
        assert company.ann.is_window_open
        checked = [row["checked_at"] for row in rows(dispatcher, Account)]
        company.clock.move(timedelta(minutes=6))
        company.here.users["UANN"]["is_restricted"] = True
        told = len(company.ann.told)
        await company.ann.types("help")
        assert len(company.ann.told) == told, f"asked about since {checked}"


@in_loop
async def test_somebody_mentioned_whom_slack_does_not_describe_is_nobodys_secret(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        await company.ann.types("help")
        company.server.limiter.refuse_next("users.info", 9)
        await company.ann.commands("/win <@UBEN> closed the Acme renewal (120k) on Tuesday")
        assert "9 seconds" in company.ann.answers[0]["text"]
        assert "秒" not in company.ann.answers[0]["text"], "hers is known"


@in_loop
async def test_a_desk_that_cannot_be_shown_now_is_shown_after_the_pause(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        company.server.limiter.refuse_next("views.publish", 30)
        assert (await company.ann.opens_home()).ok
        assert "UANN" not in company.here.homes
        await company.surface.publish_again()
        assert "UANN" in company.here.homes


@in_loop
async def test_a_window_to_wait_in_that_does_not_open_leaves_the_answer_to_the_chat(dispatcher: Dispatcher) -> None:
    busy = threading.Event()
    async with connected(dispatcher, patience=0.05) as company:
        await company.li.types("帮助")
        dispatcher.database.submit(busy.wait, 10)
        company.server.limiter.refuse_next("views.open", 30)
        command = asyncio.create_task(company.li.commands("/checkin"))
        while not company.here.calls("views.open"):  # noqa: ASYNC110  # it is opened by a request to a server of this loop
            await asyncio.sleep(0.01)
        busy.set()
        assert (await command).ok
        assert company.li.is_window_open or "周小结" in str(company.li.answers)


@on_both
@in_loop
async def test_a_process_that_is_killed_in_the_pause_answers_after_it_all_the_same(
    database_url: str, tmp_path: Path
) -> None:
    here = workspace(RealTime())
    async with Server(here).running() as server:
        with serving(database_url, server.api, tmp_path) as bot:
            slack = Outbound(here, server, bot.url, timeout=10)
            ann = Person(here, slack, "UANN")
            assert (await ann.types("help")).ok
            server.limiter.refuse_next(POST, 4)
            event = ann.typed("/checkin")
            assert (await slack.event(event, event_id="Ev9")).ok
            await asyncio.to_thread(bot.kill)
            await asyncio.to_thread(bot.start)
            assert (await slack.event(event, event_id="Ev9")).ok
            assert len(ann.told) == 1
            async with asyncio.timeout(30):
                while len(ann.told) < 2:  # noqa: ASYNC110  # it is sent by another process
                    await asyncio.sleep(0.05)
            assert (await slack.event(event, event_id="Ev9")).ok
            await asyncio.sleep(1.5)  # a second one would have come by then
            assert ["Your week" in text for text in ann.told] == [False, True]
            await slack.close()
