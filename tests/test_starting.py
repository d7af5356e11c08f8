"""What a process finds out about its settings and its neighbours before it begins."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import delete, insert, update

from bot.clock import SetClock
from bot.commands.findings_company import beginning, running_beside
from bot.delivery.leases import lease_folder
from bot.doubts import KNOWN, Doubt, contradictions, unknown
from bot.environment import settings_from_environment
from bot.finding import State
from bot.presence import MAY_DIFFER, SERVE, WORKER, OneProcessOnly, Presence, digests
from bot.settings import Settings, WrongSetting
from bot.wording import Language, Wording
from storage import participation
from storage.columns import table
from storage.database import Database
from storage.participation import Part, Participation
from storage.people import RoleGrant
from tests.postgres import on_both
from tests.team import ANN, DORA, HANNA, LI_NA

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("EVENHAND_"):
            monkeypatch.delenv(name)


def named(*doubts: Doubt) -> list[tuple[str, Any]]:
    return [(each.text, each.values.get("meant")) for each in doubts]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("EVENHAND_QUIET_FORM", "EVENHAND_QUIET_FROM"),
        ("EVENHAND_CHECKIN_WEEKDAYS", "EVENHAND_CHECKIN_WEEKDAY"),
        ("EVENHAND_DATABASE_URL", "EVENHAND_DATABASE"),
        ("EVENHAND_CHECK_IN_HOUR", "EVENHAND_CHECKIN_HOUR"),
        ("EVENHAND_SLACK_BOTTOKEN", "EVENHAND_SLACK_BOT_TOKEN"),
        ("EVENHAND_QUIET", "EVENHAND_QUIET_FROM"),
        ("EVENHAND_TEAMS_TENANT", "EVENHAND_TEAMS_TENANTS"),
        ("evenhand_quiet_form", "EVENHAND_QUIET_FROM"),
        ("EVENHANDQUIET_FROM", "EVENHAND_QUIET_FROM"),
        ("EVENHAND__PORT", "EVENHAND_PORT"),
        ("EVEN_HAND_PORT", "EVENHAND_PORT"),
        ("EVENHAND-PORT", "EVENHAND_PORT"),
        ("EVENHADN_DATABASE", "EVENHAND_DATABASE"),
        ("EVEHAND_CHECKIN_HOUR", "EVENHAND_CHECKIN_HOUR"),
    ],
)
def test_a_mistyped_variable_is_named_with_the_one_that_was_meant(name: str, meant: str) -> None:
    assert named(*unknown({name: "20"})) == [("misspelt", meant)]


def test_a_variable_like_no_other_is_named_too() -> None:
    assert named(*unknown({"EVENHAND_COFFEE_MACHINE_ADDRESS": "x", "PATH": "/bin"})) == [("unknown", None)]


@given(st.sampled_from(KNOWN), st.integers(min_value=0), st.sampled_from("ABCDEFGH_"))
def test_one_wrong_letter_in_any_variable_is_found(variable: str, place: int, letter: str) -> None:
    at = len("EVENHAND_") + place % (len(variable) - len("EVENHAND_"))
    wrong = variable[:at] + letter + variable[at + 1 :]
    if wrong not in KNOWN:
        assert [each.values["meant"] for each in unknown({wrong: "1"})]


def test_what_is_known_and_what_kubernetes_sets_is_no_doubt() -> None:
    of_a_service = ("SERVICE_HOST", "SERVICE_PORT_HTTP", "PORT_8321_TCP", "PORT_8321_TCP_ADDR", "METRICS_SERVICE_HOST")
    usual = ("PATH", "EVENT_HANDLER", "HANDLER", "EVENLY", "EVEN", "EDITOR", "EVENHAND", "PGPASSWORD", "HTTPS_PROXY")
    fine = {**dict.fromkeys((*KNOWN, *usual), "x"), **{f"EVENHAND_{name}": "x" for name in of_a_service}}
    assert list(unknown(fine)) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"checkin_hour": 21}, ["hour_is_quiet"]),
        ({"checkin_hour": 7}, ["hour_is_quiet"]),
        ({"checkin_hour": 21, "quiet_from": 22}, []),
        ({"digest_hour": 6}, ["hour_is_quiet"]),
        ({"quiet_from": 10, "quiet_until": 9}, ["hour_is_quiet", "little_open"]),
        ({"quiet_from": 8, "quiet_until": 8, "checkin_hour": 3}, []),
        ({"metrics_port": 8321}, ["same_port"]),
        ({"metrics_port": 8321, "host": "0.0.0.0"}, ["same_port"]),
        ({"metrics_port": 8321, "metrics_host": "0.0.0.0"}, ["same_port"]),
        ({"metrics_port": 8321, "host": "10.0.0.5"}, []),
        ({"metrics_port": 9321}, []),
        ({"metrics_host": "0.0.0.0"}, ["needs"]),  # a value, and nothing listens
        ({"slack_channel": "C0123ABCD"}, ["no_platform"]),
        ({"teams_channel": "19:x@thread.tacv2"}, ["no_platform"]),
        ({"slack_channel": "C0123ABCD", "slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}, []),
        ({"slack_channel": "#praise", "slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}, ["channel_name"]),
        ({"slack_channel": "praise", "slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}, ["channel_name"]),
        ({"teams_channel": "General", "teams_loopback": "yes"}, ["channel_name"]),
        ({"teams_channel": "19:ab-c@thread.tacv2", "teams_loopback": "yes"}, []),
    ],
)
def test_values_that_contradict_each_other_are_named(values: dict[str, Any], expected: list[str]) -> None:
    assert [each.text for each in contradictions(Settings(**values))] == expected


SLACK = {"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "x", "SLACK_SIGNING_SECRET": "s", "SLACK_WORKSPACES": "T1"}
WRONG = [
    ({"CHECKIN_WEEKDAY": "Thursday"}, "EVENHAND_CHECKIN_WEEKDAY", "int_parsing"),
    ({"CHECKIN_WEEKDAY": "0"}, "EVENHAND_CHECKIN_WEEKDAY", "greater_than_equal"),
    ({"QUIET_FROM": "19:00"}, "EVENHAND_QUIET_FROM", "int_parsing"),
    ({"SLACK_PACE": "0"}, "EVENHAND_SLACK_PACE", "greater_than"),
    ({"SLACK_PACE": "fast"}, "EVENHAND_SLACK_PACE", "float_parsing"),
    ({"PORT": "80000"}, "EVENHAND_PORT", "less_than_equal"),
    ({"ESCALATION": "maybe"}, "EVENHAND_ESCALATION", "bool_parsing"),
    ({"REMINDERS": "never"}, "EVENHAND_REMINDERS", "literal_error"),
    ({"REST_TOKEN": "short"}, "EVENHAND_REST_TOKEN", "too_short"),
    ({"DEFAULT_ZONE": "Berlin"}, "EVENHAND_DEFAULT_ZONE", "shape_default_zone"),
    ({"DEFAULT_COUNTRY": "Germany"}, "EVENHAND_DEFAULT_COUNTRY", "shape_default_country"),
    ({"DEFAULT_COUNTRY": "XX"}, "EVENHAND_DEFAULT_COUNTRY", "shape_default_country"),
    ({"DEFAULT_COUNTRY": "de"}, "EVENHAND_DEFAULT_COUNTRY", "shape_default_country"),
    ({"DEFAULT_COUNTRY": "..", "DEFAULT_LANGUAGE": "zh"}, "EVENHAND_DEFAULT_COUNTRY", "shape_default_country"),
    ({"PUBLIC_ADDRESS": "evenhand.example.com"}, "EVENHAND_PUBLIC_ADDRESS", "shape_public_address"),
    ({"PUBLIC_ADDRESS": "http://evenhand.example.com"}, "EVENHAND_PUBLIC_ADDRESS", "shape_public_address"),
    ({"COMMAND_PREFIX": "/eh-"}, "EVENHAND_COMMAND_PREFIX", "shape_command_prefix"),
    ({"TEAMS_APP_ID": "evenhand"}, "EVENHAND_TEAMS_APP_ID", "shape_teams_app_id"),
    ({"TEAMS_TENANTS": "contoso.example"}, "EVENHAND_TEAMS_TENANTS", "shape_teams_tenants"),
    ({"SLACK_WORKSPACES": "acme"}, "EVENHAND_SLACK_WORKSPACES", "shape_slack_workspaces"),
    ({**SLACK, "SLACK_TOKEN_KEY": "notakey"}, "EVENHAND_SLACK_TOKEN_KEY", "shape_slack_token_key"),
    ({"DATABASE": "/var/lib/evenhand.sqlite3"}, "EVENHAND_DATABASE", "database_url"),
    ({"DATABASE": "postgres://evenhand@host/evenhand"}, "EVENHAND_DATABASE", "database_url"),
    ({"DATABASE": "sqlite:///:memory:"}, "EVENHAND_DATABASE", "database_memory"),
    ({"DATABASE": "sqlite://"}, "EVENHAND_DATABASE", "database_memory"),
    ({"SLACK_APP_TOKEN": "xapp-1"}, "EVENHAND_SLACK_BOT_TOKEN", "slack_mute"),
    ({"SLACK_BOT_TOKEN": "xoxb-1"}, "EVENHAND_SLACK_SIGNING_SECRET", "slack_unheard"),
    ({"TEAMS_LOOPBACK": "yes", "HOST": "0.0.0.0"}, "EVENHAND_TEAMS_LOOPBACK", "teams_loopback_host"),
]


@pytest.mark.parametrize(("environment_of", "variable", "problem"), WRONG)
def test_a_value_that_cannot_be_used_is_named_with_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, environment_of: dict[str, str], variable: str, problem: str
) -> None:
    for name, value in environment_of.items():
        monkeypatch.setenv(f"EVENHAND_{name}", value)
    with pytest.raises(WrongSetting) as wrong:
        settings_from_environment()
    assert (wrong.value.variable, wrong.value.problem) == (variable, problem)
    for language in Language:
        said = Wording(language)(f"problems.{problem}", **wrong.value.values)
        assert not re.search(r"pattern|Value error|Input should|[\^$\\]", said)


def test_every_setting_with_a_form_of_its_own_has_a_sentence_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is shown the words of a library, which are English, or a regular expression."""
    for name in Settings.model_fields:
        monkeypatch.setenv(f"EVENHAND_{name.upper()}", "\N{BLACK STAR} \N{BLACK STAR}")
        refused = ""
        try:
            settings_from_environment()
        except WrongSetting as wrong:
            refused = wrong.problem
        assert refused != "other", name
        monkeypatch.delenv(f"EVENHAND_{name.upper()}")


