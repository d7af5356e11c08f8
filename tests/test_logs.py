"""The log is JSON lines, and what people wrote never reaches it: at no level, from no library, and by no exception."""

import json
import logging
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import logs
from bot.app import TEXTS
from bot.clock import SetClock
from bot.delivery import jobs
from bot.delivery.jobs import Jobs
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage.database import Database
from tests.postgres import on_both
from tests.slack_workspace.company import connected
from tests.slack_workspace.person import Trouble
from tests.slack_workspace.running import in_loop
from tests.surfaces.teams.world import LI, teams

SECRET = "Zwiebelkuchen"
ANSWER = {
    "mood": "2",
    "highlights": f"{SECRET} 完成了客户A的对账，剩3笔差异",
    "help_wanted": SECRET,
    "share": "manager",
}
Logged = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def logged(log_of_its_own: None, capfd: pytest.CaptureFixture[str]) -> Logged:
    """What a process would have logged, if the libraries said all they know."""
    logs.configure(logging.DEBUG)

    def lines() -> list[dict[str, Any]]:
        out, err = capfd.readouterr()
        assert out == ""
        assert SECRET not in err
        return [json.loads(line) for line in err.splitlines()]

    return lines


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_a_library_says_where_and_how_gravely_but_not_what(logged: Logged, level: int) -> None:
    library = logging.getLogger("some.library")
    library.log(level, f"the body was {SECRET}")
    library.log(level, "the body was %s", SECRET, extra={"body": SECRET})
    try:
        raise ValueError(SECRET) from LookupError(SECRET)
    except ValueError:
        library.log(level, SECRET, exc_info=True)
    first, second, third = logged()
    assert first["library"] == second["library"] == "some.library"
    assert first["gravity"] == logging.getLevelName(level)
    assert first["where"].startswith("tests/test_logs.py:")
    assert (third["error"], third["cause"]) == ("ValueError", "LookupError")
    assert third["at"]


def test_a_warning_of_python_is_reduced_too(logged: Logged) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"something about {SECRET}", RuntimeWarning, stacklevel=1)
    assert [line["library"] for line in logged()] == ["py.warnings"]


def test_what_ends_a_thread_or_the_process_is_said_without_its_words(logged: Logged) -> None:
    def fails() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    [line] = logged()
    assert line["error"] == "ValueError"
    code = f"from bot import logs; logs.configure(); raise ValueError({SECRET!r})"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert json.loads(ended.stderr)["error"] == "ValueError"
    assert SECRET not in ended.stderr


def test_the_job_engine_has_no_way_of_its_own_to_the_terminal(database: Database, logged: Logged) -> None:
    engine = logging.getLogger("dbos")
    before = engine.handlers[:], engine.propagate
    done = threading.Event()

    def fails(_: str) -> None:
        done.set()
        raise ValueError(SECRET)

    jobs.prepare(database)
    queue = Jobs(database, "one")
    queue.start(fails)
    with database.write() as db:
        queue.enqueue(db, "m:1")
    assert done.wait(30)
    spoke, end = False, time.monotonic() + 20
    while not spoke and time.monotonic() < end:
        spoke = "dbos" in {line.get("library") for line in logged()}
        time.sleep(0.02)  # it says so on a thread of its own, a moment later
    queue.stop()
    engine.error("and it says %s", SECRET)
    engine.handlers, engine.propagate = before
    logged()  # whatever it said, it said without the words: `logged` looks for them
    assert spoke


@in_loop
async def _lives_in_slack(dispatcher: Dispatcher, breaks: Callable[[], None]) -> None:
    async with connected(dispatcher) as company:
        li = company.li
        await li.commands("/checkin")
        await li.sends(ANSWER)
        await li.types(f"what about {SECRET}?")
        await li.commands(f"/win @ann.miller {SECRET}")
        await company.settled()
        breaks()
        with pytest.raises(Trouble, match="500"):
            await li.commands(f"/win @ben.okafor {SECRET}")


@on_both
def test_days_in_slack_leave_no_word_in_the_log(dispatcher: Dispatcher, logged: Logged) -> None:
    def breaks() -> None:
        with dispatcher.database.write() as db:
            db.execute(text("ALTER TABLE key_event RENAME TO gone"))

    _lives_in_slack(dispatcher, breaks)
    lines = logged()
    assert any(str(line.get("library")).startswith(("slack_sdk", "slack_bolt")) for line in lines)
    errors = {line.get("error") for line in lines}
    assert errors & {"sqlalchemy.exc.OperationalError", "sqlalchemy.exc.ProgrammingError"}


@in_loop
async def _lives_in_teams(dispatcher: Dispatcher, clock: SetClock, folder: Path) -> None:
    async with teams(dispatcher, clock, folder) as world:
        await world.says(LI, "/checkin")
        form = world.card(LI)
        form.fill(ANSWER)
        await world.presses(LI, form)
        with dispatcher.database.write() as db:
            db.execute(text("ALTER TABLE key_event RENAME TO gone"))
        await world.event(LI, type="message", text=f"/win @ann.miller {SECRET}")


def test_days_in_teams_leave_no_word_in_the_log(
    dispatcher: Dispatcher, clock: SetClock, tmp_path: Path, logged: Logged
) -> None:
    _lives_in_teams(dispatcher, clock, tmp_path)
    assert any(line.get("error") for line in logged())
