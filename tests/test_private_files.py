"""Nobody else on the machine reads what people wrote, and no request writes into the terminal."""

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot import logs
from bot.cadence import forget_old_events
from bot.commands import findings
from storage.columns import table
from storage.database import Database
from storage.slack_installs import SlackOAuthStates


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_database_that_the_command_line_makes_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "evenhand.sqlite3"
    told = {**os.environ, "EVENHAND_DATABASE": f"sqlite:///{file}", "EVENHAND_FOLDER": str(tmp_path / "data")}
    code = "import os; os.umask(0o022); from bot.cli import app; app(['migrate'])"
    file.parent.mkdir(mode=0o700)
    ran = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True, check=False)
    assert file.exists(), ran.stdout + ran.stderr
    assert {each.name: mode(each) for each in file.parent.iterdir() if mode(each) & 0o077} == {}


def test_the_check_names_files_that_others_can_read(tmp_path: Path) -> None:
    file = tmp_path / "evenhand.sqlite3"
    file.touch(mode=0o644)
    tmp_path.chmod(0o700)
    assert findings._kept_in(file) == [tmp_path, file]


@pytest.mark.parametrize(
    ("path", "shown"), [("/\x1b]0;x\x07", "/\\x1b]0;x\\x07"), ("/a\u202eb", "/a\\u202eb"), ("/周报", "/周报")]
)
def test_control_characters_are_shown_and_not_acted_on(path: str, shown: str) -> None:
    assert logs._shown(None, "info", {"path": path, "status": 404}) == {"path": shown, "status": 404}


def test_an_installation_that_nobody_finished_is_forgotten(database: Database) -> None:
    now, states = datetime(2026, 3, 5, 9, 0, tzinfo=UTC), table(SlackOAuthStates)
    with database.write() as db:
        old, new = (now - timedelta(days=2)).replace(tzinfo=None), (now + timedelta(minutes=5)).replace(tzinfo=None)
        db.execute(insert(states), [{"state": "old", "expire_at": old}, {"state": "new", "expire_at": new}])
    assert sum(forget_old_events(database, now)) == 1
    with database.read() as db:
        assert db.execute(select(func.max(states.c.state))).scalar() == "new"
