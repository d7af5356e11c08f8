"""Announcements in Slack after they were sent: held, changed where they stand, taken back, and shown on their way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bot.announced import count_under_way
from bot.bundling import fold_held
from bot.dispatcher import Dispatcher
from storage import ledger
from storage.announcements import Announcement
from storage.columns import table
from storage.journal import Delivery, Outbox
from storage.outgoing import Newer, OfJob
from storage.records import remember
from storage.sent import SentMessage
from tests.player import Player
from tests.postgres import on_both
from tests.slack_workspace.company import Company, connected
from tests.slack_workspace.running import in_loop
from tests.team import BEN, HANNA

outbox, message = table(Outbox), table(SentMessage)


def announce(dispatcher: Dispatcher, **more: str) -> tuple[Player, str]:
    hanna = Player(dispatcher, HANNA)
    hanna.calls("announce")
    hanna.sends({"headline": "Cycle", "body": "It begins on Monday.", **more})
    hanna.sends(verdict="send")
    with dispatcher.database.read() as db:
        return hanna, str(db.execute(select(table(Announcement).c.series)).scalar_one())


def states(dispatcher: Dispatcher, series: str) -> list[tuple[int, Any]]:
    with dispatcher.database.read() as db:
        rows = select(outbox.c.status, outbox.c.reason).where(outbox.c.about == series).order_by(outbox.c.person_id)
        return [(row[0], row[1]) for row in db.execute(rows)]


def texts(company: Company, user: str) -> list[str]:
    return [each["text"] for each in company.person(user).messages]


def behind(dispatcher: Dispatcher, series: str, revision: int) -> int:
    with dispatcher.database.read() as db:
        old = select(message.c.id).where(message.c.about == series, message.c.revision < revision)
        return len(db.execute(old).all())


@in_loop
async def test_who_confirms_sees_it_in_the_message_and_the_button_is_gone(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        _, series = announce(dispatcher, acknowledge="yes", body="See https://lumen.example/policy, *please*.")
        await company.settled()
        [message] = company.ben.messages
        assert {"type": "link", "url": "https://lumen.example/policy"} in message["blocks"][2]["elements"][0][
            "elements"
        ]
        assert "I have read this" in str(message["blocks"])
        Player(dispatcher, BEN).presses("acknowledge", announcement=series, version=1)
        await company.settled()
        await company.settled()
        [message] = company.ben.messages
        assert "You confirmed this on" in message["text"]
        assert "I have read this" not in str(message["blocks"])
        assert "我已阅读" in str(company.li.messages[0]["blocks"]), "nobody else's message is touched"


@on_both
@in_loop
async def test_a_change_is_made_where_it_stands_and_what_is_withdrawn_is_replaced(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        hanna, series = announce(dispatcher, acknowledge="yes")
        await company.settled()
        assert texts(company, "UBEN")[0].startswith("Cycle\nFrom Hanna Vogel\nIt begins on Monday.")
        hanna.presses("revise", announcement=series)
        hanna.sends(body="It begins on Tuesday.", headline_other="周期", body_other="周二开始。")
        await company.settled()
        await company.settled()
        assert [text.split("\n")[2] for text in texts(company, "UBEN")] == ["It begins on Tuesday."]
        assert texts(company, "ULI")[0].startswith("周期\n发布人：Hanna Vogel\n周二开始。")
        assert "我已阅读" in str(company.li.messages[0]["blocks"])
        hanna.presses("withdraw", announcement=series)
        hanna.sends(certain="yes")
        await company.settled()
        assert texts(company, "UBEN") == ["Hanna Vogel withdrew “Cycle”."]
        assert texts(company, "ULI") == ["Hanna Vogel 撤回了“周期”。"]
        assert "acknowledge" not in str(company.ben.messages)
        assert behind(dispatcher, series, 2) == 0


@on_both
@in_loop
async def test_what_was_changed_while_it_was_sent_is_right_afterwards(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        hanna, series = announce(dispatcher)
        carry = company.delivering.carrying
        claimed = await carry._claim(Newer())
        composed = await carry.read(carry._compose, claimed.parcels)
        hanna.presses("revise", announcement=series)  # between the words and the sending
        hanna.sends(body="It begins on Tuesday.")
        for parcel, said in composed:
            await carry._send(parcel, said)
        assert "Monday" in texts(company, "UBEN")[0]
        await company.settled()
        assert "Tuesday" in texts(company, "UBEN")[0]


@on_both
@in_loop
async def test_what_was_claimed_already_is_held_when_its_moment_comes(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher, pace=0.5) as company:
        hanna, series = announce(dispatcher)
        await company.delivering.answer()
        await company.delivering.gather()
        with dispatcher.database.read() as db:
            in_jobs = select(outbox.c.chunk).where(outbox.c.about == series, outbox.c.chunk.is_not(None))
            [chunk] = set(db.execute(in_jobs).scalars())
        moments: Iterator[int] = iter(range(100))
        until = company.delivering.carrying.until
        assert until is not None

        async def pausing(moment: Any) -> None:
            if next(moments) == 0:  # all are claimed, and the first has gone
                hanna.presses("hold", announcement=series)
            else:
                await until(moment)

        company.delivering.carrying.until = pausing
        await company.delivering.carrying.carry(OfJob(chunk))
        found = [status for status, _ in states(dispatcher, series)]
        assert 0 < found.count(Delivery.sent) < 5
        assert set(found) <= {Delivery.sent, Delivery.held, Delivery.skipped}
        before = len(company.here.calls("chat.postMessage"))
        company.delivering.carrying.until = until
        await company.settled()
        assert len(company.here.calls("chat.postMessage")) == before
        hanna.presses("resume", announcement=series)
        for _ in range(4):
            company.clock.move(timedelta(seconds=10))
            await company.settled()
        assert Delivery.held not in {status for status, _ in states(dispatcher, series)}
        for user in ("UANN", "UBEN", "ULI", "UDORA"):
            assert len(texts(company, user)) == 1


@in_loop
async def test_its_author_sees_how_far_it_is_in_the_same_message(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        announce(dispatcher)
        await company.settled()
        company.clock.move(timedelta(seconds=5))
        assert sum(count_under_way(dispatcher)) == 1
        await company.settled()
        [mine] = [each for each in company.hanna.messages if "Your announcement" in each["text"]]
        assert "Done: 5 of 6 sent, 0 failed, 1 skipped." in mine["text"]
        await company.hanna.presses("Who has it?", mine)
        assert "not in Slack, or hasn’t added the app in Teams (1)" in str(company.hanna.view)
        await company.hanna.presses("Withdraw", mine)
        await company.hanna.sends({"certain": "yes"})
        company.clock.move(timedelta(seconds=5))
        assert sum(count_under_way(dispatcher)) == 1
        await company.settled()
        [mine] = [each for each in company.hanna.messages if "Your announcement" in each["text"]]
        assert "Withdrawn by Hanna Vogel." in mine["text"]


@in_loop
async def test_slack_is_left_alone_with_changes_as_long_as_it_says_and_takes_messages_meanwhile(
    dispatcher: Dispatcher,
) -> None:
    async with connected(dispatcher) as company:
        hanna, series = announce(dispatcher)
        await company.settled()
        company.server.limiter.refuse_next("chat.update", 60)
        hanna.presses("revise", announcement=series)
        hanna.sends(body="It begins on Tuesday.")
        await company.settled()
        first = behind(dispatcher, series, 1)
        assert first > 0
        company.clock.move(timedelta(seconds=20))
        await company.settled()
        assert behind(dispatcher, series, 1) == first
        await company.ben.types("help")
        assert len(company.ben.told) == 2
        company.clock.move(timedelta(seconds=61))
        await company.settled()
        assert behind(dispatcher, series, 1) == 0


@in_loop
async def test_a_message_that_is_gone_keeps_no_other_from_being_changed(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        hanna, series = announce(dispatcher)
        await company.settled()
        company.ben.messages[0]["ts"] = "0.1"
        hanna.presses("revise", announcement=series)
        hanna.sends(body="It begins on Tuesday.")
        for _ in range(2):
            await company.settled()
        assert behind(dispatcher, series, 1) == 0
        assert "Tuesday" in texts(company, "UANN")[0]


@in_loop
async def test_hr_steers_it_from_the_desk(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        announce(dispatcher)
        await company.hanna.opens_home()
        await company.hanna.presses_at_home("Who has it?")
        assert "Sending: 0 of 6 sent" in str(company.hanna.view)
        await company.hanna.presses_in_window("Pause")
        assert "is paused" in str(company.hanna.view)


@on_both
@in_loop
async def test_what_was_told_as_a_line_of_a_message_is_changed_and_withdrawn_there_too(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        one, first = announce(dispatcher, headline="Cycle")
        with dispatcher.database.write() as db:
            other = Announcement(series="party", saved_by=HANNA, title="Party", body="On Friday.")
            remember(db, other, company.clock.now())
            mine = (outbox.c.about == first, outbox.c.person_id == BEN)
            row = dict(db.execute(select(outbox).where(*mine)).mappings().one())
            del row["id"]
            ledger.promise(db, [{**row, "dedupe": "party:ben", "about": "party", "status": 0}])
            db.execute(update(outbox).where(outbox.c.person_id == BEN).values(reason="budget"))
        assert sum(fold_held(dispatcher)) == 2
        await company.settled()
        [said] = texts(company, "UBEN")
        assert "• Cycle\nFrom Hanna Vogel\nIt begins on Monday." in said
        assert "• Party\nFrom Hanna Vogel\nOn Friday." in said
        one.presses("revise", announcement=first)
        one.sends(body="It begins on Tuesday.", headline_other="周期", body_other="周二开始。")
        await company.settled()
        await company.settled()
        [said] = texts(company, "UBEN")
        assert "• Cycle\nFrom Hanna Vogel\nIt begins on Tuesday." in said
        assert "• Party\nFrom Hanna Vogel\nOn Friday." in said
        one.presses("withdraw", announcement=first)
        one.sends(certain="yes")
        await company.settled()
        await company.settled()
        [said] = texts(company, "UBEN")
        assert "• Hanna Vogel withdrew “Cycle”." in said
        assert "Tuesday" not in said
        assert "• Party\nFrom Hanna Vogel\nOn Friday." in said
        changes = len(company.here.calls("chat.update"))
        company.clock.move(timedelta(minutes=2))
        await company.settled()
        assert len(company.here.calls("chat.update")) == changes, "what says the newest is left alone"


@in_loop
async def test_what_waits_as_a_line_of_a_message_says_the_newest_when_it_goes(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        one, first = announce(dispatcher)
        with dispatcher.database.write() as db:
            mine = (outbox.c.about == first, outbox.c.person_id == BEN)
            row = dict(db.execute(select(outbox).where(*mine)).mappings().one())
            del row["id"]
            ledger.promise(db, [{**row, "dedupe": "again:ben", "status": 0}])
            db.execute(update(outbox).where(outbox.c.person_id == BEN).values(reason="budget"))
        assert sum(fold_held(dispatcher)) == 2
        one.presses("revise", announcement=first)
        one.sends(body="It begins on Tuesday.", headline_other="周期", body_other="周二开始。")
        await company.settled()
        [said] = texts(company, "UBEN")
        assert said.count("It begins on Tuesday.") == 2
        assert "Monday" not in said
