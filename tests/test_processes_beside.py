"""`serve` and `worker` as processes of their own on one SQLite database: one runs alone, and says why."""

import socket
import subprocess
from pathlib import Path

from tests.slack_workspace.process import Program, program

NO_SLACK = {"SLACK_BOT_TOKEN": "", "SLACK_SIGNING_SECRET": ""}
"""They come and go without anybody to talk to."""


def made(database: str, folder: Path, command: str, **settings: str) -> Program:
    folder.mkdir(exist_ok=True)
    return program(database, "", folder, command, **NO_SLACK, **settings)


def refused(bot: Program) -> str:
    """What a process says that ends at once with 1."""
    ended = subprocess.run(
        bot._command(), env=dict(bot.environment), capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 1, ended.stderr
    return " ".join(ended.stderr.split())


def test_nothing_runs_beside_serve_on_sqlite(database_url: str, tmp_path: Path) -> None:
    serving = made(database_url, tmp_path / "serve", "serve")
    serving.start()
    try:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            # with one environment file for both the port of the metrics is taken too, and is not what is wrong
            worker = made(database_url, tmp_path / "w", "worker", METRICS_PORT=str(taken.getsockname()[1]))
            assert "`evenhand serve` already runs on this SQLite database" in refused(worker)
        assert "one process does everything there" in refused(made(database_url, tmp_path / "s", "serve"))
    finally:
        serving.kill()
    serving.start()  # at once, though the one that was killed was seen a moment ago
    assert serving.end() == 0
