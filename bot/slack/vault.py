"""The vault: Slack's own store of installations, with every token encrypted in the database.

Several keys can be given. The first one encrypts; the others still decrypt what was written with them, so that a
key can be replaced without installing anew.
"""

import asyncio
import copy
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import Engine

Kept = TypeVar("Kept", Bot, Installation)
ENCRYPTED = "enc:"
SECRET = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token")


class UnknownKey(Exception):
    """A token was encrypted with a key that is not among those given."""


class Keys:
    """Keys as Fernet writes them (32 bytes in URL-safe base64); raises ValueError for anything else."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def encrypted(self, text: str) -> str:
        if text.startswith(ENCRYPTED):
            return text
        return ENCRYPTED + self._fernet.encrypt(text.encode()).decode()

    def decrypted(self, text: str) -> str:
        if not text.startswith(ENCRYPTED):
            return text
        try:
            return self._fernet.decrypt(text.removeprefix(ENCRYPTED)).decode()
        except InvalidToken:
            raise UnknownKey from None


class Vault(SQLAlchemyInstallationStore):
    def __init__(self, client_id: str, engine: Engine, keys: Keys) -> None:
        super().__init__(client_id=client_id, engine=engine)
        self.keys = keys

    def save(self, installation: Installation) -> None:
        super().save(self._hidden(installation))

    def save_bot(self, bot: Bot) -> None:
        super().save_bot(self._hidden(bot))

    def find_bot(self, **which: Any) -> Bot | None:
        found = super().find_bot(**which)
        return self._shown(found) if found else None

    def find_installation(self, **which: Any) -> Installation | None:
        found = super().find_installation(**which)
        return self._shown(found) if found else None

    def newest(self) -> list[Bot]:
        """The bot of every workspace and organization the app is in."""
        query = self.bots.select().where(self.bots.c.client_id == self.client_id).order_by(self.bots.c.id)
        with self.engine.connect() as db:
            rows = {(row["enterprise_id"], row["team_id"]): row for row in db.execute(query).mappings()}
        return [self._shown(self.build_bot_entity(row)) for row in rows.values()]

    def forget(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        self.delete_bot(enterprise_id=enterprise_id, team_id=team_id)
        self.delete_installation(enterprise_id=enterprise_id, team_id=team_id)

    def _hidden(self, thing: Kept) -> Kept:
        return _with(thing, self.keys.encrypted)

    def _shown(self, thing: Kept) -> Kept:
        return _with(thing, self.keys.decrypted)


def _with(thing: Kept, change: Callable[[str], str]) -> Kept:
    """A copy with its secrets changed."""
    changed = copy.copy(thing)
    for name in SECRET:
        if value := getattr(changed, name, None):
            setattr(changed, name, change(value))
    return changed


class AsyncVault(AsyncInstallationStore):
    """The vault for a caller that must not wait in the event loop."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    async def async_save(self, installation: Installation) -> None:
        await asyncio.to_thread(self.vault.save, installation)


class AsyncStates(AsyncOAuthStateStore):
    """The states of installations under way."""

    def __init__(self, states: SQLAlchemyOAuthStateStore) -> None:
        self.states = states

    async def async_issue(self, *_: Any, **__: Any) -> str:
        return await asyncio.to_thread(self.states.issue)

    async def async_consume(self, state: str) -> bool:
        return await asyncio.to_thread(self.states.consume, state)
