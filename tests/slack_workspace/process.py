"""The bot as a process of its own: `evenhand serve` on a workspace of ours, killed with -9 and started again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import SetClock
from tests.slack_workspace.outbound import SECRET

PROGRAM = Path(sys.executable).parent / "evenhand"
WRONG_CLOCK = """
import sys
from datetime import UTC, datetime, timedelta
import time_machine
time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(sys.argv[2])), tick=True).start()
from bot.cli import app
app([sys.argv[1]])
"""
COMING = str(min(datetime.now(UTC).isoweekday() + 1, 7))
"""Tomorrow's weekday, at 23:00: nobody is asked for a check-in while a test runs.

On a Sunday it is Sunday: Monday is over in the week that a check-in is for, and what is still open is asked at once.
"""


class RealTime(SetClock):
    """The time it is, for a workspace whose bot is another process; nobody moves it."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def move(self, by: timedelta) -> None:
        """Time passes by itself."""


@dataclass
class Program:
    """A process that can be killed and started again, at the same address."""

    environment: Mapping[str, str]
    port: int
    log: Path
    command: str = "serve"
    ahead: float = 0.0
    """Seconds by which the clock of its machine is wrong."""
    entering: Sequence[str] = ()
    """What its command begins with, where it is to see another disk."""
    process: "subprocess.Popen[str] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it, and returns once it says that it is there."""
        if self.process and self.process.stdout:
            self.process.stdout.close()
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self._command(), env=dict(self.environment), stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout
        for line in self.process.stdout:
            if self.url in line or "Ctrl-C" in line:
                return
        raise AssertionError(f"the bot did not start:\n{self.log.read_text()[-2000:]}")

    def _command(self) -> list[str]:
        wrong = [sys.executable, "-c", WRONG_CLOCK, self.command, str(self.ahead)]
        return [*self.entering, *(wrong if self.ahead else [str(PROGRAM), self.command])]

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self._ended()

    def end(self) -> int:
        """Ends it as a service manager does; gives the exit code."""
        assert self.process
        self.process.terminate()
        return self._ended()

    def _ended(self) -> int:
        assert self.process
        code = self.process.wait(timeout=30)
        if self.process.stdout:
            self.process.stdout.close()
        self.process = None
        return code


@contextmanager
def serving(database: str, api: str, folder: Path, **settings: str) -> Iterator[Program]:
    """A running bot, which is ended at the end."""
    bot = program(database, api, folder, **settings)
    bot.start()
    try:
        yield bot
    finally:
        if bot.process:
            bot.end()


def program(database: str, api: str, folder: Path, command: str = "serve", **settings: str) -> Program:
    """A bot, or a worker of one, that has not been started yet."""
    port = _free_port()
    names = {
        "DATABASE": database,
        "FOLDER": str(folder),
        "PORT": str(port),
        "SLACK_API": api,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": SECRET,
        "CHECKIN_WEEKDAY": COMING,
        "CHECKIN_HOUR": "23",
        **settings,
    }
    ours = {f"EVENHAND_{name}": value for name, value in names.items()}
    others = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    others = {name: value for name, value in others.items() if not name.startswith("EVENHAND_")}
    return Program({**others, **ours, "COLUMNS": "200"}, port, folder / "log", command)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
