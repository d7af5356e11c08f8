"""The scenes (`scenes.py`), played one after the other in a network without a way out."""

import faulthandler
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.columns import table
from storage.database import Database
from storage.migrations import upgrade
from storage.people import Person
from tests.browser.house import CHROMIUM
from tests.browser.npm import installed
from tests.playground.network import apart, without_a_way_out
from tests.playground.scenes import SCENES
from tests.team import move_in

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
PACKAGE, VERSION = "@microsoft/m365agentsplayground", "0.2.28"
INTEGRITY = "sha512-EevhYW8xtEATwNg5eiFqTgZT0P5gjfCsLBwBWESSrB6+0lr9Yi9R27HJwjNGUlT3JQlxoWMgnvEQunUuyI/+2Q=="
ACCEPTED = "ACCEPT_AGENTS_PLAYGROUND_LICENCE"
PATIENCE = 900


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What failed in each scene; nothing where it went well."""
    if os.environ.get(ACCEPTED) != "yes":
        pytest.skip(f"Microsoft's Agents Playground is for evaluation only: {ACCEPTED}=yes accepts its licence")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine: install the package of that name to run the browser tests")
    if apart() is None:
        pytest.skip("the playground listens on all interfaces, and this machine gives it no network of its own")
    assert request.config.cache is not None
    package = installed(request.config.cache, PACKAGE, VERSION, INTEGRITY)
    folder = tmp_path_factory.mktemp("playground")
    faulthandler.cancel_dump_traceback_later()  # it takes minutes, and there is nothing to see in this process
    url = f"sqlite:///{folder / 'evenhand.sqlite3'}"
    database = Database(url)
    upgrade(database)
    move_in(database)
    with database.write() as db:  # they work whenever the tests are run
        db.execute(update(table(Person)).values(working_days="1234567", country=None))
    database.close()
    command = [sys.executable, "-m", "tests.playground.scenes", url, str(folder), str(package)]
    ran = subprocess.run(
        without_a_way_out(command), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    results = [json.loads(line) for line in ran.stdout.splitlines()]
    assert results, ran.stderr[-3000:]
    return {each["scene"]: each["failed"] for each in results}


def test_every_scene(played: dict[str, str], subtests: pytest.Subtests) -> None:
    for scene in SCENES:
        with subtests.test(scene):
            assert played[scene] == ""
