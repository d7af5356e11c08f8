"""Slack in the application: loaded only where it is connected, refused beside the playground or half configured."""

import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.app import create_app
from bot.connected import has_slack, platforms
from bot.environment import settings_from_environment
from bot.settings import Settings, WrongSetting
from bot.web.security import PlaygroundRefused

TOKEN, SECRET = "EVENHAND_SLACK_BOT_TOKEN", "EVENHAND_SLACK_SIGNING_SECRET"


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("EVENHAND_DATABASE", database_url)
    monkeypatch.setenv("EVENHAND_FOLDER", str(tmp_path))
    monkeypatch.setenv(TOKEN, "xoxb-very-secret")
    monkeypatch.setenv(SECRET, "also-very-secret")
    return settings_from_environment()


def test_a_bot_that_is_connected_answers_where_slack_posts_to(settings: Settings) -> None:
    assert platforms(settings) == ("Slack",)
    client = TestClient(create_app(settings))
    assert client.post("/slack/events", json={}).status_code == 401
    assert client.get("/slack/events").status_code == 405


def test_there_is_no_playground_beside_real_people(settings: Settings) -> None:
    with pytest.raises(PlaygroundRefused, match="Slack"):
        create_app(settings, playground=True)


def test_secrets_are_not_printed(settings: Settings) -> None:
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize(("missing", "named"), [(TOKEN, "SLACK_BOT_TOKEN"), (SECRET, "SLACK_SIGNING_SECRET")])
def test_half_a_connection_is_refused_with_what_is_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, missing: str, named: str
) -> None:
    assert has_slack(settings)
    monkeypatch.delenv(missing)
    with pytest.raises(WrongSetting, match=named):
        settings_from_environment()


@pytest.mark.parametrize("prefix", ["EH", "a b", "x" * 13, "/eh"])
def test_a_prefix_slack_would_not_take_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    assert settings.command_prefix == ""
    monkeypatch.setenv("EVENHAND_COMMAND_PREFIX", prefix)
    with pytest.raises(WrongSetting, match="COMMAND_PREFIX"):
        settings_from_environment()


def test_without_slack_its_library_is_not_loaded(database_url: str, tmp_path: Path) -> None:
    program = (
        "import sys; from bot.app import create_app; from bot.settings import Settings; "
        "create_app(Settings()); print(sorted(name for name in sys.modules if name.startswith('slack')))"
    )
    environment = {"EVENHAND_DATABASE": database_url, "EVENHAND_FOLDER": str(tmp_path), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"
