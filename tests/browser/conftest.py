"""Fixtures of the browser tests; where there is no chromium each says so in one line and is skipped."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.clock import WallClock
from tests.browser.house import CHROMIUM, House, chromium, open_house


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a module and not for the session: while it is open, nothing else in this thread can run a loop."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine: install the package of that name to run the browser tests")
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture
def house(browser: Browser, database_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(database_url, tmp_path, WallClock()) as house:
        yield house


@pytest.fixture
def enter(browser: Browser, house: House) -> Iterator[Callable[[int], Page]]:
    """Opens somebody's room in a browser profile of their own. What a script throws fails the test."""
    opened: list[BrowserContext] = []
    thrown: list[str] = []

    def enter(person: int) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 860}, bypass_csp=False)
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.on("console", lambda said: thrown.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(house.room(person))
        return page

    yield enter
    for context in opened:
        context.close()
    assert thrown == []
