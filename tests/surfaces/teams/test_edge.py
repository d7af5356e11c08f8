"""The edge itself: what the route refuses, what the connector does about tokens and addresses, what is delivered."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.answers import Called
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.teams.connector import NotSent
from bot.teams.host import MOST
from storage import outgoing
from storage.accounts import Account
from storage.columns import table
from storage.database import Database
from storage.journal import Delivery, Outbox
from storage.ledger import conversation_row
from storage.sent import SentMessage
from tests.surfaces.teams.service import APP, SERVICE, TENANT, activity, claims, token
from tests.surfaces.teams.world import BEN_OKAFOR, CHANNEL, ISSUED, LI, PASSWORD, World
from tests.team import ANN, BEN, LI_NA

Play = Callable[..., None]
outbox, message = table(Outbox), table(SentMessage)


def statuses(database: Database) -> list[tuple[int, str | None]]:
    with database.read() as db:
        found = db.execute(select(outbox.c.status, outbox.c.reason).order_by(outbox.c.id))
        return [(row[0], row[1]) for row in found]


def win(speaker: Dispatcher, text: str = "@ben.okafor closed the renewal in time") -> None:
    speaker.handle(Called("win", ANN, "win", text))


def only_bens(database: Database) -> None:
    """Leaves only what is meant for Ben."""
    with database.write() as db:
        db.execute(update(outbox).where(outbox.c.person_id != BEN).values(status=Delivery.skipped))


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"authorization": ""}, b"{}", 401),
        ({"authorization": "Bearer junk"}, b"{}", 401),
        ({"authorization": "Basic eA=="}, b"{}", 401),
        ({"content-type": "text/plain"}, b"{}", 415),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=b", 415),
        ({}, b"", 400),
        ({}, b"{", 400),
        ({}, b"[]", 400),
        ({}, b"5", 400),
        ({}, b"null", 400),
        ({}, b'{"type":5}', 400),
        ({}, b'{"type":"message","text":"\\ud800"}', 400),
        ({}, b"[" * 5000, 400),
        ({}, b'{"x":"' + b"y" * MOST + b'"}', 413),
        ({"content-length": "999999999999999999999"}, b"{}", 413),
        ({}, b'{"type":"message"}', 401),
    ],
)
def test_the_route_refuses_what_is_no_activity_of_teams(
    play: Play, headers: dict[str, str], body: bytes, status: int
) -> None:
    async def scene(world: World) -> None:
        plain = {"authorization": world.header, "content-type": "application/json; charset=utf-8"}
        answer = await world.http.post("/api/messages", content=body, headers={**plain, **headers})
        assert answer.status_code == status
        assert answer.content == b""
        assert (await world.http.get("/api/messages")).status_code == 405

    play(scene)


def test_a_forged_token_gets_401_and_a_genuine_one_200(play: Play) -> None:
    async def scene(world: World) -> None:
        genuine = activity(type="typing")
        assert (await world.post(genuine)).status_code == 200
        forged = "Bearer " + token(claims(world.clock), key="other")
        assert (await world.post(genuine, forged)).status_code == 401
        assert (await world.post({**genuine, "serviceUrl": "https://evil.example/"})).status_code == 401
        assert world.service.messages == {}

    play(scene)


def test_everything_is_sent_with_one_token_that_is_renewed_before_it_is_over(play: Play, clock: SetClock) -> None:
    async def scene(world: World) -> None:
        await asyncio.gather(*(world.says(LI, "帮助") for _ in range(8)))
        assert world.service.tokens == 1
        clock.move(timedelta(minutes=54))
        await world.says(LI, "帮助")
        assert world.service.tokens == 1
        clock.move(timedelta(minutes=2))
        await world.says(LI, "帮助")
        assert world.service.tokens == 2
        assert ("LOGIN", TENANT) in world.service.calls

    play(scene)


@pytest.mark.parametrize(
    "address",
    [
        "http://smba.trafficmanager.net/emea/",
        "https://evil.example/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://user@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:444/",
        "",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_teams(play: Play, address: str) -> None:
    async def scene(world: World) -> None:
        with pytest.raises(NotSent):
            await world.surface.courier.connector.send(address, "a:x", {"type": "message"})
        assert world.service.calls == []

    play(scene)


def test_an_id_cannot_lead_a_request_elsewhere(play: Play) -> None:
    async def scene(world: World) -> None:
        await world.surface.courier.connector.send(SERVICE, "a:x/../../y?z#", {"type": "message", "text": "x"})
        assert list(world.service.messages) == ["a:x/../../y?z#"]

    play(scene)


def test_a_wrong_password_is_said_in_the_log_without_the_password(
    play: Play, speaker: Dispatcher, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        win(speaker)
        world.surface.courier.connector.tokens._until = None  # type: ignore[attr-defined]
        object.__setattr__(world.surface.connection.credentials, "password", "wrong-" + PASSWORD)
        await world.settled()

    play(scene)
    logged = capsys.readouterr()
    assert PASSWORD not in logged.out + logged.err
    assert ISSUED not in logged.out + logged.err


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
def test_what_teams_cannot_take_now_is_sent_later_and_once(
    play: Play, speaker: Dispatcher, database: Database, clock: SetClock, status: int
) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        win(speaker)
        only_bens(database)
        world.service.refuse = [(status, {"error": {"code": "Busy"}}, {"Retry-After": "90"})]
        await world.settled()
        assert len(world.service.said_to(BEN_OKAFOR)) == 1
        clock.move(timedelta(seconds=60))
        await world.settled()
        assert len(world.service.said_to(BEN_OKAFOR)) == 1
        clock.move(timedelta(seconds=31))
        await world.settled()
        await world.settled()
        assert len(world.service.said_to(BEN_OKAFOR)) == 2

    play(scene)
    assert (Delivery.sent, None) in statuses(database)


def test_what_teams_never_takes_fails_with_its_reason(
    play: Play, speaker: Dispatcher, database: Database, clock: SetClock
) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        win(speaker)
        only_bens(database)
        for _ in range(12):
            world.service.refuse = [(503, {}, {})]
            await world.settled()
            clock.move(timedelta(hours=3))

    play(scene)
    assert (Delivery.failed, "status_503") in statuses(database)


@pytest.mark.parametrize(("status", "code"), [(403, "MessageWritesBlocked"), (404, "ConversationNotFound")])
def test_whoever_cannot_be_reached_is_not_written_to_again(
    play: Play, speaker: Dispatcher, database: Database, status: int, code: str
) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        win(speaker)
        only_bens(database)
        world.service.refuse = [(status, {"error": {"code": code}}, {})]
        await world.settled()
        speaker.handle(Called("again", ANN, "win", "@ben.okafor closed another one"))
        only_bens(database)
        await world.settled()
        assert len(world.service.said_to(BEN_OKAFOR)) == 1

    play(scene)
    assert (Delivery.failed, code) in statuses(database)
    assert (Delivery.skipped, "not_reachable") in statuses(database)


def test_a_broken_connection_repeats_a_page_and_never_a_message(
    play: Play, speaker: Dispatcher, database: Database, clock: SetClock
) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        win(speaker)
        only_bens(database)
        world.service.hang_up = 1
        await world.settled()
        clock.move(timedelta(hours=1))
        await world.settled()
        assert len(world.service.said_to(BEN_OKAFOR)) == 2  # the welcome, and the one that did arrive

    play(scene)
    assert (Delivery.failed, "unknown") in statuses(database)


def promise_page(speaker: Dispatcher, person: int, key: str) -> int:
    """A check-in that waits for somebody, with the message that brings it."""
    speaker.handle(Called("checkin", person, "checkin", ""))
    with speaker.database.write() as db:
        row = conversation_row(db, 1)
        assert row is not None
        promised = {
            "dedupe": "ask:1",
            "person_id": person,
            "kind": "ask",
            "conversation_id": 1,
            "key": key,
            "body": {},
            "due_at": speaker.clock.now(),
            "status": Delivery.waiting,
        }
        db.execute(insert(outbox).values(promised))
    return 1


def test_a_page_is_brought_edited_once_answered_elsewhere_and_repeated_after_a_crash(
    play: Play, speaker: Dispatcher, database: Database, clock: SetClock
) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        promise_page(speaker, LI_NA, "pulse")
        world.service.hang_up = 1
        await world.settled()
        clock.move(timedelta(minutes=1))
        await world.settled()
        assert len(world.service.said_to(LI)) == 3
        form = world.card(LI)
        assert form.inputs != {}
        for words in ("4", "完成了客户A的对账，剩3笔差异", "跳过", "跳过", "只给自己看"):
            await world.says(LI, words)
        await world.settled()
        assert world.card(LI, 2).inputs == {}
        assert "已于" in world.card(LI, 2).shown

    play(scene)
    assert (Delivery.sent, None) in statuses(database)


def test_a_page_nobody_needs_any_more_is_not_brought(
    play: Play, speaker: Dispatcher, database: Database, clock: SetClock
) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        promise_page(speaker, LI_NA, "pulse")
        clock.move(timedelta(days=8))
        await world.settled()
        assert len(world.service.said_to(LI)) == 1

    play(scene)
    assert statuses(database) == [(Delivery.skipped, "over")]


def test_what_a_crash_left_under_way_is_listed_as_unknown(
    play: Play, speaker: Dispatcher, database: Database, clock: SetClock
) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        win(speaker)
        only_bens(database)
        with database.write() as db:
            number = db.execute(select(outbox.c.id).where(outbox.c.person_id == BEN)).scalar_one()
            outgoing.take(db, [(number, "teams", TENANT)], "a process that is gone", clock.now())
        await world.settled()
        assert (Delivery.sending, None) in statuses(database)
        clock.move(timedelta(seconds=6))
        await world.settled()
        assert len(world.service.said_to(BEN_OKAFOR)) == 1

    play(scene)
    assert (Delivery.failed, "unknown") in statuses(database)


def test_messages_keep_their_distance(play: Play, speaker: Dispatcher, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        for number in range(45):
            speaker.handle(Called(f"win{number}", ANN, "win", "@ben.okafor closed one more"))
        only_bens(database)
        began = world.clock.now()
        await world.settled()
        assert len(world.service.said_to(BEN_OKAFOR)) == 46
        assert world.clock.now() - began == timedelta(seconds=44)  # one a second in one chat

    play(scene)


def test_every_promise_comes_to_exactly_one_end(play: Play, speaker: Dispatcher, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        win(speaker)
        speaker.handle(Called("praise", ANN, "praise", "@ben.okafor for the quick fix"))
        await world.settled()
        assert len(world.service.messages[CHANNEL]) == 1

    play(scene)
    ends = statuses(database)
    assert {status for status, _ in ends} <= {Delivery.sent, Delivery.skipped}
    assert (Delivery.skipped, "not_reachable") in ends


def test_without_a_channel_nothing_is_public(play: Play, speaker: Dispatcher, database: Database) -> None:
    async def scene(world: World) -> None:
        speaker.handle(Called("praise", ANN, "praise", "@ben.okafor for the quick fix"))
        await world.settled()
        assert world.service.messages == {}

    play(scene, channel=None)
    assert (Delivery.skipped, "no_channel") in statuses(database)


def test_the_loopback_mode_takes_a_local_client_without_a_token_and_nothing_else(play: Play) -> None:
    async def scene(world: World) -> None:
        assert (await world.post(activity())).status_code == 401
        local = activity(type="typing", serviceUrl="http://127.0.0.1:9/")
        for host, status in {"127.0.0.1:8321": 200, "localhost": 200, "[::1]:8321": 200, "evil.example": 401}.items():
            answer = await world.http.post("/api/messages", json=local, headers={"host": host})
            assert answer.status_code == status, host
        for host in ("127.0.0.1.evil.example", "[::1].evil", "localhost:x", ""):
            assert (await world.http.post("/api/messages", json=local, headers={"host": host})).status_code == 401, host

    play(scene, credentials=None)


def test_an_identity_is_of_a_tenant_and_an_application(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        foreign = {"id": LI.chat, "conversationType": "personal", "tenantId": "another-tenant"}
        answer = await world.event(LI, type="message", text="help", conversation=foreign)
        assert answer.status_code == 401
        other = await world.event(LI, type="message", text="help", recipient={"id": "28:" + APP[::-1]})
        assert other.status_code == 401

    play(scene)
    with database.read() as db:
        assert len(db.execute(select(table(Account))).all()) == 1
