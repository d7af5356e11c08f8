"""Takes the pictures of the tour and the README: `python -m tests.browser.screenshots`, or `make screenshots`.

For each language the sample company is filled anew with a clock that stands still, and three people live a day in it,
so that the same program always gives the same pictures. `pngquant` makes them small. A font with emoji is needed, too.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bot.app import TEXTS
from bot.clock import SetClock
from bot.commands.past_mornings import live_mornings
from bot.commands.running_week import this_week
from flows.catalog import Catalog, load
from storage.database import Database
from storage.migrations import upgrade
from storage.roll import cast, roll
from storage.sample.company import fill
from tests.browser.house import CHROMIUM, House, chromium, open_house
from tests.browser.moments import MOMENTS, Stage

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
WORDS = Path(__file__).parent / "moments.toml"
NOW = datetime(2026, 11, 25, 8, 40, tzinfo=UTC)
"""A Wednesday, in working hours in Munich and in Shanghai."""
DIGEST_HOUR = 9
COLOURS = "40"
DESKTOP, TELEPHONE = (1180, 740), (390, 844)


@dataclass(frozen=True)
class Camera:
    """Opens the rooms of people in a house, and keeps pictures of them."""

    browser: Browser
    house: House
    locale: str

    @contextmanager
    def room(self, person: int, *, telephone: bool = False) -> Iterator[Page]:
        """A person's room in a browser of their own; on a telephone it is in the dark."""
        width, height = TELEPHONE if telephone else DESKTOP
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=1.2,
            color_scheme="dark" if telephone else "light",
            reduced_motion="reduce",
            locale=self.locale,
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(self.house.room(person))
        yield page
        context.close()

    def shoot(self, page: Page, name: str) -> None:
        page.mouse.move(0, 0)
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(400)  # the window settles: a last card, a scroll bar
        page.screenshot(path=IMAGES / f"{name}.png")


def main() -> None:
    if CHROMIUM is None:
        sys.exit("there is no chromium on this machine")
    pngquant = shutil.which("pngquant")
    if pngquant is None:
        sys.exit("there is no pngquant on this machine, which makes the pictures small")
    IMAGES.mkdir(parents=True, exist_ok=True)
    texts, words = load(*TEXTS), tomllib.loads(WORDS.read_text("utf-8"))
    with sync_playwright() as playwright:
        for language in ("en", "zh"):
            browser = chromium(playwright)
            with tempfile.TemporaryDirectory() as folder:
                tour(browser, Path(folder), language, texts, words[language])
            browser.close()
    shrink(pngquant)


def tour(browser: Browser, folder: Path, language: str, texts: Catalog, words: dict[str, Any]) -> None:
    url = f"sqlite:///{folder}/pictures.sqlite3"
    people = found(url, language)
    with open_house(url, folder, SetClock(NOW)) as house:
        stage = Stage(Camera(browser, house, words["locale"]), texts, language, words, **people)
        for moment in MOMENTS:
            moment(stage)


def found(url: str, language: str) -> dict[str, Any]:
    """The sample company in a new database, as the demo makes it, and who of it is shown to readers of a language."""
    database = Database(url, synchronous="NORMAL")
    upgrade(database)
    with database.write() as db:
        fill(db, NOW.date())
    with database.read() as db:
        week = this_week(db, NOW, NOW.date())
    live_mornings(database, DIGEST_HOUR, NOW, week)
    with database.read() as db:
        trio = cast(roll(db), language)
    database.close()
    assert trio.employee
    assert trio.manager
    assert trio.hr
    ids = {"employee": trio.employee.who.id, "manager": trio.manager.who.id, "hr": trio.hr.who.id}
    return {**ids, "handle": trio.employee.handle}


def shrink(pngquant: str) -> None:
    """Fewer colours, a fourth of the bytes."""
    pictures = sorted(map(str, IMAGES.glob("*.png")))
    subprocess.run(
        [pngquant, "--force", "--strip", "--speed=1", "--nofs", "--ext=.png", COLOURS, *pictures], check=True
    )


if __name__ == "__main__":
    main()
