"""Stored installations: the workspaces that installed the app by themselves, read from the vault and remembered."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_sdk.oauth.installation_store import Bot

from bot.clock import Clock
from bot.slack.installing import Clients, Installation
from bot.slack.vault import Vault

REMEMBERED = timedelta(minutes=5)
"""For how long the database is not asked again: another process may have installed or removed something."""
MOST = 1000


@dataclass
class StoredInstallations:
    vault: Vault
    clients: Clients
    clock: Clock
    _known: dict[tuple[str | None, str | None], tuple[datetime, Installation | None]] = field(default_factory=dict)
    _all: tuple[datetime, tuple[Installation, ...]] | None = None

    async def find(self, team: str | None, enterprise: str | None) -> Installation | None:
        key, now = (team, enterprise), self.clock.now()
        if key not in self._known or self._known[key][0] <= now:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = (now + REMEMBERED, await asyncio.to_thread(self._find, team, enterprise))
        return self._known[key][1]

    async def every(self) -> tuple[Installation, ...]:
        now = self.clock.now()
        if self._all is None or self._all[0] <= now:
            bots = await asyncio.to_thread(self.vault.newest)
            self._all = (now + REMEMBERED, tuple(_installation(bot) for bot in bots))
        return self._all[1]

    async def remove(self, team: str | None, enterprise: str | None) -> Installation | None:
        found = await self.find(team, enterprise)
        if found is None:
            return None
        team_id = None if found.org_wide else found.team
        await asyncio.to_thread(self.vault.forget, enterprise_id=found.enterprise, team_id=team_id)
        self.clients.drop(found.token)
        self.ask_again()
        return found

    def ask_again(self) -> None:
        """Something was installed or removed."""
        self._known.clear()
        self._all = None

    def _find(self, team: str | None, enterprise: str | None) -> Installation | None:
        bot = self.vault.find_bot(enterprise_id=enterprise, team_id=team) if team else None
        if bot is None and enterprise:
            bot = self.vault.find_bot(enterprise_id=enterprise, team_id=None, is_enterprise_install=True)
        return _installation(bot) if bot else None


def _installation(bot: Bot) -> Installation:
    return Installation(
        team=bot.team_id or "",
        enterprise=bot.enterprise_id,
        org_wide=bool(bot.is_enterprise_install),
        bot_user=bot.bot_user_id or "",
        bot_id=bot.bot_id or "",
        token=bot.bot_token,
    )
