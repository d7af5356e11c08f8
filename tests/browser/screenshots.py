"""Takes the pictures in the README and the guides: `python -m tests.browser.screenshots`, or `make screenshots`.

The sample company is filled anew and a few things are done in it by three people, so that the pictures show
what anybody would see who did the same.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.clock import SetClock
from bot.commands.past_mornings import live_mornings
from storage.database import Database
from storage.migrations import upgrade
from storage.roll import cast, roll
from storage.sample.company import fill
from tests.browser.house import CHROMIUM, House, chromium, open_house

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
DIGEST_HOUR = 9
DESKTOP, TELEPHONE = (1280, 800), (390, 844)


@dataclass(frozen=True)
class People:
    """Ids of who is in the pictures, and what a mention of the employee looks like."""

    employee: int
    manager: int
    hr: int
    handle: str


def main() -> None:
    if CHROMIUM is None:
        sys.exit("there is no chromium on this machine")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.sqlite3"
        now = this_wednesday()
        people = {language: found(url, language, now) for language in ("en", "zh")}
        with open_house(url, Path(folder), SetClock(now)) as house, sync_playwright() as playwright:
            browser = chromium(playwright)
            take(browser, house, people)
            browser.close()


def this_wednesday() -> datetime:
    """In working hours in Munich and in Shanghai, whenever the pictures are taken."""
    today = datetime.now(UTC)
    return today.replace(hour=8, minute=40, second=0, microsecond=0) + timedelta(days=2 - today.weekday())


def found(url: str, language: str, now: datetime) -> People:
    """The sample company in a new database, and whom of it to show to readers of a language."""
    database = Database(url, synchronous="NORMAL")
    upgrade(database)
    with database.write() as db:
        is_new = not roll(db)
        if is_new:
            fill(db, now.date())
    if is_new:
        live_mornings(database, DIGEST_HOUR, now)
    with database.read() as db:
        trio = cast(roll(db), language)
    database.close()
    assert trio.employee
    assert trio.manager
    assert trio.hr
    return People(trio.employee.who.id, trio.manager.who.id, trio.hr.who.id, trio.employee.handle)


def take(browser: Browser, house: House, people: dict[str, People]) -> None:
    english, chinese = people["en"], people["zh"]
    live_a_day(browser, house, english, chinese)
    with window(browser, house.room(english.manager), dark=True) as page:
        shoot(page, "manager-dark")
    with window(browser, house.room(english.hr)) as page:
        shoot(page, "hr")
    with window(browser, house.room(chinese.employee)) as page:
        check_in(page)
        shoot(page, "check-in-zh")


def live_a_day(browser: Browser, house: House, english: People, chinese: People) -> None:
    """What the pictures show: a check-in, a win, praise in public, an announcement that is read."""
    with window(browser, house.room(english.employee)) as page:
        check_in(page)
        form = page.get_by_role("dialog")
        form.get_by_role("radio", name="Good", exact=True).check(force=True)
        form.get_by_role("textbox", name="What went well").fill("Closed 14 of 16 open review findings with the lab.")
        form.get_by_role("textbox", name="Where could you use some support").fill(
            "A second pair of eyes on the supplier contract"
        )
        form.get_by_role("radio", name="Share with").check()
        form.locator("button[type=submit]").click()
        expect(form).to_be_hidden()
        expect(page.locator(".line.said")).to_have_count(1)
    with window(browser, house.room(english.manager)) as page:
        say(page, f"/win @{english.handle} closed 14 of 16 review findings two days early")
        expect(page.locator(".line.tell").get_by_role("button", name="Add details")).to_be_visible()
        say(page, f"/praise @{english.handle} for staying calm in the audit")
        expect(page.locator(".line.said")).to_have_count(2)
    with window(browser, house.room(english.hr)) as page:
        say(page, "/announce")
        form = page.get_by_role("dialog")
        form.get_by_role("textbox").first.fill("The review cycle begins on Monday")
        form.get_by_label("Text", exact=True).fill("Please bring your goals up to date before.")
        form.locator("button[type=submit]").click()
        form.get_by_role("radio", name="Send it", exact=True).check()
        form.locator("button[type=submit]").click()
        expect(form).to_be_hidden()
    for reader in (english.employee, english.manager, chinese.employee, chinese.manager):
        with window(browser, house.room(reader)) as page:
            expect(page.locator("[data-read]").last).to_be_visible()
            page.wait_for_timeout(300)


def check_in(page: Page) -> None:
    """Opens the form; on a telephone the desk with its button is behind a tab."""
    page.locator(".waiting button.main, .week .actions button").first.evaluate("button => button.click()")
    expect(page.get_by_role("dialog")).to_be_visible()


def say(page: Page, text: str) -> None:
    page.locator("#say").fill(text)
    page.keyboard.press("Enter")


@contextmanager
def window(browser: Browser, address: str, *, size: tuple[int, int] = DESKTOP, dark: bool = False) -> Iterator[Page]:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2 if size == TELEPHONE else 1.5,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def shoot(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(400)  # the window settles: a last card, a scroll bar
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
