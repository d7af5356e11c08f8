"""`evenhand check` with Slack: what is wrong is found by asking Slack, and said in words, in both languages."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from aiohttp import web
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation
from typer.testing import CliRunner, Result

from bot.cli import root
from bot.clock import SetClock
from bot.environment import settings_from_environment
from bot.finding import State
from bot.slack import probing
from bot.slack.vault import Keys, Vault
from bot.wording import Language, Wording
from storage.columns import table
from storage.database import Database
from storage.people import Person
from tests.slack_workspace.company import BOT_SCOPES, workspace
from tests.slack_workspace.process import RealTime
from tests.slack_workspace.server import Server
from tests.slack_workspace.state import Token
from tests.team import LI_WEI

SECRETS = ("xoxb-1", "xapp-1", "never-shown")


@contextmanager
def slack(server: Server) -> Iterator[str]:
    """The workspace, served by another thread while a command runs; gives the address of its methods."""
    ready, over = Event(), Event()

    async def serve() -> None:
        async with server.running():
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield server.api
    finally:
        over.set()
        thread.join()


@pytest.fixture
def server() -> Server:
    return Server(workspace(RealTime()))


@pytest.fixture(autouse=True)
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One workspace over HTTP, with everything as it should be."""
    for name, value in {
        "DATABASE": database_url,
        "FOLDER": str(tmp_path),
        "PORT": "0",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "never-shown",
    }.items():
        monkeypatch.setenv(f"EVENHAND_{name}", value)
    monkeypatch.setenv("COLUMNS", "400")


@dataclass(frozen=True)
class Told:
    """What is said of Slack, and whether any of it is wrong."""

    is_wrong: bool
    output: str


def check(server: Server, language: Language = Language.en) -> Told:
    """What the command finds out from Slack; no secret is in it."""
    with slack(server) as api, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENHAND_SLACK_API", api)
        found = probing.slack_findings(settings_from_environment())
    say = Wording(language)
    output = "\n".join(say(f"check.{each.text}", **each.values) for each in found)
    assert not any(secret in output for secret in SECRETS)
    return Told(any(each.state is State.wrong for each in found), output)


def command(server: Server, language: Language = Language.en) -> Result:
    """The whole command."""
    with slack(server) as api, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENHAND_SLACK_API", api)
        shown = CliRunner().invoke(root(Wording(language)), ["check"])
    assert not any(secret in shown.output for secret in SECRETS)
    return shown


