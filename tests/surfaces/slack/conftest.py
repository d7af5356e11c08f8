"""The bot with all of its texts."""

import pytest

from bot.app import TEXTS
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage.database import Database


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)
