"""The manifest: every command, shortcut and event is in it, no scope too many, and the one kept here is today's."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.app import TEXTS
from bot.commands.slack_manifest import program
from bot.dispatcher import Dispatcher
from bot.slack.manifest import SCOPES, SHORTCUTS, as_yaml, manifest
from bot.wording import Language, Wording
from flows.catalog import load
from flows.core import discover
from tests.slack_workspace.company import BOT_SCOPES, connected
from tests.slack_workspace.running import in_loop

ROOT = Path(__file__).parents[3]
FILE = ROOT / "deploy/slack/manifest.yaml"
REGISTER, CATALOG = discover(), load(*TEXTS)


def made(**more: Any) -> dict[str, Any]:
    return manifest(REGISTER, CATALOG, **more)


def test_the_manifest_in_the_repository_is_todays() -> None:
    today = as_yaml(made(url="https://evenhand.example.com"))
    assert FILE.read_text("utf-8") == today, "run: evenhand manifest --url https://evenhand.example.com --out " + str(
        FILE.relative_to(ROOT)
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_is_in_it_with_its_prefix_and_within_slacks_limits(language: str) -> None:
    features = made(language=language, prefix="eh-")["features"]
    commands = {each["command"]: each for each in features["slash_commands"]}
    assert set(commands) == {f"/eh-{name}" for name in (*REGISTER.by_command(), "help")}
    assert len(commands) <= 50
    for each in commands.values():
        assert each["should_escape"] is True  # mentions arrive as ids, not as names anybody could have
        assert len(each["command"]) <= 32
        assert 0 < len(each["description"]) <= 2000
    assert set(REGISTER.by_shortcut()) <= {each["callback_id"] for each in features["shortcuts"]}
    assert len(features["shortcuts"]) <= SHORTCUTS
    assert all(0 < len(each["name"]) <= 24 and len(each["description"]) <= 150 for each in features["shortcuts"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_description_is_as_long_as_slack_wants_it(language: str) -> None:
    said = made(language=language)["display_information"]
    assert len(said["description"]) <= 140
    assert 175 <= len(said["long_description"]) <= 4000


@in_loop
async def test_every_event_that_is_dealt_with_is_subscribed_to(dispatcher: Dispatcher) -> None:
    events = made()["settings"]["event_subscriptions"]["bot_events"]
    async with connected(dispatcher) as company:
        handled = {name.partition(":")[2] for name in company.surface._table() if name.startswith("event:")}
    assert {name.partition(".")[0] for name in events} == handled


def test_the_fake_workspace_grants_these_scopes_and_no_other() -> None:
    assert made()["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert set(BOT_SCOPES.split()) == set(SCOPES)


def test_every_scope_is_justified_in_the_guide() -> None:
    guide = (ROOT / "docs/slack.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z:.]+)` \|", guide, re.MULTILINE)) == set(SCOPES)


def test_without_an_address_it_is_for_socket_mode() -> None:
    assert "https" not in str(made()["features"])
    assert made()["settings"]["socket_mode_enabled"] is True
    assert made(url="https://x.example/")["settings"]["socket_mode_enabled"] is False
    assert "//slack" not in str(made(url="https://x.example/"))


def test_yaml_says_what_was_meant() -> None:
    text = as_yaml({"a": {"b": True, "c": ["x: y", '"q" #1', "好"]}, "d": [{"e": "1", "f": "no"}]})
    assert text == 'a:\n  b: true\n  c:\n    - "x: y"\n    - "\\"q\\" #1"\n    - "好"\nd:\n  - e: "1"\n    f: "no"\n'


def test_the_command_refuses_an_address_slack_would_not_post_to(tmp_path: Path) -> None:
    run = CliRunner().invoke(program(Wording(Language.en)), ["--url", "http://x.example"])
    assert run.exit_code == 1
    file = tmp_path / "a" / "manifest.yaml"
    assert CliRunner().invoke(program(Wording(Language.en)), ["--out", str(file)]).exit_code == 0
    assert file.read_text("utf-8").startswith("display_information:")
