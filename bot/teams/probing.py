"""Probing: what Microsoft says of the registration that is configured, for `evenhand check`.

A token is fetched and thrown away, and so are the keys that Teams signs with; nothing is sent to anybody.
"""

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import WallClock
from bot.finding import Finding, missing, ok, wrong
from bot.settings import Settings
from bot.teams.connector import CachedToken, Connector, NotSent, Uncertain
from bot.teams.gate import HOSTS, Trust
from bot.teams.keys import NoKeys, SigningKeys
from bot.teams.surface import Connection, connection_of
from storage import accounts
from storage.accounts import TEAMS
from storage.columns import table
from storage.database import Database
from storage.people import Person, Status
from storage.schema import SchemaBehind, require_newest

SECONDS = 15
HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(:\d{1,5})?", re.ASCII)
CHANNEL = re.compile(r"19:[\w-]+@thread\.(tacv2|skype|v2)", re.ASCII)


def teams_findings(settings: Settings) -> list[Finding]:
    async def all_of_them() -> list[Finding]:
        async with aiohttp.ClientSession() as session:
            return [each async for each in asked(settings, session)]

    return [*asyncio.run(all_of_them()), *_met(settings)]


def _met(settings: Settings) -> list[Finding]:
    """How many people the bot can write to in Teams: it can list nobody, and knows who has the app once they have it.

    Nothing where the database cannot tell.
    """
    database = Database(settings.database, settings.synchronous)
    try:
        require_newest(database)
        with database.read() as db:
            strange = len(accounts.unmet(db, TEAMS, accounts.places(db, TEAMS)))
            all_of_them = db.execute(select(func.count()).where(table(Person).c.status == Status.active)).scalar_one()
    except (SchemaBehind, SQLAlchemyError):
        return []
    finally:
        database.close()
    if not all_of_them:
        return []
    met = {"count": all_of_them - strange, "all": all_of_them}
    return [missing("teams", "some_met", **met) if strange else ok("teams", "everybody_met", **met)]


async def asked(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Everything there is to say of Teams, asked over this pool of connections."""
    connection = connection_of(settings)
    if connection.credentials is None:
        yield ok("teams", "loopback")
        return
    yield ok("teams", "tenants", count=len(connection.tenants), home=connection.credentials.tenant)
    for host in sorted(connection.hosts):
        if not HOST.fullmatch(host):
            yield wrong("teams", "host", host=host)
    yield await _token(connection, session)
    yield await _keys(connection, session)
    yield _channel(connection.channel)


async def _token(connection: Connection, session: aiohttp.ClientSession) -> Finding:
    """Whether the application id and its secret get a token to send with."""
    known = connection.credentials
    assert known
    try:
        async with asyncio.timeout(SECONDS):
            await CachedToken(known, lambda: session, WallClock()).header()
    except NotSent as refused:
        if refused.status == 0:
            return wrong("teams", "login_unreachable", address=known.login, reason=refused.code)
        return wrong("teams", "token_refused", error=refused.code or str(refused.status))
    except (Uncertain, TimeoutError) as trouble:
        reason = str(trouble) or type(trouble).__name__
        return wrong("teams", "login_unreachable", address=known.login, reason=reason)
    return ok("teams", "token", app=known.app_id)


async def _keys(connection: Connection, session: aiohttp.ClientSession) -> Finding:
    """Whether the keys that Teams signs its requests with can be fetched."""
    assert connection.credentials
    trust = Trust(connection.credentials.app_id, connection.tenants, HOSTS | connection.hosts)
    clock = WallClock()
    connector = Connector(trust, CachedToken(connection.credentials, lambda: session, clock), lambda: session)
    keys = SigningKeys(connector.document, clock)
    try:
        async with asyncio.timeout(SECONDS):
            found = await keys.fetched()
    except (NotSent, Uncertain, TimeoutError) as trouble:
        reason = str(trouble) or type(trouble).__name__
        return wrong("teams", "keys_unreachable", address=keys.address, reason=reason)
    except (NoKeys, LookupError, TypeError, AttributeError):
        return wrong("teams", "keys_strange", address=keys.address)
    return ok("teams", "keys", count=len(found))


def _channel(channel: str | None) -> Finding:
    """Whether the channel for public praise is written as Teams writes one; Teams cannot be asked about it."""
    if channel is None:
        return missing("teams", "no_channel")
    if not CHANNEL.fullmatch(channel):
        return wrong("teams", "channel_wrong", channel=channel)
    return ok("teams", "channel_ok", channel=channel)
