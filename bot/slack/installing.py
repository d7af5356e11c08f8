"""Installations: the workspaces the app is in, each with the token to speak there with.

An installation for a whole organization (Enterprise Grid) stands for every workspace in it; people are then known
by the organization, otherwise by the workspace.
"""

from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.actors import Actor

API = "https://slack.com/api/"
SECONDS = 10
"""A call that takes longer is given up; whatever it did or did not do is found out later."""
ORDINARY = frozenset({"is_restricted", "is_ultra_restricted", "is_bot", "is_workflow_bot", "is_stranger", "deleted"})
"""What no full member of a workspace is."""


@dataclass(frozen=True)
class Installation:
    team: str
    enterprise: str | None
    org_wide: bool
    bot_user: str
    bot_id: str
    token: str = field(repr=False)

    @property
    def key(self) -> str:
        """What people are known under: the workspace, or the organization where it is for the whole of it."""
        return self.enterprise if self.org_wide and self.enterprise else self.team

    def may_be(self, actor: Actor) -> bool:
        """Whether somebody could be from here; what Slack says of the user decides (`is_member`).

        In an organization of several workspaces people have a home of their own, and act in another.
        """
        return self.enterprise is not None or actor.team == self.team

    def is_member(self, user: dict[str, object]) -> bool:
        """Whether a user is a full member: no guest, no bot, nobody from another company."""
        if any(user.get(flag) for flag in ORDINARY) or user.get("is_email_confirmed") is False:
            return False
        if user.get("team_id") == self.team:
            return True
        grid = user.get("enterprise_user")
        return self.enterprise is not None and isinstance(grid, dict) and grid.get("enterprise_id") == self.enterprise


class Installations(Protocol):
    async def find(self, team: str | None, enterprise: str | None) -> Installation | None:
        """The installation an event is for."""

    async def every(self) -> tuple[Installation, ...]: ...

    async def remove(self, team: str | None, enterprise: str | None) -> Installation | None:
        """Forgets an installation that was removed, or whose token was revoked; gives what was forgotten."""


class Clients:
    """Slack's client for each token, over one connection pool; a call is never repeated behind our back."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str = API) -> None:
        self.session = session
        self.base_url = base_url
        self._clients: dict[str, AsyncWebClient] = {}

    def of(self, token: str) -> AsyncWebClient:
        if token not in self._clients:
            self._clients[token] = AsyncWebClient(
                token, base_url=self.base_url, session=self.session, timeout=SECONDS, retry_handlers=[]
            )
        return self._clients[token]

    def drop(self, token: str) -> None:
        self._clients.pop(token, None)


class Redirected(aiohttp.ClientError):
    """The server wants a request to go to another address. What is in it is for Slack alone."""


def new_session() -> aiohttp.ClientSession:
    """One connection pool, to be made where there is an event loop; it follows no redirects."""
    watching = aiohttp.TraceConfig()
    watching.on_request_redirect.append(_refuse_redirect)
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS), trace_configs=[watching])


async def _refuse_redirect(*_: object) -> None:
    raise Redirected


class SingleInstallation:
    """The one workspace of the bot token in the settings; asked for who it is once."""

    def __init__(self, clients: Clients, token: str) -> None:
        self.clients = clients
        self.token = token
        self._found: Installation | None = None
        self._removed = False

    async def find(self, team: str | None, enterprise: str | None) -> Installation | None:
        found = await self._installation()
        if found is None:
            return None
        here = found.enterprise == enterprise if found.org_wide else found.team == team
        return found if here else None

    async def every(self) -> tuple[Installation, ...]:
        found = await self._installation()
        return (found,) if found else ()

    async def remove(self, team: str | None, enterprise: str | None) -> Installation | None:
        found = await self.find(team, enterprise) if self._found else None
        if found:
            self._removed, self._found = True, None
        return found

    async def _installation(self) -> Installation | None:
        """Raises `SlackApiError` where the token is not taken."""
        if self._found is None and not self._removed:
            self._found = installation_of(await self.clients.of(self.token).auth_test(), self.token)
        return self._found


def installation_of(answer: object, token: str) -> Installation:
    """The installation of a token, from what `auth.test` says."""
    said = getattr(answer, "data", answer)
    assert isinstance(said, dict)
    return Installation(
        team=str(said.get("team_id", "")),
        enterprise=said.get("enterprise_id") or None,
        org_wide=bool(said.get("is_enterprise_install")),
        bot_user=str(said.get("user_id", "")),
        bot_id=str(said.get("bot_id", "")),
        token=token,
    )


def error_of(error: SlackApiError) -> str:
    """Slack's name for what went wrong."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def seconds_to_wait(error: SlackApiError) -> int:
    """For how long Slack wants to be left alone."""
    headers = getattr(error.response, "headers", {}) or {}
    value = next((str(value) for name, value in headers.items() if name.casefold() == "retry-after"), "")
    return int(value) if value.isdecimal() else 0


TOKEN_GONE = frozenset({"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"})
"""The token is no good: no message is at fault, and none will arrive."""
