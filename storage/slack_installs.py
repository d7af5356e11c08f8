"""Slack's installations: the three tables that Slack's own store of installations reads and writes.

Their names and columns are the store's; a test compares. Its times are naive and in UTC. Encrypted tokens are
longer than the store expects, so no column has a limit.
"""

from datetime import datetime

from sqlalchemy import DateTime, Index
from sqlmodel import Field, SQLModel


class SlackInstallations(SQLModel, table=True):
    """One row for each time somebody installed the app."""

    __tablename__ = "slack_installations"
    __table_args__ = (
        Index("slack_installations_idx", "client_id", "enterprise_id", "team_id", "user_id", "installed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    client_id: str
    app_id: str
    enterprise_id: str | None = None
    enterprise_name: str | None = None
    enterprise_url: str | None = None
    team_id: str | None = None
    team_name: str | None = None
    bot_token: str | None = None
    bot_id: str | None = None
    bot_user_id: str | None = None
    bot_scopes: str | None = None
    bot_refresh_token: str | None = None
    bot_token_expires_at: datetime | None = Field(default=None, sa_type=DateTime)
    user_id: str
    user_token: str | None = None
    user_scopes: str | None = None
    user_refresh_token: str | None = None
    user_token_expires_at: datetime | None = Field(default=None, sa_type=DateTime)
    incoming_webhook_url: str | None = None
    incoming_webhook_channel: str | None = None
    incoming_webhook_channel_id: str | None = None
    incoming_webhook_configuration_url: str | None = None
    is_enterprise_install: bool = False
    token_type: str | None = None
    installed_at: datetime = Field(sa_type=DateTime)


class SlackBots(SQLModel, table=True):
    """The bot of a workspace, or of a whole organization: the newest row counts."""

    __tablename__ = "slack_bots"
    __table_args__ = (Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: str
    app_id: str
    enterprise_id: str | None = None
    enterprise_name: str | None = None
    team_id: str | None = None
    team_name: str | None = None
    bot_token: str | None = None
    bot_id: str | None = None
    bot_user_id: str | None = None
    bot_scopes: str | None = None
    bot_refresh_token: str | None = None
    bot_token_expires_at: datetime | None = Field(default=None, sa_type=DateTime)
    is_enterprise_install: bool = False
    installed_at: datetime = Field(sa_type=DateTime)


class SlackOAuthStates(SQLModel, table=True):
    """Installations that were begun; each state is good once, for some minutes."""

    __tablename__ = "slack_oauth_states"

    id: int | None = Field(default=None, primary_key=True)
    state: str
    expire_at: datetime = Field(sa_type=DateTime)