def test_a_variable_without_a_value_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment file, and Compose, hand over `EVENHAND_QUIET_FROM=` where nothing was filled in."""
    for name in KNOWN:
        monkeypatch.setenv(name, "")
    assert settings_from_environment() == Settings.model_construct()


def presence(database: Database, kind: str, folder: Path, clock: SetClock, number: int, **values: Any) -> Presence:
    made = Presence(kind, Settings(folder=folder, **values), database, clock)
    made.row["name"] = f"another-machine:{number}"
    return made


@on_both
def test_processes_with_other_settings_are_named(database: Database, clock: SetClock, tmp_path: Path) -> None:
    now = SetClock(datetime.now(UTC))
    presence(database, SERVE, tmp_path, now, 1, quiet_from=20).enter()
    here = Settings(folder=tmp_path, quiet_from=19, port=9000, host="0.0.0.0")
    (finding,) = running_beside(database, here)
    assert finding.state is State.wrong
    assert finding.values["names"] == "EVENHAND_QUIET_FROM"
    (finding,) = running_beside(database, Settings(folder=tmp_path, quiet_from=20))
    assert finding.state is State.ok


@on_both
def test_two_secrets_made_in_two_folders_differ(database: Database, clock: SetClock, tmp_path: Path) -> None:
    one, other = digests(Settings(folder=tmp_path / "a")), digests(Settings(folder=tmp_path / "b"))
    assert {name for name in one if one[name] != other[name]} == {"session_secret"}
    assert digests(Settings(folder=tmp_path / "a")) == one


def test_no_digest_tells_a_secret(tmp_path: Path) -> None:
    secret = SecretStr("xoxb-123456789012-secret")
    kept = digests(Settings(folder=tmp_path, slack_bot_token=secret, slack_signing_secret=secret))
    assert secret.get_secret_value() not in json.dumps(kept)
    assert all(len(each) == 12 for each in kept.values())
    assert kept["slack_bot_token"] != kept["slack_signing_secret"]
    assert not MAY_DIFFER & kept.keys()


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [(SERVE, WORKER, "beside_serve"), (WORKER, SERVE, "beside_worker"), (SERVE, SERVE, "beside_another")],
)
def test_on_sqlite_serve_runs_alone(
    database: Database, clock: SetClock, tmp_path: Path, first: str, second: str, text: str
) -> None:
    one, other = presence(database, first, tmp_path, clock, 1), presence(database, second, tmp_path, clock, 2)
    one.enter()
    with pytest.raises(OneProcessOnly) as refused:
        other.enter()
    assert refused.value.text == text
    assert all(Wording(language)(f"serve.{text}") for language in Language)
    one.leave()
    other.enter()
    other.leave()


def test_one_that_was_killed_keeps_nobody_out(database: Database, clock: SetClock, tmp_path: Path) -> None:
    """The system gives a dead process's place back at once, however long ago it was last seen."""
    code = "import sys, time; from bot.presence import _place; from pathlib import Path; "
    holding = f"{code}place = _place(Path(sys.argv[1]), 'serve'); print('there', flush=True); time.sleep(60)"
    here = presence(database, SERVE, tmp_path, clock, 1)
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(lease_folder(database))], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "there\n"
        with pytest.raises(OneProcessOnly):
            here.enter()
        other.kill()
    here.enter()
    here.leave()


