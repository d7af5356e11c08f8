"""The stage: the bot as `evenhand serve` runs it, and for each person a playground with a window in front of it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from flows.catalog import Catalog
from storage.database import Database
from tests.browser.house import chromium
from tests.team import ANN, BEN, PEOPLE, WANG_FANG

APP = "11111111-2222-3333-4444-555555555555"
TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
BOT_PORT, FIRST_PORT = 3978, 56160
PATIENCE = 60.0
PERSONAL, GROUP, CHANNEL = "Personal Chat", "Group Chat", "General"


@dataclass
class Window:
    """Somebody's playground in a browser."""

    page: Page
    address: str

    def open(self) -> None:
        """Opens it, with nothing but the chat on the screen: its log repeats what is said."""
        self.page.goto(self.address, timeout=60_000)
        self.page.get_by_title("Hide log panel").click()

    def enter(self, room: str) -> None:
        self.page.get_by_role("treeitem").filter(has_text=room).first.click()
        self._composer.wait_for()

    def say(self, text: str) -> None:
        self._composer.click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def mention(self, text: str) -> None:
        """Says something to the bot where others are."""
        self._composer.click()
        self.page.keyboard.type("@")
        self.page.locator("#typeahead-menu").get_by_text("Evenhand").first.click()
        self.page.keyboard.type(f" {text}")
        self.page.keyboard.press("Enter")

    def reads(self, text: str) -> None:
        """Something stands in the chat, or comes to stand there."""
        expect(self.page.get_by_text(text).last).to_be_visible()

    def does_not_read(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_have_count(0)

    @property
    def card(self) -> Locator:
        """The last card."""
        return self.page.locator(".ac-adaptiveCard").last

    def press(self, title: str, card: Locator | None = None) -> None:
        (card or self.card).get_by_role("button", name=title, exact=True).last.click()

    def fill(self, fields: Mapping[str, str], choices: Sequence[str] = (), card: Locator | None = None) -> None:
        """Fills the last card: texts by their labels, choices by their words."""
        inside = card or self.card
        for label, text in fields.items():
            inside.get_by_label(label).last.fill(text)
        for choice in choices:
            inside.get_by_label(choice, exact=True).last.check()

    def open_action(self, command: str) -> Locator:
        """Opens a command from the box for a message; gives the dialog."""
        self.page.get_by_role("button", name="Trigger Message Extension App").click()
        self.page.get_by_text("Action Command").first.click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_placeholder("Input command id").fill(command)
        dialog.get_by_role("button", name="Create").click()
        dialog.locator(".ac-adaptiveCard").wait_for()
        return dialog

    def mock(self, what: str) -> None:
        """Lets something happen that is not said, such as that the app is removed."""
        self.page.get_by_text("Mock an Activity").click()
        self.page.locator("[role=menuitem]", has_text=what).first.click()
        self.page.get_by_role("dialog").get_by_role("button", name="Send activity").click()

    @property
    def _composer(self) -> Locator:
        return self.page.locator("[data-lexical-editor=true]").last


@dataclass
class Stage:
    database: Database
    texts: Catalog
    ben: Window
    ann: Window

    def words(self, key: str, **values: Any) -> str:
        return self.texts.say("en", key, values)


@contextmanager
def set_up(url: str, folder: Path, playground: Path, texts: Catalog) -> Iterator[Stage]:
    """The bot, Ben's playground and his manager Ann's; all of it ends with the block."""
    with ExitStack() as everything:
        everything.enter_context(_running(_bot(url, folder), folder / "bot.log", BOT_PORT))
        for number, person in enumerate((BEN, ANN)):
            home = folder / str(person)
            home.mkdir()
            (home / ".m365agentsplayground.yml").write_text(json.dumps(_place(person)))
            command = _playground(playground, home, FIRST_PORT + number)
            everything.enter_context(_running(command, folder / f"{person}.log", FIRST_PORT + number))
        playwright = everything.enter_context(sync_playwright())
        browser: Browser = chromium(playwright)
        everything.callback(browser.close)
        expect.set_options(timeout=30_000)
        ben, ann = (_window(browser, FIRST_PORT + number) for number in (0, 1))
        database = Database(url)
        everything.callback(database.close)
        yield Stage(database, texts, ben, ann)


def _window(browser: Browser, port: int) -> Window:
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(30_000)
    window = Window(page, f"http://127.0.0.1:{port}")
    window.open()
    return window


def _place(person: int) -> dict[str, Any]:
    """What one playground knows; it wants exactly five others, and takes JSON for YAML."""
    others = [row["id"] for row in PEOPLE if row["id"] not in (person, WANG_FANG)]
    return {
        "version": "0.1.0",
        "tenantId": TENANT,
        "bot": {"id": APP, "name": "Evenhand"},
        "currentUser": _user(person),
        "users": [_user(other) for other in others],
        "personalChat": {"id": f"personal-{person}"},
        "groupChat": {"id": f"group-{person}", "name": GROUP},
        "team": {
            "id": "team-sales",
            "aadGroupId": "00000000-0000-0000-0000-0000000000aa",
            "name": "Sales",
            "channels": [{"id": "channel-general", "name": CHANNEL}],
        },
    }


def _user(person: int) -> dict[str, str]:
    row = next(each for each in PEOPLE if each["id"] == person)
    return {
        "id": f"user-{person}",
        "name": f"{row['given_name']} {row['family_name']}",
        "userPrincipleName": row["email"],
        "aadObjectId": f"00000000-0000-0000-0000-{person:012d}",
        "givenName": row["given_name"],
        "surname": row["family_name"],
        "email": row["email"],
    }


@dataclass(frozen=True)
class _Command:
    words: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path


def _bot(url: str, folder: Path) -> _Command:
    settings = {
        "DATABASE": url,
        "FOLDER": str(folder),
        "PORT": str(BOT_PORT),
        "TEAMS_LOOPBACK": "yes",
        "CHECKIN_WEEKDAY": "7",
        "CHECKIN_HOUR": "23",
        "QUIET_FROM": "0",
        "QUIET_UNTIL": "0",
    }
    ours = {f"EVENHAND_{name}": value for name, value in settings.items()}
    return _Command((str(Path(sys.executable).parent / "evenhand"), "serve"), ours, folder)


def _playground(package: Path, home: Path, port: int) -> _Command:
    endpoint = f"http://127.0.0.1:{BOT_PORT}/api/messages"
    options = ("-e", endpoint, "-p", str(port), "-c", "msteams", "--disable-telemetry")
    quiet = {"DEFAULT_CHANNEL_ID": "msteams", "BROWSER": "true"}
    return _Command(("node", str(package / "cli.js"), "start", *options), quiet, home)


@contextmanager
def _running(command: _Command, log: Path, port: int) -> Iterator[None]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("EVENHAND_")}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command.words,
            env={**plain, **command.environment},
            cwd=command.folder,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, port, log)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until, f"nobody listens on {port}"
            time.sleep(0.1)
        else:
            return
