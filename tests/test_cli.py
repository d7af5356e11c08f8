"""The command line: what it says of itself, of this machine and of what is wrong, and that the demo runs and ends."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import func, select, text, update
from typer.testing import CliRunner, Result

from bot.cli import COMMANDS, root
from bot.commands.desktop import has_desktop
from bot.wording import Language, Wording, language_of
from storage.columns import table
from storage.database import Database
from storage.people import Person
from storage.schema import newest
from tests.team import BEN

ROOT = Path(__file__).parent.parent
PATIENCE = 60
"""Seconds that a process may take before a test gives it up."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(autouse=True)
def environment(log_of_its_own: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path) -> None:
    """No settings but a database and a folder of the test's own."""
    for name in os.environ:
        if name.startswith("EVENHAND_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("EVENHAND_DATABASE", f"sqlite:///{tmp_path}/own.sqlite3")
    monkeypatch.setenv("EVENHAND_FOLDER", str(folder))
    monkeypatch.setenv("EVENHAND_PORT", "0")
    monkeypatch.setenv("COLUMNS", "200")


def evenhand(*arguments: str, language: Language = Language.en) -> Result:
    return CliRunner().invoke(root(Wording(language)), list(arguments))


def said(result: Result) -> str:
    """What was said, on whichever stream, without the breaks of lines."""
    return " ".join(result.output.split())


@pytest.mark.parametrize("language", Language)
def test_help_lists_every_command_in_the_language(language: Language) -> None:
    shown = evenhand("--help", language=language)
    assert shown.exit_code == 0
    say = Wording(language)
    for name in COMMANDS:
        assert re.search(rf"{name}\s+{re.escape(say(f'commands.{name}')[:12])}", shown.output)


def test_help_loads_neither_the_bot_nor_a_web_server() -> None:
    code = (
        "import sys; from bot.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print({'sqlalchemy', 'starlette', 'uvicorn', 'pydantic'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "set()"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    shown = evenhand(name, "--help")
    assert shown.exit_code == 0
    assert f"evenhand {name}" in shown.output


@pytest.mark.parametrize("wrong", [["dmeo"], ["demo", "--prot", "1"], ["demo", "--port", "many"], ["--language", "fr"]])
def test_what_is_mistyped_is_refused(wrong: list[str]) -> None:
    assert evenhand(*wrong).exit_code == 2


def test_the_language_is_the_one_asked_for_or_the_terminals() -> None:
    assert language_of([], {"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language_of([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}) == "en"
    assert language_of([], {"LANG": "de_DE.UTF-8", "EVENHAND_LANGUAGE": "zh"}) == "zh"
    assert language_of(["--language", "en", "check"], {"LANG": "zh_CN.UTF-8"}) == "en"
    assert language_of(["--language=zh"], {}) == "zh"
    assert language_of(["--language"], {}) == "en"


def test_both_languages_say_the_same_things() -> None:
    def keys(texts: object, above: str = "") -> Iterator[tuple[str, frozenset[str]]]:
        if isinstance(texts, dict):
            plural = set(texts) <= {"one", "other"} and "other" in texts  # English has two forms, Chinese has one
            for name, inner in texts.items():
                if not (plural and name == "one"):
                    yield from keys(inner, f"{above}.{name}")
        else:
            yield above, frozenset(re.findall(r"{(\w+)}", str(texts)))

    english, chinese = (dict(keys(Wording(language).texts)) for language in Language)
    assert english == chinese


def test_migrate_makes_the_database_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    assert f"created, at schema {newest()}" in said(evenhand("migrate"))
    assert "Nothing to do" in said(evenhand("migrate"))
    assert (tmp_path / "own.sqlite3").exists()


def test_check_says_what_is_missing_what_to_do_and_changes_nothing(tmp_path: Path) -> None:
    shown = evenhand("check")
    assert shown.exit_code == 1
    assert "doesn’t exist yet. Run `evenhand migrate`." in said(shown)
    assert list(tmp_path.iterdir()) == []


def test_check_is_content_with_what_is_there(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_DATABASE", database.url.render_as_string())
    monkeypatch.setenv("EVENHAND_REST_TOKEN", "a token nobody would guess")
    shown = evenhand("check")
    assert shown.exit_code == 0, shown.output
    for words in ("6 active, 0 on leave, 1 left", f"current ({newest()})", "a token is set", "127.0.0.1, only this"):
        assert words in said(shown)
    assert "nobody would guess" not in shown.output
    assert "所需的都已具备" in evenhand("check", language=Language.zh).output


def test_check_names_a_place_nobody_knows(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_DATABASE", database.url.render_as_string())
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == BEN).values(time_zone="Atlantis/Deep"))
    shown = evenhand("check")
    assert (shown.exit_code, "Atlantis/Deep" in shown.output) == (1, True)


def test_check_finds_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "own.sqlite3").write_bytes(b"this is a letter and is not a database " * 100)
    shown = evenhand("check")
    assert (shown.exit_code, "is not a database" in said(shown)) == (1, True)


@pytest.mark.parametrize("command", ["serve", "check", "migrate", "demo"])
def test_a_wrong_setting_is_named_and_not_repeated(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_SESSION_SECRET", "hunter2")
    shown = evenhand(command)
    assert shown.exit_code == 1
    assert "EVENHAND_SESSION_SECRET: it must have at least 32 characters" in said(shown)
    assert "hunter2" not in shown.output


@pytest.mark.parametrize("url", ["mysql://db/x", "sqlite+aiosqlite:///x", "my database", "postgresql+asyncpg://db/x"])
def test_another_kind_of_database_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_DATABASE", url)
    shown = evenhand("check")
    assert (shown.exit_code, "EVENHAND_DATABASE: it must be the URL of" in said(shown)) == (1, True)


@pytest.mark.parametrize("exists", [True, False])
def test_serve_refuses_an_empty_database_and_says_what_to_run(tmp_path: Path, exists: bool) -> None:
    if exists:
        (tmp_path / "own.sqlite3").touch()
    shown = evenhand("serve")
    assert (shown.exit_code, "Run `evenhand migrate`" in said(shown)) == (1, True)


def test_the_demo_says_when_its_file_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "letter.sqlite3"
    file.write_bytes(b"this is a letter and is not a database " * 100)
    shown = evenhand("demo", "--database", str(file))
    assert (shown.exit_code, "Choose another file with --database" in said(shown)) == (1, True)
    assert file.read_bytes().startswith(b"this is a letter")


def test_serve_refuses_a_port_that_is_taken_and_names_one_that_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    evenhand("migrate")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setenv("EVENHAND_PORT", str(taken))
        shown = evenhand("serve")
    assert shown.exit_code == 1
    match = re.search(rf"Port {taken} is in use.*; (\d+) is free", said(shown))
    assert match
    assert int(match[1]) != taken


def test_serve_refuses_an_address_that_is_not_this_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    evenhand("migrate")
    monkeypatch.setenv("EVENHAND_HOST", "192.0.2.1")
    shown = evenhand("serve")
    assert (shown.exit_code, "isn’t an address of this machine" in said(shown)) == (1, True)


def test_the_demo_refuses_an_address_others_can_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EVENHAND_HOST", "0.0.0.0")
    shown = evenhand("demo", "--database", str(tmp_path / "demo.sqlite3"))
    assert (shown.exit_code, "on this machine" in said(shown)) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_the_demo_refuses_a_database_with_real_people_in_it(database: Database) -> None:
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == BEN).values(email="ben@a-real-company.de"))
        db.execute(text("UPDATE alembic_version SET version_num = '0012'"))
    for fresh in ([], ["--fresh"]):
        shown = evenhand("demo", "--database", str(database.url.database), *fresh)
        assert (shown.exit_code, "people who aren’t in the sample company" in said(shown)) == (1, True)
        with database.read() as db:
            assert db.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0012"
            assert db.execute(select(func.count()).select_from(table(Person))).scalar_one() > 1


@pytest.mark.parametrize("given", ["postgresql+psycopg://db/real", "."])
def test_the_demo_takes_a_file_and_nothing_else(given: str) -> None:
    shown = evenhand("demo", "--database", given)
    assert (shown.exit_code, "isn’t a file name" in said(shown)) == (1, True)


@pytest.mark.parametrize(
    ("platform", "environment", "is_desktop"),
    [
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":10", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_browser_is_opened_where_somebody_sees_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], is_desktop: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert has_desktop() is is_desktop
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert not has_desktop()


@contextmanager
def demo(file: Path, port: int = 0) -> Iterator[tuple["subprocess.Popen[str]", str, str]]:
    """A demo running in a process of its own: the process, its address, and what it said until then."""
    command = [sys.executable, "-u", "-c", "from bot.cli import app; app()", "demo", "--no-browser"]
    with subprocess.Popen(
        [*command, "--port", str(port), "--database", str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            lines = []
            for line in process.stdout:
                lines.append(line)
                if match := re.search(r"http://127\.0\.0\.1:\d+", line):
                    yield process, match[0], "".join(lines)
                    break
            else:
                pytest.fail("".join(lines))
        finally:
            process.kill()


def test_the_demo_fills_answers_moves_to_a_free_port_and_ends_when_told(tmp_path: Path) -> None:
    file = tmp_path / "demo.sqlite3"
    with demo(file) as (first, address, told):
        assert "Creating the database" in told
        with urlopen(address, timeout=PATIENCE) as page:
            assert page.status == 200
            assert "server" not in page.headers
        port = int(address.rpartition(":")[2])
        with demo(file, port) as (second, elsewhere, told_again):
            assert f"Port {port} is in use" in told_again
            assert "Creating the database" not in told_again
            with urlopen(f"{elsewhere}/readyz", timeout=PATIENCE) as ready:
                assert ready.status == 200
            _ends(second, signal.SIGTERM)
        _ends(first, signal.SIGINT)


def _ends(process: "subprocess.Popen[str]", by: signal.Signals) -> None:
    process.send_signal(by)
    assert process.stdout
    rest = process.stdout.read()
    assert process.wait(PATIENCE) == 0
    assert rest.splitlines()[-1] == "Stopped. Every answer so far is saved."