@on_both
def test_on_postgresql_any_number_runs(database: Database, clock: SetClock, tmp_path: Path) -> None:
    if database.is_sqlite:
        pytest.skip("of PostgreSQL")
    for number, kind in enumerate((SERVE, WORKER, WORKER)):
        presence(database, kind, tmp_path, clock, number).enter()


def texts(database: Database) -> list[str]:
    return [each.text for each in beginning(database)]


@on_both
def test_check_says_who_takes_part_and_who_administers(database: Database) -> None:
    assert texts(database) == ["roles_nobody", "pilot_everybody"]  # HR alone is no administrator
    grant = table(RoleGrant)
    with database.write() as db:
        db.execute(insert(grant), {"person_id": DORA, "role": "admin", "until": date(2099, 1, 1)})
    assert texts(database) == ["roles_ending", "pilot_everybody"]
    with database.write() as db:
        db.execute(update(grant).values(until=None))
        participation.add(db, [LI_NA, ANN], [], NOW)
        db.execute(delete(table(Participation)))
    assert texts(database) == ["roles_ok", "pilot_nobody"]
    with database.write() as db:
        participation.say_who(db, Part.listed, NOW)
    listed = list(beginning(database))
    assert [each.text for each in listed] == ["roles_ok", "pilot_listed", "pilot_managers"]
    assert (listed[1].values["taking"], listed[1].values["here"]) == (2, 6)
    assert listed[2].values["names"] == "Dora Weiss"
    with database.write() as db:
        db.execute(delete(grant).where(grant.c.person_id == HANNA))
    assert texts(database)[0] == "roles_one"
