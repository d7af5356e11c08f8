"""The composition root: what it refuses to start on, what it serves, and that its ticks never stop."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from pydantic import Field, SecretStr
from sqlalchemy import select, text, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.app import Bot, create_app
from bot.clock import SetClock
from bot.connected import platforms
from bot.dispatcher import Dispatcher
from bot.environment import settings_from_environment
from bot.replies import Said, ShowPage
from bot.request_log import RequestLog
from bot.secrets import session_secret
from bot.settings import Settings, WrongSetting
from bot.soundness import STAMP, require_sound_once
from bot.ticks import DELIVER, Tick, Ticks
from bot.web.security import PlaygroundRefused
from flows.catalog import Catalog, load
from flows.checks import Unsound
from flows.core import Register, UnknownFlow, discover, flow
from storage.columns import table
from storage.database import Database
from storage.journal import ChatLine, Conversation
from storage.references import Who
from storage.schema import SchemaBehind, found, newest, require_newest
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

TOKEN = "a token that nobody would guess"
HOUR = timedelta(hours=1)
EVERYBODY = {ANN, LI_NA, BEN, HANNA, DORA, LI_WEI}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all, so that every flow is walked once and not at every start."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def settings(database: Database, folder: Path) -> Settings:
    return Settings(database=database.url.render_as_string(hide_password=False), folder=folder)


@on_both
def test_it_starts_answers_and_says_that_it_is_ready(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ok", "database": "ok", "ticks": "ok"})
        assert client.get("/").status_code == 404


def test_it_is_not_ready_without_its_schema(settings: Settings, database: Database) -> None:
    with TestClient(create_app(settings)) as client:
        with database.write() as db:
            db.execute(text("DROP TABLE alembic_version"))
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, "schema")
        assert client.get("/healthz").status_code == 200


def test_it_refuses_a_database_with_another_schema(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/empty.sqlite3", folder=tmp_path)
    with pytest.raises(SchemaBehind, match="evenhand migrate"):
        create_app(settings)


@on_both
def test_the_newest_schema_is_the_one_that_migrating_makes(database: Database) -> None:
    assert found(database) == newest()
    require_newest(database)


def test_it_refuses_while_a_conversation_is_open_on_a_flow_that_is_gone(
    settings: Settings, dispatcher: Dispatcher, database: Database
) -> None:
    Player(dispatcher, BEN).calls("checkin")
    with database.write() as db:
        db.execute(update(table(Conversation)).values(flow_version=99))
    with pytest.raises(UnknownFlow, match="version 99"):
        create_app(settings)


def test_the_companys_quiet_hours_hold_in_conversations(
    settings: Settings, database: Database, clock: SetClock
) -> None:
    said = []
    for quiet in ({}, {"quiet_from": 22, "quiet_until": 7}):
        ann = Player(Bot(settings.model_copy(update=quiet), database, clock).dispatcher, ANN)
        said.append(ann.calls("meet", "@li.na tomorrow 14:00 Q4 goals"))  # 21:00 in Shanghai
    assert [type(each) for each in said] == [ShowPage, Said]


class Connected(Settings):
    """Settings as they are once there is a platform to connect."""

    somechat_token: SecretStr | None = Field(default=None, json_schema_extra={"platform": "Somechat"})


def test_the_playground_refuses_beside_a_platform(settings: Settings) -> None:
    connected = Connected(**settings.model_dump(), somechat_token=SecretStr("s"))
    assert platforms(connected) == ("Somechat",)
    assert platforms(settings) == platforms(Connected()) == ()
    with pytest.raises(PlaygroundRefused, match="Somechat"):
        create_app(connected, playground=True)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "evenhand.example", "::"])
def test_the_playground_refuses_an_address_others_can_reach(settings: Settings, host: str) -> None:
    with pytest.raises(PlaygroundRefused):
        create_app(settings.model_copy(update={"host": host}), playground=True)


def test_the_rest_interface_is_there_with_a_token_and_not_without(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        assert client.get("/api/openapi.json").status_code == 404
        assert client.put("/api/v1/people", json=[]).status_code == 404
    with TestClient(create_app(settings.model_copy(update={"rest_token": SecretStr(TOKEN)}))) as client:
        assert "/api/v1/people" in client.get("/api/openapi.json").json()["paths"]
        assert client.put("/api/v1/people", json=[]).status_code == 401
        assert client.put("/api/v1/people", json=[], headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 422
        assert client.get("/readyz").status_code == 200


def test_with_a_surface_everybody_is_asked_without_anything_being_done(
    settings: Settings, database: Database, clock: SetClock
) -> None:
    clock.move(5 * HOUR)  # Thursday afternoon in Munich, evening in Shanghai
    app = create_app(settings, playground=True, clock=clock)
    enough = monotonic() + 30
    with TestClient(app, base_url="http://127.0.0.1") as client:
        while len(_asked(database)) < len(EVERYBODY) and monotonic() < enough:
            assert client.get("/").status_code == 200
    assert _asked(database) == EVERYBODY


def _asked(database: Database) -> set[int]:
    line = table(ChatLine)
    with database.read() as db:
        return set(db.execute(select(line.c.person_id).where(line.c.kind == "ask")).scalars())


def test_a_tick_that_fails_is_logged_without_words_and_comes_again(
    database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    came = Event()
    failures = iter([LookupError("the secret words of an answer")])

    def work() -> Iterator[int]:
        for failure in failures:
            raise failure
        came.set()
        yield 1

    async def run() -> None:
        ticks = Ticks(database)
        ticks.add(Tick(DELIVER, HOUR, work))
        ticks.start()
        while not came.is_set():
            ticks.kick()
            await asyncio.sleep(0)
        await ticks.stop()

    asyncio.run(asyncio.wait_for(run(), 20))
    logged = "".join(capfd.readouterr())
    assert "LookupError" in logged
    assert "secret words" not in logged


def test_an_answer_waits_for_one_transaction_of_a_tick_at_most(database: Database) -> None:
    order: list[str] = []
    done = Event()

    def work() -> Iterator[int]:
        order.append("first")
        database.submit(order.append, "an answer")
        yield 1
        order.append("second")
        done.set()
        yield 1

    async def run() -> None:
        ticks = Ticks(database)
        ticks.add(Tick("long", HOUR, work))
        ticks.start()
        await asyncio.to_thread(done.wait, 20)
        await ticks.stop()

    asyncio.run(asyncio.wait_for(run(), 20))
    assert order == ["first", "an answer", "second"]


def test_kicks_while_a_delivery_is_under_way_are_one_more_and_never_two_at_once(database: Database) -> None:
    under_way: list[int] = []
    most: list[int] = []
    runs: list[int] = []
    begun, go_on, twice = Event(), Event(), Event()

    def work() -> Iterator[int]:
        under_way.append(1)
        most.append(len(under_way))
        runs.append(1)
        begun.set()
        go_on.wait(20)
        yield 1
        under_way.pop()
        if len(runs) == 2:
            twice.set()

    async def run() -> None:
        ticks = Ticks(database)
        ticks.add(Tick(DELIVER, HOUR, work))
        ticks.start()
        await asyncio.to_thread(begun.wait, 20)
        for _ in range(50):
            ticks.kick()
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.to_thread(twice.wait, 20)
        await ticks.stop()

    asyncio.run(asyncio.wait_for(run(), 20))
    assert (len(runs), max(most)) == (2, 1)


def test_a_kick_before_the_start_and_after_the_end_is_nothing(database: Database) -> None:
    ticks = Ticks(database)
    ticks.kick()
    assert not ticks.running


def test_the_log_of_requests_has_no_query_and_no_words_of_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    def breaks(_: Request) -> None:
        raise LookupError("the secret words of an answer")

    app = Starlette(routes=[Route("/breaks", breaks)])
    client = TestClient(RequestLog(app, quiet=False))
    assert client.get("/breaks?token=s3cret").status_code == 500
    assert client.get("/nowhere?name=Li").status_code == 404
    logged = "".join(capfd.readouterr())
    assert all(word in logged for word in ("/breaks", "/nowhere", "LookupError", "404"))
    assert not any(word in logged for word in ("s3cret", "name=Li", "secret words"))


def test_a_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(rest_token=SecretStr(TOKEN), session_secret=SecretStr(TOKEN * 2))
    assert TOKEN not in f"{settings!r} {settings} {settings.model_dump()}"
    monkeypatch.setenv("EVENHAND_REST_TOKEN", "too short")
    with pytest.raises(WrongSetting, match="EVENHAND_REST_TOKEN") as wrong:
        settings_from_environment()
    assert "too short" not in str(wrong.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EVENHAND_CHECKIN_WEEKDAY", "8"),
        ("EVENHAND_CHECKIN_HOUR", "noon"),
        ("EVENHAND_SYNCHRONOUS", "OFF"),
        ("EVENHAND_PORT", "70000"),
        ("EVENHAND_DATABASE", "my database"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(WrongSetting) as wrong:
        settings_from_environment()
    assert wrong.value.variable == variable


def test_the_session_secret_is_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path / "var")
    secret = session_secret(settings)
    assert len(secret) >= 32
    assert session_secret(settings) == secret
    [file] = (tmp_path / "var").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    given: dict[str, Any] = {"session_secret": SecretStr("x" * 32)}
    assert session_secret(settings.model_copy(update=given)) == "x" * 32


def test_flows_are_walked_once_for_each_state_of_the_program(tmp_path: Path) -> None:
    @flow("unsaid")
    async def unsaid(me: Who) -> None: ...

    texts, broken = load("flows.texts", "bot.texts"), Register.of(unsaid)
    with pytest.raises(Unsound):
        require_sound_once(broken, texts, tmp_path)
    with pytest.raises(Unsound):
        require_sound_once(broken, texts, tmp_path)
    require_sound_once(discover(), texts, tmp_path)
    require_sound_once(broken, Catalog({}), tmp_path)  # the same files, so nothing is walked
    (tmp_path / STAMP).write_text("another state")
    with pytest.raises(Unsound):
        require_sound_once(broken, texts, tmp_path)
