"""The playground on a real port with a real browser in front of it, for tests and for pictures."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Playwright

from bot.app import create_app
from bot.clock import Clock
from bot.serving import Server, address_of, bound
from bot.settings import Settings

CHROMIUM = next((path for path in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser")) if path.exists()), None)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 15.0


@dataclass(frozen=True)
class House:
    address: str

    def room(self, person: int) -> str:
        return f"{self.address}/as/{person}"


@contextmanager
def open_house(database_url: str, folder: Path, clock: Clock) -> Iterator[House]:
    """Serves the playground, as `evenhand demo` does, until the block ends."""
    settings = Settings(database=database_url, folder=folder, checkin_weekday=1, checkin_hour=0)
    app = create_app(settings, playground=True, clock=clock)
    started = threading.Event()
    config = uvicorn.Config(app, lifespan="on", log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    server, listener = Server(config, started.set, app.state.leave, app.state.condition), bound("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([listener],), name="house", daemon=True)
    thread.start()
    try:
        assert started.wait(PATIENCE), "the playground did not start"
        yield House(address_of(listener))
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