def test_all_is_well(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    [here] = server.teams
    here.channel("C7", "praise", here.bot_user)
    monkeypatch.setenv("EVENHAND_SLACK_CHANNEL", "C7")
    shown = command(server)
    assert shown.exit_code == 0, shown.output
    for said in (
        "over HTTP: Slack posts to /slack/events",
        "Lumen: the bot token works; the bot is called bot",
        "Lumen: all 6 scopes are granted",
        "the bot can post in the channel C7",
        "Everything you need is there.",
    ):
        assert said in shown.output
    assert here.scheduled == {}  # nothing is left of the question
    assert here.channels["C7"].messages == []


WRONG = [
    ("no_token", "the bot token no longer works (invalid_auth)", "机器人令牌已失效（invalid_auth）"),
    ("revoked", "the bot token no longer works (token_revoked)", "机器人令牌已失效（token_revoked）"),
    (
        "app_token_as_bot",
        "EVENHAND_SLACK_BOT_TOKEN is another kind of token",
        "EVENHAND_SLACK_BOT_TOKEN 不是这一类令牌",
    ),
    ("narrow", "missing scopes: im:history, users:read.email", "缺少权限 im:history, users:read.email"),
    ("not_member", "Type /invite @Evenhand there.", "/invite @Evenhand"),
    ("no_channel", "there’s no channel C404", "没有找到频道 C404"),
    ("archived", "isn’t allowed to post in the channel C8 (is_archived)", "无权在频道 C8 发消息（is_archived）"),
    ("busy", "Slack refused the bot token (ratelimited)", "Slack 拒绝了机器人令牌（ratelimited）"),
    ("socket", "generate one with the scope connections:write", "connections:write"),
]


def spoil(server: Server, how: str, patch: pytest.MonkeyPatch) -> None:
    [here] = server.teams
    match how:
        case "no_token":
            del here.tokens["xoxb-1"]
        case "revoked":
            here.tokens["xoxb-1"].revoked = True
        case "app_token_as_bot":
            patch.setenv("EVENHAND_SLACK_BOT_TOKEN", "xapp-1")
        case "narrow":
            here.tokens["xoxb-1"] = Token("T1", "chat:write commands im:write users:read")
        case "not_member":
            here.channel("C6", "elsewhere", "UANN")
            patch.setenv("EVENHAND_SLACK_CHANNEL", "C6")
        case "no_channel":
            patch.setenv("EVENHAND_SLACK_CHANNEL", "C404")
        case "archived":
            here.channel("C8", "old", here.bot_user).is_archived = True
            patch.setenv("EVENHAND_SLACK_CHANNEL", "C8")
        case "busy":
            server.limiter.refuse_next("auth.test", 30, 30)
        case "socket":
            del here.tokens["xapp-1"]
            patch.setenv("EVENHAND_SLACK_APP_TOKEN", "xapp-1")
        case _:
            raise AssertionError(how)


@pytest.mark.parametrize(("how", "english", "chinese"), WRONG, ids=[each[0] for each in WRONG])
def test_what_is_wrong_is_said_with_what_to_do(
    server: Server, how: str, english: str, chinese: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(server, how, monkeypatch)
    for language, said in ((Language.en, english), (Language.zh, chinese)):
        shown = check(server, language)
        assert shown.is_wrong
        assert said in shown.output


@pytest.mark.parametrize("language", Language)
def test_what_is_wrong_is_in_the_table_and_ends_the_command_with_1(server: Server, language: Language) -> None:
    server.teams[0].tokens["xoxb-1"].revoked = True
    shown = command(server, language)
    assert shown.exit_code == 1
    assert "token_revoked" in shown.output
    assert Wording(language)("check.something_wrong") in shown.output


def test_a_scope_too_many_is_named_and_no_header_is_no_fault(server: Server) -> None:
    server.teams[0].tokens["xoxb-1"] = Token("T1", f"{BOT_SCOPES} channels:history")
    shown = check(server)
    assert (shown.is_wrong, "that aren’t needed: channels:history" in shown.output) == (False, True)
    server.says_scopes = False
    shown = check(server)
    assert (shown.is_wrong, "didn’t say which scopes" in shown.output) == (False, True)


def test_socket_mode_is_tried(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENHAND_SLACK_SIGNING_SECRET")
    monkeypatch.setenv("EVENHAND_SLACK_APP_TOKEN", "xapp-1")
    shown = check(server)
    assert (shown.is_wrong, "the app-level token can open connections" in shown.output) == (False, True)
    assert "over Socket Mode" in shown.output


@pytest.mark.parametrize("language", Language)
def test_without_a_network_it_says_so_once_and_ends(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_SLACK_API", "http://127.0.0.1:9/api/")
    shown = CliRunner().invoke(root(Wording(language)), ["check"])
    assert shown.exit_code == 1
    assert shown.output.count("http://127.0.0.1:9/api/") == 1
    assert {"en": "can’t be reached", "zh": "无法连接"}[language] in shown.output


def test_a_slack_that_does_not_answer_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: Any) -> None:
        await asyncio.sleep(0.5)

    monkeypatch.setattr(probing, "SECONDS", 0.05)
    monkeypatch.setattr(server, "_api", silent)
    shown = check(server)
    assert (shown.is_wrong, "can’t be reached (TimeoutError)" in shown.output) == (True, True)


def test_a_proxy_that_answers_in_slacks_place_is_no_slack(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async def proxy(_: Any) -> web.Response:
        return web.Response(status=502, text="<html>bad gateway</html>")

    monkeypatch.setattr(server, "_api", proxy)
    assert "can’t be reached (HTTP 502)" in check(server).output


KEY, OTHER = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENHAND_SLACK_BOT_TOKEN")
    for name, value in {"CLIENT_ID": "1.1", "CLIENT_SECRET": "s", "WORKSPACES": "T1 T2", "TOKEN_KEY": KEY}.items():
        monkeypatch.setenv(f"EVENHAND_SLACK_{name}", value)


def install(database: Database, team: str, token: str) -> None:
    Vault("1.1", database.engine, Keys([KEY])).save(
        Installation(
            app_id="A1",
            team_id=team,
            team_name=f"Lumen {team}",
            bot_token=token,
            bot_id="B",
            bot_user_id="U",
            user_id="U1",
        )
    )


@pytest.mark.usefixtures("several")
def test_every_workspace_that_installed_the_app_is_asked(
    database: Database, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no workspace has installed the app yet" in check(server).output
    other = workspace(SetClock(), "T2")
    other.tokens = {"xoxb-2": Token("T2", BOT_SCOPES, revoked=True)}
    server.teams = (*server.teams, other)
    install(database, "T1", "xoxb-1")
    install(database, "T2", "xoxb-2")
    shown = check(server)
    assert shown.is_wrong
    assert "Lumen: the bot token works" in shown.output
    assert "Lumen T2: the bot token no longer works (token_revoked)" in shown.output
    monkeypatch.setenv("EVENHAND_SLACK_TOKEN_KEY", OTHER)
    shown = check(server)
    assert (shown.is_wrong, "can’t decrypt" in shown.output) == (True, True)
    monkeypatch.setenv("EVENHAND_SLACK_TOKEN_KEY", f"{OTHER},{KEY}")
    assert "Lumen: the bot token works" in check(server).output


@pytest.mark.parametrize(
    "api", ["https://slack.com/api/", "http://10.0.0.1/api/", "http://127.0.0.1.evil.example/api/"]
)
def test_tokens_are_sent_to_an_imitation_on_this_machine_alone(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_SLACK_API", api)
    shown = CliRunner().invoke(root(Wording(Language.en)), ["check"])
    assert (shown.exit_code, "EVENHAND_SLACK_API: it’s for a simulated Slack" in shown.output) == (1, True)


@pytest.mark.parametrize(
    "api", ["http://127.0.0.1:1/api", "http://me@127.0.0.1/api/", "http://[::1/api/", "http://127.0.0.1/api/?x"]
)
def test_an_address_methods_cannot_be_named_in_is_refused(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_SLACK_API", api)
    assert CliRunner().invoke(root(Wording(Language.en)), ["check"]).exit_code == 1


def test_only_full_members_who_work_here_are_counted(server: Server, database: Database) -> None:
    """Guests, closed accounts and who has not begun yet are not whom the bot would find."""
    (here,) = server.teams
    before = check(server).output
    assert "5 of 6 people are in Slack" in before
    assert "Wei Li" in before
    here.users["UBEN"]["deleted"] = True
    after = check(server).output
    assert "4 of 6 people are in Slack" in after
    assert "Ben Okafor" in after
    with database.write() as db:
        person = table(Person)
        db.execute(person.update().where(person.c.id == LI_WEI).values(joined_on=date(2999, 1, 4)))
    assert "4 of 5 people are in Slack" in check(server).output
