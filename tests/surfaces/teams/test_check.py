"""`evenhand check` with Teams: what is wrong is found by asking Microsoft, and said in words, in both languages."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.finding import Finding, State
from bot.settings import Settings
from bot.teams import probing
from bot.wording import Language, Wording
from tests.surfaces.teams.service import APP, TENANT
from tests.surfaces.teams.world import CHANNEL, PASSWORD, Service, microsoft

REGISTERED: dict[str, Any] = {
    "teams_app_id": APP,
    "teams_app_password": SecretStr(PASSWORD),
    "teams_tenants": TENANT,
    "teams_channel": CHANNEL,
}


def found(folder: Path, spoil: Callable[[Service], None] = lambda _: None, **more: Any) -> list[Finding]:
    """What the command finds out."""

    async def ask() -> list[Finding]:
        async with microsoft(folder) as (service, session):
            spoil(service)
            return [each async for each in probing.asked(Settings(**{**REGISTERED, **more}), session)]

    return asyncio.run(ask())


def said(findings: list[Finding], language: Language) -> str:
    say = Wording(language)
    output = "\n".join(say(f"check.{each.text}", **each.values) for each in findings)
    assert PASSWORD not in output
    assert "token-number-" not in output
    return output


def test_all_is_well(tmp_path: Path) -> None:
    findings = found(tmp_path)
    assert {each.state for each in findings} == {State.ok}
    output = said(findings, Language.en)
    for words in (
        "tenants whose people may use the bot: 1",
        f"token for the application {APP}",
        "can be downloaded (1)",
        CHANNEL,
    ):
        assert words in output


def no_keys_for_teams(service: Service) -> None:
    service.metadata.keys = service.metadata.keys[1:]


def strange(service: Service) -> None:
    service.metadata.jwks_url = "https://elsewhere.example/keys"


def down(service: Service) -> None:
    service.metadata.down = True


WRONG: list[tuple[Callable[[Service], None] | dict[str, Any], str, str]] = [
    ({"teams_app_password": SecretStr("over")}, "refused a token (no token: invalid_client)", "拒绝签发令牌"),
    ({"teams_app_id": TENANT}, "refused a token (no token: invalid_client)", "拒绝签发令牌"),
    (no_keys_for_teams, "doesn’t return the keys", "返回的不是"),
    (strange, "doesn’t return the keys", "返回的不是"),
    (down, "openidconfiguration can’t be reached (", "无法连接"),
    ({"teams_hosts": "https://smba.example.com/"}, "“https://smba.example.com/” in EVENHAND_TEAMS_HOSTS", "不是主机名"),
    ({"teams_hosts": "smba"}, "“smba” in EVENHAND_TEAMS_HOSTS isn’t a host name", "不是主机名"),
    ({"teams_channel": "19%3Apraise%40thread.tacv2"}, "isn’t a channel id", "不是频道 ID"),
    ({"teams_channel": "General"}, "isn’t a channel id", "不是频道 ID"),
]


@pytest.mark.parametrize(("how", "english", "chinese"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_what_is_wrong_is_said_with_what_to_do(
    tmp_path: Path, how: Callable[[Service], None] | dict[str, Any], english: str, chinese: str
) -> None:
    findings = found(tmp_path, **how) if isinstance(how, dict) else found(tmp_path, how)
    assert [each.state for each in findings].count(State.wrong) == 1
    assert english in said(findings, Language.en)
    assert chinese in said(findings, Language.zh)


def test_another_cloud_and_no_channel_are_fine(tmp_path: Path) -> None:
    findings = found(tmp_path, teams_hosts="smba.infra.gov.teams.microsoft.us", teams_channel=None)
    assert {each.state for each in findings} == {State.ok, State.missing}


def test_without_a_network_it_says_so_of_each_address_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "SECONDS", 0.05)

    async def never(*_: Any) -> Any:
        await asyncio.sleep(5)

    monkeypatch.setattr(Service, "login", never)
    monkeypatch.setattr(Service, "keys", never)
    findings = found(tmp_path)
    assert [each.text for each in findings if each.state is State.wrong] == [
        "teams_login_unreachable",
        "teams_keys_unreachable",
    ]
    assert "login.microsoftonline.com" in said(findings, Language.zh)


def test_on_this_machine_alone_nobody_is_asked() -> None:
    findings = probing.teams_findings(Settings(teams_loopback="yes"))
    assert [(each.state, each.text) for each in findings] == [(State.ok, "teams_loopback")]
