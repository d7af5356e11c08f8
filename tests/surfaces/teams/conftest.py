"""The bot in Teams, for the tests of this folder."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.app import TEXTS
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage.database import Database
from tests.surfaces.teams.world import World, teams

Scene = Callable[[World], Awaitable[None]]


@pytest.fixture
def speaker(database: Database, clock: SetClock) -> Dispatcher:
    """A bot that knows what to say in Teams."""
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)


@pytest.fixture
def play(speaker: Dispatcher, clock: SetClock, tmp_path: Path) -> Callable[..., None]:
    """Plays a scene in a Teams of our own."""

    def played(scene: Scene, **more: object) -> None:
        async def run() -> None:
            async with teams(speaker, clock, tmp_path, **more) as world:
                await scene(world)

        asyncio.run(run())

    return played
