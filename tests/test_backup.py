"""Backup and restore as docs/operators.md tells it, on both databases, while a process goes on answering."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text
from typer.testing import CliRunner, Result

from bot.cli import root
from bot.wording import Language, Wording
from storage.columns import table
from storage.database import Database
from storage.journal import Inbox
from storage.schema import newest
from tests.crashing import bot_on
from tests.player import Player
from tests.postgres import Cluster, on_both, program
from tests.talking import talking
from tests.team import ANN

Restore = Callable[[], str]


@pytest.fixture
def back_up(backend: str, database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Restore]:
    """Makes a backup of the database, and gives the URL of another one restored from it."""
    made: list[str] = []
    restore = _sqlite if backend == "sqlite" else _postgresql(request.getfixturevalue("cluster"), made)
    yield lambda: restore(database_url, tmp_path)
    for url in made:
        request.getfixturevalue("cluster").drop(url)


def _sqlite(url: str, folder: Path) -> str:
    copy = folder / "copy.sqlite3"
    shown = evenhand("backup", str(copy), database=url)
    assert shown.exit_code == 0, shown.output
    assert f"schema {newest()}, checked" in said(shown)
    assert [file.name for file in folder.iterdir() if file.name.startswith(("copy", "."))] == ["copy.sqlite3"]
    assert copy.stat().st_mode & 0o077 == 0
    elsewhere = folder / "elsewhere" / "evenhand.sqlite3"
    elsewhere.parent.mkdir()
    shutil.copy(copy, elsewhere)
    return f"sqlite:///{elsewhere}"


def _postgresql(cluster: Cluster, made: list[str]) -> Callable[[str, Path], str]:
    def restore(url: str, folder: Path) -> str:
        copy, target = folder / "copy.dump", cluster.database()
        made.append(target)
        _run("pg_dump", "--format=custom", f"--file={copy}", _libpq(url))
        _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={_libpq(target)}", str(copy))
        return target

    return restore


def _run(name: str, *arguments: str) -> None:
    done = subprocess.run([str(program(name)), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def evenhand(*arguments: str, database: str = "", language: Language = Language.en) -> Result:
    command = root(Wording(language))
    return CliRunner(env={"EVENHAND_DATABASE": database}).invoke(command, list(arguments))


def said(result: Result) -> str:
    return " ".join(result.output.split())


@on_both
def test_a_backup_under_load_has_all_that_was_acknowledged_before_and_goes_on(
    database_url: str, database: Database, back_up: Restore
) -> None:
    Player(bot_on(database), ANN).calls("checkin")  # open when the backup is made
    with talking(database_url) as acknowledged:
        before = set(islice(acknowledged, 25))
        restored = Database(back_up())
        kept = _events(restored)
        assert next(event for event in acknowledged if event not in kept)  # it was really going on meanwhile
    assert before <= kept
    ann = Player(bot_on(restored), ANN)
    ann.opens_what_waits()
    ann.sends(mood="4", highlights="Renewed Acme on Tuesday.", share="manager")
    assert ann.waiting() == ()
    ann.calls("win", "@ben.okafor closed the renewal")  # new rows have new numbers
    with restored.read() as db:
        if restored.is_sqlite:
            assert db.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert db.execute(text("PRAGMA foreign_key_check")).all() == []
    restored.close()


def _events(database: Database) -> set[str]:
    with database.read() as db:
        return set(db.execute(select(table(Inbox).c.id)).scalars())


@pytest.mark.parametrize("language", Language)
def test_a_backup_never_takes_the_place_of_a_file(database_url: str, tmp_path: Path, language: Language) -> None:
    precious = tmp_path / "precious"
    precious.write_text("last week's backup")
    shown = evenhand("backup", str(precious), database=database_url, language=language)
    assert shown.exit_code == 1
    assert precious.read_text() == "last week's backup"
    assert {"en": "already exists", "zh": "已经存在"}[language] in said(shown)


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(database_url: str, tmp_path: Path) -> None:
    shown = evenhand("backup", str(tmp_path / "nowhere" / "copy"), database=database_url)
    assert (shown.exit_code, "No such file or directory" in said(shown)) == (1, True)


def test_a_damaged_copy_is_thrown_away(database_url: str, tmp_path: Path) -> None:
    file = Path(str(make_url(database_url).database))
    whole = bytearray(file.read_bytes())
    page = 4096
    for at in range(page * 3, page * 40, page):
        whole[at : at + 8] = b"\xff" * 8
    file.write_bytes(whole)
    shown = evenhand("backup", str(tmp_path / "copy"), database=database_url)
    assert shown.exit_code == 1, shown.output
    assert [each for each in tmp_path.iterdir() if "copy" in each.name] == []


def test_without_a_database_there_is_nothing_to_copy(tmp_path: Path) -> None:
    shown = evenhand("backup", str(tmp_path / "copy"), database=f"sqlite:///{tmp_path}/none.sqlite3")
    assert (shown.exit_code, "doesn’t exist" in said(shown)) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_postgresql_has_its_own_tool(tmp_path: Path) -> None:
    shown = evenhand("backup", str(tmp_path / "copy"), database="postgresql+psycopg://me@localhost/evenhand")
    assert (shown.exit_code, "pg_dump --format=custom" in said(shown)) == (1, True)
