"""The bot in a process of its own, exactly as `evenhand serve` runs it, on a network where Teams is this machine.

    python -m tests.surfaces.teams.serving PORT      `evenhand serve`, and every name is at that port

Nothing of the program is replaced: names are looked up elsewhere, and the certificate comes in by SSL_CERT_FILE.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import aiohttp.connector

from bot.serving import bound
from tests.surfaces.teams.network import Certificate, Everywhere
from tests.surfaces.teams.service import APP, TENANT
from tests.surfaces.teams.world import PASSWORD

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


@dataclass
class Bot:
    """A process that serves, on the same port each time it is started."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    port: int
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Starts the process, and comes back once it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=dict(self.environment), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, "the bot did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends it as a power cut of the process would: nothing is finished, nobody is told."""
        assert self.process is not None
        self.process.kill()
        assert self.process.wait(PATIENCE) == -signal.SIGKILL

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(PATIENCE)
            finally:
                self.process.kill()

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/healthz", timeout=1) as response:
                return bool(response.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def serving(teams: int, certificate: Certificate, folder: Path, database: str, **settings: str) -> Iterator[Bot]:
    """The bot, connected with Teams and not started yet; it ends with the block."""
    port = free_port()
    known = {name: value for name, value in os.environ.items() if not name.startswith("EVENHAND_")}
    environment = {
        **known,
        "SSL_CERT_FILE": str(certificate.file),
        "EVENHAND_FOLDER": str(folder),
        "EVENHAND_PORT": str(port),
        "EVENHAND_DATABASE": database,
        "EVENHAND_TEAMS_APP_ID": APP,
        "EVENHAND_TEAMS_APP_PASSWORD": PASSWORD,
        "EVENHAND_TEAMS_TENANTS": TENANT,
        **{f"EVENHAND_{name}": value for name, value in settings.items()},
    }
    bot = Bot(
        (sys.executable, "-m", "tests.surfaces.teams.serving", str(teams)), environment, port, folder / "serve.log"
    )
    try:
        yield bot
    finally:
        bot.stop()


def free_port() -> int:
    with bound("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
        return port


def _serve(teams: int) -> None:
    from bot.cli import app  # noqa: PLC0415  # a test that starts this process needs no command line

    setattr(aiohttp.connector, "DefaultResolver", lambda *_, **__: Everywhere(teams))  # noqa: B010  # not exported
    app(["serve"])


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
