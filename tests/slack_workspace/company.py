"""The team of `tests.team` in a workspace, with the bot connected to it: served for real, on loopback."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette

from bot import serving
from bot.clock import SetClock
from bot.delivery.service import Delivering
from bot.dispatcher import Dispatcher
from bot.slack.surface import Connection, SlackSurface
from tests.delivering import by_hand
from tests.slack_workspace.outbound import SECRET, Outbound
from tests.slack_workspace.person import Person
from tests.slack_workspace.server import Server
from tests.slack_workspace.state import Token, Workspace

BOT_SCOPES = "chat:write commands im:history im:write users:read users:read.email"
"""What the guide asks for; a call that needs more is refused."""
USERS = {"UANN": "ann.miller", "ULI": "li.na", "UBEN": "ben.okafor", "UHANNA": "hanna.vogel", "UDORA": "dora.weiss"}


@dataclass
class Company:
    here: Workspace
    server: Server
    slack: Outbound
    surface: SlackSurface
    delivering: Delivering
    clock: SetClock
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, user: str) -> Person:
        if user not in self.people:
            self.people[user] = Person(self.here, self.slack, user)
        return self.people[user]

    @property
    def ann(self) -> Person:
        return self.person("UANN")

    @property
    def li(self) -> Person:
        return self.person("ULI")

    @property
    def ben(self) -> Person:
        return self.person("UBEN")

    @property
    def hanna(self) -> Person:
        return self.person("UHANNA")

    async def settled(self) -> None:
        """Everything that was promised is sent and everything out of date is edited."""
        await self.delivering.settle()
        await self.surface.publish_again()


def workspace(clock: SetClock, team: str = "T1", enterprise: str | None = None) -> Workspace:
    """The people of `tests.team` who are in Slack, and others who may not talk to the bot."""
    here = Workspace(clock, team, enterprise)
    here.tokens["xoxb-1"] = Token(team, BOT_SCOPES)
    for user, handle in USERS.items():
        here.user(user, handle, f"{handle}@lumen.example", locale="zh-CN" if user == "ULI" else "en-US")
    here.user("UGUEST", "guest", "ann.miller@lumen.example", is_restricted=True)
    here.user("USTRANGER", "stranger", "li.wei@lumen.example", team_id="T9", is_stranger=True)
    here.user("UROBOT", "robot", "dora.weiss@lumen.example", is_bot=True)
    here.user("UNEW", "new.one", "new.one@lumen.example", locale="zh-CN")
    here.channel("C1", "general", *here.users)
    return here


def require_manners(here: Workspace) -> None:
    """What Slack would take, and people would not: checked of everything the bot has sent in any test."""
    for call in here.calls():
        said = call.arguments
        if call.method == "chat.postMessage":
            assert str(said["text"]).strip(), "a message without words is nothing to a screen reader"
            assert said["unfurl_links"] is False
            assert said["unfurl_media"] is False
        assert not {"link_names", "parse"} & set(said), "names in people's own words must not ring"
        for part in parts_of((said.get("blocks"), said.get("view"))):
            assert part.get("type") != "mrkdwn", "people's own words are no markup"
            assert "confirm" not in part, "a confirmation inside a window may drop the window"
            assert part.get("type") != "image" or part.get("alt_text")


def parts_of(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from parts_of(each)


@asynccontextmanager
async def connected(
    dispatcher: Dispatcher,
    *,
    socket: bool = False,
    here: Workspace | None = None,
    ack_within: float = 3.0,
    **settings: Any,
) -> AsyncIterator[Company]:
    """The bot and the workspace, each on a port of its own, talking over HTTP or Socket Mode."""
    clock = dispatcher.clock
    assert isinstance(clock, SetClock)
    here = here or workspace(clock)
    async with Server(here).running() as server:
        way = {"app_token": SecretStr("xapp-1")} if socket else {"signing_secret": SecretStr(SECRET)}
        known = {"bot_token": SecretStr("xoxb-1"), **way, **settings}
        connection = Connection(base_url=server.api, **known)
        surface = SlackSurface(dispatcher, connection)
        async with served(surface) as url:
            if socket:
                await server.linked()
            slack = Outbound(here, server, "" if socket else url, timeout=ack_within)
            delivering = by_hand(dispatcher, surface.courier)
            try:
                yield Company(here, server, slack, surface, delivering, clock)
            finally:
                await slack.close()
                delivering.lease.let_go()
            require_manners(here)


@asynccontextmanager
async def served(surface: SlackSurface) -> AsyncIterator[str]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with surface.open():
            yield

    listener = serving.bound("127.0.0.1", 0)
    app = Starlette(routes=surface.routes(), lifespan=lifespan)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_config=None, access_log=False))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        assert not task.done(), task.exception()
        await asyncio.sleep(0.005)
    try:
        yield serving.address_of(listener)
    finally:
        server.should_exit = True
        await task
        listener.close()
