"""Settings: every option there is, read from the environment; secrets are never printed.

Each option is a variable `EVENHAND_…`; `docs/settings.md` lists them, and a test compares. A setting that
connects a chat platform says so of itself (`platform`), so that the playground can refuse to run beside it.
"""

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.database import Synchronous

PREFIX = "EVENHAND_"
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})
GUID = r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
PUBLIC = r"^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?)(/[A-Za-z0-9._~/-]*)?$"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _are_keys(keys: SecretStr) -> SecretStr:
    """Fernet's keys: 32 bytes in URL-safe base64, with a comma between one and the next."""
    if not re.fullmatch(r"[\w-]{43}=(\s*,\s*[\w-]{43}=)*", keys.get_secret_value().strip(), re.ASCII):
        raise ValueError("this is no key; Fernet.generate_key() makes one")
    return keys


def _is_zone(name: str) -> str:
    if name and name not in available_timezones():
        raise ValueError("this is no time zone; use a name such as Asia/Shanghai")
    return name


def _is_country(code: str) -> str:
    """The countries of ISO 3166 as the time zone database lists them, one on each line with its code first."""
    if code:
        countries = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
        if not re.search(rf"^{re.escape(code)}\t", countries, re.MULTILINE):
            raise ValueError("this is no country; use a code such as DE or CN")
    return code


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    database: str = Field(
        default="sqlite:///var/evenhand.sqlite3",
        description="Where everything is kept: a SQLAlchemy URL of a SQLite file or of PostgreSQL "
        "(`postgresql+psycopg://user@host/name`).",
    )
    synchronous: Synchronous = Field(
        default="FULL",
        description="How SQLite commits. FULL: an answer that was acknowledged survives a power cut. NORMAL: "
        "several times quicker on a slow disk, survives a crash of the program, but a power cut may lose the "
        "last commits. PostgreSQL has its own setting.",
    )
    folder: Path = Field(
        default=Path("var"),
        description="The folder for what the program makes for itself, such as the session secret.",
    )
    host: str = Field(
        default="127.0.0.1", description="The address to listen on. The playground listens on loopback only."
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8321, description="The port to listen on; 0 takes one that is free."
    )
    public_address: Annotated[str, Field(pattern=PUBLIC)] | None = Field(
        default=None,
        description="The address at which people reach this server from their own browser, such as "
        "`https://evenhand.example.com`. Invitations to meetings are handed out there; without it none are offered. "
        "Only a server on this machine may do without TLS.",
    )
    rest_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="The bearer token of the REST interface (`PUT /api/v1/people`), at least 16 characters. "
        "Without it there is no REST interface.",
    )
    session_secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Signs the browser sessions, at least 32 characters. Without it one is made and kept in the "
        "folder; several processes behind one address need the same one.",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="The bearer token of `/metrics`, at least 16 characters. With neither it nor a metrics port there "
        "are no metrics.",
    )
    metrics_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        default=None,
        description="A second port, for `/metrics`, `/healthz` and `/readyz` alone, so that the first can be open to "
        "a chat platform and this one to nobody outside; 0 takes one that is free.",
    )
    metrics_host: str = Field(default="127.0.0.1", description="The address to listen on with the metrics port.")
    drain_seconds: Annotated[float, Field(ge=0, le=300)] = Field(
        default=0,
        description="How long a process that is told to end goes on answering while `/readyz` says that it is "
        "draining, so that whatever sends it requests can stop first.",
    )
    default_zone: Annotated[str, AfterValidator(_is_zone)] = Field(
        default="",
        description="The time zone of people in an import of whom nothing says where they are.",
    )
    default_country: Annotated[str, AfterValidator(_is_country)] = Field(
        default="",
        description="The country of people of whom an import does not say where they are; a code such as DE or CN.",
    )
    default_language: Literal["", "en", "zh"] = Field(
        default="",
        description="The language of people of whom an import says neither the language nor another country.",
    )
    checkin_weekday: Annotated[int, Field(ge=1, le=7)] = Field(
        default=4,
        description="The ISO weekday of the weekly check-in, Monday = 1. Whoever does not work that day is asked "
        "on their next working day.",
    )
    checkin_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        default=14, description="The hour of the weekly check-in, where the person is."
    )
    digest_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        default=9, description="The hour of the manager's digest, where the manager is, on working days with news."
    )
    quiet_from: Annotated[int, Field(ge=0, le=23)] = Field(
        default=19,
        description="From this hour of a person's day nothing is sent that they did not ask for, unless they have "
        "set quiet hours of their own.",
    )
    quiet_until: Annotated[int, Field(ge=0, le=23)] = Field(
        default=8, description="The hour at which the quiet ends; the same as its beginning: no hour is quiet."
    )
    attention_budget: Annotated[int, Field(ge=1, le=50)] = Field(
        default=7,
        description="The most unasked messages a person gets in a week. What is too much is put together, or waits.",
    )
    reminders: Literal["light", "standard", "active"] = Field(
        default="standard",
        description="How often people are reminded of what they have not answered, unless they have chosen otherwise: "
        "light, standard or active.",
    )
    escalation: bool = Field(
        default=False,
        description="Whether a manager is told, in private and on the last day, who has not answered a question with "
        "a deadline. The weekly check-in stands in the digest already.",
    )
    slack_bot_token: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="The bot token (`xoxb-…`) of the one Slack workspace the bot is in.",
        json_schema_extra={"platform": "Slack"},
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="Slack's signing secret: Slack posts to `/slack/events`, and every request is checked with it.",
        json_schema_extra={"platform": "Slack"},
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="An app-level token (`xapp-…`): the bot opens the connection itself (Socket Mode), so that "
        "nobody outside has to reach this machine.",
        json_schema_extra={"platform": "Slack"},
    )
    slack_client_id: str | None = Field(
        default=None,
        min_length=1,
        description="The client id of the Slack app, where several workspaces install it by themselves "
        "(`/slack/install`) instead of one bot token.",
        json_schema_extra={"platform": "Slack"},
    )
    slack_client_secret: SecretStr | None = Field(
        default=None, min_length=1, description="The client secret that goes with the client id."
    )
    slack_workspaces: str = Field(
        default="",
        pattern=r"^([TE][A-Z0-9]+([ ,]+[TE][A-Z0-9]+)*)?$",
        description="The ids of the workspaces (`T…`) and organizations (`E…`) that may install the app, with "
        "commas between them. No other may: whoever runs a workspace could call anybody in it by any address.",
    )
    slack_token_key: Annotated[SecretStr, AfterValidator(_are_keys)] | None = Field(
        default=None,
        description="Encrypts the tokens of installed workspaces: a key as `Fernet.generate_key()` makes it. "
        "To replace it, put the new one first and a comma before the old one.",
    )
    command_prefix: Annotated[str, Field(pattern=r"^([a-z][a-z0-9-]{0,11})?$")] = Field(
        default="",
        description="What every command begins with, such as `eh-` for `/eh-checkin`, where another app has the plain "
        "names. Help, texts, the Slack manifest and the Teams package follow it; plain names are still understood.",
    )
    slack_channel: str | None = Field(
        default=None,
        description="The id of the Slack channel that public praise goes to, such as `C0123ABCD`; the bot has to "
        "be a member. Without it nothing is posted in public.",
    )
    slack_pace: Annotated[float, Field(gt=0, le=50)] = Field(
        default=4.5,
        description="Messages a second to one Slack workspace when many are told something. Slack takes several "
        "hundred a minute; what answers somebody does not wait for these.",
    )
    slack_api: str | None = Field(
        default=None,
        min_length=1,
        description="Another address for Slack's Web API, such as `http://127.0.0.1:8400/api/`, to try the bot with "
        "an imitation of Slack on this machine. No other machine is taken: tokens are sent there.",
    )
    teams_app_id: Annotated[str, Field(pattern=GUID)] | None = Field(
        default=None,
        description="The application id of the Teams bot's registration: Teams posts to `/api/messages`, and every "
        "request is checked with it.",
        json_schema_extra={"platform": "Teams"},
    )
    teams_app_password: SecretStr | None = Field(
        default=None, min_length=1, description="The client secret of the registration."
    )
    teams_tenants: Annotated[str, Field(pattern=rf"^({GUID[1:-1]}([ ,]+|$))*$")] = Field(
        default="",
        description="The ids of the Microsoft 365 tenants whose people may use the bot, with commas between them; "
        "the first is the one it is registered in. Nobody from any other is let in.",
    )
    teams_hosts: str = Field(
        default="",
        description="Further hosts that Teams may be reached at, with commas between them, for clouds other than "
        "the public one. The bot's token is sent there.",
    )
    teams_channel: str | None = Field(
        default=None,
        description="The id of the Teams channel that public praise goes to, such as `19:…@thread.tacv2`; the app "
        "has to be in its team. Without it nothing is posted in public.",
    )
    teams_pace: Annotated[float, Field(gt=0, le=50)] = Field(
        default=20,
        description="Messages a second to one Microsoft 365 tenant when many are told something. Teams takes 50 from "
        "an app in all; what answers somebody does not wait for these.",
    )
    teams_loopback: Literal["yes"] | None = Field(
        default=None,
        description="`yes` takes anything from this machine as Teams, without a token, for trying the bot with a "
        "local client such as the Agents Playground. Never beside a real registration.",
        json_schema_extra={"platform": "Teams"},
    )
    language: Literal["en", "zh"] | None = Field(
        default=None, description="The language of the command line; without it the terminal's (`LANG`)."
    )


class WrongSetting(Exception):
    """A setting has a value that cannot be used, or lacks one. Carries the variable's name and never the value.

    `problem` is the key of its text in `[cli.problems]`, or `other` for what only the library has words for.
    """

    def __init__(self, setting: str, problem: str, **values: Any) -> None:
        self.variable = PREFIX + setting.upper()
        super().__init__(f"{self.variable}: {values.get('reason', problem)}")
        self.problem = problem
        self.values = values
