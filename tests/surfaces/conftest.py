"""Fixtures for the surfaces: the playground on the small team, and windows into it."""

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.app import TEXTS
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from bot.web.site import playground
from flows.catalog import load
from flows.core import discover
from storage.database import Database
from tests.surfaces.window import ADDRESS, Window

SECRET = "a secret of the tests, long enough"


@pytest.fixture
def speaker(database: Database, clock: SetClock) -> Dispatcher:
    """The dispatcher with the words of every surface."""
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)


@pytest.fixture
def site(speaker: Dispatcher) -> Starlette:
    return playground(speaker, SECRET, host="127.0.0.1")


@pytest.fixture
def window(site: Starlette) -> Callable[[int], Window]:
    """Opens the room of a person in a browser of their own."""
    return lambda person: Window(TestClient(site, base_url=ADDRESS), person).enter()
