"""Installing by oneself: "Add to Slack" for the workspaces that were named beforehand, and for no others.

People are found by the e-mail address that a workspace gives for them. Whoever runs a workspace could give them any,
so a workspace that was not named must never be one of ours: its token is revoked at once.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Collection

from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

from bot.slack.manifest import SCOPES
from bot.slack.vault import AsyncStates, AsyncVault, Vault
from flows.catalog import LANGUAGES, Catalog

INSTALL, CALLBACK = "/slack/install", "/slack/oauth_redirect"
MINUTES = 10
LONGEST_QUERY = 4096
_REASON = re.compile(r"[a-z][a-z_]{1,40}")
"""What Slack and its library call a reason, such as `access_denied`."""


class NotNamed(BoltError):
    """The workspace is none of those that may install the app."""


class Installing(AsyncOAuthFlow):
    """Slack's own flow, which keeps installations of named workspaces only."""

    def __init__(
        self,
        vault: Vault,
        client: AsyncWebClient,
        secret: str,
        workspaces: Collection[str],
        texts: Catalog,
        installed: Callable[[], None],
    ) -> None:
        logger = logging.getLogger("bot.slack.oauth")
        logger.setLevel(logging.CRITICAL)  # it quotes codes
        states = SQLAlchemyOAuthStateStore(expiration_seconds=MINUTES * 60, engine=vault.engine, logger=logger)
        settings = AsyncOAuthSettings(
            client_id=vault.client_id,
            client_secret=secret,
            scopes=sorted(SCOPES),
            user_scopes=[],
            install_path=INSTALL,
            install_page_rendering_enabled=False,
            redirect_uri_path=CALLBACK,
            callback_options=AsyncCallbackOptions(success=self._succeeded, failure=self._failed),
            installation_store=AsyncVault(vault),
            state_store=AsyncStates(states),
            state_expiration_seconds=MINUTES * 60,
            logger=logger,
        )
        super().__init__(client=client, logger=logger, settings=settings)
        self.workspaces = frozenset(workspaces)
        self.texts = texts
        self.installed = installed

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        where = installation.enterprise_id if installation.is_enterprise_install else installation.team_id
        if where not in self.workspaces:
            await self.client.auth_revoke(token=installation.bot_token)
            raise NotNamed(str(where))
        await super().store_installation(request, installation)
        self.installed()

    async def begin(self, request: Request) -> Response:
        """Sends the browser to Slack."""
        return await _answered(request, self.handle_installation)

    async def finish(self, request: Request) -> Response:
        """The browser comes back from Slack."""
        return await _answered(request, self.handle_callback)

    async def _succeeded(self, args: AsyncSuccessArgs) -> BoltResponse:
        team = args.installation.team_name or args.installation.enterprise_name or ""
        return self._page(args.request, 200, "installed", team=team)

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        if isinstance(args.error, NotNamed):
            return self._page(args.request, 403, "not_named", workspace=str(args.error))
        reason = args.reason if _REASON.fullmatch(args.reason) else "unknown"  # a link can say anything here
        return self._page(args.request, args.suggested_status_code, "not_installed", reason=reason)

    def _page(self, request: AsyncBoltRequest, status: int, text: str, **values: str) -> BoltResponse:
        wanted = str((request.headers.get("accept-language") or [""])[0])[:2].casefold()
        language = wanted if wanted in LANGUAGES else LANGUAGES[0]
        said = self.texts.say(language, f"slack.{text}", values)
        cookie = self.settings.state_utils.build_set_cookie_for_deletion()
        headers = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
        return BoltResponse(status=status, body=said, headers={**headers, "Set-Cookie": cookie})


async def _answered(request: Request, step: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Response:
    query = request.url.query
    if len(query) > LONGEST_QUERY:
        return Response(status_code=414)
    answer = await step(AsyncBoltRequest(body="", query=query, headers=dict(request.headers)))
    response = Response(answer.body or "", answer.status)
    for name, values in answer.headers.items():
        for value in values:
            response.headers.append(name, value)
    return response
