"""Workspaces that install the app by themselves: only those that were named, and with tokens nobody can read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore as Theirs
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore as TheirStates
from sqlalchemy import MetaData, select
from sqlmodel import SQLModel

from bot.dispatcher import Dispatcher
from bot.environment import settings_from_environment
from bot.settings import WrongSetting
from bot.slack.surface import Several
from bot.slack.vault import Keys, UnknownKey
from storage.columns import table
from storage.slack_installs import SlackBots, SlackInstallations, SlackOAuthStates
from tests.postgres import on_both
from tests.slack_workspace.company import BOT_SCOPES, Company, connected, workspace
from tests.slack_workspace.running import in_loop

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk's own use of aiohttp
KEY = Fernet.generate_key().decode()


@asynccontextmanager
async def installable(dispatcher: Dispatcher, *named: str, **grid: Any) -> AsyncIterator[Company]:
    """A bot without a token, and a workspace that may install it or may not."""
    clock: Any = dispatcher.clock
    here = workspace(clock, "T1", **grid)
    here.org_wide = bool(grid)
    del here.tokens["xoxb-1"]
    several = Several("1.1", SecretStr("client-secret"), named, SecretStr(KEY))
    async with connected(dispatcher, here=here, bot_token=None, several=several) as company:
        yield company


def code(company: Company) -> str:
    """The code Slack gives once somebody has agreed."""
    here = company.here
    enterprise = {"id": here.enterprise, "name": "Lumen"} if here.enterprise else None
    company.here.codes["a-code"] = {
        "access_token": "xoxb-very-secret",
        "token_type": "bot",
        "scope": BOT_SCOPES,
        "bot_user_id": here.bot_user,
        "app_id": here.app,
        "team": None if here.org_wide else {"id": here.team, "name": "Lumen"},
        "enterprise": enterprise,
        "is_enterprise_install": here.org_wide,
        "authed_user": {"id": "UANN"},
    }
    return "a-code"


async def get(company: Company, path: str, cookie: str = "", language: str = "en") -> tuple[int, str, Any]:
    headers = {"Accept-Language": language, **({"Cookie": cookie} if cookie else {})}
    url = company.slack.app_url + path
    async with company.slack.session.get(url, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text(), answer.headers


async def installs(company: Company, language: str = "en") -> tuple[int, str]:
    """Somebody presses the link, agrees, and comes back."""
    _, _, headers = await get(company, "/slack/install")
    state = parse_qs(urlsplit(headers["Location"]).query)["state"][0]
    cookie = headers["Set-Cookie"].partition(";")[0]
    path = f"/slack/oauth_redirect?code={code(company)}&state={state}"
    status, text, _ = await get(company, path, cookie, language)
    return status, text


def kept(dispatcher: Dispatcher, model: Any = SlackBots) -> list[Any]:
    with dispatcher.database.read() as db:
        return list(db.execute(select(table(model))).mappings())


@on_both
@in_loop
async def test_a_named_workspace_installs_the_app_and_is_spoken_to(dispatcher: Dispatcher) -> None:
    async with installable(dispatcher, "T1") as company:
        await company.li.types("帮助")
        assert company.li.told == []
        assert await installs(company) == (
            200,
            "Evenhand is installed in Lumen. Open it in Slack under Apps and type “help”.",
        )
        await company.li.commands("/checkin")
        assert company.li.is_window_open
        assert {"xoxb-very-secret"} != {row["bot_token"] for row in kept(dispatcher)}
        assert "very-secret" not in str([*kept(dispatcher), *kept(dispatcher, SlackInstallations)])
        asked = len(company.here.calls("auth.test"))
        await company.li.types("帮助")
        assert len(company.here.calls("auth.test")) == asked  # no call for every event


@in_loop
async def test_the_link_asks_for_the_scopes_of_the_manifest_and_binds_the_browser(dispatcher: Dispatcher) -> None:
    async with installable(dispatcher, "T1") as company:
        status, _, headers = await get(company, "/slack/install")
        asked = parse_qs(urlsplit(headers["Location"]).query)
        assert (status, urlsplit(headers["Location"]).netloc) == (302, "slack.com")
        assert set(asked["scope"][0].split(",")) == set(BOT_SCOPES.split())
        assert "Secure" in headers["Set-Cookie"]
        assert "HttpOnly" in headers["Set-Cookie"]


@in_loop
async def test_a_workspace_that_was_not_named_is_turned_away_and_its_token_revoked(dispatcher: Dispatcher) -> None:
    async with installable(dispatcher, "T2") as company:
        status, text = await installs(company, "zh")
        assert status == 403
        assert "T1" in text
        assert "名单" in text
        assert kept(dispatcher) == []
        assert company.here.tokens["xoxb-very-secret"].revoked


@in_loop
async def test_another_browser_a_used_state_and_a_made_up_one_are_refused(dispatcher: Dispatcher) -> None:
    async with installable(dispatcher, "T1") as company:
        _, _, headers = await get(company, "/slack/install")
        state = parse_qs(urlsplit(headers["Location"]).query)["state"][0]
        cookie = headers["Set-Cookie"].partition(";")[0]
        path = f"/slack/oauth_redirect?code={code(company)}&state={state}"
        assert (await get(company, path))[0] == 400
        assert (await get(company, path, cookie.replace(state, "other")))[0] == 400
        assert (await get(company, path, cookie))[0] == 200
        assert (await get(company, path, cookie))[0] == 401
        assert len(kept(dispatcher)) == 1


@in_loop
async def test_what_the_address_says_is_never_markup(dispatcher: Dispatcher) -> None:
    async with installable(dispatcher, "T1") as company:
        _, text, headers = await get(company, "/slack/oauth_redirect?error=%3Cscript%3Ealert(1)%3C/script%3E")
        assert headers["Content-Type"].startswith("text/plain")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert len(text) < 300
        assert (await get(company, "/slack/oauth_redirect?error=" + "x" * 5000))[0] == 414


@in_loop
async def test_a_whole_organization_installs_it_once(dispatcher: Dispatcher) -> None:
    async with installable(dispatcher, "E1", enterprise="E1") as company:
        assert (await installs(company))[0] == 200
        company.here.users["ULI"]["team_id"] = "T2"
        await company.li.commands("/checkin")
        assert company.li.is_window_open


@in_loop
async def test_removing_the_app_deletes_the_tokens(dispatcher: Dispatcher) -> None:
    async with installable(dispatcher, "T1") as company:
        await installs(company)
        await company.li.types("帮助")
        await company.slack.event({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}})
        assert kept(dispatcher) == kept(dispatcher, SlackInstallations) == []
        told = len(company.li.told)
        await company.li.types("帮助")
        assert len(company.li.told) == told


def test_a_key_can_be_replaced_and_a_lost_one_is_noticed() -> None:
    new, old = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    secret = Keys([old]).encrypted("xoxb-1")
    assert Keys([new, old]).decrypted(secret) == "xoxb-1"
    assert Keys([new]).decrypted(Keys([new, old]).encrypted("xoxb-2")) == "xoxb-2"
    with pytest.raises(UnknownKey):
        Keys([new]).decrypted(secret)


def test_our_tables_are_the_ones_slacks_store_uses() -> None:
    theirs = MetaData()
    built = (
        Theirs.build_installations_table(theirs, "slack_installations"),
        Theirs.build_bots_table(theirs, "slack_bots"),
        TheirStates.build_oauth_states_table(theirs, "slack_oauth_states"),
    )
    models: tuple[type[SQLModel], ...] = (SlackInstallations, SlackBots, SlackOAuthStates)
    for ours, their in zip(map(table, models), built, strict=True):
        assert (ours.name, ours.columns.keys()) == (their.name, their.columns.keys())
        assert [column.nullable for column in ours.columns] == [column.nullable for column in their.columns]


WHOLE = {"CLIENT_ID": "1.1", "CLIENT_SECRET": "s", "SIGNING_SECRET": "s", "WORKSPACES": "T1, E2", "TOKEN_KEY": KEY}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"CLIENT_SECRET": None}, "CLIENT_SECRET"),
        ({"WORKSPACES": None}, "WORKSPACES"),
        ({"WORKSPACES": "lumen"}, "WORKSPACES"),
        ({"TOKEN_KEY": None}, "TOKEN_KEY"),
        ({"TOKEN_KEY": "short"}, "TOKEN_KEY"),
        ({"BOT_TOKEN": "xoxb-1"}, "CLIENT_ID"),
    ],
)
def test_what_is_missing_for_several_workspaces_is_named(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str | None], named: str
) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(f"EVENHAND_SLACK_{name}", value)
    assert settings_from_environment().slack_client_id == "1.1"
    for name, changed_value in changed.items():
        monkeypatch.delenv(f"EVENHAND_SLACK_{name}", raising=False)
        if changed_value:
            monkeypatch.setenv(f"EVENHAND_SLACK_{name}", changed_value)
    with pytest.raises(WrongSetting, match=f"SLACK_{named}"):
        settings_from_environment()
