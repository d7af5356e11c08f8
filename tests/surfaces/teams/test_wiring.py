"""Teams in the whole application: when it is there, when the start is refused, that nothing is loaded otherwise."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.app import create_app
from bot.connected import has_teams, platforms
from bot.settings import Settings, WrongSetting
from bot.teams.surface import connection_of
from bot.web.security import PlaygroundRefused
from storage.database import Database
from tests.surfaces.teams.service import APP, TENANT, activity

PASSWORD = SecretStr("never to be seen")
REGISTERED: dict[str, Any] = {"teams_app_id": APP, "teams_app_password": PASSWORD, "teams_tenants": TENANT}


@pytest.fixture
def plain(database: Database, tmp_path: Path) -> dict[str, Any]:
    return {"database": database.url.render_as_string(hide_password=False), "folder": tmp_path}


def test_the_route_is_there_once_teams_is_connected_and_not_before(plain: dict[str, Any]) -> None:
    with TestClient(create_app(Settings(**plain))) as client:
        assert client.post("/api/messages", json=activity()).status_code == 404
    both = Settings(**plain, teams_loopback="yes", rest_token=SecretStr("x" * 20))
    with TestClient(create_app(both), base_url="http://127.0.0.1:8321", client=("127.0.0.1", 5)) as client:
        local = activity(type="typing", serviceUrl="http://127.0.0.1:9/")
        assert client.post("/api/messages", json=local).status_code == 200
        assert client.post("/api/messages", json=activity()).status_code == 401
        assert client.put("/api/v1/people", json=[]).status_code == 401
    with TestClient(create_app(Settings(**plain, teams_loopback="yes"))) as client:
        assert client.post("/api/messages", json=local).status_code == 401  # not from this machine


@pytest.mark.parametrize("left_out", REGISTERED)
def test_half_a_registration_is_refused(plain: dict[str, Any], left_out: str) -> None:
    some = {name: value for name, value in REGISTERED.items() if name != left_out}
    with pytest.raises(WrongSetting) as wrong:
        create_app(Settings(**plain, **some))
    assert (wrong.value.variable, wrong.value.problem) == (f"EVENHAND_{left_out.upper()}", "teams_needed_too")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({**REGISTERED, "teams_loopback": "yes"}, "teams_loopback_beside"),
        ({"teams_app_password": PASSWORD, "teams_loopback": "yes"}, "teams_loopback_beside"),
        ({"teams_loopback": "yes", "host": "0.0.0.0"}, "teams_loopback_host"),
    ],
)
def test_what_cannot_be_together_is_refused(plain: dict[str, Any], more: dict[str, Any], problem: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        create_app(Settings(**plain, **more))
    assert wrong.value.problem == problem


@pytest.mark.parametrize("tenants", ["x", "common", f"{TENANT};{TENANT}", f"https://{TENANT}"])
def test_a_tenant_is_an_id(plain: dict[str, Any], tenants: str) -> None:
    with pytest.raises(ValueError, match="teams_tenants"):
        Settings(**plain, **{**REGISTERED, "teams_tenants": tenants})


def test_the_playground_refuses_beside_teams_and_the_password_is_never_shown(plain: dict[str, Any]) -> None:
    other = "BBBBBBBB-bbbb-cccc-dddd-eeeeeeeeeeee"
    settings = Settings(**plain, **{**REGISTERED, "teams_tenants": f"{TENANT}, {other}"})
    assert has_teams(settings)
    assert platforms(settings) == platforms(Settings(**plain, teams_loopback="yes")) == ("Teams",)
    connection = connection_of(settings)
    assert connection.tenants == {TENANT, other.casefold()}
    assert connection.credentials is not None
    assert connection.credentials.tenant == TENANT
    assert PASSWORD.get_secret_value() not in f"{settings} {connection} {connection.credentials}"
    with pytest.raises(PlaygroundRefused):
        create_app(settings, playground=True)


def test_the_library_is_loaded_only_where_teams_is_connected() -> None:
    code = "import sys, bot.app, bot.cli; print([m for m in sys.modules if m.startswith(('botb', 'botf', 'msal'))])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_one_module_alone_knows_the_library() -> None:
    root = Path(__file__).parent.parent.parent.parent
    knowing = {
        str(path.relative_to(root))
        for package in ("bot", "flows", "storage", "prompts")
        for path in (root / package).rglob("*.py")
        if any(
            line.startswith(("from botb", "import botb", "from botf", "import botf"))
            for line in path.read_text().splitlines()
        )
    }
    assert knowing == {"bot/teams/verifier.py"}
