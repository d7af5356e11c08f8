"""Talking: a process that lives, for tests of what is done to it meanwhile.

    python -m tests.talking URL        answers as fast as it can; each answer that was acknowledged is a line

Ben notes one win after another. What was printed has been committed.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from bot.answers import Called
from bot.replies import Refused
from storage.database import Database
from tests.crashing import bot_on
from tests.team import BEN


def _main(url: str) -> None:
    dispatcher = bot_on(Database(url))
    for number in count(1):
        event = f"win-{number}"
        reply = dispatcher.handle(Called(event, BEN, "win", f"@ann.miller closed renewal number {number}"))
        assert not isinstance(reply, Refused), reply
        sys.stdout.write(f"{event}\n")
        sys.stdout.flush()


@contextmanager
def talking(url: str) -> Iterator[Iterator[str]]:
    """The acknowledged events of such a process, named as they are kept; it is killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.talking", url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    ) as process:
        assert process.stdout
        try:
            yield (f"{BEN}:{line.strip()}" for line in process.stdout)
        finally:
            process.kill()


if __name__ == "__main__":
    _main(sys.argv[1])
