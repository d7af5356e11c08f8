"""Probing: what Slack itself says of the tokens, the scopes and the channel that are configured, for `evenhand check`.

Each question has its own time limit, none is asked twice, and no token is in what comes out.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.finding import Finding, missing, ok, wrong
from bot.settings import Settings
from bot.slack.installing import API, ORDINARY, TOKEN_GONE, Clients, error_of, new_session
from bot.slack.manifest import SCOPES
from bot.slack.vault import Keys, UnknownKey, Vault
from storage.columns import table
from storage.database import Database
from storage.directory import who
from storage.people import Person, Status
from storage.schema import SchemaBehind, require_newest

SECONDS = 8
LATER = timedelta(days=100)
"""A message for then is taken back at once: the only way to ask whether the bot may write somewhere that needs no
scope beyond those it has anyway. Slack takes none for later than 120 days."""
CHANNEL_PROBE = "Evenhand asks whether it may write here. If you read this, it could not take the question back."
PAGE = 200
MOST_NAMED = 20
"""People who are not in Slack and are called by name."""
BEGINS = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}
"""How tokens begin, by their settings."""


class Unreachable(Exception):
    """Slack could not be asked. Carries the kind of trouble."""


@dataclass(frozen=True)
class Workspace:
    """A token, and what the workspace it is for is called here."""

    token: str
    name: str = ""


def slack_findings(settings: Settings) -> list[Finding]:
    async def all_of_them() -> list[Finding]:
        return [each async for each in _asked(settings)]

    return asyncio.run(all_of_them())


async def _asked(settings: Settings) -> AsyncIterator[Finding]:
    yield _way(settings)
    for setting, beginning in BEGINS.items():
        given = getattr(settings, setting)
        if given and not given.get_secret_value().startswith(beginning):
            yield wrong("slack", "other_token", variable=f"EVENHAND_{setting.upper()}", beginning=f"{beginning}…")
    async with new_session() as session:
        clients = Clients(session, settings.slack_api or API)
        try:
            async for each in _of_slack(settings, clients):
                yield each
        except Unreachable as trouble:
            yield wrong("slack", "unreachable", address=clients.base_url, reason=str(trouble))


async def _of_slack(settings: Settings, clients: Clients) -> AsyncIterator[Finding]:
    """What there is to ask Slack; raises `Unreachable`."""
    if settings.slack_app_token:
        yield await _socket(clients.of(settings.slack_app_token.get_secret_value()))
    workspaces = [Workspace(settings.slack_bot_token.get_secret_value())] if settings.slack_bot_token else []
    if settings.slack_client_id:
        try:
            workspaces = await asyncio.to_thread(_installed, settings)
        except UnknownKey:
            yield wrong("slack", "key_lost")
        except (SchemaBehind, SQLAlchemyError):
            return  # said already, of the database
        else:
            if not workspaces:
                yield missing("slack", "not_installed")
    working = []
    for workspace in workspaces:
        is_taken, found = await _token(clients.of(workspace.token), workspace.name)
        working += [workspace] if is_taken else []
        for each in found:
            yield each
    if working and (people := await asyncio.to_thread(_listed_people, settings)):
        yield await _members([clients.of(each.token) for each in working], people)
    if settings.slack_channel is None:
        yield missing("slack", "no_channel")
    elif working:
        yield await _channel(clients.of(working[0].token), settings.slack_channel)


async def _members(clients: Sequence[AsyncWebClient], people: Mapping[str, str]) -> Finding:
    """Who of the list of people is in Slack, by their addresses: as a full member, as the bot would find them."""
    there: set[str] = set()
    try:
        for client in clients:
            cursor = ""
            while True:
                page = await _ask(partial(client.users_list, limit=PAGE, cursor=cursor))
                members = [each for each in page["members"] if not any(each.get(flag) for flag in ORDINARY)]
                there |= {str((each.get("profile") or {}).get("email") or "").lower() for each in members}
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    break
    except SlackApiError as error:
        return missing("slack", "not_listed", error=error_of(error))
    not_there = [name for email, name in people.items() if email not in there]
    if not not_there:
        return ok("slack", "everybody_there", count=len(people))
    names = ", ".join(not_there[:MOST_NAMED]) + (" …" if len(not_there) > MOST_NAMED else "")
    return missing("slack", "some_there", count=len(people) - len(not_there), all=len(people), names=names)


def _listed_people(settings: Settings) -> dict[str, str]:
    """The names of everybody who is here, by their addresses; nobody where the database cannot tell.

    Who joins later need not be in Slack yet.
    """
    person = table(Person)
    is_here = (person.c.status == Status.active) & (
        person.c.joined_on.is_(None) | (person.c.joined_on <= datetime.now(UTC).date())
    )
    database = Database(settings.database, settings.synchronous)
    try:
        require_newest(database)
        with database.read() as db:
            rows = db.execute(select(person).where(is_here).order_by(person.c.email)).mappings()
            return {str(row["email"]): who(row).name("en") for row in rows}
    except (SchemaBehind, SQLAlchemyError):
        return {}
    finally:
        database.close()


def _way(settings: Settings) -> Finding:
    """How Slack reaches the bot."""
    if settings.slack_app_token and settings.slack_signing_secret:
        return ok("slack", "both_ways")
    return ok("slack", "by_socket" if settings.slack_app_token else "by_http")


async def _token(client: AsyncWebClient, name: str) -> tuple[bool, list[Finding]]:
    """Whether a bot token works, and what it may do."""
    try:
        answer = await _ask(client.auth_test)
    except SlackApiError as error:
        text = "token_gone" if error_of(error) in TOKEN_GONE else "token_refused"
        return False, [wrong("slack", text, workspace=name or "Slack", error=error_of(error))]
    said: Mapping[str, Any] = answer.data
    team = str(said.get("team") or name)
    return True, [ok("slack", "token", workspace=team, bot=str(said.get("user", ""))), _scopes(answer.headers, team)]


def _scopes(headers: Mapping[str, str], team: str) -> Finding:
    """The scopes a token has, against those the manifest asks for."""
    listed = next((value for name, value in headers.items() if name.casefold() == "x-oauth-scopes"), None)
    if listed is None:
        return missing("slack", "scopes_unsaid", workspace=team)
    granted = {each.strip() for each in listed.split(",") if each.strip()}
    if lacking := sorted(SCOPES.keys() - granted):
        return wrong("slack", "scopes_lacking", workspace=team, scopes=", ".join(lacking))
    if more := sorted(granted - SCOPES.keys()):
        return ok("slack", "scopes_more", workspace=team, scopes=", ".join(more))
    return ok("slack", "scopes", workspace=team, count=len(SCOPES))


async def _socket(client: AsyncWebClient) -> Finding:
    """Whether the app-level token opens a connection. The address it is given is not used, and is over in seconds."""
    try:
        await _ask(lambda: client.apps_connections_open(app_token=str(client.token)))
    except SlackApiError as error:
        return wrong("slack", "app_token_refused", error=error_of(error))
    return ok("slack", "app_token")


async def _channel(client: AsyncWebClient, channel: str) -> Finding:
    """Whether the bot may write in the channel for public praise."""
    at = int((datetime.now(UTC) + LATER).timestamp())
    try:
        answer = await _ask(lambda: client.chat_scheduleMessage(channel=channel, post_at=at, text=CHANNEL_PROBE))
        there, name = str(answer["channel"]), str(answer["scheduled_message_id"])
        await _ask(lambda: client.chat_deleteScheduledMessage(channel=there, scheduled_message_id=name))
    except SlackApiError as error:
        match error_of(error):
            case "not_in_channel":
                return wrong("slack", "not_in_channel", channel=channel)
            case "channel_not_found":
                return wrong("slack", "channel_unknown", channel=channel)
            case other:
                return wrong("slack", "channel_refused", channel=channel, error=other)
    return ok("slack", "channel", channel=channel)


def _installed(settings: Settings) -> list[Workspace]:
    """The workspaces that installed the app; raises `UnknownKey` where a token cannot be decrypted."""
    assert settings.slack_client_id
    assert settings.slack_token_key
    database = Database(settings.database, settings.synchronous)
    try:
        require_newest(database)
        keys = Keys(settings.slack_token_key.get_secret_value().replace(",", " ").split())
        found = Vault(settings.slack_client_id, database.engine, keys).newest()
        return [Workspace(bot.bot_token, str(bot.team_name or bot.enterprise_name or bot.team_id)) for bot in found]
    finally:
        database.close()


async def _ask(method: Callable[[], Any]) -> Any:
    """Slack's answer to one call; raises `SlackApiError` for a refusal and `Unreachable` where none comes."""
    try:
        async with asyncio.timeout(SECONDS):
            return await method()
    except SlackApiError as error:
        if not error_of(error):  # something else than Slack has answered, or Slack is not itself
            raise Unreachable(f"HTTP {error.response.status_code}") from None
        raise
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError) as error:
        raise Unreachable(type(error).__name__) from None
